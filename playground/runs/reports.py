"""What workers tell of their runs, written down in the store and passed on to the feed."""

import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

from playground.refused import Refused
from playground.runs import snapshots
from playground.runs.record import ENDED, STOPPED
from playground.runs.slot import LaneView, Slot
from playground.runs.worker_process import WorkerProcess

if TYPE_CHECKING:
    from playground.runs.dispatch import Dispatch


class Reports:
    """Called from the threads that listen to workers; takes the lock of `dispatch`."""

    def __init__(self, dispatch: "Dispatch"):
        self._dispatch = dispatch
        self._store, self._feed, self._ledger = dispatch.store, dispatch.feed, dispatch.ledger

    def on_message(self, worker: WorkerProcess, message: dict[str, Any]) -> None:
        with self._dispatch.lock:
            slot = next((each for each in self._dispatch.slots if each.worker is worker), None)
            if slot is None:
                return
            match message["tell"]:
                case "ready":
                    slot.warm = True
                    if self._dispatch.on_ready is not None:
                        self._dispatch.on_ready(message["facts"])
                case "done":
                    if message["number"] in slot.awaited:
                        slot.done[message["number"]] = message["error"]
                        self._dispatch.answered.notify_all()
                case tell:
                    lane = slot.lanes.get(message["run"])
                    if lane is not None:
                        self._note(slot, lane, tell, message)

    def _note(self, slot: Slot, lane: LaneView, tell: str, message: dict[str, Any]) -> None:
        run_id = message["run"]
        if lane.doomed:
            if tell == "snapshot":
                snapshots.delete(self._store.snapshots / message["file"])
            if tell == "closed" or (tell == "state" and message["state"] in ENDED):
                self._release(slot, run_id)
            return
        try:
            self._write_down(slot, lane, tell, message)
        except Refused as refusal:  # the disk is full, most likely: this run has to end
            self._doom(slot, lane, run_id, refusal)
        except Exception as error:  # a worker that tells nonsense must not be believed any longer
            traceback.print_exc(file=sys.stderr)
            refusal = Refused("runs.broke_down", kind=type(error).__name__)
            self._doom(slot, lane, run_id, refusal)

    def _write_down(self, slot: Slot, lane: LaneView, tell: str, message: dict[str, Any]) -> None:
        run_id = message["run"]
        match tell:
            case "records":
                slot.unborn_bytes = 0
                start, columns = message["start"], message["columns"]
                total = self._store.append(run_id, start, columns)
                more = {"state": lane.state, "progress": lane.progress}
                self._feed.records(run_id, start, columns, total, **more)
            case "progress":
                lane.progress = message["body"]
                self._store.update(run_id, progress=message["body"])
            case "sample":
                number = self._store.add_sample(run_id, message["position"], message["body"])
                self._feed.sample(run_id, number)
            case "frame":
                self._feed.frame(run_id, message["body"])
            case "info":
                self._ledger.set(run_id, info=message["body"])
            case "snapshot":
                self._store.register_snapshot(
                    run_id, message["position"], message["step"], message["file"]
                )
            case "changed":
                self._store.add_change(run_id, message["step"], message["name"], message["value"])
            case "closed":
                self._release(slot, run_id)
            case "state":
                self._note_state(slot, lane, message)

    def _note_state(self, slot: Slot, lane: LaneView, message: dict[str, Any]) -> None:
        run_id, state = message["run"], message["state"]
        lane.state = state
        slot.note_pauses()
        if state not in ENDED:
            self._ledger.set(run_id, state=state)
            return
        changes = {"state": state, "ended": time.time(), "error": message["error"]}
        self._ledger.set(run_id, **changes, summary=message["summary"])
        self._dispatch.just_ended.append(run_id)
        self._release(slot, run_id)

    def _release(self, slot: Slot, run_id: str) -> None:
        """The lane is gone from its worker; what was asked for meanwhile is done now."""
        lane = slot.lanes.pop(run_id)
        slot.note_pauses()
        if not slot.lanes:
            slot.unborn_bytes = 0
        self._dispatch.answered.notify_all()
        if lane.postponed:
            self._dispatch.on_released(run_id, lane.postponed)
        self._dispatch.dispatch()

    def _doom(self, slot: Slot, lane: LaneView, run_id: str, refusal: Refused) -> None:
        if run_id not in slot.lanes:  # it had ended well; what went wrong came after it
            return
        lane.doomed = True
        lane.note_stop()
        slot.send({"do": "stop", "run": run_id})
        self._dispatch.set_failed(run_id, refusal)

    def on_lost(self, worker: WorkerProcess) -> None:
        with self._dispatch.lock:
            slot = next((each for each in self._dispatch.slots if each.worker is worker), None)
            if slot is None or self._dispatch.closing:
                return
            lanes, was_warm = dict(slot.lanes), slot.warm
            slot.reset()
            for run_id, lane in lanes.items():
                if lane.stop_asked is not None and not lane.doomed:
                    self._ledger.set(run_id, state=STOPPED, ended=time.time())
                elif not lane.doomed:
                    self._dispatch.set_failed(run_id, Refused("runs.worker_lost"))
                if lane.postponed:
                    self._dispatch.on_released(run_id, lane.postponed)
            if was_warm:  # one that dies before it is ready would die again and again
                self._dispatch.warm(slot)
            self._dispatch.answered.notify_all()
            self._dispatch.dispatch()
