"""The Attention room on the page: which settings stand where, for which picture."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from playground import knobs
from playground.actions import described
from playground.attention.config import PICTURES, AttentionConfig, AttentionRoom
from playground.attention.experiments import EXPERIMENTS
from playground.lessons import lesson
from playground.widgets.region import Region

TOP = ("source", "beam", "maps", "layer", "head", "task", "model", "seconds")
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "model",
        ("encoder_layers", "decoder_layers", "heads", "hidden_size", "feedforward_size",
         "positions", "normalisation", "scaled", "causal", "tied"),
    ),
    ("pairs", ("max_pairs", "max_tokens", "vocabulary_size", "symbols", "length")),
    (
        "optimizer",
        ("learning_rate", "warmup_steps", "schedule", "batch_tokens", "dropout",
         "label_smoothing", "weight_decay", "clip_threshold"),
    ),
    ("budget", ("epochs", "seed")),
)  # fmt: skip
_LOOK = ("source", "maps", "layer", "head")
SHOWN: dict[str, tuple[str, ...]] = {
    "translate": ("source", "beam", "maps", "layer", "head"),
    "steps": _LOOK,
    "numbers": (),
    "ablate": _LOOK,
    "positions": ("source",),
    "train": ("task", "model", "seconds", *(name for _, group in GROUPS for name in group)),
    "models": (),
}
STOPS: dict[str, tuple[float, ...]] = {
    "max_pairs": (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000),
    "vocabulary_size": (50, 100, 200, 500, 1_000, 2_000, 4_000, 8_000, 16_000),
    "hidden_size": (4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512),
    "feedforward_size": (4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048),
    "batch_tokens": (16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384),
    "warmup_steps": (0, 10, 20, 50, 100, 200, 400, 1_000, 2_000, 4_000, 10_000, 20_000),
    "clip_threshold": (0.1, 0.25, 0.5, 1, 2, 5, 10, 100, 1_000),
    "seconds": (10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400),
    "epochs": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000),
}  # fmt: skip


def build() -> None:
    """Lays the room out; to be called within its `gr.Tab`."""
    Region("room", room())


def room() -> dict[str, Any]:
    """All that the page needs to draw the room: plain data, no logic."""
    of_runs = {field.name for field in fields(AttentionConfig)}
    settings = knobs.settings(AttentionRoom)
    return {
        "slice": "attention",
        "controls": {
            "slice": "attention",
            "words": "attention",
            "settings": [described(one) for one in settings],
            "top": TOP,
            "groups": [{"name": name, "fields": names} for name, names in GROUPS],
            "stops": STOPS,
            "kinds": {"source": "attention_source", "task": "select"},
            "race": "model",
            "several": "models",
            "views": SHOWN,
            "one": [picture for picture in PICTURES if picture != "train"],
            "runs": ["train"],
            "looks": [one.name for one in settings if one.name not in of_runs],
        },
        "stage": {"widget": "attention_stage", "slice": "attention", "pictures": PICTURES},
        "lesson": {
            "slice": "attention",
            "html": lesson(Path(__file__).parent),
            "experiments": [one.as_json() for one in EXPERIMENTS],
        },
    }
