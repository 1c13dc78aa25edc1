#!/usr/bin/env python3
"""The runtime of ../../python with an internal extension: a thread of the runtime's own process."""
import importlib.util
import os
import signal
import sys
import threading

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def load(name, *path):
    spec = importlib.util.spec_from_file_location(name, os.path.join(EXAMPLES, *path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


runtime = load("runtime", "python", "bootstrap.py")
extension = load("extension", "extensions", "bin", "watch.py")


def watch(api):
    while True:
        event = api.next()
        print(f"[internal] {event['eventType']} {event['requestId']} {event['deadlineMs']}", flush=True)


def terminate(number, frame):
    """Internal extensions get no SHUTDOWN event: the runtime is asked to end by SIGTERM instead."""
    print("[internal] the runtime is asked to end", flush=True)
    sys.exit(0)


def main():
    signal.signal(signal.SIGTERM, terminate)
    api = extension.ExtensionsApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    # Only until the runtime's first poll, and only for INVOKE.
    api.register("internal", ["INVOKE"])
    threading.Thread(target=watch, args=(api,), daemon=True).start()
    runtime.main()


if __name__ == "__main__":
    main()
