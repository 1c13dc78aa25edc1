// Stands in for Fn's load balancer in tests: same settings, same addresses for callers, same way to runners, with the same
// version of gRPC (contract fn-runner, sections 1.4 and 1.11 to 1.14).
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	placing         = 360 * time.Second
	placingDetached = 30 * time.Second
	alphabet        = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// call is a call with its buffered body, so that it can be sent to several runners.
type call struct {
	id       string
	model    string
	body     []byte
	detached bool
	answer   answer
}

type balancer struct {
	api     *api
	runners []runner
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	path := request.URL.Path
	if path == "/" {
		send(w, http.StatusOK, []byte("{}"))
		return
	}
	if id, found := strings.CutPrefix(path, "/invoke/"); found {
		if request.Method != http.MethodPost {
			fail(w, http.StatusMethodNotAllowed, "Method Not Allowed")
			return
		}
		b.invoke(w, request, id)
		return
	}
	if rest, found := strings.CutPrefix(path, "/t/"); found {
		appName, source, _ := strings.Cut(rest, "/")
		b.trigger(w, request, appName, "/"+source)
		return
	}
	fail(w, http.StatusNotFound, "Path not found")
}

func (b *balancer) invoke(w http.ResponseWriter, request *http.Request, id string) {
	detached := request.Header.Get("Fn-Invoke-Type") == "detached"
	made, err := b.call(request, id, "", request.Header, detached)
	if err != nil {
		log.Print(err)
		fail(w, http.StatusInternalServerError, "internal server error")
		return
	}
	w.Header().Set("Fn-Call-Id", made.id)
	if made.detached {
		b.detach(w, made)
		return
	}
	if err := place(request.Context(), b.runners, made, placing); err != nil {
		copyHeaders(w, made.answer.headers)
		failed(w, err)
		return
	}
	copyHeaders(w, made.answer.headers)
	send(w, made.answer.status, made.answer.body.Bytes())
}

// detach answers as soon as a runner has begun; the call goes on, also without its caller.
func (b *balancer) detach(w http.ResponseWriter, made *call) {
	type beginning struct {
		status  int
		headers http.Header
	}
	begun := make(chan beginning, 1)
	made.answer.began = func(status int, headers http.Header) {
		select {
		case begun <- beginning{status, headers.Clone()}:
		default:
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- place(context.Background(), b.runners, made, placingDetached) }()
	select {
	case began := <-begun:
		copyHeaders(w, began.headers)
		send(w, began.status, nil)
	case err := <-ended:
		select {
		case began := <-begun:
			copyHeaders(w, began.headers)
			send(w, began.status, nil)
		default:
			if err != nil {
				failed(w, err)
				return
			}
			send(w, made.answer.status, nil)
		}
	}
}

func (b *balancer) trigger(w http.ResponseWriter, request *http.Request, appName, source string) {
	found, err := b.api.trigger(appName, source)
	if err != nil {
		log.Print(err)
		fail(w, http.StatusInternalServerError, "internal server error")
		return
	}
	headers := http.Header{
		"Fn-Intent":           {"httprequest"},
		"Fn-Http-Method":      {request.Method},
		"Fn-Http-Request-Url": {fullURL(request)},
	}
	for name, values := range request.Header {
		switch name {
		case "Content-Type":
			headers[name] = values
		case "Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		default:
			headers["Fn-Http-H-"+name] = values
		}
	}
	made, err := b.call(request, found.FnID, found.ID, headers, false)
	if err != nil {
		log.Print(err)
		fail(w, http.StatusInternalServerError, "internal server error")
		return
	}
	w.Header().Set("Fn-Call-Id", made.id)
	if err := place(request.Context(), b.runners, made, placing); err != nil {
		copyHeaders(w, made.answer.headers)
		failed(w, err)
		return
	}
	status := http.StatusOK
	for name, values := range made.answer.headers {
		switch plain, prefixed := strings.CutPrefix(name, "Fn-Http-H-"); {
		case prefixed:
			w.Header()[http.CanonicalHeaderKey(plain)] = values
		case name == "Content-Type":
			w.Header()[name] = values
		case name == "Fn-Http-Status":
			if number, err := strconv.Atoi(values[0]); err == nil {
				status = number
			}
		}
	}
	send(w, max(status, made.answer.status), made.answer.body.Bytes())
}

func (b *balancer) call(request *http.Request, fnID, triggerID string, headers http.Header, detached bool) (*call, error) {
	f, of, err := b.api.function(fnID)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	config := map[string]string{}
	for _, each := range []map[string]string{of.Config, f.Config, {
		"FN_MEMORY": strconv.Itoa(f.Memory), "FN_TYPE": "sync", "FN_FN_ID": f.ID, "FN_APP_ID": f.AppID}} {
		for name, value := range each {
			config[name] = value
		}
	}
	kind := "sync"
	if detached {
		kind = "detached"
	}
	id := newID()
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	never := "0001-01-01T00:00:00.000Z"
	model, err := json.Marshal(map[string]interface{}{
		"id": id, "status": "running", "image": f.Image, "type": kind, "url": fullURL(request), "method": request.Method,
		"timeout": f.Timeout, "idle_timeout": f.IdleTimeout, "memory": f.Memory, "config": config, "headers": headers,
		"completed_at": never, "created_at": now, "started_at": never,
		"app_id": f.AppID, "app_name": of.Name, "trigger_id": triggerID, "fn_id": f.ID,
	})
	made := &call{id: id, model: string(model), body: body, detached: detached}
	made.answer = answer{status: http.StatusOK, headers: http.Header{}, began: func(int, http.Header) {}}
	if detached {
		made.answer.status = http.StatusAccepted
	}
	return made, err
}

// newID returns 26 characters that sort by time.
func newID() string {
	random := make([]byte, 16)
	_, _ = rand.Read(random)
	id := make([]byte, 26)
	for i, now := 9, time.Now().UnixMilli(); i >= 0; i-- {
		id[i] = alphabet[now%32]
		now /= 32
	}
	for i, each := range random {
		id[10+i] = alphabet[each%32]
	}
	return string(id)
}

func fullURL(request *http.Request) string {
	return "http://" + request.Host + request.URL.RequestURI()
}

func copyHeaders(w http.ResponseWriter, headers http.Header) {
	for name, values := range headers {
		w.Header()[name] = append(w.Header()[name], values...)
	}
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// failed answers as the load balancer does: with the runner's code, or 500 for whatever else went wrong.
func failed(w http.ResponseWriter, err error) {
	var said failure
	switch {
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "15")
		fail(w, http.StatusServiceUnavailable, "Timed out - server too busy")
	case errors.As(err, &said):
		fail(w, said.code, said.message)
	default:
		log.Print(err)
		fail(w, http.StatusInternalServerError, "internal server error")
	}
}

func fail(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	body, _ := json.Marshal(map[string]string{"message": message})
	// net/http takes no other numbers.
	if status < 100 || status > 999 {
		status = http.StatusOK
	}
	send(w, status, append(body, '\n'))
}

func main() {
	b := &balancer{api: &api{base: os.Getenv("FN_RUNNER_API_URL"), answers: map[string]remembered{}}}
	for _, address := range strings.Split(os.Getenv("FN_RUNNER_ADDRESSES"), ",") {
		connected, err := dial(address)
		if err != nil {
			log.Fatal(err)
		}
		b.runners = append(b.runners, connected)
	}
	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("FN_PORT"), Handler: b}
	stopped, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer release()
	ended := make(chan error, 1)
	go func() {
		<-stopped.Done()
		ended <- server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	if err := <-ended; err != nil {
		log.Fatal(err)
	}
}
