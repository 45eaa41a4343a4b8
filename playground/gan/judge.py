"""The judge of images: a small frozen classifier of our own, in whose features they are compared.

A distance between images needs an eye. That of the usual Fréchet distance is Inception, trained on
photos; ours has seen digits, or clothes, and nothing else. So its figures are to be compared with
each other and with those of real images, never with an Inception FID.
"""

import math
from functools import lru_cache
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn

from playground import weights

# Which judge knows the classes of a data set; own images have classes that nobody knows.
NAMES = {"glyphs": "mnist", "mnist": "mnist", "fashion-mnist": "fashion-mnist"}
FEATURES = 64
CLASSES = 10
_AT_ONCE = 500  # images


class Judge(nn.Module):
    """Three convolutions, 64 features, ten classes."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.BatchNorm2d(16),
            nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.BatchNorm2d(32),
            nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(),
            nn.Flatten(), nn.Linear(64 * 4 * 4, FEATURES), nn.ReLU(),
        )  # fmt: skip
        self.head = nn.Linear(FEATURES, CLASSES)

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> "Judge":
        """Uniform, as torch draws by default, but from the generator that is passed."""
        for layer in self.modules():
            if isinstance(layer, nn.Linear | nn.Conv2d):
                bound = 1 / math.sqrt(layer.weight[0].numel())
                layer.weight.uniform_(-bound, bound, generator=generator)
                if layer.bias is not None:
                    layer.bias.uniform_(-bound, bound, generator=generator)
        return self

    def features(self, images: Float[Tensor, "n c 28 28"]) -> Float[Tensor, "n 64"]:
        """What the last layer but one sees; images in [-1, 1], coloured ones as gray."""
        return self.body(images.mean(1, keepdim=True))

    def forward(self, images: Float[Tensor, "n c 28 28"]) -> Float[Tensor, "n 10"]:
        """Logits of the classes."""
        return self.head(self.features(images))

    @torch.no_grad()
    def seen(
        self, images: Float[Tensor, "n c 28 28"]
    ) -> tuple[Float[Tensor, "n 64"], Float[Tensor, "n 10"]]:
        """Features, and probabilities of the classes."""
        parts = [self.features(part) for part in images.split(_AT_ONCE)]
        features = torch.cat(parts) if parts else torch.empty(0, FEATURES)
        return features, self.head(features).softmax(1)


def load(name: str) -> Judge:
    """A shipped judge, "mnist" or "fashion-mnist". Raises `Refused` for another name."""
    return load_file(weights.shipped_file("judge", name))


@lru_cache(maxsize=4)
def load_file(file: Path) -> Judge:
    """The judge of a file, frozen."""
    tensors, _ = weights.read(file)
    judge = Judge()
    state = {name.removeprefix("model."): tensor for name, tensor in tensors.items()}
    whole = {name: one.float() if one.is_floating_point() else one for name, one in state.items()}
    judge.load_state_dict(whole)
    return judge.eval().requires_grad_(requires_grad=False)
