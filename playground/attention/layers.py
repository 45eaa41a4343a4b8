"""What a Transformer is made of (Vaswani et al. 2017, arXiv:1706.03762): layers, and dropout."""

from collections.abc import Callable
from typing import cast

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from playground.attention.config import AttentionConfig
from playground.attention.multi_head import Lens, MultiHeadAttention

KeysAndValues = tuple[Tensor, Tensor]  # of one attention, each [batch, heads, tokens, size]


def drop(x: Tensor, share: float, generator: torch.Generator | None) -> Tensor:
    """Dropout: `share` of the numbers, in 1/256, become 0, the others grow by as much.

    One random byte decides over one number: eight of them are drawn at once, which is what makes
    it cheap. Without a generator nothing is dropped.
    """
    if generator is None or not share:
        return x
    words = torch.empty(-(-x.numel() // 8), dtype=torch.int64)
    spread = words.random_(-(2**63), None, generator=generator).view(torch.uint8)
    cut = max(1, round(256 * share))
    kept = (spread[: x.numel()] >= cut).view(x.shape).to(x.dtype)
    # One factor for each number, so that there is one product on the way there and one back.
    return x * kept.mul_(256 / (256 - cut)).to(x.device)


class FeedForward(nn.Module):
    """Two layers with ReLU between them, for each token alone (equation 2)."""

    def __init__(self, width: int, inner: int):
        super().__init__()
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        for layer in (self.up, self.down):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            layer.bias.zero_()

    def forward(self, x: Float[Tensor, "batch tokens width"]) -> Tensor:
        return self.down(functional.relu(self.up(x)))


class Layer(nn.Module):
    """One layer of the encoder, or with `cross` of the decoder.

    Each part is added to what goes in. The norm comes before the part ("pre", Xiong et al. 2020,
    arXiv:2002.04745) or after the sum ("post", as in the paper).
    """

    def __init__(self, config: AttentionConfig, *, cross: bool):
        super().__init__()
        width, heads = config.hidden_size, config.heads
        self.own = MultiHeadAttention(width, heads, scaled=config.scaled)
        self.cross = MultiHeadAttention(width, heads, scaled=config.scaled) if cross else None
        self.feedforward = FeedForward(width, config.feedforward_size)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3 if cross else 2))
        self.pre, self.dropout = config.normalisation == "pre", config.dropout

    def initialise(self, generator: torch.Generator) -> None:
        for part in (self.own, self.cross, self.feedforward):
            if part is not None:
                part.initialise(generator)

    def add(
        self,
        x: Tensor,
        norm: int,
        part: Callable[[Tensor], Tensor],
        dropout: torch.Generator | None = None,
    ) -> Tensor:
        """x + part(x), normalised in the place that the configuration says."""
        return self.joined(x, part(self.entering(x, norm)), norm, dropout)

    def entering(self, x: Tensor, norm: int) -> Tensor:
        """What a part is given of x."""
        return self.norms[norm](x) if self.pre else x

    def joined(
        self, x: Tensor, found: Tensor, norm: int, dropout: torch.Generator | None = None
    ) -> Tensor:
        """x with what a part has found."""
        x = x + drop(found, self.dropout, dropout)
        return x if self.pre else self.norms[norm](x)

    def forward(
        self,
        x: Float[Tensor, "batch tokens width"],
        blocked: Bool[Tensor, "#batch 1 #tokens tokens"] | None,
        memory: Float[Tensor, "batch read width"] | None = None,
        memory_blocked: Bool[Tensor, "#batch 1 1 read"] | None = None,
        dropout: torch.Generator | None = None,
        lenses: tuple[Lens | None, Lens | None] = (None, None),
    ) -> Float[Tensor, "batch tokens width"]:
        """`lenses` are laid on its own attention and on the one to the encoder."""
        own, across = lenses
        x = self.add(x, 0, lambda read: self.own(read, None, blocked, own), dropout)
        if self.cross is not None:
            cross = self.cross
            x = self.add(x, 1, lambda read: cross(read, memory, memory_blocked, across), dropout)
        return self.add(x, len(self.norms) - 1, self.feedforward, dropout)

    def step(
        self,
        x: Float[Tensor, "batch 1 width"],
        before: KeysAndValues,
        read: KeysAndValues,
        blocked: Bool[Tensor, "batch 1 1 read"] | None,
    ) -> tuple[Float[Tensor, "batch 1 width"], KeysAndValues]:
        """`forward` of a decoder for the newest token alone.

        `before` are keys and values of the tokens written before it, `read` those of the encoded
        sentence. The second result is `before` with the newest token.
        """
        own, cross = self.own, cast("MultiHeadAttention", self.cross)
        newest = self.entering(x, 0)
        keys, values = (torch.cat(pair, 2) for pair in zip(before, own.memory(newest), strict=True))
        x = self.joined(x, own.gather(own.queries(newest), keys, values, None), 0)
        queries = cross.queries(self.entering(x, 1))
        x = self.joined(x, cross.gather(queries, *read, blocked), 1)
        return self.add(x, 2, self.feedforward), (keys, values)
