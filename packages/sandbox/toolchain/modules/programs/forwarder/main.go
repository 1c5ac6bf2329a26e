// Forwarder carries connections across the border of the real node's network namespace. It runs on the host and works in the
// namespace of the process that -inside names:
//
//   - -proxy is an HTTP proxy on the host: whoever knows the token in -token-file reaches Services and Pods by their names in the cluster.
//   - -egress is a Unix socket on which the API server asks for connections to Pods, Services and kubelets (HTTP CONNECT).
//   - -listen opens ports in the namespace that lead to ports of the host's loopback interface.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"os"
	"strings"
	"time"
)

// Long enough for a machine with much else to do, short enough for a caller who waits.
const dialTimeout = 10 * time.Second

func main() {
	pid := flag.Int("inside", 0, "process in whose network namespace to work")
	proxy := flag.String("proxy", "", "address on the host of the HTTP proxy into the namespace")
	tokenFile := flag.String("token-file", "", "file with the token of the proxy's users")
	egress := flag.String("egress", "", "Unix socket on the host for the API server")
	listen := flag.String("listen", "", "address in the namespace=address on the host, separated by commas")
	ranges := flag.String("ranges", "", "address ranges that are inside, separated by commas")
	dns := flag.String("dns", "", "address of the name server inside")
	flag.Parse()

	namespace, err := openNamespace(*pid)
	check(err)
	inside := &inside{namespace: namespace, ranges: prefixes(*ranges)}
	inside.resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return namespace.dial(ctx, network, *dns)
	}}

	for _, pair := range split(*listen) {
		from, to, _ := strings.Cut(pair, "=")
		listener, err := namespace.listen(from)
		check(err)
		go forward(listener, to)
	}
	if *egress != "" {
		check(removeStale(*egress))
		listener, err := net.Listen("unix", *egress)
		check(err)
		go serve(listener, connector{inside.dialForServer}.handler())
	}
	if *proxy != "" {
		token, err := readToken(*tokenFile)
		check(err)
		listener, err := net.Listen("tcp", *proxy)
		check(err)
		go serve(listener, authorized(token, connector{inside.dial}.handler()))
	}
	fmt.Println("forwarding")
	select {}
}

// What is inside the namespace.
type inside struct {
	namespace *namespace
	ranges    []netip.Prefix
	resolver  *net.Resolver
}

func (i *inside) holds(host string) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, prefix := range i.ranges {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// Dials an address inside; names are the cluster's own, and nothing else is reached.
func (i *inside) dial(ctx context.Context, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if net.ParseIP(host) == nil {
		// The dot keeps the host's search domains out.
		addresses, err := i.resolver.LookupHost(ctx, strings.TrimSuffix(host, ".")+".")
		if err != nil {
			return nil, err
		}
		host = addresses[0]
	}
	if !i.holds(host) {
		return nil, fmt.Errorf("%s is no address of the cluster", host)
	}
	return i.namespace.dial(ctx, "tcp", net.JoinHostPort(host, port))
}

// Dials for the API server, whose socket is its owner's alone: localhost, to which a Service may point, is the host.
func (i *inside) dialForServer(ctx context.Context, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && host == "localhost" {
		return dialHost(ctx, net.JoinHostPort("127.0.0.1", port))
	}
	return i.dial(ctx, address)
}

// Answers an HTTP proxy's requests with connections that dial makes.
type connector struct {
	dial func(ctx context.Context, address string) (net.Conn, error)
}

func (c connector) handler() http.Handler {
	plain := &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) { request.Out.Host = request.In.Host },
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return c.dial(ctx, address)
		}},
		// Tokens of a stream go on as they come.
		FlushInterval: -1,
		ErrorHandler:  func(writer http.ResponseWriter, _ *http.Request, err error) { refuse(writer, err) },
	}
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		switch {
		case request.Method == http.MethodConnect:
			c.connect(writer, request)
		case request.URL.IsAbs():
			plain.ServeHTTP(writer, request)
		default:
			http.Error(writer, "This is an HTTP proxy: name it in HTTP_PROXY, and ask for an address of the cluster.", http.StatusBadRequest)
		}
	})
}

func (c connector) connect(writer http.ResponseWriter, request *http.Request) {
	server, err := c.dial(request.Context(), request.Host)
	if err != nil {
		refuse(writer, err)
		return
	}
	client, buffered, err := http.NewResponseController(writer).Hijack()
	if err != nil {
		server.Close()
		return
	}
	fmt.Fprint(client, "HTTP/1.1 200 Connection Established\r\n\r\n")
	join(client, server, buffered.Reader)
}

func refuse(writer http.ResponseWriter, err error) {
	http.Error(writer, err.Error(), http.StatusBadGateway)
}

func serve(listener net.Listener, handler http.Handler) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: dialTimeout}
	log.Fatal(server.Serve(listener))
}

func forward(listener net.Listener, to string) {
	for {
		client, err := listener.Accept()
		check(err)
		go func() {
			server, err := dialHost(context.Background(), to)
			if err != nil {
				client.Close()
				return
			}
			join(client, server, client)
		}()
	}
}

func dialHost(ctx context.Context, address string) (net.Conn, error) {
	return (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", address)
}

// Copies both ways until both have ended; received is what the client sent, some of it perhaps already read.
func join(client, server net.Conn, received io.Reader) {
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(server, received)
		closeWrite(server)
		close(done)
	}()
	_, _ = io.Copy(client, server)
	closeWrite(client)
	<-done
	client.Close()
	server.Close()
}

func closeWrite(connection net.Conn) {
	if half, ok := connection.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	} else {
		connection.Close()
	}
}

func removeStale(socket string) error {
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

func prefixes(list string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range split(list) {
		prefix, err := netip.ParsePrefix(text)
		check(err)
		all = append(all, prefix)
	}
	return all
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
