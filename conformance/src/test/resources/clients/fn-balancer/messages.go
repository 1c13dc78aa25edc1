package main

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// The messages of contract fn-runner, section 1.3, as far as a load balancer needs them. They are written and read by
// their numbers, so that the test does not use the definitions that it tests.

// tryCall opens a call.
type tryCall struct{ model string }

// dataFrame is a part of a body, in both directions.
type dataFrame struct {
	data []byte
	eof  bool
}

type resultStart struct {
	status  int
	headers [][2]string
}

type finished struct {
	success   bool
	errorCode int
	errorText string
}

// frames is the codec of an Engage stream. Without a name of its own the content type stays that of the load balancer.
type frames struct{}

func (frames) String() string { return "frames" }

func (frames) Marshal(message interface{}) ([]byte, error) {
	switch it := message.(type) {
	case tryCall:
		return inside(nil, 1, text(nil, 1, []byte(it.model))), nil
	case dataFrame:
		var body []byte
		if len(it.data) > 0 {
			body = text(body, 1, it.data)
		}
		if it.eof {
			body = protowire.AppendVarint(protowire.AppendTag(body, 2, protowire.VarintType), 1)
		}
		return inside(nil, 2, body), nil
	}
	return nil, fmt.Errorf("a load balancer sends no %T", message)
}

func (frames) Unmarshal(bytes []byte, message interface{}) error {
	into := message.(*interface{})
	return fields(bytes, func(number protowire.Number, value []byte, _ uint64) error {
		switch number {
		case 1:
			start := resultStart{}
			*into = &start
			return fields(value, func(number protowire.Number, meta []byte, _ uint64) error {
				if number != 100 {
					return nil
				}
				return fields(meta, start.read)
			})
		case 2:
			frame := dataFrame{}
			*into = &frame
			return fields(value, func(number protowire.Number, value []byte, _ uint64) error {
				if number == 1 {
					frame.data = value
				}
				return nil
			})
		case 3:
			end := finished{}
			*into = &end
			return fields(value, end.read)
		}
		return nil
	})
}

func (start *resultStart) read(number protowire.Number, value []byte, plain uint64) error {
	switch number {
	case 1:
		start.status = int(int32(plain))
	case 2:
		var header [2]string
		err := fields(value, func(number protowire.Number, value []byte, _ uint64) error {
			if number == 1 || number == 2 {
				header[number-1] = string(value)
			}
			return nil
		})
		start.headers = append(start.headers, header)
		return err
	}
	return nil
}

func (end *finished) read(number protowire.Number, value []byte, plain uint64) error {
	switch number {
	case 1:
		end.success = plain != 0
	case 3:
		end.errorCode = int(int32(plain))
	case 4:
		end.errorText = string(value)
	}
	return nil
}

// fields calls read for each field of a message, with its bytes or its number.
func fields(message []byte, read func(protowire.Number, []byte, uint64) error) error {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return protowire.ParseError(length)
		}
		message = message[length:]
		var value []byte
		var plain uint64
		switch kind {
		case protowire.BytesType:
			value, length = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			plain, length = protowire.ConsumeVarint(message)
		default:
			length = protowire.ConsumeFieldValue(number, kind, message)
		}
		if length < 0 {
			return protowire.ParseError(length)
		}
		message = message[length:]
		if err := read(number, value, plain); err != nil {
			return err
		}
	}
	return nil
}

func text(to []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), value)
}

func inside(to []byte, number protowire.Number, message []byte) []byte {
	return text(to, number, message)
}
