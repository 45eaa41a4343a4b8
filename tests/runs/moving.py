"""A real session whose picture moves, and of which more than the learning rate can be changed."""

from pathlib import Path
from typing import Any

from runs import stand_in
from runs.stand_in import StandIn

from playground.refused import Refused
from playground.runs.session import Slice

HANDS = ("left", "right")


def check_change(config: dict[str, Any], name: str, value: Any) -> Any:
    if name == "hand" and value in HANDS:
        return value
    if name == "learning_rate":
        return stand_in.parse({**config, name: value})[name]
    raise Refused("runs.not_while_running", name=name)


def open_session(config: dict[str, Any], *, device: str, texts: Path) -> "Moving":
    return Moving(config)


class Moving(StandIn):
    sample_seconds = 0.01
    frame_seconds = 0.02

    def __init__(self, config: dict[str, Any]):
        super().__init__(config)
        self.hand = HANDS[0]
        self.attended = -1
        self.asked = 0  # how often it was looked at

    def records(self):
        for record in super().records():
            yield {**record, "right": int(self.hand == "right")}

    def frame(self) -> dict[str, Any]:
        if self.config["fault"] == "frame":
            raise RuntimeError("this picture cannot be drawn")
        self.asked += 1
        alone = self.attended == self.step - 1
        return {"step": self.step, "weights": self.weights.tolist(), "alone": alone}

    def attend(self) -> None:
        self.attended = self.step

    def change(self, name: str, value: Any) -> None:
        if name == "hand":
            self.hand = value
        else:
            super().change(name, value)

    def state(self):
        tensors, metadata = super().state()
        return tensors, {**metadata, "hand": self.hand}

    def restore(self, tensors, metadata) -> None:
        super().restore(tensors, metadata)
        self.hand = metadata["hand"]


MOVING = Slice(
    name="moving",
    entry="runs.moving:open_session",
    parse=stand_in.parse,
    memory_bytes=lambda _: 1000,
    check_change=check_change,
)
