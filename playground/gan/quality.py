"""How good generated images are, in figures: close to real ones, varied, and not copies.

Fréchet distance (Heusel et al. 2017, arXiv:1706.08500, eq. 6) and kernel distance (Bińkowski et
al. 2018, arXiv:1801.01401) are measured in the features of our own judge, so they can be compared
with each other and with the floor, which is what real images reach; not with an Inception FID.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from playground.gan import judge as judges
from playground.gan.alarms import alarms
from playground.gan.data import Images
from playground.gan.sheets import as_floats
from playground.seeds import generator

__all__ = ["Census", "Measure", "alarms", "census", "frechet", "kid", "nearest"]

SAMPLES = 2_500  # generated images that are looked at; fewer raise the Fréchet distance
REFERENCE = 10_000  # real images at most
KERNEL = 1_000  # of each, for the kernel distance: its cost grows with the square
COMPARED = 100  # generated images that copies are looked for among
FEW = 500  # held-out images: with fewer, all real images are compared with
_BATCH = 500  # a multiple of all numbers of classes, which are asked for in turn
_ROWS = 4_000  # training images that are compared with at once

Rows = Float[Tensor, "_ features"]
Generate = Callable[[int], Float[Tensor, "count channels 28 28"]]


def frechet(features: Rows, reference: Rows) -> float:
    """|μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½), of two normal distributions like these features."""
    (mean, spread), (real_mean, real_spread) = _moments(features), _moments(reference)
    values, vectors = torch.linalg.eigh(spread)
    root = vectors * values.clamp_min(0).sqrt() @ vectors.T
    # The root of a product of two such matrices has the same trace as that of root · Σ₂ · root.
    shared = torch.linalg.eigvalsh(root @ real_spread @ root).clamp_min(0).sqrt().sum()
    apart = (mean - real_mean).square().sum()
    return (apart + spread.trace() + real_spread.trace() - 2 * shared).clamp_min(0).item()


def _moments(rows: Rows) -> tuple[Tensor, Tensor]:
    rows = rows.double()
    mean = rows.mean(0)
    return mean, (rows - mean).T @ (rows - mean) / max(1, len(rows) - 1)


def kid(features: Rows, reference: Rows) -> float:
    """The squared distance of means under the kernel (xᵀy / d + 1)³: unbiased, so below 0 at times.

    Of a million pairs at most.
    """
    x, y = features[:KERNEL].double(), reference[:KERNEL].double()

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (a @ b.T / a.shape[1] + 1) ** 3

    def within(a: Tensor) -> Tensor:
        pairs = kernel(a, a)
        return (pairs.sum() - pairs.trace()) / max(1, len(a) * (len(a) - 1))

    return (within(x) + within(y) - 2 * kernel(x, y).mean()).item()


@dataclass(frozen=True)
class Census:
    """Which classes a judge sees. `entropy` is 1 if all are as frequent, 0 if there is only one."""

    shares: tuple[float, ...]
    entropy: float
    confidence: float  # mean probability of the class that is seen

    @property
    def least_class(self) -> int:
        return min(range(len(self.shares)), key=self.shares.__getitem__)


def census(probabilities: Float[Tensor, "n classes"]) -> Census:
    """Counts the classes that are most probable."""
    count = probabilities.shape[1]
    seen = torch.bincount(probabilities.argmax(1), minlength=count).double() / len(probabilities)
    entropy = -torch.special.xlogy(seen, seen).sum() / torch.tensor(float(count)).log()
    confidence = probabilities.amax(1).mean()
    return Census(tuple(seen.tolist()), abs(entropy.item()), confidence.item())


def nearest(
    images: Float[Tensor, "n c 28 28"] | UInt8[Tensor, "n c 28 28"],
    train: UInt8[Tensor, "train c 28 28"],
    judge: judges.Judge | None = None,
) -> tuple[Int[Tensor, " n"], Float[Tensor, " n"]]:
    """Which training image is nearest to each, and how far off it is.

    The distance is the root mean square over pixels, from 0 to 1 (black against white); with a
    judge it is that over its features.
    """

    def rows(some: Tensor) -> Tensor:
        floats = (some if some.is_floating_point() else as_floats(some)).cpu()
        return floats.flatten(1) / 2 if judge is None else judge.seen(floats)[0]

    asked = rows(images)
    best = torch.full((len(asked),), torch.inf)
    which = torch.zeros(len(asked), dtype=torch.int64)
    for start in range(0, len(train), _ROWS):
        known = rows(train[start : start + _ROWS])
        squares = known.square().sum(1) - 2 * asked @ known.T
        least, at = squares.min(1)
        nearer = least < best
        best = torch.where(nearer, least, best)
        which = torch.where(nearer, at + start, which)
    # Once more by difference: |a|² − 2ab + |b|² of floats is not 0 where both are the same.
    found = rows(train[which])
    return which, (asked - found).square().mean(1).sqrt()


class Measure:
    """Measures generated images against the held-out ones of a data set, or against all of them
    where few are held out.

    `floor` is what real training images reach: no generator is asked for less.
    """

    def __init__(self, images: Images, samples: int = SAMPLES):
        self.images, self.samples = images, samples
        self.judge = judges.load(images.judge)
        self._few = len(images.held_out) < FEW
        real = torch.cat([images.held_out, images.train]) if self._few else images.held_out
        self._reference = self.judge.seen(as_floats(real[:REFERENCE]))[0]
        # With features of size 1 no single pair outweighs all others in a third power.
        self._size = self._reference.square().mean().sqrt()

    def __call__(self, generate: Generate, classes: int = 0) -> dict[str, Any]:
        """`{"frechet", "kid", "confidence", "entropy", "shares", "least_class", "accuracy",
        "memorized"}`.

        `generate(count)` gives the next images, in [-1, 1]; those of `classes` classes in turn,
        beginning with the first at each call, or `classes` is 0 and so `accuracy` None. Of own
        images, whose classes nobody knows, there is no census: all of it is None.
        """
        made = [generate(min(_BATCH, self.samples - at)) for at in range(0, self.samples, _BATCH)]
        parts = [self.judge.seen(part) for part in made]
        features, seen = (torch.cat(sides) for sides in zip(*parts, strict=True))
        found: dict[str, Any] = {
            **self._distances(features, self._reference),
            "memorized": self.memorized(made[0][:COMPARED]),
            **dict.fromkeys(("confidence", "entropy", "shares", "least_class", "accuracy")),
        }
        if not self.images.names:
            return found
        told = census(seen)
        right = None
        if classes:
            asked = torch.cat([torch.arange(len(part)) % classes for part in made])
            right = (seen.argmax(1) == asked).double().mean().item()
        return found | {
            "confidence": told.confidence,
            "entropy": told.entropy,
            "shares": list(told.shares),
            "least_class": told.least_class,
            "accuracy": right,
        }

    def memorized(self, made: Float[Tensor, "n c 28 28"]) -> float:
        """The share of images that are nearer to a training image than real ones ever are."""
        _, distances = nearest(made, self.images.train)
        return (distances < self._suspicious).double().mean().item()

    @cached_property
    def _suspicious(self) -> float:
        """A distance that one held-out image in a hundred stays below."""
        _, distances = nearest(self.images.held_out[: 3 * COMPARED], self.images.train)
        if len(distances) < COMPARED:
            return 0.5 * distances.min().item()
        return distances.quantile(0.01).item()

    @cached_property
    def floor(self) -> dict[str, float]:
        """`{"frechet", "kid"}` of as many real training images; where few images are held out, of
        one half of all against the other."""
        chance = generator(0, "judge", "floor")
        if self._few:
            order = torch.randperm(len(self._reference), generator=chance)
            sides = [self._reference[part] for part in order.chunk(2)]
            real, reference = sides
        else:
            order = torch.randperm(len(self.images.train), generator=chance)[: self.samples]
            real = self.judge.seen(as_floats(self.images.train[order]))[0]
            reference = self._reference
        return self._distances(real, reference)

    def _distances(self, features: Rows, reference: Rows) -> dict[str, float]:
        return {
            "frechet": frechet(features, reference),
            "kid": kid(features / self._size, reference / self._size),
        }
