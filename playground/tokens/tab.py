"""The Tokens room on the page: which settings stand where, for which picture."""

from pathlib import Path
from typing import Any

from playground import knobs
from playground.actions import described
from playground.lessons import lesson
from playground.tokens.config import VIEWS, TokensConfig
from playground.tokens.experiments import EXPERIMENTS
from playground.widgets.region import Region

TOP = ("corpus", "scheme", "vocabulary_size", "part")
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("vocabulary", ("learn_from", "min_frequency")),
    ("frequency", ("ngram_size",)),
    ("ngrams", ("order", "smoothing", "alpha", "validation_share")),
    ("generation", ("prefix", "length", "temperature")),
    ("minibatches", ("steps", "batch_size", "sampling", "offset", "order_by")),
    ("chance", ("seed",)),
)
_READING = ("corpus", "scheme", "vocabulary_size", "learn_from", "min_frequency")
SHOWN: dict[str, tuple[str, ...]] = {
    "strip": _READING,
    "merges": ("corpus",),
    "onehot": _READING,
    "embedding": ("part",),
    "frequency": (*_READING, "ngram_size"),
    "ngrams": (*_READING, *GROUPS[2][1], *GROUPS[3][1], "seed"),
    "minibatches": (*_READING, *GROUPS[4][1], "seed"),
}
STOPS: dict[str, tuple[float, ...]] = {
    "vocabulary_size": (
        10, 20, 50, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000,
        20_000,
    ),
    "min_frequency": (1, 2, 3, 4, 5, 10, 20, 50, 100, 1_000),
    "alpha": (0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
    "length": (1, 10, 20, 40, 80, 120, 200, 300, 500),
}  # fmt: skip


def build() -> None:
    """Lays the room out; to be called within its `gr.Tab`."""
    Region("room", room())


def room() -> dict[str, Any]:
    """All that the page needs to draw the room: plain data, no logic."""
    return {
        "slice": "tokens",
        "controls": {
            "slice": "tokens",
            "words": "tokens",
            "settings": [described(one) for one in knobs.settings(TokensConfig)],
            "top": TOP,
            "groups": [{"name": name, "fields": fields} for name, fields in GROUPS],
            "stops": STOPS,
            "race": "scheme",
            "several": "schemes",
            "usual": ("word", "bpe"),
            "views": SHOWN,
            "one": [view for view in VIEWS if view != "strip"],
            "runs": False,
        },
        "stage": {"widget": "tokens_stage", "slice": "tokens", "views": VIEWS},
        "lesson": {
            "slice": "tokens",
            "html": lesson(Path(__file__).parent),
            "experiments": [one.as_json() for one in EXPERIMENTS],
        },
    }
