"""A trained model as a file holds it: weights, both vocabularies, and the settings."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from playground import weights
from playground.attention.config import AttentionConfig, parameter_count
from playground.attention.pairs import Data, Side, prepare
from playground.attention.recurrent import Model
from playground.attention.training import translator
from playground.knobs import parse
from playground.refused import Refused
from playground.text import tokenizer


@dataclass(frozen=True)
class Reader:
    """A model and how it reads and writes."""

    model: Model
    source: Side
    target: Side
    config: AttentionConfig

    def data(self) -> Data:
        """The pairs of its task, numbered as it knows them. Raises `Refused` if they are absent."""
        return prepare(self.config, (self.source, self.target))


def kept(side: Side) -> str:
    """A side as a file holds it."""
    return json.dumps({"spaced": side.spaced, "tokenizer": side.tokenizer.as_json()})


def side_from(text: str) -> Side:
    """What `kept` wrote. Raises `Refused("attention.not_a_model")` for anything else."""
    try:
        held = json.loads(text)
        spaced = held["spaced"]
        if isinstance(spaced, bool):
            return Side(tokenizer.from_json(held["tokenizer"]), spaced)
    except (ValueError, TypeError, KeyError, RecursionError, Refused):
        pass
    raise Refused("attention.not_a_model")


def reader_of(tensors: dict[str, Tensor], metadata: dict[str, str]) -> Reader:
    """The model in a snapshot or a file of weights. Raises `Refused` if it is none of ours."""
    try:
        config = parse(AttentionConfig, metadata["config"])
        source, target = side_from(metadata["source"]), side_from(metadata["target"])
        held = {
            name.removeprefix("model."): tensor.float()
            for name, tensor in tensors.items()
            if name.startswith("model.") and tensor.is_floating_point()
        }
        # Counted first: a small file can ask for a model that fills the memory.
        numbers = sum(tensor.numel() for tensor in held.values())
        if numbers != parameter_count(config, source.size, target.size):
            raise Refused("attention.not_a_model")
        model = translator(config, source.size, target.size)
        model.load_state_dict(held)
    except (KeyError, ValueError, TypeError, RuntimeError):
        raise Refused("attention.not_a_model") from None
    return Reader(model.requires_grad_(requires_grad=False), source, target, config)


@lru_cache(maxsize=4)
def _loaded(path: Path, changed_ns: int, size: int) -> Reader:  # noqa: ARG001 - part of the key
    """A model read from disk; the file's time and size tell an exchanged file apart."""
    return reader_of(*weights.read(path))


def load(path: Path) -> Reader:
    """The model in a file, kept in memory for the next time. Raises `Refused`."""
    try:
        found = path.stat()
        return _loaded(path, found.st_mtime_ns, found.st_size)
    except OSError:
        raise Refused("attention.weights_gone") from None


def finite(model: torch.nn.Module) -> bool:
    """Whether all weights are numbers."""
    return all(bool(tensor.isfinite().all()) for tensor in model.parameters())
