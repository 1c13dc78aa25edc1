"""The life of a runtime: init, then one invocation after the other."""

import os
import sys

from . import api as runtime_api
from . import errors, handler, logs, snapshot, values, workers
from .context import LambdaContext

_TRACE_VARIABLE = "_X_AMZN_TRACE_ID"


class Invocation:
    """What the Runtime API says about an invocation."""

    def __init__(self, response):
        headers = response.headers
        self.request_id = headers.get("lambda-runtime-aws-request-id", "")
        self.delivery = headers.get("lambda-runtime-invocation-id")
        self.deadline_ms = int(headers.get("lambda-runtime-deadline-ms") or 0)
        self.function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.trace_id = headers.get("lambda-runtime-trace-id")
        self.client_context = headers.get("lambda-runtime-client-context")
        self.cognito_identity = headers.get("lambda-runtime-cognito-identity")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self.content_type = headers.get("content-type", "")
        self.body = response.body


def main(handler_name):
    log = logs.install()
    shared = workers.become_one()
    api = runtime_api.connect()
    function = _init(api, log, handler_name)
    snapshot.pass_snapshot(api, log)
    while True:
        invocation = Invocation(api.next())
        if not shared:
            _set_trace(invocation.trace_id)
        logs.current.request_id = invocation.request_id
        logs.current.tenant_id = invocation.tenant_id
        _handle(api, log, function, invocation)


def _init(api, log, handler_name):
    try:
        return handler.load(handler_name)
    except Exception as e:
        body = errors.describe(e, "")
        log.error(body)
        api.fail_init(body["errorType"], values.to_json(body).encode("utf-8"))
        sys.exit(1)


def _set_trace(trace_id):
    if trace_id:
        os.environ[_TRACE_VARIABLE] = trace_id
    else:
        os.environ.pop(_TRACE_VARIABLE, None)


def _handle(api, log, function, invocation):
    try:
        context = LambdaContext(invocation, log.sink.write)
        event = values.read_event(invocation.body, invocation.content_type)
        result, content_type = values.write_result(function(event, context))
    except Exception as e:
        body = errors.describe(e, invocation.request_id)
        log.error(body)
        api.fail(invocation, values.to_json(body).encode("utf-8"))
        return
    if isinstance(result, str):
        result = result.encode("utf-8")
    api.respond(invocation, result, content_type)
