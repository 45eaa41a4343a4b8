"""A game as a worker holds it: pulled step by step, looked at, saved, gone on with."""

import json
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from playground.gan.config import GanConfig
from playground.gan.image_look import ImageLook
from playground.gan.objectives import score_kind
from playground.gan.plane_look import PlaneLook
from playground.gan.runs import check_change
from playground.gan.training import Diverged, Step, averaged, start, train
from playground.knobs import as_dict, parse
from playground.refused import Refused
from playground.seeds import generator

RECENT = 50  # steps behind the losses of the summary
DRAWN = ("batches", "noise")  # the generators of a run
# The film is dense at first, when most happens, and has about a hundred pictures in the end.
FIRST_SAMPLES_SECONDS = 0.5
SAMPLES_EVERY = 15  # the pause is one part in so many of the training so far
STEERED = (
    "generator_learning_rate", "discriminator_learning_rate", "generator_steps",
    "discriminator_steps", "turn",
)  # fmt: skip


def open_session(config: dict[str, Any], *, device: str, texts: Path) -> "GanSession":
    """The entry that workers are told. Raises `Refused` for bad settings or missing images."""
    return GanSession(parse(GanConfig, config), device=device, texts=texts)


class GanSession:
    """Implements `playground.runs.session.Session`, and `Moving`."""

    def __init__(self, config: GanConfig, *, device: str = "cpu", texts: Path | None = None):
        self.config = config
        self.look: ImageLook | PlaneLook
        self.look = PlaneLook(config) if config.is_plane else ImageLook(config, texts)
        chances = {purpose: generator(config.seed, purpose) for purpose in ("weights", *DRAWN)}
        self.training = start(config, self.look.channels, **chances, device=device)
        self.seconds = 0.0
        self._recent: deque[Step] = deque(maxlen=RECENT)
        self.info = {
            "generator_parameters": _size(self.training.generator),
            "discriminator_parameters": _size(self.training.discriminator),
            "score_kind": score_kind(config.loss),
            "steps": config.steps,
            "device": device,
            "threads": torch.get_num_threads(),
            **self.look.info,
        }

    @property
    def step(self) -> int:
        return self.training.step

    @property
    def frame_seconds(self) -> float:
        return self.look.frame_seconds

    @property
    def sample_seconds(self) -> float:
        return max(FIRST_SAMPLES_SECONDS, self.seconds / SAMPLES_EVERY)

    def records(self) -> Iterator[dict[str, Any]]:
        """One record per step, until steps or seconds are spent. Raises `Refused`."""
        steps = train(self.training, self.look.source, self.config)
        while not self._spent():
            begun = perf_counter()
            try:
                step = next(steps)
            except Diverged as fault:
                raise explained(fault) from fault
            self.seconds += perf_counter() - begun
            self._recent.append(step)
            yield self._record(step)

    def _spent(self) -> bool:
        budget = self.config.seconds
        return self.step >= self.config.steps or (budget > 0 and self.seconds >= budget)

    def _record(self, step: Step) -> dict[str, Any]:
        """What the page draws; on scheduled steps and the last one with what was measured."""
        told = {name: _plain(value) for name, value in asdict(step).items()}
        due = step.step in self.look.early or step.step % self.look.every == 0
        measured = (
            self.look.measure(self.training, list(self._recent)) if due or self._spent() else {}
        )
        return (
            told
            | {"seconds": self.seconds}
            | {name: measured.get(name) for name in self.look.columns}
        )

    def sample(self, prompt: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - nothing is asked
        """One picture of the film: the same noise at every step."""
        return self.look.sample(self.training)

    def frame(self) -> dict[str, Any]:
        """The picture of this moment; after a step that was attended to, with how it went.

        `steered` is what is in force for the next step.
        """
        steered = {name: getattr(self.training, name) for name in STEERED}
        return {**self.look.frame(self.training), "steered": steered}

    def attend(self) -> None:
        """Looks at what the next step will be given."""
        self.look.attend(self.training)

    def change(self, name: str, value: Any) -> None:
        """Sets a rate, the steps of a player or whose turn it is, from the next step on.

        Raises `Refused` for all else.
        """
        setattr(self.training, name, check_change(as_dict(self.config), name, value))

    def state(self) -> tuple[dict[str, Tensor], dict[str, str]]:
        """Everything that the rest of the run depends on, for a safetensors file.

        `model.generator` is the one that is shown, whole: its weights are the averaged ones, its
        batch normalisation is that of `averaged`.
        """
        run = self.training
        networks = {
            "model.generator": averaged(run, self.config).state_dict(),
            "model.discriminator": run.discriminator.state_dict(),
            "training.generator": run.generator.state_dict(),
            "optimizer.generator": run.generator_optimizer.state(),
            "optimizer.discriminator": run.discriminator_optimizer.state(),
            "random": {name: run.generators[name].get_state() for name in DRAWN},
        }
        tensors = {
            f"{part}.{name}": tensor
            for part, held in networks.items()
            for name, tensor in held.items()
        }
        figures = {
            **{name: getattr(run, name) for name in STEERED},
            "images": run.images,
            "seconds": self.seconds,
            "recent": [asdict(step) for step in self._recent],
            "history": self.look.history,
        }
        return tensors, {
            "slice": "gan",
            "config": json.dumps(as_dict(self.config)),
            "step": str(self.step),
            "figures": json.dumps(figures),
            **self.look.metadata,
        }

    def restore(self, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
        """Takes back a `state`. Raises `Refused` if it is of other settings or other images."""
        try:
            if any(metadata[name] != told for name, told in self.look.metadata.items()):
                raise Refused("gan.another_run")
            self._take_back(tensors, json.loads(metadata["figures"]))
            self.training.step = int(metadata["step"])
        except (KeyError, TypeError, ValueError, RuntimeError):
            raise Refused("gan.another_run") from None

    def _take_back(self, tensors: dict[str, Tensor], figures: dict[str, Any]) -> None:
        def under(prefix: str) -> dict[str, Tensor]:
            return {
                name.removeprefix(prefix): tensor
                for name, tensor in tensors.items()
                if name.startswith(prefix)
            }

        run = self.training
        run.averaged.load_state_dict(under("model.generator."))
        run.discriminator.load_state_dict(under("model.discriminator."))
        run.generator.load_state_dict(under("training.generator."))
        run.generator_optimizer.restore(under("optimizer.generator."))
        run.discriminator_optimizer.restore(under("optimizer.discriminator."))
        for name in DRAWN:
            run.generators[name].set_state(tensors[f"random.{name}"])
        for name in STEERED:
            setattr(run, name, figures[name])
        run.images, self.seconds = figures["images"], figures["seconds"]
        self._recent = deque((Step(**each) for each in figures["recent"]), maxlen=RECENT)
        self.look.history = list(figures["history"])

    def progress(self) -> dict[str, Any]:
        """Share done, and training seconds left by whichever of steps and seconds ends first."""
        budget, step, steps = self.config.seconds, self.step, self.config.steps
        done = step / steps
        left = self.seconds * (steps - step) / step if step else None
        if budget:
            done = max(done, self.seconds / budget)
            by_clock = max(0.0, budget - self.seconds)
            left = by_clock if left is None else min(left, by_clock)
        return {"done": min(done, 1.0), "seconds_left": left}

    def summary(self) -> dict[str, Any]:
        """Final figures: losses and scores over the last steps, what was measured last."""
        run, recent = self.training, list(self._recent)
        means = ("generator_loss", "discriminator_loss", "real_score", "fake_score")
        return {
            "step": self.step,
            "epoch": recent[-1].epoch if recent else 0.0,
            "seconds": self.seconds,
            "images": run.images,
            "images_per_second": run.images / self.seconds if self.seconds else None,
            **{name: _mean([getattr(each, name) for each in recent]) for name in means},
            **{name: getattr(run, name) for name in STEERED},
            **self.look.summary(),
        }


def _size(network: nn.Module) -> int:
    return sum(each.numel() for each in network.parameters())


def _plain(value: float) -> float | None:
    """JSON has no NaN: the gradient of who did not move is none."""
    return value if math.isfinite(value) else None


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def explained(fault: Diverged) -> Refused:
    """The sentence for a game that blew up: the faster of the two learns too fast."""
    rate = max(fault.learning_rates)
    generator_loss, discriminator_loss = fault.losses
    return Refused(
        "gan.diverged",
        step=fault.step,
        learning_rate=rate,
        lower_rate=float(f"{rate / 10:.1g}"),
        # As text: JSON has no infinity.
        generator_loss=f"{generator_loss:.3g}",
        discriminator_loss=f"{discriminator_loss:.3g}",
    )
