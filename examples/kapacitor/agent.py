#!/usr/bin/env python3
"""A user-defined function of Kapacitor without packages: the moving average of a field.

It speaks the protocol over stdin and stdout. Its options, as a TICKscript sets them:

    @average()
        .field('value')
        .size(3)
        .as('mean')

The codec below knows what this agent needs of the messages, and no more; an agent for daily work
uses protobuf and Kapacitor's own package.
"""

import struct
import sys

# ---------------------------------------------------------------- protobuf, as much as is needed


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def fields(data):
    """Yields number and value of each field: an int, or bytes."""
    at = 0
    while at < len(data):
        tag, at = read_varint(data, at)
        if tag & 7 == 0:
            value, at = read_varint(data, at)
        elif tag & 7 == 1:
            value, at = data[at : at + 8], at + 8
        else:
            length, at = read_varint(data, at)
            value, at = data[at : at + length], at + length
        yield tag >> 3, value


def field(number, value):
    """Returns a field: an int, bytes or text."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def entry(key, value):
    """Returns an entry of a map from texts to doubles."""
    return field(1, key) + varint(2 << 3 | 1) + struct.pack("<d", value)


# ---------------------------------------------------------------- messages: numbers of fields

INFO, INIT, KEEPALIVE, SNAPSHOT, RESTORE, ERROR, POINT = 1, 2, 3, 4, 5, 6, 17
STREAM, INT, STRING = 0, 1, 3
GROUP, DOUBLES = 5, 8


def read_request(stream):
    """Returns the kind and the body of the next request; None at the end of the input."""
    header = stream.read(1)
    if not header:
        return None
    while header[-1] >= 0x80:
        header += stream.read(1)
    length, _ = read_varint(header, 0)
    for kind, body in fields(stream.read(length)):
        return kind, body
    return 0, b""


def write_response(stream, kind, body):
    message = field(kind, body)
    stream.write(varint(len(message)) + message)
    stream.flush()


# ---------------------------------------------------------------- the agent


class Average:
    def __init__(self):
        self.field = self.name = None
        self.size = 0
        self.windows = {}

    def info(self):
        option = lambda name, kind: field(3, field(1, name) + field(2, field(1, bytes([kind]))))
        edges = field(1, STREAM) + field(2, STREAM)
        return edges + option("field", STRING) + option("size", INT) + option("as", STRING)

    def init(self, body):
        for number, option in fields(body):
            if number == 1:
                self.set_option(option)
        if self.field is None or self.size < 1:
            return field(2, "needs the options field and size, at least 1")
        self.name = self.name or "mean"
        print(f"average of {self.field} over {self.size} points", file=sys.stderr)
        return field(1, 1)

    def set_option(self, option):
        name, value = "", b""
        for number, part in fields(option):
            if number == 1:
                name = part.decode()
            else:
                value = dict(fields(part))
        if name == "size":
            self.size = value.get(3, 0)
        elif name == "field":
            self.field = value[5].decode()
        elif name == "as":
            self.name = value[5].decode()

    def point(self, body):
        """Returns the point with the average in place of its fields; None without the field."""
        kept, group, value = [], b"", None
        for number, part in fields(body):
            if number == DOUBLES:
                pair = dict(fields(part))
                if pair.get(1, b"").decode() == self.field:
                    value = struct.unpack("<d", pair.get(2, bytes(8)))[0]
            elif number < DOUBLES or number == 11:
                group = part if number == GROUP else group
                kept.append(field(number, part))
        if value is None:
            return None
        window = self.windows.setdefault(group, [])
        window.append(value)
        del window[: -self.size]
        mean = sum(window) / len(window)
        return b"".join(kept) + field(DOUBLES, entry(self.name, mean))

    def snapshot(self):
        text = "\n".join(
            group.hex() + " " + " ".join(map(repr, window)) for group, window in self.windows.items()
        )
        return field(1, text)

    def restore(self, body):
        for line in dict(fields(body))[1].decode().splitlines():
            group, _, window = line.partition(" ")
            self.windows[bytes.fromhex(group)] = [float(value) for value in window.split()]
        return field(1, 1)


def main():
    requests, responses, average = sys.stdin.buffer, sys.stdout.buffer, Average()
    while (request := read_request(requests)) is not None:
        kind, body = request
        if kind == INFO:
            write_response(responses, INFO, average.info())
        elif kind == INIT:
            write_response(responses, INIT, average.init(body))
        elif kind == KEEPALIVE:
            write_response(responses, KEEPALIVE, body)
        elif kind == SNAPSHOT:
            write_response(responses, SNAPSHOT, average.snapshot())
        elif kind == RESTORE:
            write_response(responses, RESTORE, average.restore(body))
        elif kind == POINT and (answer := average.point(body)) is not None:
            write_response(responses, POINT, answer)


if __name__ == "__main__":
    main()
