"""Images to be imitated, as uint8 tensors: what a generator learns from, and what is held out."""

import contextlib
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from playground import weights
from playground.datasets import idx, image_files
from playground.datasets.cache import cache_folder
from playground.datasets.own_images import PREFIX, read_images
from playground.gan.config import CLASSES, GanConfig
from playground.gan.glyphs import glyphs
from playground.gan.sheets import as_floats
from playground.refused import Refused
from playground.seeds import generator

GLYPHS = 20_000
GLYPHS_HELD_OUT = 2_000
HELD_OUT_SHARE = 10  # one own image in ten is held out
DIGITS = tuple(str(digit) for digit in range(CLASSES))
CLOTHES = (
    "t_shirt", "trousers", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle_boot",
)  # fmt: skip


@runtime_checkable
class Random(Protocol):
    """What a batch is drawn with: the state of a training."""

    generators: dict[str, torch.Generator]


@dataclass(frozen=True, eq=False)
class Images:
    """One data set. `names` are those of its classes; own images have neither names nor classes.

    `judge` names the classifier whose features such images are compared in.
    """

    train: UInt8[Tensor, "train channels 28 28"]
    train_classes: Int[Tensor, " train"] | None
    held_out: UInt8[Tensor, "held channels 28 28"]
    held_out_classes: Int[Tensor, " held"] | None
    names: tuple[str, ...] = DIGITS
    judge: str = "mnist"

    @property
    def size(self) -> int:
        """Images to train on: an epoch."""
        return len(self.train)

    @property
    def channels(self) -> int:
        """1 for gray images, 3 for coloured ones."""
        return self.train.shape[1]

    def batch(
        self, state: Random, size: int
    ) -> tuple[Float[Tensor, "size channels 28 28"], Int[Tensor, " size"] | None]:
        """Training images in [-1, 1] with their classes, each drawn from all of them."""
        chosen = torch.randint(len(self.train), (size,), generator=state.generators["batches"])
        classes = None if self.train_classes is None else self.train_classes[chosen]
        return as_floats(self.train[chosen]), classes


def images(config: GanConfig, texts: Path | None) -> Images:
    """What a config imitates; visitors' own images stand in a folder beside `texts`.

    Of `max_images` training images, a seed chooses which. Raises `Refused` where they are not on
    this machine.
    """
    found = _own(config.data, texts) if config.data.startswith(PREFIX) else _known(config.data)
    if not config.max_images or config.max_images >= len(found.train):
        return found
    order = torch.randperm(len(found.train), generator=generator(config.seed, "images"))
    kept = order[: config.max_images]
    classes = found.train_classes
    return Images(
        found.train[kept],
        None if classes is None else classes[kept],
        found.held_out,
        found.held_out_classes,
        found.names,
        found.judge,
    )


def _known(name: str) -> Images:
    if name == "glyphs":
        return drawn_digits()
    files = image_files(name)
    return _read(name, files, tuple(file.stat().st_mtime_ns for file in files))


@lru_cache(maxsize=1)
def drawn_digits() -> Images:
    """The digits that are drawn here, the same ones for every seed.

    Drawn once on each machine, which takes some seconds, then read from the cache of data sets.
    """
    strokes = hashlib.sha256(Path(__file__).with_name("glyphs.py").read_bytes()).hexdigest()
    file = cache_folder() / f"glyphs-{strokes[:16]}.safetensors"
    with contextlib.suppress(OSError, Refused, KeyError):
        kept, _ = weights.read(file)
        return Images(
            kept["train"], kept["train_classes"], kept["held_out"], kept["held_out_classes"]
        )
    train, train_classes = glyphs(GLYPHS, generator(0, "glyphs"))
    held_out, held_out_classes = glyphs(GLYPHS_HELD_OUT, generator(0, "glyphs", "held out"))
    drawn = {
        "train": train,
        "train_classes": train_classes,
        "held_out": held_out,
        "held_out_classes": held_out_classes,
    }
    with contextlib.suppress(OSError):  # a cache that cannot be written: drawn again next time
        file.parent.mkdir(parents=True, exist_ok=True)
        weights.write(file, drawn, {})
    return Images(train, train_classes, held_out, held_out_classes)


@lru_cache(maxsize=2)
def _read(name: str, files: tuple[Path, ...], changed_ns: tuple[int, ...]) -> Images:  # noqa: ARG001 - part of the key
    train, train_classes, held_out, held_out_classes = (
        torch.from_numpy(idx.read_idx(file).copy()) for file in files
    )
    names = CLOTHES if name == "fashion-mnist" else DIGITS
    train, held_out = train[:, None], held_out[:, None]
    return Images(train, train_classes.long(), held_out, held_out_classes.long(), names, name)


def _own(address: str, texts: Path | None) -> Images:
    """A visitor's images: their order, which their content decides, tells which are held out."""
    every = torch.from_numpy(read_images(address, texts))
    held = torch.arange(len(every)) % HELD_OUT_SHARE == 0
    return Images(every[~held], None, every[held], None, ())
