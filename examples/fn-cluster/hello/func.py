"""A function with Fn's FDK for Python: `pip install fdk`."""
import json
import os

from fdk import response


def handler(ctx, data=None):
    try:
        name = json.loads(data.getvalue())["name"]
    except (ValueError, TypeError, KeyError):
        name = "world"
    greeting = os.environ.get("GREETING", "Hello")
    return response.Response(
        ctx,
        response_data=json.dumps({"message": f"{greeting}, {name}!", "node": os.environ.get("NODE")}),
        headers={"Content-Type": "application/json", "X-Call-Id": ctx.CallID()},
    )
