"""What the scheduler and the exports must know of this room's runs. No torch."""

from pathlib import Path
from typing import Any

from playground import datasets, knobs
from playground.runs.session import Slice
from playground.sequence.config import SequenceConfig, memory_bytes


def slice_with(texts: Path) -> Slice:
    """`texts` is the folder of visitors' own corpora."""

    def parse(config: Any) -> dict[str, Any]:
        return knobs.as_dict(knobs.parse(SequenceConfig, config))

    def needed_bytes(config: dict[str, Any]) -> int:
        parsed = knobs.parse(SequenceConfig, config)
        # Words are fewer than characters: for them this errs on the safe side.
        characters = len(datasets.corpus_text(parsed.corpus, texts))
        return memory_bytes(parsed, tokens_in_corpus=characters)

    entry = "playground.sequence.session:open_session"
    return Slice(name="sequence", entry=entry, parse=parse, memory_bytes=needed_bytes)


def figure(curves: Any, language: str) -> str:
    """The runs as a page to take home."""
    # plotly takes a while to import and is only needed when someone takes a figure home.
    from playground.sequence.figures import page

    return page(curves, language)
