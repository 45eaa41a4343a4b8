"""A language model: tokens in, a stack of recurrent layers, a score for each possible next token.

Time comes first in every tensor, [steps, batch, ...]. The state of a model is one tensor per part
(hidden, and cell for an LSTM), [depth, batch, hidden], where depth counts layers and, inside a
layer, directions, as in `torch.nn`.
"""

import math
from collections.abc import Callable
from typing import cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from playground.sequence.cells import CELLS, RecurrentLayer, State
from playground.sequence.config import SequenceConfig

Run = Callable[[RecurrentLayer, Tensor, State], tuple[Tensor, State]]


class LanguageModel(nn.Module):
    """Embedding or one-hot, recurrent stack, linear.

    With `bidirectional`, a second set of layers reads from right to left and the two outputs are
    put side by side. Its output at a token has then seen the tokens after it, the answer too.
    """

    def __init__(self, config: SequenceConfig, vocabulary_size: int):
        super().__init__()
        self.vocabulary_size, self.hidden_size = vocabulary_size, config.hidden_size
        self.layers = config.layers
        self.directions = ("", "_reverse") if config.bidirectional else ("",)
        width = config.embedding_size or vocabulary_size
        self.embedding = (
            nn.Parameter(torch.empty(vocabulary_size, width)) if config.embedding_size else None
        )
        self.recurrent = nn.ModuleDict()  # named as torch names its weights: l0, l0_reverse, l1 …
        for layer in range(config.layers):
            for direction in self.directions:
                made = CELLS[config.cell](width, config.hidden_size)
                self.recurrent[f"l{layer}{direction}"] = made
            width = config.hidden_size * len(self.directions)
        self.output_weight = nn.Parameter(torch.empty(vocabulary_size, width))
        self.output_bias = nn.Parameter(torch.empty(vocabulary_size))
        self.dropout = config.dropout
        self.parts = CELLS[config.cell].parts

    def initialise(self, generator: torch.Generator) -> "LanguageModel":
        """Draws all weights anew, as torch starts its layers: embedding normal, rest uniform."""
        if self.embedding is not None:
            nn.init.normal_(self.embedding, generator=generator)
        for name in self.recurrent:
            self.layer(name).initialise(generator)
        bound = 1 / math.sqrt(self.output_weight.shape[1])
        for weight in (self.output_weight, self.output_bias):
            nn.init.uniform_(weight, -bound, bound, generator=generator)
        return self

    def layer(self, name: str) -> RecurrentLayer:
        """`l0`, `l0_reverse`, `l1` ..."""
        return cast("RecurrentLayer", self.recurrent[name])

    def zero_state(self, batch: int) -> State:
        """Nothing read yet: zeros, [depth, batch, hidden] per part."""
        shape = (len(self.recurrent), batch, self.hidden_size)
        return tuple(self.output_weight.new_zeros(shape) for _ in range(self.parts))

    def carried(self, state: State) -> State:
        """The state to start the next stretch of text with, cut off from the graph.

        A layer that reads from the right starts at the far end of each stretch, with nothing.
        """
        kept = tuple(part.detach().clone() for part in state)
        if len(self.directions) == 2:
            for part in kept:
                part[1::2] = 0
        return kept

    def forward(
        self,
        ids: Int[Tensor, "steps batch"],
        state: State | None = None,
        dropout: torch.Generator | None = None,
    ) -> tuple[Float[Tensor, "steps batch vocabulary"], State]:
        """Scores of each next token (logits), and the last state.

        `dropout` is the source of its randomness; without one nothing is dropped.
        """
        return self._stack(ids, state, dropout, _fused)

    def forward_by_the_book(
        self,
        ids: Int[Tensor, "steps batch"],
        state: State | None = None,
        dropout: torch.Generator | None = None,
    ) -> tuple[Tensor, State, list[dict[str, Tensor]]]:
        """As `forward`, one token after another. Also gives, per depth, what each unit did:
        the gates by name, and "hidden" and "cell", each [steps, batch, hidden]."""
        film = []

        def run(layer: RecurrentLayer, inputs: Tensor, state: State) -> tuple[Tensor, State]:
            outputs, last, gates = _one_by_one(layer, inputs, state)
            film.append(gates)
            return outputs, last

        logits, last = self._stack(ids, state, dropout, run)
        for depth, gates in enumerate(film):
            if len(self.directions) == 2 and depth % 2:
                film[depth] = {name: values.flip(0) for name, values in gates.items()}
        return logits, last, film

    def _stack(
        self, ids: Tensor, state: State | None, dropout: torch.Generator | None, run: Run
    ) -> tuple[Tensor, State]:
        if state is None:
            state = self.zero_state(ids.shape[1])
        inputs = ids if self.embedding is None else functional.embedding(ids, self.embedding)
        ends: list[State] = []
        for layer in range(self.layers):
            outputs = []
            for direction in self.directions:
                start = tuple(part[len(ends)] for part in state)
                module = self.layer(f"l{layer}{direction}")
                if direction:
                    read, end = run(module, inputs.flip(0), start)
                    outputs.append(read.flip(0))
                else:
                    read, end = run(module, inputs, start)
                    outputs.append(read)
                ends.append(end)
            inputs = outputs[0] if len(outputs) == 1 else torch.cat(outputs, 2)
            inputs = _dropped(inputs, self.dropout, dropout)
        logits = functional.linear(inputs, self.output_weight, self.output_bias)
        return logits, tuple(torch.stack(part) for part in zip(*ends, strict=True))


def _fused(layer: RecurrentLayer, inputs: Tensor, state: State) -> tuple[Tensor, State]:
    return layer(inputs, state)


def _one_by_one(
    layer: RecurrentLayer, inputs: Tensor, state: State
) -> tuple[Tensor, State, dict[str, Tensor]]:
    """A layer over all steps in a loop, by its equations."""
    if not inputs.is_floating_point():
        inputs = functional.one_hot(inputs, layer.input_size).to(layer.weight_ih.dtype)
    seen = []
    for x in inputs:
        state, gates = layer.step(x, state)
        seen.append({**gates, **dict(zip(("hidden", "cell"), state, strict=False))})
    film = {name: torch.stack([moment[name] for moment in seen]) for name in seen[0]}
    return film["hidden"], state, film


def _dropped(values: Tensor, share: float, generator: torch.Generator | None) -> Tensor:
    """Each number set to 0 with probability `share`, the rest made larger to keep the mean."""
    if generator is None or share == 0:
        return values
    # Drawn where the generator lives, so that a run drops the same on every device.
    kept = torch.empty(values.shape, dtype=values.dtype, device=generator.device)
    kept.bernoulli_(1 - share, generator=generator)
    return values * kept.to(values.device).mul_(1 / (1 - share))
