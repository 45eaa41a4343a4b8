"""Directions of the latent space that matter, and what they do to an image.

Two kinds. *Components*: a generator begins with a linear layer, so the principal components of
what that layer gives need no sampling, they are the right singular vectors of its weight
(components of early features as directions: Härkönen et al. 2020, arXiv:2004.02546; in closed form:
Shen, Zhou 2021, arXiv:2007.06600, eq. 4). Nobody told them what to do; some are clear all the same.
*Aimed* ones: those along which a measure of the image, its slant say, grows fastest, by linear
regression of the measure on the latent point (in the manner of Shen et al. 2020, arXiv:1907.10786).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from playground.gan.model import Generator

MOST = 12  # components that are told
CLEAR = 0.4  # |correlation| from which on a direction is named for a measure
SAMPLES = 2_000  # images that are measured; one half to find a direction, the other to judge it
POINTS = 20  # latent points at which the change of the image is measured: two of each class
SAME = 0.95  # cosine from which on two aims are one: with a single latent number all are
_AT_ONCE = 200  # images: fits into a core's cache

Classes = Int[Tensor, " batch"] | None


@dataclass(frozen=True)
class Direction:
    """One direction. Where it is named, its positive side has more of what it is named for.

    `vector` has length 1, `sigma` is the standard deviation of the prior along it. `share` is its
    part of the variance of the first layer's output, 0 … 1. `change` is by how much a pixel
    (-1 … 1) changes for one `sigma`, root mean square. `correlation` (0 … 1) is that of the place
    along it with what it is named for, or comes nearest to, among random images of one class.
    """

    vector: Float[Tensor, " latent"]
    sigma: float
    share: float
    change: float
    name: str | None
    correlation: float
    aimed: bool


@torch.no_grad()
def directions(network: Generator, chance: torch.Generator, most: int = MOST) -> list[Direction]:
    """The clear aimed ones, then at most `most` components, those first that change most.

    Components are orthogonal to one another; an aimed one lies across several of them, or is near
    to one: then the generator found by itself what we measure.
    """
    weight = first_weight(network)
    sigma = 1.0 if network.prior == "normal" else 1 / math.sqrt(3)
    z, classes = _drawn(network, SAMPLES, chance)
    seen = measures_of(network, z, classes)
    near = _drawn(network, POINTS, chance)

    def told(vector: Tensor, *, aimed: bool) -> Direction:
        along = z @ vector
        found = {name: correlation(along, values) for name, values in seen.items()}
        nearest = max(found, key=lambda name: abs(found[name]))
        vector = -vector if found[nearest] < 0 else vector
        size = abs(found[nearest])
        share = (vector @ weight).square().sum() / weight.square().sum().clamp_min(1e-30)
        return Direction(
            vector, sigma, float(share), change(network, *near, sigma * vector),
            nearest if size >= CLEAR else None, size, aimed,
        )  # fmt: skip

    # Beyond these a component hardly moves the first layer, so none can be among the first.
    candidates = [told(vector, aimed=False) for vector in components(weight)[: 2 * most]]
    parts = sorted(candidates, key=lambda one: -one.change)[:most]
    aims: list[Direction] = []
    half = SAMPLES // 2
    for name, values in seen.items():
        slope = torch.linalg.lstsq(z[:half], values[:half, None]).solution[:, 0]
        vector = slope / slope.norm().clamp_min(1e-12)
        size = correlation(z[half:] @ vector, values[half:])
        if size < CLEAR or any(abs(float(vector @ one.vector)) > SAME for one in aims):
            continue
        aims.append(_renamed(told(vector, aimed=True), vector, name, size))
    return aims + parts


def _renamed(one: Direction, vector: Tensor, name: str, size: float) -> Direction:
    return Direction(vector, one.sigma, one.share, one.change, name, size, aimed=True)


@torch.no_grad()
def first_weight(network: Generator) -> Float[Tensor, "latent out"]:
    """What the first layer, with its normalisation, makes of each number of the latent point."""
    head = nn.Sequential()
    for part in network.body:
        if isinstance(part, nn.ReLU | nn.LeakyReLU):
            break
        head.append(part)
    unit = torch.eye(network.latent_size)
    given = network.entered(unit, None), network.entered(torch.zeros_like(unit), None)
    return (head.eval()(given[0]) - head(given[1])).flatten(1)


def components(weight: Float[Tensor, "latent out"]) -> Float[Tensor, "found latent"]:
    """The principal directions of a linear layer's output for a round prior, the largest first."""
    vectors, _, _ = torch.linalg.svd(weight.double(), full_matrices=False)
    return vectors.T.float().contiguous()


def measures(
    images: Float[Tensor, "batch channels height width"],
) -> Mapping[str, Float[Tensor, " batch"]]:
    """What an image looks like, in one number each; `images` in [-1, 1], ink is 1.

    `slant`: by how many pixels the ink moves to the right for each pixel that it rises. `weight`:
    the share of the ground that is inked. `width`, `height`: one standard deviation of the ink,
    in pixels.
    """
    ink = ((images.mean(1) + 1) / 2).clamp_min(0) + 1e-6
    whole = ink.sum((1, 2))
    down, right = (torch.arange(side, dtype=ink.dtype) for side in ink.shape[1:])
    y, x = ink.sum(2) @ down / whole, ink.sum(1) @ right / whole
    below, beside = down - y[:, None], right - x[:, None]  # [batch, side]
    high = (ink.sum(2) * below.square()).sum(1) / whole
    wide = (ink.sum(1) * beside.square()).sum(1) / whole
    across = torch.einsum("bhw,bh,bw->b", ink, below, beside) / whole
    return {
        "slant": -across / high,  # y grows downwards
        "weight": ink.mean((1, 2)),
        "width": wide.sqrt(),
        "height": high.sqrt(),
    }


def _drawn(network: Generator, count: int, chance: torch.Generator) -> tuple[Tensor, Classes]:
    """Latent points, and for each a class in turn if there are any."""
    classes = torch.arange(count) % network.classes if network.classes else None
    return network.noise(count, chance), classes


def measures_of(
    network: Generator, z: Float[Tensor, "batch latent"], classes: Classes
) -> dict[str, Float[Tensor, " batch"]]:
    """The measures of the images of these points, each about the mean of its class.

    So that an eight is wider than a one does not count.
    """
    parts = z.split(_AT_ONCE), [None] * len(z) if classes is None else classes.split(_AT_ONCE)
    images = torch.cat([network(*part) for part in zip(*parts, strict=False)])
    groups = torch.zeros(len(z), dtype=torch.int64) if classes is None else classes
    count = torch.bincount(groups).clamp_min(1)
    found = {}
    for name, values in measures(images).items():
        means = torch.bincount(groups, weights=values) / count
        found[name] = values - means[groups].to(values.dtype)
    return found


def change(
    network: Generator, z: Float[Tensor, "batch latent"], classes: Classes, step: Tensor
) -> float:
    """Half the distance of the images on both sides of each point, root mean square of a pixel."""
    both = network(torch.cat([z + step, z - step]), None if classes is None else classes.repeat(2))
    ahead, behind = both.flatten(1).chunk(2)
    return float((ahead - behind).square().mean(1).sqrt().mean() / 2)


def correlation(along: Float[Tensor, " batch"], values: Float[Tensor, " batch"]) -> float:
    """Pearson's, -1 … 1; 0 where nothing varies."""
    along, values = along.double() - along.double().mean(), values.double() - values.double().mean()
    size = along.norm() * values.norm()
    return float(along @ values / size) if size > 1e-12 else 0.0
