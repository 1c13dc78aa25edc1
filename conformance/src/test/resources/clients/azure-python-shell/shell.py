"""The program around PyPI's azure-functions-runtime: speaks with the host, and lets the engine answer.

It needs the classes of the protocol, which grpcio-tools generates from the project's proto files.
"""
import argparse
import asyncio
import logging
import os
import signal
import sys
import types
import urllib.parse

import azure_functions_runtime as engine
import grpc.aio

import FunctionRpc_pb2
from identity import ClaimsIdentityRpc_pb2
from shared import NullableTypes_pb2

METHOD = "/AzureFunctionsRpcMessages.FunctionRpc/EventStream"
PROTOS = types.SimpleNamespace()
for module in (NullableTypes_pb2, ClaimsIdentityRpc_pb2, FunctionRpc_pb2):
    vars(PROTOS).update(vars(module))

# Which coroutine of the engine answers a message, and what its answer is called in the message back.
ENGINE = {
    "worker_init_request": "worker_init_response",
    "functions_metadata_request": "function_metadata_response",
    "function_load_request": "function_load_response",
    "invocation_request": "invocation_response",
    "function_environment_reload_request": "function_environment_reload_response",
}


class Request(types.SimpleNamespace):
    """What the engine reads of a request."""


class Worker:
    def __init__(self, options):
        self.options = options
        self.outgoing = asyncio.Queue()
        self.loop = asyncio.get_running_loop()

    def send(self, request_id="", **content):
        message = PROTOS.StreamingMessage(request_id=request_id, **content)
        self.loop.call_soon_threadsafe(self.outgoing.put_nowait, message)

    async def run(self):
        address = urllib.parse.urlparse(self.options.functions_uri).netloc
        length = self.options.functions_grpc_max_message_length
        limits = [("grpc.max_receive_message_length", length), ("grpc.max_send_message_length", length)]
        async with grpc.aio.insecure_channel(address, limits) as channel:
            stream = channel.stream_stream(
                METHOD,
                request_serializer=PROTOS.StreamingMessage.SerializeToString,
                response_deserializer=PROTOS.StreamingMessage.FromString,
            )()
            self.send(
                self.options.functions_request_id,
                start_stream=PROTOS.StartStream(worker_id=self.options.functions_worker_id),
            )
            writer = asyncio.create_task(self.write(stream))
            running = set()
            async for message in stream:
                task = asyncio.create_task(self.answer(message))
                running.add(task)
                task.add_done_callback(running.discard)
            writer.cancel()

    async def write(self, stream):
        while True:
            await stream.write(await self.outgoing.get())

    async def answer(self, message):
        kind = message.WhichOneof("content")
        if kind == "worker_status_request":
            self.send(message.request_id, worker_status_response=PROTOS.WorkerStatusResponse())
        elif kind in ENGINE:
            engine.invocation_id_cv.set(message.invocation_request.invocation_id or None)
            if kind == "function_environment_reload_request":
                reset_threads(message.function_environment_reload_request)
            properties = {"host": "127.0.0.1", "protos": PROTOS}
            response = await getattr(engine, kind)(Request(request=message, properties=properties))
            self.send(message.request_id, **{ENGINE[kind]: response})
        else:
            logging.getLogger("azure_functions_worker").error("unknown message %s", kind)


def reset_threads(reload):
    """The new environment says how many threads run functions."""
    os.environ.pop("PYTHON_THREADPOOL_THREAD_COUNT", None)
    count = reload.environment_variables.get("PYTHON_THREADPOOL_THREAD_COUNT")
    if count:
        os.environ["PYTHON_THREADPOOL_THREAD_COUNT"] = count
    engine.start_threadpool_executor()


class ToHost(logging.Handler):
    """Sends what is logged to the host."""

    LEVELS = {logging.DEBUG: "Debug", logging.INFO: "Information", logging.WARNING: "Warning",
              logging.ERROR: "Error", logging.CRITICAL: "Critical"}

    def __init__(self, worker):
        super().__init__()
        self.worker = worker

    def emit(self, record):
        system = record.name.startswith(("azure.functions", "azure_functions", "asyncio", "grpc"))
        category = "System" if system else "User"
        self.worker.send(
            rpc_log=PROTOS.RpcLog(
                invocation_id=engine.invocation_id_cv.get() or "",
                category=record.name,
                level=getattr(PROTOS.RpcLog, self.LEVELS.get(record.levelno, "Information")),
                log_category=getattr(PROTOS.RpcLog.RpcLogCategory, category),
                message=self.format(record),
            )
        )


def options():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--functions-uri", required=True)
    parser.add_argument("--functions-worker-id", required=True)
    parser.add_argument("--functions-request-id", required=True)
    parser.add_argument("--functions-grpc-max-message-length", type=int, required=True)
    return parser.parse_known_args()[0]


async def main():
    worker = Worker(options())
    logging.getLogger().addHandler(ToHost(worker))
    logging.getLogger().setLevel(logging.INFO)
    engine.start_threadpool_executor()
    await worker.run()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.path.insert(0, os.environ.get("AzureWebJobsScriptRoot", os.getcwd()))
    asyncio.run(main())
