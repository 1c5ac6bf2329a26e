package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// The name that goes with the token; tools ask for one.
const user = "genai"

// Of 128 bits at least, in hexadecimal or Base64.
const shortestToken = 22

func readToken(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(text))
	if len(token) < shortestToken {
		return "", fmt.Errorf("%s holds no token of %d characters", file, shortestToken)
	}
	return token, nil
}

// Hands on requests that carry the token: every user of the machine can connect to a port of its loopback interface.
func authorized(token string, next http.Handler) http.Handler {
	wanted := sha256.Sum256([]byte(user + ":" + token))
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		given := sha256.Sum256([]byte(credentials(request)))
		if subtle.ConstantTimeCompare(given[:], wanted[:]) != 1 {
			writer.Header().Set("Proxy-Authenticate", `Basic realm="genai"`)
			writer.Header().Set("Connection", "close")
			http.Error(writer, "This proxy asks for a token: curl --config <the cluster's curl.conf>.", http.StatusProxyAuthRequired)
			return
		}
		next.ServeHTTP(writer, request)
	})
}

// What a request's only Proxy-Authorization says, as name:token.
func credentials(request *http.Request) string {
	values := request.Header.Values("Proxy-Authorization")
	request.Header.Del("Proxy-Authorization")
	if len(values) != 1 {
		return ""
	}
	basic := http.Request{Header: http.Header{"Authorization": values}}
	name, token, _ := basic.BasicAuth()
	return name + ":" + token
}
