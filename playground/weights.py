"""Tensors on disk: safetensors, written atomically, read without ever running code.

A file holds tensors by name and `metadata`, a flat dictionary of strings. Shipped weights stand
in a folder `pretrained/<slice>/<name>/` with a `card.json` beside them that says what data,
licence, command, seed and commit made them, and how good they are on held-out data.

Torch is imported only where tensors are read or written: the page process, which shows cards and
metadata, starts without it.
"""

import json
import os
import secrets
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.refused import Refused

if TYPE_CHECKING:
    from torch import Tensor

PRETRAINED = Path(__file__).resolve().parent.parent / "pretrained"
_LARGEST_HEADER = 10_000_000  # bytes; a vocabulary of 20,000 words takes a tenth of it


def write(path: Path, tensors: "dict[str, Tensor]", metadata: dict[str, str]) -> None:
    """Write to a file beside `path`, then put it in its place: a reader sees old or new, whole.

    Raises `OSError`, for instance when the disk is full; the old file is then untouched.
    """
    from safetensors.torch import save

    # Views of one storage (tied weights, transposes) are not writable as they are.
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_bytes(path, save(plain, metadata))


def write_bytes(path: Path, content: bytes) -> None:
    """`content` in a file, atomically."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def read(path: Path) -> "tuple[dict[str, Tensor], dict[str, str]]":
    """Tensors and metadata of a file. Raises `Refused("weights.unreadable")` if it is damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    content = path.read_bytes()
    try:
        return load(content), metadata_of(content)
    except (SafetensorError, ValueError, KeyError, struct.error):
        raise Refused("weights.unreadable") from None


def read_metadata(path: Path) -> dict[str, str]:
    """Only the metadata: no torch, and no more of the file than its header."""
    with path.open("rb") as file:
        start = file.read(8)
        if len(start) < 8:
            raise Refused("weights.unreadable")
        length = struct.unpack("<Q", start)[0]
        if length > _LARGEST_HEADER:
            raise Refused("weights.unreadable")
        return metadata_of(start + file.read(length))


def metadata_of(content: bytes) -> dict[str, str]:
    """The metadata in the bytes of a file. Raises `Refused("weights.unreadable")`."""
    if len(content) < 8:
        raise Refused("weights.unreadable")
    length = struct.unpack("<Q", content[:8])[0]
    if length > _LARGEST_HEADER:
        raise Refused("weights.unreadable")
    try:
        metadata = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    except (ValueError, AttributeError, RecursionError):
        raise Refused("weights.unreadable") from None
    if not isinstance(metadata, dict):
        raise Refused("weights.unreadable")
    return {str(key): str(value) for key, value in metadata.items()}


def shipped(slice_name: str) -> dict[str, dict[str, Any]]:
    """The cards of the weights that come with the app, by name."""
    return {
        card.parent.name: json.loads(card.read_text(encoding="utf-8"))
        for card in sorted((PRETRAINED / slice_name).glob("*/card.json"))
    }


def shipped_file(slice_name: str, name: str) -> Path:
    """Where shipped weights stand. Raises `Refused("weights.no_such_name")`."""
    if name not in shipped(slice_name):
        raise Refused("weights.no_such_name", name=name[:60])
    return PRETRAINED / slice_name / name / "weights.safetensors"


def shipped_training(slice_name: str, name: str) -> dict[str, Any]:
    """How shipped weights were trained: `{"run", "columns", "samples"}`, thinned for drawing."""
    file = shipped_file(slice_name, name).with_name("records.json")
    return json.loads(file.read_text(encoding="utf-8"))


def first_answer(slice_name: str, name: str, question: str) -> dict[str, Any] | None:
    """What is answered first about shipped weights, computed when they were made; None if nothing.

    It is there before the process with torch is awake, and equal to what that would answer.
    """
    if name not in shipped(slice_name):
        return None
    file = PRETRAINED / slice_name / name / f"first_{question}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def write_first_answer(folder: Path, question: str, answer: dict[str, Any]) -> None:
    """Keeps an answer beside the weights in `folder` for `first_answer`."""
    as_text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    write_bytes(folder / f"first_{question}.json", as_text.encode())
