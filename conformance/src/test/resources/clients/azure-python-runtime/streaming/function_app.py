"""HTTP functions whose requests and responses are streams."""

import asyncio
import hashlib
import json
import logging
import os

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response, StreamingResponse

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="echo/{name}", methods=["GET", "POST", "HEAD"])
async def echo(req: Request) -> Response:
    """Says what came, with the digest of the body."""
    digest = hashlib.sha256()
    length = 0
    async for piece in req.stream():
        digest.update(piece)
        length += len(piece)
    logging.info("echo has %d bytes", length)
    response = JSONResponse(
        {
            "method": req.method,
            "path": req.url.path,
            "query": dict(req.query_params),
            "name": req.path_params.get("name"),
            "header": req.headers.get("x-in"),
            "forwarded": [req.headers.get("x-forwarded-host"), req.headers.get("x-forwarded-proto")],
            "length": length,
            "sha256": digest.hexdigest(),
        },
        status_code=201,
        headers={"x-out": "v"},
    )
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


@app.route(route="pieces", methods=["GET", "POST"])
async def pieces(req: Request) -> StreamingResponse:
    """Sends as many pieces of 64 KiB as it is asked for, the last one when a file exists."""
    count = int(req.query_params.get("count", "3"))
    awaited = req.query_params.get("until")

    async def body():
        for number in range(count):
            while awaited and number == count - 1 and not os.path.exists(awaited):
                await asyncio.sleep(0.02)
            yield bytes([number % 251]) * 65536

    return StreamingResponse(body(), media_type="application/octet-stream")


@app.route(route="fail", methods=["GET", "POST"])
async def fail(req: Request) -> Response:
    raise ValueError("no luck with " + json.dumps(dict(req.query_params)))
