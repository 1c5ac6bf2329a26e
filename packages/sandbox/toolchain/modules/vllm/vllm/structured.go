package main

import (
	"fmt"
	"strings"
)

// structuredAsGiven judges `structured_outputs` before its type.
func structuredAsGiven(request body) *refusal {
	given := request["structured_outputs"]
	if given == nil {
		return nil
	}
	constraints, ok := given.(map[string]any)
	if !ok {
		return &refusal{500, "InternalServerError", fmt.Sprintf("'%s' object has no attribute 'get'", pythonType(given)), ""}
	}
	count := 0
	for _, name := range []string{"json", "regex", "choice"} {
		if constraints[name] != nil {
			count++
		}
	}
	if count > 1 {
		return refuse("You can only use one kind of constraints for structured outputs ('json', 'regex' or 'choice').")
	}
	if _, named := request["tool_choice"].(map[string]any); count > 0 && named {
		return refuse("You can only either use constraints for structured outputs or tools, not both.")
	}
	return nil
}

// structuredProblem judges constraints as the engine does, short of compiling a grammar (sampling_params.py).
func structuredProblem(request body) *refusal {
	outputs, _ := request["structured_outputs"].(map[string]any)
	if choice, ok := outputs["choice"].([]any); ok && len(choice) == 0 {
		return refuse("Choice '[]' cannot be an empty list")
	}
	for _, name := range []string{"grammar", "json"} {
		if text, ok := outputs[name].(string); ok && strings.TrimSpace(text) == "" {
			return refuse("structured_outputs.%s cannot be an empty string", name)
		}
	}
	if value, kind := truth(outputs["json_object"]); kind == "" && !value {
		return refuse("structured_outputs.json_object must be True if set; omit structured_outputs to disable structured outputs")
	}
	if regex, _ := outputs["regex"].(string); strings.Contains(regex, "\x00") {
		return refuse(`structured_outputs.regex must not contain a NUL character ('\x00')`)
	}
	return nil
}

// constraints are those of `structured_outputs`, by kind.
func constraints(request body) (all map[string]any, given bool) {
	outputs, given := request["structured_outputs"].(map[string]any)
	all = map[string]any{}
	for _, name := range []string{"json", "regex", "choice", "grammar", "json_object", "structural_tag"} {
		if outputs[name] != nil {
			all[name] = outputs[name]
		}
	}
	return all, given
}

// constraintsAsGiven judges how many constraints `structured_outputs` has; vLLM does so while it reads the types.
func constraintsAsGiven(request body) *refusal {
	if all, given := constraints(request); given && len(all) != 1 {
		return constraintCount(len(all))
	}
	return nil
}

// constraintsProblem judges how many constraints a request has, its `response_format` included.
func constraintsProblem(request body) *refusal {
	all, _ := constraints(request)
	format, _ := request["response_format"].(map[string]any)
	switch format["type"] {
	case "json_object":
		all["json_object"] = true
	case "json_schema":
		schema, _ := format["json_schema"].(map[string]any)
		if all["json"] = schema["schema"]; all["json"] == nil {
			delete(all, "json")
		}
	case "structural_tag":
		all["structural_tag"] = true
	default:
		return nil
	}
	if len(all) != 1 {
		return constraintCount(len(all))
	}
	return nil
}

func constraintCount(count int) *refusal {
	if count > 1 {
		return refuse("You can only use one kind of structured outputs constraint but multiple are specified")
	}
	return refuse("You must use one kind of structured outputs constraint but none are specified: {'json': None, 'regex': None, 'choice': None, 'grammar': None, 'json_object': None, 'disable_any_whitespace': False, 'disable_additional_properties': False, 'whitespace_pattern': None, 'structural_tag': None, '_backend': None, '_backend_was_auto': False}")
}

func pythonType(value any) string {
	switch value.(type) {
	case string:
		return "str"
	case []any:
		return "list"
	case bool:
		return "bool"
	}
	return "int"
}

const maximumCacheSalt = 128

func cacheSaltAsGiven(request body) *refusal {
	given := request["cache_salt"]
	salt, ok := given.(string)
	switch {
	case given == nil:
		return nil
	case !ok || salt == "":
		return wrong("cache_salt", "Parameter 'cache_salt' must be a non-empty string if provided.")
	case len(salt) > maximumCacheSalt || strings.ContainsAny(salt, "@/\\\x00"):
		return wrong("cache_salt", `Parameter 'cache_salt' must be at most 128 characters and must not contain '@', '/', '\\', or NUL.`)
	}
	return nil
}
