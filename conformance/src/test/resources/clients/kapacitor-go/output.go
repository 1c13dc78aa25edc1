package main

import "github.com/influxdata/kapacitor/udf/agent"

// output is where a handler sends its data. Handlers embed it for what the package asks of all of them.
type output struct {
	responses chan<- *agent.Response
}

func (o *output) point(point *agent.Point) {
	o.responses <- &agent.Response{Message: &agent.Response_Point{Point: point}}
}

func (o *output) begin(begin *agent.BeginBatch) {
	o.responses <- &agent.Response{Message: &agent.Response_Begin{Begin: begin}}
}

func (o *output) end(end *agent.EndBatch) {
	o.responses <- &agent.Response{Message: &agent.Response_End{End: end}}
}

func (o *output) Snapshot() (*agent.SnapshotResponse, error) {
	return &agent.SnapshotResponse{}, nil
}

func (o *output) Restore(*agent.RestoreRequest) (*agent.RestoreResponse, error) {
	return &agent.RestoreResponse{Success: true}, nil
}

// Stop ends the output, without which the agent would not end.
func (o *output) Stop() {
	close(o.responses)
}
