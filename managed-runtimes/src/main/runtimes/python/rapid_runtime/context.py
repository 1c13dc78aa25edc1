"""The context of an invocation (contract templates-and-runtimes, section 7.2)."""

import json
import os
import time

from .errors import RuntimeFault

_CLIENT_FIELDS = (
    "installation_id",
    "app_title",
    "app_version_name",
    "app_version_code",
    "app_package_name",
)
_W3C_FIELDS = ("traceparent", "tracestate", "baggage")


class Client:
    __slots__ = _CLIENT_FIELDS


class ClientContext:
    __slots__ = ("custom", "env", "client")


class CognitoIdentity:
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __repr__(self):
        return (
            f"CognitoIdentity([cognito_identity_id={self.cognito_identity_id},"
            f"cognito_identity_pool_id={self.cognito_identity_pool_id}])"
        )


def _parse(text, what):
    if not text:
        return None
    try:
        value = json.loads(text)
    except Exception as e:
        raise RuntimeFault(
            "Runtime.LambdaContextUnmarshalError", f"Unable to parse {what} JSON: {e}"
        ) from None
    return value if isinstance(value, dict) else None


def _client_context(value):
    if value is None:
        return None
    context = ClientContext()
    context.custom = value.get("custom")
    context.env = value.get("env")
    context.client = None
    if isinstance(value.get("client"), dict):
        context.client = Client()
        for field in _CLIENT_FIELDS:
            setattr(context.client, field, value["client"].get(field))
    return context


def _identity(value):
    identity = CognitoIdentity()
    identity.cognito_identity_id = value and value.get("cognitoIdentityId")
    identity.cognito_identity_pool_id = value and value.get("cognitoIdentityPoolId")
    return identity


class LambdaContext:
    def __init__(self, invocation, log):
        client = _parse(invocation.client_context, "Client Context")
        identity = _parse(invocation.cognito_identity, "Cognito Identity")
        self._log = log
        self._deadline_ms = invocation.deadline_ms
        self._w3c = (client or {}).get("w3c")
        self.aws_request_id = invocation.request_id
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = invocation.function_arn
        self.tenant_id = invocation.tenant_id
        self.client_context = _client_context(client)
        self.identity = _identity(identity)

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline_ms - time.time() * 1000))

    def log(self, message):
        self._log(str(message))

    def w3c(self):
        fields = self._w3c if isinstance(self._w3c, dict) else {}
        return {name: fields[name] for name in _W3C_FIELDS if name in fields}

    def __repr__(self):
        members = (
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
            "tenant_id",
        )
        texts = [f"{name}={getattr(self, name)}" for name in members]
        return f"LambdaContext([{','.join(texts)}])"
