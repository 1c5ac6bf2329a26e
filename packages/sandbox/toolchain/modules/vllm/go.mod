module genai.sandbox/toolchain/vllm

go 1.26.0

require (
	github.com/tiktoken-go/tokenizer v0.10.0
	go.yaml.in/yaml/v3 v3.0.4
)

require github.com/dlclark/regexp2/v2 v2.5.1 // indirect
