package main

import (
	"encoding/json"
	"errors"

	"github.com/influxdata/kapacitor/udf/agent"
)

// average gives the moving average of a field, for each group on its own.
type average struct {
	*output
	field   string
	as      string
	size    int
	windows map[string][]float64
}

func (a *average) Info() (*agent.InfoResponse, error) {
	return &agent.InfoResponse{
		Wants:    agent.EdgeType_STREAM,
		Provides: agent.EdgeType_STREAM,
		Options: map[string]*agent.OptionInfo{
			"field": {ValueTypes: []agent.ValueType{agent.ValueType_STRING}},
			"size":  {ValueTypes: []agent.ValueType{agent.ValueType_INT}},
			"as":    {ValueTypes: []agent.ValueType{agent.ValueType_STRING}},
		},
	}, nil
}

func (a *average) Init(request *agent.InitRequest) (*agent.InitResponse, error) {
	a.as = "avg"
	a.windows = map[string][]float64{}
	for _, option := range request.Options {
		switch option.Name {
		case "field":
			a.field = option.Values[0].GetStringValue()
		case "size":
			a.size = int(option.Values[0].GetIntValue())
		case "as":
			a.as = option.Values[0].GetStringValue()
		}
	}
	if a.field == "" || a.size <= 0 {
		return &agent.InitResponse{Error: "field and a positive size are required"}, nil
	}
	return &agent.InitResponse{Success: true}, nil
}

func (a *average) Point(point *agent.Point) error {
	window := append(a.windows[point.Group], point.FieldsDouble[a.field])
	if len(window) > a.size {
		window = window[len(window)-a.size:]
	}
	a.windows[point.Group] = window
	sum := 0.0
	for _, value := range window {
		sum += value
	}
	point.FieldsDouble = map[string]float64{a.as: sum / float64(len(window))}
	point.FieldsInt = nil
	point.FieldsString = nil
	a.point(point)
	return nil
}

func (a *average) BeginBatch(*agent.BeginBatch) error {
	return errors.New("batches are not supported")
}

func (a *average) EndBatch(*agent.EndBatch) error {
	return errors.New("batches are not supported")
}

func (a *average) Snapshot() (*agent.SnapshotResponse, error) {
	state, err := json.Marshal(a.windows)
	return &agent.SnapshotResponse{Snapshot: state}, err
}

func (a *average) Restore(request *agent.RestoreRequest) (*agent.RestoreResponse, error) {
	if err := json.Unmarshal(request.Snapshot, &a.windows); err != nil {
		return &agent.RestoreResponse{Error: err.Error()}, nil
	}
	return &agent.RestoreResponse{Success: true}, nil
}
