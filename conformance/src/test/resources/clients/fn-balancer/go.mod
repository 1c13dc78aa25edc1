module balancer

go 1.26

require (
	google.golang.org/grpc v1.20.1
	google.golang.org/protobuf v1.36.12
)
