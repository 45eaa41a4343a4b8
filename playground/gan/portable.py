"""A generator and its discriminator as plain layers, so that a browser can run them by itself.

Batch normalisation with fixed statistics is one factor and one shift for each channel; both go
into the layer before it. What is left is linear, convolution, its transpose, group normalisation
and three functions of one number: `page/network.js` computes the same, to rounding.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from playground.gan import reader as networks
from playground.gan.config import SIDE
from playground.gan.directions import Direction, directions
from playground.gan.model import CLASS_WEIGHT
from playground.packed import packed
from playground.refused import Refused
from playground.seeds import generator

PROBABILITIES = ("non_saturating", "minimax")  # losses whose score is the logit of being real
Layer = dict[str, Any]


def portable(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Both networks of `asked["weights"]`, and the directions of the latent space that matter.

    Raises `Refused` where the weights are gone, are no numbers, or imitate points on a plane.
    """
    reader = images_of(asked)
    file = Path(asked["weights"])
    return {
        "source": asked.get("source", ""),
        "latent_size": reader.config.latent_size,
        "prior": reader.config.prior,
        "classes": reader.config.classes,
        "class_weight": CLASS_WEIGHT,
        "class_names": list(reader.class_names),
        "channels": reader.channels,
        "score_kind": score_kind(reader),
        "generator": layers(reader.generator.body, (reader.config.latent_size,)),
        "discriminator": layers(reader.discriminator.body, (reader.channels, SIDE, SIDE)),
        "directions": [_told(one) for one in _directions(file, file.stat().st_mtime_ns)],
    }


def images_of(asked: Mapping[str, Any]) -> networks.Reader:
    """The networks of a question about images. Raises `Refused` if they are none, or broken."""
    reader = networks.load(Path(asked["weights"]))
    if reader.config.is_plane:
        raise Refused("gan.latent.points")
    if not all(bool(tensor.isfinite().all()) for tensor in reader.generator.state_dict().values()):
        raise Refused("gan.latent.not_finite")
    return reader


def score_kind(reader: networks.Reader) -> str:
    """`probability` where sigmoid(D) is the chance of being real, else `score`."""
    return "probability" if reader.config.loss in PROBABILITIES else "score"


@lru_cache(maxsize=8)
def _directions(file: Path, changed_ns: int) -> list[Direction]:  # noqa: ARG001 - part of the key
    """Found once for each file, as it takes a second."""
    return directions(networks.load(file).generator, generator(0, "directions"))


def _told(one: Direction) -> dict[str, Any]:
    return {
        "vector": packed(one.vector.numpy()),
        "sigma": one.sigma,
        "share": one.share,
        "change": one.change,
        "name": one.name,
        "correlation": one.correlation,
        "aimed": one.aimed,
    }


def layers(body: nn.Sequential, shape: tuple[int, ...]) -> list[Layer]:
    """The layers of a network that is given `shape` without the batch axis. Weights are packed.

    Linear weights are [out, in], those of a convolution [out, in, size, size], those of a
    transposed one [in, out, size, size]: as torch holds them. `height` and `width` are of the
    input. A latent point may have the class behind it: `in` counts both. `TypeError` for a layer
    that the page cannot compute.
    """
    found: list[Layer] = []
    for part in body:
        if isinstance(part, nn.BatchNorm2d):
            _fold(found[-1], part)
        elif isinstance(part, nn.Unflatten):
            shape = tuple(part.unflattened_size)
        elif isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            found.append(_convolution(part, shape))
            shape = (part.out_channels, *_size(part, shape))
        elif not isinstance(part, nn.Flatten):  # which is a row of numbers before and after
            found.append(_layer(part))
    return [{name: _plain(value) for name, value in layer.items()} for layer in found]


def _layer(part: nn.Module) -> Layer:
    """A layer that does not look at where its numbers stand."""
    match part:
        case nn.Linear():
            return {
                "kind": "linear", "in": part.in_features, "out": part.out_features,
                "weight": part.weight, "bias": part.bias,
            }  # fmt: skip
        case nn.GroupNorm():
            return {
                "kind": "group_norm", "groups": part.num_groups, "epsilon": part.eps,
                "in": part.num_channels, "weight": part.weight, "bias": part.bias,
            }  # fmt: skip
        case nn.LeakyReLU():
            return {"kind": "leaky_relu", "slope": part.negative_slope}
        case nn.ReLU():
            return {"kind": "relu"}
        case nn.Tanh():
            return {"kind": "tanh"}
        case _:
            raise TypeError(f"{type(part).__name__} has no portable form")


def _plain(value: Any) -> Any:
    return packed(value.detach().cpu().numpy()) if isinstance(value, Tensor) else value


def _convolution(part: nn.Conv2d | nn.ConvTranspose2d, shape: tuple[int, ...]) -> Layer:
    return {
        "kind": "convolution" if isinstance(part, nn.Conv2d) else "convolution_transpose",
        "in": part.in_channels,
        "out": part.out_channels,
        "size": part.kernel_size[0],
        "stride": part.stride[0],
        "padding": part.padding[0],
        "height": shape[1],
        "width": shape[2],
        "weight": part.weight,
        "bias": part.bias,
    }


def _size(part: nn.Conv2d | nn.ConvTranspose2d, shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width of what a convolution makes of `shape`."""
    size, stride, padding = part.kernel_size[0], part.stride[0], int(part.padding[0])
    if isinstance(part, nn.Conv2d):
        high, wide = ((side + 2 * padding - size) // stride + 1 for side in shape[1:])
    else:
        high, wide = ((side - 1) * stride - 2 * padding + size for side in shape[1:])
    return high, wide


@torch.no_grad()
def scale_and_shift(
    norm: nn.BatchNorm2d,
) -> tuple[Float[Tensor, " channels"], Float[Tensor, " channels"]]:
    """What batch normalisation does once its statistics stand still: x ↦ scale · x + shift.

    Ioffe, Szegedy 2015, arXiv:1502.03167, algorithm 2, line 11.
    """
    mean, variance = norm.running_mean, norm.running_var
    if mean is None or variance is None:
        raise TypeError("without statistics of its own it has no portable form")
    scale = norm.weight / (variance + norm.eps).sqrt()
    return scale, norm.bias - scale * mean


@torch.no_grad()
def _fold(before: Layer, norm: nn.BatchNorm2d) -> None:
    """Puts a normalisation into the layer before it."""
    scale, shift = scale_and_shift(norm)
    if before["kind"] == "linear":
        # A channel is as many rows of the weight as it has pixels.
        pixels = before["out"] // norm.num_features
        scale, shift = scale.repeat_interleave(pixels), shift.repeat_interleave(pixels)
    across = {"linear": (-1, 1), "convolution": (-1, 1, 1, 1)}
    before["weight"] = before["weight"] * scale.view(across.get(before["kind"], (1, -1, 1, 1)))
    before["bias"] = shift if before["bias"] is None else before["bias"] * scale + shift
