"""A handler that does what its event says; RuntimeClientTest lists what there is."""
import logging
import os
import signal
import time

if os.environ.get("FAIL_INIT"):
    raise ValueError("no luck at init")

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def terminated(*_):
    with open(os.environ["TERM_FILE"], "w") as file:
        file.write("terminated")
    raise SystemExit


if os.environ.get("TERM_FILE"):
    signal.signal(signal.SIGTERM, terminated)


def handle(event, context):
    action = event["do"]
    if action == "echo":
        return event["value"]
    if action == "fail":
        raise ValueError(event["message"])
    if action == "exit":
        os._exit(event["status"])
    if action == "wait":
        time.sleep(event["seconds"])
    if action == "context":
        return {
            "requestId": context.aws_request_id,
            "functionName": context.function_name,
            "functionVersion": context.function_version,
            "functionArn": context.invoked_function_arn,
            "memory": int(context.memory_limit_in_mb),
            "remaining": context.get_remaining_time_in_millis(),
        }
    if action == "log":
        for number in range(event["pairs"]):
            print(f"printed {number}")
            logger.info(f"logged {number}")
    if action == "lines":
        logger.info("one\ntwo\nthree")
    if action == "count":
        with open(event["file"], "a") as file:
            file.write("x")
    return None
