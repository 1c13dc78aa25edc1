"""Streams what the event asks for; an event of a function URL is answered with a page that grows."""

import os
import time

BLOCK = os.urandom(1024) * 64


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
    """Members: bytes (how many), text (each is a block), wait (seconds between blocks), fail, exit."""
    for text in event.get("text", []):
        yield text.encode()
        time.sleep(event.get("wait", 0))
    left = event.get("bytes", 0)
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
