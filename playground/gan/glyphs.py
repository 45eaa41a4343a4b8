"""Handwritten digits of our own: strokes like those of a pen, bent and slanted anew each time.

They need no download. Each digit can be written in several ways; a way is a few strokes, a stroke
a smooth curve through a few places. Everything that makes two people's digits differ is drawn at
random: the bends, slant, turn, width, height, the weight of the pen and its pressure.
"""

import math

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

SIDE = 28  # pixels
RIM = 2.0  # pixels that no pen's middle comes nearer to the edge
BEADS = 64  # of ink on the strokes of one digit
_CHUNK = 4  # digits drawn at once: few enough for a processor's cache

Place = tuple[float, float]
Stroke = tuple[Place, ...]


def _arc(
    x: float, y: float, wide: float, high: float, start: float, end: float, count: int = 9
) -> Stroke:
    """Part of an ellipse; angles in degrees, 0 at the right, 90 at the bottom."""
    angles = (math.radians(start + (end - start) * at / (count - 1)) for at in range(count))
    return tuple((x + wide * math.cos(one), y + high * math.sin(one)) for one in angles)


# Ways of writing each digit, in a box from (-1, -1), top left, to (1, 1). A place that is written
# twice is a corner; any other is passed in a curve.
WAYS: tuple[tuple[tuple[Stroke, ...], ...], ...] = (
    (  # 0
        (_arc(0, 0, 0.62, 0.98, -80, 280, 13),),
        (_arc(0, 0, 0.82, 0.92, -60, 310, 13),),
        (_arc(0, 0, 0.5, 0.98, -110, 265, 13),),
    ),
    (  # 1
        (((0.0, -1.0), (0.0, 0.0), (0.0, 1.0)),),
        (((-0.3, -0.68), (-0.12, -0.8), (0.05, -1.0), (0.05, -1.0), (0.04, 0.0), (0.03, 1.0)),),
        (
            ((-0.4, -0.6), (0.0, -1.0), (0.0, -1.0), (0.0, 0.0), (0.0, 0.97)),
            ((-0.45, 0.98), (0.0, 0.97), (0.45, 0.96)),
        ),
        (((0.12, -1.0), (0.0, -0.3), (-0.08, 0.4), (-0.1, 1.0)),),
    ),
    (  # 2
        (
            ((-0.6, -0.6), (-0.3, -0.95), (0.15, -0.98), (0.52, -0.65), (0.42, -0.15),
             (-0.05, 0.4), (-0.65, 0.95), (-0.65, 0.95), (0.0, 0.92), (0.7, 0.9)),
        ),
        (
            ((-0.62, -0.55), (-0.25, -0.95), (0.3, -0.95), (0.55, -0.5), (0.3, 0.1),
             (-0.2, 0.65), (-0.55, 0.85), (-0.62, 0.6), (-0.3, 0.52), (0.1, 0.8), (0.75, 0.95)),
        ),
        (
            ((-0.5, -0.85), (0.1, -1.0), (0.58, -0.7), (0.45, -0.1), (-0.1, 0.5), (-0.6, 0.92),
             (-0.6, 0.92), (-0.1, 0.8), (0.3, 0.9), (0.7, 0.85)),
        ),
    ),
    (  # 3
        (
            ((-0.55, -0.75), (-0.1, -1.0), (0.42, -0.8), (0.4, -0.35), (-0.12, -0.08),
             (-0.12, -0.08), (0.45, 0.1), (0.55, 0.6), (0.1, 0.98), (-0.6, 0.75)),
        ),
        (
            ((-0.55, -0.95), (0.0, -0.95), (0.5, -0.95), (0.5, -0.95), (0.2, -0.5), (-0.1, -0.15),
             (-0.1, -0.15), (0.42, 0.02), (0.52, 0.55), (0.1, 0.98), (-0.58, 0.78)),
        ),
        (
            ((-0.5, -0.7), (0.0, -1.0), (0.48, -0.65), (0.2, -0.2), (0.05, -0.05), (0.45, 0.2),
             (0.5, 0.7), (0.0, 1.0), (-0.55, 0.85)),
        ),
    ),
    (  # 4
        (
            ((-0.45, -0.95), (-0.5, -0.4), (-0.52, 0.1), (-0.52, 0.1), (0.0, 0.08), (0.65, 0.05)),
            ((0.38, -0.9), (0.34, 0.0), (0.3, 1.0)),
        ),
        (
            ((0.3, 1.0), (0.3, 0.0), (0.32, -1.0), (0.32, -1.0), (-0.2, -0.3), (-0.68, 0.3),
             (-0.68, 0.3), (0.0, 0.32), (0.72, 0.32)),
        ),
        (
            ((-0.5, -0.85), (-0.55, -0.3), (-0.3, 0.02), (0.1, -0.05), (0.42, -0.25)),
            ((0.45, -0.95), (0.42, 0.0), (0.35, 1.0)),
        ),
    ),
    (  # 5
        (
            ((0.58, -0.95), (0.1, -0.95), (-0.42, -0.93), (-0.42, -0.93), (-0.46, -0.5),
             (-0.5, -0.12), (-0.5, -0.12), (0.0, -0.3), (0.52, 0.0), (0.5, 0.6), (0.0, 0.98),
             (-0.58, 0.8)),
        ),
        (
            ((-0.4, -0.9), (-0.45, -0.5), (-0.48, -0.15), (-0.48, -0.15), (0.05, -0.25),
             (0.5, 0.1), (0.42, 0.68), (-0.05, 0.98), (-0.6, 0.88)),
            ((-0.4, -0.92), (0.1, -0.95), (0.62, -0.98)),
        ),
        (
            ((0.62, -0.9), (0.1, -0.92), (-0.3, -0.8), (-0.42, -0.4), (-0.1, -0.12), (0.38, 0.15),
             (0.42, 0.65), (0.0, 0.97), (-0.5, 0.85)),
        ),
    ),
    (  # 6
        (
            ((0.3, -0.97), (-0.2, -0.6), (-0.52, 0.05), (-0.5, 0.65), (-0.05, 0.98), (0.48, 0.7),
             (0.42, 0.2), (0.0, 0.02), (-0.48, 0.45)),
        ),
        (
            ((0.1, -1.0), (-0.3, -0.5), (-0.5, 0.2), (-0.38, 0.85), (0.1, 0.98), (0.48, 0.62),
             (0.3, 0.15), (-0.1, 0.18), (-0.44, 0.6)),
        ),
    ),
    (  # 7
        (((-0.72, -0.88), (0.0, -0.9), (0.68, -0.92), (0.68, -0.92), (0.25, -0.1), (-0.1, 1.0)),),
        (
            ((-0.68, -0.85), (0.0, -0.9), (0.66, -0.9), (0.66, -0.9), (0.25, 0.0), (-0.05, 1.0)),
            ((-0.2, 0.12), (0.2, 0.1), (0.6, 0.06)),
        ),
        (
            ((-0.72, -0.72), (-0.7, -0.92), (-0.7, -0.92), (0.0, -0.88), (0.7, -0.92),
             (0.7, -0.92), (0.4, -0.2), (0.22, 0.4), (0.12, 1.0)),
        ),
        (((-0.75, -0.7), (-0.2, -0.95), (0.6, -0.85), (0.45, -0.3), (0.1, 0.4), (-0.05, 1.0)),),
    ),
    (  # 8
        (
            ((0.42, -0.7), (0.0, -1.0), (-0.42, -0.7), (-0.2, -0.25), (0.25, 0.08), (0.5, 0.55),
             (0.05, 0.98), (-0.48, 0.6), (-0.2, 0.05), (0.3, -0.3), (0.45, -0.7)),
        ),
        (_arc(0, -0.5, 0.42, 0.47, 90, 450, 11), _arc(0, 0.48, 0.52, 0.5, -90, 270, 11)),
        (
            ((0.5, -0.85), (0.0, -0.98), (-0.45, -0.65), (0.0, -0.1), (0.42, 0.4), (0.1, 0.95),
             (-0.38, 0.7), (-0.05, 0.05), (0.4, -0.45), (0.52, -0.85)),
        ),
    ),
    (  # 9
        (
            ((0.46, -0.6), (0.0, -0.98), (-0.52, -0.62), (-0.42, -0.1), (0.1, -0.02), (0.46, -0.5),
             (0.48, -0.7), (0.44, 0.1), (0.38, 1.0)),
        ),
        (
            ((0.48, -0.7), (0.0, -0.97), (-0.52, -0.55), (-0.3, 0.0), (0.25, -0.1), (0.48, -0.6),
             (0.5, -0.1), (0.35, 0.7), (-0.05, 1.0), (-0.4, 0.88)),
        ),
        (
            ((0.44, -0.85), (-0.15, -0.95), (-0.52, -0.5), (-0.2, -0.02), (0.3, -0.25),
             (0.46, -0.75), (0.34, 0.1), (0.05, 1.0)),
        ),
        (
            ((0.4, -0.75), (-0.1, -0.98), (-0.54, -0.6), (-0.3, -0.08), (0.15, -0.1), (0.42, -0.5),
             (0.3, 0.2), (-0.1, 1.0)),
        ),
    ),
)  # fmt: skip


def glyphs(
    count: int, generator: torch.Generator
) -> tuple[UInt8[Tensor, "count 1 28 28"], Int[Tensor, " count"]]:
    """Pictures, white on black, and which digit each is: all ten equally often, in random order."""
    classes = torch.arange(count) % len(WAYS)
    classes = classes[torch.randperm(count, generator=generator)]
    known = [(digit, way) for digit, ways in enumerate(WAYS) for way in range(len(ways))]
    beads = torch.stack([_beaded(WAYS[digit][way]) for digit, way in known])
    first = torch.tensor([known.index((digit, 0)) for digit in range(len(WAYS))])
    ways = torch.tensor([len(one) for one in WAYS])
    chosen = (torch.rand(count, generator=generator) * ways[classes]).long()
    chosen = first[classes] + chosen.minimum(ways[classes] - 1)
    pen = _written(beads[chosen], generator)
    soft = 0.55 + 0.25 * torch.rand(count, generator=generator)
    ink = 1 - 0.12 * torch.rand(count, generator=generator)
    covered = _covered(_nearest(pen), pen[..., 2].mean(1), soft)
    return (255 * ink[:, None, None] * covered).round().byte()[:, None], classes


def _beaded(strokes: tuple[Stroke, ...]) -> Float[Tensor, "beads 2"]:
    """Places evenly along the strokes, as many on each as its share of the whole length."""
    curves = [_curve(stroke) for stroke in strokes]
    lengths = [float((curve[1:] - curve[:-1]).norm(dim=1).sum()) for curve in curves]
    counts = [max(2, round(BEADS * length / sum(lengths))) for length in lengths]
    counts[0] += BEADS - sum(counts)
    return torch.cat([_even(curve, count) for curve, count in zip(curves, counts, strict=True)])


def _curve(stroke: Stroke) -> Float[Tensor, "places 2"]:
    """A Catmull-Rom spline through the places of a stroke."""
    places = torch.tensor([stroke[0], *stroke, stroke[-1]])
    t = torch.linspace(0, 1, 16)[:, None]
    before, here, then, after = places[:-3], places[1:-2], places[2:-1], places[3:]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
               + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(before, here, then, after, strict=True)
    ]  # fmt: skip
    return torch.cat(parts)


def _even(curve: Float[Tensor, "places 2"], count: int) -> Float[Tensor, "count 2"]:
    steps = (curve[1:] - curve[:-1]).norm(dim=1)
    along = torch.cat([torch.zeros(1), steps.cumsum(0)])
    wanted = torch.linspace(0, float(along[-1]), count)
    at = torch.searchsorted(along, wanted, right=True).clamp(1, len(along) - 1)
    share = ((wanted - along[at - 1]) / (along[at] - along[at - 1]).clamp_min(1e-9))[:, None]
    return curve[at - 1] * (1 - share) + curve[at] * share


def _written(
    beads: Float[Tensor, "count beads 2"], generator: torch.Generator
) -> Float[Tensor, "count beads 3"]:
    """The places of one hand's digits in pixels, and the radius of the pen at each of them."""
    count = len(beads)

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=generator).clamp(-2.5, 2.5)

    # A smooth field moves neighbouring places alike: strokes that meet go on meeting.
    for waves, size in ((1.1, 0.075), (2.2, 0.04)):
        phase = beads @ (waves * normal(2, 2))
        phase = phase + 2 * math.pi * torch.rand(count, 1, 2, generator=generator)
        beads = beads + size * normal(1, 1).abs() * phase.sin()

    slant, turned = 0.2 * normal(1) + 0.1, 0.08 * normal(1)
    wide, high = 8.6 * (1 + 0.15 * normal(1)), 9.2 * (1 + 0.06 * normal(1))
    x, y = wide * beads[..., 0], high * beads[..., 1]
    x = x - slant * y
    x, y = turned.cos() * x - turned.sin() * y, turned.sin() * x + turned.cos() * y
    # As in MNIST, a digit is 20 pixels long at most, and its ink is balanced in the middle.
    places = torch.stack([x, y], -1)
    extent = (places.amax(1, keepdim=True) - places.amin(1, keepdim=True)).amax(2, keepdim=True)
    places = (places - places.mean(1, keepdim=True)) * (19.0 / extent).clamp_max(1)
    places = places + SIDE / 2 + 0.5 * normal(1, 2)
    low, high = places.amin(1, keepdim=True), places.amax(1, keepdim=True)
    places = places + (RIM - low).clamp_min(0) - (high - (SIDE - RIM)).clamp_min(0)

    along = torch.linspace(0, 1, beads.shape[1])
    begun = torch.rand(count, 1, generator=generator)
    pressure = 0.12 * normal(1) * (2 * math.pi * (along + begun)).sin()
    radius = (1.35 * (0.22 * normal(1)).exp() * (1 + pressure)).clamp(0.9, 2.4)
    return torch.cat([places, radius[..., None]], 2)


def _nearest(pen: Float[Tensor, "count beads 3"]) -> Float[Tensor, "count 28 28"]:
    """How far the middle of each pixel is from the nearest bead of ink, in radii of the bead."""
    # numpy, as it works in one thread: here torch's threads would mostly wait for each other.
    middle = np.arange(SIDE, dtype=np.float32) + 0.5
    x, y, radius = (part.numpy()[..., None] for part in pen.unbind(2))
    across, down = np.square((middle - x) / radius), np.square((middle - y) / radius)
    least = np.empty((len(pen), SIDE, SIDE), np.float32)
    each = np.empty((_CHUNK, pen.shape[1], SIDE, SIDE), np.float32)
    for at in range(0, len(pen), _CHUNK):
        part = slice(at, min(at + _CHUNK, len(pen)))
        here = each[: part.stop - at]
        np.add(across[part, :, None, :], down[part, :, :, None], out=here)
        np.min(here, axis=1, out=least[part])
    return torch.from_numpy(np.sqrt(least, out=least))


def _covered(
    nearest: Float[Tensor, "count 28 28"],
    radius: Float[Tensor, " count"],
    soft: Float[Tensor, " count"],
) -> Float[Tensor, "count 28 28"]:
    """The share of each pixel that is covered; an edge takes `soft` pixels."""
    return ((1 - nearest) * (radius / (2 * soft))[:, None, None] + 0.5).clamp(0, 1)
