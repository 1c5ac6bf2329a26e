// Vllm stands in for vLLM's program of that name: it understands `vllm serve` and runs llm-d-inference-sim, which simulates the
// answers, latencies and metrics of vLLM. It stands in front of the simulator, which knows neither vLLM's API keys nor its
// configuration file, and lets running requests end before it stops.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("vllm stand-in: ")
	arguments := os.Args[1:]
	if slices.Contains(arguments, "--version") {
		fmt.Println("stand-in for vllm " + vllmVersion + ": llm-d-inference-sim")
		return
	}
	dry := slices.Index(arguments, "--dry-run")
	if dry >= 0 {
		arguments = slices.Delete(slices.Clone(arguments), dry, dry+1)
	}
	settings, err := translate(arguments, os.Getenv)
	if err == nil && dry >= 0 {
		err = json.NewEncoder(os.Stdout).Encode(settings)
	} else if err == nil {
		err = serve(settings)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func serve(settings settings) error {
	if len(settings.Dropped) > 0 {
		log.Printf("these options have no effect here: %s", strings.Join(settings.Dropped, ", "))
	}
	// Signals are this program's from the first moment; the simulator gets its own when all requests have ended.
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	port, err := freePort()
	if err != nil {
		return err
	}
	simulator, ended, err := start(append(settings.Simulator, "--port", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	behind := &url.URL{Scheme: "http", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
	server := &http.Server{Addr: fmt.Sprintf(":%d", settings.Port), Handler: newFront(settings.server, behind), ReadHeaderTimeout: time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Printf("serving on port %d", settings.Port)
	select {
	case err := <-ended:
		return fmt.Errorf("the simulator ended: %v", err)
	case err := <-failed:
		_ = simulator.Signal(syscall.SIGTERM)
		<-ended
		return err
	case <-stop:
	}
	log.Printf("stopping; running requests have %s", settings.Drain)
	patience, cancel := context.WithTimeout(context.Background(), settings.Drain)
	defer cancel()
	if err := server.Shutdown(patience); errors.Is(err, context.DeadlineExceeded) {
		log.Print("requests were still running, and are cut off")
		_ = server.Close()
	}
	_ = simulator.Signal(syscall.SIGTERM)
	<-ended
	return nil
}

// start runs the simulator, which lies beside this program.
func start(arguments []string) (*os.Process, <-chan error, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	command := exec.Command(filepath.Join(filepath.Dir(self), "llm-d-inference-sim"), arguments...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.Env = simulatorEnvironment(os.Environ())
	// A signal to the whole group, as a terminal sends one, must not end it before its requests have.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	return command.Process, ended, nil
}

// simulatorEnvironment leaves secrets out, which the simulator has no use for, and adds the address that its cache wants.
func simulatorEnvironment(own []string) []string {
	kept := slices.DeleteFunc(slices.Clone(own), func(entry string) bool {
		return strings.HasPrefix(entry, "VLLM_API_KEY=") || strings.HasPrefix(entry, "HF_TOKEN=")
	})
	return append(kept, "POD_IP=127.0.0.1")
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
