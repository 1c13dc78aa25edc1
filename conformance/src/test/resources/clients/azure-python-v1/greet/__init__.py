"""Says what it got."""
import logging

import azure.functions as func


def main(request: func.HttpRequest) -> func.HttpResponse:
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
