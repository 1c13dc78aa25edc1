#!/usr/bin/env python3
"""A Lambda runtime in Python's standard library whose handlers stream: they yield bytes, and each goes out at once.

A handler that yields a dictionary first says status, headers and cookies of an HTTP response with it (function URLs).
An exception after the first bytes reaches the caller in the trailers of the response.
"""

import base64
import http.client
import importlib
import json
import os
import sys
import traceback

API = "/2018-06-01/runtime"
HTTP_RESPONSE = "application/vnd.awslambda.http-integration-response"


def error_of(exception):
    return {
        "errorMessage": str(exception),
        "errorType": type(exception).__name__,
        "stackTrace": traceback.format_exception(exception),
    }


def post_error(connection, request_id, exception):
    headers = {"Lambda-Runtime-Function-Error-Type": "Function." + type(exception).__name__}
    connection.request("POST", f"{API}/invocation/{request_id}/error", json.dumps(error_of(exception)), headers)
    connection.getresponse().read()


def chunk(block):
    return b"%x\r\n%b\r\n" % (len(block), block)


def post_stream(connection, request_id, blocks, first):
    connection.putrequest("POST", f"{API}/invocation/{request_id}/response")
    connection.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.putheader("Trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
    if isinstance(first, dict):
        connection.putheader("Content-Type", HTTP_RESPONSE)
        first = json.dumps(first).encode() + bytes(8)
    else:
        connection.putheader("Content-Type", "application/octet-stream")
    connection.endheaders()
    trailers = b""
    try:
        while first is not None:
            if first:
                connection.sock.sendall(chunk(first))
            first = next(blocks, None)
    except Exception as exception:  # The caller has a part already: the rest of the story goes behind it.
        body = base64.b64encode(json.dumps(error_of(exception)).encode())
        kind = type(exception).__name__.encode()
        trailers = (
            b"Lambda-Runtime-Function-Error-Type: Function.%b\r\nLambda-Runtime-Function-Error-Body: %b\r\n"
            % (kind, body)
        )
    connection.sock.sendall(b"0\r\n" + trailers + b"\r\n")
    connection.getresponse().read()


def main():
    sys.path.insert(0, os.getcwd())
    module, _, name = (os.environ.get("_HANDLER") or "handler.handle").partition(".")
    handle = getattr(importlib.import_module(module), name or "handle")
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        connection.request("GET", API + "/invocation/next")
        response = connection.getresponse()
        event = json.loads(response.read())
        request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            blocks = iter(handle(event))
            first = next(blocks, b"")
        except Exception as exception:
            post_error(connection, request_id, exception)
        else:
            post_stream(connection, request_id, blocks, first)


if __name__ == "__main__":
    main()
