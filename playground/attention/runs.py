"""What the scheduler and the exports must know of this room's runs. No torch."""

from typing import Any

from playground import datasets, knobs
from playground.attention.config import ROWS, AttentionConfig, memory_bytes
from playground.runs.session import Slice


def _parse(config: Any) -> dict[str, Any]:
    return knobs.as_dict(knobs.parse(AttentionConfig, config))


def _needed_bytes(config: dict[str, Any]) -> int:
    """Raises `Refused` if the pairs are not on this machine, as the session then does."""
    parsed = knobs.parse(AttentionConfig, config)
    if parsed.is_toy:
        return memory_bytes(parsed, pairs=sum(ROWS.values()))
    pairs = sum(map(len, datasets.sentence_pairs(parsed.task).values()))
    return memory_bytes(parsed, pairs=pairs)


SLICE = Slice(
    name="attention",
    entry="playground.attention.session:open_session",
    parse=_parse,
    memory_bytes=_needed_bytes,
)


def figure(curves: Any, language: str) -> str:
    """The runs as a page to take home."""
    # plotly takes a while to import and is only needed when someone takes a figure home.
    from playground.attention.figures import page

    return page(curves, language)
