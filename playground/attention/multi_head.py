"""Attention, scaled dot-product and in several heads (Vaswani et al. 2017, arXiv:1706.03762).

Two paths give the same output. The fused one is for training: batched products on a processor,
torch's own kernel elsewhere. The explicit one goes step by step and, through a `Lens`, shows each
step and lets it be changed.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

KINDS = ("encoder", "decoder", "cross")  # encoder self, masked decoder self, decoder to encoder
UNSEEN = -1e30  # added to a score: e to that is 0 in float32, and a row of such is still a number
Place = tuple[str, int]  # one of KINDS, and a layer counted from 0


@dataclass(frozen=True)
class Attended:
    """Every step of one multi-head attention, from its input to its output.

    `blocked` is True where a key must not be seen; its weight is then exactly 0.
    """

    read: Float[Tensor, "batch queries width"]
    memory: Float[Tensor, "batch keys width"]
    queries: Float[Tensor, "batch heads queries size"]
    keys: Float[Tensor, "batch heads keys size"]
    values: Float[Tensor, "batch heads keys size"]
    scores: Float[Tensor, "batch heads queries keys"]  # q·k
    scaled: Float[Tensor, "batch heads queries keys"]  # q·k / √size, or q·k again
    blocked: Bool[Tensor, "batch heads queries keys"]
    weights: Float[Tensor, "batch heads queries keys"]
    mixed: Float[Tensor, "batch heads queries size"]  # Σ weight · value
    output: Float[Tensor, "batch queries width"]


@dataclass
class Lens:
    """Laid on one attention, it shows what happens there, and changes it where it is told to.

    `switched_off` heads give 0. `block` and `weigh` are given the mask or the weights (each
    [batch, heads, queries, keys]) and return what is to be used instead. What changed weights sum
    to is not mended: that is part of what one wants to see.
    """

    switched_off: frozenset[int] = frozenset()
    block: Callable[[Tensor], Tensor] | None = None
    weigh: Callable[[Tensor], Tensor] | None = None
    seen: Attended | None = field(default=None, init=False)


Lenses = Mapping[Place, Lens]


def attend(
    queries: Float[Tensor, "*batch queries size"],
    keys: Float[Tensor, "*batch keys size"],
    values: Float[Tensor, "*batch keys value_size"],
    blocked: Bool[Tensor, "*#batch #queries keys"] | None = None,
    *,
    scaled: bool = True,
) -> tuple[Float[Tensor, "*batch queries value_size"], Float[Tensor, "*batch queries keys"]]:
    """softmax(q kᵀ / √size) v, and the weights of that sum (equation 1).

    A query that may see no key at all gets weights of 0, not NaN.
    """
    scores = queries @ keys.transpose(-2, -1)
    if scaled:
        scores = scores / math.sqrt(queries.shape[-1])
    weights = masked_softmax(scores, blocked)
    return weights @ values, weights


def masked_softmax(
    scores: Float[Tensor, "*batch queries keys"],
    blocked: Bool[Tensor, "*#batch #queries keys"] | None,
) -> Float[Tensor, "*batch queries keys"]:
    """Softmax over the keys that may be seen; the others get exactly 0."""
    if blocked is None:
        return scores.softmax(-1)
    weights = scores.masked_fill(blocked, -torch.inf).softmax(-1)
    # A row of −∞ alone has no softmax: whoever sees nothing attends to nothing.
    return weights.masked_fill(blocked, 0.0)


def fused(
    queries: Float[Tensor, "batch heads queries size"],
    keys: Float[Tensor, "batch heads keys size"],
    values: Float[Tensor, "batch heads keys size"],
    blocked: Bool[Tensor, "#batch 1 #queries keys"] | None,
    scale: float,
) -> Float[Tensor, "batch heads queries size"]:
    """`attend` without its weights, as quick as it can be.

    Sentences are short: on a processor the three products of many small matrices take two thirds
    of the time of torch's kernel, which cuts long sequences into blocks.
    """
    if queries.device.type != "cpu":
        seen = None if blocked is None else ~blocked
        return functional.scaled_dot_product_attention(queries, keys, values, seen, scale=scale)
    batch, heads, rows, size = queries.shape
    columns = keys.shape[2]
    # Added to the scores: what must not be seen is as unlikely as a number can be.
    hidden = queries.new_zeros((1, 1, 1, 1))
    if blocked is not None:
        hidden = queries.new_zeros(blocked.shape).masked_fill_(blocked, UNSEEN)
    scores = torch.baddbmm(
        hidden.expand(batch, heads, rows, columns).reshape(-1, rows, columns),
        queries.reshape(-1, rows, size),
        keys.reshape(-1, columns, size).transpose(1, 2),
        alpha=scale,
    )
    mixed = torch.bmm(scores.softmax(-1), values.reshape(-1, columns, size))
    mixed = mixed.view(batch, heads, rows, size)
    if blocked is not None and (nothing := blocked.all(-1, keepdim=True)).any():
        return mixed.masked_fill(nothing, 0.0)  # as `masked_softmax` has it
    return mixed


class MultiHeadAttention(nn.Module):
    """`heads` attentions side by side, each on its own `width / heads` numbers (§3.2.2).

    The weights lie as in `torch.nn.MultiheadAttention`: queries, keys and values in one matrix.
    """

    def __init__(self, width: int, heads: int, *, scaled: bool = True):
        super().__init__()
        self.heads, self.scaled = heads, scaled
        self.in_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_bias = nn.Parameter(torch.empty(3 * width))
        self.out_weight = nn.Parameter(torch.empty(width, width))
        self.out_bias = nn.Parameter(torch.empty(width))

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Uniform as Glorot and Bengio 2010; biases 0."""
        width = self.out_weight.shape[0]
        bound = math.sqrt(6 / (2 * width))
        self.in_weight.uniform_(-bound, bound, generator=generator)
        self.out_weight.uniform_(-bound, bound, generator=generator)
        self.in_bias.zero_()
        self.out_bias.zero_()

    def split(self, projected: Float[Tensor, "batch tokens width"]) -> Tensor:
        """-> [batch, heads, tokens, size]"""
        batch, tokens, width = projected.shape
        return projected.view(batch, tokens, self.heads, width // self.heads).transpose(1, 2)

    def queries(self, read: Float[Tensor, "batch tokens width"]) -> Tensor:
        width = read.shape[-1]
        return self.split(functional.linear(read, self.in_weight[:width], self.in_bias[:width]))

    def memory(self, memory: Float[Tensor, "batch tokens width"]) -> tuple[Tensor, Tensor]:
        """Keys and values of what is attended to, each [batch, heads, tokens, size]."""
        width = memory.shape[-1]
        both = functional.linear(memory, self.in_weight[width:], self.in_bias[width:])
        keys, values = both.chunk(2, -1)
        return self.split(keys), self.split(values)

    def forward(
        self,
        read: Float[Tensor, "batch queries width"],
        memory: Float[Tensor, "batch keys width"] | None,
        blocked: Bool[Tensor, "#batch 1 #queries keys"] | None,
        lens: Lens | None = None,
    ) -> Float[Tensor, "batch queries width"]:
        """What `read` gathers from `memory`, or from itself where that is None."""
        if memory is None and lens is None:
            together = functional.linear(read, self.in_weight, self.in_bias)
            queries, keys, values = (self.split(part) for part in together.chunk(3, -1))
        else:
            queries = self.queries(read)
            keys, values = self.memory(read if memory is None else memory)
        if lens is not None:
            return self._shown(read, memory, (queries, keys, values), blocked, lens)
        return self.gather(queries, keys, values, blocked)

    def gather(
        self,
        queries: Float[Tensor, "batch heads queries size"],
        keys: Float[Tensor, "batch heads keys size"],
        values: Float[Tensor, "batch heads keys size"],
        blocked: Bool[Tensor, "#batch 1 #queries keys"] | None,
    ) -> Float[Tensor, "batch queries width"]:
        """The fused path, from projected tokens on."""
        scale = 1 / math.sqrt(queries.shape[-1]) if self.scaled else 1.0
        mixed = fused(queries, keys, values, blocked, scale)
        return functional.linear(_merged(mixed), self.out_weight, self.out_bias)

    def _shown(
        self,
        read: Tensor,
        memory: Tensor | None,
        projected: tuple[Tensor, Tensor, Tensor],
        blocked: Tensor | None,
        lens: Lens,
    ) -> Tensor:
        """The explicit path: `attend`, each step kept and open to change."""
        queries, keys, values = projected
        scores = queries @ keys.transpose(-2, -1)
        scaled = scores / math.sqrt(queries.shape[-1]) if self.scaled else scores
        mask = torch.zeros_like(scores, dtype=torch.bool)
        mask = mask if blocked is None else mask | blocked
        mask = lens.block(mask) if lens.block else mask
        weights = masked_softmax(scaled, mask)
        weights = lens.weigh(weights) if lens.weigh else weights
        mixed = weights @ values
        for head in lens.switched_off:
            mixed[:, head] = 0.0
        output = functional.linear(_merged(mixed), self.out_weight, self.out_bias)
        memory = read if memory is None else memory
        lens.seen = Attended(
            read, memory, queries, keys, values, scores, scaled, mask, weights, mixed, output
        )
        return output


def _merged(mixed: Float[Tensor, "batch heads queries size"]) -> Tensor:
    """-> [batch, queries, width]"""
    batch, heads, queries, size = mixed.shape
    return mixed.transpose(1, 2).reshape(batch, queries, heads * size)
