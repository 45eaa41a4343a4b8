"""A trained pair as a file holds it: both networks, the settings, and what the classes are called.

A file may also hold a sheet of held-out images with their classes, so that D's judgement of real
images can be seen where the data are not.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from playground import weights
from playground.gan.config import GanConfig
from playground.gan.model import Discriminator, Generator
from playground.knobs import parse
from playground.refused import Refused

CHANNELS = (1, 3)


@dataclass(frozen=True)
class Reader:
    """A pair that is looked at, never trained: both in evaluation mode, without gradients.

    `real` is a sheet (see `sheets`) with "classes" beside it, or None.
    """

    config: GanConfig
    generator: Generator
    discriminator: Discriminator
    channels: int
    class_names: tuple[str, ...]
    real: dict[str, Any] | None


def reader_of(tensors: dict[str, Tensor], metadata: dict[str, str]) -> Reader:
    """The pair in a snapshot or a file of weights. Raises `Refused` if it is none of ours."""
    try:
        config = parse(GanConfig, metadata["config"])
        channels = int(metadata["channels"])
        names = json.loads(metadata["class_names"])
        real = json.loads(metadata.get("real", "null"))
        if channels not in CHANNELS or not all(isinstance(name, str) for name in names):
            raise Refused("gan.not_a_model")
        # Without memory until the file has filled it: a small one can ask for a huge model.
        with torch.device("meta"):
            generator, discriminator = Generator(config, channels), Discriminator(config, channels)
        _fill(generator, "model.generator.", tensors)
        _fill(discriminator, "model.discriminator.", tensors)
    except (KeyError, ValueError, TypeError, RuntimeError, RecursionError):
        raise Refused("gan.not_a_model") from None
    return Reader(config, generator, discriminator, channels, tuple(names), real)


def _fill(network: nn.Module, prefix: str, tensors: dict[str, Tensor]) -> None:
    held = {
        name.removeprefix(prefix): each.float() if each.is_floating_point() else each
        for name, each in tensors.items()
        if name.startswith(prefix)
    }
    network.load_state_dict(held, assign=True)
    network.requires_grad_(requires_grad=False).eval()


@lru_cache(maxsize=4)
def _loaded(path: Path, changed_ns: int, size: int) -> Reader:  # noqa: ARG001 - part of the key
    """A pair read from disk; the file's time and size tell an exchanged file apart."""
    return reader_of(*weights.read(path))


def load(path: Path) -> Reader:
    """The pair in a file, kept in memory for the next time. Raises `Refused`."""
    try:
        found = path.stat()
        return _loaded(path, found.st_mtime_ns, found.st_size)
    except OSError:
        raise Refused("gan.weights_gone") from None
