"""Distributions on a plane: what two small networks fight over where all can be seen at once.

Each is drawn anew for every batch, so nothing can be memorized. All of them lie in [-1, 1]², apart
from the tails of their noise, as the screen shows [-1.5, 1.5]².
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from jaxtyping import Float
from torch import Tensor

from playground.gan.config import GanConfig, points_of
from playground.packed import packed
from playground.seeds import generator

MODES = 8  # clouds of the ring
RADIUS = 0.75
RING_SPREAD = 0.04
SHARES = (0.5, 0.3, 0.2)  # of the three clouds of the mixture
CLOUDS = ((-0.45, -0.4, 0.16), (0.5, -0.15, 0.1), (0.05, 0.55, 0.06))  # x, y, spread
PEN = 0.02  # spread around each point of a drawing

Draw = Callable[[int, torch.Generator], Tensor]


def _spread(count: int, size: float, chance: torch.Generator) -> Tensor:
    return size * torch.randn(count, 2, generator=chance)


def line(count: int, chance: torch.Generator) -> Float[Tensor, "count 2"]:
    """A straight stroke that rises to the right."""
    along = 2 * torch.rand(count, 1, generator=chance) - 1
    return along * torch.tensor([0.8, 0.5]) + _spread(count, 0.03, chance)


def ring(count: int, chance: torch.Generator) -> Float[Tensor, "count 2"]:
    """Eight small clouds on a circle: the usual trap for a generator that finds one of them."""
    angle = 2 * math.pi / MODES * torch.randint(MODES, (count,), generator=chance)
    return RADIUS * torch.stack([angle.cos(), angle.sin()], 1) + _spread(count, RING_SPREAD, chance)


def mixture(count: int, chance: torch.Generator) -> Float[Tensor, "count 2"]:
    """Three clouds: a wide one with half of the points, and two smaller ones with fewer."""
    which = torch.multinomial(torch.tensor(SHARES), count, replacement=True, generator=chance)
    cloud = torch.tensor(CLOUDS)[which]
    return cloud[:, :2] + cloud[:, 2:] * _spread(count, 1.0, chance)


def spiral(count: int, chance: torch.Generator) -> Float[Tensor, "count 2"]:
    """One and three quarter turns, the points evenly along the way."""
    # The arc of a spiral grows with the square of its angle, hence the root.
    turned = 3.5 * math.pi * torch.rand(count, generator=chance).sqrt()
    radius = 0.85 * turned / (3.5 * math.pi)
    return torch.stack([radius * turned.cos(), radius * turned.sin()], 1) + _spread(
        count, 0.025, chance
    )


def disjoint(count: int, chance: torch.Generator) -> Float[Tensor, "count 2"]:
    """Two flat bars far apart: no continuous map of one cloud fills both without a bridge."""
    side = 2.0 * torch.randint(2, (count, 1), generator=chance) - 1
    inside = 2 * torch.rand(count, 2, generator=chance) - 1
    return side * torch.tensor([0.15, 0.6]) + inside * torch.tensor([0.55, 0.1])


DRAWN: dict[str, Draw] = {
    "line": line,
    "ring": ring,
    "mixture": mixture,
    "spiral": spiral,
    "disjoint": disjoint,
}


class Drawing(Protocol):
    """What remembers where the drawing of points stands: the state of a training."""

    generators: dict[str, torch.Generator]


@dataclass(frozen=True)
class Points:
    """One distribution; a training draws its batches from it."""

    name: str
    pen: tuple[tuple[float, float], ...] = ()  # of a drawing: where it was touched

    @property
    def size(self) -> int:
        """Training samples: 0, there is no end of them."""
        return 0

    @property
    def clouds(self) -> tuple[tuple[float, float, float, float], ...]:
        """x, y, spread and share of each cloud; none where it is not made of clouds."""
        if self.name == "ring":
            turns = [2 * math.pi * mode / MODES for mode in range(MODES)]
            return tuple(
                (RADIUS * math.cos(t), RADIUS * math.sin(t), RING_SPREAD, 1 / MODES) for t in turns
            )
        if self.name == "mixture":
            return tuple((*cloud, share) for cloud, share in zip(CLOUDS, SHARES, strict=True))
        return ()

    def draw(self, count: int, chance: torch.Generator) -> Float[Tensor, "count 2"]:
        """So many independent points."""
        if self.name != "drawn":
            return DRAWN[self.name](count, chance)
        touched = torch.tensor(self.pen)
        which = torch.randint(len(touched), (count,), generator=chance)
        return touched[which] + _spread(count, PEN, chance)

    def batch(self, state: Drawing, size: int) -> tuple[Float[Tensor, "size 2"], None]:
        """The next points that are trained on; they have no classes."""
        return self.draw(size, state.generators["points"]), None


def points(config: GanConfig) -> Points:
    """The distribution that a config names. Raises `Refused` for a drawing that is none."""
    pen = tuple(points_of(config.drawn)) if config.data == "drawn" else ()
    return Points(config.data, pen)


def plane_points(asked: Mapping[str, Any]) -> dict[str, Any]:
    """`{"points": packed [count, 2]}` of `asked`: data, drawn, count, seed.

    Raises `Refused` for a drawing that is none.
    """
    config = GanConfig(data=asked["data"], drawn=asked.get("drawn", ""))
    chance = generator(asked.get("seed", 0), "plane", "look")
    return {"points": packed(points(config).draw(asked.get("count", 500), chance).numpy())}
