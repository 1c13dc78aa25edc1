"""An agent of Kapacitor's UDF protocol with a codec of its own, which does what its points say.

Arguments are NAME=VALUE:

  wants, provides    STREAM or BATCH; STREAM if not given
  options            what it declares, for example field:STRING,size:INT,range:INT+INT
  mode               mirror (default), average (moving average of the option field over size points),
                     count (batches: one point with the number of points of the batch), or quiet
  at-KIND            an action instead of the answer to info, init, keepalive, snapshot or restore, or
                     at the end of the input (end) or before anything (start)
  trace              a file that gets a line for what happens
  chunk              how many bytes one write has at most
  listen             a socket to serve hosts on, each in a process of its own, instead of stdin and stdout
  term               ignore: SIGTERM does not end it
  end-behind         how many answers to keepalives the End of a batch waits for

A point whose string field "do" is an action is not mirrored; the action is done. See Agent.act.
"""

import json
import os
import signal
import socket
import struct
import sys
import threading
import time

INFO, INIT, KEEPALIVE, SNAPSHOT, RESTORE, ERROR, BEGIN, POINT, END = 1, 2, 3, 4, 5, 6, 16, 17, 18
KINDS = {INFO: "info", INIT: "init", KEEPALIVE: "keepalive", SNAPSHOT: "snapshot", RESTORE: "restore"}
EDGES = {"STREAM": 0, "BATCH": 1}
TYPES = {"BOOL": 0, "INT": 1, "DOUBLE": 2, "STRING": 3, "DURATION": 4}


# --------------------------------------------------------------------------- codec


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def entry(number, key, value):
    return field(number, field(1, key) + field(2, value))


def frame(kind, payload=b""):
    body = field(kind, payload)
    return varint(len(body)) + body


def read_varint(data, at):
    shift = value = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fields(data):
    """The fields of a message: number and value, which is a number or bytes."""
    at, found = 0, []
    while at < len(data):
        tag, at = read_varint(data, at)
        if tag & 7 == 0:
            value, at = read_varint(data, at)
        elif tag & 7 == 1:
            value, at = data[at : at + 8], at + 8
        elif tag & 7 == 2:
            size, at = read_varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            raise ValueError("wire type %d" % (tag & 7))
        found.append((tag >> 3, value))
    return found


def get(data, number, default=b""):
    for found, value in fields(data):
        if found == number:
            default = value
    return default


def get_map(data, number):
    entries = {}
    for found, value in fields(data):
        if found == number:
            entries[get(value, 1).decode()] = get(value, 2)
    return entries


def signed(number):
    return number - (1 << 64) if number >> 63 else number


def option(data):
    """Name and arguments."""
    name, arguments = "", []
    for number, value in fields(data):
        if number == 1:
            name = value.decode()
        elif number == 2:
            for kind, argument in fields(value):
                if kind in (3, 6):
                    arguments.append(signed(argument))
                elif kind == 2:
                    arguments.append(bool(argument))
                elif kind == 4:
                    arguments.append(struct.unpack("<d", argument)[0])
                elif kind == 5:
                    arguments.append(argument.decode())
    return name, arguments


# --------------------------------------------------------------------------- agent


class Agent:
    def __init__(self, settings, source, sink):
        self.settings = settings
        self.source = source
        self.sink = sink
        self.lock = threading.Lock()
        self.buffer = b""
        self.behind = []  # [keepalive answers to wait for, frame]
        self.mute = False
        self.silent = False
        self.options = []
        self.windows = {}
        self.batch = 0

    def trace(self, what, **more):
        if "trace" in self.settings:
            more.update(pid=os.getpid(), what=what)
            out = os.open(self.settings["trace"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.write(out, (json.dumps(more) + "\n").encode())
            os.close(out)

    def write(self, data):
        chunk = int(self.settings.get("chunk", 1 << 20))
        view = memoryview(data)
        with self.lock:
            while view:
                view = view[os.write(self.sink, view[:chunk]) :]

    def read(self):
        """The body of the next frame, or None at the end."""
        while True:
            try:
                size, begin = read_varint(self.buffer, 0)
            except IndexError:
                size, begin = 0, None
            if begin is not None:
                break
            if not self.fill():
                return None
        blocks, have = [self.buffer], len(self.buffer)
        while have < begin + size:
            block = os.read(self.source, 1 << 20)
            if not block:
                return None
            blocks.append(block)
            have += len(block)
        data = b"".join(blocks)
        self.buffer = data[begin + size :]
        return data[begin : begin + size]

    def fill(self):
        block = os.read(self.source, 1 << 16)
        self.buffer += block
        return bool(block)

    def run(self):
        self.trace("started", arguments=sys.argv[1:])
        self.act_at("start", None)
        while True:
            body = self.read()
            if body is None:
                break
            for kind, payload in fields(body):
                if not self.silent:
                    self.handle(kind, payload)
        self.trace("end of input")
        if not self.act_at("end", None):
            for _, held in self.behind:
                self.write(held)

    def handle(self, kind, payload):
        if kind in KINDS:
            if kind != KEEPALIVE:
                self.trace(KINDS[kind], data=payload.hex())
            if kind == INIT:
                self.options = [option(value) for number, value in fields(payload) if number == 1]
            if not self.act_at(KINDS[kind], kind):
                self.answer(kind, payload)
        elif kind in (BEGIN, POINT, END):
            self.data(kind, payload)

    def act_at(self, name, kind):
        """Whether there is an action for it, which is then done."""
        action = self.settings.get("at-" + name)
        if action is not None:
            self.act(action, kind, b"")
        return action is not None

    def answer(self, kind, payload):
        if kind == INFO:
            self.write(frame(INFO, self.info()))
        elif kind == KEEPALIVE:
            if self.mute:
                return
            self.write(frame(KEEPALIVE, payload))
            for held in self.behind:
                held[0] -= 1
            while self.behind and self.behind[0][0] <= 0:
                self.write(self.behind.pop(0)[1])
        elif kind == SNAPSHOT:
            state = json.dumps(self.windows, sort_keys=True) if self.windows else ""
            self.write(frame(SNAPSHOT, field(1, state) if state else b""))
        elif kind == RESTORE:
            state = get(payload, 1)
            if state:
                self.windows = json.loads(state)
                self.write(frame(RESTORE, field(1, 1)))
            else:
                self.write(frame(RESTORE, field(2, "nothing to restore")))
        else:
            self.write(frame(kind, field(1, 1)))

    def info(self):
        message = b""
        for number, name in ((1, "wants"), (2, "provides")):
            if EDGES[self.settings.get(name, "STREAM")]:
                message += field(number, 1)
        for declared in filter(None, self.settings.get("options", "").split(",")):
            name, _, kinds = declared.partition(":")
            types = b"".join(varint(TYPES[kind]) for kind in filter(None, kinds.split("+")))
            message += entry(3, name, field(1, types) if types else b"")
        return message

    # ----------------------------------------------------------------------- data

    def data(self, kind, payload):
        mode = self.settings.get("mode", "mirror")
        if kind == POINT:
            self.batch += 1
            action = get_map(payload, 10).get("do")
            if action is not None:
                self.act(action.decode(), kind, payload)
            elif mode == "average":
                self.write(frame(POINT, self.average(payload)))
            elif mode == "mirror":
                self.write(frame(POINT, payload))
            return
        if mode == "count" and kind == END:
            counted = field(1, signed(get(payload, 3, 0))) + entry(9, "points", self.batch)
            self.write(frame(BEGIN, get_all(payload, (1, 2, 4), {4: 3})) + frame(POINT, counted))
        if kind == BEGIN:
            self.batch = 0
        held = self.settings.get("end-behind")
        if kind == END and held is not None:
            self.behind.append([int(held), frame(END, payload)])
            return
        if mode == "mirror" or mode == "count" and kind == END:
            self.write(frame(kind, payload))

    def average(self, payload):
        options = dict(self.options)
        group = get(payload, 5).decode()
        window = self.windows.setdefault(group, [])
        window.append(struct.unpack("<d", get_map(payload, 8)[options["field"][0]])[0])
        del window[: -options["size"][0]]
        kept = get_all(payload, (1, 2, 3, 4, 5, 6, 7, 11), {})
        return kept + entry(8, options["as"][0], sum(window) / len(window))

    # ----------------------------------------------------------------------- actions

    def act(self, action, kind, payload):
        verb, _, rest = action.partition(" ")
        if verb == "exit":  # with a status, and the last words on stderr
            status, _, words = rest.partition(" ")
            if words:
                print(words, file=sys.stderr, flush=True)
            os._exit(int(status))
        elif verb == "kill":  # itself
            os.kill(os.getpid(), signal.SIGKILL)
        elif verb == "hang":  # neither reads nor writes
            self.trace("hangs")
            while True:
                time.sleep(3600)
        elif verb == "close":  # its output, and hangs
            os.close(self.sink)
            self.act("hang", kind, payload)
        elif verb == "silent":  # goes on reading, and writes nothing
            self.silent = True
        elif verb == "later-silent":  # after milliseconds
            self.write(frame(POINT, payload))
            threading.Timer(int(rest) / 1000, self.fall_silent).start()
        elif verb == "mute":  # answers no keepalive
            self.mute = True
        elif verb == "chatter":  # answers no keepalive, and sends a point again and again
            self.mute = True
            threading.Thread(target=self.chatter, args=(payload,), daemon=True).start()
        elif verb == "error":  # says that it failed, and goes on
            self.write(frame(ERROR, field(1, rest)))
        elif verb == "error-exit":  # says that it failed, and exits with a status
            status, _, words = rest.partition(" ")
            self.write(frame(ERROR, field(1, words)))
            os._exit(int(status))
        elif verb == "fail":  # the answer to init or restore
            self.write(frame(kind, field(2, rest)))
        elif verb == "print":  # a line on stdout
            self.write((rest + "\n").encode())
        elif verb == "log":  # a line on stderr
            print(rest, file=sys.stderr, flush=True)
        elif verb == "raw":  # bytes on stdout, and no answer
            self.write(bytes.fromhex(rest))
        elif verb == "raw-then":  # bytes on stdout before the answer
            self.write(bytes.fromhex(rest))
            self.answer(kind, payload)
        elif verb == "behind":  # the point comes after so many answers to keepalives
            self.behind.append([int(rest), frame(POINT, payload)])
        elif verb == "later":  # the point comes after milliseconds
            threading.Timer(int(rest) / 1000, self.write, [frame(POINT, payload)]).start()
        elif verb == "after":  # the point comes when a file exists
            threading.Thread(target=self.after, args=(rest, payload), daemon=True).start()
        elif verb == "wait":  # for a file, before it reads on
            open(rest + ".waits", "w").close()
            while not os.path.exists(rest):
                time.sleep(0.002)
            self.write(frame(POINT, payload))
        elif verb == "burst":  # so many copies of the point in one write
            self.write(frame(POINT, payload) * int(rest))
        elif verb == "fill":  # a string of so many bytes
            self.write(frame(POINT, payload + entry(10, "fill", "x" * int(rest))))
        elif verb == "pid":
            self.write(frame(POINT, payload + entry(9, "pid", os.getpid())))
        elif verb == "options":  # what Init said, as JSON
            self.write(frame(POINT, payload + entry(10, "options", json.dumps(self.options))))
        else:
            raise ValueError(action)

    def fall_silent(self):
        self.silent = True

    def chatter(self, payload):
        while True:
            self.write(frame(POINT, payload))
            time.sleep(0.05)

    def after(self, path, payload):
        while not os.path.exists(path):
            time.sleep(0.002)
        self.write(frame(POINT, payload))
        self.trace("written")


def get_all(data, numbers, renumbered):
    """The fields with these numbers, some with other numbers."""
    kept = b""
    for number, value in fields(data):
        if number in numbers:
            kept += field(renumbered.get(number, number), value)
    return kept


def terminate(agent):
    agent.trace("SIGTERM")
    if agent.settings.get("term") != "ignore":
        os._exit(143)


def serve(settings):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    server = socket.socket(socket.AF_UNIX)
    server.bind(settings["listen"])
    server.listen(64)
    while True:
        connection, _ = server.accept()
        if os.fork() == 0:
            server.close()
            connected = connection.detach()
            begin(settings, connected, connected)
            os._exit(0)
        connection.close()


def begin(settings, source, sink):
    agent = Agent(settings, source, sink)
    signal.signal(signal.SIGTERM, lambda *_: terminate(agent))
    agent.run()


def main():
    settings = dict(argument.split("=", 1) for argument in sys.argv[1:])
    if "listen" in settings:
        serve(settings)
    else:
        begin(settings, 0, 1)


main()
