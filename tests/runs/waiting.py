"""Waiting for what other processes do."""

import time
from collections.abc import Callable

from playground.runs.record import Run
from playground.runs.scheduler import Scheduler

OWNER, OTHER = "a1" * 16, "b2" * 16


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Returns as soon as the condition holds; fails if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not happen in time"
        time.sleep(0.005)


def until_steps(scheduler: Scheduler, run: Run, steps: int) -> None:
    until(lambda: scheduler.run(run.id).steps >= steps)


def until_state(scheduler: Scheduler, run: Run, state: str) -> Run:
    until(lambda: scheduler.run(run.id).state == state)
    return scheduler.run(run.id)
