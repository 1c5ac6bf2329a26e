package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What a completion gets without `max_tokens`.
const defaultCompletionTokens = "16"

// vLLM counts no tokens of a text that has more characters than its longest tokens could cover.
const longestToken = 128

// length is how long a request's answer may get, and under which name it says so.
type length struct {
	name string
	// nil: the request does not say.
	asked *int64
	// Tokens of the prompt to keep at most; nil: all of them, or the request fails.
	truncated *int64
}

// parameterProblem judges the wish alone (TokenizeParams.__post_init__).
func (server *server) parameterProblem(wish length) *refusal {
	asked := wish.tokens()
	if asked > server.contextLength {
		return wrong(wish.name, fmt.Sprintf("%s=%d cannot be greater than max_model_len=max_total_tokens=%d. Please request fewer output tokens.", wish.name, asked, server.contextLength), asked)
	}
	if room := server.contextLength - asked; wish.truncated != nil && *wish.truncated > room {
		return wrong("truncate_prompt_tokens", fmt.Sprintf("truncate_prompt_tokens=%d cannot be greater than max_model_len - %s = %d. Please request a smaller truncation size.", *wish.truncated, wish.name, room), *wish.truncated)
	}
	return nil
}

func (wish length) tokens() int64 {
	if wish.asked == nil {
		return 0
	}
	return *wish.asked
}

// textProblem judges whether a prompt and the wished answer fit the context; it also counts the prompt's tokens.
func (server *server) textProblem(prompt string, wish length) (tokens int64, refused *refusal) {
	room := server.contextLength - wish.tokens()
	if characters := int64(utf8.RuneCountInString(prompt)); wish.truncated == nil && characters > room*longestToken {
		return 0, wrong("input_text", fmt.Sprintf(
			"This model's maximum context length is %d tokens. However, you requested %d output tokens and your prompt contains %d characters (more than %d characters, which is the upper bound for %d input tokens). Please reduce the length of the input prompt or the number of requested output tokens.",
			server.contextLength, wish.tokens(), characters, room*longestToken, room), characters)
	}
	// vLLM stops to count one above what fits.
	counted := min(int64(server.count(prompt)), max(room, 0)+1)
	return server.tokensProblem(counted, wish)
}

// tokensProblem judges whether so many tokens of a prompt and the wished answer fit the context.
func (server *server) tokensProblem(counted int64, wish length) (tokens int64, refused *refusal) {
	room := server.contextLength - wish.tokens()
	if wish.truncated != nil {
		counted = min(counted, map[bool]int64{true: room, false: *wish.truncated}[*wish.truncated < 0])
	}
	if counted <= room {
		return counted, nil
	}
	qualifier := ""
	if counted == room+1 {
		qualifier = "at least "
	}
	return 0, wrong("input_tokens", fmt.Sprintf(
		"This model's maximum context length is %d tokens. However, you requested %d output tokens and your prompt contains %s%d input tokens, for a total of %s%d tokens. Please reduce the length of the input prompt or the number of requested output tokens.",
		server.contextLength, wish.tokens(), qualifier, counted, qualifier, counted+wish.tokens()), counted)
}

// answerTokens is how long an answer may get: vLLM takes the least of what is left, asked for and configured (get_max_tokens).
func (server *server) answerTokens(prompt int64, wish length) int64 {
	tokens := server.contextLength - prompt
	if wish.asked != nil {
		tokens = min(tokens, *wish.asked)
	}
	if server.answerLimit > 0 {
		tokens = min(tokens, server.answerLimit)
	}
	return tokens
}

// shorten bounds the answer to messages, and says whether it had to. The simulator repeats the last message, whatever its limit; told of
// a limit of one token it says at least that the answer was cut.
func (server *server) shorten(messages *[]map[string]string, tokens int64) bool {
	last := (*messages)[len(*messages)-1]
	short, cut := server.shortened(last["content"], tokens)
	if cut {
		*messages = append(*messages, map[string]string{"role": last["role"], "content": short.(string)})
	}
	return cut
}

// shortened is the beginning of a prompt: a text, or a list of tokens.
func (server *server) shortened(prompt any, tokens int64) (any, bool) {
	tokens = max(tokens, 1)
	if list, ok := prompt.([]any); ok {
		return list[:min(int64(len(list)), tokens)], int64(len(list)) > tokens
	}
	text := prompt.(string)
	numbers, _, err := server.codec.Encode(text)
	if err != nil || int64(len(numbers)) <= tokens {
		return text, false
	}
	short, _ := server.codec.Decode(numbers[:tokens])
	return strings.ToValidUTF8(short, ""), true
}

// count is how many tokens cl100k_base makes of a text; the vocabularies of today's models differ from it by a few per cent.
func (server *server) count(text string) int {
	count, err := server.codec.Count(text)
	if err != nil {
		return len(text)
	}
	return count
}
