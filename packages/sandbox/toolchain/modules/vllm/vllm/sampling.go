package main

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
)

// Limits of vLLM 0.30.0: VLLM_MAX_N_SEQUENCES, --max-logprobs and MAX_LOGPROB_TOKEN_IDS.
const maximumChoices, maximumLogprobs, maximumLogprobTokens = 16384, 20, 128

// The stand-in has no model, and takes the numbers of tokens that the largest of today's vocabularies has.
const vocabulary = 262144

// Temperatures below count as nought.
const greedy = 1e-5

// samplingProblem judges the numbers of a request (SamplingParams.__post_init__); tokens is how long the answer may get.
func samplingProblem(request body, tokens int64) *refusal {
	biases, _ := request["logit_bias"].(map[string]any)
	var unreadable []any
	for _, token := range sortedKeys(biases) {
		if _, err := strconv.Atoi(token); err != nil {
			unreadable = append(unreadable, token)
		}
	}
	if unreadable != nil {
		return wrong("logit_bias", "logit_bias contains key(s) that cannot be converted to integer token IDs: "+display(unreadable), unreadable)
	}
	choices := int64(1)
	if given := request.whole("n"); given != nil {
		choices = *given
	}
	if choices < 1 {
		return refuse("n must be at least 1, got %d.", choices)
	}
	if choices > maximumChoices {
		return refuse("n must be at most %d, got %d. To increase this limit, set the VLLM_MAX_N_SEQUENCES environment variable.", maximumChoices, choices)
	}
	if request.is("use_beam_search") {
		return nil
	}
	for _, name := range []string{"presence_penalty", "frequency_penalty"} {
		if value := request.number(name, 0); !(value >= -2 && value <= 2) {
			return refuse("%s must be in [-2, 2], got %s.", name, displayNumber(value))
		}
	}
	if value := request.number("repetition_penalty", 1); math.IsInf(value, 0) {
		return refuse("repetition_penalty must be a finite number, got %s.", displayNumber(value))
	} else if value <= 0 {
		return refuse("repetition_penalty must be greater than zero, got %s.", displayNumber(value))
	}
	temperature := request.number("temperature", 1)
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{math.IsInf(temperature, 0), "be a finite number"},
		{temperature < 0, "be non-negative"},
		{temperature > 2, "be in [0, 2]"},
	} {
		if rule.broken {
			return wrong("temperature", fmt.Sprintf("temperature must %s, got %s.", rule.text, displayNumber(temperature)), temperature)
		}
	}
	if value := request.number("top_p", 1); !(value > 0 && value <= 1) {
		return wrong("top_p", fmt.Sprintf("top_p must be in (0, 1], got %s.", displayNumber(value)), value)
	}
	if value := request.whole("top_k"); value != nil && *value < -1 {
		return refuse("top_k must be 0 (disable), or at least 1, got %d.", *value)
	}
	if value := request.number("min_p", 0); !(value >= 0 && value <= 1) {
		return refuse("min_p must be in [0, 1], got %s.", displayNumber(value))
	}
	if tokens < 1 {
		return wrong("max_tokens", fmt.Sprintf("max_tokens must be at least 1, got %d.", tokens), tokens)
	}
	if least := request.whole("min_tokens"); least != nil && *least < 0 {
		return refuse("min_tokens must be greater than or equal to 0, got %d.", *least)
	} else if least != nil && *least > tokens {
		return refuse("min_tokens must be less than or equal to max_tokens=%d, got %d.", tokens, *least)
	}
	if stop, given := request["stop"]; given && stop == "" || hasEmpty(request.list("stop")) {
		return refuse("stop cannot contain an empty string.")
	}
	if words := request.list("bad_words"); hasEmpty(words) {
		return refuse("bad_words cannot contain an empty string. Got bad_words=%s", display(words))
	}
	if temperature < greedy && choices > 1 {
		return refuse("n must be 1 when using greedy sampling, got %d.", choices)
	}
	return nil
}

func hasEmpty(texts []any) bool {
	for _, text := range texts {
		if text == "" {
			return true
		}
	}
	return false
}

// engineProblem is what only vLLM's engine finds out (SamplingParams.verify): in a stream the answer has begun by then.
// @param logprobs How many probabilities of each token of the answer are asked for; nil is none.
func engineProblem(request body, logprobs *int64) *refusal {
	counts := []struct {
		what, name string
		count      *int64
	}{{"sample", "logprobs", logprobs}, {"prompt", "prompt_logprobs", request.whole("prompt_logprobs")}}
	for _, each := range counts {
		if each.count == nil {
			continue
		}
		count := *each.count
		if count == -1 {
			count = vocabulary
		}
		if count > maximumLogprobs {
			return wrong(each.name, fmt.Sprintf("Requested %s logprobs of %d, which is greater than max allowed: %d", each.what, count, maximumLogprobs), count)
		}
	}
	if count := len(request.list("logprob_token_ids")); count > maximumLogprobTokens {
		return wrong("logprob_token_ids", fmt.Sprintf("Requested logprob_token_ids of length %d, which is greater than max allowed: %d", count, maximumLogprobTokens), count)
	}
	biases, _ := request["logit_bias"].(map[string]any)
	var biased []any
	for _, token := range sortedKeys(biases) {
		biased = append(biased, token)
	}
	for _, each := range []struct {
		name   string
		tokens []any
	}{{"logprob_token_ids", request.list("logprob_token_ids")}, {"logit_bias", biased}, {"stop_token_ids", request.list("stop_token_ids")}} {
		if unknown := outOfVocabulary(each.tokens); unknown != nil {
			return wrong(each.name, fmt.Sprintf("token_id(s) %s in %s contain out-of-vocab token ids. Vocabulary size: %d", display(unknown), each.name, vocabulary), unknown)
		}
	}
	if allowed, given := request["allowed_token_ids"].([]any); given && len(allowed) == 0 {
		return wrong("allowed_token_ids", "allowed_token_ids is not None and empty!", allowed)
	} else if unknown := outOfVocabulary(allowed); unknown != nil {
		return wrong("allowed_token_ids", "allowed_token_ids contains out-of-vocab token id!", unknown)
	}
	if budget := request.whole("thinking_token_budget"); budget != nil && *budget != -1 {
		return refuse("thinking_token_budget is set but reasoning_config is not configured. Please set --reasoning-parser and/or --reasoning-config to use thinking_token_budget.")
	}
	return structuredProblem(request)
}

func outOfVocabulary(tokens []any) (unknown []any) {
	for _, token := range tokens {
		if number, kind := wholeNumber(token); kind == "" && (number.Sign() < 0 || number.Cmp(big.NewInt(vocabulary)) >= 0) {
			unknown = append(unknown, number)
		}
	}
	return unknown
}
