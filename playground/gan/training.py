"""How the two networks play: one step after another, both at once or one after the other."""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Int
from torch import Tensor

from playground.gan import objectives
from playground.gan.config import GanConfig
from playground.gan.model import Discriminator, Generator
from playground.optimizers import Adam
from playground.seeds import generator as seeded

SECOND_BETA = 0.99  # memory of Adam for the squared gradient
LAST_SHARE = 0.05  # of the learning rates, at the end of a decaying schedule
LOOKED_AT_ONCE = 500  # samples by which batch normalisation is measured anew
HOPELESS = 1e9  # a loss of Wasserstein's may be large, but not that large


class Diverged(ArithmeticError):  # noqa: N818 - named for the fault
    """A loss or gradient is past hope or no longer finite. The weights stay as before it."""

    def __init__(
        self,
        step: int,
        losses: tuple[float, float],
        gradient_norms: tuple[float, float],
        learning_rates: tuple[float, float],
    ):
        """Each pair: the generator's, the discriminator's."""
        super().__init__(f"diverged at step {step}: losses {losses}, gradients {gradient_norms}")
        self.step, self.losses = step, losses
        self.gradient_norms, self.learning_rates = gradient_norms, learning_rates


@dataclass
class Training:
    """All that a run must remember between two steps.

    Rates, turn and numbers of updates are those of the next step; whoever holds the state may
    change them, and the schedule of the rates goes on from there. `generators` are "batches",
    "noise" and "points" (the batches of points on a plane). `averaged` follows the generator's
    weights; to look at it call `averaged(state, config)`.
    """

    generator: Generator
    discriminator: Discriminator
    averaged: Generator
    generator_optimizer: Adam
    discriminator_optimizer: Adam
    generators: dict[str, torch.Generator]
    generator_learning_rate: float
    discriminator_learning_rate: float
    discriminator_steps: int
    generator_steps: int
    turn: str = "both"
    step: int = 0
    images: int = 0


@runtime_checkable
class Source(Protocol):
    """What is imitated."""

    @property
    def size(self) -> int:
        """Training samples; 0 if they are drawn without end."""
        ...

    def batch(self, state: Training, size: int) -> tuple[Tensor, Tensor | None]:
        """Real samples as the networks see them, and their classes if they have any."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the pair; losses without penalties, scores as `objectives.shown` gives them.

    Each is the mean over a batch of the last update that looked at it; a norm is nan where nobody
    moved. The rates are those that the step was made with. `images` counts real samples learned
    from.
    """

    step: int
    epoch: float
    generator_loss: float
    discriminator_loss: float
    real_score: float
    fake_score: float
    generator_gradient_norm: float
    discriminator_gradient_norm: float
    generator_learning_rate: float
    discriminator_learning_rate: float
    images: int


def start(
    config: GanConfig,
    channels: int,
    *,
    weights: torch.Generator,
    batches: torch.Generator,
    noise: torch.Generator,
    device: str = "cpu",
) -> Training:
    """A run before its first step; each generator is the only source of what it is named for."""
    generator = Generator(config, channels).initialise(weights).to(device)
    # With the channels of a pixel side by side its convolutions are a tenth quicker.
    generator = generator.to(memory_format=torch.channels_last)  # pyrefly: ignore
    discriminator = Discriminator(config, channels).initialise(weights).to(device)
    averaged = copy.deepcopy(generator).requires_grad_(requires_grad=False)
    betas = (config.first_beta, SECOND_BETA)
    return Training(
        generator=generator,
        discriminator=discriminator,
        averaged=averaged,
        generator_optimizer=Adam(list(generator.parameters()), betas=betas),
        discriminator_optimizer=Adam(list(discriminator.parameters()), betas=betas),
        generators={"batches": batches, "noise": noise, "points": batches},
        generator_learning_rate=config.generator_learning_rate,
        discriminator_learning_rate=config.discriminator_learning_rate,
        discriminator_steps=config.discriminator_steps,
        generator_steps=config.generator_steps,
    )


def train(state: Training, source: Source, config: GanConfig) -> Iterator[Step]:
    """Trains until `config.steps` are done; a consumer stops sooner by closing it.

    Between two records everything in `state` is at rest and says all there is to go on from.
    Raises `Diverged`, before the update that would follow from such a loss.
    """
    while state.step < config.steps:
        told = dict.fromkeys(objectives.TOLD, math.nan)
        for moving in updates(state, config):
            fresh = _update(state, source, config, moving)
            told |= {name: value for name, value in fresh.items() if not math.isnan(value)}
        rates = state.generator_learning_rate, state.discriminator_learning_rate
        state.step += 1
        factor = rate_curve(state.step + 1, config) / rate_curve(state.step, config)
        state.generator_learning_rate, state.discriminator_learning_rate = (
            rate * factor for rate in rates
        )
        yield Step(
            step=state.step,
            epoch=state.images / source.size if source.size else 0.0,
            **told,
            generator_learning_rate=rates[0],
            discriminator_learning_rate=rates[1],
            images=state.images,
        )


def updates(state: Training, config: GanConfig) -> list[tuple[bool, bool]]:
    """Who moves in each update of a step: (generator, discriminator).

    As in algorithm 1 of Goodfellow et al. 2014, D first; where both move at once, D's last update
    and G's first are one.
    """
    generator = [(True, False)] * (0 if state.turn == "discriminator" else state.generator_steps)
    discriminator = [(False, True)] * (
        0 if state.turn == "generator" else state.discriminator_steps
    )
    if config.updates == "simultaneous" and generator and discriminator:
        return [*discriminator[1:], (True, True), *generator[1:]]
    return [*discriminator, *generator]


def _update(
    state: Training, source: Source, config: GanConfig, moving: tuple[bool, bool]
) -> dict[str, float]:
    """One update with a batch of its own: real samples are drawn first, then the noise.

    Gives what `objectives.told` does, nan where it was not looked at.
    """
    generator_moves, discriminator_moves = moving
    device = next(state.discriminator.parameters()).device
    real, classes = source.batch(state, config.batch_size)
    classes = classes.to(device) if classes is not None and config.classes else None
    z = state.generator.noise(len(real), state.generators["noise"])
    with torch.set_grad_enabled(generator_moves):
        fake = state.generator(z, classes)

    # Who only moves G needs no real samples, but where D never moves its opinion is still told.
    judged = discriminator_moves or state.turn == "generator"
    real = real[: len(real) if judged else 0].to(device)
    both = torch.cat([real, fake.detach()]).requires_grad_(generator_moves)
    twice = None if classes is None else torch.cat([classes[: len(real)], classes])
    scores = state.discriminator(both, twice)
    real_scores, fake_scores = scores.detach().tensor_split([len(real)])
    smoothing = config.label_smoothing
    slopes = objectives.discriminator_slopes(config.loss, real_scores, fake_scores, smoothing)
    weights = list(state.discriminator.parameters()) if discriminator_moves else []
    wanted = [both, *weights] if generator_moves else weights
    gradients = list(torch.autograd.grad(scores, wanted, torch.cat(slopes)))
    pulled: list[Tensor] = []
    if generator_moves:
        pull = objectives.generator_pull(config.loss, fake_scores)
        at_fake = gradients.pop(0)[len(real) :] * pull.reshape(-1, *[1] * (fake.dim() - 1))
        pulled = list(torch.autograd.grad(fake, list(state.generator.parameters()), at_fake))
    if discriminator_moves:
        _fine(gradients, state, config, (real, fake), classes)

    told = objectives.told(config.loss, real_scores, fake_scores, pulled, gradients, smoothing)
    _check(told, (True, judged, *moving), state)
    if discriminator_moves:
        state.discriminator_optimizer.step(gradients, state.discriminator_learning_rate)
        state.images += len(real)
    if generator_moves:
        state.generator_optimizer.step(pulled, state.generator_learning_rate)
        _follow(state, config)
    return told


def _fine(
    gradients: list[Tensor],
    state: Training,
    config: GanConfig,
    samples: tuple[Tensor, Tensor],
    classes: Int[Tensor, " batch"] | None,
) -> None:
    """Adds to D's gradients, in place, those of what it is fined for being steep."""
    penalty = objectives.penalty(
        config.loss,
        lambda each: state.discriminator(each, classes),
        *samples,
        r1=config.r1,
        gradient_penalty=config.gradient_penalty,
        generator=state.generators["noise"],
    )
    if penalty is None:
        return
    # The last bias moves all scores alike and has no part in any slope.
    weights = list(state.discriminator.parameters())
    more = torch.autograd.grad(penalty, weights, allow_unused=True)
    for gradient, extra in zip(gradients, more, strict=True):
        if extra is not None:
            gradient.add_(extra)


def _check(told: dict[str, float], known: tuple[bool, ...], state: Training) -> None:
    """`known` is which of the losses and norms were looked at: G's, D's, G's, D's."""
    values = [value for name, value in told.items() if not name.endswith("score")]
    # NaN is not below it either.
    if all(
        abs(value) < HOPELESS for value, is_known in zip(values, known, strict=True) if is_known
    ):
        return
    raise Diverged(
        state.step + 1,
        (values[0], values[1]),
        (values[2], values[3]),
        (state.generator_learning_rate, state.discriminator_learning_rate),
    )


@torch.no_grad()
def _follow(state: Training, config: GanConfig) -> None:
    """Draws the averaged generator towards the one that plays, quickly in the first steps."""
    memory = min(config.average, (state.step + 1) / (state.step + 10)) if config.average else 0.0
    shown: list[Tensor] = list(state.averaged.parameters())
    playing: list[Tensor] = list(state.generator.parameters())
    torch._foreach_lerp_(shown, playing, 1 - memory)


@torch.no_grad()
def averaged(state: Training, config: GanConfig) -> Generator:
    """The generator that is shown: averaged weights, and batch normalisation that fits them.

    Its means and variances are measured on images of its own, from noise that nothing else draws
    from; a copy, so that looking changes nothing.
    """
    model = copy.deepcopy(state.averaged)
    norms = [each for each in model.modules() if isinstance(each, torch.nn.BatchNorm2d)]
    if norms:
        for each in norms:
            each.reset_running_stats()
            each.momentum = 1.0  # one batch tells all
        z = model.noise(LOOKED_AT_ONCE, seeded(config.seed, "averaged"))
        every = torch.arange(LOOKED_AT_ONCE, device=z.device) % max(1, config.classes)
        model.train()(z, every)
    return model.eval()


def rate_curve(step: int, config: GanConfig) -> float:
    """Share of the learning rates at a step, counted from 1: whole, then falling in a line."""
    if config.schedule == "constant":
        return 1.0
    done = (step - 1) / config.steps
    return 1.0 if done < 0.5 else max(LAST_SHARE, 1 - 2 * (1 - LAST_SHARE) * (done - 0.5))
