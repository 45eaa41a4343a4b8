"""Small players and things to imitate that tests of this room share."""

from dataclasses import dataclass, replace

import torch

from playground.gan.config import SIDE, GanConfig
from playground.gan.training import start
from playground.seeds import generator

SMALL = GanConfig(
    data="mnist", channels=2, hidden_size=8, latent_size=3, batch_size=6, steps=12, seed=3
)  # fmt: skip
KINDS = {
    "convolution": {},
    "plain": {"conditional": False},
    "mlp": {"model": "mlp"},
    "plane": {"data": "ring", "latent_size": 2},
}
CHANCES = ("weights", "batches", "noise")


def config_of(**settings):
    return replace(SMALL, **settings)


@dataclass(frozen=True)
class Stripes:
    """Images of ten kinds, told apart by how high a bright bar stands; or points on a circle."""

    plane: bool = False
    channels: int = 1
    size: int = 500

    def batch(self, state, size):
        chance = state.generators["batches"]
        if self.plane:
            angle = 6.28 * torch.rand(size, generator=chance)
            return torch.stack([angle.cos(), angle.sin()], 1), None
        classes = torch.randint(10, (size,), generator=chance)
        images = 0.1 * torch.rand(size, self.channels, SIDE, SIDE, generator=chance) - 1
        for image, kind in zip(images, classes.tolist(), strict=True):
            image[:, 2 * kind + 4 : 2 * kind + 8, 4:24] += 1.8
        return images, classes


def game(**settings):
    """A run before its first step: state, source, config."""
    config = config_of(**settings)
    chances = {purpose: generator(config.seed, purpose) for purpose in CHANCES}
    return start(config, 1, **chances), Stripes(config.is_plane), config


def weights_of(state):
    """Copies of all weights of both players, G's first."""
    players = (state.generator, state.discriminator)
    return [[each.detach().clone() for each in player.parameters()] for player in players]
