"""The Sequence room on the page: which settings stand where, and what is shown first."""

from pathlib import Path
from typing import Any

from playground import knobs
from playground.actions import described
from playground.lessons import lesson
from playground.sequence.config import SequenceConfig
from playground.sequence.experiments import EXPERIMENTS
from playground.widgets.region import Region

TOP = ("corpus", "cell", "hidden_size", "learning_rate", "seconds")
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("model", ("layers", "embedding_size", "bidirectional", "dropout")),
    ("text", ("tokens", "alphabet", "vocabulary_size", "max_tokens", "validation_share")),
    ("batches", ("steps", "batch_size", "sampling")),
    ("optimizer", ("optimizer", "clip_threshold", "decay", "weight_decay")),
    ("budget", ("epochs", "seed")),
)

# Places on a slider where people stop; the box beside it takes every value.
STOPS: dict[str, tuple[float, ...]] = {
    "hidden_size": (1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024),
    "embedding_size": (4, 8, 16, 32, 64, 128, 256, 512),
    "steps": (1, 2, 4, 8, 16, 24, 35, 48, 64, 96, 128, 192, 256, 384, 512),
    "batch_size": (1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256),
    "vocabulary_size": (10, 28, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000),
    "max_tokens": (
        1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
        10_000_000,
    ),
    "clip_threshold": (0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 100, 1_000),
    "seconds": (10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400),
    "epochs": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000),
}  # fmt: skip


def build() -> None:
    """Lays the room out; to be called within its `gr.Tab`."""
    Region("room", room())


def room() -> dict[str, Any]:
    """All that the page needs to draw the room: plain data, no logic."""
    settings = knobs.settings(SequenceConfig)
    return {
        "slice": "sequence",
        "controls": {
            "slice": "sequence",
            "words": "sequence",
            "settings": [described(one) for one in settings],
            "top": TOP,
            "groups": [{"name": name, "fields": fields} for name, fields in GROUPS],
            "stops": STOPS,
            "race": "cell",
        },
        "stage": {
            "widget": "sequence_stage",
            "slice": "sequence",
            "favourites": "timemachine",
            "sample": {"prefix": "", "temperature": 0.8},
            "generation": {"source": "lstm-timemachine", "temperature": 0.7},
        },
        "lesson": {
            "slice": "sequence",
            "html": lesson(Path(__file__).parent),
            "experiments": [one.as_json() for one in EXPERIMENTS],
        },
    }
