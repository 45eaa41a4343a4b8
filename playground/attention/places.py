"""Where a token stands, as a model is told it, and what becomes of a sentence where it is not."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, cast

import torch
from jaxtyping import Float
from torch import Tensor

from playground.attention.config import LONGEST_MAP, example
from playground.attention.decoding import beam, longest
from playground.attention.looking import reader_of
from playground.attention.model import Transformer
from playground.attention.pairs import Side, read_by_model, tidy
from playground.attention.reader import Reader
from playground.packed import packed
from playground.refused import Refused
from playground.seeds import generator

SHOWN_PLACES = 60
_DRAWS = 20  # of an order, until one differs from the order given


def places(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a model adds to its source tokens to tell their places apart.

    `matrix` [60, width] is None where it adds nothing. `trained`: how many of these places its
    training pairs can have reached; what was learned for later ones is chance.
    """
    reader = reader_of(asked)
    model = _with_places(reader)
    table = model.places("source", 0, SHOWN_PLACES)
    config = reader.config
    tokens = config.length if config.is_toy else config.max_tokens
    return {
        "source": asked.get("source", ""),
        "kind": model.positions,
        "width": model.width,
        "trained": min(SHOWN_PLACES, tokens + 1),  # with the end
        "matrix": None if table is None else packed(table.detach().cpu().numpy()),
    }


def shuffled(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A sentence in its order and in another, read with positions and without.

    `order[i]` is the place, in the sentence as given, of word i of the shuffled one. `on` and
    `off` hold both translations and, for each word of the given order, the largest difference
    between what the encoder makes of it here and there (`differences`), `difference` over all of
    them and the end. `size` is the largest number the encoder gives, to compare them with.
    Raises `Refused` for a sentence that has no other order.
    """
    reader = reader_of(asked)
    model = _with_places(reader)
    text = tidy(asked.get("text", "")) or example(reader.config)
    words, pieces, cut = _words(reader.source, text)
    order = _another_order(pieces, int(asked.get("seed", 0)))
    blind = copy.copy(model)
    blind.positions = "none"
    return {
        "source": asked.get("source", ""),
        "given": words,
        "shuffled": [words[at] for at in order],
        "order": order,
        "cut": cut,
        "kind": model.positions,
        "on": _compared(reader, model, pieces, order),
        "off": _compared(reader, blind, pieces, order),
    }


def _with_places(reader: Reader) -> Transformer:
    if not isinstance(reader.model, Transformer):
        raise Refused("attention.places.recurrent")
    return reader.model


def _words(side: Side, text: str) -> tuple[list[str], list[list[int]], bool]:
    """Words with the ids of each, as many as can be shown; whether some were left out.

    Each word is encoded by itself, so that its tokens stay the same wherever it stands.
    """
    words = text.split() if side.spaced else list(text.replace(" ", ""))
    kept: list[str] = []
    pieces: list[list[int]] = []
    room = LONGEST_MAP - 1
    for word, ids in zip(words, side.encode_all(words), strict=True):
        room -= len(ids)
        if room < 0:
            return kept, pieces, True
        if ids:
            kept.append(word)
            pieces.append(ids)
    return kept, pieces, False


def _another_order(pieces: Sequence[Sequence[int]], seed: int) -> list[int]:
    """A random order in which the words read otherwise. Raises `Refused` if there is none."""
    if len({tuple(one) for one in pieces}) < 2:
        raise Refused("attention.places.one_word")
    chance = generator(seed, "order")
    given = [list(one) for one in pieces]
    for _ in range(_DRAWS):
        order = cast("list[int]", torch.randperm(len(pieces), generator=chance).tolist())
        if [given[at] for at in order] != given:
            return order
    return list(range(len(pieces)))[::-1]


@torch.no_grad()
def _compared(
    reader: Reader, model: Transformer, pieces: Sequence[Sequence[int]], order: Sequence[int]
) -> dict[str, Any]:
    given = [one for piece in pieces for one in piece]
    other = [one for at in order for one in pieces[at]]
    most = min(longest(given), LONGEST_MAP - 1)
    before, after = (_encoded(model, ids) for ids in (given, other))
    apart = [
        float((before[first : first + size] - after[second : second + size]).abs().max())
        for first, second, size in _same_words(pieces, order)
    ]
    end = float((before[-1] - after[-1]).abs().max())
    return {
        "given": reader.target.decode(beam(model, given, most=most)[0].ids),
        "shuffled": reader.target.decode(beam(model, other, most=most)[0].ids),
        "differences": apart,
        "difference": max(*apart, end),
        "size": float(before.abs().max()),
    }


def _encoded(model: Transformer, ids: Sequence[int]) -> Float[Tensor, "tokens width"]:
    """What the encoder makes of a sentence; the last row is that of its end."""
    return model.encode(read_by_model([ids]).to(model.output_bias.device))[0][0]


def _same_words(
    pieces: Sequence[Sequence[int]], order: Sequence[int]
) -> list[tuple[int, int, int]]:
    """For each word as given: its first token in both orders, and how many tokens it has."""
    moved: dict[int, int] = {}
    begin = 0
    for at in order:
        moved[at] = begin
        begin += len(pieces[at])
    found, begin = [], 0
    for at, piece in enumerate(pieces):
        found.append((begin, moved[at], len(piece)))
        begin += len(piece)
    return found
