import contextlib
import json
import logging
import os
import sys
import threading
from decimal import Decimal


def echo(event, context):
    return event


def boom(event, context):
    raise ValueError("bad thing")


def key_error(event, context):
    raise KeyError("k")


class My(Exception):
    pass


def two_arguments(event, context):
    raise My("x", "y")


def no_message(event, context):
    raise My()


def cause(event, context):
    try:
        raise KeyError("inner")
    except KeyError as e:
        raise ValueError("outer") from e


def lines(event, context):
    raise ValueError("one\ntwo")


def noargs():
    return 1


number = 5


class Callable:
    def __call__(self, event, context):
        return "called"


instance = Callable()


class Constructed(dict):
    def __init__(self, event, context):
        super().__init__(made=event)


def a_set(event, context):
    return {1}


def a_tuple(event, context):
    return (1, "a")


def an_object(event, context):
    return object()


def decimals(event, context):
    return {"a": Decimal("1.50"), "b": [Decimal("1E+2"), Decimal("NaN")]}


def infinite(event, context):
    return [float("nan"), float("inf")]


def nothing(event, context):
    return None


def raw_bytes(event, context):
    return b"\x00\x01raw"


def nested_bytes(event, context):
    return {"a": b"text"}


def odd_keys(event, context):
    return {1: "a", True: "c", 2.5: "d", None: "e", False: "f"}


def tuple_keys(event, context):
    return {(1, 2): 3}


def text(event, context):
    return "\u00e9\u2028\U0001f30d\"\\\n"


def surrogate(event, context):
    return "\ud800"


async def coroutine(event, context):
    return 1


def generator(event, context):
    yield 1


def circular(event, context):
    value = []
    value.append(value)
    return value


def exits(event, context):
    sys.exit(3)


def interrupted(event, context):
    raise KeyboardInterrupt()


def in_thread(event, context):
    def fail():
        raise ValueError("in thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    return "ok"


def trace(event, context):
    return os.environ.get("_X_AMZN_TRACE_ID")


def environment(event, context):
    return {name: os.environ.get(name) for name in event}


def places(event, context):
    return {
        "path": sys.path[0],
        "argument": sys.argv[1],
        "directory": os.getcwd(),
        "root": os.environ["LAMBDA_TASK_ROOT"],
    }


def describe(event, context):
    client = context.client_context
    return {
        "id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "name": context.function_name,
        "version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "group": context.log_group_name,
        "stream": context.log_stream_name,
        "tenant": context.tenant_id,
        "client": client
        and {
            "custom": client.custom,
            "env": client.env,
            "client": client.client
            and [
                client.client.installation_id,
                client.client.app_title,
                client.client.app_version_name,
                client.client.app_version_code,
                client.client.app_package_name,
            ],
        },
        "identity": [
            context.identity.cognito_identity_id,
            context.identity.cognito_identity_pool_id,
        ],
        "w3c": context.w3c(),
        "remaining": type(context.get_remaining_time_in_millis()).__name__,
    }


def late(event, context):
    return context.get_remaining_time_in_millis()


def representation(event, context):
    return repr(context)


def prints(event, context):
    print("printed", 1)
    print("to stderr", file=sys.stderr)


def logs(event, context):
    logging.debug("debug 0")
    logging.info("info 0")
    logging.warning("warn %d", 1)
    logging.getLogger("named").error("error 2")


def logs_exception(event, context):
    try:
        raise ValueError("caught")
    except ValueError:
        logging.exception("it failed")
    sys.stdout.write("|\n")


def logs_extra(event, context):
    logging.warning("with more", extra={"order": 7, "user": {"id": 1}})


def logs_object(event, context):
    logging.warning({"a": 1})


def logs_context(event, context):
    context.log("no newline;")
    context.log("end\n")


def handlers(event, context):
    logging.basicConfig(level=logging.DEBUG, format="mine %(message)s")
    logging.debug("not shown")
    return len(logging.getLogger().handlers)


def writes_without_newline(event, context):
    sys.stdout.write("partial")
    os._exit(4)


def module(event, context):
    import layermodule

    return layermodule.origin
