//go:build tools

// Package tools pins the programs that the toolchain builds from this module.
package tools

import _ "k8s.io/kube-state-metrics/v2"
