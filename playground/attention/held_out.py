"""Pairs that a trained model has not learned from, to see what a change of it costs."""

import json
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from playground.attention.config import AttentionConfig
from playground.attention.looking import heads_of, reader_of
from playground.attention.model import Transformer
from playground.attention.pairs import Pair, Part, split_pairs
from playground.attention.reader import Reader
from playground.attention.scoring import first
from playground.refused import Refused

MOST_SENTENCES = 200
_MOST_KNOWN = 32
# What models as they are reach, and what their heads cost: asked for again and again.
KNOWN: OrderedDict[Hashable, Any] = OrderedDict()


def keep(key: Hashable, value: Any) -> None:
    KNOWN[key] = value
    while len(KNOWN) > _MOST_KNOWN:
        KNOWN.popitem(last=False)


@dataclass(frozen=True)
class Sampled:
    """The model of a question, held-out pairs (short sources first), and what tells these two
    from others."""

    reader: Reader
    model: Transformer
    part: Part
    key: tuple[Hashable, ...]


def sampled_for(asked: Mapping[str, Any], usual: int) -> Sampled:
    """What a question about held-out sentences needs. Raises `Refused`."""
    reader = reader_of(asked)
    model = heads_of(reader)
    path = Path(asked["weights"])
    count = max(1, min(MOST_SENTENCES, int(asked.get("sentences", usual))))
    part = held_out_sample(path, reader, count)
    part = chosen(part, sorted(range(len(part)), key=lambda at: len(part.sources[at])))
    return Sampled(reader, model, part, (str(path), path.stat().st_mtime_ns, count))


def held_out_sample(weights: Path, reader: Reader, sentences: int) -> Part:
    """`sentences` held-out pairs at most, spread evenly over what there is.

    Those that go with shipped weights; else validation pairs of the model's task, none of which
    is longer than what it learned from. Raises `Refused` if they are not on this machine.
    """
    shipped = weights.with_name("held_out.json")
    texts = _read(shipped, shipped.stat().st_mtime_ns) if shipped.is_file() else ()
    longest = None if texts else reader.config.max_tokens
    # Half as many again, for those that turn out to be too long.
    texts = _spread(texts or _validation(reader.config), sentences if texts else 3 * sentences // 2)
    sources = reader.source.encode_all([source for source, _ in texts])
    targets = reader.target.encode_all([target for _, target in texts])
    fitting = [
        at
        for at in range(len(texts))
        if longest is None or max(len(sources[at]), len(targets[at])) <= longest
    ]
    part = chosen(Part(texts, sources, targets), fitting)
    if not len(part):
        raise Refused("attention.nothing_held_out")
    return first(part, min(sentences, len(part)))


def chosen(part: Part, order: Sequence[int]) -> Part:
    """These pairs of a part, in this order."""
    return Part(
        [part.texts[at] for at in order],
        [part.sources[at] for at in order],
        [part.targets[at] for at in order],
    )


def _spread(texts: tuple[Pair, ...], count: int) -> list[Pair]:
    return list(texts[:: max(1, len(texts) // count)][:count])


@lru_cache(maxsize=8)
def _read(file: Path, changed_ns: int) -> tuple[Pair, ...]:  # noqa: ARG001 - part of the key
    held = json.loads(file.read_text(encoding="utf-8"))
    return tuple((source, target) for source, target in held)


@lru_cache(maxsize=4)
def _validation(config: AttentionConfig) -> tuple[Pair, ...]:
    """Kept, because all pairs are read and split to find them."""
    return tuple(split_pairs(config)[1])
