"""How good translations of short and of long sentences are: what one vector cannot hold shows."""

from collections.abc import Sequence
from typing import Any

from playground.attention.config import AttentionConfig
from playground.attention.pairs import Part
from playground.attention.scoring import quality

GROUPS = 6  # of about as many pairs each
LEAST = 8  # pairs in a group of sentences: the quality of fewer says little


def quality_by_length(
    translations: Sequence[str], part: Part, config: AttentionConfig
) -> list[dict[str, Any]]:
    """Pairs grouped by the length of their source, the shortest first.

    Each group has `from` and `to` (tokens), `pairs`, and `quality` (0 to 100). Pairs of one length
    are never parted.
    """
    order = sorted(range(len(part)), key=lambda at: len(part.sources[at]))
    wanted = max(LEAST, len(order) // GROUPS)
    groups: list[list[int]] = []
    for at in order:
        full = groups and len(groups[-1]) >= wanted
        if not groups or (full and _length(part, groups[-1][-1]) < _length(part, at)):
            groups.append([])
        groups[-1].append(at)
    if len(groups) > 1 and len(groups[-1]) < LEAST:
        groups[-2:] = [groups[-2] + groups[-1]]
    return [_measured(group, translations, part, config) for group in groups]


def _length(part: Part, at: int) -> int:
    return len(part.sources[at])


def _measured(
    group: Sequence[int], translations: Sequence[str], part: Part, config: AttentionConfig
) -> dict[str, Any]:
    chosen = Part(
        [part.texts[at] for at in group],
        [part.sources[at] for at in group],
        [part.targets[at] for at in group],
    )
    return {
        "from": _length(part, group[0]),
        "to": _length(part, group[-1]),
        "pairs": len(group),
        "quality": quality([translations[at] for at in group], chosen, config),
    }
