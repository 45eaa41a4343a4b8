"""The sentences of a run as the numbers that its model reads, in a file for its script."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from playground.attention.config import AttentionConfig
from playground.attention.pairs import Part, Side, prepare
from playground.knobs import parse


def pair_ids_entry(asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Writes what `pair_ids` gives for `asked["config"]` into the file `asked["to"]`.

    Raises `Refused` if the pairs are not on this machine.
    """
    arrays: dict[str, Any] = pair_ids(parse(AttentionConfig, asked["config"]))
    np.savez_compressed(Path(asked["to"]), **arrays)
    yield {"pairs": len(arrays["train_source_lengths"])}


def pair_ids(config: AttentionConfig) -> dict[str, np.ndarray]:
    """Ids without start and end, sentence after sentence, with the lengths of the sentences; and
    the subwords that they stand for."""
    data = prepare(config)
    arrays: dict[str, np.ndarray] = {}
    for name, part in (("train", data.train), ("validation", data.validation)):
        arrays |= _of_part(name, part)
    for name, side in (("source", data.source), ("target", data.target)):
        arrays[f"{name}_subwords"] = _subwords(side)
    return arrays


def _of_part(name: str, part: Part) -> dict[str, np.ndarray]:
    def row(values: Sequence[int]) -> np.ndarray:
        return np.array(values, dtype=np.uint16)  # no vocabulary is larger

    arrays = {}
    for side, sentences in (("source", part.sources), ("target", part.targets)):
        arrays[f"{name}_{side}"] = row([one for ids in sentences for one in ids])
        arrays[f"{name}_{side}_lengths"] = row([len(ids) for ids in sentences])
    return arrays


def _subwords(side: Side) -> np.ndarray:
    return np.array(side.tokenizer.vocabulary.known)
