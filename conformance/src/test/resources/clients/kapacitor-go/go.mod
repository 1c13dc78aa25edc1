module agents

go 1.25.7

require github.com/influxdata/kapacitor v1.8.3

require google.golang.org/protobuf v1.33.0 // indirect
