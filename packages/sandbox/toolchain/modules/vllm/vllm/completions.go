package main

import (
	"encoding/json"
	"fmt"
)

// vLLM's VLLM_MAX_COMPLETION_PROMPTS.
const maximumPrompts = 1024

// completionAsGiven is what vLLM looks at before any field's type (the "before" validators of CompletionRequest, the last one first).
func completionAsGiven(request body) *refusal {
	if list := request.list("prompt"); len(list) > maximumPrompts && !isNumber(list[0]) {
		return wrong("prompt", fmt.Sprintf("prompt list length %d exceeds the maximum allowed count of %d. To increase this limit, set the VLLM_MAX_COMPLETION_PROMPTS environment variable.", len(list), maximumPrompts))
	}
	if prompt := request["prompt"]; (prompt == nil || prompt == "") && request["prompt_embeds"] == nil {
		return wrong("prompt", "Either prompt or prompt_embeds must be provided and non-empty.")
	}
	refused := first(request, streamAsGiven, func(request body) *refusal {
		return logprobsAsGiven(request, "logprobs")
	}, structuredAsGiven, formatAsGiven, cacheSaltAsGiven, budgetAsGiven, constraintsAsGiven, repetitionAsGiven)
	if request["max_tokens"] == nil {
		request["max_tokens"] = json.Number(defaultCompletionTokens)
	}
	return refused
}

// completionProblem refuses what vLLM has no support for (renderers/online_renderer.py, openai/completion/serving.py).
func completionProblem(request body) *refusal {
	switch {
	case request.is("stream") && request.is("use_beam_search"):
		return refuse("Streaming is not currently supported with beam search")
	case request["suffix"] != nil:
		return refuse("suffix is not currently supported")
	case request["prompt_embeds"] != nil:
		return wrong("prompt_embeds", "You must set `--enable-prompt-embeds` to input `prompt_embeds`")
	}
	return nil
}

// prompts splits what a completion may be asked with: a text, a list of tokens, or lists of them. A list of tokens stays one.
func prompts(request body) []any {
	list, ok := request["prompt"].([]any)
	if !ok {
		return []any{request["prompt"]}
	}
	if len(list) > 0 && isNumber(list[0]) {
		return []any{list}
	}
	return list
}
