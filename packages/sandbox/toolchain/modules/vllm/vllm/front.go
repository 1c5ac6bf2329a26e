package main

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Version of vLLM whose answers these are.
const vllmVersion = "0.30.0"

// Below these vLLM asks for a key, whether there is something or not; everything else is open to whoever reaches the port.
var guarded = []string{"/v1", "/v2", "/inference", "/cohere"}

// Methods of the paths that vLLM serves with a generative model and the options that the program renders.
var routes = map[string][]string{
	"/health": {"GET"}, "/version": {"GET"}, "/load": {"GET"}, "/ping": {"GET", "POST"}, "/v1/models": {"GET"},
	"/v1/chat/completions": {"POST"}, "/v1/completions": {"POST"}, "/v1/responses": {"POST"}, "/tokenize": {"POST"}, "/detokenize": {"POST"},
	"/v1/chat/completions/batch": {"POST"}, "/v1/messages": {"POST"}, "/v1/messages/count_tokens": {"POST"}, "/generative_scoring": {"POST"},
	"/invocations": {"POST"}, "/scale_elastic_ep": {"POST"}, "/is_scaling_elastic_ep": {"POST"},
	"/docs": {"GET", "HEAD"}, "/redoc": {"GET", "HEAD"}, "/openapi.json": {"GET", "HEAD"},
}

// A request may be so long. vLLM has no limit.
const maximumBody = 64 << 20

// front answers what needs no model, refuses what vLLM refuses, and hands the rest to the simulator in a form that it understands.
type front struct {
	*server
	simulator *httputil.ReverseProxy
	started   time.Time
}

func newFront(server *server, behind *url.URL) *front {
	return &front{server, &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.SetURL(behind)
			// Some headers tell the simulator to fail: none of a client's gets there.
			request.Out.Header = http.Header{"Content-Type": {"application/json"}}
		},
		// Every token at once.
		FlushInterval: -1,
		// Until the simulator listens, and when a client goes away.
		ErrorHandler: func(writer http.ResponseWriter, _ *http.Request, _ error) {
			writer.WriteHeader(http.StatusServiceUnavailable)
		},
		ErrorLog: log.New(io.Discard, "", 0),
	}, time.Now()}
}

func (front *front) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	path := request.URL.Path
	if !front.allowed(request) {
		sendJSON(writer, http.StatusUnauthorized, map[string]any{"error": "Unauthorized"})
		return
	}
	if strings.HasPrefix(path, "/metrics") {
		request.URL.Path, request.Method = "/metrics", http.MethodGet
		front.simulator.ServeHTTP(writer, request)
		return
	}
	methods, known := routes[path]
	if id, ok := strings.CutPrefix(path, "/v1/responses/"); ok && id != "" {
		front.pastResponse(writer, request, id)
		return
	}
	if trimmed := strings.TrimRight(path, "/"); !known && routes[trimmed] != nil {
		http.Redirect(writer, request, "http://"+request.Host+trimmed, http.StatusTemporaryRedirect)
		return
	}
	if !known {
		sendJSON(writer, http.StatusNotFound, map[string]any{"detail": "Not Found"})
		return
	}
	if !slices.Contains(methods, request.Method) {
		notAllowed(writer, methods)
		return
	}
	front.serve(writer, request, path)
}

func notAllowed(writer http.ResponseWriter, methods []string) {
	writer.Header().Set("Allow", strings.Join(methods, ", "))
	sendJSON(writer, http.StatusMethodNotAllowed, map[string]any{"detail": "Method Not Allowed"})
}

// pastResponse answers for responses that were kept: without a store there are none.
func (front *front) pastResponse(writer http.ResponseWriter, request *http.Request, id string) {
	method := http.MethodGet
	if trimmed, ok := strings.CutSuffix(id, "/cancel"); ok {
		id, method = trimmed, http.MethodPost
	}
	switch {
	case strings.Contains(id, "/"):
		sendJSON(writer, http.StatusNotFound, map[string]any{"detail": "Not Found"})
	case request.Method != method:
		notAllowed(writer, []string{method})
	default:
		noResponse(id).send(writer)
	}
}

func (front *front) allowed(request *http.Request) bool {
	isGuarded := slices.ContainsFunc(guarded, func(prefix string) bool { return strings.HasPrefix(request.URL.Path, prefix) })
	if len(front.keys) == 0 || request.Method == http.MethodOptions || !isGuarded {
		return true
	}
	scheme, given, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	found := false
	for _, key := range front.keys {
		if subtle.ConstantTimeCompare([]byte(given), []byte(key)) == 1 {
			found = true
		}
	}
	return found && strings.EqualFold(scheme, "bearer")
}

func (front *front) serve(writer http.ResponseWriter, request *http.Request, path string) {
	switch path {
	case "/health":
		request.Method = http.MethodGet
		front.simulator.ServeHTTP(writer, request)
	case "/ping":
		writer.WriteHeader(http.StatusOK)
	case "/version":
		sendJSON(writer, http.StatusOK, map[string]any{"version": vllmVersion})
	case "/load":
		sendJSON(writer, http.StatusOK, map[string]any{"server_load": 0})
	case "/is_scaling_elastic_ep":
		sendJSON(writer, http.StatusOK, map[string]any{"is_scaling_elastic_ep": false})
	case "/v1/models":
		sendJSON(writer, http.StatusOK, front.models(front.started.Unix()))
	case "/invocations":
		front.invoke(writer, request)
	case "/tokenize":
		front.tokenize(writer, request)
	case "/detokenize":
		front.detokenize(writer, request)
	default:
		api, known := apis[path]
		if !known {
			text := fmt.Sprintf("vLLM serves %s, and its stand-in on the embedded cluster does not.", path)
			(&refusal{http.StatusNotImplemented, "NotImplementedError", text, ""}).send(writer)
			return
		}
		front.ask(writer, request, api)
	}
}

// invoke answers /invocations, which takes whatever chats or completions take, and asks nobody for a key.
func (front *front) invoke(writer http.ResponseWriter, request *http.Request) {
	given, ok := content(writer, request)
	if !ok {
		return
	}
	path := "/v1/chat/completions"
	if _, refused := apis[path].read(given); refused != nil && refused.kind == untyped {
		path = "/v1/completions"
	}
	request.Body, request.URL.Path = io.NopCloser(bytes.NewReader(given)), path
	front.ask(writer, request, apis[path])
}

// content reads the body of a request, if it is declared as JSON.
func content(writer http.ResponseWriter, request *http.Request) ([]byte, bool) {
	kind, _, _ := strings.Cut(strings.ToLower(request.Header.Get("Content-Type")), ";")
	if kind != "application/json" {
		text := "1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed"
		(&refusal{http.StatusBadRequest, untyped, text, ""}).send(writer)
		return nil, false
	}
	content, err := io.ReadAll(http.MaxBytesReader(writer, request.Body, maximumBody))
	if err != nil {
		writer.WriteHeader(http.StatusRequestEntityTooLarge)
		return nil, false
	}
	if !utf8.Valid(content) {
		sendJSON(writer, http.StatusBadRequest, map[string]any{"detail": "There was an error parsing the body"})
		return nil, false
	}
	return content, true
}

func (front *front) ask(writer http.ResponseWriter, request *http.Request, api api) {
	content, ok := content(writer, request)
	if !ok {
		return
	}
	given, refused := api.read(content)
	var model string
	if refused == nil {
		model, refused = front.served(given.text("model"))
	}
	var ready prepared
	if refused == nil {
		ready, refused = api.prepare(front.server, given)
	}
	streams := given.is("stream")
	switch {
	case refused != nil:
		refused.send(writer)
	case ready.late != nil && streams:
		ready.late.sendAsEvent(writer)
	case ready.late != nil:
		ready.late.send(writer)
	default:
		ready.body["model"], ready.body["stream"] = model, streams
		if options, ok := given["stream_options"].(map[string]any); ok {
			ready.body["stream_options"] = map[string]any{"include_usage": body(options).is("include_usage")}
		}
		forwarded := compact(ready.body)
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(forwarded)), int64(len(forwarded))
		request.URL.RawQuery = ""
		front.simulator.ServeHTTP(writer, request)
	}
}
