"""Arrays as they travel to the page: raw numbers in base64, a fifth of what JSON would write."""

import base64
from typing import Any

import numpy as np


def packed(values: np.ndarray) -> dict[str, str]:
    """`{"dtype", "data"}`: little-endian; whole numbers (≥ 0) in the narrowest unsigned type.

    Arrays of several axes go row by row. `ValueError` for a whole number below 0.
    """
    if values.dtype.kind == "f":
        narrow = values.astype("<f4")
    else:
        if values.size and int(values.min()) < 0:
            raise ValueError("only whole numbers from 0 on are packed")
        top = int(values.max()) if values.size else 0
        narrow = values.astype("<u1" if top < 1 << 8 else "<u2" if top < 1 << 16 else "<u4")
    data = base64.b64encode(np.ascontiguousarray(narrow).tobytes()).decode("ascii")
    return {"dtype": narrow.dtype.name, "data": data}


def unpacked(held: dict[str, Any]) -> np.ndarray:
    """The numbers again, one axis; what the page does, for the tests and for programs."""
    kind = np.dtype(held["dtype"]).newbyteorder("<")
    return np.frombuffer(base64.b64decode(held["data"]), dtype=kind)
