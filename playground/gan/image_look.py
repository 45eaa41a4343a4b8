"""How a game on images is looked at while it is played: the same noise at every step."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from playground.gan.config import GanConfig
from playground.gan.data import Images, images
from playground.gan.model import Generator
from playground.gan.objectives import score_kind, shown
from playground.gan.quality import SAMPLES, Measure, alarms, nearest
from playground.gan.sheets import as_floats, sheet
from playground.gan.training import Step, Training, averaged
from playground.seeds import generator

SHOWN = 80  # images of a picture of the film
LIVE = 20  # of these in a frame
COLUMNS = 10
COMPARED = 10  # of these are compared with all training images
HELD_OUT = 500  # images that D is tried on
REMEMBERED = 400  # measurements that alarms can go back to
# A measurement costs as much as this many channels of images in a step of both networks; what each
# step costs whatever its size, by the same measure.
MEASUREMENT = 18_000
FIXED_WORK = 240
FEWEST = 10  # measurements of a run
MEASURED = (
    "frechet", "kid", "confidence", "entropy", "accuracy", "memorized", "least_class",
)  # fmt: skip
LATELY = ("real_score", "fake_score", "generator_gradient_norm", "discriminator_gradient_norm")
REAL = 60  # held-out images that go along with the weights


class ImageLook:
    """Nothing of it disturbs the training."""

    columns = ("held_out_score", *MEASURED, "least_share", "nearest")
    frame_seconds = 0.5

    def __init__(self, config: GanConfig, texts: Path | None):
        """Raises `Refused` if the images are not on this machine."""
        self.config = config
        self.source: Images = images(config, texts)
        self.channels = self.source.channels
        self._measure = Measure(self.source, samples=SAMPLES)
        self.every = evaluated_every(config)
        self.early = {max(1, self.every // share) for share in (32, 8, 4, 2)}
        self.history: list[dict[str, Any]] = []
        self.info = {
            "train_images": len(self.source.train),
            "held_out_images": len(self.source.held_out),
            "channels": self.channels,
            "classes": list(self.source.names),
            "every": self.every,
            "judge": self.source.judge,
            "floor": self._measure.floor,
        }
        self.metadata = {
            "channels": str(self.channels),
            "class_names": json.dumps(self.source.names if config.classes else []),
            "real": json.dumps(self._real()),
        }

    def measure_model(self, model: Generator) -> dict[str, Any]:
        """The quality of a generator alone, and how near its images are to the training images."""
        measured = self._measure(self._drawn_by(model), classes=self.config.classes)
        _, distances = nearest(self._made(model, COMPARED), self.source.train)
        shares = measured["shares"]  # None where nobody knows the classes
        return {
            **{name: measured[name] for name in MEASURED},
            "least_share": min(shares) if shares else None,
            "nearest": float(distances.median()),
            "shares": shares,
        }

    def measure(self, training: Training, recent: list[Step]) -> dict[str, Any]:
        """The same of the averaged generator of the moment, and D on held-out images."""
        found = self.measure_model(averaged(training, self.config))
        found |= {"held_out_score": self._held_out_score(training)}
        lately = {name: _mean([getattr(each, name) for each in recent]) for name in LATELY}
        known = {"step": training.step, "score_kind": score_kind(self.config.loss)}
        self.history = [*self.history, {**known, **found, **lately}][-REMEMBERED:]
        return found

    def frame(self, training: Training) -> dict[str, Any]:
        """`{"step", "sheet", "scores"}` of the first images of the film."""
        made = self._made(averaged(training, self.config), LIVE)
        return {
            "step": training.step,
            "sheet": sheet(made, COLUMNS),
            "scores": self._scores(training, made),
        }

    def sample(self, training: Training) -> dict[str, Any]:
        """One picture of the film, with what was measured last."""
        made = self._made(averaged(training, self.config), SHOWN)
        which, distances = nearest(made[:COMPARED], self.source.train)
        return {
            "step": training.step,
            "sheet": sheet(made, COLUMNS),
            "scores": self._scores(training, made),
            "score_kind": score_kind(self.config.loss),
            "shares": self.history[-1]["shares"] if self.history else None,
            "nearest": sheet(self.source.train[which.cpu()], COLUMNS),
            "nearest_distance": [round(each, 4) for each in distances.tolist()],
            "alarms": alarms(self.history),
        }

    def attend(self, training: Training) -> None:
        """A single step of images is shown as any other."""

    def summary(self) -> dict[str, Any]:
        """What was measured last, and the lowest distance of all."""
        last = self.history[-1] if self.history else {}
        best = min(self.history, key=lambda each: each["frechet"], default={})
        return {
            **{name: last.get(name) for name in (*self.columns, "shares")},
            "best_frechet": best.get("frechet"),
            "best_frechet_step": best.get("step"),
            "alarms": alarms(self.history),
        }

    def _classes(self, count: int, device: torch.device) -> Int[Tensor, " count"] | None:
        if not self.config.classes:
            return None
        return torch.arange(count, device=device) % self.config.classes

    @torch.no_grad()
    def _made(self, model: Generator, count: int) -> Float[Tensor, "count channels 28 28"]:
        """The first images of the film, by this generator."""
        z = model.noise(SHOWN, generator(self.config.seed, "film"))[:count]
        return model(z, self._classes(count, z.device))

    def _drawn_by(self, model: Generator) -> Callable[[int], Tensor]:
        """Images of all classes in turn, from the same noise at every measurement."""
        chance = generator(self.config.seed, "quality")

        @torch.no_grad()
        def draw(count: int) -> Tensor:
            z = model.noise(count, chance)
            return model(z, self._classes(count, z.device))

        return draw

    @torch.no_grad()
    def _scores(self, training: Training, made: Tensor) -> list[float]:
        scores = training.discriminator(made, self._classes(len(made), made.device))
        return [round(each, 4) for each in shown(self.config.loss, scores).tolist()]

    @torch.no_grad()
    def _held_out_score(self, training: Training) -> float:
        """D's mean on real images that it has never seen."""
        device = next(training.discriminator.parameters()).device
        real = as_floats(self.source.held_out[:HELD_OUT]).to(device)
        classes = self.source.held_out_classes if self.config.classes else None
        told = None if classes is None else classes[:HELD_OUT].to(device)
        return float(shown(self.config.loss, training.discriminator(real, told)).mean())

    def _real(self) -> dict[str, Any]:
        """A sheet of held-out images and their classes, for who looks at the weights elsewhere."""
        classes = self.source.held_out_classes
        told = [] if classes is None else classes[:REAL].tolist()
        return {**sheet(self.source.held_out[:REAL], COLUMNS), "classes": told}


def evaluated_every(config: GanConfig) -> int:
    """Steps between two measurements, so that they take about a tenth of the training's time.

    By counting, never by a clock: a run is measured at the same steps wherever it runs. A short
    run is measured more often than that, or there would be no curve.
    """
    updates = max(config.discriminator_steps, config.generator_steps)
    if config.updates == "alternating":
        updates = config.discriminator_steps + config.generator_steps
    work = config.channels * config.batch_size if config.model == "convolution" else 0
    cost = MEASUREMENT / (updates * (FIXED_WORK + work))
    return max(10, min(round(10 * cost), config.steps // FEWEST))


def _mean(values: list[float]) -> float | None:
    """Of those that are numbers: who did not move has none."""
    known = [each for each in values if each == each]  # noqa: PLR0124 - NaN alone differs from itself
    return sum(known) / len(known) if known else None
