import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from runs.waiting import until

from playground.refused import Refused
from playground.runs.inference import Inference

COUNT = "runs.stand_in:count"


@pytest.fixture(scope="module")
def inference() -> Iterator[Inference]:
    opened = Inference([COUNT])
    yield opened
    opened.close()


def refusal(stream: Iterator[dict]) -> str:
    with pytest.raises(Refused) as caught:
        list(stream)
    return caught.value.key


def test_items_come_in_order_one_by_one(inference: Inference) -> None:
    items = list(inference.stream(COUNT, {"to": 50}))
    assert [item["number"] for item in items] == list(range(50))
    assert items[0]["threads"] == 1
    assert inference.call(COUNT, {"to": 7})["number"] == 6
    started = time.perf_counter()
    first = next(inference.stream(COUNT, {"to": 10_000, "seconds": 0.01}))
    assert first["number"] == 0
    assert time.perf_counter() - started < 0.5


def test_closing_the_stream_ends_the_work(inference: Inference, tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    stream = inference.stream(COUNT, {"to": 10**6, "seconds": 0.001, "ended": str(ended)})
    next(stream)
    stream.close()
    until(ended.exists, 2)
    assert inference.call(COUNT, {"to": 3})["number"] == 2


def test_a_long_answer_does_not_hold_up_a_short_one(inference: Inference) -> None:
    long = inference.stream(COUNT, {"to": 10**6, "seconds": 0.002})
    next(long)
    started = time.perf_counter()
    assert inference.call(COUNT, {"to": 10, "seconds": 0.002})["number"] == 9
    assert time.perf_counter() - started < 1
    long.close()


def test_a_fault_reaches_who_asked_and_nobody_else(inference: Inference) -> None:
    other = inference.stream(COUNT, {"to": 40, "seconds": 0.002})
    next(other)
    assert refusal(inference.stream(COUNT, {"to": 5, "raise_at": 2})) == "knobs.not_json"
    assert refusal(inference.stream(COUNT, {})) == "runs.broke_down"
    assert len(list(other)) == 39


def test_only_registered_entries_are_called(inference: Inference) -> None:
    for entry in ("os:system", "runs.stand_in:open_session", ""):
        with pytest.raises(ValueError, match="no registered entry"):
            inference.stream(entry, {})


def test_a_process_that_dies_is_said_and_replaced(inference: Inference) -> None:
    assert refusal(inference.stream(COUNT, {"to": 5, "exit_at": 2})) == "runs.inference_lost"
    assert inference.call(COUNT, {"to": 3})["number"] == 2


def test_many_people_are_answered_at_once_but_not_without_end(inference: Inference) -> None:
    streams = [inference.stream(COUNT, {"to": 10**6, "seconds": 0.001}) for _ in range(32)]
    for stream in streams:
        next(stream)
    assert refusal(inference.stream(COUNT, {"to": 1})) == "runs.too_many_questions"
    for stream in streams:
        stream.close()
    assert inference.call(COUNT, {"to": 3})["number"] == 2


def test_threads_may_ask_at_once(inference: Inference) -> None:
    answers: list[int] = []

    def ask(to: int) -> None:
        answers.append(inference.call(COUNT, {"to": to})["number"] + 1)

    threads = [threading.Thread(target=ask, args=(to,)) for to in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(1, 13))


def test_closing_ends_the_process_and_further_questions() -> None:
    inference = Inference([COUNT])
    inference.call(COUNT, {"to": 1})
    process = psutil.Process(inference._worker.pid)
    inference.close()
    until(lambda: not process.is_running(), 2)
    assert refusal(inference.stream(COUNT, {"to": 1})) == "runs.closing"
