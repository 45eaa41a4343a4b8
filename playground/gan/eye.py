"""What a discriminator sees: its score of real and of generated images, and how often it is right.

Real images are held out: neither network was trained on them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from playground.gan import judge
from playground.gan.config import SIDE, GanConfig
from playground.gan.data import images as images_of_config
from playground.gan.objectives import shown
from playground.gan.portable import images_of, score_kind
from playground.gan.reader import Reader
from playground.gan.sampling import latent
from playground.gan.sheets import as_bytes, as_floats, from_sheet, sheet
from playground.refused import Refused
from playground.seeds import generator

MOST_SEEDS = 1_000_000  # those that the page can name
NEAREST = 6
USUAL = 100  # held-out images whose nearest training images say what is usual
AT_ONCE = 5_000  # training images compared at once
# The shown score at which D takes an image for as likely real as fake; Wasserstein's has none.
MIDDLES: Mapping[str, float | None] = {
    "non_saturating": 0.5, "minimax": 0.5, "least_squares": 0.5, "hinge": 0.0, "wgan_gp": None,
}  # fmt: skip


@dataclass(frozen=True)
class HeldOut:
    """Real images that were not trained on, and their classes if they have any."""

    images: UInt8[Tensor, "count channels 28 28"]
    digits: list[int]


def held_out(reader: Reader, asked: Mapping[str, Any]) -> HeldOut:
    """Held-out images of a pair: those beside shipped weights, in a run's file, or in its data.

    Raises `Refused` if there are none.
    """
    beside = Path(asked["weights"]).with_name("held_out.json")
    try:
        if beside.is_file():
            held = json.loads(beside.read_text(encoding="utf-8"))
            return HeldOut(from_sheet(held["sheet"]), held["digits"])
        if reader.real is not None:
            return HeldOut(from_sheet(reader.real), reader.real["classes"])
        data = images_of_config(reader.config, _texts(asked))
    except (ValueError, KeyError, TypeError):
        raise Refused("gan.eye.no_real") from None
    classes = data.held_out_classes
    return HeldOut(data.held_out, [] if classes is None else classes.tolist())


def _texts(asked: Mapping[str, Any]) -> Path | None:
    return Path(asked["texts"]) if asked.get("texts") else None


@torch.no_grad()
def scores(
    reader: Reader, images: Float[Tensor, "count channels 28 28"], digits: list[int]
) -> Float[Tensor, " count"]:
    """D's scores as they are shown: probabilities where its loss makes them such."""
    classes = torch.tensor(digits) if reader.config.classes else None
    return shown(reader.config.loss, reader.discriminator(images, classes))


def gan_score(asked: Mapping[str, Any]) -> dict[str, Any]:
    """How real D takes an image of 784 numbers, 0 (ground) … 1 (ink), to be.

    A D that is told a class is told `asked["digit"]`; for -1 what the classifier sees, or where
    there is no classifier the class that D likes best. `scores` has one for each class, `judge`
    is what the classifier sees, or None.
    """
    reader = images_of(asked)
    image = as_image(asked["image"], reader.channels)
    tried = list(range(reader.config.classes)) or [-1]
    each = scores(reader, image.expand(len(tried), -1, -1, -1), tried)
    judged = _judged(reader.config, image)
    digit = asked.get("digit", -1)
    if not reader.config.classes:
        digit = -1
    elif digit < 0:
        digit = judged["class"] if judged else int(each.argmax())
    kind, score = score_kind(reader), float(each[max(digit, 0)])
    return {
        "score": score,
        "probability": score if kind == "probability" else None,
        "score_kind": kind,
        "middle": MIDDLES[reader.config.loss],
        "digit": digit,
        "scores": each.tolist(),
        "judge": judged,
    }


def as_image(ink: list[float], channels: int) -> Float[Tensor, "1 channels 28 28"]:
    """784 numbers, 0 … 1, as the networks see them: in [-1, 1]."""
    image = torch.tensor(ink, dtype=torch.float32).reshape(1, 1, SIDE, SIDE)
    return image.mul(2).sub(1).expand(-1, channels, -1, -1)


def _judged(config: GanConfig, image: Float[Tensor, "1 channels 28 28"]) -> dict[str, Any] | None:
    """The classes that our classifier sees; None where there is none for such images."""
    try:
        known = judge.load(judge.NAMES[config.data])
    except (KeyError, Refused):
        return None
    _, found = known.seen(image)
    probabilities = found[0]
    return {"class": int(probabilities.argmax()), "probabilities": probabilities.tolist()}


@torch.no_grad()
def gan_wall(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Held-out images and as many fake ones of the same classes, each with D's score.

    `accuracy` is the share of all that D takes for what they are, cut at `middle`; where the loss
    has none, halfway between both means. `ranked` is the chance that D gives a real image a
    higher score than a fake one. Each fake one is named by the seed of its z.
    """
    reader = images_of(asked)
    found = held_out(reader, asked)
    randomness = generator(asked.get("seed", 0), "wall")
    count = min(asked.get("count", 60), len(found.images))
    chosen = torch.randperm(len(found.images), generator=randomness)[:count]
    real = as_floats(found.images[chosen])
    digits = [found.digits[at] for at in chosen.tolist()] if found.digits else []
    seeds = torch.randint(MOST_SEEDS, (count,), generator=randomness).tolist()
    z = torch.stack([latent(reader.generator, seed) for seed in seeds])
    told = digits if reader.config.classes else []
    fake = reader.generator(z, torch.tensor(told) if told else None)
    of_real, of_fake = scores(reader, real, told), scores(reader, fake, told)
    between = MIDDLES[reader.config.loss]
    cut = float(of_real.mean() + of_fake.mean()) / 2 if between is None else between
    real_right, fake_right = (of_real > cut).float().mean(), (of_fake <= cut).float().mean()
    return {
        "real": {"sheet": sheet(real), "scores": of_real.tolist(), "digits": digits},
        "fake": {
            "sheet": sheet(fake), "scores": of_fake.tolist(), "digits": told, "seeds": seeds,
        },
        "score_kind": score_kind(reader),
        "middle": cut,
        "middle_given": between is not None,
        "accuracy": float(real_right + fake_right) / 2,
        "real_right": float(real_right),
        "fake_right": float(fake_right),
        "ranked": float(ranked(of_real, of_fake)),
        "class_names": list(reader.class_names),
    }  # fmt: skip


def ranked(real: Float[Tensor, " real"], fake: Float[Tensor, " fake"]) -> Float[Tensor, ""]:
    """The chance that one of `real` is above one of `fake`; a tie counts half.

    This is the area under the ROC curve (Hanley, McNeil 1982, Radiology 143, p. 29).
    """
    difference = real[:, None] - fake[None]
    return ((difference > 0).float() + (difference == 0).float() / 2).mean()


@torch.no_grad()
def gan_nearest(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The training images that are nearest to a generated one, by root mean square of pixels.

    `usual` is how near a held-out image comes to the nearest training image, in the middle: a
    generated one that is much nearer is remembered. `here` is false where the data are not.
    """
    reader = images_of(asked)
    given = asked.get("seed_or_z", 0)
    z = latent(reader.generator, given if isinstance(given, int) else given[0])
    told = [max(0, asked.get("digit", 0))] if reader.config.classes else []
    made = reader.generator(z[None], torch.tensor(told) if told else None)
    try:
        data = images_of_config(reader.config, _texts(asked))
    except Refused:
        return {"sheet": None, "distances": [], "digits": [], "usual": None, "here": False}
    distances, places = closest(as_bytes(made), data.train, NEAREST)
    classes = data.train_classes
    return {
        "sheet": sheet(data.train[places[0]]),
        "distances": distances[0].tolist(),
        "digits": [] if classes is None else classes[places[0]].tolist(),
        "usual": _usual(reader.config, _texts(asked)),
        "here": True,
    }


def closest(
    images: UInt8[Tensor, "images channels 28 28"],
    train: UInt8[Tensor, "train channels 28 28"],
    count: int,
) -> tuple[Float[Tensor, "images near"], Int[Tensor, "images near"]]:
    """Distances to the nearest of `train`, nearest first, and their places.

    A distance is the root mean square difference of pixels: 1 is black against white.
    """
    asked = images.flatten(1).float() / 255
    lengths = asked.square().sum(1, keepdim=True)
    best, places = torch.empty(len(asked), 0), torch.empty(len(asked), 0, dtype=torch.int64)
    for start in range(0, len(train), AT_ONCE):
        some = train[start : start + AT_ONCE].flatten(1).float() / 255
        squares = lengths - 2 * asked @ some.T + some.square().sum(1)
        here = torch.arange(start, start + len(some)).expand(len(asked), -1)
        best, places = torch.cat([best, squares], 1), torch.cat([places, here], 1)
        best, kept = best.topk(min(count, best.shape[1]), largest=False)
        places = places.gather(1, kept)
    # What is rounded can be a little below 0 for an image that is there.
    return (best.clamp_min(0) / asked.shape[1]).sqrt(), places


@lru_cache(maxsize=4)
def _usual(config: GanConfig, texts: Path | None) -> float:
    data = images_of_config(config, texts)
    return float(closest(data.held_out[:USUAL], data.train, 1)[0].median())
