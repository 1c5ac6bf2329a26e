package main

import (
	"crypto/subtle"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// Paths that vLLM answers without a key. It asks for one below /v1 only; everything else that the simulator offers changes how it
// behaves, and is kept behind the key as well.
var open = []string{"/health", "/metrics", "/ping", "/version", "/load"}

// front asks for one of the keys, if there are any, and hands the rest to the simulator as it comes, part by part.
func front(behind *url.URL, keys []string) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.SetURL(behind)
			request.Out.Host = request.In.Host
			request.Out.Header.Del("Authorization")
		},
		// Every token at once.
		FlushInterval: -1,
		// Until the simulator listens, and when a client goes away.
		ErrorHandler: func(writer http.ResponseWriter, _ *http.Request, _ error) {
			writer.WriteHeader(http.StatusServiceUnavailable)
		},
		ErrorLog: log.New(io.Discard, "", 0),
	}
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if !allowed(request, keys) {
			writer.Header().Set("Content-Type", "application/json")
			writer.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(writer, `{"error":"Unauthorized"}`)
			return
		}
		proxy.ServeHTTP(writer, request)
	})
}

func allowed(request *http.Request, keys []string) bool {
	if len(keys) == 0 || request.Method == http.MethodOptions {
		return true
	}
	for _, path := range open {
		if request.URL.Path == path {
			return true
		}
	}
	scheme, given, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	found := false
	for _, key := range keys {
		if subtle.ConstantTimeCompare([]byte(given), []byte(key)) == 1 {
			found = true
		}
	}
	return found && strings.EqualFold(scheme, "bearer")
}
