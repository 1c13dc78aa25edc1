"""Errors in the cloud's shape (contract templates-and-runtimes, section 7.2)."""

import os
import traceback

_OWN_DIRECTORY = os.path.dirname(os.path.abspath(__file__)) + os.sep


class RuntimeFault(Exception):
    """A fault of the function that the runtime notices itself."""

    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.trace = list(trace)


def describe(error, request_id):
    """Returns what is sent for an exception."""
    if isinstance(error, RuntimeFault):
        return _body(str(error), error.error_type, request_id, error.trace)
    return _body(str(error), type(error).__name__, request_id, _stack(error))


def _body(message, error_type, request_id, trace):
    return {
        "errorMessage": message,
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": trace,
    }


def _stack(error):
    """Returns one text per frame, without those of the runtime at the top and without marks."""
    frames = [
        (frame.filename, frame.lineno, frame.name, frame.line)
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    for index, frame in enumerate(frames):
        if not frame[0].startswith(_OWN_DIRECTORY):
            frames = frames[index:]
            break
    return traceback.format_list(frames)
