#!/usr/bin/env python3
"""A Lambda extension in Python's standard library: says what it is told."""
import http.client
import json
import os
import sys

EXTENSION = "/2020-01-01/extension"


class ExtensionsApi:
    """One connection to the Extensions API, on which one extension registers."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)
        self.identifier = None

    def register(self, name, events):
        """Registers and returns what there is to know about the function."""
        body = json.dumps({"events": events})
        headers, function = self.call("POST", "/register", body, {"Lambda-Extension-Name": name})
        self.identifier = headers["Lambda-Extension-Identifier"]
        return function

    def next(self):
        """Blocks until there is an event. The first call also says that the extension is ready."""
        return self.call("GET", "/event/next", None, {"Lambda-Extension-Identifier": self.identifier})[1]

    def call(self, method, path, body, headers):
        self.connection.request(method, EXTENSION + path, body, headers)
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise RuntimeError(f"{path} was answered with {response.status}: {answer}")
        return response.headers, answer


def main():
    # An external extension must register with the name of its file.
    name = os.path.basename(sys.argv[0])
    api = ExtensionsApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    function = api.register(name, ["INVOKE", "SHUTDOWN"])
    print(f"[{name}] registered for {function['functionName']}", flush=True)
    while True:
        event = api.next()
        print(f"[{name}] {json.dumps(event, separators=(',', ':'))}", flush=True)
        if event["eventType"] == "SHUTDOWN":
            return


if __name__ == "__main__":
    main()
