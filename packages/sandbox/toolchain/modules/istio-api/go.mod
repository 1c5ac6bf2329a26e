// Its CRDs are what is used of it; nothing is built from it.
module genai.sandbox/toolchain/istio-api

go 1.26

require istio.io/api v1.31.0
