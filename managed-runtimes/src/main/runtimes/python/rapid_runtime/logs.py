"""Log records as the cloud's runtime writes them (contract templates-and-runtimes, section 7.2)."""

import io
import json
import logging
import os
import struct
import sys
import time
import traceback

_FD_VARIABLE = "_LAMBDA_TELEMETRY_LOG_FD"

_LEVELS = {
    "TRACE": logging.DEBUG,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "WARNING": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": logging.FATAL,
    "CRITICAL": logging.CRITICAL,
}

_FRAME = 0xA55A0002
_FRAME_OF_TEXT = 0x1
_FRAME_LEVELS = {
    logging.DEBUG: 2,
    logging.INFO: 3,
    logging.WARNING: 4,
    logging.ERROR: 5,
    logging.CRITICAL: 6,
}

_USUAL_MEMBERS = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "aws_request_id",
    "tenant_id",
}


class Lines:
    """Writes records to stdout."""

    separator = "\r"
    end = "\n"

    def write(self, text, level=None):
        sys.stdout.write(text)


class Frames:
    """Writes each record as a message of its own, which may have several lines.

    Contract runtime-extensions-telemetry, section 7.6.
    """

    separator = "\n"
    end = ""

    def __init__(self, descriptor, is_json):
        self._descriptor = descriptor
        self._type = _FRAME | (0 if is_json else _FRAME_OF_TEXT)

    def write(self, text, level=None):
        message = text.encode("utf-8", "backslashreplace")
        kind = self._type | (_FRAME_LEVELS.get(level, 0) << 2)
        micros = time.time_ns() // 1000
        data = memoryview(struct.pack(">IIQ", kind, len(message), micros) + message)
        while data:
            data = data[os.write(self._descriptor, data) :]


class _Current:
    """The invocation that runs."""

    request_id = ""
    tenant_id = None


current = _Current()


class _Handler(logging.Handler):
    def __init__(self, sink):
        super().__init__()
        self._sink = sink

    def emit(self, record):
        record.aws_request_id = current.request_id
        record.tenant_id = current.tenant_id
        self._sink.write(self.format(record), record.levelno)


class _TextFormatter(logging.Formatter):
    converter = time.gmtime

    def __init__(self):
        super().__init__(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n",
            "%Y-%m-%dT%H:%M:%S",
        )


def _timestamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _to_json(value):
    return json.dumps(value, ensure_ascii=False, default=str)


class _JsonFormatter(logging.Formatter):
    def format(self, record):
        is_object = isinstance(record.msg, dict)
        members = {
            "timestamp": _timestamp(record.created),
            "level": record.levelname,
            "message": record.msg if is_object else record.getMessage(),
            "logger": record.name,
            **self._exception(record),
            "requestId": record.aws_request_id or None,
            "tenantId": record.tenant_id,
            "location": self._location(record),
        }
        for name, value in vars(record).items():
            if name not in _USUAL_MEMBERS and name not in members:
                members[name] = value
        return _to_json({k: v for k, v in members.items() if v is not None}) + "\n"

    @staticmethod
    def _exception(record):
        if not record.exc_info or record.exc_info[0] is None:
            return {}
        error_type, error, trace = record.exc_info
        return {
            "stackTrace": traceback.format_tb(trace),
            "errorType": error_type.__name__,
            "errorMessage": str(error),
        }

    @staticmethod
    def _location(record):
        if not record.exc_info:
            return None
        return f"{record.pathname}:{record.funcName}:{record.lineno}"


class Log:
    """Where the function's records and the errors of its invocations go."""

    def __init__(self, sink, is_json):
        self.sink = sink
        self._is_json = is_json

    def error(self, body):
        """Writes the error of an invocation or of the init."""
        if self._is_json:
            record = {"timestamp": _timestamp(time.time()), "level": "ERROR", **body}
            self.sink.write(_to_json(record) + "\n", logging.ERROR)
            return
        lines = ["[ERROR]"]
        if body["errorType"]:
            lines[0] += f" {body['errorType']}"
        if body["errorMessage"]:
            lines[0] += f": {body['errorMessage']}"
        lines.append("Traceback (most recent call last):")
        for frame in body["stackTrace"]:
            lines += [_with_fixed_indent(line) for line in frame.splitlines()]
        self.sink.write(self.sink.separator.join(lines) + self.sink.end, logging.ERROR)


def _with_fixed_indent(line):
    blanks = len(line) - len(line.lstrip(" "))
    return "\u00a0" * blanks + line[blanks:]


def install():
    """Makes the only handler of the root logger, and stdout and stderr without a buffer."""
    sys.stdout = _unbuffered(sys.stdout)
    sys.stderr = _unbuffered(sys.stderr)
    is_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
    descriptor = os.environ.pop(_FD_VARIABLE, None)
    sink = Frames(int(descriptor), is_json) if descriptor else Lines()
    handler = _Handler(sink)
    handler.setFormatter(_JsonFormatter() if is_json else _TextFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    level = _LEVELS.get(os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper())
    if level is not None:
        root.setLevel(level)
    return Log(sink, is_json)


def _unbuffered(stream):
    file = io.FileIO(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(file, encoding="utf-8", errors=stream.errors, write_through=True)
