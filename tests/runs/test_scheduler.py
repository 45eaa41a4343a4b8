import time
from collections.abc import Callable
from typing import Any

import pytest
from runs import stand_in
from runs.waiting import OTHER, OWNER, until, until_state, until_steps

from playground.refused import Refused
from playground.runs.record import FAILED, FINISHED, PAUSED, QUEUED, RUNNING, STOPPED, Run
from playground.runs.scheduler import LIVE_PER_OWNER, Scheduler


@pytest.fixture
def run(warm: Scheduler):
    """A run that is training; it is stopped in the end."""
    (started,) = warm.start("stand-in", [{}], OWNER)
    until_steps(warm, started, 1)
    yield started
    warm.delete(started.id, OWNER)


def refusal(action: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        action()
    return caught.value.key


def losses(scheduler: Scheduler, run: Run) -> list[float]:
    return scheduler.store.records(run.id)["loss"]


def test_a_run_trains_to_its_end_and_keeps_what_it_found(warm: Scheduler) -> None:
    config = {"steps": 40, "seed": 3}
    (started,) = warm.start("stand-in", [config], OWNER, ["my run"], {"prefix": "the "})
    finished = until_state(warm, started, FINISHED)
    assert finished.name == "my run"
    assert finished.steps == 40
    assert not finished.error
    assert finished.summary == {"steps": 40}
    assert finished.info["parameters"] == 4
    assert finished.progress["done"] == 1
    assert finished.snapshot == 40
    assert finished.created <= finished.started <= finished.ended
    assert losses(warm, finished) == stand_in.uninterrupted(config, 40, {})
    assert warm.store.samples(finished.id)[-1] == {"step": 40, "text": "the …", "value": None}
    assert refusal(lambda: warm.control(finished.id, OWNER, "resume")) == "runs.finished"
    assert refusal(lambda: warm.control(finished.id, OWNER, "pause")) == "runs.ended"


def test_orders_take_effect_between_two_steps_within_a_fifth_of_a_second(
    warm: Scheduler, run: Run
) -> None:
    def timed(action: str, value: Any = None) -> Run:
        started = time.perf_counter()
        after = warm.control(run.id, OWNER, action, value)
        assert time.perf_counter() - started < 0.2
        return after

    paused = timed("pause")
    assert paused.state == PAUSED
    time.sleep(0.1)
    assert warm.run(run.id).steps == paused.steps
    timed("step")
    until_steps(warm, run, paused.steps + 1)
    assert warm.run(run.id).state == PAUSED
    timed("learning_rate", 0.125)
    assert timed("resume").state == RUNNING
    until_steps(warm, run, paused.steps + 5)
    rates = warm.store.records(run.id)["learning_rate"]
    assert rates[: paused.steps + 1] == [0.05] * (paused.steps + 1)
    assert set(rates[paused.steps + 1 :]) == {0.125}
    assert warm.store.changes(run.id) == [
        {"step": paused.steps + 1, "name": "learning_rate", "value": 0.125}
    ]
    stopped = timed("stop")
    assert stopped.state == STOPPED
    assert stopped.snapshot == stopped.steps


def test_a_stopped_run_resumes_exactly_where_it_was(warm: Scheduler, run: Run) -> None:
    stopped = warm.control(run.id, OWNER, "stop")
    warm.control(run.id, OWNER, "resume")
    until_steps(warm, run, stopped.steps + 20)
    made = losses(warm, run)
    assert made == stand_in.uninterrupted({}, len(made), {})
    assert warm.store.records(run.id)["step"] == list(range(1, len(made) + 1))


def test_a_prompt_is_answered_at_once_and_a_bad_look_stops_nothing(
    warm: Scheduler, run: Run
) -> None:
    warm.control(run.id, OWNER, "prompt", {"prefix": "once ", "temperature": 0.5})
    until(lambda: any(s.get("text") == "once …" for s in warm.store.samples(run.id)))
    warm.control(run.id, OWNER, "prompt", {"prefix": "break"})
    until(lambda: "error" in warm.store.samples(run.id)[-1])
    steps = warm.run(run.id).steps
    until_steps(warm, run, steps + 5)
    assert warm.run(run.id).prompt == {"prefix": "break"}
    assert [p["prompt"]["prefix"] for p in warm.store.prompts(run.id)] == ["once ", "break"]


def test_looking_and_saving_do_not_change_what_is_learned(warm: Scheduler, run: Run) -> None:
    for number in range(5):
        warm.control(run.id, OWNER, "prompt", {"prefix": str(number)})
        assert warm.fresh_snapshot(run.id).is_file()
    made = losses(warm, run)
    assert made == stand_in.uninterrupted({}, len(made), {})


def test_only_the_owner_controls(warm: Scheduler, run: Run) -> None:
    for action in (
        lambda: warm.control(run.id, OTHER, "stop"),
        lambda: warm.rename(run.id, OTHER, "mine"),
        lambda: warm.pin(run.id, OTHER, True),
        lambda: warm.delete(run.id, OTHER),
        lambda: warm.restore(run.id, OTHER),
    ):
        assert refusal(action) == "runs.not_yours"
    assert refusal(lambda: warm.control(run.id, "", "stop")) == "runs.bad_token"
    assert refusal(lambda: warm.control("0" * 32, OWNER, "stop")) == "runs.no_such_run"
    assert warm.run(run.id).state == RUNNING


@pytest.mark.parametrize(
    ("action", "value", "key"),
    [
        ("explode", None, "runs.no_such_action"),
        (None, None, "runs.no_such_action"),
        ("learning_rate", 7.0, "knobs.out_of_range"),
        ("learning_rate", 0.75, "knobs.out_of_range"),  # only the session itself refuses this
        ("prompt", "text", "runs.bad_prompt"),
        ("prompt", {"prefix": ["list"]}, "runs.bad_prompt"),
        ("prompt", {"prefix": "x" * 5000}, "runs.bad_prompt"),
        ("prompt", {"temperature": float("nan")}, "runs.bad_prompt"),
    ],
)
def test_what_cannot_be_done_is_refused_and_the_run_goes_on(
    warm: Scheduler, run: Run, action: Any, value: Any, key: str
) -> None:
    assert refusal(lambda: warm.control(run.id, OWNER, action, value)) == key
    assert warm.run(run.id).state == RUNNING


def test_a_run_is_renamed_pinned_deleted_and_restored(warm: Scheduler, run: Run) -> None:
    assert warm.rename(run.id, OWNER, "  a\n name\x00 ").name == "a name"
    assert refusal(lambda: warm.rename(run.id, OWNER, " \n")) == "runs.bad_name"
    assert warm.pin(run.id, OWNER, True).pinned
    warm.pin(run.id, OWNER, False)
    deleted = warm.delete(run.id, OWNER)
    assert deleted.deleted
    assert deleted.state == STOPPED
    assert run.id not in [one.id for one in warm.runs(OWNER)]
    assert warm.restore(run.id, OWNER).deleted is None
    assert run.id in [one.id for one in warm.runs(OWNER)]


def test_bad_starts_are_refused(warm: Scheduler) -> None:
    assert refusal(lambda: warm.start("stand-in", [{"colour": 1}], OWNER)) == "knobs.unknown"
    assert refusal(lambda: warm.start("stand-in", [], OWNER)) == "runs.no_configs"
    assert refusal(lambda: warm.start("gardening", [{}], OWNER)) == "runs.no_such_slice"
    assert refusal(lambda: warm.start("stand-in", [{}], "me")) == "runs.bad_token"
    many = [{}] * (LIVE_PER_OWNER + 1)
    assert refusal(lambda: warm.start("stand-in", many, OWNER)) == "runs.too_many"


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ("raise", "runs.broke_down"),
        ("progress", "runs.broke_down"),
        ("refuse", "knobs.too_long"),
        ("refuse to open", "knobs.not_json"),
    ],
)
def test_a_lane_that_fails_leaves_the_others_of_its_race_alone(
    warm: Scheduler, fault: str, key: str
) -> None:
    configs = [{"fault": fault, "fault_step": 10, "steps": 25}, {"steps": 25}]
    bad, good = warm.start("stand-in", configs, OWNER)
    assert until_state(warm, bad, FAILED).error["key"] == key
    assert until_state(warm, good, FINISHED).steps == 25
    assert losses(warm, good) == stand_in.uninterrupted({}, 25, {})


def test_numbers_that_are_not_finite_become_none(warm: Scheduler) -> None:
    (run,) = warm.start("stand-in", [{"fault": "infinite", "fault_step": 5, "steps": 8}], OWNER)
    until_state(warm, run, FINISHED)
    assert losses(warm, run)[3] is not None
    assert losses(warm, run)[5:] == [None] * 3


def test_lanes_of_a_race_get_equal_seconds(warm: Scheduler) -> None:
    slow, fast = warm.start("stand-in", [{"step_seconds": 0.006}, {"step_seconds": 0.002}], OWNER)
    assert slow.group == fast.group
    until_steps(warm, slow, 60)
    for run in (slow, fast):
        warm.control(run.id, OWNER, "stop")
    seconds = [warm.store.records(run.id)["seconds"][-1] for run in (slow, fast)]
    assert abs(seconds[0] - seconds[1]) < 0.05
    assert warm.run(fast.id).steps > 1.5 * warm.run(slow.id).steps


def test_a_finished_run_can_be_adopted_from_its_weights(warm: Scheduler, run: Run) -> None:
    content = warm.fresh_snapshot(run.id).read_bytes()
    adopted = warm.adopt("stand-in", {"seed": 5}, OTHER, "brought along", content)
    assert adopted.state == FINISHED
    assert adopted.steps == 0
    assert adopted.snapshot == 0
    assert warm.fresh_snapshot(adopted.id).read_bytes() == content
    assert refusal(lambda: warm.control(adopted.id, OWNER, "resume")) == "runs.not_yours"


# The line


def test_groups_wait_in_a_fair_line_and_see_their_places(warm: Scheduler) -> None:
    first, second, third = (warm.start("stand-in", [{}], OWNER)[0] for _ in range(3))
    (guest,) = warm.start("stand-in", [{}], OTHER)
    try:
        assert warm.run(first.id).state == RUNNING
        waiting = [guest, second, third]  # the guest has no slot yet
        assert [warm.run(run.id).place for run in waiting] == [1, 2, 3]
        assert warm.load() == {"running": 1, "queued": 3, "paused": 0, "slots": 1}
        assert refusal(lambda: warm.control(second.id, OWNER, "step")) == "runs.waiting"
        assert warm.control(second.id, OWNER, "pause").state == PAUSED
        assert warm.run(third.id).place == 2
        assert warm.run(second.id).place is None
        warm.control(first.id, OWNER, "stop")
        assert until_state(warm, guest, RUNNING).place is None
        assert warm.control(second.id, OWNER, "resume").state == QUEUED
        assert warm.run(second.id).place == 2
        assert warm.control(third.id, OWNER, "stop").state == STOPPED
        warm.control(second.id, OWNER, "learning_rate", 0.25)  # before its first step
        warm.control(guest.id, OTHER, "stop")
        until_steps(warm, second, 2)
        assert warm.store.records(second.id)["learning_rate"][0] == 0.25
    finally:
        for run, owner in ((first, OWNER), (second, OWNER), (third, OWNER), (guest, OTHER)):
            warm.control(run.id, owner, "stop")


def test_a_paused_group_gives_its_slot_away_when_others_wait_long(
    warm: Scheduler, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.runs.housekeeping.PARK_SECONDS", 0.1)
    paused = warm.control(run.id, OWNER, "pause")
    (waiting,) = warm.start("stand-in", [{"steps": 10}], OTHER)
    assert warm.run(waiting.id).state == QUEUED
    until_state(warm, waiting, FINISHED)
    assert warm.run(run.id).state == PAUSED
    warm.control(run.id, OWNER, "step")
    until(lambda: warm.run(run.id).steps == paused.steps + 1)
    until_state(warm, run, PAUSED)
    warm.control(run.id, OWNER, "resume")
    until_steps(warm, run, paused.steps + 10)
    made = losses(warm, run)
    assert made == stand_in.uninterrupted({}, len(made), {})


def test_a_lane_resumes_beside_the_rest_of_its_race(warm: Scheduler) -> None:
    runs = warm.start("stand-in", [{}, {"seed": 1}], OWNER)
    until_steps(warm, runs[0], 5)
    warm.control(runs[0].id, OWNER, "stop")
    assert warm.control(runs[0].id, OWNER, "resume").state == RUNNING  # no other slot is free
    pids = {warm.run(run.id).info["pid"] for run in runs}
    for run in runs:
        warm.control(run.id, OWNER, "stop")
    assert len(pids) == 1


def test_a_run_that_needs_too_much_memory_fails_with_both_figures(
    open_scheduler: Callable[..., Scheduler],
) -> None:
    scheduler = open_scheduler(free_bytes=lambda: 10**8)
    (run,) = scheduler.start("stand-in", [{}], OWNER)
    failed = scheduler.run(run.id)
    assert failed.state == FAILED
    assert failed.error["key"] == "runs.not_enough_memory"
    assert failed.error["params"] == {"needed": "0.8", "available": "0.1"}


def test_a_run_waits_for_memory_while_another_has_it(
    open_scheduler: Callable[..., Scheduler],
) -> None:
    free = [10**10]
    scheduler = open_scheduler(slots=2, free_bytes=lambda: free[0])
    (first,) = scheduler.start("stand-in", [{}], OWNER)
    free[0] = 10**8
    (second,) = scheduler.start("stand-in", [{}], OWNER)
    until_steps(scheduler, first, 2)
    assert scheduler.run(second.id).state == QUEUED
    free[0] = 10**10
    until_state(scheduler, second, RUNNING)
