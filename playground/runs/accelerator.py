"""Which device a worker trains on. Needs torch, so only workers call it."""

from typing import Any

from playground.refused import Refused


def chosen(asked: str) -> str:
    """The torch device for `auto`, `cpu`, `cuda` or `mps`. Raises `Refused` if it is not there.

    `auto` takes a CUDA card or the processor; Apple's MPS must be asked for by name, since not
    all of its numbers have been found equal.
    """
    import torch

    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.mps.is_available()}
    if not there.get(asked, False):
        raise Refused("runs.no_device", name=asked)
    return asked


def facts(asked: str) -> dict[str, Any]:
    """`device`, and of a graphics card `gpu` and `gpu_memory_bytes`."""
    import torch

    try:
        device = chosen(asked)
    except Refused:  # each run says so; the page shows what was asked for
        return {"device": asked}
    if device != "cuda":
        return {"device": device}
    card = torch.cuda.get_device_properties(0)
    return {"device": device, "gpu": card.name, "gpu_memory_bytes": card.total_memory}
