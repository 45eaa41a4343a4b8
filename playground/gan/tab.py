"""The GAN room on the page: which settings stand where, for which picture."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from playground import knobs
from playground.actions import described
from playground.gan.config import PICTURES, GanConfig, GanRoom
from playground.gan.experiments import EXPERIMENTS
from playground.lessons import lesson
from playground.widgets.region import Region

TOP = ("source", "data", "loss", "steps")
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("networks", ("model", "conditional", "channels", "hidden_size", "latent_size", "prior")),
    (
        "game",
        ("updates", "discriminator_steps", "generator_steps", "r1", "gradient_penalty",
         "label_smoothing", "average"),
    ),
    (
        "optimizer",
        ("generator_learning_rate", "discriminator_learning_rate", "schedule", "first_beta",
         "batch_size"),
    ),
    ("budget", ("max_images", "seconds", "seed")),
)  # fmt: skip
_GAME = tuple(name for _, group in GROUPS for name in group)
_OF_IMAGES = {"model", "conditional", "channels", "max_images"}
SHOWN: dict[str, tuple[str, ...]] = {
    "latent": ("source",),
    "draw": ("source",),
    "fight": ("data", "loss", "steps", *_GAME),
    "plane": ("data", "loss", "steps", *(name for name in _GAME if name not in _OF_IMAGES)),
    "eye": ("source",),
}
STOPS: dict[str, tuple[float, ...]] = {
    "max_images": (100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000),
    "latent_size": (1, 2, 4, 8, 16, 32, 64, 100, 128, 256),
    "channels": (1, 2, 4, 8, 12, 16, 24, 32, 48, 64),
    "hidden_size": (2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024),
    "batch_size": (2, 4, 8, 16, 32, 64, 128, 256, 512),
    "r1": (0, 0.1, 0.3, 1, 3, 10, 30, 100),
    "average": (0, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999),
    "steps": (100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 50_000, 200_000, 1_000_000),
    "seconds": (0, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 86_400),
}  # fmt: skip


def build() -> None:
    """Lays the room out; to be called within its `gr.Tab`."""
    Region("room", room())


def room() -> dict[str, Any]:
    """All that the page needs to draw the room: plain data, no logic."""
    of_runs = {field.name for field in fields(GanConfig)}
    settings = knobs.settings(GanRoom)
    return {
        "slice": "gan",
        "controls": {
            "slice": "gan",
            "words": "gan",
            "settings": [described(one) for one in settings],
            "top": TOP,
            "groups": [{"name": name, "fields": names} for name, names in GROUPS],
            "stops": STOPS,
            "kinds": {"source": "gan_source", "data": "gan_data"},
            "race": "loss",
            "several": "losses",
            "views": SHOWN,
            "one": [picture for picture in PICTURES if picture != "fight"],
            "runs": ["fight", "plane"],
            "looks": [one.name for one in settings if one.name not in of_runs],
        },
        "stage": {"widget": "gan_stage", "slice": "gan", "pictures": PICTURES},
        "lesson": {
            "slice": "gan",
            "html": lesson(Path(__file__).parent),
            "experiments": [one.as_json() for one in EXPERIMENTS],
        },
    }
