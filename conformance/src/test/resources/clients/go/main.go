// A handler that does what its event says; RuntimeClientTest lists what there is.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do      string
	Value   any
	Message string
	Status  int
	Seconds int
	Pairs   int
	File    string
	Text    []string
}

func handle(ctx context.Context, e event) (any, error) {
	switch e.Do {
	case "echo":
		return e.Value, nil
	case "fail":
		return nil, errors.New(e.Message)
	case "exit":
		os.Exit(e.Status)
	case "wait":
		time.Sleep(time.Duration(e.Seconds) * time.Second)
	case "context":
		return describe(ctx), nil
	case "log":
		for number := 0; number < e.Pairs; number++ {
			fmt.Printf("printed %d\n", number)
			log.Printf("logged %d", number)
		}
	case "count":
		file, err := os.OpenFile(e.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		_, err = file.WriteString("x")
		return nil, err
	case "stream":
		return stream(e), nil
	}
	return nil, nil
}

func describe(ctx context.Context) map[string]any {
	invocation, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	return map[string]any{
		"requestId":       invocation.AwsRequestID,
		"functionName":    lambdacontext.FunctionName,
		"functionVersion": lambdacontext.FunctionVersion,
		"functionArn":     invocation.InvokedFunctionArn,
		"memory":          lambdacontext.MemoryLimitInMB,
		"remaining":       time.Until(deadline).Milliseconds(),
	}
}

func stream(e event) io.Reader {
	reader, writer := io.Pipe()
	go func() {
		for _, text := range e.Text {
			io.Copy(writer, strings.NewReader(text))
		}
		if e.Message != "" {
			writer.CloseWithError(errors.New(e.Message))
		} else {
			writer.Close()
		}
	}()
	return reader
}

func main() {
	if os.Getenv("FAIL_INIT") != "" {
		panic("no luck at init")
	}
	if path := os.Getenv("TERM_FILE"); path != "" {
		lambda.StartWithOptions(handle, lambda.WithEnableSIGTERM(func() {
			os.WriteFile(path, []byte("terminated"), 0o644)
		}))
		return
	}
	lambda.Start(handle)
}
