"""How a model learns to translate: teacher forcing, one optimizer step after another."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from playground.attention.config import AttentionConfig
from playground.attention.model import BEGIN, END, PAD, Transformer, Translator
from playground.attention.pairs import Data, Part, padded, read_by_model
from playground.attention.recurrent import Model, RecurrentTranslator
from playground.optimizers import Adam, norm

ADAM_BETAS = (0.9, 0.98)  # as in the paper
HOPELESS = 100.0  # nats per token
JITTER = 2.0  # tokens by which lengths are blurred where batches are put together
EVALUATED_AT_ONCE = 8192  # target tokens


class Diverged(ArithmeticError):  # noqa: N818 - named for the fault
    """The loss is past hope, or it or the gradient is no longer finite. The weights stay as before.

    An untrained model has ln(vocabulary) nats per token, 3 to 10.
    """

    def __init__(self, step: int, loss: float, gradient_norm: float, learning_rate: float):
        super().__init__(f"diverged at step {step}: loss {loss}, gradient norm {gradient_norm}")
        self.step, self.loss = step, loss
        self.gradient_norm, self.learning_rate = gradient_norm, learning_rate


@dataclass
class Training:
    """All that a run must remember between two steps.

    `learning_rate` is the one of the next step; whoever holds the state may change it, and warm-up
    and schedule go on from there. `epoch_start` is the state of `batches` before the order of the
    running epoch was drawn from it.
    """

    model: Model
    optimizer: Adam
    batches: torch.Generator
    dropout: torch.Generator
    learning_rate: float
    epoch_start: Tensor
    step: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One optimizer step. `loss` in nats per target token, without label smoothing, so that it
    compares with the validation loss; the norm is the gradient's before clipping."""

    step: int
    epoch: float
    loss: float
    gradient_norm: float
    clipped: bool
    learning_rate: float
    tokens: int


def start(
    config: AttentionConfig,
    data: Data,
    *,
    weights: torch.Generator,
    batches: torch.Generator,
    dropout: torch.Generator,
    device: str = "cpu",
) -> Training:
    """A run before its first step; each generator is the only source of what it is named for."""
    model = translator(config, data.source.size, data.target.size)
    model = model.initialise(weights).to(device)
    optimizer = Adam(list(model.parameters()), weight_decay=config.weight_decay, betas=ADAM_BETAS)
    first = config.learning_rate * rate_curve(1, config, total_steps(data, config))
    return Training(model, optimizer, batches, dropout, first, batches.get_state())


def translator(config: AttentionConfig, sources: int, targets: int) -> Model:
    """The model of a configuration, its weights not yet drawn."""
    if config.model == "transformer":
        return Transformer(config, sources, targets)
    return RecurrentTranslator(config, sources, targets)


def train(state: Training, data: Data, config: AttentionConfig) -> Iterator[Step]:
    """Trains until `config.epochs` are over; a consumer stops sooner by closing it.

    Between two records everything in `state` is at rest and says all there is to go on from.
    Raises `Diverged`, before the step that would follow from such a loss.
    """
    cuts = batch_cuts(data.train, config.batch_tokens)
    total = len(cuts) * config.epochs
    parameters = list(state.model.parameters())
    device = state.model.output_bias.device
    order: list[list[int]] = []
    while state.step < total:
        index = state.step % len(cuts)
        if index == 0:
            state.epoch_start = state.batches.get_state()
        if not order or index == 0:
            state.batches.set_state(state.epoch_start)
            order = epoch_order(data.train, cuts, state.batches)
        source, given, wanted = batch(data.train, order[index])
        source, given, wanted = (each.to(device) for each in (source, given, wanted))
        scores = state.model(source, given, state.dropout)
        plain, smoothed = losses(scores, wanted, config.label_smoothing)
        gradients = torch.autograd.grad(smoothed, parameters, allow_unused=True)
        gradients = [
            torch.zeros_like(each) if given is None else given
            for each, given in zip(parameters, gradients, strict=True)
        ]
        length = norm(gradients)
        loss_now, norm_now = plain.item(), length.item()
        if not (loss_now < HOPELESS and math.isfinite(norm_now)):  # NaN is not below it either
            raise Diverged(state.step + 1, loss_now, norm_now, state.learning_rate)
        clipped = 0 < config.clip_threshold < norm_now
        if clipped:
            torch._foreach_mul_(gradients, config.clip_threshold / norm_now)
        rate = state.learning_rate
        state.optimizer.step(gradients, rate)
        state.step += 1
        state.tokens += int((wanted != PAD).sum())
        state.learning_rate = next_rate(rate, state.step, config, total)
        yield Step(
            step=state.step,
            epoch=state.step / len(cuts),
            loss=loss_now,
            gradient_norm=norm_now,
            clipped=clipped,
            learning_rate=rate,
            tokens=state.tokens,
        )


def losses(
    scores: Float[Tensor, "batch written vocabulary"],
    wanted: Int[Tensor, "batch written"],
    smoothing: float,
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Nats per target token, filling left out: plain, and with the target smoothed.

    Smoothing gives `smoothing` of the target to all tokens alike (Szegedy et al. 2016, §7).
    """
    real = wanted != PAD
    logs = scores[real].log_softmax(-1)
    plain = -logs.gather(1, wanted[real][:, None]).mean()
    if not smoothing:
        return plain, plain
    return plain, (1 - smoothing) * plain - smoothing * logs.mean()


def rate_curve(step: int, config: AttentionConfig, total: int) -> float:
    """Share of the largest learning rate at a step, counted from 1: warm-up, then the schedule."""
    warm = max(1, config.warmup_steps)
    if step < warm:
        return step / warm
    match config.schedule:
        case "inverse_sqrt":
            return math.sqrt(warm / step)
        case "cosine":
            done = min(1.0, (step - warm) / max(1, total - warm))
            return max(0.001, (1 + math.cos(math.pi * done)) / 2)
    return 1.0


def next_rate(rate: float, step: int, config: AttentionConfig, total: int) -> float:
    """The rate after `step` steps, from the one before it.

    As a quotient of two points of the curve, so that a rate set by hand goes on from there.
    """
    return rate * rate_curve(step + 1, config, total) / rate_curve(step, config, total)


def total_steps(data: Data, config: AttentionConfig) -> int:
    return len(batch_cuts(data.train, config.batch_tokens)) * config.epochs


def batch_cuts(part: Part, batch_tokens: int) -> list[int]:
    """Where pairs sorted by the length of their targets are cut into batches: the ends.

    A batch holds at most `batch_tokens` target tokens, filling and ends of sentences included, but
    at least one pair. The cuts depend on lengths only, so every epoch has as many.
    """
    lengths = sorted(len(ids) + 1 for ids in part.targets)
    cuts, begin = [], 0
    for at, length in enumerate(lengths):
        if at > begin and length * (at + 1 - begin) > batch_tokens:
            cuts.append(at)
            begin = at
    return [*cuts, len(lengths)]


def epoch_order(part: Part, cuts: Sequence[int], generator: torch.Generator) -> list[list[int]]:
    """The pairs of each batch of an epoch, and the batches in random order.

    Pairs of like length go together, so that little is filling; among those of one target length
    the source's length, blurred by chance, decides who is with whom.
    """
    count = len(part)
    blur = torch.rand(count, dtype=torch.float64, generator=generator) * JITTER
    targets = torch.tensor([len(ids) for ids in part.targets], dtype=torch.float64)
    sources = torch.tensor([len(ids) for ids in part.sources], dtype=torch.float64)
    by_length = (targets * 1_000 + sources + blur).argsort().tolist()
    batches = [by_length[a:b] for a, b in zip([0, *cuts[:-1]], cuts, strict=True)]
    return [batches[at] for at in torch.randperm(len(batches), generator=generator).tolist()]


def batch(part: Part, chosen: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids [batch, tokens] of source, of the target as it is given, and as it is wanted:
    each wanted token is the one after the given one."""
    source = read_by_model([part.sources[at] for at in chosen])
    given = padded([[BEGIN, *part.targets[at]] for at in chosen])
    wanted = padded([[*part.targets[at], END] for at in chosen])
    return source, given, wanted


@torch.no_grad()
def evaluate(model: Translator, part: Part) -> float:
    """Loss in nats per target token of a whole part, without dropout or smoothing."""
    device = model.output_bias.device
    total, tokens = 0.0, 0
    for rows in in_batches(part):
        source, given, wanted = (each.to(device) for each in rows)
        real = wanted != PAD
        count = int(real.sum())
        total += losses(model.forward(source, given), wanted, 0.0)[0].item() * count
        tokens += count
    return total / tokens


def in_batches(part: Part) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """All pairs, the shortest first, in batches that fit into memory."""
    order = sorted(range(len(part)), key=lambda at: len(part.targets[at]))
    begin = 0
    for cut in batch_cuts(part, EVALUATED_AT_ONCE):
        yield batch(part, order[begin:cut])
        begin = cut
