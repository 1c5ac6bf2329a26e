package main

import "net/http"

var (
	named        = field{name: "model", check: optional(text)}
	tokenizing   = api{check: either(model(named, field{"prompt", text, true}), model(named, field{"messages", listOf(message), true}))}
	detokenizing = api{check: model(named, field{"tokens", tokens, true})}
)

// tokenize and detokenize speak of tokens of cl100k_base, which are not the model's.
func (front *front) tokenize(writer http.ResponseWriter, request *http.Request) {
	given, ok := front.named(writer, request, tokenizing)
	if !ok {
		return
	}
	text := given.text("prompt")
	if given["prompt"] == nil {
		messages, refused := front.conversation(given)
		if refused != nil {
			refused.send(writer)
			return
		}
		text = asPrompt(messages)
	}
	numbers, _, _ := front.codec.Encode(text)
	sendJSON(writer, http.StatusOK, map[string]any{
		"count": len(numbers), "max_model_len": front.contextLength, "tokens": numbers, "token_strs": nil,
	})
}

func (front *front) detokenize(writer http.ResponseWriter, request *http.Request) {
	given, ok := front.named(writer, request, detokenizing)
	if !ok {
		return
	}
	var numbers []uint
	for _, token := range given.list("tokens") {
		number, _ := wholeNumber(token)
		numbers = append(numbers, uint(number.Uint64()))
	}
	text, _ := front.codec.Decode(numbers)
	sendJSON(writer, http.StatusOK, map[string]any{"prompt": text})
}

// named reads a request for a model that there is.
func (front *front) named(writer http.ResponseWriter, request *http.Request, api api) (body, bool) {
	content, ok := content(writer, request)
	if !ok {
		return nil, false
	}
	given, refused := api.read(content)
	if refused == nil {
		_, refused = front.served(given.text("model"))
	}
	if refused != nil {
		refused.send(writer)
	}
	return given, refused == nil
}
