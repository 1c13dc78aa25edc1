"""Runs a handler with AWS's client: start_awslambdaric.py LAYER_ROOT HANDLER."""

import sys

from rapid_runtime import paths

layer_root, handler = sys.argv[1], sys.argv[2]
sys.argv = [paths.task_root(), handler]
paths.prepare(layer_root)

from awslambdaric.__main__ import main  # noqa: E402

main(sys.argv)
