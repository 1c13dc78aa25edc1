package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const cached = 5 * time.Second

type app struct {
	ID     string            `json:"id"`
	Name   string            `json:"name"`
	Config map[string]string `json:"config"`
}

type function struct {
	ID          string            `json:"id"`
	AppID       string            `json:"app_id"`
	Image       string            `json:"image"`
	Memory      int               `json:"memory"`
	Timeout     int               `json:"timeout"`
	IdleTimeout int               `json:"idle_timeout"`
	Config      map[string]string `json:"config"`
}

type trigger struct {
	ID   string `json:"id"`
	FnID string `json:"fn_id"`
}

// api asks the API node for functions, and remembers its answers for a while.
type api struct {
	base string

	lock    sync.Mutex
	answers map[string]remembered
}

type remembered struct {
	body  json.RawMessage
	until time.Time
}

func (a *api) get(path string, into interface{}) error {
	a.lock.Lock()
	known, ok := a.answers[path]
	a.lock.Unlock()
	if !ok || time.Now().After(known.until) {
		response, err := http.Get(a.base + "/v2/" + path)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("the API node answers %d", response.StatusCode)
		}
		if err := json.NewDecoder(response.Body).Decode(&known.body); err != nil {
			return err
		}
		known.until = time.Now().Add(cached)
		a.lock.Lock()
		a.answers[path] = known
		a.lock.Unlock()
	}
	return json.Unmarshal(known.body, into)
}

func (a *api) function(id string) (function, app, error) {
	var f function
	var of app
	err := a.get("fns/"+url.PathEscape(id), &f)
	if err == nil {
		err = a.get("apps/"+url.PathEscape(f.AppID), &of)
	}
	return f, of, err
}

func (a *api) trigger(appName, source string) (trigger, error) {
	var apps struct {
		Items []app `json:"items"`
	}
	if err := a.get("apps?name="+url.QueryEscape(appName), &apps); err != nil {
		return trigger{}, err
	}
	if len(apps.Items) == 0 {
		return trigger{}, fmt.Errorf("there is no app %q", appName)
	}
	var found trigger
	err := a.get("runner/apps/"+apps.Items[0].ID+"/triggerBySource/http/"+source, &found)
	return found, err
}
