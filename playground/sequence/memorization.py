"""Does a model write, or recite? The longest stretch of a sample that stands in its training text.

Imports no torch. Ordinary text repeats phrases too, so a match is read beside a baseline: how long
a stretch of held-out text, which no model wrote, is found in the training text.
"""

from dataclasses import dataclass
from statistics import median

WINDOWS = 9  # stretches of held-out text behind a baseline
SEARCHED = 3_000_000  # characters of training text at most, all stretches together


@dataclass(frozen=True, slots=True)
class Match:
    """`length` characters from `start` of the training text, found at `sample_start`."""

    length: int
    start: int
    sample_start: int
    text: str


def longest_match(sample: str, text: str) -> Match:
    """The longest stretch of `sample` that stands in `text`, the first of several.

    Each failed search of `text` moves the window on by one, each success widens it: at most
    2 · len(sample) searches.
    """
    best = Match(0, 0, 0, "")
    end = 1
    for begin in range(len(sample)):
        end = max(end, begin + best.length + 1)
        while end <= len(sample):
            found = text.find(sample[begin:end])
            if found < 0:
                break
            best = Match(end - begin, found, begin, sample[begin:end])
            end += 1
    return best


def held_out_match(length: int, held_out: str, text: str) -> int | None:
    """Median longest match of stretches of `held_out`, each `length` characters long.

    There are `WINDOWS` of them, fewer for a long `text`. None if not even one is to be had.
    """
    if length < 1 or len(held_out) < length:
        return None
    last = len(held_out) - length
    windows = max(1, min(WINDOWS, SEARCHED // max(1, len(text))))
    starts = sorted({last * (2 * window + 1) // (2 * windows) for window in range(windows)})
    matches = (longest_match(held_out[begin : begin + length], text) for begin in starts)
    return round(median(match.length for match in matches))
