"""A lane without its process: what it tells, and when it spends time on looks and files."""

import time
from pathlib import Path

import pytest
import torch
from runs import stand_in
from runs.stand_in import StandIn
from runs.waiting import until

from playground.runs import lane as lane_module
from playground.runs.lane import Lane


class SlowToSave(StandIn):
    def state(self):
        time.sleep(0.03)
        return super().state()


def open_slow(config, *, device, texts):
    return SlowToSave(config)


@pytest.fixture
def open_lane(tmp_path: Path):
    torch.set_num_threads(1)

    def open_one(entry: str = "runs.stand_in:open_session", **config):
        told: list[dict] = []
        order = {
            "run": "1" * 32, "entry": entry, "snapshot": None, "position": 0,
            "config": stand_in.parse({"step_seconds": 0, **config}),
            "replay": [], "prompt": {}, "paused": False,
        }  # fmt: skip
        lane = Lane(order, device="cpu", texts=tmp_path, folder=tmp_path, tell=told.append)
        return lane, told

    return open_one


def kinds(told: list[dict]) -> list[str]:
    return [message["tell"] for message in told]


def test_snapshots_that_others_ask_for_take_little_of_the_training(open_lane) -> None:
    lane, told = open_lane(f"{__name__}:open_slow")
    for _ in range(5):
        assert lane.advance()
        lane.save_if_affordable()
    assert kinds(told).count("snapshot") == 1
    until(lambda: (lane.save_if_affordable(), kinds(told).count("snapshot") == 2)[1])
    assert [message["position"] for message in told if message["tell"] == "snapshot"] == [1, 5]
    assert lane.advance()
    lane.save()  # to pause or stop, it is saved whatever it costs
    assert kinds(told).count("snapshot") == 3


def test_a_sample_beyond_all_measure_is_told_as_a_fault(
    open_lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "LARGEST_SAMPLE", 1000)
    lane, told = open_lane()
    lane.prompt = {"prefix": "x" * 2000}
    lane.sample()
    assert told[-1]["body"] == {"step": 0, "error": {"key": "runs.large_sample", "params": {}}}
    lane.prompt = {"prefix": "x"}
    lane.sample()
    assert told[-1]["body"]["text"] == "x…"
