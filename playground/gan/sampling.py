"""Latent points by seed, and the images that a generator makes of them.

A seed names the same point in the page and on the server. So the random numbers behind it come
from a hash that both compute to the bit (`page/network.js` is the other half), not from torch.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from playground.gan.model import Generator
from playground.gan.portable import images_of, score_kind
from playground.gan.sheets import sheet
from playground.packed import packed
from playground.refused import Refused

_WHOLE = float(1 << 32)


def _hashed(values: np.ndarray) -> np.ndarray:
    """A hash of 32-bit numbers whose bits look random.

    PCG-RXS-M-XS of 32 bits: Jarzynski, Olano 2020, Journal of Computer Graphics Techniques 9(3).
    """
    state = values * np.uint32(747796405) + np.uint32(2891336453)
    word = ((state >> ((state >> np.uint32(28)) + np.uint32(4))) ^ state) * np.uint32(277803737)
    return (word >> np.uint32(22)) ^ word


def noise(seed: int, size: int, prior: str = "normal") -> Float[Tensor, " size"]:
    """The latent point of a seed (0 … 2³² − 1); `prior`: N(0, 1), or uniform in [-1, 1].

    The first numbers of a longer point are those of a shorter one. Normal numbers are made of
    uniform ones as Box and Muller do (1958): √(−2 ln u) · cos 2πv.
    """
    start = _hashed(np.array([seed], dtype=np.uint32))
    places = np.arange(2 * size, dtype=np.uint32)
    u, v = ((_hashed(_hashed(start ^ places)) + 0.5) / _WHOLE).reshape(size, 2).T
    drawn = np.sqrt(-2 * np.log(u)) * np.cos(2 * math.pi * v) if prior == "normal" else 2 * u - 1
    return torch.from_numpy(drawn.astype(np.float32))


def latent(generator: Generator, seed_or_z: int | Sequence[float]) -> Float[Tensor, " latent"]:
    """The latent point that a seed or its numbers stand for.

    Raises `Refused` if there are more or fewer numbers than the generator takes.
    """
    if isinstance(seed_or_z, int):
        return noise(seed_or_z, generator.latent_size, generator.prior)
    if len(seed_or_z) != generator.latent_size:
        raise Refused("gan.latent.size", given=len(seed_or_z), needed=generator.latent_size)
    z = torch.tensor(seed_or_z, dtype=torch.float32)
    if not bool(z.isfinite().all()):
        raise Refused("gan.bad_latent")
    return z


def truncated(z: Float[Tensor, "*batch latent"], truncation: float) -> Float[Tensor, "..."]:
    """Nearer to the middle of the latent space (below 1), or farther (above).

    The middle of both priors is 0, so this is a factor (the truncation trick in its plainest
    form: Karras et al. 2019, arXiv:1812.04948, section B, with ψ and a mean of 0).
    """
    return truncation * z


def asked_classes(classes: int, digit: int, count: int) -> Int[Tensor, " count"] | None:
    """The class of each image: `digit`, or each in turn for -1; None if the networks have none."""
    if not classes:
        return None
    if digit >= 0:
        return torch.full((count,), digit)
    return torch.arange(count) % classes


def gan_noise(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The latent points of `asked["seeds"]`: `{"size", "prior", "z": packed [seeds, size]}`."""
    generator = images_of(asked).generator
    rows = [latent(generator, seed) for seed in asked["seeds"]]
    return {
        "size": generator.latent_size,
        "prior": generator.prior,
        "z": packed(torch.stack(rows).numpy()),
    }


@torch.no_grad()
def gan_sample(asked: Mapping[str, Any]) -> dict[str, Any]:
    """`n` images with D's score of each.

    Of a seed: those of it and of the seeds after it. Of latent points: one image of each; of one
    point alone and digit -1, the same style in each class. `z` are the points before truncation.
    """
    reader = images_of(asked)
    network, given, digit = reader.generator, asked.get("seed_or_z", 0), asked.get("digit", -1)
    if isinstance(given, int):
        points = [latent(network, given + at) for at in range(asked.get("n", 10))]
    else:
        points = [latent(network, one) for one in given]
        if len(points) == 1 and network.classes and digit < 0:
            points *= min(asked.get("n", 10), network.classes)
    z = torch.stack(points)
    classes = asked_classes(network.classes, digit, len(z))
    images = network(truncated(z, asked.get("truncation", 1.0)), classes)
    scores = reader.discriminator(images, classes)
    kind = score_kind(reader)
    return {
        "sheet": sheet(images),
        "scores": (scores.sigmoid() if kind == "probability" else scores).tolist(),
        "score_kind": kind,
        "z": z.tolist(),
        "digits": [] if classes is None else classes.tolist(),
    }
