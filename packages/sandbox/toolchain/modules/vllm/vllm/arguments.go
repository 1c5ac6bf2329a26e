package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tiktoken-go/tokenizer"
	"go.yaml.in/yaml/v3"
)

// Options of vLLM that the simulator has under the same name and with the same meaning.
var shared = []string{"model", "served-model-name", "max-num-seqs", "seed", "max-loras"}

// Options that this program reads itself.
var own = []string{"port", "host", "shutdown-timeout", "api-key", "max-model-len", "override-generation-config", "enable-lora", "lora-modules", "enable-auto-tool-choice", "tool-call-parser"}

// Tokens of the context where nobody says; vLLM asks the model.
const usualContext = 32768

// The simulator must not count tokens a second time, in its own way: it gets so many times the context.
const simulatorRoom = 8

// What the simulator runs with besides: no download of a tokenizer, and times that make a request last long enough to be seen.
var constant = []string{
	"--mode", "echo",
	"--force-dummy-tokenizer",
	"--latency-calculator", "constant",
	"--time-to-first-token", "50ms",
	"--inter-token-latency", "5ms",
	// Without it the share of the key-value cache in use would always be nought; 16,384 blocks of 16 tokens.
	"--enable-kvcache", "--block-size", "16", "--kv-cache-size", "16384",
	"--max-request-body-size-mb", "64",
}

// Names of models with an encoder of images; vLLM reads that in the weights.
var imageModels = regexp.MustCompile(`(?i)-vl-|mistral-small-3\.|gemma-3-(?:4|12|27)b|llama-4-|pixtral`)

// settings is what `vllm serve` was told, as far as anything here follows from it.
type settings struct {
	// Of the simulator; its port is added when it starts.
	Simulator []string `json:"simulator"`
	Port      int      `json:"port"`
	// Longest time that running requests get after the stop signal.
	Drain time.Duration `json:"drainNanoseconds"`
	// What is given and has no effect here.
	Dropped []string `json:"dropped"`
	// Whether the model takes images.
	ReadsImages bool `json:"readsImages"`
	server      *server
}

// translate reads the command line of `vllm serve`; it counts more than the file that --config names.
func translate(arguments []string, environment func(string) string) (settings, error) {
	given, err := parse(arguments)
	if err != nil {
		return settings{}, err
	}
	values := map[string][]string{}
	if file := given["config"]; len(file) == 1 {
		if values, err = load(file[0]); err != nil {
			return settings{}, err
		}
	}
	delete(given, "config")
	for name, value := range given {
		values[name] = value
	}
	if len(values["model"]) == 0 {
		return settings{}, errors.New("no model is given; write it after `serve`, with --model, or into the file of --config")
	}
	result := settings{Port: 8000}
	for _, name := range shared {
		if value, ok := values[name]; ok {
			result.Simulator = append(append(result.Simulator, "--"+name), value...)
		}
	}
	if _, ok := values["max-num-seqs"]; !ok {
		// vLLM's own default on most GPUs; the simulator's is 5.
		result.Simulator = append(result.Simulator, "--max-num-seqs", "256")
	}
	result.Simulator = append(result.Simulator, constant...)
	if port, ok := values["port"]; ok {
		if result.Port, err = strconv.Atoi(strings.Join(port, "")); err != nil {
			return settings{}, fmt.Errorf("port %q is no number", port)
		}
	}
	if drain, ok := values["shutdown-timeout"]; ok {
		seconds, err := strconv.ParseFloat(strings.Join(drain, ""), 64)
		if err != nil {
			return settings{}, fmt.Errorf("shutdown-timeout %q is no number of seconds", drain)
		}
		result.Drain = time.Duration(seconds * float64(time.Second))
	}
	if result.server, err = readServer(values, environment); err != nil {
		return settings{}, err
	}
	result.ReadsImages = result.server.readsImages
	result.Simulator = append(result.Simulator, "--max-model-len", strconv.FormatInt(result.server.contextLength*simulatorRoom, 10))
	for index, each := range result.server.adapters {
		if index == 0 {
			result.Simulator = append(result.Simulator, "--lora-modules")
		}
		result.Simulator = append(result.Simulator, string(compact(each)))
	}
	used := append(slices.Clone(own), shared...)
	for name := range values {
		if !slices.Contains(used, name) {
			result.Dropped = append(result.Dropped, name)
		}
	}
	slices.Sort(result.Dropped)
	return result, nil
}

// readServer finds out what answers depend on.
func readServer(values map[string][]string, environment func(string) string) (*server, error) {
	result := &server{names: values["served-model-name"], root: values["model"][0], contextLength: usualContext, keys: values["api-key"]}
	if len(result.names) == 0 {
		result.names = values["model"]
	}
	if key := environment("VLLM_API_KEY"); len(result.keys) == 0 && key != "" {
		result.keys = []string{key}
	}
	if given, ok := values["max-model-len"]; ok {
		length, err := strconv.ParseInt(strings.Join(given, ""), 10, 32)
		if err != nil || length < 1 {
			return nil, fmt.Errorf("max-model-len %q is no number of tokens", given)
		}
		result.contextLength = length
	}
	for _, given := range values["override-generation-config"] {
		var config struct {
			MaxNewTokens int64 `json:"max_new_tokens"`
		}
		if err := json.Unmarshal([]byte(given), &config); err != nil {
			return nil, fmt.Errorf("override-generation-config: %w", err)
		}
		result.answerLimit = config.MaxNewTokens
	}
	for _, given := range values["lora-modules"] {
		name, path, ok := strings.Cut(given, "=")
		if !ok {
			return nil, fmt.Errorf("lora-modules: %q is not written as name=path", given)
		}
		result.adapters = append(result.adapters, adapter{name, path})
	}
	result.readsImages = imageModels.MatchString(strings.Join(append(result.names, result.root), " "))
	_, automatic := values["enable-auto-tool-choice"]
	_, parser := values["tool-call-parser"]
	result.parsesTools = automatic && parser
	var err error
	result.codec, err = tokenizer.Get(tokenizer.Cl100kBase)
	return result, err
}

// parse reads `serve [model] [--name [value]...]... [--name=value]...`; underscores in a name count as dashes, as in vLLM.
func parse(arguments []string) (map[string][]string, error) {
	if len(arguments) == 0 || arguments[0] != "serve" {
		return nil, fmt.Errorf("the stand-in for vLLM knows the command `serve` only, not %q", arguments)
	}
	values := map[string][]string{}
	name := "model"
	for _, argument := range arguments[1:] {
		if !strings.HasPrefix(argument, "--") {
			values[name] = append(values[name], argument)
			continue
		}
		option, value, has := strings.Cut(argument[2:], "=")
		name = strings.ReplaceAll(option, "_", "-")
		values[name] = nil
		if has {
			values[name] = []string{value}
		}
	}
	return values, nil
}

// load reads a configuration file of vLLM: YAML, the long options without their dashes.
func load(file string) (map[string][]string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var read map[string]any
	if err := yaml.Unmarshal(content, &read); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	values := map[string][]string{}
	for name, value := range read {
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		for _, item := range list {
			key := strings.ReplaceAll(name, "_", "-")
			values[key] = append(values[key], fmt.Sprint(item))
		}
	}
	return values, nil
}
