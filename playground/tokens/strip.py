"""Text as a strip of tokens: ids, where they stand, the vocabulary, and what it costs to store."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.packed import packed
from playground.text.tokenizer import Encoded, Tokenizer, learn
from playground.tokens.config import internal
from playground.tokens.parallel import parallel
from playground.tokens.reading import Reading, encoded, learned, measured, shown, words_in

_SENTENCE = 20  # tokens
_FLOAT, _INDEX = 4, 4  # bytes of a float32 and of an int32


def tokenize(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The tokens of a text by a tokenizer that was learned from that very text."""
    text, scheme = asked["text"], internal(asked["scheme"])
    made = learn(text, scheme, vocabulary_size=asked["vocab_size"])
    code = made.encode(text)
    spans = zip(code.ids.tolist(), code.starts.tolist(), code.ends.tolist(), strict=True)
    tokens = [
        {"text": text[start:end], "id": number, "start": start, "end": end}
        for number, start, end in spans
    ]
    return {"tokens": tokens, "vocab_size": len(made.vocabulary)}


def token_strip(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The whole text as packed ids and places, with vocabulary, figures and memory."""
    begun = time.perf_counter()
    reading = Reading.of(asked)
    made, code, text = learned(reading), encoded(reading), shown(reading)
    vocabulary = made.vocabulary
    here = np.bincount(code.ids, minlength=len(vocabulary))
    gaps, lengths = _places(code)
    return {
        "scheme": asked["scheme"],
        "text": None if reading.text else text,
        "characters": len(text),
        "ids": packed(code.ids),
        "gaps": None if not gaps.any() else packed(gaps),
        "lengths": None if (lengths == 1).all() else packed(lengths),
        "vocabulary": {
            "tokens": vocabulary.known,
            "counts": vocabulary.counts,
            "here": here.tolist(),
        },
        "stats": figures(len(text), *measured(reading), made, code)
        | {"vocabulary_size": len(vocabulary), "kinds_here": int(np.count_nonzero(here))},
        "memory": memory(len(code.ids), len(vocabulary)),
        "costs": [
            {"of": name, "tokens": tokens} | memory(tokens, len(vocabulary))
            for name, tokens in _sizes(reading, len(code.ids), sum(vocabulary.counts)).items()
        ],
        "seconds": time.perf_counter() - begun,
    }


def _sizes(reading: Reading, tokens: int, learned_from: int) -> dict[str, int]:
    """Tokens of a sentence, of what is shown, and of the corpus where that is more."""
    if not reading.text:
        return {"sentence": _SENTENCE, "corpus": tokens}
    corpus = {} if reading.own or learned_from <= tokens else {"corpus": learned_from}
    return {"sentence": _SENTENCE, "text": tokens} | corpus


def _places(code: Encoded) -> tuple[np.ndarray, np.ndarray]:
    """Characters between each token and the one before it; characters of each token."""
    before = np.concatenate([np.zeros(1, code.ends.dtype), code.ends[:-1]])[: len(code.ids)]
    return code.starts - before, code.ends - code.starts


def figures(
    characters: int, size: int, words: int, made: Tokenizer, code: Encoded
) -> dict[str, Any]:
    """How long a text is by four measures, and the two ratios by which tokenizers are compared."""
    tokens = len(code)
    return {
        "tokens": tokens,
        "characters": characters,
        "bytes": size,
        "words": words,
        "unknown": int(np.count_nonzero(code.ids == made.vocabulary.unknown)),
        "characters_per_token": characters / tokens if tokens else None,
        "tokens_per_word": tokens / words if words else None,
    }


def memory(tokens: int, vocabulary_size: int) -> dict[str, int]:
    """Bytes of the one-hot matrix [tokens, vocabulary]: dense, sparse by rows (CSR), as ids only.

    Numbers are float32, indices int32; a sparse row keeps one value and one column, and the
    matrix where each row starts.
    """
    return {
        "dense_bytes": tokens * vocabulary_size * _FLOAT,
        "sparse_bytes": tokens * (_FLOAT + _INDEX) + (tokens + 1) * _INDEX,
        "ids_bytes": tokens * _INDEX,
    }


def fertility(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same two sentences in many languages, cut by one tokenizer: who pays how many tokens."""
    made = learned(Reading.of({**asked, "text": "", "learn_from": "corpus"}))
    return {"rows": [one | _cost(one["text"], made) for one in parallel()]}


def _cost(text: str, made: Tokenizer) -> dict[str, Any]:
    return figures(len(text), len(text.encode()), words_in(text), made, made.encode(text))
