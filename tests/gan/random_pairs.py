"""Pairs of networks on disk in which every weight and every statistic is random."""

import json
from pathlib import Path

import torch

from playground import knobs, weights
from playground.gan.model import Discriminator, Generator
from playground.gan.portable import portable
from playground.seeds import generator
from tests.gan.small import config_of

NAMES = [f"class {at}" for at in range(10)]


def players(config, channels=1, seed=0):
    """Both networks; what starts as 0 or 1, statistics too, is moved away from there."""
    chance = generator(seed, "weights")
    made = Generator(config, channels), Discriminator(config, channels)
    with torch.no_grad():
        for network in made:
            network.initialise(chance).eval()
            for name, tensor in network.state_dict().items():
                if tensor.is_floating_point():
                    tensor.add_(0.1 * torch.rand(tensor.shape, generator=generator(seed, name)))
    return made


def write_pair(folder: Path, channels=1, seed=0, *, spoilt=False, **settings) -> Path:
    """A file of weights; `spoilt` ones hold a number that is none."""
    config = config_of(**settings)
    first, second = players(config, channels, seed)
    tensors = {f"model.generator.{name}": each for name, each in first.state_dict().items()}
    tensors |= {f"model.discriminator.{name}": each for name, each in second.state_dict().items()}
    if spoilt:
        next(iter(tensors.values())).fill_(float("nan"))
    told = {
        "slice": "gan",
        "config": json.dumps(knobs.as_dict(config)),
        "channels": str(channels),
        "class_names": json.dumps(NAMES if config.classes else []),
        "step": "1",
    }
    file = folder / "weights.safetensors"
    weights.write(file, tensors, told)
    return file


def told_of(file: Path):
    """What the page is told of a file."""
    return portable({"weights": str(file), "source": "tested"})
