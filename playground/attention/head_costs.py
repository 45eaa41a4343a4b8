"""What heads are worth: the loss on held-out sentences without each of them."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor

from playground.attention.altered_model import attention_of
from playground.attention.held_out import KNOWN, keep, sampled_for
from playground.attention.looking import places_of
from playground.attention.model import PAD, Transformer
from playground.attention.multi_head import Lens, Lenses
from playground.attention.training import in_batches


def head_costs(asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The question `head_costs`: by how much the loss grows without each single head.

    `{"done", "total"}` head by head, then the answer. Losses are in nats per target token; `rows`
    begin with the head that costs most.
    """
    sampled = sampled_for(asked, 60)
    model, part, key = sampled.model, sampled.part, ("costs", *sampled.key)
    if key not in KNOWN:
        places = [
            (kind, layer, head)
            for kind, layers in places_of(model).items()
            for layer in range(layers)
            for head in range(attention_of(model, kind, layer).heads)
        ]
        batches = list(in_batches(part))
        tokens = sum(int((wanted != PAD).sum()) for _, _, wanted in batches)
        read = [_read(model, source, {}) for source, _, _ in batches]
        loss = _loss(model, batches, read, {}) / tokens
        rows: list[dict[str, Any]] = []
        for done, (kind, layer, head) in enumerate(places):
            yield {"done": done, "total": len(places)}
            lenses = {(kind, layer): Lens(switched_off=frozenset({head}))}
            if kind == "encoder":
                again = [_read(model, source, lenses) for source, _, _ in batches]
                without_it = _loss(model, batches, again, {}) / tokens
            else:
                without_it = _loss(model, batches, read, lenses) / tokens
            rows.append(
                {
                    "kind": kind,
                    "layer": layer,
                    "head": head,
                    "loss": without_it,
                    "cost": without_it - loss,
                }
            )
        rows.sort(key=lambda row: -row["cost"])
        answer = {"loss": loss, "tokens": tokens, "sentences": len(part), "rows": rows}
        keep(key, answer)
    yield KNOWN[key]


Batches = list[tuple[Tensor, Tensor, Tensor]]
Encoded = tuple[Tensor, Tensor | None]


# A decorator on the generators would leave a thread without gradients between two items.
@torch.no_grad()
def _read(model: Transformer, source: Int[Tensor, "batch read"], lenses: Lenses) -> Encoded:
    return model.encode(source.to(model.output_bias.device), None, lenses)


@torch.no_grad()
def _loss(model: Transformer, batches: Batches, read: list[Encoded], lenses: Lenses) -> float:
    """Nats of all target tokens together, from sentences that have been read."""
    total = 0.0
    for (_, given, wanted), (memory, blocked) in zip(batches, read, strict=True):
        real = wanted != PAD
        x = model.decode(given.to(memory.device), memory, blocked, None, lenses)[real]
        scores = model.score(x[None])[0]
        right = wanted[real].to(memory.device)
        total += torch.nn.functional.cross_entropy(scores, right, reduction="sum").item()
    return total
