"""A sentence, its translation, and every attention map on the way: what the viewer shows."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.attention.alignment import cross_attention
from playground.attention.config import LONGEST_MAP, example
from playground.attention.decoding import Translation, allowed, beam, forced, longest
from playground.attention.model import END, Transformer
from playground.attention.multi_head import KINDS, Lens, Place
from playground.attention.pairs import read_by_model, tidy
from playground.attention.reader import Reader, finite, load
from playground.packed import packed
from playground.refused import Refused

LIKELIEST = 5  # tokens told for each step
LANGUAGES = {"fra": "fr", "cmn": "zh", "deu": "de"}


@dataclass(frozen=True)
class Sentence:
    """A text as a model read it (`read`), and what it wrote or was made to write (`written`).

    Ids are without start and end. `found` are the translations of a search, none where the
    target was given. `cut`: the text was longer than can be shown.
    """

    text: str
    read: list[int]
    written: list[int]
    ended: bool
    found: tuple[Translation, ...]
    cut: bool


def reader_of(asked: Mapping[str, Any]) -> Reader:
    """The model of a question. Raises `Refused` if its weights are gone, or are no numbers."""
    reader = load(Path(asked["weights"]))
    if not finite(reader.model):
        raise Refused("attention.not_finite")
    return reader


def sentence(reader: Reader, asked: Mapping[str, Any], *, most: int = LONGEST_MAP) -> Sentence:
    """The text of a question, cut to `most` tokens, and its translation, found or forced."""
    text = tidy(asked.get("text", "")) or example(reader.config)
    read = reader.source.encode(text)
    cut = len(read) > most - 1
    read = read[: most - 1]
    given = tidy(asked.get("target", ""))
    if given:
        written = reader.target.encode(given)
        cut |= len(written) > most - 1
        return Sentence(text, read, written[: most - 1], True, (), cut)
    size = int(asked.get("beam", 4))
    found = beam(reader.model, read, size=size, most=min(longest(read), most - 1))
    return Sentence(text, read, found[0].ids, found[0].ended, tuple(found), cut)


def heads_of(reader: Reader) -> Transformer:
    """The model, if it has heads. Raises `Refused("attention.no_heads")` for a recurrent one."""
    if not isinstance(reader.model, Transformer):
        raise Refused("attention.no_heads")
    return reader.model


def places_of(model: Transformer) -> dict[str, int]:
    """How many layers there are of each kind of attention."""
    layers = (len(model.encoder), len(model.decoder), len(model.decoder))
    return dict(zip(KINDS, layers, strict=True))


@torch.no_grad()
def seen(
    model: Transformer, one: Sentence, lenses: Mapping[Place, Lens] | None = None
) -> tuple[dict[Place, Lens], Tensor]:
    """Every attention of a sentence through a lens, and the scores of each next token.

    Lenses that are given are laid where they belong, plain ones everywhere else.
    """
    layers = places_of(model)
    laid = {(kind, at): Lens() for kind in KINDS for at in range(layers[kind])} | dict(lenses or {})
    device = model.output_bias.device
    source, target = read_by_model([one.read]).to(device), forced(one.written).to(device)
    return laid, model(source, target, None, laid)[0]


def look(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The question `look`. See `AttentionActions.look` for what it answers."""
    begun = time.perf_counter()
    reader = reader_of(asked)
    one = sentence(reader, asked)
    maps, scores = _maps(reader, one)
    chances = allowed(scores).double().softmax(-1)
    wanted = [*one.written, END]
    return tokens_of(reader, one) | {
        "source": asked.get("source", ""),
        "task": reader.config.task,
        "model": reader.config.model,
        "languages": ["en", LANGUAGES.get(reader.config.task.rsplit("-", 1)[-1], "")],
        "text": one.text,
        "translation": reader.target.decode(one.written),
        "ended": one.ended,
        "cut": one.cut,
        "unknown": unknown(reader, one.text),
        "probabilities": chances[range(len(wanted)), wanted].tolist(),
        "top": likeliest(reader, chances),
        "maps": maps,
        "beam": _tree(reader, one.found),
        "seconds": time.perf_counter() - begun,
    }


def tokens_of(reader: Reader, one: Sentence) -> dict[str, list[str]]:
    """The tokens of both sides: as read, as written, and as the decoder was given them."""
    return {
        "source_tokens": reader.source.tokens([*one.read, END]),
        "target_tokens": reader.target.tokens([*one.written, END]),
        "given_tokens": reader.target.tokens(forced(one.written)[0].tolist()),
    }


def unknown(reader: Reader, text: str) -> list[str]:
    """What of a text the model reads as <unk>, each once."""
    side = reader.source
    found = side.tokenizer.encode(text)
    lost = found.ids == side.tokenizer.vocabulary.unknown
    places = zip(found.starts[lost].tolist(), found.ends[lost].tolist(), strict=True)
    return list(dict.fromkeys(text[start:end] for start, end in places))


def likeliest(reader: Reader, chances: Tensor) -> list[list[dict[str, Any]]]:
    """The likeliest tokens of each step; `chances` [steps, vocabulary]."""
    values, ids = chances.topk(min(LIKELIEST, chances.shape[-1]))
    names = [reader.target.tokens(row) for row in ids.tolist()]
    return [
        [{"token": token, "probability": value} for token, value in zip(*pair, strict=True)]
        for pair in zip(names, values.tolist(), strict=True)
    ]


def _maps(reader: Reader, one: Sentence) -> tuple[dict[str, Any], Tensor]:
    model = reader.model
    if not isinstance(model, Transformer):
        source, target = read_by_model([one.read]), forced(one.written)
        weights = cross_attention(model, one.read, one.written)
        maps = {} if weights is None else {"cross": map_of(weights)}
        return maps, model.forward(source, target)[0]
    laid, scores = seen(model, one)
    layers = places_of(model)
    found = {place: lens.seen.weights[0] for place, lens in laid.items() if lens.seen is not None}
    maps = {
        kind: map_of(torch.stack([found[kind, at] for at in range(layers[kind])])) for kind in KINDS
    }
    return maps, scores


def map_of(weights: Tensor) -> dict[str, Any]:
    """Weights [layers, heads, rows, columns] as they travel."""
    layers, heads, rows, columns = weights.shape
    return {
        "layers": layers,
        "heads": heads,
        "rows": rows,
        "columns": columns,
        "weights": packed(weights.cpu().numpy()),
    }


def _tree(reader: Reader, found: Sequence[Translation]) -> dict[str, Any] | None:
    if not found:
        return None
    names = reader.target.tokens([branch.id for branch in found[0].tree])
    return {
        "size": len(found),
        "branches": [
            {
                "step": branch.step,
                "parent": branch.parent,
                "token": name,
                "probability": branch.probability,
                "log_probability": branch.log_probability,
                "score": branch.score,
                "kept": branch.kept,
            }
            for branch, name in zip(found[0].tree, names, strict=True)
        ],
        "translations": [
            {
                "text": reader.target.decode(one.ids),
                "tokens": reader.target.tokens(one.ids),
                "log_probability": one.log_probability,
                "score": one.score,
                "ended": one.ended,
                "leaf": one.leaf,
            }
            for one in found
        ],
    }


def translate(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The question `translate`: the translations alone."""
    reader = reader_of(asked)
    one = sentence(reader, asked)
    best = one.found[0]
    steps = [best.tree[at].probability for at in _path(best)]
    return {
        "text": one.text,
        "translation": reader.target.decode(best.ids),
        "tokens": reader.target.tokens([best.tree[at].id for at in _path(best)]),
        "probabilities": steps,
        "translations": [
            {
                "text": reader.target.decode(each.ids),
                "log_probability": each.log_probability,
                "score": each.score,
            }
            for each in one.found
        ],
        "unknown": unknown(reader, one.text),
        "cut": one.cut,
    }


def _path(one: Translation) -> list[int]:
    """The branches from the first token of a translation to its last."""
    path, at = [], one.leaf
    while at >= 0:
        path.append(at)
        at = one.tree[at].parent
    return path[::-1]


def attend(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The question `attend`: the maps of one layer and head as plain lists."""
    reader = reader_of(asked)
    model = heads_of(reader)
    one = sentence(reader, asked)
    laid, _ = seen(model, one)
    layers, answer = places_of(model), tokens_of(reader, one)
    matrices = {}
    for kind in KINDS:
        place(model, kind, asked["layer"] if kind != "encoder" else 0, asked["head"])
        layer = min(asked["layer"], layers[kind] - 1)
        lens = laid[kind, layer]
        matrices[kind] = [] if lens.seen is None else lens.seen.weights[0, asked["head"]].tolist()
    return answer | {"text": one.text, **matrices}


def place(model: Transformer, kind: str, layer: int, head: int) -> Place:
    """A place that the model has. Raises `Refused` naming what there is."""
    layers = places_of(model)
    if kind not in layers:
        raise Refused("attention.no_such_kind", kind=str(kind)[:20], kinds=", ".join(KINDS))
    attention = model.decoder[0].own
    heads = int(getattr(attention, "heads", 1))
    if not (0 <= layer < layers[kind] and 0 <= head < heads):
        raise Refused(
            "attention.no_such_head", kind=kind, layer=layer, head=head, layers=layers[kind],
            heads=heads,
        )  # fmt: skip
    return (kind, layer)


def tried(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Whether weights can be used at all: one token is asked of them. Raises `Refused`."""
    reader = reader_of(asked)
    beam(reader.model, reader.source.encode(example(reader.config)), size=1, most=1)
    return {}
