module genai.sandbox/toolchain/programs

go 1.26.0
