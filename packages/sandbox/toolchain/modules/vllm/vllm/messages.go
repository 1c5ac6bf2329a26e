package main

import (
	"fmt"
	"slices"
	"strings"
)

// Roles whose content vLLM reads by OpenAI's own types; any other role is taken as it comes.
var knownRoles = []string{"developer", "system", "user", "assistant", "tool"}

// message checks one message of a chat. vLLM tries eight types in turn and reports what each of them misses; this reports the first.
func message(value any, place string) []failure {
	place += ".ChatCompletionDeveloperMessageParam"
	given, ok := value.(map[string]any)
	if !ok {
		return fails("dict_type", value, place)
	}
	role, hasRole := given["role"]
	content, hasContent := given["content"]
	switch content := content.(type) {
	case string:
	case []any:
		if !slices.Contains(knownRoles, display(role)) && slices.ContainsFunc(content, isNoPart) {
			return oneOf("developer")(role, place+".role")
		}
	case map[string]any:
		if !slices.Contains(knownRoles, display(role)) {
			return fails("string_type", content, place+".content")
		}
	default:
		mayBeNull := content == nil && (role == "assistant" || role == "function")
		if hasContent && !mayBeNull {
			return fails("string_type", content, place+".content")
		}
	}
	if !hasRole {
		return fails("missing", value, place+".role")
	}
	for _, name := range []string{"role", "name", "tool_call_id"} {
		if each, has := given[name]; has && !isText(each) && !(each == nil && name == "tool_call_id") {
			return oneOf("developer")(role, place+".role")
		}
	}
	return nil
}

// chatTypes checks the fields of a chat, and where those are right the calls of tools within its messages.
func chatTypes(value any, place string) []failure {
	if found := model(chatFields...)(value, place); found != nil {
		return found
	}
	for _, each := range body(value.(map[string]any)).list("messages") {
		if message := each.(map[string]any); message["role"] == "assistant" {
			if found := toolCalls(message["tool_calls"]); found != nil {
				return found
			}
		}
	}
	return nil
}

// toolCalls checks those of an assistant's message; vLLM reports them without their message.
func toolCalls(value any) []failure {
	const place = "ChatCompletionMessageFunctionToolCallParam"
	list, _ := value.([]any)
	if text, ok := value.(string); ok {
		for _, character := range text {
			list = append(list, string(character))
		}
	}
	for index, each := range list {
		place := fmt.Sprintf("body.%d.%s", index, place)
		call, ok := each.(map[string]any)
		if !ok {
			return fails("dict_type", each, place)
		}
		if _, custom := call["custom"]; custom && isText(call["id"]) {
			continue
		}
		for _, name := range []string{"id", "function"} {
			if _, has := call[name]; !has {
				return fails("missing", each, place+"."+name)
			}
		}
		function, ok := call["function"].(map[string]any)
		if !ok {
			return fails("dict_type", call["function"], place+".function")
		}
		for _, name := range []string{"arguments", "name"} {
			if found := text(function[name], place+".function"); found != nil {
				return found
			}
		}
	}
	return nil
}

// messageText joins the texts of a message (entrypoints/chat_utils.py).
func (server *server) messageText(message body) (string, *refusal) {
	switch content := message["content"].(type) {
	case string:
		return content, nil
	case map[string]any:
		return "", notParts
	case []any:
		if slices.Contains(knownRoles, message.text("role")) && len(content) > 0 && !slices.ContainsFunc(content, isPart) {
			return "", notParts
		}
		return server.joined(content)
	}
	return "", nil
}

func (server *server) joined(parts []any) (string, *refusal) {
	var texts []string
	for _, part := range parts {
		text, refused := server.partText(part)
		if refused != nil {
			return "", refused
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "\n"), nil
}

// notParts is what pydantic says when it comes to reading the content of a known role, and none of its parts is one.
var notParts = refuse("validation errors for ValidatorIterator")

// Fields that hold the text of a part, by its type.
var textFields = map[string]string{"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal", "thinking": "thinking", "tool_reference": "name"}

func isNoPart(part any) bool {
	_, isObject := part.(map[string]any)
	return !isObject && !isText(part)
}

// isPart says whether a part is what one of vLLM's types asks for. One such part makes vLLM read the others with less care.
func isPart(part any) bool {
	given, _ := part.(map[string]any)
	kind, _ := given["type"].(string)
	switch kind {
	case "text", "refusal", "thinking", "tool_reference":
		return isText(given[textFields[kind]])
	case "image_url", "video_url", "audio_url":
		if address, ok := given[kind].(map[string]any); ok {
			return isText(address["url"])
		}
		return isText(given[kind]) || given[kind] == nil
	case "":
		return given["type"] == nil && (given["image_url"] != nil || given["video_url"] != nil || given["audio_url"] != nil)
	}
	_, has := given[map[string]string{"prompt_embeds": "data"}[kind]]
	return has || given[kind] != nil
}

func (server *server) partText(part any) (string, *refusal) {
	if text, ok := part.(string); ok {
		return text, nil
	}
	given, ok := part.(map[string]any)
	if !ok {
		return "", notParts
	}
	kind, _ := given["type"].(string)
	if given["type"] == nil {
		for _, name := range media {
			if _, has := given[name]; has {
				kind = name
			}
		}
	}
	switch field, isTextual := textFields[kind]; {
	case isTextual:
		text, _ := given[field].(string)
		return text, nil
	case kind == "":
		return "", wrong("type", "Missing 'type' field in multimodal part.")
	case kind == "prompt_embeds":
		return "", wrong("prompt_embeds", "You must set `--enable-prompt-embeds` to input `prompt_embeds`")
	case server.readsImages && strings.Contains(kind, "audio"):
		return "", refuse("At most 0 audio(s) may be provided in one prompt.")
	case server.readsImages && slices.Contains(media, kind):
		return "", nil
	case slices.Contains(media, kind):
		return "", refuse("%s is not a multimodal model", server.names[0])
	}
	const supported = "audio_embeds, audio_url, image_embeds, image_pil, image_url, input_audio, input_image, input_text, output_text, prompt_embeds, refusal, text, thinking, tool_reference, video_embeds, video_url"
	return "", wrong("type", fmt.Sprintf("Unsupported chat content part type: '%s'. Supported types: %s.", kind, supported), kind)
}
