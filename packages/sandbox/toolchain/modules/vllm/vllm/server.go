package main

import (
	"slices"

	"github.com/tiktoken-go/tokenizer"
)

// server is what the answers to requests depend on.
type server struct {
	// Names of the model; answers carry the first.
	names    []string
	adapters []adapter
	// Where the weights are, as `vllm serve` was told.
	root          string
	contextLength int64
	// No answer gets longer; 0: no limit but the context.
	answerLimit int64
	// With --enable-auto-tool-choice and a parser; without, tools are refused.
	parsesTools bool
	keys        []string
	// Whether the model has an encoder of images; their content is not looked at.
	readsImages bool
	codec       tokenizer.Codec
}

// adapter is a LoRA adapter that a server loads when it starts.
type adapter struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// served is the name under which the simulator knows a model; nobody has to name one.
func (server *server) served(name string) (string, *refusal) {
	if name == "" {
		return server.names[0], nil
	}
	isAdapter := slices.ContainsFunc(server.adapters, func(each adapter) bool { return each.Name == name })
	if isAdapter || slices.Contains(server.names, name) {
		return name, nil
	}
	return "", unknownModel(name)
}

// models is the answer of /v1/models.
func (server *server) models(created int64) map[string]any {
	card := func(name, root string, parent, contextLength any) map[string]any {
		return map[string]any{
			"id": name, "object": "model", "created": created, "owned_by": "vllm", "root": root, "parent": parent, "max_model_len": contextLength,
			"permission": []any{map[string]any{
				"id": "modelperm-" + name, "object": "model_permission", "created": created, "organization": "*", "group": nil,
				"allow_create_engine": false, "allow_sampling": true, "allow_logprobs": true, "allow_search_indices": false,
				"allow_view": true, "allow_fine_tuning": false, "is_blocking": false,
			}},
		}
	}
	var cards []any
	for _, name := range server.names {
		cards = append(cards, card(name, server.root, nil, server.contextLength))
	}
	for _, each := range server.adapters {
		cards = append(cards, card(each.Name, each.Path, server.names[0], nil))
	}
	return map[string]any{"object": "list", "data": cards}
}
