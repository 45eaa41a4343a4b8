"""Recurrent nets that translate: an encoder and a decoder of GRUs, with and without attention.

Without, all that the decoder knows of the source is the state in which the encoder has read it
(Cho et al. 2014, arXiv:1406.1078; Sutskever et al. 2014, arXiv:1409.3215). With it, the decoder
also looks back at every token before it writes one (Bahdanau, Cho and Bengio 2015,
arXiv:1409.0473). Nothing else differs, so that what attention does can be seen.

Inside, time comes first: [tokens, batch, width], as torch's kernel runs fastest.
"""

import math
from dataclasses import dataclass
from typing import cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from playground.attention.config import AttentionConfig
from playground.attention.decoding import forced
from playground.attention.layers import drop
from playground.attention.model import PAD, Transformer
from playground.attention.multi_head import Lenses
from playground.attention.pairs import read_by_model


class GRU(nn.Module):
    """One layer of gated recurrent units; the weights lie as in `torch.nn.GRU`.

    r = σ(x W_ir + h W_hr + b)                      what of the old state the candidate may use
    z = σ(x W_iz + h W_hz + b)                      how much of the old state stays
    n = tanh(x W_in + b_in + r ⊙ (h W_hn + b_hn))
    h ← (1 − z) ⊙ n + z ⊙ h
    """

    def __init__(self, read: int, width: int):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.empty(3 * width, read))
        self.weight_hh = nn.Parameter(torch.empty(3 * width, width))
        self.bias_ih = nn.Parameter(torch.empty(3 * width))
        self.bias_hh = nn.Parameter(torch.empty(3 * width))

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Uniform in ±1/√width, torch's own start."""
        bound = 1 / math.sqrt(self.weight_hh.shape[1])
        for weight in self.parameters():
            weight.uniform_(-bound, bound, generator=generator)

    def forward(
        self, x: Float[Tensor, "tokens batch read"], state: Float[Tensor, "batch width"]
    ) -> Float[Tensor, "tokens batch width"]:
        """The states after each token, by torch's fused kernel."""
        weights: list[Tensor] = [self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh]
        return torch.gru(x, state[None], weights, True, 1, 0.0, self.training, False, False)[0]

    @staticmethod
    def step(
        from_read: Float[Tensor, "batch gates"],
        from_state: Float[Tensor, "batch gates"],
        state: Float[Tensor, "batch width"],
    ) -> Float[Tensor, "batch width"]:
        """The next state by the equations above, from x W_i + b_i and h W_h + b_h."""
        width = state.shape[1]
        gates = (from_read[:, : 2 * width] + from_state[:, : 2 * width]).sigmoid()
        reset, update = gates.chunk(2, 1)
        candidate = (from_read[:, 2 * width :] + reset * from_state[:, 2 * width :]).tanh()
        return torch.lerp(candidate, state, update)


@dataclass(frozen=True)
class Memory:
    """The encoded sentences as additive attention reads them."""

    values: Float[Tensor, "batch read width"]
    keys: Float[Tensor, "batch read width"]  # W_k · value, the same for all queries
    blocked: Bool[Tensor, "batch read"] | None  # True where nothing but filling stands

    def select(self, rows: Int[Tensor, " kept"]) -> "Memory":
        blocked = None if self.blocked is None else self.blocked[rows]
        return Memory(self.values[rows], self.keys[rows], blocked)


class AttentiveGRU(GRU):
    """A GRU that reads [x | context], where its own last state asks for the context:

    score_j = v · tanh(W_q h + W_k value_j),  context = Σ_j softmax(score)_j value_j   (§3.1, A.1.2)
    """

    def __init__(self, width: int):
        super().__init__(2 * width, width)
        self.query_weight = nn.Parameter(torch.empty(width, width))
        self.key_weight = nn.Parameter(torch.empty(width, width))
        self.score_weight = nn.Parameter(torch.empty(width))

    def memory(
        self,
        values: Float[Tensor, "read batch width"],
        blocked: Bool[Tensor, "batch read"] | None,
    ) -> Memory:
        values = values.transpose(0, 1).contiguous()
        return Memory(values, functional.linear(values, self.key_weight), blocked)

    def attend(
        self, x: Float[Tensor, "tokens batch width"], state: Tensor, memory: Memory
    ) -> tuple[Float[Tensor, "tokens batch width"], Float[Tensor, "tokens batch read"]]:
        """The states after each token, and the weights of the context that each was made with."""
        width = state.shape[1]
        # What does not wait for a state is multiplied once, for all tokens.
        from_x = functional.linear(x, self.weight_ih[:, :width], self.bias_ih)
        context_weight = self.weight_ih[:, width:].t().contiguous()
        asked_of_state = torch.cat([self.query_weight, self.weight_hh])
        bias = torch.cat([torch.zeros_like(state[0]), self.bias_hh])
        states, looks = [], []
        for from_token in from_x:
            query, from_state = functional.linear(state, asked_of_state, bias).split(
                [width, 3 * width], 1
            )
            scores = (query[:, None] + memory.keys).tanh() @ self.score_weight
            if memory.blocked is not None:
                scores = scores.masked_fill(memory.blocked, -torch.inf)
            weights = scores.softmax(1)
            context = (weights[:, None] @ memory.values)[:, 0]
            from_read = torch.addmm(from_token, context, context_weight)
            state = self.step(from_read, from_state, state)
            states.append(state)
            looks.append(weights)
        return torch.stack(states), torch.stack(looks)


@dataclass(frozen=True)
class States:
    """What each layer of the decoder knows after the tokens written so far."""

    layers: tuple[Float[Tensor, "batch width"], ...]
    memory: Memory | None

    def select(self, rows: Int[Tensor, " kept"]) -> "States":
        memory = None if self.memory is None else self.memory.select(rows)
        return States(tuple(layer[rows] for layer in self.layers), memory)


class RecurrentTranslator(nn.Module):
    """Embedding, encoder, decoder, scores of each next token. A `Translator`.

    Attention is in the lowest layer of the decoder (as in Wu et al. 2016, arXiv:1609.08144, §3):
    the layers above it then need no loop.
    """

    def __init__(self, config: AttentionConfig, sources: int, targets: int):
        """`sources`, `targets`: sizes of the two vocabularies, specials included."""
        super().__init__()
        width = config.hidden_size
        self.width, self.dropout = width, config.dropout
        self.source_embedding = nn.Parameter(torch.empty(sources, width))
        self.target_embedding = nn.Parameter(torch.empty(targets, width))
        self.output_weight = None if config.tied else nn.Parameter(torch.empty(targets, width))
        self.output_bias = nn.Parameter(torch.empty(targets))
        self.encoder = nn.ModuleList(GRU(width, width) for _ in range(config.encoder_layers))
        attentive = config.model == "gru_attention"
        lowest = AttentiveGRU(width) if attentive else GRU(width, width)
        above = (GRU(width, width) for _ in range(config.decoder_layers - 1))
        self.decoder = nn.ModuleList([lowest, *above])

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> "RecurrentTranslator":
        """Draws all weights anew; embeddings as the `Transformer` does."""
        for table in (self.source_embedding, self.target_embedding, self.output_weight):
            if table is not None:
                table.normal_(std=self.width**-0.5, generator=generator)
        self.output_bias.zero_()
        for layer in (*self.encoder, *self.decoder):
            cast("GRU", layer).initialise(generator)
        return self

    def embed(
        self,
        ids: Int[Tensor, "batch tokens"],
        table: Float[Tensor, "vocabulary width"],
        dropout: torch.Generator | None = None,
    ) -> Float[Tensor, "tokens batch width"]:
        """√width · embedding, time first."""
        x = functional.embedding(ids.t(), table) * math.sqrt(self.width)
        return drop(x, self.dropout, dropout)

    def encode(
        self, source: Int[Tensor, "batch read"], dropout: torch.Generator | None = None
    ) -> States:
        """What the decoder starts with: the states in which the encoder has read each sentence.

        Where the decoder has another number of layers, its layers take theirs from the top.
        """
        x = self.embed(source, self.source_embedding, dropout)
        blocked = source == PAD
        # Filling stands at the end, so that it is enough to take the state before it.
        ends, rows = (~blocked).sum(1) - 1, torch.arange(len(source), device=source.device)
        nothing = x.new_zeros(len(source), self.width)
        last = []
        for layer in self.encoder:
            outputs = layer(x, nothing)
            last.append(outputs[ends, rows])
            x = drop(outputs, self.dropout, dropout)
        beneath = len(self.encoder) - len(self.decoder)
        layers = tuple(last[max(0, beneath + number)] for number in range(len(self.decoder)))
        lowest = self.decoder[0]
        if not isinstance(lowest, AttentiveGRU):
            return States(layers, None)
        return States(layers, lowest.memory(x, blocked if bool(blocked.any()) else None))

    def decode(
        self,
        target: Int[Tensor, "batch written"],
        states: States,
        dropout: torch.Generator | None = None,
    ) -> tuple[Float[Tensor, "written batch vocabulary"], States, Tensor | None]:
        """Scores of each next token, the states after the last one, and the weights of attention,
        [written, batch, read]."""
        x = self.embed(target, self.target_embedding, dropout)
        weights, last = None, []
        for layer, state in zip(self.decoder, states.layers, strict=True):
            if states.memory is not None and isinstance(layer, AttentiveGRU):
                outputs, weights = layer.attend(x, state, states.memory)
            else:
                outputs = layer(x, state)
            last.append(outputs[-1])
            x = drop(outputs, self.dropout, dropout)
        table = self.target_embedding if self.output_weight is None else self.output_weight
        scores = functional.linear(x, table, self.output_bias)
        return scores, States(tuple(last), states.memory), weights

    def forward(
        self,
        source: Int[Tensor, "batch read"],
        target: Int[Tensor, "batch written"],
        dropout: torch.Generator | None = None,
        lenses: Lenses | None = None,  # noqa: ARG002 - there are no heads to lay one on
    ) -> Float[Tensor, "batch written vocabulary"]:
        scores, _, _ = self.decode(target, self.encode(source, dropout), dropout)
        return scores.transpose(0, 1)

    def begin(self, source: Int[Tensor, "batch read"]) -> States:
        return self.encode(source)

    def step(
        self, ids: Int[Tensor, " batch"], cache: States
    ) -> tuple[Float[Tensor, "batch vocabulary"], States]:
        scores, states, _ = self.decode(ids[:, None], cache)
        return scores[0], states

    @torch.no_grad()
    def alignment(
        self, source: list[int], target: list[int]
    ) -> Float[Tensor, "1 1 written read"] | None:
        """What attention looked at for each token of a translation, ends included; None without.

        Ids come without start and end.
        """
        device = self.output_bias.device
        states = self.encode(read_by_model([source]).to(device))
        _, _, weights = self.decode(forced(target).to(device), states)
        return None if weights is None else weights.transpose(0, 1)[None]


Model = Transformer | RecurrentTranslator  # what a run trains
