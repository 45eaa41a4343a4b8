"""Training and writing at a terminal: figures on standard output, everything else beside it."""

import json
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from playground import exports, weights
from playground.experiments import perplexity
from playground.refused import Refused
from playground.runs.pipes import finite
from playground.runs.session import Session

BAR_SECONDS = 0.2
LINE_SECONDS = 5.0  # where there is no terminal to draw a bar in
BAR_WIDTH = 20  # characters
INTERRUPTED = 130  # exit status, as shells have it


def train(session: Session, *, as_json: bool, save: Path | None) -> int:
    """Trains to the end, or until Ctrl-C, and prints the figures reached; returns the exit status.

    The records are those that a worker of the page makes. With `as_json` the last line of
    standard output is one JSON object: the summary with `state` (`finished`, `interrupted` or
    `failed`), `error` (a sentence or None) and the `info` of the session.
    """
    state, error = "finished", None
    with _ctrl_c() as asked, _Progress(session) as progress:
        try:
            for record in session.records():
                progress.show(record)
                if asked():
                    state = "interrupted"
                    break
        except Refused as refusal:  # it diverged, say: what was reached is told all the same
            state, error = "failed", refusal
    if save is not None and error is None:
        save_weights(session, save)
    summary = session.summary()
    if as_json:
        told = {"state": state, "error": str(error) if error else None, **summary}
        print(json.dumps(finite(told | {"info": session.info}), ensure_ascii=False))
    else:
        print("\n".join(_table(summary)))
    if error is not None:
        raise error
    return INTERRUPTED if state == "interrupted" else 0


def save_weights(session: Session, file: Path) -> None:
    """The model of this moment, as the page exports it. Raises `Refused`."""
    tensors, metadata = session.state()
    model = {name: tensor for name, tensor in tensors.items() if name.startswith("model.")}
    kept = {name: metadata[name] for name in exports.KEPT if name in metadata}
    with writing(file):
        weights.write(file, model, kept)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """A fault of the disk as a sentence."""
    try:
        yield
    except OSError:
        raise Refused("exports.cannot_write", name=file.name or str(file)) from None


def check_writable(file: Path | None) -> None:
    """Refuses a file that cannot be written, before hours are spent on what goes into it."""
    if file is None:
        return
    with writing(file):
        if file.is_dir():
            raise IsADirectoryError
        with file.open("ab"):
            existed = file.stat().st_size > 0
        if not existed:
            file.unlink()


@contextmanager
def _ctrl_c() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed: it is obeyed between two steps; a second one ends at once."""
    pressed = False

    def note(*_: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


class _Progress:
    """A bar on standard error while that is a terminal, else a line now and then."""

    def __init__(self, session: Session):
        self._session = session
        self._terminal = sys.stderr.isatty()
        self._next = time.monotonic() + (0 if self._terminal else LINE_SECONDS)
        self._validation: float | None = None
        self._last: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._last:
            self._draw(end="\n")

    def show(self, record: dict[str, Any]) -> None:
        self._last = record
        if record.get("validation_loss") is not None:
            self._validation = record["validation_loss"]
        now = time.monotonic()
        if now >= self._next:
            self._next = now + (BAR_SECONDS if self._terminal else LINE_SECONDS)
            self._draw(end="" if self._terminal else "\n")

    def _draw(self, end: str) -> None:
        progress = self._session.progress()
        parts = [f"{progress['done']:4.0%}"]
        if progress["seconds_left"]:
            parts.append(f"{progress['seconds_left']:.0f} s left")
        parts.append(f"step {self._last['step']}")
        for name, loss in (("perplexity", self._last["loss"]), ("validation", self._validation)):
            value = perplexity(loss)
            if value is not None:
                parts.append(f"{name} {value:.4g}")
        line = "  ".join(parts)
        if self._terminal:
            bar = "█" * round(BAR_WIDTH * progress["done"])
            line = f"{bar:░<{BAR_WIDTH}} {line}"[: shutil.get_terminal_size().columns - 1]
            print(f"\r{line}\x1b[K", end=end, file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def _table(summary: dict[str, Any]) -> Iterator[str]:
    width = max(len(name) for name in summary)
    for name, value in summary.items():
        shown = "–" if value is None else f"{value:.6g}" if isinstance(value, float) else value
        yield f"{name.replace('_', ' '):>{width}}  {shown}"


def write_text(items: Iterator[dict[str, Any]], prefix: str, *, as_json: bool) -> None:
    """Prints a text as it is generated, or all of it as one line of JSON at the end."""
    if not as_json:
        print(prefix, end="", flush=True)
    end: dict[str, Any] = {}
    for item in items:
        if item.get("end"):
            end = item
        elif not as_json:
            print(item["token"], end="", flush=True)
    if as_json:
        told = {"text": end["text"], "continuation": end["text"][len(prefix) :]}
        print(json.dumps(told | {"unknown": end["unknown"]}, ensure_ascii=False))
        return
    print()
    if end["unknown"]:
        names = " ".join(repr(token) for token in end["unknown"])
        print(f"read as <unk>, since the model has never seen them: {names}", file=sys.stderr)
