package main

import "math"

// What vLLM 0.30.0 declares of its requests, in its order: entrypoints/openai/*/protocol.py.

// vLLM's VLLM_MAX_STOP_STRINGS.
const maximumStops = 4

var (
	object     = mapOf(anything)
	stops      = optional(either(text, shortList(maximumStops, text)))
	signed     = atMost(math.MaxInt64, atLeast(math.MinInt64, whole))
	tokens     = listOf(atLeast(0, whole))
	efforts    = []string{"none", "minimal", "low", "medium", "high", "xhigh", "max"}
	extras     = optional(mapOf(either(text, whole, real, listOf(either(text, whole, real)))))
	streaming  = optional(model(field{name: "include_usage", check: optional(boolean)}, field{name: "continuous_usage_stats", check: optional(boolean)}))
	repetition = optional(model(field{name: "max_pattern_size", check: whole}, field{name: "min_pattern_size", check: whole}, field{name: "min_count", check: whole}))
)

var structuredOutputs = optional(model(
	field{name: "json", check: optional(either(text, object))},
	field{name: "regex", check: optional(text)},
	field{name: "choice", check: optional(listOf(text))},
	field{name: "grammar", check: optional(text)},
	field{name: "json_object", check: optional(boolean)},
	field{name: "structural_tag", check: optional(text)},
))

var responseFormat = optional(either(
	model(
		field{"type", oneOf("text", "json_object", "json_schema"), true},
		field{name: "json_schema", check: optional(model(
			field{"name", text, true},
			field{name: "description", check: optional(text)},
			field{name: "schema", check: optional(object)},
			field{name: "strict", check: optional(boolean)},
		))},
	),
	model(field{"type", oneOf("structural_tag"), true}, field{"format", anything, true}),
	model(field{"type", oneOf("structural_tag"), true}, field{"structures", listOf(object), true}, field{"triggers", listOf(text), true}),
))

var function = model(
	field{"name", text, true},
	field{name: "description", check: optional(text)},
	field{name: "parameters", check: optional(object)},
	field{name: "strict", check: optional(boolean)},
	field{name: "defer_loading", check: optional(boolean)},
)

var chatTools = optional(listOf(model(
	field{name: "type", check: oneOf("function")},
	field{"function", function, true},
	field{name: "defer_loading", check: optional(boolean)},
)))

// Fields of chats and of completions alike, in the order in which both have them.
var sampling = []field{
	{name: "use_beam_search", check: boolean},
	{name: "top_k", check: optional(whole)},
	{name: "min_p", check: optional(real)},
	{name: "repetition_penalty", check: optional(real)},
	{name: "watermarking", check: boolean},
	{name: "length_penalty", check: real},
	{name: "stop_token_ids", check: optional(listOf(whole))},
	{name: "include_stop_str_in_output", check: boolean},
	{name: "ignore_eos", check: boolean},
	{name: "min_tokens", check: whole},
	{name: "skip_special_tokens", check: boolean},
	{name: "spaces_between_special_tokens", check: boolean},
	{name: "truncate_prompt_tokens", check: optional(atMost(math.MaxInt64, atLeast(-1, whole)))},
	{name: "truncation_side", check: optional(oneOf("left", "right"))},
	{name: "prompt_logprobs", check: optional(whole)},
	{name: "logprob_token_ids", check: optional(listOf(whole))},
	{name: "allowed_token_ids", check: optional(listOf(whole))},
	{name: "bad_words", check: listOf(text)},
}

var common = []field{
	{name: "structured_outputs", check: structuredOutputs},
	{name: "priority", check: signed},
	{name: "request_id", check: text},
	{name: "session_id", check: optional(text)},
	{name: "return_tokens_as_token_ids", check: optional(boolean)},
	{name: "return_token_ids", check: optional(boolean)},
	{name: "routed_experts_prompt_start", check: atLeast(0, whole)},
	{name: "kv_transfer_params", check: optional(object)},
	{name: "ec_transfer_params", check: optional(object)},
	{name: "vllm_xargs", check: extras},
	{name: "repetition_detection", check: repetition},
	{name: "stream_interval", check: optional(atLeast(1, whole))},
}

var chatFields = join([]field{
	{"messages", listOf(message), true},
	{name: "model", check: optional(text)},
	{name: "frequency_penalty", check: optional(real)},
	{name: "logit_bias", check: optional(mapOf(real))},
	{name: "logprobs", check: optional(boolean)},
	{name: "top_logprobs", check: optional(whole)},
	{name: "max_tokens", check: optional(whole)},
	{name: "max_completion_tokens", check: optional(whole)},
	{name: "n", check: optional(whole)},
	{name: "presence_penalty", check: optional(real)},
	{name: "response_format", check: responseFormat},
	{name: "seed", check: optional(signed)},
	{name: "stop", check: stops},
	{name: "stream", check: optional(boolean)},
	{name: "stream_options", check: streaming},
	{name: "temperature", check: optional(real)},
	{name: "top_p", check: optional(real)},
	{name: "tools", check: chatTools},
	{name: "reasoning_effort", check: optional(oneOf(efforts...))},
	{name: "include_reasoning", check: boolean},
	{name: "parallel_tool_calls", check: optional(boolean)},
	{name: "user", check: optional(text)},
}, sampling, []field{
	{name: "echo", check: boolean},
	{name: "add_generation_prompt", check: boolean},
	{name: "continue_final_message", check: boolean},
	{name: "add_special_tokens", check: boolean},
	{name: "documents", check: optional(listOf(mapOf(text)))},
	{name: "chat_template", check: optional(text)},
	{name: "chat_template_kwargs", check: optional(object)},
	{name: "media_io_kwargs", check: optional(mapOf(object))},
	{name: "mm_processor_kwargs", check: optional(object)},
}, common)

var completionFields = join([]field{
	{name: "model", check: optional(text)},
	{name: "prompt", check: optional(either(tokens, listOf(tokens), text, listOf(text)))},
	{name: "echo", check: optional(boolean)},
	{name: "frequency_penalty", check: optional(real)},
	{name: "logit_bias", check: optional(mapOf(real))},
	{name: "logprobs", check: optional(whole)},
	{name: "max_tokens", check: optional(whole)},
	{name: "n", check: whole},
	{name: "presence_penalty", check: optional(real)},
	{name: "seed", check: optional(signed)},
	{name: "stop", check: stops},
	{name: "stream", check: optional(boolean)},
	{name: "stream_options", check: streaming},
	{name: "suffix", check: optional(text)},
	{name: "temperature", check: optional(real)},
	{name: "top_p", check: optional(real)},
	{name: "user", check: optional(text)},
}, sampling, []field{
	{name: "add_special_tokens", check: boolean},
	{name: "response_format", check: responseFormat},
}, common)

func join(lists ...[]field) []field {
	var all []field
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}
