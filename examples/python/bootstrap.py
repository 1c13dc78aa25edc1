#!/usr/bin/env python3
"""A custom Lambda runtime in Python's standard library. Runs the handler named in _HANDLER, or handler.handle."""
import http.client
import importlib
import json
import os
import sys
import traceback

RUNTIME = "/2018-06-01/runtime"


class Context:
    """What a handler may ask about its invocation."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]


class RuntimeApi:
    """One connection to the Runtime API."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def call(self, method, path, body=None, headers=None):
        self.connection.request(method, RUNTIME + path, body, headers or {})
        response = self.connection.getresponse()
        return response.headers, response.read()

    def post_error(self, path, error):
        trace = traceback.format_exception(type(error), error, error.__traceback__)
        body = {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": trace}
        self.call("POST", path, json.dumps(body), {"Lambda-Runtime-Function-Error-Type": body["errorType"]})


def load_handler():
    module, _, function = (os.environ.get("_HANDLER") or "handler.handle").rpartition(".")
    for directory in (os.path.dirname(os.path.abspath(__file__)), os.environ.get("LAMBDA_TASK_ROOT")):
        if directory and directory not in sys.path:
            sys.path.append(directory)
    return getattr(importlib.import_module(module), function)


def main():
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load_handler()
    except Exception as error:
        api.post_error("/init/error", error)
        raise
    while True:
        headers, event = api.call("GET", "/invocation/next")
        context = Context(headers)
        try:
            response = json.dumps(handler(json.loads(event), context))
        except Exception as error:
            api.post_error(f"/invocation/{context.aws_request_id}/error", error)
        else:
            api.call("POST", f"/invocation/{context.aws_request_id}/response", response)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
