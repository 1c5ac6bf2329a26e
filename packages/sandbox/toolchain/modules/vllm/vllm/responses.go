package main

import (
	"fmt"
	"slices"
)

// Tools of the Responses API besides functions.
var otherTools = []string{"file_search", "computer", "computer_use_preview", "web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11", "mcp", "code_interpreter", "image_generation", "local_shell", "shell", "custom", "namespace", "tool_search", "apply_patch"}

var responseFields = []field{
	{name: "background", check: optional(boolean)},
	{name: "include", check: optional(listOf(oneOf("code_interpreter_call.outputs", "computer_call_output.output.image_url", "file_search_call.results", "message.input_image.image_url", "message.output_text.logprobs", "reasoning.encrypted_content")))},
	{"input", either(text, responseItems), true},
	{name: "instructions", check: optional(text)},
	{name: "max_output_tokens", check: optional(whole)},
	{name: "max_tool_calls", check: optional(whole)},
	{name: "metadata", check: optional(mapOf(text))},
	{name: "model", check: optional(text)},
	{name: "logit_bias", check: optional(mapOf(real))},
	{name: "parallel_tool_calls", check: optional(boolean)},
	{name: "previous_response_id", check: optional(text)},
	{name: "reasoning", check: optional(model(field{name: "effort", check: optional(oneOf(efforts...))}))},
	{name: "include_reasoning", check: boolean},
	{name: "service_tier", check: oneOf("auto", "default", "flex", "scale", "priority")},
	{name: "store", check: optional(boolean)},
	{name: "stream", check: optional(boolean)},
	{name: "temperature", check: optional(real)},
	{name: "text", check: optional(model(field{name: "format", check: optional(responseText)}))},
	{name: "tool_choice", check: responseChoice},
	{name: "tools", check: listOf(responseTool)},
	{name: "top_logprobs", check: optional(whole)},
	{name: "top_p", check: optional(real)},
	{name: "top_k", check: optional(whole)},
	{name: "truncation", check: optional(oneOf("auto", "disabled"))},
	{name: "user", check: optional(text)},
	{name: "skip_special_tokens", check: boolean},
	{name: "include_stop_str_in_output", check: boolean},
	{name: "presence_penalty", check: optional(within(-2, 2))},
	{name: "frequency_penalty", check: optional(within(-2, 2))},
	{name: "prompt_cache_key", check: optional(text)},
	{name: "watermarking", check: boolean},
	{name: "request_id", check: text},
	{name: "session_id", check: optional(text)},
	{name: "priority", check: signed},
	{name: "structured_outputs", check: structuredOutputs},
	{name: "repetition_penalty", check: optional(real)},
	{name: "seed", check: optional(signed)},
	{name: "stop", check: stops},
	{name: "ignore_eos", check: boolean},
	{name: "vllm_xargs", check: extras},
	{name: "kv_transfer_params", check: optional(object)},
	{name: "chat_template_kwargs", check: optional(object)},
}

func responseText(value any, place string) []failure {
	format, _ := value.(map[string]any)
	if format["type"] == "json_schema" {
		return model(field{"name", text, true}, field{"schema", object, true})(value, place+".ResponseFormatTextJSONSchemaConfig")
	}
	return model(field{"type", oneOf("text", "json_object"), true})(value, place+".ResponseFormatText")
}

func responseChoice(value any, place string) []failure {
	if _, ok := value.(map[string]any); ok {
		return nil
	}
	return oneOf("none", "auto", "required")(value, place)
}

func responseTool(value any, place string) []failure {
	tool, _ := value.(map[string]any)
	if kind, _ := tool["type"].(string); slices.Contains(otherTools, kind) {
		return nil
	}
	return model(field{"name", text, true}, field{"type", oneOf("function"), true})(value, place+".FunctionTool")
}

// responseItems checks the items of an input. vLLM tries dozens of types in turn; this knows messages and calls of functions.
func responseItems(value any, place string) []failure {
	return listOf(func(value any, place string) []failure {
		item, ok := value.(map[string]any)
		if !ok {
			return fails("dict_type", value, place+".EasyInputMessageParam")
		}
		if kind, _ := item["type"].(string); kind != "" && kind != "message" {
			return nil
		}
		return model(
			field{"content", either(text, listOf(responsePart)), true},
			field{"role", oneOf("user", "assistant", "system", "developer"), true},
		)(value, place+".EasyInputMessageParam")
	})(value, place)
}

func responsePart(value any, place string) []failure {
	return model(field{"type", oneOf("input_text", "output_text", "refusal", "input_image", "input_file"), true})(value, place)
}

// responseAsGiven is what vLLM looks at before any field's type.
func responseAsGiven(request body) *refusal {
	if request["prompt"] != nil {
		return wrong("prompt", "prompt template is not supported")
	}
	if store, given := request["store"]; truthy(request["background"]) && given && !truthy(store) {
		return wrong("background", "background can only be used when `store` is true")
	}
	return first(request, cacheSaltAsGiven, constraintsAsGiven)
}

// responseProblem refuses what a server without a store cannot do (openai/responses/serving.py).
func responseProblem(request body) *refusal {
	_, given := request["store"]
	switch {
	case request.is("background") && (request.is("store") || !given):
		return &refusal{400, "invalid_request_error", "This vLLM engine does not support `store=True` and therefore does not support the background mode. To enable these features, set the environment variable `VLLM_ENABLE_RESPONSES_API_STORE=1` when launching the vLLM server.", "background"}
	case request["previous_response_id"] != nil && len(request.list("previous_input_messages")) > 0:
		return &refusal{400, "invalid_request_error", "Only one of `previous_input_messages` and `previous_response_id` can be set.", "previous_response_id"}
	case request["previous_response_id"] != nil:
		return noResponse(request.text("previous_response_id"))
	}
	return nil
}

func responseFormatProblem(request body) *refusal {
	text, _ := request["text"].(map[string]any)
	if request["structured_outputs"] != nil && text["format"] != nil {
		return wrong("structured_outputs", "Cannot specify both structured_outputs and text.format")
	}
	return nil
}

func noResponse(id string) *refusal {
	return &refusal{404, "invalid_request_error", fmt.Sprintf("Response with id '%s' not found.", id), "response_id"}
}

// responseConversation is an input as messages of a role and a text each.
func (server *server) responseConversation(request body) (messages []map[string]string, refused *refusal) {
	if instructions := request.text("instructions"); instructions != "" {
		messages = append(messages, map[string]string{"role": "system", "content": instructions})
	}
	if isText(request["input"]) {
		return append(messages, map[string]string{"role": "user", "content": request.text("input")}), nil
	}
	for _, each := range request.list("input") {
		item := body(each.(map[string]any))
		switch item.text("type") {
		case "", "message":
			text := item.text("content")
			if parts, ok := item["content"].([]any); ok {
				text, refused = server.joined(parts)
			}
			if refused != nil {
				return nil, refused
			}
			messages = append(messages, map[string]string{"role": item.text("role"), "content": text})
		case "function_call", "reasoning":
			messages = append(messages, map[string]string{"role": "assistant", "content": ""})
		case "function_call_output":
			messages = append(messages, map[string]string{"role": "user", "content": item.text("output")})
		default:
			return nil, wrong("input", "Unsupported input item type: "+item.text("type"))
		}
	}
	if len(messages) == 0 {
		return nil, refuse("list object has no element 0")
	}
	return messages, nil
}
