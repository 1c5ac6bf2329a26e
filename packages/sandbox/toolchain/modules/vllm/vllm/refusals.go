package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// refusal is an answer to a request that vLLM does not take.
type refusal struct {
	status  int
	kind    string
	message string
	// Name of the parameter at fault; empty: none is named.
	parameter string
}

// wrong refuses a value as vLLM's VLLMValidationError does: its text ends with the parameter, and with the value where one is given.
func wrong(parameter, message string, value ...any) *refusal {
	extras := []string{}
	if parameter != "" {
		extras = append(extras, "parameter="+parameter)
	}
	for _, each := range value {
		extras = append(extras, "value="+display(each))
	}
	if len(extras) > 0 {
		message += " (" + strings.Join(extras, ", ") + ")"
	}
	return &refusal{http.StatusBadRequest, "BadRequestError", message, parameter}
}

// refuse is wrong without a parameter.
func refuse(format string, values ...any) *refusal {
	return wrong("", fmt.Sprintf(format, values...))
}

func unknownModel(name string) *refusal {
	message := fmt.Sprintf("The model `%s` does not exist.", name)
	return &refusal{http.StatusNotFound, "NotFoundError", message, "model"}
}

func (refused *refusal) body() map[string]any {
	var parameter any
	if refused.parameter != "" {
		parameter = refused.parameter
	}
	return map[string]any{"error": map[string]any{
		"message": refused.message, "type": refused.kind, "param": parameter, "code": refused.status,
	}}
}

func (refused *refusal) send(writer http.ResponseWriter) {
	sendJSON(writer, refused.status, refused.body())
}

// sendAsEvent answers in a stream: by the time that vLLM's engine sees a request, the status has been sent.
func (refused *refusal) sendAsEvent(writer http.ResponseWriter) {
	writer.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	fmt.Fprintf(writer, "data: %s\n\ndata: [DONE]\n\n", compact(refused.body()))
}

func sendJSON(writer http.ResponseWriter, status int, body any) {
	writer.Header().Set("Content-Type", "application/json")
	writer.WriteHeader(status)
	_, _ = writer.Write(compact(body))
}

func compact(body any) []byte {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body)
	return []byte(strings.TrimSuffix(text.String(), "\n"))
}
