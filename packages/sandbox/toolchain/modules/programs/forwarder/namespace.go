package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// A network namespace to open sockets in.
type namespace struct {
	file *os.File
}

func openNamespace(pid int) (*namespace, error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	return &namespace{file}, err
}

// A socket belongs to the namespace of the thread that makes it. The thread is not given back to the runtime: it ends.
func within[Made any](n *namespace, open func() (Made, error)) (Made, error) {
	type result struct {
		made Made
		err  error
	}
	results := make(chan result, 1)
	go func() {
		runtime.LockOSThread()
		if err := unix.Setns(int(n.file.Fd()), unix.CLONE_NEWNET); err != nil {
			results <- result{err: err}
			return
		}
		made, err := open()
		results <- result{made, err}
	}()
	got := <-results
	return got.made, got.err
}

// Dials an address, not a name: for a name Go would use threads of its own.
func (n *namespace) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	return within(n, func() (net.Conn, error) { return new(net.Dialer).DialContext(ctx, network, address) })
}

func (n *namespace) listen(address string) (net.Listener, error) {
	return within(n, func() (net.Listener, error) { return net.Listen("tcp", address) })
}
