"""Agents of Kapacitor's UDF protocol on the protobuf package of PyPI; udf_pb2 is made by protoc from one of our schemas.

usage: agent.py mirror|batch-mirror|moving-average|outliers|raises [--listen SOCKET]
"""

import collections
import json
import os
import signal
import socket
import sys

import udf_pb2
from google.protobuf.internal.decoder import _DecodeVarint32
from google.protobuf.internal.encoder import _VarintBytes

STREAM, BATCH = udf_pb2.STREAM, udf_pb2.BATCH


class Mirror:
    """Returns all that it gets."""

    edges = STREAM, STREAM
    options = {}

    def __init__(self, write):
        self.write = write

    def init(self, options):
        return ""

    def begin(self, begin):
        self.write(udf_pb2.Response(begin=begin))

    def point(self, point):
        self.write(udf_pb2.Response(point=point))

    def end(self, end):
        self.write(udf_pb2.Response(end=end))

    def snapshot(self):
        return b""

    def restore(self, snapshot):
        return "there is nothing to restore"


class BatchMirror(Mirror):
    edges = BATCH, BATCH


class MovingAverage(Mirror):
    """The mean of the last values of a group."""

    options = {"field": [udf_pb2.STRING], "size": [udf_pb2.INT], "as": [udf_pb2.STRING]}

    def init(self, options):
        for name in self.options:
            if name not in options:
                return "the option %s is missing" % name
        self.field = options["field"][0].stringValue
        self.size = options["size"][0].intValue
        self.name = options["as"][0].stringValue
        if self.size < 1:
            return "size must be positive"
        self.windows = collections.defaultdict(list)
        return ""

    def point(self, point):
        window = self.windows[point.group]
        window.append(point.fieldsDouble[self.field])
        del window[: -self.size]
        point.fieldsDouble[self.name] = sum(window) / len(window)
        self.write(udf_pb2.Response(point=point))

    def snapshot(self):
        return json.dumps(self.windows).encode()

    def restore(self, snapshot):
        self.windows.update(json.loads(snapshot))
        return ""


class Outliers(Mirror):
    """The points of a batch that are beyond the quartiles by more than scale times their distance."""

    edges = BATCH, BATCH
    options = {"field": [udf_pb2.STRING], "scale": [udf_pb2.DOUBLE]}

    def init(self, options):
        self.field = options["field"][0].stringValue
        self.scale = options["scale"][0].doubleValue
        return ""

    def begin(self, begin):
        self.first = begin
        self.points = []

    def point(self, point):
        self.points.append(point)

    def end(self, end):
        ordered = sorted(self.points, key=lambda point: point.fieldsDouble[self.field])
        values = [point.fieldsDouble[self.field] for point in ordered]
        low, high = values[len(values) // 4], values[3 * len(values) // 4]
        reach = (high - low) * self.scale
        found = [p for p, value in zip(ordered, values) if not low - reach <= value <= high + reach]
        if hasattr(self.first, "size"):
            self.first.size = len(found)
        self.write(udf_pb2.Response(begin=self.first))
        for point in found:
            self.write(udf_pb2.Response(point=point))
        self.write(udf_pb2.Response(end=end))


class Raises(Mirror):
    """Fails at the first point."""

    def point(self, point):
        raise ValueError("no point at all")


AGENTS = {
    "mirror": Mirror,
    "batch-mirror": BatchMirror,
    "moving-average": MovingAverage,
    "outliers": Outliers,
    "raises": Raises,
}


def frames(source):
    """The bodies of the frames until the end of the input."""
    data = b""
    while True:
        try:
            size, begin = _DecodeVarint32(data, 0)
        except IndexError:
            size, begin = 0, len(data) + 1
        if begin + size <= len(data):
            yield data[begin : begin + size]
            data = data[begin + size :]
            continue
        block = os.read(source, 1 << 16)
        if not block:
            return
        data += block


def serve(kind, source, sink):
    def write(response):
        body = response.SerializeToString()
        data = _VarintBytes(len(body)) + body
        while data:
            data = data[os.write(sink, data) :]

    agent = AGENTS[kind](write)
    try:
        for body in frames(source):
            handle(agent, udf_pb2.Request.FromString(body), write)
    except Exception as failure:
        print("failed: %r" % failure, file=sys.stderr)
        write(udf_pb2.Response(error=udf_pb2.ErrorResponse(error=str(failure))))


def handle(agent, request, write):
    kind = request.WhichOneof("message")
    response = udf_pb2.Response()
    if kind == "info":
        response.info.wants, response.info.provides = agent.edges
        for name, types in agent.options.items():
            response.info.options[name].valueTypes.extend(types)
    elif kind == "init":
        options = {option.name: option.values for option in request.init.options}
        response.init.error = agent.init(options)
        response.init.success = not response.init.error
    elif kind == "keepalive":
        response.keepalive.time = request.keepalive.time
        response.keepalive.SetInParent()
    elif kind == "snapshot":
        response.snapshot.snapshot = agent.snapshot()
        response.snapshot.SetInParent()
    elif kind == "restore":
        response.restore.error = agent.restore(request.restore.snapshot)
        response.restore.success = not response.restore.error
    elif kind in ("begin", "point", "end"):
        getattr(agent, kind)(getattr(request, kind))
        return
    else:
        return
    write(response)


def listen(kind, path):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    while True:
        connection, _ = server.accept()
        if os.fork() == 0:
            serve(kind, connection.fileno(), connection.fileno())
            os._exit(0)
        connection.close()


if __name__ == "__main__":
    if sys.argv[2:3] == ["--listen"]:
        listen(sys.argv[1], sys.argv[3])
    else:
        serve(sys.argv[1], 0, 1)
