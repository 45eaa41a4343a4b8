"""Many small images as one PNG: what the film, the wall and the walks are stored and sent as."""

import base64
import binascii
import io
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from PIL import Image, UnidentifiedImageError
from torch import Tensor

Images = UInt8[Tensor, "count channels height width"] | Float[Tensor, "count channels height width"]


def as_bytes(images: Images) -> UInt8[Tensor, "count channels height width"]:
    """0 … 255; floats are taken to lie in [-1, 1]."""
    if images.dtype == torch.uint8:
        return images
    return images.detach().add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)


def as_floats(
    images: UInt8[Tensor, "count channels height width"],
) -> Float[Tensor, "count channels height width"]:
    """In [-1, 1], as the networks see them."""
    return images.float().div_(127.5).sub_(1)


def sheet(images: Images, columns: int = 10) -> dict[str, Any]:
    """`{"count", "columns", "width", "height", "channels", "png"}`: the images row by row.

    What is left of the last row is black. `ValueError` for no image.
    """
    tiles = as_bytes(images).cpu()
    count, channels, height, width = tiles.shape
    if not count:
        raise ValueError("a sheet holds at least one image")
    columns = min(columns, count)
    rows = -(-count // columns)
    filled = torch.zeros(rows * columns, channels, height, width, dtype=torch.uint8)
    filled[:count] = tiles
    whole = filled.reshape(rows, columns, channels, height, width).permute(0, 3, 1, 4, 2)
    pixels = whole.reshape(rows * height, columns * width, channels).contiguous().numpy()
    file = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels).save(file, "PNG")
    return {
        "count": count,
        "columns": columns,
        "width": width,
        "height": height,
        "channels": channels,
        "png": base64.b64encode(file.getvalue()).decode("ascii"),
    }


def from_sheet(held: dict[str, Any]) -> UInt8[Tensor, "count channels height width"]:
    """The images of a `sheet`. `ValueError` if it is none."""
    try:
        count, columns = int(held["count"]), int(held["columns"])
        width, height, channels = (int(held[name]) for name in ("width", "height", "channels"))
        with Image.open(io.BytesIO(base64.b64decode(held["png"], validate=True))) as image:
            pixels = np.array(image.convert("L" if channels == 1 else "RGB"))
        rows = -(-count // columns)
        tiles = torch.from_numpy(pixels).reshape(rows, height, columns, width, channels)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, RuntimeError) as fault:
        raise ValueError("not a sheet of images") from fault
    except (binascii.Error, UnidentifiedImageError, OSError) as fault:
        raise ValueError("not a sheet of images") from fault
    return tiles.permute(0, 2, 4, 1, 3).reshape(-1, channels, height, width)[:count].clone()
