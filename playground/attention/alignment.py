"""Which source words a model looks at as it writes each word of a translation."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from playground.attention.decoding import beam, forced
from playground.attention.model import END, Transformer
from playground.attention.multi_head import Lens
from playground.attention.pairs import Side, read_by_model
from playground.attention.recurrent import Model
from playground.packed import packed


@torch.no_grad()
def cross_attention(
    model: Model, source: list[int], target: list[int]
) -> Float[Tensor, "layers heads written read"] | None:
    """Weights over the source (its end included) for each token of the target (its end included).

    None for a model that has no attention.
    """
    if not isinstance(model, Transformer):
        return model.alignment(source, target)
    device = model.output_bias.device
    lenses = {("cross", layer): Lens() for layer in range(len(model.decoder))}
    model(read_by_model([source]).to(device), forced(target).to(device), None, lenses)
    seen = [lens.seen for lens in lenses.values()]
    return torch.stack([one.weights[0] for one in seen if one is not None])


def aligned(
    model: Model, source: Side, target: Side, text: str, *, most: int, size: int = 1
) -> dict[str, Any]:
    """A translation of a text (its first `most` tokens) and the attention it was made with."""
    read = source.encode(text)[:most]
    written = beam(model, read, size=size)[0]
    weights = cross_attention(model, read, written.ids)
    return {
        "text": text,
        "translation": target.decode(written.ids),
        "ended": written.ended,
        "source_tokens": source.tokens([*read, END]),
        "target_tokens": target.tokens([*written.ids, END]),
        "layers": 0 if weights is None else weights.shape[0],
        "heads": 0 if weights is None else weights.shape[1],
        "weights": None if weights is None else packed(weights.cpu().numpy()),
    }
