#!/usr/bin/env python3
"""A custom Lambda runtime for SnapStart, in Python's standard library.

Runs the handler named in _HANDLER, or handler.handle. If its module has functions before_snapshot and after_restore,
they are the hooks.
"""
import http.client
import importlib
import json
import os
import sys

RUNTIME = "/2018-06-01/runtime"


class RuntimeApi:
    """One connection to the Runtime API."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def call(self, method, path, body=None, headers=None):
        self.connection.request(method, RUNTIME + path, body, headers or {})
        response = self.connection.getresponse()
        return response.headers, response.read()

    def post_error(self, path, error, kind):
        body = {"errorType": type(error).__name__, "errorMessage": str(error)}
        self.call("POST", path, json.dumps(body), {"Lambda-Runtime-Function-Error-Type": kind})


def run_hook(module, name):
    getattr(module, name, lambda: None)()
    sys.stdout.flush()


def main():
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    snap_start = os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] == "snap-start"
    name, _, function = (os.environ.get("_HANDLER") or "handler.handle").rpartition(".")
    sys.path.append(os.environ["LAMBDA_TASK_ROOT"])
    try:
        module = importlib.import_module(name)
        handler = getattr(module, function)
        if snap_start:
            run_hook(module, "before_snapshot")
    except Exception as error:
        api.post_error("/init/error", error, "Runtime.BeforeSnapshotError")
        raise
    if snap_start:
        api.call("GET", "/restore/next")  # The snapshot is taken here; the answer comes after the restore.
        try:
            run_hook(module, "after_restore")
        except Exception as error:
            api.post_error("/restore/error", error, "Runtime.AfterRestoreError")
            raise
    while True:
        headers, event = api.call("GET", "/invocation/next")
        request = headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            response = json.dumps(handler(json.loads(event), None))
        except Exception as error:
            api.post_error(f"/invocation/{request}/error", error, type(error).__name__)
        else:
            api.call("POST", f"/invocation/{request}/response", response)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
