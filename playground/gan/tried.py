"""Whether a file of weights is a pair that can play: asked of what a visitor imports."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from playground.gan import reader
from playground.refused import Refused
from playground.seeds import generator


@torch.no_grad()
def tried(asked: Mapping[str, Any]) -> dict[str, Any]:
    """One sample of the generator, judged by the discriminator. Raises `Refused`."""
    held = reader.load(Path(asked["weights"]))
    made = held.generator(held.generator.noise(1, generator(0, "tried")))
    if not held.discriminator(made).isfinite().all():
        raise Refused("gan.not_finite")
    return {}
