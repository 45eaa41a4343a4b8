"""What a recurrent net has to beat on its text: n-grams, counted in a process without torch."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from playground.datasets import corpus_text
from playground.text.baseline import baseline

# The settings that say which tokens are learned from and which are scored.
COUNTED = (
    "corpus", "tokens", "alphabet", "vocabulary_size", "max_tokens", "validation_share",
)  # fmt: skip


def baseline_entry(arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The baseline for a run, as one item; counted once for all runs that read alike.

    `arguments`: config (all settings, checked) and texts, the folder of visitors' own texts or
    None. Raises `Refused` if the text is not there, or nothing of it is kept apart to be scored.
    """
    config = arguments["config"]
    texts = Path(arguments["texts"]) if arguments["texts"] else None
    yield dict(_counted(texts, *(config[name] for name in COUNTED)))


@lru_cache(maxsize=64)
def _counted(texts: Path | None, corpus: str, *reading: Any) -> dict[str, Any]:
    return baseline(corpus_text(corpus, texts), **dict(zip(COUNTED[1:], reading, strict=True)))
