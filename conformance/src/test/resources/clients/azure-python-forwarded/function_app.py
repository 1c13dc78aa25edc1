"""Functions with an HTTP server of their own, to which the host forwards requests."""
import asyncio

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response, StreamingResponse

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="greet/{name}", trigger_arg_name="request")
async def greet(request: Request) -> Response:
    """Says what it got."""
    text = "%s %s name=%s x=%s in=%s body=%s" % (
        request.method,
        request.url,
        request.path_params.get("name", "-"),
        request.query_params.get("x", "-"),
        request.headers.get("x-in", "-"),
        (await request.body()).decode(),
    )
    return Response(text, status_code=201, headers={"X-Out": "v"}, media_type="text/plain")


@app.route(trigger_arg_name="request")
async def repeats(request: Request) -> StreamingResponse:
    """Returns each part of the body while the next one is on its way."""
    return StreamingResponse(request.stream(), media_type="application/octet-stream")


@app.route(trigger_arg_name="request")
async def counts(request: Request) -> StreamingResponse:
    """Streams numbers, with a pause before each."""

    async def numbers():
        for i in range(3):
            await asyncio.sleep(0.2)
            yield f"{i}\n"

    return StreamingResponse(numbers(), media_type="text/plain")


@app.route(trigger_arg_name="request")
async def fails(request: Request) -> Response:
    raise ValueError((await request.body()).decode())


@app.queue_trigger(arg_name="message", queue_name="in", connection="")
@app.queue_output(arg_name="$return", queue_name="out", connection="")
def queued(message: func.QueueMessage) -> str:
    return message.get_body().decode()
