"""Moving pictures of runs: only the newest is told, nothing is kept; and changes of what moves."""

import asyncio
import json
from pathlib import Path

import pytest
import torch
from runs import stand_in
from runs.moving import MOVING
from runs.test_feed import settled
from runs.test_store import put
from runs.waiting import OWNER, until, until_state, until_steps

from playground.refused import Refused
from playground.runs.feed import Feed
from playground.runs.lane import Lane
from playground.runs.record import FINISHED, PAUSED, RUNNING
from playground.runs.scheduler import Scheduler
from playground.runs.store import Store


def lane_of(folder: Path, told: list[dict], **config) -> Lane:
    torch.set_num_threads(1)
    order = {
        "run": "1" * 32, "entry": MOVING.entry, "snapshot": None, "position": 0,
        "config": stand_in.parse({"step_seconds": 0, **config}),
        "replay": [], "prompt": {}, "paused": False,
    }  # fmt: skip
    return Lane(order, device="cpu", texts=folder, folder=folder, tell=told.append)


def frames(told: list[dict]) -> list[dict]:
    return [message["body"] for message in told if message["tell"] == "frame"]


def test_frames_keep_their_pace_however_often_they_are_due(tmp_path: Path) -> None:
    told: list[dict] = []
    lane = lane_of(tmp_path, told)
    for now in (lane._next_frame, lane._next_frame, lane._next_frame + 0.01):
        lane.advance()
        lane.act_when_due(now)
    assert [frame["step"] for frame in frames(told)] == [1]
    lane.act_when_due(lane._next_frame)
    assert [frame["step"] for frame in frames(told)] == [1, 3]


def test_a_step_that_was_asked_for_alone_is_attended_to(tmp_path: Path) -> None:
    told: list[dict] = []
    lane = lane_of(tmp_path, told)
    lane.advance()
    lane.tell_frame()
    lane.paused = True
    lane.advance()
    lane.tell_frame()
    assert [frame["alone"] for frame in frames(told)] == [False, True]


def test_a_picture_that_cannot_be_drawn_is_not_asked_for_again(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    told: list[dict] = []
    lane = lane_of(tmp_path, told, fault="frame")
    for _ in range(3):
        assert lane.advance()
        lane.tell_frame()
    assert frames(told) == []
    assert capsys.readouterr().err.count("Traceback") == 1


def test_looks_that_are_kept_come_as_densely_as_the_session_says(tmp_path: Path) -> None:
    told: list[dict] = []
    lane = lane_of(tmp_path, told)
    lane.sample()
    due = lane._next_sample
    lane.sample()
    assert lane._next_sample - due < 1


def test_a_page_gets_the_newest_frame_and_one_that_comes_late_gets_it_too(store: Store) -> None:
    async def watch() -> None:
        feed, run = Feed(store), put(store, records=3, state=RUNNING)
        feed.about(run)
        early: list[dict] = []
        late: list[dict] = []

        async def follow(kept: list[dict]) -> None:
            async for text in feed.follow({run.id: 0}):
                message = json.loads(text or "{}")
                if "frame" in message:
                    kept.append(message["frame"])

        first = asyncio.create_task(follow(early))
        await settled()
        for step in (1, 2, 3):
            feed.frame(run.id, {"step": step})
        await settled()
        assert early[-1] == {"step": 3}
        second = asyncio.create_task(follow(late))
        await settled()
        assert late == [{"step": 3}]
        feed.about(store.update(run.id, state=FINISHED))
        await asyncio.wait_for(asyncio.gather(first, second), 2)
        again: list[dict] = []
        await asyncio.wait_for(follow(again), 2)
        assert again == []  # nothing of it was kept
        assert store.samples(run.id) == []

    asyncio.run(watch())


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("moving")
    with Store(folder) as store:
        scheduler = Scheduler(store, {"moving": MOVING}, slots=1, texts=folder)
        yield scheduler
        scheduler.close()


def test_what_a_slice_allows_is_changed_while_a_run_goes_on_and_again_after_a_restart(
    scheduler: Scheduler,
) -> None:
    (run,) = scheduler.start("moving", [{}], OWNER)
    until_steps(scheduler, run, 3)
    scheduler.control(run.id, OWNER, "pause")
    paused = until_state(scheduler, run, PAUSED)
    scheduler.control(run.id, OWNER, "change", {"name": "hand", "value": "right"})
    scheduler.control(run.id, OWNER, "change", {"name": "learning_rate", "value": 0.125})
    scheduler.control(run.id, OWNER, "step")
    until_steps(scheduler, run, paused.steps + 1)
    assert scheduler.store.changes(run.id) == [
        {"step": paused.steps, "name": "hand", "value": "right"},
        {"step": paused.steps, "name": "learning_rate", "value": 0.125},
    ]
    last = scheduler.store.last_record(run.id)
    assert last is not None
    assert (last["right"], last["learning_rate"]) == (1, 0.125)
    scheduler.control(run.id, OWNER, "stop")
    scheduler.control(run.id, OWNER, "change", {"name": "hand", "value": "left"})
    scheduler.control(run.id, OWNER, "resume")
    until_steps(scheduler, run, paused.steps + 3)
    scheduler.control(run.id, OWNER, "stop")
    right = scheduler.store.records(run.id)["right"]
    assert right == [0] * paused.steps + [1] + [0] * (len(right) - paused.steps - 1)


def test_a_change_that_is_none_is_refused_and_the_run_goes_on(scheduler: Scheduler) -> None:
    (run,) = scheduler.start("moving", [{}], OWNER)
    until_steps(scheduler, run, 1)
    for value, key in (
        (None, "runs.bad_change"),
        ({"name": "hand"}, "runs.bad_change"),
        ({"name": 7, "value": 1}, "runs.bad_change"),
        ({"name": "hand", "value": "left", "more": 1}, "runs.bad_change"),
        ({"name": "size", "value": 8}, "runs.not_while_running"),
        ({"name": "learning_rate", "value": 7}, "knobs.out_of_range"),
    ):
        with pytest.raises(Refused) as caught:
            scheduler.control(run.id, OWNER, "change", value)
        assert caught.value.key == key
    until(lambda: scheduler.run(run.id).state == RUNNING)
    scheduler.control(run.id, OWNER, "stop")


def test_frames_reach_a_page_from_the_worker(scheduler: Scheduler) -> None:
    async def watch() -> None:
        (run,) = scheduler.start("moving", [{}], OWNER)
        seen: list[int] = []
        async for text in scheduler.feed.follow({run.id: 0}):
            message = json.loads(text or "{}")
            if "frame" in message:
                seen.append(message["frame"]["step"])
            if len(seen) >= 3:
                break
        assert seen == sorted(set(seen))
        await asyncio.to_thread(scheduler.control, run.id, OWNER, "stop")

    asyncio.run(asyncio.wait_for(watch(), 30))
