"""What the scheduler and the exports must know of this room's runs. No torch."""

from pathlib import Path
from typing import Any

from playground import knobs
from playground.gan.config import SIDE, TURNS, GanConfig
from playground.refused import Refused
from playground.runs.session import Slice

# What of a run can be changed while it goes on.
CHANGEABLE = (
    "generator_learning_rate",
    "discriminator_learning_rate",
    "discriminator_steps",
    "generator_steps",
)
MOST_IMAGES = 60_000  # of a data set that we know
SESSION_BYTES = 120_000_000  # of the classifier and all that does not grow with the settings


def slice_with(texts: Path) -> Slice:  # noqa: ARG001 - sessions are told of it by the scheduler
    """`texts` is the folder beside which visitors' own images are kept."""
    return Slice(
        name="gan",
        entry="playground.gan.session:open_session",
        parse=_parse,
        memory_bytes=_needed_bytes,
        check_change=check_change,
    )


def _parse(config: Any) -> dict[str, Any]:
    return knobs.as_dict(knobs.parse(GanConfig, config))


def check_change(config: dict[str, Any], name: str, value: Any) -> Any:
    """The value as the session takes it: of both rates, of the steps of each, of whose turn it is.

    Raises `Refused`.
    """
    if name == "turn":
        if value not in TURNS:
            choices = ", ".join(TURNS)
            told = str(value)[:40]
            raise Refused("knobs.not_a_choice", name=name, value=told, choices=choices)
        return value
    if name not in CHANGEABLE:
        names = ", ".join((*CHANGEABLE, "turn"))
        raise Refused("gan.not_while_running", name=name[:40], names=names)
    return _parse({**config, name: value})[name]


def _needed_bytes(config: dict[str, Any]) -> int:
    """From above: the images, weights with their gradients, moments and copies, one batch."""
    parsed = knobs.parse(GanConfig, config)
    if parsed.is_plane:
        return 50_000_000
    pixels = SIDE * SIDE
    images = min(parsed.max_images or MOST_IMAGES, MOST_IMAGES) * pixels
    width = parsed.channels if parsed.model == "convolution" else 0
    weights = (parsed.latent_size + 12) * 4 * width * 49 + 100 * width**2
    weights += 2 * parsed.hidden_size * pixels if not width else 0
    activations = parsed.batch_size * (20 * width * 196 + 4 * pixels + 6 * parsed.hidden_size)
    return SESSION_BYTES + images + 4 * (8 * weights + 4 * activations)


def figure(curves: Any, language: str) -> str:
    """The runs as a page to take home."""
    # plotly takes a while to import and is only needed when someone takes a figure home.
    from playground.gan.figures import page

    return page(curves, language)
