"""The Transformer, an encoder and a decoder (Vaswani et al. 2017, arXiv:1706.03762).

Ids come batch first; rows shorter than others are filled with `PAD`. Vectors have `hidden_size`
numbers, here `width`. `Translator` is what this model and the recurrent ones have in common.
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol, cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from playground.attention.config import PLACES, AttentionConfig
from playground.attention.layers import KeysAndValues, Layer, drop
from playground.attention.multi_head import Lenses
from playground.attention.positions import sinusoidal

PAD, BEGIN, END = 0, 1, 2  # ids that are no token: filling, start and end of a sentence
SPECIALS = ("<pad>", "<bos>", "<eos>")


class Cache(Protocol):
    """What a decoder keeps of a batch of sentences between two tokens."""

    def select(self, rows: Int[Tensor, " kept"]) -> "Cache":
        """The same for these rows of the batch, any number of times, in this order."""
        ...


class Translator(Protocol):
    """A model that reads a sentence and writes another."""

    @property
    def output_bias(self) -> Tensor:
        """One number for each token that can be written; the model is where this is."""
        ...

    def forward(
        self,
        source: Int[Tensor, "batch read"],
        target: Int[Tensor, "batch written"],
        dropout: torch.Generator | None = None,
    ) -> Float[Tensor, "batch written vocabulary"]:
        """Scores of the token after each of `target`, which starts with `BEGIN`."""
        ...

    def begin(self, source: Int[Tensor, "batch read"]) -> Any:
        """Reads the sentences: the `Cache` before the first token is written."""
        ...

    def step(
        self, ids: Int[Tensor, " batch"], cache: Any
    ) -> tuple[Float[Tensor, "batch vocabulary"], Any]:
        """Scores of the token after `ids`, the newest of each sentence, and the next cache."""
        ...


@dataclass(frozen=True)
class Remembered:
    """Of all layers: keys and values of the tokens written so far, and of the encoded sentence."""

    own: tuple[KeysAndValues, ...]
    cross: tuple[KeysAndValues, ...]
    blocked: Bool[Tensor, "batch 1 1 read"] | None
    written: int

    def select(self, rows: Int[Tensor, " kept"]) -> "Remembered":
        own = tuple((keys[rows], values[rows]) for keys, values in self.own)
        cross = tuple((keys[rows], values[rows]) for keys, values in self.cross)
        blocked = None if self.blocked is None else self.blocked[rows]
        return Remembered(own, cross, blocked, self.written)


class Transformer(nn.Module):
    """Embedding and position, encoder, decoder, scores of each next token. A `Translator`."""

    def __init__(self, config: AttentionConfig, sources: int, targets: int):
        """`sources`, `targets`: sizes of the two vocabularies, specials included."""
        super().__init__()
        width = config.hidden_size
        self.width, self.dropout, self.causal = width, config.dropout, config.causal
        self.positions = config.positions
        self.source_embedding = nn.Parameter(torch.empty(sources, width))
        self.target_embedding = nn.Parameter(torch.empty(targets, width))
        self.output_weight = None if config.tied else nn.Parameter(torch.empty(targets, width))
        self.output_bias = nn.Parameter(torch.empty(targets))
        learned = config.positions == "learned"
        self.source_places = nn.Parameter(torch.empty(PLACES, width)) if learned else None
        self.target_places = nn.Parameter(torch.empty(PLACES, width)) if learned else None
        self.waves = sinusoidal(PLACES, width) if config.positions == "sinusoidal" else None
        self.encoder = nn.ModuleList(
            Layer(config, cross=False) for _ in range(config.encoder_layers)
        )
        self.decoder = nn.ModuleList(
            Layer(config, cross=True) for _ in range(config.decoder_layers)
        )
        pre = config.normalisation == "pre"
        self.encoder_norm = nn.LayerNorm(width) if pre else None
        self.decoder_norm = nn.LayerNorm(width) if pre else None

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> "Transformer":
        """Draws all weights anew. Embeddings have a variance of 1/width, so that their scores as
        output weights start near 1, and are multiplied by √width where they are read (§3.4)."""
        tables = (self.source_embedding, self.target_embedding, self.output_weight)
        for table in tables:
            if table is not None:
                table.normal_(std=self.width**-0.5, generator=generator)
        for places in (self.source_places, self.target_places):
            if places is not None:
                places.normal_(std=0.5, generator=generator)
        self.output_bias.zero_()
        for layer in (*self.encoder, *self.decoder):
            cast("Layer", layer).initialise(generator)
        return self

    def places(self, side: str, begin: int, end: int) -> Float[Tensor, "places width"] | None:
        """What is added to the embeddings of the tokens from `begin` to `end`."""
        if self.positions == "none":
            return None
        if self.positions == "learned":
            table = self.source_places if side == "source" else self.target_places
        else:
            table = self.waves
        assert table is not None  # noqa: S101 - made with these positions
        if end <= len(table):
            return table[begin:end].to(self.output_bias.device)
        if self.positions == "learned":
            return table[torch.arange(begin, end).clamp(max=len(table) - 1)]
        return sinusoidal(end, self.width)[begin:].to(self.output_bias.device)

    def embed(
        self,
        ids: Int[Tensor, "batch tokens"],
        side: str,
        begin: int = 0,
        dropout: torch.Generator | None = None,
    ) -> Float[Tensor, "batch tokens width"]:
        """√width · embedding + position; `side` is "source" or "target"."""
        table = self.source_embedding if side == "source" else self.target_embedding
        x = functional.embedding(ids, table) * math.sqrt(self.width)
        places = self.places(side, begin, begin + ids.shape[1])
        return drop(x if places is None else x + places, self.dropout, dropout)

    def encode(
        self,
        source: Int[Tensor, "batch read"],
        dropout: torch.Generator | None = None,
        lenses: Lenses | None = None,
    ) -> tuple[Float[Tensor, "batch read width"], Bool[Tensor, "batch 1 1 read"] | None]:
        """The encoded sentences, and which of their places are filling (None: none)."""
        blocked = padding(source)
        x = self.embed(source, "source", dropout=dropout)
        for number, layer in enumerate(self.encoder):
            lens = (lenses or {}).get(("encoder", number))
            x = layer(x, blocked, dropout=dropout, lenses=(lens, None))
        return (x if self.encoder_norm is None else self.encoder_norm(x)), blocked

    def forward(
        self,
        source: Int[Tensor, "batch read"],
        target: Int[Tensor, "batch written"],
        dropout: torch.Generator | None = None,
        lenses: Lenses | None = None,
    ) -> Float[Tensor, "batch written vocabulary"]:
        memory, memory_blocked = self.encode(source, dropout, lenses)
        return self.score(self.decode(target, memory, memory_blocked, dropout, lenses))

    def decode(
        self,
        target: Int[Tensor, "batch written"],
        memory: Float[Tensor, "batch read width"],
        memory_blocked: Bool[Tensor, "batch 1 1 read"] | None,
        dropout: torch.Generator | None = None,
        lenses: Lenses | None = None,
    ) -> Float[Tensor, "batch written width"]:
        """What `score` is given: `target` read by the decoder, beside an encoded sentence."""
        lenses = lenses or {}
        blocked = future(target.shape[1], target.device) if self.causal else padding(target)
        x = self.embed(target, "target", dropout=dropout)
        for number, layer in enumerate(self.decoder):
            pair = (lenses.get(("decoder", number)), lenses.get(("cross", number)))
            x = layer(x, blocked, memory, memory_blocked, dropout, pair)
        return x

    def score(self, x: Float[Tensor, "batch tokens width"]) -> Tensor:
        """The scores of each next token."""
        x = x if self.decoder_norm is None else self.decoder_norm(x)
        table = self.target_embedding if self.output_weight is None else self.output_weight
        return functional.linear(x, table, self.output_bias)

    def begin(self, source: Int[Tensor, "batch read"]) -> Remembered:
        encoded, blocked = self.encode(source)
        layers = [cast("Layer", layer) for layer in self.decoder]
        cross = tuple(layer.cross.memory(encoded) for layer in layers if layer.cross is not None)
        nothing = tuple((keys[:, :, :0], values[:, :, :0]) for keys, values in cross)
        return Remembered(nothing, cross, blocked, 0)

    def step(
        self, ids: Int[Tensor, " batch"], cache: Remembered
    ) -> tuple[Float[Tensor, "batch vocabulary"], Remembered]:
        """Only the newest token is computed; keys and values of those before are remembered."""
        x = self.embed(ids[:, None], "target", cache.written)
        own = []
        for layer, before, read in zip(self.decoder, cache.own, cache.cross, strict=True):
            x, with_newest = cast("Layer", layer).step(x, before, read, cache.blocked)
            own.append(with_newest)
        grown = Remembered(tuple(own), cache.cross, cache.blocked, cache.written + 1)
        return self.score(x)[:, 0], grown


def padding(ids: Int[Tensor, "batch tokens"]) -> Bool[Tensor, "batch 1 1 tokens"] | None:
    """True where nothing but filling stands; None if there is none, which is quicker."""
    blocked = ids == PAD
    return blocked[:, None, None] if bool(blocked.any()) else None


def future(tokens: int, device: torch.device) -> Bool[Tensor, "1 1 tokens tokens"]:
    """True where a key stands after its query."""
    return torch.ones(tokens, tokens, dtype=torch.bool, device=device).triu(1)[None, None]
