package main

import (
	"math"
	"sort"

	"github.com/influxdata/kapacitor/udf/agent"
)

// outliers keeps the points of a batch that are far from the middle half of its values.
type outliers struct {
	*output
	field  string
	scale  float64
	begun  *agent.BeginBatch
	points []*agent.Point
}

func (o *outliers) Info() (*agent.InfoResponse, error) {
	return &agent.InfoResponse{
		Wants:    agent.EdgeType_BATCH,
		Provides: agent.EdgeType_BATCH,
		Options: map[string]*agent.OptionInfo{
			"field": {ValueTypes: []agent.ValueType{agent.ValueType_STRING}},
			"scale": {ValueTypes: []agent.ValueType{agent.ValueType_DOUBLE}},
		},
	}, nil
}

func (o *outliers) Init(request *agent.InitRequest) (*agent.InitResponse, error) {
	o.scale = 1.5
	for _, option := range request.Options {
		switch option.Name {
		case "field":
			o.field = option.Values[0].GetStringValue()
		case "scale":
			o.scale = option.Values[0].GetDoubleValue()
		}
	}
	if o.field == "" {
		return &agent.InitResponse{Error: "field is required"}, nil
	}
	return &agent.InitResponse{Success: true}, nil
}

func (o *outliers) BeginBatch(begin *agent.BeginBatch) error {
	o.begun = begin
	o.points = nil
	return nil
}

func (o *outliers) Point(point *agent.Point) error {
	o.points = append(o.points, point)
	return nil
}

func (o *outliers) EndBatch(end *agent.EndBatch) error {
	found := o.find()
	o.begun.Size = int64(len(found))
	o.begin(o.begun)
	for _, point := range found {
		o.point(point)
	}
	o.end(end)
	return nil
}

func (o *outliers) find() []*agent.Point {
	values := make([]float64, len(o.points))
	for i, point := range o.points {
		values[i] = point.FieldsDouble[o.field]
	}
	sort.Float64s(values)
	low, high := quantile(values, 0.25), quantile(values, 0.75)
	distance := o.scale * (high - low)
	var found []*agent.Point
	for _, point := range o.points {
		value := point.FieldsDouble[o.field]
		if value < low-distance || value > high+distance {
			found = append(found, point)
		}
	}
	return found
}

// quantile interpolates between the two values next to a share of all.
func quantile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	position := share * float64(len(sorted)-1)
	below := int(position)
	if below+1 == len(sorted) {
		return sorted[below]
	}
	return sorted[below] + (position-float64(below))*(sorted[below+1]-sorted[below])
}
