#!/usr/bin/env python3
"""The part of Fn's API node that its load balancer asks: apps, functions and triggers, out of a JSON file.

    python3 api.py PORT FILE

The file is read for each request, so that a change counts at once (the load balancer remembers answers for 5 seconds).
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


def find(known, path, query):
    """Returns what is at the path, or None. `known` has lists of apps, fns and triggers."""
    match [unquote(part) for part in path.removeprefix("/v2/").split("/")]:
        case ["apps"]:
            return {"items": [app for app in known["apps"] if app["name"] in query.get("name", [app["name"]])]}
        case ["apps", app_id]:
            return first(known["apps"], id=app_id)
        case ["fns", fn_id]:
            return first(known["fns"], id=fn_id)
        case ["runner", "apps", app_id, "triggerBySource", kind, *source]:
            # A source begins with a slash, so that the path has two of them here.
            return first(known["triggers"], app_id=app_id, type=kind, source="/" + "/".join(source).lstrip("/"))
    return None


def first(entries, **members):
    return next((entry for entry in entries if members.items() <= entry.items()), None)


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        with open(sys.argv[2], encoding="utf-8") as file:
            found = find(json.load(file), url.path, parse_qs(url.query))
        body = json.dumps({"message": "Not found"} if found is None else found).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Api).serve_forever()
