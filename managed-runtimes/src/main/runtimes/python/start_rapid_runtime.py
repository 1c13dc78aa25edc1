"""Runs a handler with Rapid's own runtime: start_rapid_runtime.py LAYER_ROOT HANDLER (LAYER_ROOT may be empty)."""

import sys

from rapid_runtime import paths
from rapid_runtime.main import main

layer_root, handler = sys.argv[1], sys.argv[2]
sys.argv = [sys.argv[0], handler]
paths.prepare(layer_root)
main(handler)
