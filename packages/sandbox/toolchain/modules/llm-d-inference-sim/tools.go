//go:build tools

// Package tools pins the programs that the toolchain builds from this module.
package tools

import (
	_ "github.com/llm-d/llm-d-inference-sim/cmd/llm-d-inference-sim"
)
