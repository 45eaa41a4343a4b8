"""The two players: a generator that makes images or points of noise, and a discriminator.

Goodfellow et al. 2014, arXiv:1406.2661. The mlp is the textbook's; the convolutional pair is a
small DCGAN (Radford et al. 2015, arXiv:1511.06434) that is told the class of each image.
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from playground.gan.config import SIDE, GanConfig

CLASS_WEIGHT = 1.5  # of the one-hot class beside the noise: large enough not to be drowned by it
LEAK = 0.2
GROUPS = 4  # of the discriminator's normalisation, which mixes no samples


class Narrow(nn.Conv2d):
    """A convolution of 4 × 4 pixels, stride 2, as one product of matrices.

    Equal to torch's own, which is slow where there are but one or three channels: on a processor
    the gradient at the input takes three times as long.
    """

    def forward(
        self,
        input: Float[Tensor, "batch channels height width"],  # noqa: A002 - as torch calls it
    ) -> Float[Tensor, "batch maps height//2 width//2"]:
        seen = functional.unfold(input, 4, padding=1, stride=2).transpose(1, 2)
        maps = functional.linear(seen, self.weight.flatten(1), self.bias).transpose(1, 2)
        return maps.unflatten(2, (input.shape[2] // 2, input.shape[3] // 2))


class Widen(nn.ConvTranspose2d):
    """The transpose of `Narrow`: every pixel is spread over 4 × 4, what overlaps is added."""

    def forward(
        self,
        input: Float[Tensor, "batch maps height width"],  # noqa: A002 - as torch calls it
        output_size: list[int] | None = None,  # noqa: ARG002 - as torch's layer has it
    ) -> Float[Tensor, "batch channels 2*height 2*width"]:
        spread = functional.linear(input.flatten(2).transpose(1, 2), self.weight.flatten(1).T)
        size = (2 * input.shape[2], 2 * input.shape[3])
        image = functional.fold(spread.transpose(1, 2), size, 4, padding=1, stride=2)
        return image if self.bias is None else image + self.bias[:, None, None]


class Generator(nn.Module):
    """Noise (and a class) -> images in [-1, 1], or points of the plane."""

    def __init__(self, config: GanConfig, channels: int = 1):
        super().__init__()
        self.classes = config.classes
        self.latent_size, self.prior = config.latent_size, config.prior
        given = config.latent_size + config.classes
        hidden, width = config.hidden_size, config.channels
        if config.is_plane:
            self.body = nn.Sequential(
                nn.Linear(given, hidden), nn.LeakyReLU(LEAK),
                nn.Linear(hidden, hidden), nn.LeakyReLU(LEAK),
                nn.Linear(hidden, 2),
            )  # fmt: skip
        elif config.model == "mlp":
            self.body = nn.Sequential(
                nn.Linear(given, hidden), nn.ReLU(),
                nn.Linear(hidden, channels * SIDE * SIDE), nn.Tanh(),
                nn.Unflatten(1, (channels, SIDE, SIDE)),
            )  # fmt: skip
        else:
            first = SIDE // 4
            self.body = nn.Sequential(
                nn.Linear(given, 4 * width * first * first, bias=False),
                nn.Unflatten(1, (4 * width, first, first)),
                nn.BatchNorm2d(4 * width), nn.ReLU(),
                nn.ConvTranspose2d(4 * width, 2 * width, 4, 2, 1, bias=False),
                nn.BatchNorm2d(2 * width), nn.ReLU(),
                Widen(2 * width, channels, 4, 2, 1), nn.Tanh(),
            )  # fmt: skip

    def initialise(self, generator: torch.Generator) -> "Generator":
        _initialise(self, generator)
        return self

    def forward(
        self,
        z: Float[Tensor, "batch latent"],
        classes: Int[Tensor, " batch"] | None = None,
    ) -> Float[Tensor, "batch ..."]:
        """-> [batch, channels, 28, 28] in [-1, 1], or [batch, 2]."""
        return self.body(self.entered(z, classes))

    def entered(
        self, z: Float[Tensor, "batch latent"], classes: Int[Tensor, " batch"] | None
    ) -> Float[Tensor, "batch given"]:
        """What the first layer is given: the noise, and the class as a weighted one-hot row."""
        if not self.classes:
            return z
        asked = (
            torch.zeros(len(z), dtype=torch.int64, device=z.device) if classes is None else classes
        )
        return torch.cat([z, CLASS_WEIGHT * functional.one_hot(asked, self.classes)], 1)

    def noise(self, count: int, generator: torch.Generator) -> Float[Tensor, "count latent"]:
        """Points of the latent space, drawn from the prior."""
        device = next(self.parameters()).device
        if self.prior == "normal":
            drawn = torch.randn(count, self.latent_size, generator=generator)
        else:
            drawn = 2 * torch.rand(count, self.latent_size, generator=generator) - 1
        return drawn.to(device)


class Discriminator(nn.Module):
    """Images or points (and a class) -> one number each: the logit of being real.

    For the losses of Wasserstein, least squares and hinge it is a score, not a logit.
    """

    def __init__(self, config: GanConfig, channels: int = 1):
        super().__init__()
        self.classes = config.classes
        hidden, width = config.hidden_size, config.channels
        told = 1 + config.classes
        if config.is_plane:
            self.body = nn.Sequential(
                nn.Linear(2, hidden), nn.LeakyReLU(LEAK),
                nn.Linear(hidden, hidden), nn.LeakyReLU(LEAK),
                nn.Linear(hidden, told),
            )  # fmt: skip
        elif config.model == "mlp":
            self.body = nn.Sequential(
                nn.Flatten(),
                nn.Linear(channels * SIDE * SIDE, hidden), nn.LeakyReLU(LEAK),
                nn.Linear(hidden, told),
            )  # fmt: skip
        else:
            last = SIDE // 4
            self.body = nn.Sequential(
                Narrow(channels, 2 * width, 4, 2, 1), nn.LeakyReLU(LEAK),
                nn.Conv2d(2 * width, 4 * width, 4, 2, 1),
                nn.GroupNorm(GROUPS, 4 * width), nn.LeakyReLU(LEAK),
                nn.Flatten(), nn.Linear(4 * width * last * last, told),
            )  # fmt: skip

    def initialise(self, generator: torch.Generator) -> "Discriminator":
        _initialise(self, generator)
        return self

    def forward(
        self, x: Float[Tensor, "batch ..."], classes: Int[Tensor, " batch"] | None = None
    ) -> Float[Tensor, " batch"]:
        """One score for all, and one of the class on top."""
        scores = self.body(x)
        if not self.classes:
            return scores[:, 0]
        asked = (
            torch.zeros(len(x), dtype=torch.int64, device=x.device) if classes is None else classes
        )
        return scores[:, 0] + scores[:, 1:].gather(1, asked[:, None])[:, 0]


@torch.no_grad()
def _initialise(network: nn.Module, generator: torch.Generator) -> None:
    """Uniform, as torch draws by default, but from the generator that is passed."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=generator)
            if layer.bias is not None:
                fan_in, _ = nn.init._calculate_fan_in_and_fan_out(layer.weight)  # noqa: SLF001
                bound = 1 / math.sqrt(fan_in)
                layer.bias.uniform_(-bound, bound, generator=generator)
        elif isinstance(layer, nn.BatchNorm2d | nn.GroupNorm):
            layer.reset_parameters()
