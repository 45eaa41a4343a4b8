"""The process that trains: `python -m playground.runs.worker`, driven by JSON lines.

Orders (`do`): `open` adds lanes; `pause`, `resume`, `step`, `stop`, `close`, `snapshot`, `change`
and `prompt` act on the lane of one `run` and are answered `done` with their `number`; `shutdown`
saves all lanes and ends the process. Answers (`tell`): `ready` with facts of the device, then per
run `info`, `records`, `progress`, `sample`, `frame`, `snapshot`, `changed`, and `state` for every
change of state; `closed` after `close`.

Lanes are the runs of one race. The next step goes to the active lane that has trained for the
fewest seconds, so that equal seconds mean equal seconds. Orders act between two steps.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from playground.refused import Refused
from playground.runs import accelerator, pipes, snapshots
from playground.runs.lane import Lane, fault
from playground.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STOPPED

FLUSH_SECONDS = 0.15
PROGRESS_EVERY = 4  # flushes
NICENESS = 10  # of 19, where the system has it


class Worker:
    def __init__(self, pipe: pipes.ServerPipe):
        self._pipe = pipe
        self._lanes: dict[str, Lane] = {}
        self._next_flush = 0.0
        self._flushes = 0

    def work(self) -> None:
        """Steps and obeys until told to shut down."""
        while True:
            lane = self._next_lane()
            if lane is not None and self._pipe.orders.empty():
                self._advance(lane)
                continue
            order = self._pipe.orders.get()  # sleeps when there is nothing to train
            if order["do"] == "shutdown":
                self._save_all()
                return
            self._obey(order)

    def _next_lane(self) -> Lane | None:
        ready = [lane for lane in self._lanes.values() if lane.steps_owed or not lane.paused]
        return min(ready, key=lambda lane: (not lane.steps_owed, lane.seconds), default=None)

    def _advance(self, lane: Lane) -> None:
        try:
            if not lane.advance():
                lane.sample()
                lane.tell_frame()
                self._end(lane, FINISHED)
                return
            now = time.monotonic()
            if lane.paused:
                lane.steps_owed -= 1
                lane.tell_frame()
                self._tell_state(lane, PAUSED)
            else:
                lane.act_when_due(now)
        except Exception as error:  # one lane's fault must not end the others
            self._fail(lane, error)
            return
        if now >= self._next_flush:
            self._next_flush = now + FLUSH_SECONDS
            self._flush()

    def _flush(self) -> None:
        self._flushes += 1
        for lane in list(self._lanes.values()):
            try:
                lane.tell_records()
                if self._flushes % PROGRESS_EVERY == 1:
                    lane.tell_progress()
            except Exception as error:  # as above
                self._fail(lane, error)

    def _obey(self, order: dict[str, Any]) -> None:
        if order["do"] == "open":
            for each in order["lanes"]:
                self._open(order, each)
            return
        refusal = None
        lane = self._lanes.get(order["run"])
        if lane is not None:  # else it ended while the order was on its way
            try:
                self._obey_for(lane, order)
            except Refused as error:  # what was asked for is not possible; the run goes on
                refusal = fault(error)
            except Exception as error:  # as above
                self._fail(lane, error)
        self._pipe.tell({"tell": "done", "number": order["number"], "error": refusal})

    def _obey_for(self, lane: Lane, order: dict[str, Any]) -> None:
        match order["do"]:
            case "pause":
                self._pause(lane)
            case "resume":
                lane.paused, lane.steps_owed = False, 0
                self._tell_state(lane, RUNNING)
            case "step":
                lane.paused = True
                lane.steps_owed += 1
            case "stop":
                self._end(lane, STOPPED)
            case "close":
                lane.save()
                del self._lanes[lane.run]
                self._pipe.tell({"tell": "closed", "run": lane.run})
            case "snapshot":
                lane.save_if_affordable()
            case "change":
                lane.change(order["name"], order["value"])
            case "prompt":
                lane.prompt = order["prompt"]
                lane.sample()

    def _open(self, order: dict[str, Any], description: dict[str, Any]) -> None:
        run = description["run"]
        try:
            lane = Lane(
                description,
                device=accelerator.chosen(order["device"]),
                texts=Path(order["texts"]),
                folder=Path(order["snapshots"]),
                tell=self._pipe.tell,
            )
        except Exception as error:  # a bad text, a damaged snapshot, no memory …
            told = {"tell": "state", "run": run, "state": FAILED}
            self._pipe.tell({**told, "error": fault(error), "summary": {}})
            return
        self._lanes[run] = lane
        try:
            self._pipe.tell({"tell": "info", "run": run, "body": lane.session.info})
            self._tell_state(lane, PAUSED if lane.paused else RUNNING)
            lane.tell_frame()
        except Exception as error:  # as above
            self._fail(lane, error)

    def _pause(self, lane: Lane) -> None:
        lane.paused, lane.steps_owed = True, 0
        self._tell_state(lane, PAUSED)
        lane.tell_frame()
        lane.save()

    def _end(self, lane: Lane, state: str) -> None:
        lane.save()
        self._tell_state(lane, state, summary=lane.session.summary())
        del self._lanes[lane.run]

    def _fail(self, lane: Lane, error: Exception) -> None:
        """The last good snapshot stays; the state of now may be full of NaN."""
        lane.tell_records()
        told = {"tell": "state", "run": lane.run, "state": FAILED}
        self._pipe.tell({**told, "error": fault(error), "summary": {}})
        del self._lanes[lane.run]

    def _tell_state(self, lane: Lane, state: str, **more: Any) -> None:
        lane.tell_records()
        lane.tell_progress()
        told = {"tell": "state", "run": lane.run, "state": state}
        self._pipe.tell({**told, "error": None, "summary": {}, **more})

    def _save_all(self) -> None:
        for lane in self._lanes.values():
            try:
                lane.tell_records()
                lane.save()
            except Exception as error:  # the snapshot before it stays, and the next lane is saved
                full = isinstance(error, OSError) and snapshots.out_of_space(error)
                why = "disk full" if full else type(error).__name__
                print(f"snapshot not written: {why}", file=sys.stderr)


def give_way() -> None:
    """Takes only what others leave of the processor.

    Training can wait a moment; the page, generation and the browser on the same cores cannot.
    """
    process = psutil.Process()
    process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else NICENESS)


def main() -> None:
    give_way()
    pipe = pipes.ServerPipe()
    options = pipes.options()
    pipes.warm_up(options.threads)
    pipe.tell({"tell": "ready", "facts": accelerator.facts(options.device)})
    Worker(pipe).work()
    os._exit(0)  # the thread that listens would hold up an ordinary end


if __name__ == "__main__":
    main()
