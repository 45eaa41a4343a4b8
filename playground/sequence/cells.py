"""The three recurrent layers, each by its equations: RNN, GRU, LSTM.

Weights are laid out as in `torch.nn` (blocks of `hidden_size` rows, in the order of `gates`), so
they can be exchanged with it. Each layer reads one direction and has two ways to compute the
same numbers: `step`, one token at a time and by gate names, and `forward`, torch's fused kernel.

x_t is the input, h_t the hidden state, c_t the memory cell, σ the sigmoid, ⊙ the product of
each number with its partner. In formulas a row vector is multiplied from the left, as in code.
"""

import math
from abc import ABC, abstractmethod

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

State = tuple[Tensor, ...]  # (hidden,) or (hidden, cell), each [batch, hidden]


class RecurrentLayer(nn.Module, ABC):
    """One layer in one direction. `gates` names the blocks of rows of both weight matrices."""

    gates: tuple[str, ...]
    parts = 1  # tensors of a state: h, or h and c

    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        rows = len(self.gates) * hidden_size
        self.weight_ih = nn.Parameter(torch.empty(rows, input_size))
        self.weight_hh = nn.Parameter(torch.empty(rows, hidden_size))
        self.bias_ih = nn.Parameter(torch.empty(rows))
        self.bias_hh = nn.Parameter(torch.empty(rows))

    def initialise(self, generator: torch.Generator) -> None:
        """Uniform in ±1/√hidden_size, torch's own start."""
        bound = 1 / math.sqrt(self.hidden_size)
        for weight in self.parameters():
            nn.init.uniform_(weight, -bound, bound, generator=generator)

    @abstractmethod
    def step(
        self, x: Float[Tensor, "batch input"], state: State
    ) -> tuple[State, dict[str, Tensor]]:
        """The next state, and the gates that made it by name, each [batch, hidden]."""

    @abstractmethod
    def kernel(
        self, x: Float[Tensor, "steps batch input"], state: State, weights: list[Tensor]
    ) -> tuple[Tensor, ...]:
        """torch's fused layer on all steps: outputs, then the parts of the last state."""

    def forward(
        self,
        x: Float[Tensor, "steps batch input"] | Int[Tensor, "steps batch"],
        state: State,
    ) -> tuple[Float[Tensor, "steps batch hidden"], State]:
        """Hidden states of all steps and the last state. Token ids stand for one-hot rows."""
        weight_ih = self.weight_ih
        if not x.is_floating_point():
            x, weight_ih = self._looked_up(x)
        weights = [weight_ih, self.weight_hh, self.bias_ih, self.bias_hh]
        outputs, *last = self.kernel(x, tuple(part[None] for part in state), weights)
        return outputs, tuple(part[0] for part in last)

    def _looked_up(self, ids: Int[Tensor, "steps batch"]) -> tuple[Tensor, Tensor]:
        """Inputs and input weights whose product is one-hot(ids) @ weight_ihᵀ.

        A one-hot row picks a column of weight_ih. For a large vocabulary it is cheaper to pick
        it than to multiply by thousands of zeros; the kernel then gets the identity as weights.
        """
        rows, vocabulary = self.weight_ih.shape
        if vocabulary <= rows:
            one_hot = functional.one_hot(ids, vocabulary).to(self.weight_ih.dtype)
            return one_hot, self.weight_ih
        picked = functional.embedding(ids, self.weight_ih.t().contiguous())
        return picked, torch.eye(rows, dtype=picked.dtype, device=picked.device)

    def _projections(
        self, x: Float[Tensor, "batch input"], hidden: Float[Tensor, "batch hidden"]
    ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """x @ W_ihᵀ + b_ih and h @ W_hhᵀ + b_hh, each cut into one tensor per gate."""
        from_input = functional.linear(x, self.weight_ih, self.bias_ih)
        from_hidden = functional.linear(hidden, self.weight_hh, self.bias_hh)
        return from_input.chunk(len(self.gates), 1), from_hidden.chunk(len(self.gates), 1)


class RNN(RecurrentLayer):
    """h_t = tanh(x_t W_ih + h_{t-1} W_hh + b)   (Elman 1990; d2l 9.4.3 with tanh)."""

    gates = ("hidden",)

    def step(
        self, x: Float[Tensor, "batch input"], state: State
    ) -> tuple[State, dict[str, Tensor]]:
        (hidden,) = state
        (from_input,), (from_hidden,) = self._projections(x, hidden)
        hidden = torch.tanh(from_input + from_hidden)
        return (hidden,), {"hidden": hidden}

    def kernel(
        self, x: Float[Tensor, "steps batch input"], state: State, weights: list[Tensor]
    ) -> tuple[Tensor, ...]:
        return torch.rnn_tanh(x, state[0], weights, True, 1, 0.0, self.training, False, False)


class GRU(RecurrentLayer):
    """Gated recurrent unit (Cho et al. 2014, arXiv:1406.1078, eq. 5–8), torch's variant.

    r_t = σ(x_t W_ir + h_{t-1} W_hr + b)            what of the old state the candidate may use
    z_t = σ(x_t W_iz + h_{t-1} W_hz + b)            how much of the old state stays
    n_t = tanh(x_t W_in + b_in + r_t ⊙ (h_{t-1} W_hn + b_hn))
    h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}
    """

    gates = ("reset", "update", "candidate")

    def step(
        self, x: Float[Tensor, "batch input"], state: State
    ) -> tuple[State, dict[str, Tensor]]:
        (hidden,) = state
        (x_reset, x_update, x_candidate), (h_reset, h_update, h_candidate) = self._projections(
            x, hidden
        )
        reset = torch.sigmoid(x_reset + h_reset)
        update = torch.sigmoid(x_update + h_update)
        candidate = torch.tanh(x_candidate + reset * h_candidate)
        hidden = (1 - update) * candidate + update * hidden
        return (hidden,), {"reset": reset, "update": update, "candidate": candidate}

    def kernel(
        self, x: Float[Tensor, "steps batch input"], state: State, weights: list[Tensor]
    ) -> tuple[Tensor, ...]:
        return torch.gru(x, state[0], weights, True, 1, 0.0, self.training, False, False)


class LSTM(RecurrentLayer):
    """Long short-term memory (Hochreiter, Schmidhuber 1997; forget gate Gers et al. 2000).

    i_t = σ(x_t W_ii + h_{t-1} W_hi + b)            how much of the candidate is written
    f_t = σ(x_t W_if + h_{t-1} W_hf + b)            how much of the memory is kept
    g_t = tanh(x_t W_ig + h_{t-1} W_hg + b)         the candidate
    o_t = σ(x_t W_io + h_{t-1} W_ho + b)            how much of the memory is shown
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t,   h_t = o_t ⊙ tanh(c_t)
    """

    gates = ("input", "forget", "candidate", "output")
    parts = 2

    def step(
        self, x: Float[Tensor, "batch input"], state: State
    ) -> tuple[State, dict[str, Tensor]]:
        hidden, cell = state
        (x_in, x_forget, x_candidate, x_out), (h_in, h_forget, h_candidate, h_out) = (
            self._projections(x, hidden)
        )
        input_gate = torch.sigmoid(x_in + h_in)
        forget = torch.sigmoid(x_forget + h_forget)
        candidate = torch.tanh(x_candidate + h_candidate)
        output = torch.sigmoid(x_out + h_out)
        cell = forget * cell + input_gate * candidate
        hidden = output * torch.tanh(cell)
        gates = {"input": input_gate, "forget": forget, "candidate": candidate, "output": output}
        return (hidden, cell), gates

    def kernel(
        self, x: Float[Tensor, "steps batch input"], state: State, weights: list[Tensor]
    ) -> tuple[Tensor, ...]:
        return torch.lstm(x, state, weights, True, 1, 0.0, self.training, False, False)


CELLS = {"rnn": RNN, "gru": GRU, "lstm": LSTM}
