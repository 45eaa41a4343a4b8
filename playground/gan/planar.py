"""Looks at a game on the plane: what D believes where, how G bends its space, how it is pulled.

Nothing here disturbs a training: what is drawn at random comes from generators of its own.
"""

from functools import lru_cache
from typing import Any

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from playground.gan import objectives
from playground.gan.config import GanConfig
from playground.gan.model import Discriminator, Generator
from playground.gan.points import Points
from playground.gan.training import Training
from playground.packed import packed
from playground.seeds import generator

EDGE = 1.5  # the screen shows [-EDGE, EDGE]²
HEAT = 40  # places along each side at which D is asked
SHOWN = 250  # generated points on the screen
ARROWS = 80  # of these have an arrow
GRID = 17  # lines of the net in the latent space, each way
CURVE = 129  # points of it where the latent space is a line
CELLS = 20  # along each side, in which densities are counted
COUNTED = 2_000  # generated points that are counted
COUNTED_REAL = 20_000
SMOOTHING = 0.5  # of a point in each cell: the logarithm of an empty one is finite then
UNDECIDED = {"least_squares": 0.5, "hinge": 0.0}  # scores between those of real and fake
FOUND = 0.25  # of its share that a cloud must get to be called found


def frame(
    state: Training, source: Points, config: GanConfig, before: Training | None = None
) -> dict[str, Any]:
    """All that the page draws of one moment.

    `before` is a copy of the state before a single step, which may be used up: then the frame has
    slow motion of that step. Arrays are packed, the heat from the top row down, all else in the
    plane's units. An arrow is the way in which G's loss falls at a point, times how steeply.
    """
    g, d = state.generator, state.discriminator
    with torch.no_grad():
        fake = g(_looked_at(g, config))
    heat, low, high = believed(d, config)
    start = fake[:ARROWS]
    told = {
        "step": state.step,
        "fake": packed(fake[:SHOWN].cpu().numpy()),
        "heat": packed(heat.cpu().numpy()),
        "score_kind": objectives.score_kind(config.loss),
        "range": [low, high],
        "arrows": packed(torch.cat([start, pull(d, start, config.loss)], 1).cpu().numpy()),
        **_net(g, config),
        **_figures(fake, source),
    }
    if before is not None:
        told["slow"] = _slow(before, state, source, config)
        told["slow"] |= {"heat_after": told["heat"], "range_after": [low, high]}
    return told


def figures(state: Training, source: Points, config: GanConfig) -> dict[str, float | int | None]:
    """Divergences and clouds found, for the records of a run."""
    g = state.generator
    with torch.no_grad():
        return _figures(g(_looked_at(g, config)), source)


def _slow(before: Training, after: Training, source: Points, config: GanConfig) -> dict[str, Any]:
    """What the first update of a step was given, and what became of it."""
    g, d = before.generator, before.discriminator
    real, _ = source.batch(before, config.batch_size)
    noise = g.noise(config.batch_size, before.generators["noise"])
    real = real.to(noise.device)
    with torch.no_grad():
        fake, moved = g(noise), after.generator(noise)
        scores = objectives.shown(config.loss, d(torch.cat([real, fake])))
    real_scores, fake_scores = scores.chunk(2)
    heat, low, high = believed(d, config)
    # Where the two take turns, G is pulled by a D that has moved already.
    judge = d if config.updates == "simultaneous" else after.discriminator
    plane = {
        "real_batch": real,
        "noise": noise[:, :2],
        "fake_before": fake,
        "fake_after": moved,
        "real_scores": real_scores,
        "fake_scores": fake_scores,
        "pull": pull(judge, fake, config.loss),
        "heat_before": heat,
        # One step moves D by less than a colour; as numbers the page can enlarge it.
        "heat_shift": _said(after.discriminator, config.loss) - _said(d, config.loss),
    }
    told: dict[str, Any] = {name: packed(one.cpu().numpy()) for name, one in plane.items()}
    shape = {"noise_size": min(2, config.latent_size), "prior": config.prior}
    return told | shape | {"turn": before.turn, "range_before": [low, high]}


def believed(
    d: Discriminator, config: GanConfig
) -> tuple[UInt8[Tensor, "rows columns"], float, float]:
    """D over the screen as 0 … 255, and the numbers that these two ends stand for."""
    scores = _said(d, config.loss)
    if objectives.LOSSES[config.loss].is_logit:
        low, high = 0.0, 1.0
    else:
        # The middle of the colours is where D cannot tell; Wasserstein's has no such place.
        middle = UNDECIDED.get(config.loss, float(scores.mean()))
        reach = max(float((scores - middle).abs().max()), 1e-6)
        low, high = middle - reach, middle + reach
    share = ((scores - low) / (high - low)).nan_to_num(0.5).clamp(0, 1)
    return (255 * share).round().to(torch.uint8).view(HEAT, HEAT), low, high


@torch.no_grad()
def _said(d: Discriminator, loss: str) -> Float[Tensor, " places"]:
    return objectives.shown(loss, d(_screen().to(next(d.parameters()).device)))


def pull(d: Discriminator, fake: Float[Tensor, "n 2"], loss: str) -> Float[Tensor, "n 2"]:
    """Minus the gradient of G's loss at each generated point: where D draws it to."""
    at = fake.detach().clone().requires_grad_()
    # The mean over n points has 1/n of each one's gradient.
    (uphill,) = torch.autograd.grad(objectives.generator_loss(loss, d(at)) * len(at), at)
    return -uphill


def divergences(
    real: Float[Tensor, " cells"], fake: Float[Tensor, " cells"]
) -> tuple[float, float]:
    """KL(real ‖ fake), and the Jensen–Shannon divergence, which lies in [0, 1]; both in bits.

    Of two distributions over the same cells, both > 0.
    Goodfellow et al. 2014, arXiv:1406.2661, equation 5: D's best play measures the latter.
    """
    middle = (real + fake) / 2

    def kl(one: Tensor, other: Tensor) -> Tensor:
        return (one * (one / other).log2()).sum()

    return float(kl(real, fake)), float((kl(real, middle) + kl(fake, middle)) / 2)


def density(points: Float[Tensor, "n 2"]) -> Float[Tensor, " cells"]:
    """The share of the points in each cell of the screen, the last cell for all beyond it.

    Half a point is added to each cell, so that none is empty.
    """
    place = ((points + EDGE) * (CELLS / (2 * EDGE))).floor().nan_to_num(-1, -1, -1)
    inside = ((place >= 0) & (place < CELLS)).all(1)
    cell = torch.where(inside, place[:, 0] + CELLS * place[:, 1], CELLS * CELLS).long()
    counts = torch.bincount(cell, minlength=CELLS * CELLS + 1) + SMOOTHING
    return counts / counts.sum()


def _figures(fake: Float[Tensor, "n 2"], source: Points) -> dict[str, float | int | None]:
    real, floor = _real(source)
    fake = fake.cpu()
    kl, js = divergences(real, density(fake))
    return {"kl": kl, "js": js, "kl_floor": floor[0], "js_floor": floor[1], **_clouds(fake, source)}


def _clouds(fake: Float[Tensor, "n 2"], source: Points) -> dict[str, int | None]:
    """How many of its clouds get at least a quarter of the points that are due to them."""
    clouds = source.clouds
    if not clouds:
        return {"modes": None, "mode_count": None}
    x, y, spread, share = torch.tensor(clouds).T
    near = torch.cdist(fake, torch.stack([x, y], 1)) < 3 * spread
    found = near.float().mean(0) >= FOUND * share
    return {"modes": int(found.sum()), "mode_count": len(clouds)}


def _net(g: Generator, config: GanConfig) -> dict[str, Any]:
    """A square net in the latent space, bent by G. Each mesh holds the same share of the noise."""
    rows = 1 if config.latent_size == 1 else GRID
    columns = CURVE if config.latent_size == 1 else GRID
    device = next(g.parameters()).device
    with torch.no_grad():
        bent = g(_knots(config.latent_size, config.prior).to(device))
    return {"grid": packed(bent.cpu().numpy()), "grid_shape": [rows, columns]}


@lru_cache(maxsize=8)
def _knots(latent_size: int, prior: str) -> Float[Tensor, "knots latent"]:
    count = CURVE if latent_size == 1 else GRID
    shares = torch.linspace(0.01, 0.99, count)
    # Of a normal prior equal shares lie between the quantiles, not between equal steps.
    line = torch.special.ndtri(shares) if prior == "normal" else 2 * shares - 1
    if latent_size == 1:
        return line[:, None]
    first, second = torch.meshgrid(line, line, indexing="xy")
    knots = torch.zeros(count * count, latent_size)
    knots[:, 0], knots[:, 1] = first.flatten(), second.flatten()
    return knots


@lru_cache(maxsize=8)
def _noise(seed: int, latent_size: int, prior: str) -> Float[Tensor, "counted latent"]:
    """The same latent points at every look, so that the page sees each of them move."""
    chance = generator(seed, "plane", "noise")
    if prior == "normal":
        return torch.randn(COUNTED, latent_size, generator=chance)
    return 2 * torch.rand(COUNTED, latent_size, generator=chance) - 1


def _looked_at(g: Generator, config: GanConfig) -> Float[Tensor, "counted latent"]:
    noise = _noise(config.seed, config.latent_size, config.prior)
    return noise.to(next(g.parameters()).device)


@lru_cache(maxsize=1)
def _screen() -> Float[Tensor, "places 2"]:
    """The middles of the squares that the heat is made of, from the top row down."""
    steps = (torch.arange(HEAT) + 0.5) * (2 * EDGE / HEAT) - EDGE
    y, x = torch.meshgrid(-steps, steps, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


@lru_cache(maxsize=8)
def _real(source: Points) -> tuple[Tensor, tuple[float, float]]:
    """The density of real points, and how far as many other real points are from it.

    No generator can be expected to come below that floor: two samples always differ.
    """
    real = density(source.draw(COUNTED_REAL, generator(0, "plane", "real")))
    other = density(source.draw(COUNTED, generator(0, "plane", "floor")))
    return real, divergences(real, other)
