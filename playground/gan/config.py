"""All that a visitor can turn on the game of two networks. No torch: the page reads it too."""

import math
from dataclasses import dataclass
from typing import Annotated, Any

from playground.knobs import Choice, Knob, Switch, Text
from playground.refused import Refused

PICTURE_SETS = ("glyphs", "mnist", "fashion-mnist")  # glyphs are drawn by us, offline
OWN = "pictures:"  # and the hash of what a visitor brought
POINT_SETS = ("line", "ring", "mixture", "spiral", "disjoint", "drawn")  # on a plane
LABELLED = ("glyphs", "mnist", "fashion-mnist")
CLASSES = 10
SIDE = 28  # pixels of a picture's edge
LOSSES = ("non_saturating", "minimax", "least_squares", "hinge", "wgan_gp")
TURNS = ("both", "discriminator", "generator")  # who moves; changed while a run goes on
LONGEST_DRAWING = 6_000  # characters: "x,y;x,y;…"


@dataclass(frozen=True, kw_only=True, slots=True)
class GanConfig:
    data: Annotated[
        str,
        Choice(
            (*PICTURE_SETS, *POINT_SETS),
            "what is to be imitated: pictures, or points on a plane",
            prefix=OWN,
        ),
    ] = "glyphs"
    drawn: Annotated[
        str, Text(LONGEST_DRAWING, "points of an own distribution: x,y;x,y;… in [-1, 1]")
    ] = ""
    max_images: Annotated[
        int, Knob(0, 100_000, "training images used at most; 0 is all", zero_is_off=True)
    ] = 0
    model: Annotated[
        str, Choice(("convolution", "mlp"), "what both networks are made of; points take an mlp")
    ] = "convolution"
    conditional: Annotated[bool, Switch("both networks are told the class of each image")] = True
    loss: Annotated[str, Choice(LOSSES, "what the two networks minimise")] = "non_saturating"
    updates: Annotated[
        str,
        Choice(("simultaneous", "alternating"), "both move at once, or one after the other"),
    ] = "simultaneous"
    discriminator_steps: Annotated[
        int, Knob(1, 10, "updates of the discriminator in each step")
    ] = 1
    generator_steps: Annotated[int, Knob(1, 10, "updates of the generator in each step")] = 1
    latent_size: Annotated[
        int, Knob(1, 256, "random numbers that an image is made of", log=True)
    ] = 64
    prior: Annotated[
        str, Choice(("normal", "uniform"), "how those are drawn: N(0, 1), or from [-1, 1]")
    ] = "normal"
    channels: Annotated[int, Knob(1, 64, "width of the convolutional networks", log=True)] = 8
    hidden_size: Annotated[int, Knob(2, 1024, "units of each layer of an mlp", log=True)] = 128
    generator_learning_rate: Annotated[
        float, Knob(1e-6, 0.1, "step size of the generator", log=True)
    ] = 2e-3
    discriminator_learning_rate: Annotated[
        float, Knob(1e-6, 0.1, "step size of the discriminator", log=True)
    ] = 2e-3
    schedule: Annotated[
        str,
        Choice(("decay", "constant"), "both rates fall over the second half of the steps, or not"),
    ] = "decay"
    first_beta: Annotated[float, Knob(0.0, 0.99, "memory of Adam for the gradient")] = 0.5
    batch_size: Annotated[int, Knob(2, 512, "real and as many fake images in a step", log=True)] = (
        64
    )
    r1: Annotated[
        float, Knob(0.0, 100.0, "weight of R1, which flattens D at real data", zero_is_off=True)
    ] = 0.0
    gradient_penalty: Annotated[
        float, Knob(0.0, 100.0, "weight of WGAN-GP's penalty", zero_is_off=True)
    ] = 10.0
    label_smoothing: Annotated[
        float, Knob(0.0, 0.4, "how far below 1 the label of real data is")
    ] = 0.0
    average: Annotated[
        float,
        Knob(
            0.0,
            0.9999,
            "memory of the averaged generator that is shown; 0 is off",
            zero_is_off=True,
        ),
    ] = 0.99
    steps: Annotated[int, Knob(1, 1_000_000, "steps; the schedule ends here", log=True)] = 1_600
    seconds: Annotated[
        int, Knob(0, 86_400, "training seconds at most; 0 is no limit", zero_is_off=True)
    ] = 0
    seed: Annotated[int, Knob(0, 2_147_483_647, "start of all randomness")] = 0

    def check(self) -> None:
        """What no single knob can tell. Raises `Refused`."""
        if self.data == "drawn":
            points_of(self.drawn)

    @property
    def is_plane(self) -> bool:
        """Whether points on a plane are imitated, not images."""
        return self.data in POINT_SETS

    @property
    def classes(self) -> int:
        """Classes that both networks are told; 0 if they are told none."""
        return CLASSES if self.conditional and self.data in LABELLED else 0


def points_of(drawn: str) -> list[tuple[float, float]]:
    """The points of a drawing. Raises `Refused` if it is none, or has fewer than 8 of them."""
    points = []
    for part in drawn.split(";"):
        if not part.strip():
            continue
        try:
            x, y = (float(number) for number in part.split(","))
        except ValueError:
            raise Refused("gan.bad_drawing", part=part[:20]) from None
        if not (math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) <= 1.5):
            raise Refused("gan.bad_drawing", part=part[:20])
        points.append((x, y))
    if len(points) < 8:
        raise Refused("gan.few_points", count=len(points), needed=8)
    return points


PICTURES = ("latent", "draw", "fight", "plane", "eye")


@dataclass(frozen=True, kw_only=True, slots=True)
class GanRoom(GanConfig):
    """The settings of the room: those of a run, and what its pictures look at."""

    picture: Annotated[str, Choice(PICTURES, "which picture is shown")] = "latent"
    source: Annotated[
        str, Text(80, "name of shipped weights, or id of a run, that is looked at")
    ] = "mnist-conditional"
    digit: Annotated[int, Knob(0, CLASSES - 1, "class that is asked for")] = 3
    z_seed: Annotated[int, Knob(0, 999_999, "seed of the first latent point")] = 92
    truncation: Annotated[
        float, Knob(0.0, 2.0, "how far from the middle of the latent space: 1 is as trained")
    ] = 1.0


def run_name(config: dict[str, Any]) -> str:
    """What a run is called until its owner renames it: model, loss, data."""
    data = config["data"] if not config["data"].startswith(OWN) else "own images"
    plane = config["data"] in POINT_SETS
    kind = "GAN"
    if not plane:
        inner = "conv" if config["model"] == "convolution" else "MLP"
        kind = f"{'conditional ' if config['conditional'] else ''}{inner} GAN"
    loss = config["loss"].replace("_", "-")
    return f"{kind} · {loss} · {data}"
