"""A worker around the engine azure-functions-runtime, which takes and returns messages and has no gRPC of its own.

The classes of the messages come from Rapid's .proto files: grpcio-tools writes them into the directory "messages"
beside this file before the first start.
"""

import argparse
import asyncio
import json
import logging
import os
import pathlib
import sys
import traceback
import types

import grpc

sys.path.append(str(pathlib.Path(__file__).parent / "messages"))

import FunctionRpc_pb2  # noqa: E402
import FunctionRpc_pb2_grpc  # noqa: E402
from identity import ClaimsIdentityRpc_pb2  # noqa: E402
from shared import NullableTypes_pb2  # noqa: E402

import azure_functions_runtime as engine  # noqa: E402

# The engine finds all classes of messages in one module.
messages = types.ModuleType("messages")
for part in (FunctionRpc_pb2, ClaimsIdentityRpc_pb2, NullableTypes_pb2):
    messages.__dict__.update({name: value for name, value in vars(part).items() if not name.startswith("_")})

# What the engine answers: the request, its handler, and the field of the answer.
HANDLERS = {
    "worker_init_request": (engine.worker_init_request, "worker_init_response"),
    "functions_metadata_request": (engine.functions_metadata_request, "function_metadata_response"),
    "function_load_request": (engine.function_load_request, "function_load_response"),
    "invocation_request": (engine.invocation_request, "invocation_response"),
    "function_environment_reload_request": (
        engine.function_environment_reload_request,
        "function_environment_reload_response",
    ),
}

SYSTEM_LOGGERS = ("azure.functions", "azure_functions", "asyncio", "grpc", "uvicorn", "worker")


class Worker:
    def __init__(self, arguments):
        self.arguments = arguments
        self.loop = asyncio.get_running_loop()
        self.outgoing = asyncio.Queue()
        self.tasks = set()

    async def run(self):
        unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        async with grpc.aio.insecure_channel(self.arguments.address, options=unlimited) as channel:
            self.send("", start_stream=messages.StartStream(worker_id=self.arguments.worker_id))
            stub = FunctionRpc_pb2_grpc.FunctionRpcStub(channel)
            async for message in stub.EventStream(self.messages_to_host()):
                task = asyncio.create_task(self.answer(message))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def messages_to_host(self):
        while True:
            yield await self.outgoing.get()

    def send(self, request_id, **content):
        """May be called by any thread; what one thread sends stays in order."""
        message = messages.StreamingMessage(request_id=request_id or self.arguments.request_id, **content)
        if asyncio._get_running_loop() is self.loop:
            self.outgoing.put_nowait(message)
        else:
            self.loop.call_soon_threadsafe(self.outgoing.put_nowait, message)

    async def answer(self, message):
        kind = message.WhichOneof("content")
        if kind == "worker_status_request":
            self.send(message.request_id, worker_status_response=messages.WorkerStatusResponse())
        elif kind in HANDLERS:
            if kind == "worker_init_request":
                sys.path.insert(0, message.worker_init_request.function_app_directory)
            if kind == "invocation_request":
                engine.invocation_id_cv.set(message.invocation_request.invocation_id)
            handler, field = HANDLERS[kind]
            request = types.SimpleNamespace(request=message, properties={"host": "127.0.0.1", "protos": messages})
            self.send(message.request_id, **{field: await handler(request)})
        else:
            logging.getLogger("worker").error("Unknown message: %s", kind)


class HostLog(logging.Handler):
    """Passes what functions and the engine log to the host."""

    LEVELS = {
        logging.DEBUG: messages.RpcLog.Debug,
        logging.INFO: messages.RpcLog.Information,
        logging.WARNING: messages.RpcLog.Warning,
        logging.ERROR: messages.RpcLog.Error,
        logging.CRITICAL: messages.RpcLog.Critical,
    }

    def __init__(self, worker):
        super().__init__()
        self.worker = worker

    def emit(self, record):
        system = record.name.split(".")[0] in SYSTEM_LOGGERS or record.name.startswith(SYSTEM_LOGGERS)
        log = messages.RpcLog(
            invocation_id=engine.invocation_id_cv.get() or "",
            category=record.name,
            level=self.LEVELS.get(record.levelno, messages.RpcLog.Information),
            message=record.getMessage(),
            log_category=messages.RpcLog.System if system else messages.RpcLog.User,
        )
        if record.exc_info and record.exc_info[0]:
            kind, error, trace = record.exc_info
            log.exception.type = kind.__name__
            log.exception.message = str(error)
            log.exception.stack_trace = "".join(traceback.format_tb(trace))
        self.worker.send("", rpc_log=log)


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host")
    parser.add_argument("--port")
    parser.add_argument("--functions-uri")
    parser.add_argument("--workerId", "--functions-worker-id", dest="worker_id", required=True)
    parser.add_argument("--requestId", "--functions-request-id", dest="request_id", required=True)
    parser.add_argument("--grpcMaxMessageLength", "--functions-grpc-max-message-length")
    arguments = parser.parse_args()
    uri = arguments.functions_uri
    arguments.address = uri.split("//")[1].strip("/") if uri else f"{arguments.host}:{arguments.port}"
    return arguments


async def main():
    worker = Worker(parse_arguments())
    root = logging.getLogger()
    root.addHandler(HostLog(worker))
    root.setLevel(logging.INFO)
    engine.start_threadpool_executor()
    print("LanguageWorkerConsoleLog", json.dumps({"pid": os.getpid(), "python": sys.version}), flush=True)
    await worker.run()


asyncio.run(main())
