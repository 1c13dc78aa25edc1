package main

import "github.com/influxdata/kapacitor/udf/agent"

// mirror returns what it gets.
type mirror struct {
	*output
	edge agent.EdgeType
}

func (m *mirror) Info() (*agent.InfoResponse, error) {
	return &agent.InfoResponse{Wants: m.edge, Provides: m.edge}, nil
}

func (m *mirror) Init(*agent.InitRequest) (*agent.InitResponse, error) {
	return &agent.InitResponse{Success: true}, nil
}

func (m *mirror) BeginBatch(begin *agent.BeginBatch) error {
	m.begin(begin)
	return nil
}

func (m *mirror) Point(point *agent.Point) error {
	m.point(point)
	return nil
}

func (m *mirror) EndBatch(end *agent.EndBatch) error {
	m.end(end)
	return nil
}
