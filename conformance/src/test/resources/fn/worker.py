"""A worker of Fn's http-stream format, without an FDK. Each call says in its header X-Do what the worker does.

The variable INIT says how it starts. Its answers have its process id in Worker-Pid, and in Worker-Calls which call of
its life it answers.
"""

import hashlib
import os
import socket
import sys
import time

PATTERN = bytes(range(251))


def pattern(length):
    """The bytes 0 to 250 again and again, in blocks."""
    block = PATTERN * 261
    while length > 0:
        yield block[:length]
        length -= len(block)


def touch(path, text=""):
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def await_file(path):
    while not os.path.exists(path):
        time.sleep(0.002)


class Request:
    def __init__(self, head, reader):
        self.head = head.decode("latin-1")
        self.reader = reader
        self.headers = {}
        for line in self.head.split("\r\n")[1:]:
            if line:
                name, value = line.split(":", 1)
                self.headers[name.lower()] = value.strip()

    def blocks(self):
        if self.headers.get("transfer-encoding") == "chunked":
            while True:
                size = int(self.reader.readline().split(b";")[0], 16)
                if size == 0:
                    self.reader.readline()
                    return
                yield self.reader.read(size)
                self.reader.readline()
        else:
            left = int(self.headers.get("content-length", "0"))
            while left > 0:
                block = self.reader.read(min(left, 65536))
                left -= len(block)
                yield block

    def body(self):
        return b"".join(self.blocks())


class Worker:
    def __init__(self, server):
        self.server = server
        self.connection = None
        self.calls = 0

    def run(self):
        while True:
            self.connection, _ = self.server.accept()
            with self.connection:
                try:
                    self.serve(self.connection.makefile("rb", 65536))
                except (ConnectionError, BrokenPipeError, ValueError):
                    pass  # The runner closed it.

    def serve(self, reader):
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = reader.readline()
                if not line:
                    return
                head += line
            self.calls += 1
            request = Request(head, reader)
            verb, *args = request.headers.get("x-do", os.environ.get("DO", "echo")).split()
            if getattr(self, "do_" + verb.replace("-", "_"))(request, *args) == "close":
                return

    def send(self, data):
        self.connection.sendall(data)

    def head(self, *lines, status="200 OK"):
        own = ("Worker-Pid: %d" % os.getpid(), "Worker-Calls: %d" % self.calls)
        self.send("\r\n".join(("HTTP/1.1 " + status,) + own + lines + ("", "")).encode("latin-1"))

    def answer(self, body, *lines, status="200 OK"):
        self.head("Content-Length: %d" % len(body), *lines, status=status)
        self.send(body)

    # ------------------------------------------------------------- answers

    def do_echo(self, request):
        body = request.body()
        self.answer(body, "Content-Type: " + request.headers.get("content-type", "application/octet-stream"))

    def do_record(self, request, path, node, seconds):
        """Echoes after a while; a line with the id of the call and the node is in the file PATH before."""
        body = request.body()
        with open(path, "a") as record:
            record.write("%s %s\n" % (request.headers["fn-call-id"], node))
        time.sleep(float(seconds))
        self.answer(body, "Content-Type: text/plain", "X-Node: " + node)

    def do_ok(self, request):
        request.body()
        self.answer(b"ok", "Content-Type: text/plain")

    def do_request(self, request):
        """Answers with the head of the request."""
        request.body()
        self.answer(request.head.encode("latin-1"), "Content-Type: text/plain")

    def do_variable(self, request, name):
        request.body()
        self.answer(os.environ.get(name, "").encode())

    def do_print(self, request, *words):
        request.body()
        print(*words, flush=True)
        print(*words, file=sys.stderr, flush=True)
        self.answer(b"ok")

    def do_length(self, request, length):
        request.body()
        self.answer(b"".join(pattern(int(length))))

    def do_until_eof(self, request):
        request.body()
        self.head("Content-Type: text/plain")
        self.send(b"ok")
        return "close"

    def do_chunked(self, request):
        request.body()
        self.head(
            "content-type: text/plain", "x-several: a", "x-several: b", "Connection: keep-alive", "Keep-Alive: 75",
            "Transfer-Encoding: chunked",
        )
        self.send(b"1\r\no\r\n1;extension=1\r\nk\r\n0\r\nTrailer-Field: x\r\n\r\n")

    def do_status(self, request, status):
        request.body()
        if status == "204":
            self.head(status="204 No Content")
        else:
            self.answer(b"reason", status=status + " Any Reason")

    def do_gateway(self, request, status):
        """Answers as the FDKs do to a call with Fn-Intent: httprequest."""
        body = request.body()
        names = ("fn-intent", "fn-http-method", "fn-http-request-url", "fn-http-h-x-in", "content-type")
        said = "\n".join("%s: %s" % (name, request.headers.get(name, "-")) for name in names)
        self.answer(
            said.encode() + b"\n" + body, "Content-Type: text/plain", "Fn-Http-Status: " + status, "Fn-Http-H-X-Out: b",
            "X-Plain: c",
        )

    # -------------------------------------------------------------- faults

    def do_drop(self, request):
        request.body()
        return "close"

    def do_garbage(self, request):
        request.body()
        self.send(b"nonsense\r\n\r\n")

    def do_exit(self, request, status):
        request.body()
        os._exit(int(status))

    def do_cut(self, request):
        """Promises 100 bytes and sends 3."""
        request.body()
        self.head("Content-Length: 100")
        self.send(b"abc")
        return "close"

    def do_bad_chunk(self, request):
        request.body()
        self.head("Transfer-Encoding: chunked")
        self.send(b"3\r\nabc\r\nno number\r\n")

    def do_big_head(self, request, length):
        request.body()
        self.answer(b"ok", "X-Big: " + "x" * int(length))

    def do_premature(self, request):
        """Answers without reading the body."""
        self.answer(b"early")

    def do_stop_reading(self, request):
        self.connection.shutdown(socket.SHUT_RD)
        time.sleep(60)

    # -------------------------------------------------------------- delays

    def do_sleep(self, request, seconds):
        request.body()
        time.sleep(float(seconds))
        self.answer(b"ok")

    def do_head_then_sleep(self, request, seconds):
        request.body()
        self.head("Content-Length: 2")
        self.send(b"o")
        time.sleep(float(seconds))
        self.send(b"k")

    def do_hold(self, request, path, status="200"):
        """Says in PATH.held that it runs, and answers when PATH exists."""
        request.body()
        touch(path + ".held", str(os.getpid()))
        await_file(path)
        self.answer(b"ok", status=status + " Status")

    def do_hold_in_body(self, request, path):
        """Like hold, with the first half of the answer sent."""
        request.body()
        self.head("Content-Length: 2")
        self.send(b"o")
        touch(path + ".held", str(os.getpid()))
        await_file(path)
        self.send(b"k")

    # ------------------------------------------------------------- streams

    def do_first_then_rest(self, request, path):
        """Creates PATH when the first block of the body is here, while the rest is not."""
        blocks = request.blocks()
        body = next(blocks)
        touch(path)
        self.answer(body + b"".join(blocks))

    def do_sink(self, request):
        """Answers with the length and the SHA-256 of the body."""
        digest = hashlib.sha256()
        length = 0
        for block in request.blocks():
            digest.update(block)
            length += len(block)
        self.answer(("%d %s" % (length, digest.hexdigest())).encode())

    def do_sink_later(self, request, path):
        """Reads the body when PATH exists."""
        touch(path + ".held", str(os.getpid()))
        await_file(path)
        self.do_sink(request)

    def do_generate(self, request, length, progress):
        """Streams a body and writes into the file PROGRESS how much of it is written."""
        request.body()
        self.head("Transfer-Encoding: chunked")
        written = 0
        with open(progress, "wb", 0) as file:
            for block in pattern(int(length)):
                self.send(b"%x\r\n%s\r\n" % (len(block), block))
                written += len(block)
                file.seek(0)
                file.write(b"%d" % written)
        self.send(b"0\r\n\r\n")

    def do_leave_child(self, request):
        """Starts a process that stays in its group."""
        request.body()
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
        self.answer(b"ok")


def listen(path, link=None):
    directory = os.path.dirname(path)
    sibling = os.path.join(directory, "worker.sock")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(sibling)
    server.listen(1)
    os.chmod(sibling, 0o666)
    os.symlink(link.format(directory=directory, name="worker.sock") if link else "worker.sock", path)
    return server


def main():
    path = os.environ["FN_LISTENER"].removeprefix("unix:")
    how, *args = os.environ.get("INIT", "link").split()
    log = os.environ.get("INIT_LOG")
    if log:
        with open(log, "a") as file:
            file.write("%d\n" % os.getpid())
    if how == "link":
        server = listen(path)
    elif how == "late":
        time.sleep(float(args[0]))
        server = listen(path)
    elif how == "when":
        await_file(args[0])
        server = listen(path)
    elif how == "bind":
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.bind(path)
        server.listen(1)
    elif how == "linked":
        server = listen(path, args[0])
    elif how == "file":
        touch(path)
        time.sleep(60)
        return
    elif how == "sleep":
        time.sleep(60)
        return
    elif how == "exit":
        sys.exit(int(args[0]))
    else:
        raise ValueError(how)
    Worker(server).run()


main()
