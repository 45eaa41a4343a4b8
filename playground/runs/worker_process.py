"""The server's end of a child process: start, send, listen, end. Knows nothing of training.

A cluster can take its place: what the scheduler needs of it is `send`, `alive`, `close`, `kill` and
the two calls back.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

ROOT = Path(__file__).resolve().parents[2]  # holds the package `playground`


class WorkerProcess:
    """A child that runs `module` and speaks JSON lines; it imports the module `warm` first.

    `on_message(worker, message)` and, once, `on_lost(worker)` when the child is gone, come from a
    thread of their own, in order.
    """

    def __init__(
        self,
        module: str,
        *,
        threads: int,
        device: str = "cpu",
        warm: str = "torch",
        on_message: Callable[["WorkerProcess", dict[str, Any]], None],
        on_lost: Callable[["WorkerProcess"], None],
    ):
        self._on_message = on_message
        self._on_lost = on_lost
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        options = ("--device", device, "--warm", warm)
        process = subprocess.Popen(
            # -P: a file called torch.py where the server was started must not be taken for torch.
            [sys.executable, "-P", "-m", module, "--threads", str(threads), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(threads),
        )
        self._process = process
        # Both are there, since both were asked for.
        self._orders = cast("IO[bytes]", process.stdin)
        self._answers = cast("IO[bytes]", process.stdout)
        self._listener = threading.Thread(target=self._listen, name=module, daemon=True)
        self._listener.start()
        threading.Thread(target=self._post, name=f"to {module}", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, order: dict[str, Any]) -> None:
        """Never waits, and does nothing when the child is gone: `on_lost` says so."""
        self._outbox.put(json.dumps(order).encode() + b"\n")

    def hang_up(self) -> None:
        """Closes the child's stdin after the last order, upon which it ends."""
        self._outbox.put(None)

    def _post(self) -> None:
        # A child that hangs reads nothing, and a full pipe must hold up nobody but this thread.
        # What was still to be written when it ended finds no reader.
        with contextlib.suppress(OSError), self._orders:
            while (line := self._outbox.get()) is not None:
                self._orders.write(line)
                self._orders.flush()

    def join(self, timeout_seconds: float) -> bool:
        """Waits for the child's end, then for the last of what it said; False if it lives on."""
        try:
            self._process.wait(max(0.0, timeout_seconds))
        except subprocess.TimeoutExpired:
            return False
        if threading.current_thread() is not self._listener:
            self._listener.join(timeout=5.0)
        return True

    def kill(self) -> None:
        """Ends the child at once."""
        if self.alive:
            self._process.kill()
        self._process.wait()
        self.hang_up()

    def _listen(self) -> None:
        for line in self._answers:
            if not line.endswith(b"\n"):  # it was killed in the middle of a word
                break
            try:
                self._on_message(self, json.loads(line))
            except Exception:  # a fault in handling one message must not deafen the server
                traceback.print_exc(file=sys.stderr)
        self._process.wait()
        self._answers.close()
        self.hang_up()
        self._on_lost(self)


def _environment(threads: int) -> dict[str, str]:
    search = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(search),
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        # Threads that spin while they wait take the core away from the page.
        "OMP_WAIT_POLICY": "PASSIVE",
    }
