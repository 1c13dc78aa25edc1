#!/usr/bin/env python3
"""A Lambda extension in Python's standard library that collects telemetry: every record becomes a line of a file.

Variables: TELEMETRY_FILE (default telemetry.ndjson), TELEMETRY_PROTOCOL (HTTP or TCP), TELEMETRY_API (telemetry, logs, or
none to register only),
TELEMETRY_TYPES (default platform,function,extension), TELEMETRY_HOLD (a file: while it exists, nothing is taken).
"""

import http.client
import http.server
import json
import os
import selectors
import socket
import sys
import threading
import time

APIS = {"telemetry": ("/2022-07-01/telemetry", "2022-12-13"), "logs": ("/2020-08-15/logs", "2021-03-18")}


def hold():
    """Blocks while somebody wants to see what a subscriber that takes nothing leads to."""
    while os.path.exists(os.environ.get("TELEMETRY_HOLD", "")):
        time.sleep(0.01)


class Records:
    """The file of all records, in the order in which they came."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")

    def add(self, records):
        for record in records:
            self.file.write(json.dumps(record, separators=(",", ":")) + "\n")
        self.file.flush()


class Batches(http.server.BaseHTTPRequestHandler):
    """Takes a POST with an array of records."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        hold()
        batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.records.add(batch)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *unused):
        """Says nothing: what an extension prints becomes a record itself."""


class Lines:
    """Takes a record on each line of any number of connections."""

    def __init__(self, records):
        self.records = records
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.sockets = selectors.DefaultSelector()
        self.sockets.register(self.listener, selectors.EVENT_READ)
        self.server_address = self.listener.getsockname()
        self.ending = False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            ending = self.ending
            ready = self.sockets.select(0 if ending else 0.05)
            if ending and not ready:
                return
            for key, _ in ready:
                hold()
                if key.fileobj is self.listener:
                    connection, _ = self.listener.accept()
                    self.sockets.register(connection, selectors.EVENT_READ, bytearray())
                else:
                    self.receive(key.fileobj, key.data)

    def receive(self, connection, pending):
        block = connection.recv(65536)
        if not block:
            self.sockets.unregister(connection)
            connection.close()
            return
        *lines, rest = (bytes(pending) + block).split(b"\n")
        pending[:] = rest
        self.records.add([json.loads(line) for line in lines])

    def end(self):
        """Takes what has been sent: over TCP, unlike HTTP, nobody waits for an answer."""
        self.ending = True
        self.thread.join()


def listen(protocol, records):
    """Starts to take records and returns where, and what is to be called before the process ends."""
    if protocol == "TCP":
        server = Lines(records)
        return {"protocol": "TCP", "port": server.server_address[1]}, server.end
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Batches)
    server.daemon_threads = True
    server.records = records
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{server.server_address[1]}/"}, lambda: None


class Api:
    """One connection to the APIs for extensions."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)
        self.headers = {}

    def call(self, method, path, content=None):
        body = None if content is None else json.dumps(content)
        self.connection.request(method, path, body, self.headers)
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        if not 200 <= response.status < 300:
            raise RuntimeError(f"{path} was answered with {response.status}: {answer}")
        self.headers.setdefault("Lambda-Extension-Identifier", response.headers["Lambda-Extension-Identifier"])
        return answer

    def register(self, name, events):
        self.headers = {"Lambda-Extension-Name": name}
        self.call("POST", "/2020-01-01/extension/register", {"events": events})


def main():
    # An external extension must register with the name of its file.
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    api.register(os.path.basename(sys.argv[0]), ["SHUTDOWN"])

    end = subscribe(api) if os.environ.get("TELEMETRY_API") != "none" else lambda: None
    # All that was said before SHUTDOWN has been sent when it is told.
    api.call("GET", "/2020-01-01/extension/event/next")
    end()


def subscribe(api):
    records = Records(os.environ.get("TELEMETRY_FILE", "telemetry.ndjson"))
    destination, end = listen(os.environ.get("TELEMETRY_PROTOCOL", "HTTP"), records)
    path, schema = APIS[os.environ.get("TELEMETRY_API", "telemetry")]
    subscription = {
        "schemaVersion": schema,
        "types": os.environ.get("TELEMETRY_TYPES", "platform,function,extension").split(","),
        "buffering": {"maxItems": 1000, "maxBytes": 262144, "timeoutMs": 100},
        "destination": destination,
    }
    api.call("PUT", path, subscription)
    return end


if __name__ == "__main__":
    main()
