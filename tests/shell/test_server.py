"""The real server as a process: how it starts, refuses, and stops."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from playground.locales import say
from playground.runs.database import FILE_NAME
from playground.runs.store import Store
from tests.running_app import ROOT, RunningApp, running_app, wait_until

SMALL = {"cell": "rnn", "hidden_size": 16, "seconds": 60, "epochs": 100_000}


def started(runs_dir: Path, *flags: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    """A server that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), "--no-browser", "--runs-dir", str(runs_dir), *flags],
        capture_output=True, text=True, timeout=60, cwd=cwd, check=False,
    )  # fmt: skip


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def test_ctrl_c_stops_within_three_seconds_leaves_no_process_and_keeps_the_run(tmp_path: Path):
    with running_app(tmp_path) as app:
        run_id = app.call("start_run", slice="sequence", config=SMALL)["run_id"]
        app.wait_for(run_id, "running")
        wait_for_steps(app, run_id, 10)
        everyone = family(psutil.Process(app.process.pid))
        assert len(everyone) > 1
        asked = time.monotonic()
        app.process.send_signal(signal.SIGINT)
        assert app.process.wait(10) == 0
        assert time.monotonic() - asked < 3
        _, alive = psutil.wait_procs(everyone, timeout=2)
        assert alive == []
        assert "Traceback" not in app.output
    with running_app(tmp_path) as app:
        run = app.call("run", run_id=run_id)
        assert run["state"] in ("queued", "running")
        assert run["steps"] >= 10


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_the_signal_of_a_service_manager_stops_as_ctrl_c_does(tmp_path: Path):
    app = RunningApp(tmp_path).wait_until_it_answers()
    everyone = family(psutil.Process(app.process.pid))
    app.process.send_signal(signal.SIGTERM)
    assert app.process.wait(5) == 0
    _, alive = psutil.wait_procs(everyone, timeout=2)
    app.stop()
    assert alive == []


@pytest.mark.parametrize("seconds", [0.3, 1, 2])
def test_ctrl_c_while_starting_stops_at_once(tmp_path: Path, seconds: float):
    app = RunningApp(tmp_path)
    time.sleep(seconds)
    everyone = family(psutil.Process(app.process.pid))
    asked = time.monotonic()
    app.process.send_signal(signal.SIGINT)
    app.process.wait(15)
    assert time.monotonic() - asked < 3
    app.stop()
    assert "Traceback" not in app.output
    assert psutil.wait_procs(everyone, timeout=2)[1] == []


def test_an_open_stream_does_not_delay_the_end(tmp_path: Path):
    with running_app(tmp_path) as app:
        run_id = app.call("start_run", slice="sequence", config=SMALL)["run_id"]
        port = int(app.url.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as stream:
            ask = f"GET /playground/stream?cursors={run_id}:0 HTTP/1.1\r\nHost: x\r\n\r\n"
            stream.sendall(ask.encode())
            assert b"200" in stream.recv(100)
            asked = time.monotonic()
            app.process.send_signal(signal.SIGINT)
            assert app.process.wait(10) == 0
            assert time.monotonic() - asked < 3


def test_a_second_server_on_the_same_folder_says_so(tmp_path: Path):
    first = Store(tmp_path)
    second = started(tmp_path)
    first.close()
    assert second.returncode == 2
    assert second.stderr == f"app.py: {say('runs.second_server')}\n"


def test_a_damaged_store_is_said_in_one_sentence(tmp_path: Path):
    Store(tmp_path).close()
    (tmp_path / FILE_NAME).write_bytes(b"this is no database, whatever its name says" * 100)
    ended = started(tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == f"app.py: {say('runs.store_corrupt')}\n"


def test_a_store_of_a_later_version_is_refused_and_left_as_it_is(tmp_path: Path):
    Store(tmp_path).close()
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 9999")
        connection.commit()
    ended = started(tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (9999,)


def test_a_runs_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    ended = started(tmp_path / "file" / "runs")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


def test_a_busy_port_is_said_and_the_next_free_one_taken(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = other.getsockname()[1]
        with running_app(tmp_path, "--port", str(busy)) as app:
            assert f"Port {busy} is in use" in app.output
            assert app.call("machine")["cores"] >= 1
            assert app.output.count("http://") == 1


def test_it_starts_from_any_folder_and_speaks_the_language_asked_for(tmp_path: Path):
    elsewhere = tmp_path / "elsewhere 其他"
    elsewhere.mkdir()
    ended = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), "--host", "198.51.100.77", "--lang", "zh"],
        capture_output=True, encoding="utf-8", timeout=60, cwd=elsewhere, check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert (ended.returncode, "本机没有" in ended.stderr) == (2, True)
    assert list(elsewhere.iterdir()) == []


def test_a_public_link_that_cannot_be_had_is_one_sentence_and_the_page_works(tmp_path: Path):
    with running_app(tmp_path, "--share") as app:
        assert app.call("machine")["cores"] >= 1
        assert "public link" in app.output
        assert "Traceback" not in app.output


def test_a_proxy_named_in_the_environment_does_not_stand_between(tmp_path: Path, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "example.org")
    monkeypatch.delenv("no_proxy", raising=False)
    app = RunningApp(tmp_path)
    try:
        wait_until(lambda: "http://" in app.output, otherwise=lambda: app.output)
    finally:
        app.stop()
    assert "Traceback" not in app.output


def test_an_endpoint_refuses_in_one_sentence_by_plain_http_too(tmp_path: Path):
    with running_app(tmp_path) as app:
        for arguments, part in (
            ([], "slice is missing"),
            (["sequence"], "config is missing"),
            (["nowhere", {}], "no room nowhere"),
            (["sequence", {"steps": 0}], "steps=0"),
            (["sequence", "{"], "JSON"),
        ):
            answer = app.post("gradio_api/run/start_run", {"data": arguments})
            assert part in answer.json["error"]
        assert "Traceback" not in app.output


def wait_for_steps(app: RunningApp, run_id: str, steps: int) -> None:
    deadline = time.monotonic() + 60
    while app.call("run", run_id=run_id)["steps"] < steps:
        assert time.monotonic() < deadline, app.output
        time.sleep(0.1)
