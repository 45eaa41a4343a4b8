"""A training run as a worker holds it: pulled record by record, looked at, saved, gone on with."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from math import ceil, exp
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from playground.attention.alignment import aligned
from playground.attention.config import AttentionConfig, parameter_count
from playground.attention.lengths import quality_by_length
from playground.attention.pairs import Data, prepare
from playground.attention.reader import kept
from playground.attention.scoring import first, quality, translated
from playground.attention.training import (
    Diverged,
    Step,
    batch_cuts,
    evaluate,
    rate_curve,
    start,
    train,
)
from playground.knobs import as_dict, parse, settings
from playground.refused import Refused
from playground.seeds import generator

LONGEST_SAMPLE = 48  # tokens of a sentence looked at while a model trains
LONGEST_TEXT = 500  # characters of it
RECENT = 50  # steps behind the training loss of the summary
SCORED = 100  # validation sentences that are translated for the quality curve
VALIDATION_COST = 0.4  # of a training token: forward only
TRANSLATION_COST = 2.0  # of a training token: one token at a time
VALIDATION_SHARE_OF_TIME = 0.1
MOST_EVALUATIONS = 80  # of a run whose length is known beforehand


def open_session(config: dict[str, Any], *, device: str, texts: Path) -> "AttentionSession":  # noqa: ARG001
    """The entry that workers are told. Raises `Refused` for bad settings or missing pairs."""
    return AttentionSession(parse(AttentionConfig, config), device=device)


class AttentionSession:
    """Implements `playground.runs.session.Session`."""

    def __init__(self, config: AttentionConfig, *, device: str = "cpu"):
        self.config = config
        self.data: Data = prepare(config)
        purposes = ("weights", "batches", "dropout")
        self.training = start(
            config,
            self.data,
            **{purpose: generator(config.seed, purpose) for purpose in purposes},
            device=device,
        )
        self.seconds = 0.0
        self._clipped = 0
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._validation: dict[str, float | int] = {}
        self._scored = first(self.data.validation, SCORED)
        self._by_length: list[dict[str, Any]] | None = None
        per_epoch = len(batch_cuts(self.data.train, config.batch_tokens))
        self.steps = per_epoch * config.epochs
        self._validate_every = validation_every(self.data, config, self.steps)
        self.info = {
            "parameters": parameter_count(config, self.data.source.size, self.data.target.size),
            "source_vocabulary": self.data.source.size,
            "target_vocabulary": self.data.target.size,
            "train_pairs": len(self.data.train),
            "validation_pairs": len(self.data.validation),
            "train_tokens": self.data.target_tokens,
            "steps_per_epoch": per_epoch,
            "validate_every": self._validate_every,
            "device": device,
            "threads": torch.get_num_threads(),
        }

    @property
    def step(self) -> int:
        return self.training.step

    def records(self) -> Iterator[dict[str, Any]]:
        """One record per step, until epochs or seconds are spent. Raises `Refused`."""
        steps = train(self.training, self.data, self.config)
        while not self._spent():
            begun = perf_counter()
            try:
                step = next(steps)
            except Diverged as fault:
                raise explained(fault, self.config) from fault
            self.seconds += perf_counter() - begun
            self._clipped += step.clipped
            self._recent.append(step.loss)
            yield self._record(step)

    def _spent(self) -> bool:
        budget = self.config.seconds
        return self.step >= self.steps or (budget > 0 and self.seconds >= budget)

    def _record(self, step: Step) -> dict[str, Any]:
        """What the page draws; on scheduled steps and the last one with validation figures.

        `quality` is BLEU, for a toy the share of rows that are exactly right, of greedy
        translations of some validation sentences.
        """
        loss = score = None
        every = self._validate_every
        # A first, early look as well, so that the curve does not begin late.
        if step.step % every == 0 or step.step == every // 4 or self._spent():
            model, data = self.training.model, self.data
            loss = evaluate(model, data.validation)
            translations = translated(model, self._scored, data.target, beam=1)
            score = quality(translations, self._scored, self.config)
            self._by_length = quality_by_length(translations, self._scored, self.config)
            if loss < self._validation.get("best", float("inf")):
                self._validation |= {"best": loss, "best_step": step.step}
            self._validation |= {"last": loss, "quality": score}
        return asdict(step) | {
            "clipped": int(step.clipped),
            "seconds": self.seconds,
            "validation_loss": loss,
            "quality": score,
        }

    def sample(self, prompt: dict[str, Any]) -> dict[str, Any]:
        """A translation by the model of this moment, and the cross-attention it was made with.

        `prompt` is from a visitor: `text`; without one a validation sentence is taken.
        """
        text = prompt.get("text")
        reference = None
        if not isinstance(text, str) or not text.strip():
            text, reference = self.data.validation.texts[len(self.data.validation) // 2]
        model, data = self.training.model, self.data
        text = text[:LONGEST_TEXT]
        look = aligned(model, data.source, data.target, text, most=LONGEST_SAMPLE)
        return {"step": self.step, "reference": reference, "by_length": self._by_length, **look}

    def change(self, name: str, value: float) -> None:
        """Sets the learning rate from the next step on. Raises `Refused` for all else."""
        if name != "learning_rate":
            raise Refused("attention.not_while_running", name=name[:40])
        (knob,) = (each for each in settings(AttentionConfig) if each.name == name)
        self.training.learning_rate = knob.check(value)

    def state(self) -> tuple[dict[str, Tensor], dict[str, str]]:
        """Everything that the rest of the run depends on, for a safetensors file."""
        run = self.training
        tensors = {f"model.{name}": tensor for name, tensor in run.model.state_dict().items()}
        tensors |= {f"optimizer.{name}": each for name, each in run.optimizer.state().items()}
        tensors |= {
            "generator.batches": run.batches.get_state(),
            "generator.dropout": run.dropout.get_state(),
            "generator.epoch_start": run.epoch_start,
        }
        figures = {
            "learning_rate": run.learning_rate,
            "tokens": run.tokens,
            "seconds": self.seconds,
            "clipped": self._clipped,
            "recent": list(self._recent),
            "validation": self._validation,
            "by_length": self._by_length,
        }
        return tensors, {
            "slice": "attention",
            "config": json.dumps(as_dict(self.config)),
            "source": kept(self.data.source),
            "target": kept(self.data.target),
            "step": str(self.step),
            "figures": json.dumps(figures),
        }

    def restore(self, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
        """Takes back a `state`. Raises `Refused` if it is of other settings or other pairs."""
        try:
            held = (json.loads(metadata["config"]), metadata["source"], metadata["target"])
            if held != (as_dict(self.config), kept(self.data.source), kept(self.data.target)):
                raise Refused("attention.another_run")
            self._take_back(tensors, json.loads(metadata["figures"]))
            self.training.step = int(metadata["step"])
        except (KeyError, TypeError, ValueError, RuntimeError):
            raise Refused("attention.another_run") from None

    def _take_back(self, tensors: dict[str, Tensor], figures: dict[str, Any]) -> None:
        def under(prefix: str) -> dict[str, Tensor]:
            return {
                name.removeprefix(prefix): tensor
                for name, tensor in tensors.items()
                if name.startswith(prefix)
            }

        run = self.training
        run.model.load_state_dict(under("model."))
        run.optimizer.restore(under("optimizer."))
        run.batches.set_state(tensors["generator.batches"])
        run.dropout.set_state(tensors["generator.dropout"])
        run.epoch_start = tensors["generator.epoch_start"]
        run.learning_rate, run.tokens = figures["learning_rate"], figures["tokens"]
        self.seconds, self._clipped = figures["seconds"], figures["clipped"]
        self._recent = deque(figures["recent"], maxlen=RECENT)
        self._validation = dict(figures["validation"])
        self._by_length = figures["by_length"]

    def progress(self) -> dict[str, Any]:
        """Share done, and training seconds left by whichever of epochs and seconds ends first."""
        budget, step = self.config.seconds, self.step
        done = step / self.steps
        left = self.seconds * (self.steps - step) / step if step else None
        if budget:
            done = max(done, self.seconds / budget)
            by_clock = max(0.0, budget - self.seconds)
            left = by_clock if left is None else min(left, by_clock)
        return {"done": min(done, 1.0), "seconds_left": left}

    def summary(self) -> dict[str, Any]:
        """Final figures: losses in nats per token, the training loss over the last steps."""
        loss = sum(self._recent) / len(self._recent) if self._recent else None
        best, last = self._validation.get("best"), self._validation.get("last")
        return {
            "step": self.step,
            "epoch": self.step / self.info["steps_per_epoch"],
            "seconds": self.seconds,
            "tokens": self.training.tokens,
            "tokens_per_second": self.training.tokens / self.seconds if self.seconds else None,
            "loss": loss,
            "perplexity": _perplexity(loss),
            "validation_loss": last,
            "validation_perplexity": _perplexity(last),
            "best_validation_loss": best,
            "best_validation_perplexity": _perplexity(best),
            "best_validation_step": self._validation.get("best_step"),
            "quality": self._validation.get("quality"),
            "clipped_share": self._clipped / self.step if self.step else None,
            "learning_rate": self.training.learning_rate,
        }


def _perplexity(loss: float | None) -> float | None:
    """e^loss: among how many equally likely tokens the model is as unsure."""
    return None if loss is None else exp(min(loss, 700.0))


def validation_every(data: Data, config: AttentionConfig, steps: int) -> int:
    """Steps between two evaluations, so that they take about a tenth of the training's time.

    By counting tokens, never by a clock: a run evaluates at the same steps wherever it runs.
    """
    tokens = sum(len(ids) + 1 for ids in data.validation.targets)
    share = min(1.0, SCORED / len(data.validation))
    cost = tokens * (VALIDATION_COST + TRANSLATION_COST * share)
    every = ceil(cost / (VALIDATION_SHARE_OF_TIME * config.batch_tokens))
    return max(every, 0 if config.seconds else steps // MOST_EVALUATIONS)


def explained(fault: Diverged, config: AttentionConfig) -> Refused:
    """The sentence for a run that blew up: what to change depends on how it was set."""
    peak = config.learning_rate * rate_curve(max(1, config.warmup_steps), config, 10**9)
    key = "attention.diverged_cold" if config.warmup_steps < 20 else "attention.diverged"
    return Refused(
        key,
        step=fault.step,
        learning_rate=peak,
        lower_rate=float(f"{peak / 10:.1g}"),
        loss=f"{fault.loss:.3g}",  # as text: JSON has no infinity
        gradient_norm=f"{fault.gradient_norm:.3g}",
    )
