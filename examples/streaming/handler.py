"""Streams what the event asks for; an event of a function URL is answered with a page that grows."""

import os
import time

BLOCK = bytes(range(251)) * 256


def handle(event):
    if "requestContext" in event:
        yield from page(event)
    else:
        yield from body(event)


def page(event):
    yield {"statusCode": 200, "headers": {"Content-Type": "text/plain; charset=utf-8"}, "cookies": ["seen=yes"]}
    yield f"{event['requestContext']['http']['method']} {event['rawPath']}\n".encode()
    for number in range(3):
        time.sleep(0.2)
        yield f"line {number}\n".encode()


def body(event):
    """Members: text (each is a block), await (a file), then (more text), pattern (how many bytes), wait (seconds
    between blocks), fail (a message), exit (a status)."""
    for text in event.get("text", []):
        yield text.encode()
        time.sleep(event.get("wait", 0))
    while "await" in event and not os.path.exists(event["await"]):
        time.sleep(0.01)
    for text in event.get("then", []):
        yield text.encode()
    left = event.get("pattern", 0)
    while left > 0:
        block = BLOCK[:left]
        yield block
        left -= len(block)
        if "wait" in event:
            time.sleep(event["wait"])
    if "exit" in event:
        os._exit(event["exit"])
    if "fail" in event:
        raise ValueError(event["fail"])
