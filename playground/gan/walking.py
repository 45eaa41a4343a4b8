"""Walks through the latent space: from stop to stop, image by image, and home as a film.

The page walks by itself (page/walk_maths.js does the same sums); this is what a film is made of.
"""

import base64
import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from playground.gan import films
from playground.gan.model import CLASS_WEIGHT, Generator
from playground.gan.portable import images_of
from playground.gan.sampling import latent, truncated
from playground.gan.sheets import as_bytes
from playground.refused import Refused

MOST_FRAMES = 240
AT_ONCE = 32  # images between two words of progress
_STRAIGHT = 1e-6  # sine of an angle at which an arc is a line


def linear(
    first: Float[Tensor, " latent"],
    last: Float[Tensor, " latent"],
    shares: Float[Tensor, " shares"],
) -> Float[Tensor, "shares latent"]:
    """The straight way. Half-way between two points that are far from zero it comes near zero."""
    share = shares[:, None]
    return _with_ends((1 - share) * first + share * last, first, last, shares)


def spherical(
    first: Float[Tensor, " latent"],
    last: Float[Tensor, " latent"],
    shares: Float[Tensor, " shares"],
) -> Float[Tensor, "shares latent"]:
    """The way over the sphere: the direction turns evenly, the norm goes from one to the other.

    Of two points of one norm this is the slerp of Shoemake 1985, equation of page 247, which White
    2016 (arXiv:1609.04468) brought to latent spaces. Between opposite points every arc is as
    short: one of them is taken. Where there is no arc, at zero or in one dimension, it is a line.
    """
    start, end = first.norm(), last.norm()
    if not (start > 0 and end > 0):
        return linear(first, last, shares)
    ahead = first / start
    cosine = ahead @ (last / end)
    aside = last / end - cosine * ahead
    if aside.norm() < _STRAIGHT:
        if cosine > 0 or len(first) == 1:
            return linear(first, last, shares)
        aside = torch.zeros_like(ahead)
        aside[ahead.abs().argmin()] = 1
        aside = aside - (aside @ ahead) * ahead
        angle = torch.full_like(cosine, math.pi)
    else:
        angle = torch.atan2(aside.norm(), cosine)
    turned = shares[:, None] * angle
    direction = turned.cos() * ahead + turned.sin() * aside / aside.norm()
    norm = (1 - shares) * start + shares * end
    return _with_ends(norm[:, None] * direction, first, last, shares)


def _with_ends(
    points: Float[Tensor, "shares latent"],
    first: Float[Tensor, " latent"],
    last: Float[Tensor, " latent"],
    shares: Float[Tensor, " shares"],
) -> Float[Tensor, "shares latent"]:
    points = torch.where((shares == 0)[:, None], first, points)
    return torch.where((shares == 1)[:, None], last, points)


KINDS = {"spherical": spherical, "linear": linear}


def way(
    stops: Float[Tensor, "stops latent"], frames: int, kind: str, *, loop: bool = False
) -> Float[Tensor, "frames latent"]:
    """Points at even shares of the way over all stops.

    The first is the first stop and the last the last one; of a loop, which goes back to the first
    stop, the last point is one share before it, so that the film can go on.
    """
    between = KINDS[kind]
    whole = torch.cat([stops, stops[:1]]) if loop else stops
    legs, gaps = len(whole) - 1, frames if loop else frames - 1
    points = []
    for leg in range(legs):
        # Counted in whole numbers, so that stops are met exactly.
        shares = [at * legs - leg * gaps for at in range(frames)]
        here = [share / gaps for share in shares if 0 <= share < gaps]
        if leg == legs - 1 and not loop:
            here.append(1.0)
        if here:
            points.append(between(whole[leg], whole[leg + 1], stops.new_tensor(here)))
    return torch.cat(points)


def gan_walk(asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """`{"done", "total"}` while images are made; the last item is the film.

    That is `{"name", "media_type", "data": base64, "frames", "bytes"}`. Raises `Refused` for more
    frames than are made, fewer than there are stops, and a format that this machine cannot write.
    """
    stops, frames, form = asked["stops"], asked["frames"], asked["format"]
    loop = asked.get("loop", False)
    if frames > MOST_FRAMES:
        raise Refused("gan.walk.many_frames", frames=frames, limit=MOST_FRAMES)
    if frames < len(stops):
        raise Refused("gan.walk.few_frames", frames=frames, stops=len(stops))
    films.check(form)
    generator = images_of(asked).generator
    z, classes = _read(generator, stops, asked.get("digit", -1))
    z = truncated(z, asked.get("truncation", 1.0))
    # Classes are mixed on a straight line: there is no sphere of classes.
    shares = way(classes, frames, "linear", loop=loop)
    given = torch.cat([way(z, frames, asked["kind"], loop=loop), CLASS_WEIGHT * shares], 1)
    images = []
    for start in range(0, frames, AT_ONCE):
        yield {"done": start, "total": frames}
        images.append(_images(generator, given[start : start + AT_ONCE].float()))
    yield {"done": frames, "total": frames}
    data = films.FORMATS[form](torch.cat(images).numpy(), asked["fps"])
    yield {
        "name": f"walk-{asked['source']}.{form}",
        "media_type": films.MEDIA_TYPES[form],
        "data": base64.b64encode(data).decode("ascii"),
        "frames": frames,
        "bytes": len(data),
    }


@torch.no_grad()
def _images(
    generator: Generator, given: Float[Tensor, "n given"]
) -> UInt8[Tensor, "n height width channels"]:
    return as_bytes(generator.body(given)).permute(0, 2, 3, 1)


def _read(
    generator: Generator, stops: list[Any], digit: int
) -> tuple[Float[Tensor, "stops latent"], Float[Tensor, "stops classes"]]:
    """Latent points and shares of the classes, in double precision.

    A stop is a seed, the numbers of a latent point, or `{"seed" or "z", "digit"}`.
    """
    told = [stop if isinstance(stop, dict) else {"seed": stop} for stop in stops]
    z = [latent(generator, one["seed"] if "seed" in one else one["z"]) for one in told]
    classes = torch.zeros(len(stops), generator.classes, dtype=torch.float64)
    if generator.classes:
        digits = torch.tensor([max(0, one.get("digit", digit)) for one in told])
        classes[torch.arange(len(stops)), digits] = 1
    return torch.stack(z).double(), classes
