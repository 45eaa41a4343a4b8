"""One head of one attention taken apart: all vectors, scores and weights on the way."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch import Tensor, nn

from playground.attention.decoding import forced
from playground.attention.looking import (
    Sentence,
    heads_of,
    place,
    places_of,
    reader_of,
    seen,
    sentence,
    tokens_of,
)
from playground.attention.model import Layer, Transformer
from playground.attention.multi_head import Attended, Lens, MultiHeadAttention, Place
from playground.attention.pairs import read_by_model
from playground.packed import packed

LONGEST = 60  # tokens on a side, start or end included: more cannot be read in one picture


def inside(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The question `inside`: `maps`, `layer` and `head` (from 0) choose what is taken apart.

    `embedding` and `position` belong to the keys, `query_embedding` and `query_position` to the
    queries: in cross-attention these are other tokens. `stream` is what the layer's part is given,
    `read` the same after the norm before it, where there is one. Raises `Refused` for a model
    without heads, and for a place that it does not have.
    """
    reader = reader_of(asked)
    model = heads_of(reader)
    layer, head = int(asked["layer"]), int(asked["head"])
    where = place(model, str(asked["maps"]), layer, head)
    one = sentence(reader, asked, most=LONGEST)
    attention, norm = _parts(model, where)
    with _given_to(norm) as streams:
        laid, _ = seen(model, one, {where: Lens()})
    attended = cast("Attended", laid[where].seen)
    tokens = tokens_of(reader, one)
    kind = where[0]
    queries = tokens["source_tokens" if kind == "encoder" else "given_tokens"]
    return {
        "source": asked.get("source", ""),
        "text": one.text,
        "translation": reader.target.decode(one.written),
        "cut": one.cut,
        "maps": kind,
        "layer": layer,
        "head": head,
        "layers": places_of(model)[kind],
        "query_tokens": queries,
        "key_tokens": tokens["given_tokens" if kind == "decoder" else "source_tokens"],
        "written_tokens": None if kind == "encoder" else tokens["target_tokens"],
        "size": attended.queries.shape[-1],
        "width": attended.read.shape[-1],
        "heads": attention.heads,
        "scaled": attention.scaled,
        "normalisation": reader.config.normalisation,
        "positions": reader.config.positions,
        **_embedded(model, one, kind),
        **_normed(norm, streams),
        **_steps(attended, attention, head),
        **_weights(attention, head),
    }


def _parts(model: Transformer, where: Place) -> tuple[MultiHeadAttention, nn.LayerNorm | None]:
    """An attention, and the norm of what it reads where that comes before it."""
    kind, number = where
    layer = cast("Layer", (model.encoder if kind == "encoder" else model.decoder)[number])
    attention = cast("MultiHeadAttention", layer.cross if kind == "cross" else layer.own)
    norm = cast("nn.LayerNorm", layer.norms[1 if kind == "cross" else 0])
    return attention, norm if layer.pre else None


@contextmanager
def _given_to(norm: nn.LayerNorm | None) -> Iterator[list[Tensor]]:
    """What a norm is given within the block, call by call."""
    given: list[Tensor] = []
    if norm is None:
        yield given
        return
    handle = norm.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
    try:
        yield given
    finally:
        # The model is kept for the next question, and should not grow slower with each.
        handle.remove()


@torch.no_grad()
def _embedded(model: Transformer, one: Sentence, kind: str) -> dict[str, Any]:
    """√width · embedding, and position, of the tokens behind the keys and behind the queries."""
    ids = {"source": read_by_model([one.read]), "target": forced(one.written)}
    tables = {"source": model.source_embedding, "target": model.target_embedding}

    def both(side: str) -> tuple[Any, Any]:
        tokens = ids[side][0].to(model.output_bias.device)
        places = model.places(side, 0, len(tokens))
        return _packed(tables[side][tokens] * model.width**0.5), _packed(places)

    embedding, position = both("target" if kind == "decoder" else "source")
    query_embedding, query_position = both("source" if kind == "encoder" else "target")
    return {
        "embedding": embedding,
        "position": position,
        "query_embedding": query_embedding,
        "query_position": query_position,
    }


def _normed(norm: nn.LayerNorm | None, streams: list[Tensor]) -> dict[str, Any]:
    """What the norm before the attention was given, and the norm itself; nulls without one."""
    return {
        "stream": _packed(streams[0][0] if streams else None),
        "norm_weight": _packed(None if norm is None else norm.weight),
        "norm_bias": _packed(None if norm is None else norm.bias),
    }


@torch.no_grad()
def _steps(attended: Attended, attention: MultiHeadAttention, head: int) -> dict[str, Any]:
    """The steps of one head, its share of the output (`projected`), and the whole output."""
    names = ("queries", "keys", "values", "scores", "weights", "mixed", "blocked")
    of_head = {name: _packed(getattr(attended, name)[0, head]) for name in names}
    size = attended.mixed.shape[-1]
    share = attended.mixed[0, head] @ attention.out_weight[:, head * size : (head + 1) * size].T
    return {
        "read": _packed(attended.read[0]),
        "memory": _packed(attended.memory[0]),
        **of_head,
        "scaled_scores": _packed(attended.scaled[0, head]),
        "projected": _packed(share),
        "output": _packed(attended.output[0]),
    }


def _weights(attention: MultiHeadAttention, head: int) -> dict[str, Any]:
    """The learned numbers of one head: [size, width] for q, k, v, [width, size] for the output."""
    width = attention.out_weight.shape[0]
    size = width // attention.heads
    part = slice(head * size, (head + 1) * size)
    of_head = {}
    for number, name in enumerate(("query", "key", "value")):
        rows = slice(number * width + part.start, number * width + part.stop)
        of_head[f"{name}_weight"] = _packed(attention.in_weight[rows])
        of_head[f"{name}_bias"] = _packed(attention.in_bias[rows])
    return of_head | {
        "output_weight": _packed(attention.out_weight[:, part]),
        "output_bias": _packed(attention.out_bias),
    }


def _packed(tensor: Tensor | None) -> dict[str, str] | None:
    return None if tensor is None else packed(tensor.detach().cpu().numpy())
