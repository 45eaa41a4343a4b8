"""How the model learns: back-propagation through time, one optimizer step after another."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn import functional

from playground.optimizers import SGD, Adam, norm
from playground.sequence.cells import State
from playground.sequence.config import SequenceConfig
from playground.sequence.data import Data, batch_at, epoch_starts, steps_per_epoch
from playground.sequence.model import LanguageModel

ADAM_BETAS = (0.9, 0.99)  # the second shorter than torch's 0.999: fewer epochs on short texts
FINAL_SHARE = 0.01  # of the learning rate, at the end of its decay
HOPELESS = 100.0  # nats per token; tanh bounds the states, so a lost run seldom reaches infinity
LARGEST_SCORES = 4_000_000  # numbers an evaluation holds at once
WARM_UP = 128  # tokens read, not counted, before each stretch of an evaluation


class Diverged(ArithmeticError):  # noqa: N818 - named for the fault
    """The loss is past hope, or it or the gradient is no longer finite. The weights stay as before.

    An untrained model has ln(vocabulary) nats per token, 3 to 10. In trials no run that went past
    100 came back below what an untrained one has.
    """

    def __init__(self, step: int, loss: float, gradient_norm: float, learning_rate: float):
        super().__init__(f"diverged at step {step}: loss {loss}, gradient norm {gradient_norm}")
        self.step, self.loss = step, loss
        self.gradient_norm, self.learning_rate = gradient_norm, learning_rate


@dataclass
class Training:
    """All that a run must remember between two steps.

    `learning_rate` is the one in force; whoever holds the state may change it. `epoch_start` is
    the state of `batches` before the order of the running epoch was drawn from it.
    """

    model: LanguageModel
    optimizer: SGD | Adam
    batches: torch.Generator
    dropout: torch.Generator
    learning_rate: float
    epoch_start: Tensor
    carried: State | None = None
    step: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One optimizer step. Losses in nats per token; the norm is the gradient's before clipping."""

    step: int
    epoch: float
    loss: float
    gradient_norm: float
    clipped: bool
    learning_rate: float
    tokens: int


def start(
    config: SequenceConfig,
    vocabulary_size: int,
    *,
    weights: torch.Generator,
    batches: torch.Generator,
    dropout: torch.Generator,
    device: str = "cpu",
) -> Training:
    """A run before its first step; each generator is the only source of what it is named for."""
    model = LanguageModel(config, vocabulary_size).initialise(weights).to(device)
    parameters = list(model.parameters())
    optimizer = (
        SGD(parameters, weight_decay=config.weight_decay)
        if config.optimizer == "sgd"
        else Adam(parameters, weight_decay=config.weight_decay, betas=ADAM_BETAS)
    )
    return Training(model, optimizer, batches, dropout, config.learning_rate, batches.get_state())


def train(state: Training, data: Data, config: SequenceConfig) -> Iterator[Step]:
    """Trains until `config.epochs` are over; a consumer stops sooner by closing it.

    Between two records everything in `state` is at rest and says all there is to go on from.
    Raises `Diverged`, before the step that would follow from such a loss.
    """
    per_epoch = steps_per_epoch(len(data.train), config)
    parameters = list(state.model.parameters())
    starts = None
    while state.step < per_epoch * config.epochs:
        index = state.step % per_epoch
        if index == 0:
            state.epoch_start, state.carried = state.batches.get_state(), None
        if starts is None or index == 0:
            state.batches.set_state(state.epoch_start)
            starts = epoch_starts(len(data.train), config, state.batches)
        inputs, targets = batch_at(data.train, starts[index], config.steps)
        logits, last = state.model(inputs, state.carried, state.dropout)
        loss = functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        gradients = torch.autograd.grad(loss, parameters)
        length = norm(gradients)
        loss_now, norm_now = loss.item(), length.item()
        if not (loss_now < HOPELESS and math.isfinite(norm_now)):  # NaN is not below it either
            raise Diverged(state.step + 1, loss_now, norm_now, state.learning_rate)
        clipped = 0 < config.clip_threshold < norm_now
        if clipped:
            torch._foreach_mul_(gradients, config.clip_threshold / norm_now)
        rate = state.learning_rate
        state.optimizer.step(gradients, rate)
        state.carried = state.model.carried(last) if config.sampling == "sequential" else None
        state.step += 1
        if config.decay:
            state.learning_rate = decayed(rate, state.step, per_epoch * config.epochs)
        yield Step(
            step=state.step,
            epoch=state.step / per_epoch,
            loss=loss_now,
            gradient_norm=norm_now,
            clipped=clipped,
            learning_rate=rate,
            tokens=state.step * config.steps * config.batch_size,
        )


def decayed(learning_rate: float, step: int, steps: int) -> float:
    """The rate after `step` of `steps`, from the one before it.

    As a quotient of two points of the curve, so that a rate set by hand decays on from there.
    """

    def curve(at: int) -> float:
        return FINAL_SHARE + (1 - FINAL_SHARE) * (1 + math.cos(math.pi * at / steps)) / 2

    return learning_rate * curve(step) / curve(step - 1)


@torch.no_grad()
def evaluate(
    model: LanguageModel, tokens: Int[Tensor, " tokens"], *, steps: int, rows: int | None = None
) -> float:
    """Loss in nats per token on a contiguous text, its first token excepted; nothing is dropped.

    The text is read in `rows` stretches at once, each after a warm-up on what stands before it,
    as good as carrying the state through all of it (which `rows=1` does). A bidirectional model
    reads windows of `steps`, as in training.
    """
    count = len(tokens) - 1
    window = steps if len(model.directions) == 2 else 128
    if rows is None:
        # Enough to keep the processor busy, few enough to keep warm-up and scores small.
        affordable = LARGEST_SCORES // (window * model.vocabulary_size)
        rows = max(1, min(32, count // (8 * WARM_UP), affordable))
    width = -(-count // rows)
    starts = torch.arange(rows) * width
    state = _warmed_up(model, tokens, starts) if rows > 1 else model.zero_state(1)
    total = 0.0
    for begin in range(0, width, window):
        where = starts + torch.arange(begin, min(begin + window, width))[:, None]
        where = where.to(tokens.device)
        # The last row may end before the others: what it reads there counts for nothing.
        targets = tokens[(where + 1).clamp(max=count)].masked_fill(where >= count, -100)
        logits, last = model(tokens[where.clamp(max=count)], state)
        state = model.carried(last)
        loss = functional.cross_entropy(
            logits.flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="sum"
        )
        total += loss.item()
    return total / count


def _warmed_up(model: LanguageModel, tokens: Tensor, starts: Tensor) -> State:
    """The state at each start after reading what stands before it; the first row has nothing."""
    where = (starts + torch.arange(-WARM_UP, 0)[:, None]).clamp(min=0).to(tokens.device)
    _, last = model(tokens[where])
    state = model.carried(last)
    for part in state:
        part[:, 0] = 0
    return state
