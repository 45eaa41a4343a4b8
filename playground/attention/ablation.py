"""What becomes of a trained model that is changed: its translations, and how sure it is of them."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from playground.attention.altered_model import changed, without
from playground.attention.changes import Changes, changes_of
from playground.attention.config import LONGEST_MAP
from playground.attention.decoding import allowed, beam, longest
from playground.attention.held_out import KNOWN, chosen, keep, sampled_for
from playground.attention.looking import (
    LIKELIEST,
    Sentence,
    heads_of,
    likeliest,
    map_of,
    places_of,
    reader_of,
    seen,
    sentence,
    tokens_of,
)
from playground.attention.model import END, Transformer
from playground.attention.multi_head import KINDS, Lens, Place
from playground.attention.reader import Reader, load
from playground.attention.scoring import quality, translated
from playground.attention.training import evaluate

LARGEST_MAPS = 200_000  # weights told with every answer while somebody drags one of them
AT_ONCE = 16  # sentences translated before others who ask something get their turn

Logs = Float[Tensor, "steps vocabulary"]


@torch.no_grad()
def altered(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The question `altered`: a sentence and a model as it is ("before") and changed ("after").

    Both are made to write the same, the `target` of the question or the translation by the model
    as it is: `probabilities`, `top`, `paired` and `difference` (Kullback-Leibler divergence of
    after from before, in nats) are told for each of its tokens. Each `translation` is free: it is
    what that model itself finds by beam search. All changes hold for both. `maps` are those after,
    null if they are many and not all as they were.
    """
    reader = reader_of(asked)
    model = heads_of(reader)
    path, text, target = Path(asked["weights"]), asked.get("text", ""), asked.get("target", "")
    key = (path, path.stat().st_mtime_ns, text)
    free, _ = _as_it_is(*key, "")
    given, before = _as_it_is(*key, target)
    changes = changes_of(model, asked.get("changes"), sizes_of(given))
    after, laid = force(model, given, changes)
    again = free
    if not changes.nothing:
        found = beam(changed(model, changes), free.read, most=_most(free))[0]
        again = Sentence(free.text, free.read, found.ids, found.ended, (), free.cut)
    # What is never written counts nothing; rounding takes a divergence of 0 below it.
    apart = (before.exp() * (before - after)).nan_to_num(nan=0.0)
    difference = apart.sum(-1).clamp(min=0.0)
    return tokens_of(reader, given) | {
        "source": asked.get("source", ""),
        "text": given.text,
        "cut": given.cut,
        "causal": reader.config.causal,
        "before": _told(reader, given, before, free),
        "after": _told(reader, given, after, again),
        "paired": _paired(reader, before, after),
        "difference": difference.tolist(),
        "maps": _maps(model, laid, all_of_them=changes.nothing),
    }


@lru_cache(maxsize=8)
def _as_it_is(path: Path, changed_ns: int, text: str, target: str) -> tuple[Sentence, Logs]:  # noqa: ARG001 - part of the key
    """A text and its translation by the model as it is, the same for all changes of it."""
    reader = load(path)
    given = sentence(reader, {"text": text, "target": target})
    return given, force(heads_of(reader), given, Changes())[0]


def _most(free: Sentence) -> int:
    """As long a translation as the model as it is may write."""
    return min(longest(free.read), LONGEST_MAP - 1)


def sizes_of(given: Sentence) -> dict[str, tuple[int, int]]:
    """Rows and columns of the maps of each kind, ends and start included."""
    read, written = len(given.read) + 1, len(given.written) + 1
    return dict(zip(KINDS, ((read, read), (written, written), (written, read)), strict=True))


def force(model: Transformer, given: Sentence, changes: Changes) -> tuple[Logs, dict[Place, Lens]]:
    """Logarithms of the probabilities of each next token as a changed model is made to write a
    translation, and the lenses that saw it."""
    twin = without(model, changes.switched_off, positions=changes.positions)
    laid, scores = seen(twin, given, changes.lenses())
    return allowed(scores).double().log_softmax(-1), laid


def _told(reader: Reader, given: Sentence, logs: Logs, free: Sentence) -> dict[str, Any]:
    wanted = [*given.written, END]
    right = logs[range(len(wanted)), wanted]
    return {
        "translation": reader.target.decode(free.written),
        "target_tokens": reader.target.tokens([*free.written, *([END] if free.ended else [])]),
        "ended": free.ended,
        "log_probability": right.sum().item(),
        "probabilities": right.exp().tolist(),
        "top": likeliest(reader, logs.exp()),
    }


def _paired(reader: Reader, before: Logs, after: Logs) -> list[list[dict[str, Any]]]:
    """At each step the tokens that are likely before or after, with both probabilities."""
    count = min(LIKELIEST, before.shape[1])
    steps = []
    for one, other in zip(before, after, strict=True):
        ids = dict.fromkeys(one.topk(count).indices.tolist())
        ids |= dict.fromkeys(other.topk(count).indices.tolist())
        order = list(ids)
        names = reader.target.tokens(order)
        pairs = zip(names, one[order].exp().tolist(), other[order].exp().tolist(), strict=True)
        told = [{"token": name, "before": p, "after": q} for name, p, q in pairs]
        steps.append(sorted(told, key=lambda pair: -max(pair["before"], pair["after"])))
    return steps


def _maps(
    model: Transformer, laid: Mapping[Place, Lens], *, all_of_them: bool
) -> dict[str, Any] | None:
    maps = {}
    for kind, layers in places_of(model).items():
        shown = [laid[kind, layer].seen for layer in range(layers)]
        maps[kind] = torch.stack([one.weights[0] for one in shown if one is not None])
    if not all_of_them and sum(one.numel() for one in maps.values()) > LARGEST_MAPS:
        return None
    return {kind: map_of(weights) for kind, weights in maps.items()}


def altered_quality(asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The question `altered_quality`: held-out sentences translated before and after.

    `{"done", "total"}` as they are translated, then the answer. The measure is 0 to 100; losses
    are in nats per target token.
    """
    sampled = sampled_for(asked, 100)
    model, part, key = sampled.model, sampled.part, ("quality", *sampled.key)
    told = {"switched_off": asked.get("switched_off"), "positions": asked.get("positions", True)}
    changes = changes_of(model, told, {})
    twin = without(model, changes.switched_off, positions=changes.positions)
    rounds = [*([] if key in KNOWN else [model]), *([] if twin is model else [twin])]
    found = (0.0, 0.0)
    for at, one in enumerate(rounds):
        written: list[str] = []
        for begin in range(0, len(part), AT_ONCE):
            yield {"done": at * len(part) + begin, "total": len(rounds) * len(part)}
            some = chosen(part, range(begin, min(begin + AT_ONCE, len(part))))
            written += translated(one, some, sampled.reader.target)
        found = (quality(written, part, sampled.reader.config), evaluate(one, part))
        if one is model:
            keep(key, found)
    before = KNOWN[key]
    after = before if twin is model else found
    yield {
        "before": before[0],
        "after": after[0],
        "loss_before": before[1],
        "loss_after": after[1],
        "measure": "exact" if sampled.reader.config.is_toy else "BLEU",
        "sentences": len(part),
    }
