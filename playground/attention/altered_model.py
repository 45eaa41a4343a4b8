"""A model that translates with heads switched off, without positions, or with changed attention.

The model it is made from is shared by all who look at it and stays as it is.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from playground.attention.changes import Changes, Head
from playground.attention.layers import Layer
from playground.attention.model import Transformer, Translator
from playground.attention.multi_head import Lens, MultiHeadAttention


def without(
    model: Transformer, switched_off: Iterable[Head], *, positions: bool = True
) -> Transformer:
    """A copy whose heads at these places give nothing; all other weights are shared.

    A head reaches the rest of the model through its columns of the output weights alone: with
    these at 0 it is as if it gave 0, on the fused path too.
    """
    switched_off = list(switched_off)
    if positions and not switched_off:
        return model
    shared = {id(one): one for one in (*model.parameters(), *_waves(model))}
    for kind, layer, _ in switched_off:
        shared.pop(id(attention_of(model, kind, layer).out_weight), None)
    twin = copy.deepcopy(model, shared)
    for kind, layer, head in switched_off:
        attention = attention_of(twin, kind, layer)
        size = attention.out_weight.shape[1] // attention.heads
        attention.out_weight.detach()[:, head * size : (head + 1) * size] = 0.0
    twin.positions = twin.positions if positions else "none"
    return twin


def _waves(model: Transformer) -> tuple[Tensor, ...]:
    return () if model.waves is None else (model.waves,)


def attention_of(model: Transformer, kind: str, layer: int) -> MultiHeadAttention:
    """The attention at a place that the model has."""
    layers = model.encoder if kind == "encoder" else model.decoder
    found = cast("Layer", layers[layer])
    return cast("MultiHeadAttention", found.cross) if kind == "cross" else found.own


def changed(model: Transformer, changes: Changes) -> Translator:
    """What translates as the changes say."""
    twin = without(model, changes.switched_off, positions=changes.positions)
    lenses = changes.lenses()
    return Relooking(twin, lenses) if lenses else twin


@dataclass(frozen=True)
class Rewritten:
    """What a decoder without memory needs: the encoded sentence and all tokens written so far."""

    memory: Float[Tensor, "batch read width"]
    blocked: Bool[Tensor, "batch 1 1 read"] | None
    written: Int[Tensor, "batch written"]

    def select(self, rows: Int[Tensor, " kept"]) -> "Rewritten":
        blocked = None if self.blocked is None else self.blocked[rows]
        return Rewritten(self.memory[rows], blocked, self.written[rows])


class Relooking:
    """A `Translator` through lenses: it computes all that is written anew for each token, because
    a lens may change what was attended to before."""

    def __init__(self, model: Transformer, lenses: Mapping[tuple[str, int], Lens]):
        self.model, self.lenses = model, lenses
        self.output_bias = model.output_bias

    def forward(
        self,
        source: Int[Tensor, "batch read"],
        target: Int[Tensor, "batch written"],
        dropout: torch.Generator | None = None,
    ) -> Float[Tensor, "batch written vocabulary"]:
        return self.model(source, target, dropout, self.lenses)

    def begin(self, source: Int[Tensor, "batch read"]) -> Rewritten:
        memory, blocked = self.model.encode(source, None, self.lenses)
        return Rewritten(memory, blocked, source.new_empty(len(source), 0))

    def step(
        self, ids: Int[Tensor, " batch"], cache: Rewritten
    ) -> tuple[Float[Tensor, "batch vocabulary"], Rewritten]:
        written = torch.cat([cache.written, ids[:, None]], 1)
        x = self.model.decode(written, cache.memory, cache.blocked, None, self.lenses)
        # To score a vocabulary costs as much as a layer, and only the newest token is asked about.
        return self.model.score(x[:, -1:])[:, 0], Rewritten(cache.memory, cache.blocked, written)
