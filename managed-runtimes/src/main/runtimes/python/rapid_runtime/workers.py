"""Several invocations at once: a process for each (contract lambda-2026-additions, section 3)."""

import os
import sys

_VARIABLE = "AWS_LAMBDA_MAX_CONCURRENCY"


def become_one():
    """Forks the workers and returns true in each of them; returns false without concurrency.

    The first process waits for its workers and ends with the last of them.
    """
    count = os.environ.get(_VARIABLE, "")
    if not count:
        return False
    workers = set()
    for _ in range(max(1, int(count))):
        worker = os.fork()
        if worker == 0:
            return True
        workers.add(worker)
    status = 0
    while workers:
        try:
            ended, status = os.wait()
        except InterruptedError:
            continue
        workers.discard(ended)
    sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
