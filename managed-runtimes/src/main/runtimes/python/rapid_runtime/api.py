"""The Runtime API over one connection, which stays open."""

import os
import socket
import sys

_PREFIX = "/2018-06-01/runtime/"


class Response:
    """A status, headers with names in lower case, and a body."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


class RuntimeApi:
    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._host = host.strip("[]")
        self._port = int(port)
        self._address = address
        self._socket = None
        self._reader = None

    def next(self):
        """Waits for an invocation. Ends the process if there is none any more."""
        return self._get("invocation/next")

    def restore_next(self):
        """Waits until the snapshot is restored."""
        return self._get("restore/next")

    def _get(self, path):
        response = self._call("GET", path, {}, b"")
        if response.status != 200:
            sys.exit(f"The Runtime API answers {response.status}: {response.body!r}")
        return response

    def respond(self, invocation, body, content_type):
        self._answer(invocation, "response", {"Content-Type": content_type}, body)

    def fail(self, invocation, body):
        self._answer(invocation, "error", {"Content-Type": "application/json"}, body)

    def _answer(self, invocation, kind, headers, body):
        if invocation.delivery:
            headers["Lambda-Runtime-Invocation-Id"] = invocation.delivery
        self._call("POST", f"invocation/{invocation.request_id}/{kind}", headers, body)

    def fail_init(self, error_type, body):
        self._fail_phase("init/error", error_type, body)

    def fail_restore(self, error_type, body):
        self._fail_phase("restore/error", error_type, body)

    def _fail_phase(self, path, error_type, body):
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Function-Error-Type": error_type,
        }
        self._call("POST", path, headers, body)

    def _call(self, method, path, headers, body):
        lines = [f"{method} {_PREFIX}{path} HTTP/1.1", f"Host: {self._address}", _USER_AGENT]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
        if self._socket is None:
            self._connect()
        if len(body) < 65536:
            self._socket.sendall(head + body)
        else:
            self._socket.sendall(head)
            self._socket.sendall(body)
        return self._read()

    def _connect(self):
        self._socket = socket.create_connection((self._host, self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self._socket.makefile("rb", 65536)

    def _read(self):
        status_line = self._reader.readline()
        if not status_line:
            sys.exit("The Runtime API has closed the connection")
        status = int(status_line.split(b" ", 2)[1])
        headers = {}
        for line in iter(self._reader.readline, b"\r\n"):
            if not line:
                sys.exit("The Runtime API has closed the connection")
            name, _, value = line.decode("utf-8", "replace").partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._read_chunks()
        else:
            body = self._reader.read(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self._socket.close()
            self._socket = None
        return Response(status, headers, body)

    def _read_chunks(self):
        chunks = []
        while True:
            size = int(self._reader.readline().split(b";")[0], 16)
            if size == 0:
                break
            chunks.append(self._reader.read(size))
            self._reader.readline()
        while self._reader.readline() not in (b"\r\n", b""):
            pass
        return b"".join(chunks)


_USER_AGENT = "User-Agent: rapid-python/%d.%d.%d" % sys.version_info[:3]


def connect():
    """Returns the Runtime API of this sandbox."""
    return RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
