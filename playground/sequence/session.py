"""A training run as a worker holds it: pulled record by record, looked at, saved, gone on with."""

import json
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from math import ceil, exp
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.datasets import corpus_text
from playground.knobs import as_dict, parse, settings
from playground.refused import Refused
from playground.seeds import generator
from playground.sequence.config import SequenceConfig, parameter_count
from playground.sequence.data import (
    Data,
    is_same,
    kept,
    prepare,
    steps_per_epoch,
    tokenizer_from,
)
from playground.sequence.generation import Reader, stream
from playground.sequence.memorization import held_out_match, longest_match
from playground.sequence.training import Diverged, Step, evaluate, start, train

# Tokens of a look at the model.
SAMPLE_LENGTH = {"character": 200, "word": 60, "bpe": 80, "wordpiece": 80, "unigram": 80}
LONGEST_SAMPLE = 1000  # tokens
LONGEST_PREFIX = 2000  # characters
RECENT = 50  # steps behind the training loss of the summary
VALIDATION_COST = 0.4  # of a training token: forward only, warm-up included
VALIDATION_SHARE_OF_TIME = 0.1


def open_session(config: dict[str, Any], *, device: str, texts: Path) -> "SequenceSession":
    """The entry that workers are told. Raises `Refused` for bad settings or an unfit text."""
    settled = parse(SequenceConfig, config)
    return SequenceSession(settled, corpus_text(settled.corpus, texts), device=device)


class SequenceSession:
    """Implements `playground.runs.session.Session`."""

    def __init__(self, config: SequenceConfig, text: str, *, device: str = "cpu"):
        self.config = config
        self.data: Data = prepare(text, config).to(device)
        kinds = len(self.data.vocabulary)
        purposes = ("weights", "batches", "dropout")
        self.training = start(
            config,
            kinds,
            **{purpose: generator(config.seed, purpose) for purpose in purposes},
            device=device,
        )
        self.reader = Reader(self.training.model, self.data.tokenizer, config)
        self.seconds = 0.0
        self._clipped = 0
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._validation: dict[str, float | int] = {}  # last, best and best_step once there are any
        self._baselines: dict[int, int | None] = {}
        per_epoch = steps_per_epoch(len(self.data.train), config)
        self._steps = per_epoch * config.epochs
        self._validate_every = validation_every(self.data, config)
        self.info = {
            "parameters": parameter_count(config, kinds),
            "vocabulary_size": kinds,
            "train_tokens": len(self.data.train),
            "validation_tokens": len(self.data.validation),
            "train_characters": len(self.data.train_text),
            "validation_characters": len(self.data.validation_text),
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
            begun = time.perf_counter()
            try:
                step = next(steps)
            except Diverged as fault:
                raise explained(fault, self.config) from fault
            self.seconds += time.perf_counter() - begun
            self._clipped += step.clipped
            self._recent.append(step.loss)
            yield self._record(step)

    def _spent(self) -> bool:
        budget = self.config.seconds
        return self.step >= self._steps or (budget > 0 and self.seconds >= budget)

    def _record(self, step: Step) -> dict[str, Any]:
        """What the page draws; on scheduled steps and the last one with the validation loss."""
        loss = None
        every = self._validate_every
        # A first, early look as well, so that the curve does not begin late.
        due = every and (step.step % every == 0 or step.step == every // 4)
        if every and (due or self._spent()):
            loss = evaluate(self.training.model, self.data.validation, steps=self.config.steps)
            if loss < self._validation.get("best", float("inf")):
                self._validation |= {"best": loss, "best_step": step.step}
            self._validation["last"] = loss
        return asdict(step) | {
            "clipped": int(step.clipped),
            "seconds": self.seconds,
            "validation_loss": loss,
        }

    def sample(self, prompt: dict[str, Any]) -> dict[str, Any]:
        """Text from the model of this moment, and how much of it is copied.

        `prompt` is from a visitor: prefix, temperature, and as wished length, top_k, top_p, each
        brought into its range. Same step and prompt, same text. Matches are in characters.
        """
        prefix = str(prompt.get("prefix", ""))[:LONGEST_PREFIX]
        temperature = _within(prompt.get("temperature"), 0.0, 5.0, otherwise=1.0)
        usual = SAMPLE_LENGTH[self.config.tokens]
        tokens = stream(
            self.reader,
            prefix,
            length=int(_within(prompt.get("length"), 1, LONGEST_SAMPLE, otherwise=usual)),
            temperature=temperature,
            top_k=int(_within(prompt.get("top_k"), 0, 1000, otherwise=0)),
            top_p=_within(prompt.get("top_p"), 0.01, 1.0, otherwise=1.0),
            generator=generator(self.config.seed, "sample", self.step),
        )
        text = "".join(token.text for token in tokens)
        match = longest_match(text, self.data.train_text)
        return {
            "step": self.step,
            "prefix": prefix,
            "text": text,
            "temperature": temperature,
            "longest_match": asdict(match),
            "held_out_match": self._baseline(len(text)),
        }

    def _baseline(self, length: int) -> int | None:
        """The held-out match for samples of about this length, in tens: words vary in length."""
        length = max(10, round(length, -1))
        if length not in self._baselines:
            held_out, text = self.data.validation_text, self.data.train_text
            self._baselines[length] = held_out_match(length, held_out, text)
        return self._baselines[length]

    def change(self, name: str, value: float) -> None:
        """Sets the learning rate from the next step on. Raises `Refused` for all else."""
        if name != "learning_rate":
            raise Refused("sequence.not_while_running", name=name[:40])
        (knob,) = (each for each in settings(SequenceConfig) if each.name == name)
        self.training.learning_rate = knob.check(value)

    def state(self) -> tuple[dict[str, Tensor], dict[str, str]]:
        """Everything that the rest of the run depends on, for a safetensors file."""
        run = self.training
        tensors = {f"model.{name}": tensor for name, tensor in run.model.state_dict().items()}
        tensors |= {f"optimizer.{name}": each for name, each in run.optimizer.state().items()}
        tensors |= {f"carried.{part}": each for part, each in enumerate(run.carried or ())}
        tensors |= {
            "generator.batches": run.batches.get_state(),
            "generator.dropout": run.dropout.get_state(),
            "generator.epoch_start": run.epoch_start,
        }
        figures = {
            "learning_rate": run.learning_rate,
            "seconds": self.seconds,
            "clipped": self._clipped,
            "recent": list(self._recent),
            "validation": self._validation,
        }
        return tensors, {
            "slice": "sequence",
            "config": json.dumps(as_dict(self.config)),
            "vocabulary": kept(self.data.tokenizer),
            "step": str(self.step),
            "figures": json.dumps(figures),
        }

    def restore(self, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
        """Takes back a `state`. Raises `Refused` if it is of other settings or another text."""
        try:
            tokenizer = tokenizer_from(metadata["vocabulary"], self.config.tokens)
            if not is_same(tokenizer, self.data.tokenizer):
                raise Refused("sequence.another_run")
            self._take_back(tensors, json.loads(metadata["figures"]))
            self.training.step = int(metadata["step"])
        except (KeyError, TypeError, RuntimeError, json.JSONDecodeError):
            raise Refused("sequence.another_run") from None

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
        carried = under("carried.")
        device = run.model.output_weight.device
        run.carried = tuple(carried[key].to(device) for key in sorted(carried)) or None
        run.batches.set_state(tensors["generator.batches"])
        run.dropout.set_state(tensors["generator.dropout"])
        run.epoch_start = tensors["generator.epoch_start"]
        run.learning_rate = figures["learning_rate"]
        self.seconds, self._clipped = figures["seconds"], figures["clipped"]
        self._recent = deque(figures["recent"], maxlen=RECENT)
        self._validation = dict(figures["validation"])

    def progress(self) -> dict[str, Any]:
        """Share done, and training seconds left by whichever of epochs and seconds ends first."""
        budget, step = self.config.seconds, self.step
        done = step / self._steps
        left = self.seconds * (self._steps - step) / step if step else None
        if budget:
            done = max(done, self.seconds / budget)
            by_clock = max(0.0, budget - self.seconds)
            left = by_clock if left is None else min(left, by_clock)
        return {"done": min(done, 1.0), "seconds_left": left}

    def summary(self) -> dict[str, Any]:
        """Final figures: losses in nats per token, the training loss over the last steps."""
        loss = sum(self._recent) / len(self._recent) if self._recent else None
        best = self._validation.get("best")
        last = self._validation.get("last")
        tokens = self.step * self.config.steps * self.config.batch_size
        return {
            "step": self.step,
            "epoch": self.step / self.info["steps_per_epoch"],
            "seconds": self.seconds,
            "tokens": tokens,
            "tokens_per_second": tokens / self.seconds if self.seconds else None,
            "loss": loss,
            "perplexity": _perplexity(loss),
            "validation_loss": last,
            "validation_perplexity": _perplexity(last),
            "best_validation_loss": best,
            "best_validation_perplexity": _perplexity(best),
            "best_validation_step": self._validation.get("best_step"),
            "clipped_share": self._clipped / self.step if self.step else None,
            "learning_rate": self.training.learning_rate,
        }


def _within(value: Any, low: float, high: float, *, otherwise: float) -> float:
    """A number of a visitor in its range; `otherwise` for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    return float(sorted((low, value, high))[1])


def _perplexity(loss: float | None) -> float | None:
    """e^loss: among how many equally likely tokens the model is as unsure."""
    return None if loss is None else exp(min(loss, 700.0))


def validation_every(data: Data, config: SequenceConfig) -> int:
    """Steps between two evaluations, so that they take about a tenth of the training's time.

    By counting tokens, never by a clock: a run evaluates at the same steps wherever it runs.
    0 if there is nothing to evaluate on.
    """
    cost = VALIDATION_COST * len(data.validation)
    return ceil(cost / (VALIDATION_SHARE_OF_TIME * config.steps * config.batch_size))


def explained(fault: Diverged, config: SequenceConfig) -> Refused:
    """The sentence for a run that blew up: what to change depends on how it was set."""
    if config.clip_threshold == 0:
        key = "sequence.diverged_unclipped"
    elif config.optimizer == "sgd" and fault.learning_rate > 2:
        key = "sequence.diverged_steep"
    else:
        key = "sequence.diverged"
    return Refused(
        key,
        step=fault.step,
        learning_rate=fault.learning_rate,
        lower_rate=float(f"{fault.learning_rate / 10:.1g}"),
        loss=f"{fault.loss:.3g}",  # as text: JSON has no infinity
        gradient_norm=f"{fault.gradient_norm:.3g}",
    )
