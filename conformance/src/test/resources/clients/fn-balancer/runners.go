package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	frameBytes   = 10240
	dialTimeout  = 100 * time.Millisecond
	pauseOfRound = 10 * time.Millisecond
)

var (
	// errBusy is the one answer of a runner after which another one is asked.
	errBusy     = errors.New("server too busy")
	engageCalls = grpc.StreamDesc{StreamName: "Engage", ServerStreams: true, ClientStreams: true}
)

// failure is what a runner says of a call that failed.
type failure struct {
	code    int
	message string
}

func (f failure) Error() string { return fmt.Sprintf("%d %s", f.code, f.message) }

// answer is the buffered answer of a call.
type answer struct {
	status  int
	headers http.Header
	body    bytes.Buffer
	// began is told the status at result_start; detached calls are answered then.
	began func(status int, headers http.Header)
}

// runner is a connection that is made in the background and made anew with gRPC's back-off.
type runner struct{ connection *grpc.ClientConn }

func dial(address string) (runner, error) {
	dialer := func(address string, _ time.Duration) (net.Conn, error) {
		return net.DialTimeout("tcp", address, dialTimeout)
	}
	connection, err := grpc.Dial(address, grpc.WithInsecure(), grpc.WithDialer(dialer),
		grpc.WithBackoffConfig(grpc.DefaultBackoffConfig))
	return runner{connection}, err
}

// place finds a runner that takes the call, round after round (contract fn-runner, sections 1.4 and 1.12).
func place(ctx context.Context, runners []runner, call *call, limit time.Duration) error {
	placing, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		first := time.Now().Nanosecond()
		for i := range runners {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if placing.Err() != nil {
				return errBusy
			}
			if placed, err := runners[(first+i)%len(runners)].try(ctx, call); placed {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-placing.Done():
			return errBusy
		case <-time.After(pauseOfRound):
		}
	}
}

// try sends the call. It is placed unless the stream could not be opened, the first message found no transport, or the
// runner refused it with 503.
func (r runner) try(parent context.Context, call *call) (placed bool, err error) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	stream, err := r.connection.NewStream(ctx, &engageCalls, "/RunnerProtocol/Engage", grpc.CallCustomCodec(frames{}))
	if err != nil {
		return false, err
	}
	if err := stream.SendMsg(tryCall{call.model}); err != nil {
		return status.Code(err) != codes.Unavailable, err
	}
	go sendBody(stream, call.body)
	err = receive(stream, &call.answer)
	return err != errBusy, err
}

// sendBody sends frames until the body or the stream ends. It never half-closes the stream.
func sendBody(stream grpc.ClientStream, body []byte) {
	for len(body) > 0 {
		length := min(len(body), frameBytes)
		if stream.SendMsg(dataFrame{data: body[:length]}) != nil {
			return
		}
		body = body[length:]
	}
	_ = stream.SendMsg(dataFrame{eof: true})
}

// receive reads until the end of the stream; a message after `finished` is a fault.
func receive(stream grpc.ClientStream, into *answer) error {
	var end *finished
	for {
		var message interface{}
		err := stream.RecvMsg(&message)
		if err == io.EOF && end != nil {
			break
		}
		if err != nil {
			return err
		}
		if end != nil {
			return errors.New("a message after the end of the call")
		}
		switch it := message.(type) {
		case *resultStart:
			for _, header := range it.headers {
				into.headers.Add(header[0], header[1])
			}
			if it.status > 0 {
				into.status = it.status
			}
			into.began(into.status, into.headers)
		case *dataFrame:
			into.body.Write(it.data)
		case *finished:
			end = it
		}
	}
	switch {
	case end.success:
		return nil
	case end.errorCode == http.StatusServiceUnavailable:
		return errBusy
	case end.errorText == "":
		end.errorText = "Unknown Error From Pure Runner"
	}
	return failure{end.errorCode, end.errorText}
}
