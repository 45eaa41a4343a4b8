"""The child's end of a worker process: JSON lines in, JSON lines out, and its life's end.

A line on stdin is an order, a line on stdout is an answer. Whatever else a library prints goes to
stderr. When stdin ends, the server is gone, and so is the child, at once.
"""

import argparse
import json
import math
import os
import queue
import signal
import sys
import threading
from typing import Any


class ServerPipe:
    """Takes over stdin and stdout of this process. `orders` fills by itself."""

    def __init__(self) -> None:
        # Ctrl-C in a terminal reaches the children too; the server tells them what to do.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._answers = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        self.orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="orders", daemon=True).start()

    def _listen(self) -> None:
        try:
            for line in sys.stdin.buffer:
                self.orders.put(json.loads(line))
        finally:
            # Also when a killed server left half a line. At once: the main thread may be in the
            # middle of a long step.
            os._exit(0)

    def tell(self, message: dict[str, Any]) -> None:
        try:
            line = json.dumps(message, allow_nan=False)
        except ValueError:  # JSON has no infinity; looking for it in every message would cost
            line = json.dumps(finite(message))
        try:
            self._answers.write(line.encode() + b"\n")
            self._answers.flush()
        except OSError:  # nobody listens any more
            os._exit(0)


def finite(value: Any) -> Any:
    """Plain data with None for every number that is infinite or NaN."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {name: finite(item) for name, item in value.items()}
        case list() | tuple():
            return [finite(item) for item in value]
    return value


def warm_up(threads: int) -> None:
    """Imports torch, the slow part of a first step, before anyone waits for it."""
    import torch

    torch.set_num_threads(threads)


def options() -> argparse.Namespace:
    """`threads`, `device` and `warm`, the module to import first, as the server's end set them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--warm", default="torch")
    return parser.parse_args()
