"""Functions for a worker that finds functions by their decorators."""
import json
import logging
import os
import time

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="greet/{name}", trigger_arg_name="request")
def greet(request: func.HttpRequest) -> func.HttpResponse:
    """Says what it got."""
    logging.info("greets")
    logging.warning("warns")
    logging.error("complains")
    text = "%s %s name=%s x=%s in=%s body=%s" % (
        request.method,
        request.url,
        request.route_params.get("name", "-"),
        request.params.get("x", "-"),
        request.headers.get("x-in", "-"),
        request.get_body().decode(),
    )
    return func.HttpResponse(text, status_code=201, headers={"X-Out": "v"})


@app.route(trigger_arg_name="request")
def fails(request: func.HttpRequest) -> func.HttpResponse:
    raise ValueError(request.get_body().decode())


@app.route(trigger_arg_name="request")
def sleeps(request: func.HttpRequest) -> func.HttpResponse:
    """Answers after the milliseconds of its body."""
    text = request.get_body().decode()
    time.sleep(int(text) / 1000)
    return func.HttpResponse(text)


@app.route(trigger_arg_name="request")
def repeats(request: func.HttpRequest) -> func.HttpResponse:
    """Returns the body that it got."""
    return func.HttpResponse(request.get_body(), mimetype="application/octet-stream")


@app.queue_trigger(arg_name="message", queue_name="in", connection="")
@app.queue_output(arg_name="$return", queue_name="out", connection="")
def queued(message: func.QueueMessage) -> str:
    return "%s times=%s id=%s" % (message.get_body().decode(), message.dequeue_count, message.id)


@app.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
@app.queue_output(arg_name="$return", queue_name="out", connection="")
def timed(timer: func.TimerRequest) -> str:
    return "past due=%s" % timer.past_due


@app.queue_trigger(arg_name="message", queue_name="in", connection="")
@app.queue_output(arg_name="$return", queue_name="out", connection="")
def works(message: func.QueueMessage) -> str:
    """Does what the message says: {"do": ..., ...}."""
    order = json.loads(message.get_body())
    return str(WORK[order["do"]](order))


WORK = {
    "return": lambda order: order["value"],
    "pid": lambda order: os.getpid(),
    "directory": lambda order: os.getcwd(),
    "variable": lambda order: os.environ.get(order["name"]),
    "exit": lambda order: os._exit(order["status"]),
}
