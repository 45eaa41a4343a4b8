"""A small real session: a linear model that learns a fixed map, with all the state a run has.

Runs in workers, which find it on their search path (see `conftest.py`).
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from playground.refused import Refused

DEFAULTS = {
    "steps": 1_000_000,
    "seed": 0,
    "learning_rate": 0.05,
    "step_seconds": 0.002,
    "size": 4,
    "fault": "",  # what happens at step `fault_step`: raise, refuse, exit, infinite, progress
    "fault_step": 0,
    "largest_file": 0,  # bytes that a file may have, 0: any
}


def parse(given: Any) -> dict[str, Any]:
    config = {**DEFAULTS, **given}
    if set(config) != set(DEFAULTS):
        raise Refused("knobs.unknown", name="?", names=", ".join(DEFAULTS))
    if not 0 < config["learning_rate"] <= 1:
        raise Refused("knobs.out_of_range", name="learning_rate", value=0, low="0", high="1")
    return config


def open_session(config: dict[str, Any], *, device: str, texts: Path) -> "StandIn":
    if config["fault"] == "refuse to open":
        raise Refused("knobs.not_json")
    if config["largest_file"]:
        import resource

        limit = config["largest_file"]
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    return StandIn(config)


class StandIn:
    def __init__(self, config: dict[str, Any]):
        self.config = config
        self.seconds = 0.0
        self.step = 0
        self.generator = torch.Generator()
        self.generator.manual_seed(config["seed"])
        size = config["size"]
        self.target = torch.arange(1.0, size + 1)
        self.weights = torch.randn(size, generator=self.generator)
        self.momentum = torch.zeros(size)
        self.rate = torch.tensor(config["learning_rate"], dtype=torch.float64)
        self.info = {"parameters": size, "pid": os.getpid()}
        print("a library that prints on stdout")

    def records(self) -> Iterator[dict[str, Any]]:
        while self.step < self.config["steps"]:
            started = time.perf_counter()
            self._misbehave()
            inputs = torch.randn(8, len(self.target), generator=self.generator)
            error = inputs @ (self.weights - self.target)
            self.momentum = 0.9 * self.momentum + inputs.T @ error / len(error)
            self.weights = self.weights - self.rate.item() * self.momentum
            self.step += 1
            time.sleep(self.config["step_seconds"])
            self.seconds += time.perf_counter() - started
            yield {
                "step": self.step,
                "loss": float(error.square().mean()),
                "learning_rate": self.rate.item(),
                "seconds": self.seconds,
                "validation_loss": 1 / self.step if self.step % 10 == 0 else None,
            }

    def _misbehave(self) -> None:
        if self.config["fault"] and self.step + 1 == self.config["fault_step"]:
            match self.config["fault"]:
                case "raise":
                    raise KeyError("a fault that nobody foresaw")
                case "refuse":
                    raise Refused("knobs.too_long", name="x", length=2, limit=1)
                case "exit":
                    os._exit(3)
                case "infinite":
                    self.weights = self.weights * float("inf")

    def sample(self, prompt: dict[str, Any]) -> dict[str, Any]:
        if prompt.get("prefix") == "break":
            raise RuntimeError("this picture cannot be drawn")
        return {"step": self.step, "text": prompt.get("prefix", "") + "…", "value": float("inf")}

    def change(self, name: str, value: float) -> None:
        if name != "learning_rate" or value > 0.5:
            raise Refused("knobs.out_of_range", name=name, value=value, low="0", high="0.5")
        self.rate = torch.tensor(value, dtype=torch.float64)

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
        tensors = {
            "model.weights": self.weights,
            "momentum": self.momentum,
            "rate": self.rate,
            "generator": self.generator.get_state(),
            "seconds": torch.tensor(self.seconds, dtype=torch.float64),
        }
        config = json.dumps(self.config)
        return tensors, {"slice": "stand-in", "config": config, "step": str(self.step)}

    def restore(self, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
        self.weights, self.momentum = tensors["model.weights"], tensors["momentum"]
        self.rate = tensors["rate"]
        self.generator.set_state(tensors["generator"])
        self.seconds = tensors["seconds"].item()
        self.step = int(metadata["step"])

    def progress(self) -> dict[str, Any]:
        if self.config["fault"] == "progress" and self.step >= self.config["fault_step"]:
            raise RuntimeError("nobody knows how far it is")
        return {"done": self.step / self.config["steps"], "seconds_left": None}

    def summary(self) -> dict[str, Any]:
        return {"steps": self.step}


def uninterrupted(config: dict[str, Any], steps: int, rates: dict[int, float]) -> list[float]:
    """The losses of a session that nobody stops; `rates[s]` is set after `s` steps."""
    session = StandIn({**parse(config), "step_seconds": 0})
    records, losses = session.records(), []
    while len(losses) < steps:
        if session.step in rates:
            session.change("learning_rate", rates[session.step])
        losses.append(next(records)["loss"])
    return losses


def count(arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An instrument: counts to `to`, and notes in `ended` that it was closed."""
    try:
        for number in range(arguments["to"]):
            if number == arguments.get("exit_at"):
                os._exit(3)
            if number == arguments.get("raise_at"):
                raise Refused("knobs.not_json")
            time.sleep(arguments.get("seconds", 0))
            yield {"number": number, "threads": torch.get_num_threads()}
    finally:
        if "ended" in arguments:
            Path(arguments["ended"]).write_text("closed")
