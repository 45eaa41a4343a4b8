"""The real app in a process of its own, for tests that drive it from outside."""

import contextlib
import functools
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
TRAINING = "playground.runs.worker"  # the module of the processes that train
UP_SECONDS = 120  # far more than it takes, for a machine that is busy with other things
# Settings of a run of about thirty steps of a millisecond, and then it is over.
TINY = {
    "cell": "gru", "hidden_size": 8, "batch_size": 8, "steps": 8,
    "max_tokens": 2000, "epochs": 1, "seconds": 0,
}  # fmt: skip
_ADDRESS = re.compile(r"http://([\w.]+):(\d+)/")


@dataclass(frozen=True)
class Answer:
    """What came back of a request; `json` is None where the body is none."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @functools.cached_property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class RunningApp:
    """`python app.py` on a free port. `output` is all it has printed so far."""

    def __init__(self, runs_dir: Path, *flags: str):
        self.runs_dir = runs_dir
        port = () if "--port" in flags else ("--port", "0")
        own_group = {} if os.name == "nt" else {"start_new_session": True}
        self.process = subprocess.Popen(
            [*command(runs_dir), *port, *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", env=environment(), **own_group,
        )  # fmt: skip
        self.output = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.output += line

    @functools.cached_property
    def _place(self) -> tuple[str, int]:
        """Host and port of the address it printed."""
        found = wait_until(
            lambda: _ADDRESS.search(self.output) or self.process.poll() is not None,
            seconds=UP_SECONDS,
            otherwise=lambda: f"the app did not come up:\n{self.output}",
        )
        assert found is not True, f"the app did not come up:\n{self.output}"
        return found[1], int(found[2])

    @property
    def url(self) -> str:
        """The address it printed, with a slash at the end."""
        host, port = self._place
        return f"http://{host}:{port}/"

    def wait_until_it_answers(self) -> "RunningApp":
        def answers() -> bool:
            with contextlib.suppress(OSError):
                return self.get("").status == 200
            return False

        wait_until(answers, UP_SECONDS, lambda: f"the app does not answer:\n{self.output}")
        return self

    # Requests. Proxies of the environment are not asked: this is our own machine.

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Any request. A body that is not bytes is sent as JSON; `path` starts without a slash.

        Tests ask faster than people do: where the server says so, they wait and ask again.
        """
        while (answer := self._ask_once(method, path, body, headers)).status == 429:
            time.sleep(0.1)
        return answer

    def _ask_once(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        sent = {"content-type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        ended = self.process.poll()
        assert ended is None, f"the app ended with status {ended}:\n{self.output[-5000:]}"
        connection = http.client.HTTPConnection(*self._place, timeout=60)
        try:
            connection.request(method, f"/{path}", content, sent)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.ask("POST", path, body, **headers)

    def call(self, action: str, /, **arguments: Any) -> Any:
        """An action by our own route. Raises `AssertionError` with the answer if it is refused."""
        answer = self.post(f"playground/call/{action}", arguments)
        assert answer.status == 200, answer.text
        return answer.json["value"]

    def refusal(self, action: str, /, **arguments: Any) -> dict[str, Any]:
        """The error of an action that is refused. Raises `AssertionError` if it is not."""
        answer = self.post(f"playground/call/{action}", arguments)
        assert 400 <= answer.status < 500, answer.text
        return answer.json["error"]

    def start(self, owner: str = "", **config: Any) -> tuple[str, str]:
        """A new Sequence run: `(run_id, token)`."""
        started = self.call("start_run", slice="sequence", config=config, owner=owner)
        return started["run_id"], started["token"]

    def wait_for(
        self, run_id: str, *states: str, steps: int = 0, seconds: float = 60
    ) -> dict[str, Any]:
        """The run, once it is in one of the states and has so many records."""
        last: dict[str, Any] = {}

        def there() -> bool:
            last.update(self.call("run", run_id=run_id))
            assert last["state"] != "failed" or not states or "failed" in states, last["error"]
            return (not states or last["state"] in states) and last["steps"] >= steps

        wait_until(there, seconds, lambda: f"{last} is not {states} with {steps} steps")
        return last

    def control(self, run_id: str, token: str, action: str, value: Any = None) -> dict[str, Any]:
        return self.call("control_run", run_id=run_id, token=token, action=action, value=value)

    def losses(self, run_id: str) -> list[float]:
        return [record["loss"] for record in self.call("records", run_id=run_id)]

    def end_all(self, owner: str) -> None:
        """Stops what this owner has training or waiting."""
        for run in self.call("runs", owner=owner):
            if run["state"] in ("queued", "running", "paused") and not run["shipped"]:
                token = {"run_id": run["id"], "token": owner}
                self.post("playground/call/control_run", token | {"action": "stop"})

    # Its processes

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def workers(self) -> list[psutil.Process]:
        """The processes that train."""
        return [one for one in self.children() if TRAINING in one.cmdline()]

    def stop(self) -> int:
        """As Ctrl-C does; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self._ended()

    def kill(self) -> None:
        """As `kill -9` does: only the server itself."""
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        self.process.wait()
        self.reader.join(5)
        self.process.stdout.close()
        return self.process.returncode


def command(runs_dir: Path) -> list[str]:
    return [sys.executable, str(ROOT / "app.py"), "--no-browser", "--runs-dir", str(runs_dir)]


def environment() -> dict[str, str]:
    """With `PLAYGROUND_DATA` if it is set; without it there are the built-in texts."""
    return os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


@contextlib.contextmanager
def running_app(runs_dir: Path, *flags: str) -> Iterator[RunningApp]:
    app = RunningApp(runs_dir, *flags)
    try:
        yield app.wait_until_it_answers()
    finally:
        app.stop()


def wait_until(
    condition: Callable[[], Any],
    seconds: float = 30,
    otherwise: Callable[[], str] = lambda: "it did not happen in time",
) -> Any:
    """The condition's first true value. Raises `AssertionError` saying `otherwise`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)
    return value
