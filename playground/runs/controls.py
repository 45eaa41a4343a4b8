"""What pausing, stepping, stopping … mean for a run, wherever it is: training, waiting, ended."""

import json
import time
from typing import Any

from playground.refused import Refused
from playground.runs.dispatch import Dispatch
from playground.runs.record import FINISHED, PAUSED, QUEUED, STOPPED, Run
from playground.runs.slot import Slot

ACTIONS = ("pause", "resume", "step", "stop", "snapshot", "learning_rate", "change", "prompt")
WAIT_SECONDS = 0.5  # for the worker's answer
PROMPT_LIMIT = 4000  # characters of JSON


class Controls:
    """Called under the lock of `dispatch`."""

    def __init__(self, dispatch: Dispatch):
        self._dispatch = dispatch
        self._ledger = dispatch.ledger
        dispatch.on_released = self._do_postponed

    def control(self, run_id: str, action: str, value: Any) -> Run:
        """Does it and waits until the worker has done it. Raises `Refused` if it cannot be."""
        if action not in ACTIONS:
            raise Refused("runs.no_such_action", name=str(action)[:40], names=", ".join(ACTIONS))
        run = self._ledger.run(run_id)
        if action == "learning_rate":
            action, value = "change", {"name": action, "value": value}
        if action == "change":
            value = self._checked_change(run, value)
        elif action == "prompt":
            value = self.clean_prompt(value)
        self._do(run, action, value)
        return self._ledger.run(run_id)

    def clean_prompt(self, value: Any) -> dict[str, Any]:
        """A flat dictionary of short texts and numbers. Raises `Refused`."""
        flat = isinstance(value, dict) and all(
            isinstance(name, str) and isinstance(item, str | int | float)
            for name, item in value.items()
        )
        try:
            if not flat or len(json.dumps(value, allow_nan=False)) > PROMPT_LIMIT:
                raise Refused("runs.bad_prompt")
        except ValueError:  # NaN or infinity
            raise Refused("runs.bad_prompt") from None
        return value

    def save_now(self, run_id: str, wait_seconds: float) -> None:
        """A snapshot of this moment if the run is in a worker; waits for it."""
        slot = self._dispatch.slot_of(run_id)
        if slot is not None and not _leaving(slot, run_id):
            self._order(slot, {"do": "snapshot", "run": run_id}, wait_seconds)

    def _checked_change(self, run: Run, value: Any) -> dict[str, Any]:
        """`{"name", "value"}` as the session takes it. Raises `Refused`."""
        match value:
            case {"name": str(name), "value": asked} if len(value) == 2:
                room = self._dispatch.slices[run.slice]
                return {"name": name, "value": room.checked_change(run.config, name, asked)}
        raise Refused("runs.bad_change")

    def _do(self, run: Run, action: str, value: Any) -> None:
        if action == "prompt":
            self._dispatch.store.add_prompt(run.id, run.steps, value)
            self._ledger.set(run.id, prompt=value)
        slot = self._dispatch.slot_of(run.id)
        if slot is None:
            self._do_outside(run, action, value)
        elif _leaving(slot, run.id):
            slot.lanes[run.id].postponed.append((action, value))
        else:
            orders = {
                "change": {"do": "change", **(value if action == "change" else {})},
                "prompt": {"do": "prompt", "prompt": value},
            }
            slot.note_use()
            if action == "stop":
                slot.lanes[run.id].note_stop()
            self._order(slot, {"run": run.id, **orders.get(action, {"do": action})}, WAIT_SECONDS)

    def _do_outside(self, run: Run, action: str, value: Any) -> None:
        """For a run that is in no worker: queued, paused without a slot, or ended."""
        line = self._dispatch.line
        match action:
            case "pause" if run.state == QUEUED:
                line.remove(run.id)
                self._ledger.set(run.id, state=PAUSED)
            case "stop" if run.live:
                line.remove(run.id)
                self._ledger.set(run.id, state=STOPPED, ended=time.time())
            case "change" if run.state != FINISHED:
                # It takes effect where the run resumes; what was to come after that is void.
                step = self._dispatch.store.snapshot_step(run.id)
                self._dispatch.store.drop_changes(run.id, step)
                self._dispatch.store.add_change(run.id, step, value["name"], value["value"])
            case "resume" | "change" if run.state == FINISHED:
                raise Refused("runs.finished")
            case "resume" if run.state == QUEUED:
                line.add(self._dispatch.store.owner(run.id), run.group, [run.id])
            case "resume":
                self._dispatch.enqueue(run)
            case "step" if run.state == PAUSED:
                self._dispatch.enqueue(run, paused=True)
            case "pause" | "step" if not run.live:
                raise Refused("runs.ended")
            case "step":
                raise Refused("runs.waiting")
        self._dispatch.dispatch()

    def _order(self, slot: Slot, order: dict[str, Any], wait_seconds: float) -> None:
        """Sends an order and waits for the answer. Raises `Refused` if the worker refuses."""
        number, worker = slot.send(order), slot.worker
        slot.awaited.add(number)
        self._dispatch.answered.wait_for(
            lambda: number in slot.done or slot.worker is not worker, wait_seconds
        )
        slot.awaited.discard(number)
        error = slot.done.pop(number, None)
        if error is not None:
            raise Refused(error["key"], **error["params"])

    def _do_postponed(self, run_id: str, asked: list[tuple[str, Any]]) -> None:
        for action, value in asked:
            try:
                self._do(self._ledger.run(run_id), action, value)
            except Refused:  # too late for it now, and nobody left to tell
                continue


def _leaving(slot: Slot, run_id: str) -> bool:
    lane = slot.lanes[run_id]
    return lane.leaving or lane.doomed
