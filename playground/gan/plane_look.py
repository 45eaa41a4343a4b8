"""How a game on the plane is looked at while it is played: its pictures, and what is measured."""

import copy
from typing import Any

from playground.gan import planar
from playground.gan.config import GanConfig
from playground.gan.points import points
from playground.gan.training import Step, Training

MEASURED = 200  # times in a run at least
LATEST = 100  # steps between two measurements at most
EARLY = (1, 5, 20)


class PlaneLook:
    """Nothing of it disturbs the training."""

    columns = ("kl", "js", "modes", "mode_count")
    channels = 1  # the networks of the plane have none; the number is not used
    frame_seconds = 0.0  # as often as may be
    early = EARLY

    def __init__(self, config: GanConfig):
        self.config = config
        self.source = points(config)
        self.every = max(1, min(LATEST, config.steps // MEASURED))
        self.history: list[dict[str, Any]] = []
        self.info = {"channels": 1, "classes": [], "every": self.every}
        self.metadata = {"channels": "1", "class_names": "[]"}
        self._before: Training | None = None

    def measure(self, training: Training, recent: list[Step]) -> dict[str, Any]:  # noqa: ARG002
        """The divergences from the real distribution, and how many of its clouds were found."""
        figures = planar.figures(training, self.source, self.config)
        self.history = [{"step": training.step, **figures}]
        return figures

    def frame(self, training: Training) -> dict[str, Any]:
        before, self._before = self._before, None
        if before is not None and before.step + 1 != training.step:
            before = None
        return planar.frame(training, self.source, self.config, before)

    def sample(self, training: Training) -> dict[str, Any]:
        return planar.frame(training, self.source, self.config)

    def attend(self, training: Training) -> None:
        self._before = copy.deepcopy(training)

    def summary(self) -> dict[str, Any]:
        last = self.history[-1] if self.history else {}
        return {name: last.get(name) for name in self.columns}
