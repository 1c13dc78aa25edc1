#!/usr/bin/env python3
"""Runs several emulators through the same load, interleaved, and prints medians.

    compare.py --rounds 5 --scenario small:128:20000:1 --scenario big:1048576:500:1 \
        --target 'mine=java -jar emulator.jar --listen 127.0.0.1:{port} --api 127.0.0.1:{api} ./echo_runtime --quiet' \
        --target 'floor:raw=./relay_floor 127.0.0.1:{port}'

A target is NAME=COMMAND; {port} and {api} become two free ports, {connections}
the connections of the scenario. NAME:raw marks one that speaks the frames of
relay_floor. Each round takes the targets in turn, each started afresh for each
scenario, so that a change of the machine's load meets all of them. A scenario
is NAME:PAYLOAD_BYTES:REQUESTS:CONNECTIONS[:WARMUP_REQUESTS]. All raw results go
to --out as JSON lines; the table on stdout has median (min-max) of the rounds.
CPU and RSS are those of COMMAND's own process, not its children.
"""
import argparse
import json
import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def memory_kib(pid):
    fields = {}
    with open(f"/proc/{pid}/status") as f:
        for line in f:
            key, _, value = line.partition(":")
            if key in ("VmRSS", "VmHWM"):
                fields[key] = int(value.split()[0])
    return fields


def cpu_seconds(pid):
    """User and system time of all threads, ended ones too."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def wait_listening(port, process, limit_s=30):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"the target exited with {process.returncode} before it listened")
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise SystemExit("the target does not listen")


def load(args, port, raw, payload, requests, connections, warmup):
    command = shlex.split(args.load) + ["-s", str(payload), "-n", str(requests), "-c", str(connections), "-w", str(warmup)]
    if raw:
        command.append("--raw")
    command += shlex.split(args.load_options) + [f"127.0.0.1:{port}"]
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
    return json.loads(out) if out.strip() else {"answered": 0}


def run_one(args, target, scenario):
    port, api = free_port(), free_port()
    command = target["command"].format(port=port, api=api, connections=scenario["connections"])
    log = open(args.log, "ab") if args.log else subprocess.DEVNULL
    environment = dict(os.environ, AWS_LAMBDA_FUNCTION_TIMEOUT="30")
    for pair in args.env:
        key, _, value = pair.partition("=")
        environment[key] = value
    words = shlex.split(command)
    while words and "=" in words[0] and not words[0].startswith(("/", ".")):
        key, _, value = words.pop(0).partition("=")
        environment[key] = value
    process = subprocess.Popen(words, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        wait_listening(port, process)
        time.sleep(0.2)
        idle = memory_kib(process.pid)["VmRSS"]
        warm = scenario["warmup"]
        load(args, port, target["raw"], scenario["payload"], 1, 1, 0)  # the cold invoke
        if warm:
            load(args, port, target["raw"], scenario["payload"], warm, scenario["connections"], 0)
        cpu = cpu_seconds(process.pid)
        result = load(args, port, target["raw"], scenario["payload"], scenario["requests"], scenario["connections"], 0)
        alive = process.poll() is None
        result.update(target=target["name"], scenario=scenario["name"], alive=alive, idle_rss_kib=idle)
        if alive:
            memory = memory_kib(process.pid)
            result.update(rss_kib=memory["VmRSS"], peak_rss_kib=memory["VmHWM"])
            if result["answered"]:
                result["cpu_us_per_invoke"] = (cpu_seconds(process.pid) - cpu) * 1e6 / result["answered"]
        return result
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def pick(result, path):
    for key in path.split("."):
        if not isinstance(result, dict) or key not in result:
            return None
        result = result[key]
    return result


def spread(results, path, form):
    values = [v for v in (pick(r, path) for r in results) if v is not None]
    if not values:
        return "-"
    shown = [format(round(v) if form.endswith("d") else v, form)
             for v in (statistics.median(values), min(values), max(values))]
    return f"{shown[0]} ({shown[1]}-{shown[2]})"


COLUMNS = [
    ("p50 us", "latency_us.p50", ".0f"),
    ("p99 us", "latency_us.p99", ".0f"),
    ("answered/s", "rps", ".0f"),
    ("2xx/s", "ok_rps", ".0f"),
    ("CPU us/invoke", "cpu_us_per_invoke", ".0f"),
    ("idle RSS KiB", "idle_rss_kib", "d"),
    ("RSS KiB after", "rss_kib", "d"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append", required=True)
    parser.add_argument("--scenario", action="append", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", default="compare.jsonl")
    parser.add_argument("--log", help="append the targets' output to this file instead of /dev/null")
    parser.add_argument("--env", action="append", default=[], help="KEY=VALUE for every target")
    parser.add_argument("--load", default=os.path.join(HERE, "load"))
    parser.add_argument("--load-options", default="")
    args = parser.parse_args()

    targets = []
    for text in args.target:
        name, _, command = text.partition("=")
        name, _, kind = name.partition(":")
        targets.append({"name": name, "raw": kind == "raw", "command": command})
    scenarios = []
    for text in args.scenario:
        name, payload, requests, connections, *rest = text.split(":")
        scenarios.append({"name": name, "payload": int(payload), "requests": int(requests),
                          "connections": int(connections), "warmup": int(rest[0]) if rest else 0})

    results = []
    with open(args.out, "a") as out:
        for number in range(args.rounds):
            for scenario in scenarios:
                shift = number % len(targets)
                for target in targets[shift:] + targets[:shift]:
                    result = run_one(args, target, scenario)
                    result["round"] = number
                    results.append(result)
                    out.write(json.dumps(result) + "\n")
                    out.flush()
                    print(f"round {number} {scenario['name']} {target['name']}: p50 {pick(result, 'latency_us.p50')} us,"
                          f" {pick(result, 'rps')}/s {result.get('statuses')} {result.get('failures')}", file=sys.stderr)

    print("| scenario | target | " + " | ".join(c[0] for c in COLUMNS) + " | statuses |")
    print("|" + "---|" * (len(COLUMNS) + 3))
    for scenario in scenarios:
        for target in targets:
            mine = [r for r in results if r["scenario"] == scenario["name"] and r["target"] == target["name"]]
            statuses = {}
            for r in mine:
                for kind in ("statuses", "failures"):
                    for key, count in r.get(kind, {}).items():
                        statuses[key] = statuses.get(key, 0) + count
            if not all(r["alive"] for r in mine):
                statuses["ended"] = sum(not r["alive"] for r in mine)
            cells = [spread(mine, path, form) for _, path, form in COLUMNS]
            print(f"| {scenario['name']} | {target['name']} | " + " | ".join(cells) + f" | {statuses} |")


if __name__ == "__main__":
    main()
