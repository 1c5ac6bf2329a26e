package main

import "fmt"

// chatAsGiven is what vLLM looks at before any field's type (the "before" validators of ChatCompletionRequest, the last one first).
func chatAsGiven(request body) *refusal {
	if given, ok := request["messages"]; ok && given == nil {
		return refuse("'NoneType' object is not iterable")
	}
	if truthy(request["continue_final_message"]) && truthy(request["add_generation_prompt"]) {
		return refuse("Cannot set both `continue_final_message` and `add_generation_prompt` to True.")
	}
	return first(request, toolsAsGiven, structuredAsGiven, func(request body) *refusal {
		return logprobsAsGiven(request, "top_logprobs")
	}, streamAsGiven, formatAsGiven, cacheSaltAsGiven, budgetAsGiven, constraintsAsGiven, repetitionAsGiven)
}

// first is the first refusal among several rules.
func first(request body, rules ...func(body) *refusal) *refusal {
	for _, rule := range rules {
		if refused := rule(request); refused != nil {
			return refused
		}
	}
	return nil
}

func streamAsGiven(request body) *refusal {
	if truthy(request["stream_options"]) && !truthy(request["stream"]) {
		return wrong("stream_options", "Stream options can only be defined when `stream=True`.")
	}
	return nil
}

func budgetAsGiven(request body) *refusal {
	given := request["thinking_token_budget"]
	budget, kind := wholeNumber(given)
	if _, isBoolean := given.(bool); given == nil || isNumber(given) && !isBoolean && kind == "" && budget.Sign() >= 0 || display(given) == "-1" && !isText(given) {
		return nil
	}
	return wrong("thinking_token_budget", "`thinking_token_budget` must be a non-negative integer or -1 for unlimited.", given)
}

func repetitionAsGiven(request body) *refusal {
	given, _ := request["repetition_detection"].(map[string]any)
	size, least := body(given).number("max_pattern_size", 0), body(given).number("min_pattern_size", 0)
	if size < 0 || least < 0 || least > size {
		return refuse("max_pattern_size, min_pattern_size must be >=0, with min_pattern_size <= max_pattern_size. Set both to 0 to disable repetitive pattern detection.")
	}
	if size > 0 && body(given).number("min_count", 0) < 2 {
		return refuse("min_count must be >= 2 to detect repetitive patterns in engine output. If you do not wish to detect repetitive patterns, set max_pattern_size to 0.")
	}
	return nil
}

func formatAsGiven(request body) *refusal {
	if format, ok := request["response_format"].(map[string]any); ok && format["type"] == "json_schema" && format["json_schema"] == nil {
		return wrong("response_format", "When response_format type is 'json_schema', the 'json_schema' field must be provided.")
	}
	return nil
}

// toolsAsGiven also fills in the choice that vLLM makes where there are tools.
func toolsAsGiven(request body) *refusal {
	tools, hasTools := request["tools"]
	if list, ok := tools.([]any); ok && len(list) == 0 {
		return wrong("tools", "`tools` must not be an empty array. Either provide at least one tool or omit the field entirely.")
	}
	if _, given := request["tool_choice"]; !given && truthy(tools) {
		request["tool_choice"] = "auto"
	}
	choice := request["tool_choice"]
	if choice == nil || choice == "none" {
		return nil
	}
	if !hasTools || tools == nil {
		return wrong("tool_choice", "When using `tool_choice`, `tools` must be set.")
	}
	named, ok := choice.(map[string]any)
	if !ok {
		if choice == "auto" || choice == "required" {
			return nil
		}
		return wrong("tool_choice", fmt.Sprintf("Invalid value for `tool_choice`: %s! Only named tools, \"none\", \"auto\" or \"required\" are supported.", display(choice)))
	}
	const usage = "Correct usage: `{\"type\": \"function\", \"function\": {\"name\": \"my_function\"}}`"
	function, ok := named["function"].(map[string]any)
	if !ok {
		return wrong("tool_choice.function", fmt.Sprintf("Invalid value for `function`: `%s` in `tool_choice`! %s", display(named["function"]), usage))
	}
	name, given := function["name"]
	if !given {
		return wrong("tool_choice.function.name", "Expected field `name` in `function` in `tool_choice`! "+usage)
	}
	if name == "" || !isText(name) {
		return wrong("tool_choice.function.name", fmt.Sprintf("Invalid `name` in `function`: `%s` in `tool_choice`! %s", display(name), usage))
	}
	for _, tool := range request.list("tools") {
		tool, _ := tool.(map[string]any)
		if function, _ := tool["function"].(map[string]any); function["name"] == name {
			return nil
		}
	}
	return wrong("tool_choice", "The tool specified in `tool_choice` does not match any of the specified `tools`")
}

// logprobsAsGiven judges how many probabilities are asked for: under `top_logprobs` in a chat, under `logprobs` in a completion.
func logprobsAsGiven(request body, name string) *refusal {
	if truthy(request["logprob_token_ids"]) {
		if truthy(request["use_beam_search"]) {
			return wrong("logprob_token_ids", "`logprob_token_ids` is not supported with beam search.")
		}
		if name == "top_logprobs" && !truthy(request["logprobs"]) {
			return wrong("logprob_token_ids", "when using `logprob_token_ids`, `logprobs` must be set to true.")
		}
		if name == "logprobs" && request["logprobs"] == nil {
			return wrong("logprob_token_ids", "when using `logprob_token_ids`, `logprobs` must be set.")
		}
	}
	for _, each := range []string{"prompt_logprobs", name} {
		if given := request[each]; given != nil && !isNumber(given) {
			return wrong(each, fmt.Sprintf("`%s` must be an integer.", each), given)
		}
	}
	for _, each := range []string{"prompt_logprobs", name} {
		if request[each] == nil {
			continue
		}
		count := request.number(each, 0)
		if each == "prompt_logprobs" && truthy(request["stream"]) && (count > 0 || count == -1) {
			return wrong(each, "`prompt_logprobs` are not available when `stream=True`.")
		}
		if count < 0 && count != -1 {
			return wrong(each, fmt.Sprintf("`%s` must be a positive value or -1.", each), request[each])
		}
		if each == "top_logprobs" && count != 0 && !truthy(request["logprobs"]) {
			return wrong(each, "when using `top_logprobs`, `logprobs` must be set to true.")
		}
	}
	return nil
}

// chatTemplateProblem refuses tools that nothing would parse, and templates of strangers (renderers/online_renderer.py).
func (server *server) chatTemplateProblem(request body) *refusal {
	choice := request["tool_choice"]
	if !server.parsesTools && choice != nil && choice != "none" {
		description := `"` + request.text("tool_choice") + `"`
		if named, ok := choice.(map[string]any); ok {
			function := named["function"].(map[string]any)
			description = fmt.Sprintf(`function "%s"`, function["name"])
		}
		if choice == "auto" {
			return refuse(`"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set`)
		}
		return refuse("tool_choice=%s requires --tool-call-parser to be set", description)
	}
	options, _ := request["chat_template_kwargs"].(map[string]any)
	if request["chat_template"] != nil || options["chat_template"] != nil {
		return refuse("Chat template is passed with request, but --trust-request-chat-template is not set. Refused request with untrusted chat template.")
	}
	return nil
}

// conversation is a chat as the simulator gets it: every message with a role and a text.
func (server *server) conversation(request body) (messages []map[string]string, refused *refusal) {
	for _, each := range request.list("messages") {
		message := body(each.(map[string]any))
		text, refused := server.messageText(message)
		if refused != nil {
			return nil, refused
		}
		messages = append(messages, map[string]string{"role": message.text("role"), "content": text})
	}
	for _, each := range request.list("messages") {
		if refused := toolCallsProblem(each.(map[string]any)); refused != nil {
			return nil, refused
		}
	}
	if len(messages) == 0 {
		// What the chat templates say to it.
		return nil, refuse("list object has no element 0")
	}
	return messages, nil
}

func toolCallsProblem(message body) *refusal {
	for _, call := range message.list("tool_calls") {
		call, _ := call.(map[string]any)
		if kind, given := call["type"]; message["role"] == "assistant" && given && kind != "function" {
			return wrong("tool_calls", "chat completions only support assistant tool_calls of type 'function'.")
		}
	}
	return nil
}

// Kinds of content that a text model has no use for.
var media = []string{"image_url", "input_audio", "video_url", "audio_url", "image_embeds", "audio_embeds", "video_embeds", "input_image", "image_pil"}
