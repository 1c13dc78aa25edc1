"""Functions for a worker that reads function.json files."""
import json
import logging
import os
import time

import azure.functions as func


def fails(request: func.HttpRequest) -> func.HttpResponse:
    raise ValueError(request.get_body().decode())


def sleeps(request: func.HttpRequest) -> func.HttpResponse:
    """Answers after the milliseconds of its body."""
    text = request.get_body().decode()
    time.sleep(int(text) / 1000)
    return func.HttpResponse(text)


def repeats(request: func.HttpRequest) -> func.HttpResponse:
    """Returns the body that it got."""
    return func.HttpResponse(request.get_body(), mimetype="application/octet-stream")


def text(request: func.HttpRequest) -> str:
    """Returns no response but text."""
    return "just text"


def queued(message: func.QueueMessage) -> str:
    return "%s times=%s id=%s" % (message.get_body().decode(), message.dequeue_count, message.id)


def timed(timer: func.TimerRequest) -> str:
    return "past due=%s" % timer.past_due


def stored(blob: func.InputStream) -> str:
    return "%d bytes: %s" % (len(content := blob.read()), content.hex())


def outputs(message: func.QueueMessage, first: func.Out[str], second: func.Out[bytes]) -> str:
    first.set("first of " + message.get_body().decode())
    second.set(b"\x00\xff")
    return "returned"


def works(message: func.QueueMessage) -> str:
    """Does what the message says: {"do": ..., ...}."""
    order = json.loads(message.get_body())
    return str(WORK[order["do"]](order))


def log(order):
    for level in ("debug", "info", "warning", "error", "critical"):
        getattr(logging, level)("a line of level %s", level)
    print("a printed line", flush=True)
    logging.getLogger("azure.functions").info("of a library")
    return "logged"


def hold(order):
    """Waits for a file, so that a test says how long an invocation runs."""
    with open(order["file"] + ".held", "w"):
        pass
    while not os.path.exists(order["file"]):
        time.sleep(0.01)
    return "released"


WORK = {
    "return": lambda order: order["value"],
    "pid": lambda order: os.getpid(),
    "directory": lambda order: os.getcwd(),
    "variable": lambda order: os.environ.get(order["name"]),
    "variables": lambda order: " ".join(sorted(os.environ)),
    "exit": lambda order: os._exit(order["status"]),
    "sleep": lambda order: time.sleep(order["seconds"]),
    "log": log,
    "hold": hold,
}
