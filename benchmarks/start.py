"""How soon `python app.py` answers, and how soon its page can be used, beside a plain Gradio app.

Both are started in turn, each as a fresh process with a fresh browser profile; the medians are
compared. One JSON line per case, the last with the ratios. Goals: first answer at most 0.55 of
the plain app's, usable page at most 0.65. No torch may be imported on the way.

    python benchmarks/start.py [--rounds 5]
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
GOALS = {"first_answer": 0.55, "usable_page": 0.65}
# The page's main button, drawn and enabled.
BUTTONS = {"playground": ".pg-primary:enabled", "plain": "#run-0:enabled"}


def command(case: str, port: int, folder: Path) -> list[str]:
    if case == "plain":
        return [str(ROOT / "benchmarks" / "plain_gradio_app.py"), str(port)]
    flags = ["--no-browser", "--port", str(port), "--runs-dir", str(folder)]
    return [str(ROOT / "app.py"), *flags]


@contextlib.contextmanager
def started(
    case: str, *options: str, flags: tuple[str, ...] = ()
) -> Iterator[tuple[float, int, Path]]:
    """(when it was started, its port, what it wrote to standard error)

    `options` are Python's, `flags` the app's own.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "err").open("wb") as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *options, *command(case, port, Path(folder) / "runs"), *flags],
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"},
        )
        try:
            yield begun, port, Path(folder) / "err"
        finally:
            family = [*psutil.Process(process.pid).children(recursive=True), process]
            for one in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            process.wait()
            time.sleep(0.5)


def wait_for_answer(port: int) -> None:
    """Returns when the page's address answers 200."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as one:
            one.settimeout(60)
            one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if one.recv(12).endswith(b"200"):
                return
        time.sleep(0.02)
    raise TimeoutError("no answer within two minutes")


def measured(case: str, browser: Browser) -> dict[str, float]:
    """Seconds from the start of the process."""
    with started(case) as (begun, port, _), contextlib.closing(browser.new_context()) as fresh:
        wait_for_answer(port)
        answered = time.perf_counter() - begun
        page = fresh.new_page()
        page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
        page.wait_for_selector(BUTTONS[case], timeout=120_000)
        return {"first_answer": answered, "usable_page": time.perf_counter() - begun}


def imported() -> set[str]:
    """Every module the page's process imports until its page answers."""
    with started("playground", "-X", "importtime") as (_, port, errors):
        wait_for_answer(port)
        lines = errors.read_text(encoding="utf-8", errors="replace").splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def tell(**figures: Any) -> None:
    print(json.dumps(figures), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds

    torch = sorted(name for name in imported() if name.partition(".")[0] == "torch")
    tell(case="imports", torch_modules_in_page_process=len(torch))

    times: dict[str, list[dict[str, float]]] = {"plain": [], "playground": []}
    chromium = os.environ.get("PLAYGROUND_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for number in range(rounds):
            for case, rows in times.items():
                rows.append(measured(case, browser))
                rounded = {name: round(seconds, 3) for name, seconds in rows[-1].items()}
                tell(case=case, round=number, unit="seconds", **rounded)
        browser.close()

    middle = {
        case: {name: statistics.median(row[name] for row in rows) for name in GOALS}
        for case, rows in times.items()
    }
    ratios = {name: middle["playground"][name] / middle["plain"][name] for name in GOALS}
    met = not torch and all(ratios[name] <= goal for name, goal in GOALS.items())
    tell(
        case="ratio",
        cores=psutil.cpu_count(),
        memory_gb=round(psutil.virtual_memory().total / 1e9),
        **{f"{name}_ratio": round(ratio, 3) for name, ratio in ratios.items()},
        **{f"{name}_goal": goal for name, goal in GOALS.items()},
        met=met,
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
