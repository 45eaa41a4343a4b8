"""The latent point whose image is nearest to a given one, found by gradient descent.

Several starts go down together as one batch, for a network that is told the class in every class
at once; the worse half is dropped now and then. Zhu et al. 2016, arXiv:1609.03552, eq. 2, with
pixels for features; the weight on z keeps it where the prior puts it, as latents of images are.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import avg_pool2d

from playground.gan.config import SIDE
from playground.gan.model import Generator
from playground.gan.portable import images_of
from playground.gan.sheets import as_bytes
from playground.optimizers import Adam
from playground.packed import packed
from playground.seeds import generator

STEPS = 150
STARTS = 12  # in one class, or in none
STARTS_OF_CLASS = 4  # in each, where all classes are tried
LEARNING_RATE = 0.2
SLOWEST = 0.05  # share of the learning rate that the last steps still have
BETAS = (0.9, 0.99)
NEAR = 0.5  # starts are nearer to the middle than the prior's points: images there are plain
DROPS = (25, 50, 75)  # steps before which the worse half is dropped
BLOCK = 4  # pixels of an edge: seen this coarsely, strokes that miss each other still pull
PRIOR_WEIGHT = 2e-3  # of the mean square of z, beside mean square differences of pixels
SECONDS = 2.4  # a busy machine ends here, with what it has
TOLD_EVERY = 3  # steps


@dataclass(frozen=True, slots=True)
class Lane:
    """The best point of one class, or of one start where only one class is tried."""

    name: int
    distance: float
    image: Float[Tensor, "channels 28 28"]


@dataclass(frozen=True, slots=True)
class Found:
    """The best point after some steps.

    `loss` is what is minimised, `distance` the root mean square difference of pixels: 0 for the
    same image, 1 for black against white. `digit` is -1 where the network is told no class.
    """

    step: int
    loss: float
    distance: float
    image: Float[Tensor, "channels 28 28"]
    z: Float[Tensor, " latent"]
    digit: int
    lanes: list[Lane]


class Search:
    """Points on their way down: rows of one batch that know nothing of each other."""

    def __init__(
        self,
        network: Generator,
        target: Float[Tensor, "channels 28 28"],
        starts: Float[Tensor, "rows latent"],
        classes: Int[Tensor, " rows"] | None,
        lanes: Int[Tensor, " rows"],
    ):
        self.network, self.target = network, target[None]
        self.z, self.classes, self.lanes = starts.clone(), classes, lanes
        self.losses = torch.full((len(starts),), math.inf)  # of each row, before its last step
        self._optimizer = Adam([self.z], betas=BETAS)

    def step(self, learning_rate: float) -> Found:
        """Moves every row by one step; tells the best one of before it."""
        with torch.enable_grad():
            z = self.z.clone().requires_grad_()
            images = self.network(z, self.classes)
            losses, squares = self._compared(images, z)
            (gradient,) = torch.autograd.grad(losses.sum(), z)
        found = self._best(images.detach(), losses.detach(), squares.detach())
        self._optimizer.step([gradient], learning_rate)
        if self.network.prior == "uniform":
            self.z.clamp_(-1, 1)
        return found

    @torch.no_grad()
    def look(self) -> Found:
        """The best row of now."""
        images = self.network(self.z, self.classes)
        return self._best(images, *self._compared(images, self.z))

    def drop(self) -> None:
        """Goes on with the better half of the rows; they keep their moments."""
        kept = self.losses.argsort()[: math.ceil(len(self.losses) / 2)]
        state = self._optimizer.state()
        self.z, self.lanes, self.losses = self.z[kept], self.lanes[kept], self.losses[kept]
        self.classes = None if self.classes is None else self.classes[kept]
        self._optimizer = Adam([self.z], betas=BETAS)
        of_kept = {name: each[kept] if each.dim() else each for name, each in state.items()}
        self._optimizer.restore(of_kept)

    def _compared(
        self, images: Float[Tensor, "rows channels 28 28"], z: Float[Tensor, "rows latent"]
    ) -> tuple[Float[Tensor, " rows"], Float[Tensor, " rows"]]:
        """What each row minimises, and its mean square difference alone, 0 … 1."""
        difference = (images - self.target) / 2
        squares = difference.square().mean((1, 2, 3))
        coarse = avg_pool2d(difference, BLOCK).square().mean((1, 2, 3))
        return squares + coarse + PRIOR_WEIGHT * z.square().mean(1), squares

    def _best(
        self,
        images: Float[Tensor, "rows channels 28 28"],
        losses: Float[Tensor, " rows"],
        squares: Float[Tensor, " rows"],
    ) -> Found:
        self.losses = losses
        roots, names = squares.sqrt().tolist(), self.lanes.tolist()
        lanes: dict[int, Lane] = {}
        for row in losses.argsort().tolist():
            lanes.setdefault(names[row], Lane(names[row], roots[row], images[row]))
        best = int(losses.argmin())
        return Found(
            self._optimizer.count,
            float(losses[best]),
            roots[best],
            images[best],
            self.z[best].clone(),
            -1 if self.classes is None else int(self.classes[best]),
            [lanes[name] for name in sorted(lanes)],
        )


def rates(steps: int) -> list[float]:
    """The learning rate of each step: half a wave of the cosine, from the top down."""
    return [
        LEARNING_RATE * max(SLOWEST, (1 + math.cos(math.pi * step / steps)) / 2)
        for step in range(steps)
    ]


def invert(
    network: Generator,
    target: Float[Tensor, "channels 28 28"],
    digits: Sequence[int],
    randomness: torch.Generator,
    *,
    steps: int = STEPS,
    seconds: float = math.inf,
) -> Iterator[Found]:
    """Looks for z with G(z) ≈ target, in [-1, 1]; tells the best of each step, and last of all.

    `digits` are the classes to be tried, none for a network that is told no class. It ends after
    so many steps, or when the time is up.
    """
    many = len(digits) > 1
    rows = STARTS_OF_CLASS * len(digits) if many else STARTS
    classes = torch.tensor(digits).repeat_interleave(rows // len(digits)) if digits else None
    lanes = classes if many and classes is not None else torch.arange(rows)
    search = Search(network, target, NEAR * network.noise(rows, randomness), classes, lanes)
    end = time.monotonic() + seconds
    best: Found | None = None
    for step, rate in enumerate(rates(steps)):
        if step in DROPS:
            search.drop()
        found = search.step(rate)
        yield found
        best = found if best is None or found.loss < best.loss else best
        if time.monotonic() > end:
            break
    last = search.look()
    yield last if best is None or last.loss <= best.loss else best


def gan_invert(asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The question `gan_invert`: z of an image of 784 numbers, 0 (ground) … 1 (ink).

    Each item tells `step` of `steps`, the best `image` packed [channels, 28, 28] in [-1, 1], its
    `z` packed, `digit` and `distance`; `tried` names the lanes that are still under way with
    their distances, `images` their images as packed bytes. The last one is `done`.
    """
    reader = images_of(asked)
    network = reader.generator
    target = torch.tensor(asked["image"]).reshape(1, SIDE, SIDE).mul(2).sub(1)
    target = target.expand(reader.channels, -1, -1)
    digit = asked.get("digit", -1)
    digits = [] if not network.classes else [digit] if digit >= 0 else range(network.classes)
    told = invert(network, target, digits, generator(0, "inversion"), seconds=SECONDS)
    before: Found | None = None
    for found in told:
        if before is not None and before.step % TOLD_EVERY == 0:
            yield _told(before, done=False)
        before = found
    if before is not None:
        yield _told(before, done=True)


def _told(found: Found, *, done: bool) -> dict[str, Any]:
    images = torch.stack([lane.image for lane in found.lanes])
    return {
        "step": found.step,
        "steps": STEPS,
        "distance": found.distance,
        "image": packed(found.image.numpy()),
        "z": packed(found.z.numpy()),
        "digit": found.digit,
        "tried": [{"name": lane.name, "distance": lane.distance} for lane in found.lanes],
        "images": packed(as_bytes(images).numpy()),
        "done": done,
    }
