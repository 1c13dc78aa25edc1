// User-defined functions of Kapacitor on its package for Go: "agents NAME" speaks over stdin and stdout, "agents NAME SOCKET"
// listens and serves each connection with a handler of its own.
package main

import (
	"io"
	"log"
	"net"
	"os"
	"syscall"

	"github.com/influxdata/kapacitor/udf/agent"
)

// handlers makes the handler of a conversation by its name.
var handlers = map[string]func(*output) agent.Handler{
	"avg":          func(out *output) agent.Handler { return &average{output: out} },
	"mirror":       func(out *output) agent.Handler { return &mirror{output: out} },
	"batch-mirror": func(out *output) agent.Handler { return &mirror{output: out, edge: agent.EdgeType_BATCH} },
	"outliers":     func(out *output) agent.Handler { return &outliers{output: out} },
	"slow":         func(out *output) agent.Handler { return &slow{mirror: mirror{output: out}} },
	"panics":       func(out *output) agent.Handler { return &panics{mirror: mirror{output: out}} },
	"errors":       func(out *output) agent.Handler { return &reportsErrors{mirror: mirror{output: out}} },
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 || handlers[os.Args[1]] == nil {
		log.Fatal("usage: agents NAME [SOCKET]")
	}
	handler := handlers[os.Args[1]]
	if len(os.Args) == 2 {
		if err := converse(handler, os.Stdin, os.Stdout); err != nil {
			log.Fatal(err)
		}
		return
	}
	listener, err := net.Listen("unix", os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	server := agent.NewServer(listener, accepter{handler})
	server.StopOnSignals(os.Interrupt, syscall.SIGTERM)
	log.Print("listening")
	if err := server.Serve(); err != nil {
		log.Fatal(err)
	}
}

func converse(handler func(*output) agent.Handler, in io.ReadCloser, out io.WriteCloser) error {
	conversation := agent.New(in, out)
	conversation.Handler = handler(&output{conversation.Responses})
	if err := conversation.Start(); err != nil {
		return err
	}
	return conversation.Wait()
}

type accepter struct {
	handler func(*output) agent.Handler
}

func (a accepter) Accept(connection net.Conn) {
	go func() {
		if err := converse(a.handler, connection, connection); err != nil {
			log.Print(err)
		}
	}()
}
