"""What a model of Hugging Face attends to in a text, as maps of the same shape as our own."""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from playground.refused import Refused

MOST_WRITTEN = 60  # tokens
LONGEST_SIDE = 128  # tokens of a map
_MOST_SHOWN = 6_000_000  # weights in an answer: 24 MB
# How byte-level tokenizers write each byte as a letter: printable ones as they are in Latin-1, the
# others from U+0100 on (Radford et al. 2019, encoder.py of GPT-2).
_PRINTABLE = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
_OTHERS = (byte for byte in range(256) if byte not in _PRINTABLE)
_BYTE_OF = {chr(byte): byte for byte in _PRINTABLE} | {
    chr(0x100 + place): byte for place, byte in enumerate(_OTHERS)
}


@dataclass(frozen=True)
class Borrowed:
    """A model in memory. `kind` is encoder, decoder, or both; `limit` counts tokens, marks too."""

    name: str
    where: str
    model: Any
    tokenizer: Any
    kind: str
    parameters: int
    licence: str | None
    limit: int
    writes: bool  # whether it has learned to name the next token, and not only to read


@dataclass(frozen=True)
class Read:
    """Ids of what was read and, with a decoder that writes, of what it was given and predicts."""

    source: list[int]
    given: list[int] | None
    target: list[int] | None
    maps: dict[str, Float[Tensor, "layers heads rows columns"]]
    written: bool  # the target, by the model itself


@torch.inference_mode()
def read(borrowed: Borrowed, text: str, text_pair: str) -> Read:
    """Every attention weight of a text.

    A pair of texts is read together. Where the model has both an encoder and a decoder, the second
    text is what the decoder writes; without one it writes by itself, the likeliest token each time.
    Raises `Refused` for a text of more tokens than `limit`.
    """
    if borrowed.kind == "both":
        return _translated(borrowed, text, text_pair)
    code = borrowed.tokenizer(text, text_pair or None, return_tensors="pt")
    ids = _fitting(borrowed, code["input_ids"][0].tolist())
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in code]
    told = borrowed.model(**{name: code[name] for name in names}, output_attentions=True)
    given = ids if borrowed.kind == "decoder" else None
    seen = stacked(told.get("attentions"), borrowed.name)
    return Read(ids, given, None, {borrowed.kind: seen}, written=False)


def _translated(borrowed: Borrowed, text: str, text_pair: str) -> Read:
    model = borrowed.model
    code = borrowed.tokenizer(text, return_tensors="pt")
    source = _fitting(borrowed, code["input_ids"][0].tolist())
    mask = code["attention_mask"]
    encoded = model.get_encoder()(
        input_ids=code["input_ids"], attention_mask=mask, output_attentions=True
    )

    def forward(given: list[int]) -> Any:
        return model(
            encoder_outputs=encoded, attention_mask=mask, use_cache=False,
            decoder_input_ids=torch.tensor([given]), output_attentions=True,
        )  # fmt: skip

    if text_pair:
        target = _fitting(borrowed, borrowed.tokenizer(text_target=text_pair)["input_ids"])
        given = [_first(borrowed), *target[:-1]]
    else:
        given, target = _written(borrowed, forward)
    told = forward(given)
    maps = {
        "encoder": stacked(encoded.get("attentions"), borrowed.name),
        "decoder": stacked(told.get("decoder_attentions"), borrowed.name),
        "cross": stacked(told.get("cross_attentions"), borrowed.name),
    }
    return Read(source, given, target, maps, written=not text_pair)


def _written(borrowed: Borrowed, forward: Any) -> tuple[list[int], list[int]]:
    """What the decoder read and wrote, step by step, up to its end mark."""
    if not borrowed.writes:
        raise Refused("attention.models.needs_pair", name=borrowed.name)
    settings = borrowed.model.generation_config
    ends = settings.eos_token_id
    ends = set(ends if isinstance(ends, list) else [ends])
    given, target = [_first(borrowed)], []
    while True:
        scores = forward(given).logits[0, -1]
        if settings.pad_token_id is not None and settings.pad_token_id not in ends:
            scores[settings.pad_token_id] = -torch.inf  # fills batches, and is no word
        forced = settings.forced_bos_token_id if not target else None
        target.append(int(scores.argmax()) if forced is None else forced)
        if target[-1] in ends or len(target) == min(MOST_WRITTEN, borrowed.limit):
            return given, target
        given.append(target[-1])


def _first(borrowed: Borrowed) -> int:
    """What a decoder is given before its first word."""
    settings = borrowed.model.generation_config, borrowed.model.config
    names = ("decoder_start_token_id", "bos_token_id", "pad_token_id")
    told = (getattr(one, name, None) for name in names for one in settings)
    return next((one for one in told if isinstance(one, int)), 0)


def _fitting(borrowed: Borrowed, ids: list[int]) -> list[int]:
    if not ids:
        raise Refused("attention.models.no_text")
    if len(ids) > borrowed.limit:
        raise Refused(
            "attention.models.too_long",
            name=borrowed.name, tokens=len(ids), limit=borrowed.limit,
        )  # fmt: skip
    return ids


def stacked(layers: Any, name: str) -> Float[Tensor, "layers heads rows columns"]:
    """The maps of a batch of one. Raises `Refused` if they are not there, or not of one shape."""
    usual = (
        isinstance(layers, tuple | list)
        and layers
        and all(isinstance(one, Tensor) and one.ndim == 4 and len(one) == 1 for one in layers)
        and len({one.shape for one in layers}) == 1
    )
    if not usual:
        raise Refused("attention.models.no_maps", name=name)
    maps = torch.cat(tuple(layers)).float()
    if not bool(maps.isfinite().all()):
        raise Refused("attention.models.not_finite", name=name)
    return maps


def kept_places(count: int, most: int) -> list[int]:
    """`most` of `count` places, evenly, with the first and the last; all where they are fewer."""
    if count <= most:
        return list(range(count))
    return [round(one * (count - 1) / (most - 1)) for one in range(most)]


def longest_side(read: Read) -> int:
    """Tokens of a map's side that an answer can hold: fewer where there are very many heads."""
    maps = sum(layers * heads for layers, heads, *_ in (one.shape for one in read.maps.values()))
    return max(2, min(LONGEST_SIDE, int((_MOST_SHOWN / maps) ** 0.5)))


def thinned(
    maps: Float[Tensor, "layers heads rows columns"], rows: list[int], columns: list[int]
) -> Float[Tensor, "layers heads kept_rows kept_columns"]:
    """The weights between the places that are kept, unchanged: a row may sum to less than 1."""
    return maps[:, :, rows][:, :, :, columns]


def words(borrowed: Borrowed, ids: list[int]) -> list[str]:
    """Tokens to read: a leading space as one, `##` as it is, and letters instead of bytes."""
    tokenizer = borrowed.tokenizer
    marks = set(tokenizer.all_special_ids)
    return [_word(tokenizer, one, one in marks) for one in ids]


def _word(tokenizer: Any, token: int, is_mark: bool) -> str:
    piece = str(tokenizer.convert_ids_to_tokens(token))
    if is_mark or piece.startswith("##"):
        return piece
    if "\N{LOWER ONE EIGHTH BLOCK}" in piece:  # how SentencePiece writes a space
        return piece.replace("\N{LOWER ONE EIGHTH BLOCK}", " ")
    plain = tokenizer.decode([token], clean_up_tokenization_spaces=False)
    if "\ufffd" not in plain:
        return plain or piece
    # Some bytes of a letter are no letter: they are told as bytes.
    known = all(letter in _BYTE_OF for letter in piece)
    return f"<{bytes(_BYTE_OF[letter] for letter in piece).hex().upper()}>" if known else piece
