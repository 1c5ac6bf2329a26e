// Probe-server is what tests run in a container. It answers with its Pod's name, fetches another address, or stops being healthy; with
// a flag it does one thing in its container and ends, since there is no shell.
package main

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
)

func main() {
	version := flag.Bool("version", false, "say what this is")
	get := flag.String("get", "", "address to fetch")
	write := flag.String("write", "", "file to write this Pod's name to")
	read := flag.String("read", "", "file to print")
	flag.Parse()
	name, _ := os.Hostname()
	switch {
	case *version:
		fmt.Println("probe-server 1")
	case *get != "":
		check(fetch(os.Stdout, *get))
	case *write != "":
		check(os.WriteFile(*write, []byte(name), 0o644))
	case *read != "":
		text, err := os.ReadFile(*read)
		check(err)
		fmt.Println(string(text))
	default:
		serve(name)
	}
}

func serve(name string) {
	var sick atomic.Bool
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if sick.Load() {
			http.Error(w, "sick", http.StatusServiceUnavailable)
		}
	})
	http.HandleFunc("/sicken", func(http.ResponseWriter, *http.Request) { sick.Store(true) })
	http.HandleFunc("/fetch", func(w http.ResponseWriter, request *http.Request) {
		if err := fetch(w, request.URL.Query().Get("url")); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	})
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, name) })
	fmt.Println("listening on 8080")
	check(http.ListenAndServe(":8080", nil))
}

func fetch(to io.Writer, address string) error {
	answer, err := http.Get(address)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(to, answer.Body)
	return err
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
