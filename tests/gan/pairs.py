"""Small pairs of networks in files, as those who look at them are given."""

import json

import torch

from playground import knobs, weights
from playground.gan.config import GanConfig
from playground.gan.model import Discriminator, Generator
from playground.gan.sheets import sheet
from playground.seeds import generator

SMALL = {"data": "mnist", "model": "mlp", "hidden_size": 24, "latent_size": 4}


def networks(colours=1, **settings):
    """(config, generator, discriminator) with random weights, larger than at the start of a run."""
    config = knobs.parse(GanConfig, SMALL | settings)
    made = Generator(config, colours).initialise(generator(0, "generator"))
    judge = Discriminator(config, colours).initialise(generator(0, "discriminator"))
    with torch.no_grad():
        for each in [*made.parameters(), *judge.parameters()]:
            each.mul_(2)
    for network in (made, judge):
        network.eval().requires_grad_(requires_grad=False)
    return config, made, judge


def real_images(count, colours=1):
    """Random images and their classes in turn."""
    shape = (count, colours, 28, 28)
    images = torch.randint(256, shape, generator=generator(0, "real"), dtype=torch.uint8)
    return images, [at % 10 for at in range(count)]


def file_of(folder, *, colours=1, real=20, **settings):
    """A file of such a pair, with a sheet of held-out images in it if `real` is above 0."""
    config, made, judge = networks(colours, **settings)
    tensors = {f"model.generator.{name}": each for name, each in made.state_dict().items()}
    tensors |= {f"model.discriminator.{name}": each for name, each in judge.state_dict().items()}
    names = [str(at) for at in range(10)] if config.classes else []
    images, classes = real_images(max(1, real), colours)
    metadata = {
        "slice": "gan",
        "config": json.dumps(knobs.as_dict(config)),
        "channels": str(colours),
        "class_names": json.dumps(names),
        "real": json.dumps(sheet(images) | {"classes": classes} if real else None),
    }
    file = folder / "weights.safetensors"
    weights.write(file, tensors, metadata)
    return file
