"""A Lambda runtime for a function that a host uses as an agent. It does what its points say, or returns them.

The string field "do" of a point is an action: see act. Arguments are NAME=VALUE: trace is a file that gets a line for
what happens, and at-start an action before the first invocation.
"""

import json
import os
import signal
import socket
import sys
import time

SETTINGS = dict(argument.split("=", 1) for argument in sys.argv[1:])


class Api:
    """One connection to the Runtime API."""

    def __init__(self):
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb", 1 << 16)

    def call(self, method, path, body=b""):
        head = "%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: rapid\r\nContent-Length: %d\r\n\r\n"
        self.socket.sendall((head % (method, path, len(body))).encode() + body)
        status = self.reader.readline().split()
        if not status:
            sys.exit(0)
        headers = {}
        while True:
            line = self.reader.readline().decode().strip()
            if not line:
                break
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            blocks = []
            while True:
                size = int(self.reader.readline(), 16)
                blocks.append(self.reader.read(size))
                self.reader.readline()
                if size == 0:
                    return headers, b"".join(blocks)
        return headers, self.reader.read(int(headers.get("content-length", 0)))


def trace(what, **more):
    if "trace" in SETTINGS:
        more.update(pid=os.getpid(), what=what)
        out = os.open(SETTINGS["trace"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(out, (json.dumps(more) + "\n").encode())
        os.close(out)


def actions(event):
    batched = [point for batch in event.get("batches", []) for point in batch["points"]]
    for point in event.get("points", []) + batched:
        action = point.get("fields", {}).get("do")
        if action is not None:
            yield action, point


class Failed(Exception):
    pass


def act(action, point, event):
    """Returns the result if the action has one."""
    verb, _, rest = action.partition(" ")
    if verb == "result":  # this text
        return rest.encode()
    if verb == "error":  # with a type and a message
        raise Failed(*rest.split(" ", 1))
    if verb == "error-once":  # unless there is this file, which it makes
        if not os.path.exists(rest):
            open(rest, "w").close()
            raise Failed("Once", "the first time")
    elif verb == "exit":  # with a status
        os._exit(int(rest))
    elif verb == "kill":  # itself
        os.kill(os.getpid(), signal.SIGKILL)
    elif verb == "wait":  # for a file
        open(rest + ".waits", "w").close()
        while not os.path.exists(rest):
            time.sleep(0.002)
    elif verb == "nap":  # for milliseconds
        time.sleep(int(rest) / 1000)
    elif verb == "print":  # a line on stdout
        print(rest, flush=True)
    elif verb == "pid":
        point.setdefault("ints", {})["pid"] = os.getpid()
    elif verb == "context":
        point["fields"]["context"] = json.dumps(event.get("context"), sort_keys=True)
    else:
        raise Failed("Unknown", action)
    return None


def result(event):
    for action, point in actions(event):
        text = act(action, point, event)
        if text is not None:
            return text
    return json.dumps({key: event[key] for key in ("points", "batches") if key in event}).encode()


def main():
    trace("started")
    start = SETTINGS.get("at-start")
    if start is not None:
        act(start, {}, {})
    api = Api()
    while True:
        headers, payload = api.call("GET", "invocation/next")
        event = json.loads(payload)
        trace("invoked", points=len(event.get("points", [])), batches=len(event.get("batches", [])))
        invocation = "invocation/%s/" % headers["lambda-runtime-aws-request-id"]
        try:
            api.call("POST", invocation + "response", result(event))
        except Failed as failure:
            kind, message = (failure.args + ("",))[:2]
            error = {"errorType": kind, "errorMessage": message}
            api.call("POST", invocation + "error", json.dumps(error).encode())


main()
