package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// prepared is a request as the simulator gets it.
type prepared struct {
	body map[string]any
	// What vLLM's engine would find; sent as an event to who asked for a stream.
	late *refusal
}

// api is one of vLLM's ways to ask a model.
type api struct {
	// Rules that come before the types of fields, the types, and what is left.
	asGiven func(body) *refusal
	check   check
	prepare func(*server, body) (prepared, *refusal)
}

var apis = map[string]api{
	"/v1/chat/completions": {chatAsGiven, chatTypes, (*server).chat},
	"/v1/completions":      {completionAsGiven, model(completionFields...), (*server).completion},
	"/v1/responses":        {responseAsGiven, model(responseFields...), (*server).response},
}

// read decodes a request and checks it, in vLLM's order.
func (api api) read(content []byte) (body, *refusal) {
	given, refused := decode(content)
	if refused != nil {
		return nil, refused
	}
	object, _ := given.(map[string]any)
	if object != nil && api.asGiven != nil {
		refused = api.asGiven(object)
	}
	if refused == nil {
		refused = rejected(api.check(given, "body"))
	}
	return object, refused
}

// decode reads JSON, and says where it is none as FastAPI does.
func decode(content []byte) (value any, refused *refusal) {
	if len(content) == 0 {
		return nil, rejected(fails("missing", nil, "body"))
	}
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.UseNumber()
	err := decoder.Decode(&value)
	place, reason := int64(len(content)), "Expecting value"
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) {
		place, reason = wrong.Offset-1, wrong.Error()
	} else if err == nil {
		rest := strings.TrimLeft(string(content[decoder.InputOffset():]), " \t\r\n")
		if place -= int64(len(rest)); rest == "" {
			return value, nil
		}
		reason = "Extra data"
	}
	text := "{'error': " + quoted(reason) + "}"
	return nil, rejected([]failure{{"json_invalid", fmt.Sprintf("body.%d", place), "JSON decode error", map[string]any{}, text}})
}

func (server *server) chat(request body) (result prepared, refused *refusal) {
	wish := length{"max_tokens", request.whole("max_tokens"), request.whole("truncate_prompt_tokens")}
	if asked := request.whole("max_completion_tokens"); asked != nil {
		wish.name, wish.asked = "max_completion_tokens", asked
	}
	if refused := server.chatTemplateProblem(request); refused != nil {
		return result, refused
	}
	if refused := server.parameterProblem(wish); refused != nil {
		return result, refused
	}
	messages, refused := server.conversation(request)
	if refused != nil {
		return result, refused
	}
	tokens, refused := server.answerTo(request, messages, wish)
	if refused != nil {
		return result, refused
	}
	result.body = map[string]any{"messages": messages}
	if server.shorten(&messages, tokens) {
		result.body = map[string]any{"messages": messages, "max_completion_tokens": 1}
	}
	var logprobs *int64
	if request.is("logprobs") {
		if logprobs = request.whole("top_logprobs"); logprobs == nil {
			logprobs = new(int64)
		}
		result.body["logprobs"], result.body["top_logprobs"] = true, max(*logprobs, 0)
	}
	if server.parsesTools && request["tools"] != nil {
		result.body["tools"], result.body["tool_choice"] = request["tools"], request["tool_choice"]
	}
	result.late = engineProblem(request, logprobs)
	return result, nil
}

// answerTo is how long the answer to a conversation may get.
func (server *server) answerTo(request body, messages []map[string]string, wish length, rules ...func(body) *refusal) (int64, *refusal) {
	counted, refused := server.textProblem(asPrompt(messages), wish)
	if refused != nil {
		return 0, refused
	}
	// A template puts a mark before and after each message.
	counted, refused = server.tokensProblem(counted+int64(2*len(messages)), wish)
	if refused != nil {
		return 0, refused
	}
	tokens := server.answerTokens(counted, wish)
	rules = append(rules, constraintsProblem, func(request body) *refusal { return samplingProblem(request, tokens) })
	return tokens, first(request, rules...)
}

// asPrompt stands for what a chat template makes of messages.
func asPrompt(messages []map[string]string) string {
	var prompt strings.Builder
	for _, message := range messages {
		fmt.Fprintf(&prompt, "%s\n%s\n", message["role"], message["content"])
	}
	return prompt.String()
}

func (server *server) completion(request body) (result prepared, refused *refusal) {
	wish := length{"max_tokens", request.whole("max_tokens"), request.whole("truncate_prompt_tokens")}
	if refused := completionProblem(request); refused != nil {
		return result, refused
	}
	if refused := server.parameterProblem(wish); refused != nil {
		return result, refused
	}
	all := prompts(request)
	if len(all) == 0 {
		return result, refuse("You must pass at least one prompt")
	}
	least := server.contextLength
	for _, each := range all {
		counted, refused := server.promptTokens(each, wish)
		if refused != nil {
			return result, refused
		}
		if counted == 0 {
			result.late = refuse("The decoder prompt cannot be empty")
		}
		least = min(least, server.answerTokens(counted, wish))
	}
	if least == 0 && request.is("echo") && *wish.asked == 0 {
		least = 1
	}
	if refused := first(request, constraintsProblem, func(request body) *refusal { return samplingProblem(request, least) }); refused != nil {
		return result, refused
	}
	result.body = map[string]any{"prompt": request["prompt"]}
	for index, each := range all {
		if short, cut := server.shortened(each, least); cut {
			all[index], result.body["max_tokens"] = short, 1
		}
	}
	if result.body["max_tokens"] != nil {
		result.body["prompt"] = all
	}
	logprobs := request.whole("logprobs")
	if logprobs != nil {
		result.body["logprobs"] = max(*logprobs, 0)
	}
	if refused := engineProblem(request, logprobs); refused != nil {
		result.late = refused
	}
	return result, nil
}

// promptTokens counts those of one prompt: a text, or a list of tokens.
func (server *server) promptTokens(prompt any, wish length) (int64, *refusal) {
	if text, ok := prompt.(string); ok {
		return server.textProblem(text, wish)
	}
	list := prompt.([]any)
	if unknown := outOfVocabulary(list); unknown != nil {
		return 0, refuse("Token id %s is out of vocabulary", display(unknown[0]))
	}
	return server.tokensProblem(int64(len(list)), wish)
}

func (server *server) response(request body) (result prepared, refused *refusal) {
	wish := length{name: "max_output_tokens", asked: request.whole("max_output_tokens")}
	if request["truncation"] == "auto" {
		all := int64(-1)
		wish.truncated = &all
	}
	if refused := responseProblem(request); refused != nil {
		return result, refused
	}
	if refused := server.parameterProblem(wish); refused != nil {
		return result, refused
	}
	messages, refused := server.responseConversation(request)
	if refused != nil {
		return result, refused
	}
	tokens, refused := server.answerTo(request, messages, wish, responseFormatProblem)
	if refused != nil {
		return result, refused
	}
	result.body = map[string]any{"input": messages}
	if server.shorten(&messages, tokens) {
		result.body = map[string]any{"input": messages, "max_output_tokens": 1}
	}
	for _, included := range request.list("include") {
		if included == "message.output_text.logprobs" {
			result.late = engineProblem(request, request.whole("top_logprobs"))
		}
	}
	if result.late == nil {
		result.late = engineProblem(request, nil)
	}
	return result, nil
}
