"""Where a token stands, as numbers that are added to its embedding (Vaswani et al. 2017, §3.5)."""

import torch
from jaxtyping import Float
from torch import Tensor

LONGEST_WAVE = 10_000.0


def sinusoidal(places: int, width: int) -> Float[Tensor, "places width"]:
    """Sines in the even columns, cosines in the odd ones, in [-1, 1].

    Column pair i turns by 1 / 10000^(2i / width) radians from one place to the next, so that the
    dot product of two rows depends on their distance alone. `width` must be even.
    """
    place = torch.arange(places, dtype=torch.float64)[:, None]
    pair = torch.arange(0, width, 2, dtype=torch.float64)
    angle = place / LONGEST_WAVE ** (pair / width)
    table = torch.empty(places, width, dtype=torch.float64)
    table[:, 0::2], table[:, 1::2] = angle.sin(), angle.cos()
    return table.float()
