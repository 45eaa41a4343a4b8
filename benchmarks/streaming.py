"""What watching costs a run: the worker's CPU per step with four stream clients and with none.

The same run is trained in turn with and without clients (the peer is ourselves, unwatched); the
medians are compared. One JSON line per case, the last with the ratio. Goal: at most 1.03.

    python benchmarks/streaming.py [--rounds 5] [--seconds 8]
"""

import argparse
import contextlib
import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import psutil
from start import started, wait_for_answer

CLIENTS = 4
GOAL = 1.03
CONFIG = {"cell": "gru", "hidden_size": 128, "corpus": "story-en", "learning_rate": 0.002}


def call(address: str, action: str, **arguments: Any) -> Any:
    request = urllib.request.Request(
        f"{address}playground/call/{action}", data=json.dumps(arguments).encode()
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["value"]


@contextlib.contextmanager
def watching(address: str, run_id: str, clients: int) -> Iterator[list[int]]:
    """Clients that read the run's stream to its end; yields the bytes that each has read."""
    read = [0] * clients

    def watch(number: int) -> None:
        with urllib.request.urlopen(f"{address}playground/stream?cursors={run_id}:0") as stream:
            while block := stream.read1(65536):
                read[number] += len(block)

    threads = [threading.Thread(target=watch, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    yield read
    for thread in threads:
        thread.join(30)


def trained(address: str, clients: int, seconds: int) -> dict[str, Any]:
    """One run from start to end: its steps and the CPU seconds of the worker meanwhile."""
    worker = next(
        child
        for child in psutil.Process().children(recursive=True)
        if "playground.runs.worker" in child.cmdline()
    )
    before = worker.cpu_times()
    run_id = call(address, "start_run", slice="sequence", config=CONFIG | {"seconds": seconds})[
        "run_id"
    ]
    with watching(address, run_id, clients) as read:
        while (run := call(address, "run", run_id=run_id))["state"] in ("queued", "running"):
            time.sleep(0.5)
    after = worker.cpu_times()
    if run["state"] != "finished":
        raise RuntimeError(f"the run {run['state']}")
    used = after.user + after.system - before.user - before.system
    steps = run["steps"]
    return {"steps": steps, "cpu_ms_per_step": 1000 * used / steps, "bytes": sum(read)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    cases: dict[int, list[float]] = {0: [], CLIENTS: []}
    with started("playground") as (_, port, _):
        address = f"http://127.0.0.1:{port}/"
        wait_for_answer(port)
        time.sleep(5)  # the workers import torch
        trained(address, 0, 2)  # warm
        for _ in range(options.rounds):
            for clients, figures in cases.items():
                case = trained(address, clients, options.seconds)
                figures.append(case["cpu_ms_per_step"])
                print(json.dumps({"case": "streaming", "clients": clients} | case), flush=True)
    headless, watched = (statistics.median(figures) for figures in cases.values())
    print(
        json.dumps(
            {
                "case": "streaming",
                "headless_cpu_ms_per_step": round(headless, 3),
                "watched_cpu_ms_per_step": round(watched, 3),
                "ratio": round(watched / headless, 4),
                "goal": GOAL,
            }
        )
    )


if __name__ == "__main__":
    main()
