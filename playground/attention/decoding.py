"""From scores to sentences: greedy and beam search, with all that a model has read kept at hand.

A beam keeps, at each step, the likeliest beginnings of a translation. Finished ones are compared
by their log probability divided by length^α (Wu et al. 2016, arXiv:1609.08144, §7), because a
sum of logarithms favours the short.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from playground.attention.model import BEGIN, END, PAD, Translator
from playground.attention.pairs import read_by_model

LENGTH_POWER = 0.6  # α
LONGER = 1.6  # times the source, and `EXTRA` tokens: a translation is ended there
EXTRA = 10
ROWS_AT_ONCE = 512  # beginnings of sentences computed together


@dataclass(frozen=True, slots=True)
class Branch:
    """One token that a beam considered. `parent` is the index of the branch before it, or -1.

    `log_probability` is that of the whole beginning, in nats; `score` divides it by length^α.
    """

    step: int
    parent: int
    id: int
    probability: float
    log_probability: float
    score: float
    kept: bool


@dataclass(frozen=True)
class Translation:
    """`ids` without start and end. `ended` is False where the longest length cut it off."""

    ids: list[int]
    log_probability: float
    score: float
    ended: bool
    tree: tuple[Branch, ...] = ()
    leaf: int = -1  # the index of its last token in the tree


def longest(source: Sequence[int]) -> int:
    """Tokens that a translation of these source tokens may have."""
    return int(LONGER * len(source)) + EXTRA


def score(log_probability: float, tokens: int, power: float = LENGTH_POWER) -> float:
    """What finished translations are compared by; `tokens` with the end."""
    return log_probability / tokens**power


@torch.no_grad()
def beam(
    model: Translator,
    source: Sequence[int],
    *,
    size: int = 4,
    most: int | None = None,
    power: float = LENGTH_POWER,
) -> list[Translation]:
    """The `size` best translations of one sentence, the best first, with the tree of the search.

    `size` 1 is greedy. The search ends when `size` translations have ended, or no beginning can
    still become better than the best of those.
    """
    most = most or longest(source)
    device = model.output_bias.device
    cache = model.begin(read_by_model([source]).to(device))
    tree: list[Branch] = []
    done: list[Translation] = []
    newest = torch.tensor([BEGIN], device=device)
    alive = [(-1, 0.0)]  # branch and log probability of each beginning
    for step in range(most):
        scores, cache = model.step(newest, cache)
        logs = allowed(scores).double().log_softmax(-1)
        total = logs + torch.tensor([log for _, log in alive], device=device)[:, None]
        values, places = total.flatten().topk(min(2 * size, total.numel()))
        rows, grown, ids = [], [], []
        for value, place in zip(values.tolist(), places.tolist(), strict=True):
            if value == -torch.inf:
                break  # the vocabulary is smaller than the beam
            row, one = divmod(place, logs.shape[1])
            keep = len(grown) < size and len(done) < size
            branch = Branch(
                step, alive[row][0], one, logs[row, one].exp().item(), value,
                score(value, step + 1, power), keep,
            )  # fmt: skip
            tree.append(branch)
            if keep and one == END:
                done.append(_ended(tree, len(tree) - 1))
            elif keep:
                rows.append(row)
                ids.append(one)
                grown.append((len(tree) - 1, value))
        ended = [one.score for one in done]
        if not grown or _settled(ended, grown[0][1], size=size, most=most, power=power):
            break
        alive = grown
        cache = cache.select(torch.tensor(rows, device=device))
        newest = torch.tensor(ids, device=device)
    else:
        done += [_ended(tree, leaf, ended=False) for leaf, _ in alive[: size - len(done)]]
    done = done or [_ended(tree, leaf, ended=False) for leaf, _ in alive[:1]]
    best = sorted(done, key=lambda one: -one.score)[:size]
    return [
        Translation(one.ids, one.log_probability, one.score, one.ended, tuple(tree), one.leaf)
        for one in best
    ]


def allowed(scores: Float[Tensor, "rows vocabulary"]) -> Tensor:
    """Filling and the start are never written."""
    scores = scores.clone()
    scores[:, [PAD, BEGIN]] = -torch.inf
    return scores


def _settled(
    done: Sequence[float], best: float, *, size: int, most: int, power: float = LENGTH_POWER
) -> bool:
    """Whether enough have ended, or the best that goes on (`best`, a log probability) cannot win.

    A log probability only falls, and no length makes its score better than the longest does.
    """
    return len(done) >= size or (bool(done) and score(best, most, power) < max(done))


def _ended(tree: Sequence[Branch], leaf: int, *, ended: bool = True) -> Translation:
    """The sentence that ends in a branch."""
    ids: list[int] = []
    at = leaf
    while at >= 0:
        ids.append(tree[at].id)
        at = tree[at].parent
    ids.reverse()
    end = tree[leaf]
    return Translation(ids[:-1] if ended else ids, end.log_probability, end.score, ended, (), leaf)


@torch.no_grad()
def translate_all(
    model: Translator, sources: Sequence[Sequence[int]], *, size: int = 4
) -> Iterator[tuple[int, list[int]]]:
    """Translates many sentences, several at a time: (index, ids) as they are done.

    Gives the same as `beam` does for each of them, but for sums that are rounded otherwise.
    """
    order = sorted(range(len(sources)), key=lambda at: len(sources[at]))
    at_once = max(1, ROWS_AT_ONCE // size)
    for begin in range(0, len(order), at_once):
        chosen = order[begin : begin + at_once]
        yield from zip(
            chosen, _beam_of_many(model, [sources[at] for at in chosen], size), strict=True
        )


def _beam_of_many(model: Translator, sources: list[Sequence[int]], size: int) -> list[list[int]]:
    device = model.output_bias.device
    searches = _Searches(sources, size, device)
    cache = model.begin(read_by_model(sources).to(device))
    rows = torch.arange(len(sources), device=device).repeat_interleave(size)
    while searches.open:
        scores, cache = model.step(searches.written[:, -1], cache.select(rows))
        rows = searches.grow(scores)
    return [max(found, default=(0.0, []))[1] for found in searches.done]


class _Searches:
    """Beam searches of many sentences side by side.

    Each sentence that is not done has `size` rows, the likeliest beginning first; where it has
    fewer beginnings the last rows are dead, with a log probability of −∞.
    """

    def __init__(self, sources: Sequence[Sequence[int]], size: int, device: torch.device):
        count = len(sources)
        self.size, self.device = size, device
        self.most = [longest(source) for source in sources]
        self.done: list[list[tuple[float, list[int]]]] = [[] for _ in sources]
        self.open = list(range(count))  # sentences in the order of their rows
        self.logs = torch.full((count, size), -torch.inf, dtype=torch.float64, device=device)
        self.logs[:, 0] = 0.0
        self.written = torch.full((count * size, 1), BEGIN, device=device)

    def grow(self, scores: Float[Tensor, "rows vocabulary"]) -> Int[Tensor, " kept"]:
        """Writes a token more in each sentence; the rows from which those that go on have grown."""
        size, kinds = self.size, scores.shape[1]
        steps = allowed(scores).double().log_softmax(-1).view(len(self.open), size, kinds)
        total = (self.logs[:, :, None] + steps).flatten(1)
        values, places = (each.tolist() for each in total.topk(min(2 * size, size * kinds), 1))
        still: list[int] = []
        grown: list[tuple[float, int, int]] = []  # log probability, row, token
        for at, one in enumerate(self.open):
            rows = [at * size + place // kinds for place in places[at]]
            tokens = [place % kinds for place in places[at]]
            kept = self._kept(one, list(zip(values[at], rows, tokens, strict=True)))
            if kept:
                still.append(one)
                grown += [*kept, *[(-torch.inf, at * size, PAD)] * (size - len(kept))]
        self.open = still
        logs, rows, tokens = zip(*grown, strict=True) if grown else ((), (), ())
        chosen = torch.tensor(rows, dtype=torch.int64, device=self.device)
        newest = torch.tensor(tokens, dtype=torch.int64, device=self.device)
        self.logs = torch.tensor(logs, dtype=torch.float64, device=self.device).view(-1, size)
        self.written = torch.cat([self.written[chosen], newest[:, None]], 1)
        return chosen

    def _kept(
        self, one: int, candidates: list[tuple[float, int, int]]
    ) -> list[tuple[float, int, int]]:
        """The beginnings with which a sentence goes on; none when it is done."""
        length, done = self.written.shape[1], self.done[one]
        kept: list[tuple[float, int, int]] = []
        for value, row, token in candidates:
            if len(kept) == self.size or len(done) >= self.size or value == -torch.inf:
                break
            if token == END:
                done.append((score(value, length), self.written[row, 1:].tolist()))
            else:
                kept.append((value, row, token))
        ended = [found for found, _ in done]
        most = self.most[one]
        if not kept or _settled(ended, kept[0][0], size=self.size, most=most):
            return []
        if length < most:
            return kept
        # Cut off: what has been written so far competes as it is.
        for value, row, token in kept[: self.size - len(done)]:
            done.append((score(value, length), [*self.written[row, 1:].tolist(), token]))
        return []


def forced(target: Sequence[int]) -> Int[Tensor, "1 written"]:
    """A translation as the decoder is given it to see what it does at each of its tokens."""
    return torch.tensor([[BEGIN, *target]])
