"""The hooks of a snapshot, which the package snapshot_restore_py collects."""

import os
import sys

from . import errors
from .values import to_json


def pass_snapshot(api, log):
    """Runs the hooks around the snapshot of a function with SnapStart."""
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return
    hooks = sys.modules.get("snapshot_restore_py")
    before = list(hooks.get_before_snapshot()) if hooks else []
    after = list(hooks.get_after_restore()) if hooks else []
    _run(reversed(before), "Runtime.BeforeSnapshotError", log, api.fail_init)
    api.restore_next()
    _run(after, "Runtime.AfterRestoreError", log, api.fail_restore)


def _run(hooks, error_type, log, report):
    try:
        for function, arguments, names in hooks:
            function(*arguments, **names)
    except Exception as e:
        body = errors.describe(e, "")
        log.error(body)
        report(error_type, to_json(body).encode("utf-8"))
        sys.exit(64 if error_type == "Runtime.BeforeSnapshotError" else 65)
