"""The Transformer as textbooks build it and train it, to be measured against.

Written after the recipe of Dive into Deep Learning, chapter 11: one matrix each for queries, keys
and values, masks by valid lengths, heads folded into the batch, post-norm, every sentence filled
up or cut to the same number of steps, `torch.optim.Adam`, gradients clipped to 1.
"""

import math

import torch
from torch import Tensor, nn


def masked_softmax(scores: Tensor, lengths: Tensor | None) -> Tensor:
    """Scores [rows, queries, keys]; of each row only the first so many keys count."""
    if lengths is None:
        return scores.softmax(-1)
    if lengths.dim() == 1:
        lengths = lengths.repeat_interleave(scores.shape[1])
    else:
        lengths = lengths.reshape(-1)
    flat = scores.reshape(-1, scores.shape[-1])
    keep = torch.arange(flat.shape[1])[None, :] < lengths[:, None]
    flat[~keep] = -1e6
    return flat.reshape(scores.shape).softmax(-1)


class MultiHead(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.heads = heads
        self.dropout = nn.Dropout(dropout)
        self.w_q, self.w_k, self.w_v, self.w_o = (
            nn.Linear(width, width, bias=False) for _ in range(4)
        )

    def _split(self, x: Tensor) -> Tensor:
        x = x.reshape(x.shape[0], x.shape[1], self.heads, -1).permute(0, 2, 1, 3)
        return x.reshape(-1, x.shape[2], x.shape[3])

    def forward(self, q: Tensor, k: Tensor, v: Tensor, lengths: Tensor | None) -> Tensor:
        batch = q.shape[0]
        q, k, v = self._split(self.w_q(q)), self._split(self.w_k(k)), self._split(self.w_v(v))
        if lengths is not None:
            lengths = lengths.repeat_interleave(self.heads, dim=0)
        scores = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(q.shape[-1])
        mixed = torch.bmm(self.dropout(masked_softmax(scores, lengths)), v)
        mixed = mixed.reshape(batch, self.heads, mixed.shape[1], mixed.shape[2])
        mixed = mixed.permute(0, 2, 1, 3).reshape(batch, mixed.shape[2], -1)
        return self.w_o(mixed)


class AddNorm(nn.Module):
    def __init__(self, width: int, dropout: float):
        super().__init__()
        self.dropout, self.norm = nn.Dropout(dropout), nn.LayerNorm(width)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.norm(self.dropout(y) + x)


class Block(nn.Module):
    def __init__(self, width: int, inner: int, heads: int, dropout: float, *, cross: bool):
        super().__init__()
        self.own = MultiHead(width, heads, dropout)
        self.cross = MultiHead(width, heads, dropout) if cross else None
        self.inner = nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width))
        self.norms = nn.ModuleList(AddNorm(width, dropout) for _ in range(3))

    def forward(
        self, x: Tensor, lengths: Tensor, memory: Tensor | None = None, read: Tensor | None = None
    ) -> Tensor:
        x = self.norms[0](x, self.own(x, x, x, lengths))
        if self.cross is not None:
            x = self.norms[1](x, self.cross(x, memory, memory, read))
        return self.norms[2](x, self.inner(x))


class Embedded(nn.Module):
    def __init__(self, size: int, width: int, dropout: float):
        super().__init__()
        self.table, self.dropout, self.width = nn.Embedding(size, width), nn.Dropout(dropout), width
        places = torch.zeros(1, 1000, width)
        angle = torch.arange(1000)[:, None] / 10_000 ** (torch.arange(0, width, 2) / width)
        places[:, :, 0::2], places[:, :, 1::2] = angle.sin(), angle.cos()
        self.places = places

    def forward(self, ids: Tensor) -> Tensor:
        x = self.table(ids) * math.sqrt(self.width)
        return self.dropout(x + self.places[:, : x.shape[1]])


class TextbookTransformer(nn.Module):
    def __init__(
        self, sources: int, targets: int, *, width: int, inner: int, heads: int, blocks: int,
        dropout: float,
    ):  # fmt: skip
        super().__init__()
        self.read, self.write = Embedded(sources, width, dropout), Embedded(targets, width, dropout)
        sizes = (width, inner, heads, dropout)
        self.encoder = nn.ModuleList(Block(*sizes, cross=False) for _ in range(blocks))
        self.decoder = nn.ModuleList(Block(*sizes, cross=True) for _ in range(blocks))
        self.out = nn.Linear(width, targets)

    def forward(self, source: Tensor, given: Tensor, lengths: Tensor) -> Tensor:
        x = self.read(source)
        for block in self.encoder:
            x = block(x, lengths)
        y = self.write(given)
        seen = torch.arange(1, given.shape[1] + 1).repeat(len(given), 1)
        for block in self.decoder:
            y = block(y, seen, x, lengths)
        return self.out(y)


def train_step(
    model: TextbookTransformer, optimizer: torch.optim.Optimizer, source: Tensor, target: Tensor,
    *, begin: int, filling: int,
) -> float:  # fmt: skip
    """One step on rows [batch, steps], filled up with `filling`; the loss in nats per token."""
    optimizer.zero_grad()
    starts = torch.full((len(target), 1), begin)
    given = torch.cat([starts, target[:, :-1]], 1)
    scores = model(source, given, (source != filling).sum(1))
    losses = nn.functional.cross_entropy(
        scores.reshape(-1, scores.shape[-1]), target.reshape(-1), reduction="none"
    )
    real = (target != filling).reshape(-1)
    loss = (losses * real).sum() / real.sum()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()
