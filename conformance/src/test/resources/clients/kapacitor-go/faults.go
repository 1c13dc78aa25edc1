package main

import (
	"errors"
	"time"

	"github.com/influxdata/kapacitor/udf/agent"
)

// slow mirrors a point after it has slept as many seconds as the field "seconds" says. While it sleeps, the agent reads
// nothing, so that it answers no keepalive either.
type slow struct {
	mirror
}

func (s *slow) Point(point *agent.Point) error {
	time.Sleep(time.Duration(point.FieldsDouble["seconds"] * float64(time.Second)))
	return s.mirror.Point(point)
}

// panics mirrors points up to one named "panic".
type panics struct {
	mirror
}

func (p *panics) Point(point *agent.Point) error {
	if point.Name == "panic" {
		panic("no luck with " + point.Group)
	}
	return p.mirror.Point(point)
}

// reportsErrors mirrors points up to one named "error".
type reportsErrors struct {
	mirror
}

func (r *reportsErrors) Point(point *agent.Point) error {
	if point.Name == "error" {
		return errors.New("no luck with " + point.Group)
	}
	return r.mirror.Point(point)
}
