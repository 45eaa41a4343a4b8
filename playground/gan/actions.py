"""What can be asked of generators and discriminators: endpoints of the page and of the API."""

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from playground import weights
from playground.endpoints import Endpoint
from playground.gan.arguments import (
    Count,
    Digit,
    Drawn,
    Format,
    Frames,
    FramesPerSecond,
    Image,
    Loop,
    PlaneData,
    PointCount,
    Seed,
    SeedOrLatent,
    Seeds,
    Source,
    Stops,
    Truncation,
    image_of,
    seed_or_latent,
    seeds_of,
    stops_of,
)
from playground.gan.arguments import Path as Way
from playground.gan.config import GanRoom
from playground.runs.inference import Inference
from playground.runs.scheduler import Scheduler
from playground.runs.sources import weights_file

ASK_ENTRY = "playground.gan.workbench:ask"
_USUAL = GanRoom()
_SLICE = "gan"


class GanActions:
    """`inference` holds the networks; `texts` is where a visitor's own data is kept."""

    def __init__(self, scheduler: Scheduler, inference: Inference, texts: Path):
        self.scheduler = scheduler
        self.inference = inference
        self.texts = texts

    def endpoints(self) -> tuple[Endpoint, ...]:
        actions = (
            self.gan_sources, self.portable, self.gan_noise, self.gan_sample, self.gan_walk,
            self.gan_score, self.gan_wall, self.gan_nearest, self.gan_invert, self.plane_points,
        )  # fmt: skip
        return tuple(Endpoint(action) for action in actions)

    def _ask(self, question: str, source: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        return self.inference.call(ASK_ENTRY, self._told(question, source, asked))

    def _told(self, question: str, source: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        told = {"question": question, "source": source, "texts": str(self.texts)}
        return told | {"weights": str(self.weights_file(source)), **asked}

    def portable(self, source: Source = _USUAL.source) -> dict:
        """Both networks as plain layers, and the directions of the latent space that matter.

        What shipped weights look like was computed when they were made.
        """
        first = weights.first_answer(_SLICE, source, "portable")
        return first or self._ask("portable", source, {})

    def gan_noise(self, seeds: Seeds, source: Source = _USUAL.source) -> dict:
        """The latent points that these seeds stand for."""
        return self._ask("gan_noise", source, {"seeds": seeds_of(seeds)})

    def gan_sample(
        self,
        source: Source = _USUAL.source,
        seed_or_z: SeedOrLatent = 0,
        digit: Digit = -1,
        n: Count = 10,
        truncation: Truncation = 1.0,
    ) -> dict:
        """Images of a generator, with D's score of each: of a seed, or of latent points."""
        point = seed_or_latent(seed_or_z)
        asked = {"seed_or_z": point, "digit": digit, "n": n, "truncation": truncation}
        return self._ask("gan_sample", source, asked)

    def gan_walk(
        self,
        stops: Stops,
        source: Source = _USUAL.source,
        digit: Digit = -1,
        frames: Frames = 24,
        kind: Way = "spherical",
        format: Format = "gif",
        fps: FramesPerSecond = 12,
        loop: Loop = False,
        truncation: Truncation = _USUAL.truncation,
    ) -> dict:
        """A walk through the latent space as a GIF, an MP4 or a PNG strip, in base64."""
        asked = (stops, source, digit, frames, kind, format, fps, loop, truncation)
        return _last(self.stream_gan_walk(*asked))

    def stream_gan_walk(
        self,
        stops: Stops,
        source: Source = _USUAL.source,
        digit: Digit = -1,
        frames: Frames = 24,
        kind: Way = "spherical",
        format: Format = "gif",
        fps: FramesPerSecond = 12,
        loop: Loop = False,
        truncation: Truncation = _USUAL.truncation,
    ) -> Generator[dict[str, Any], None, None]:
        """The same with its progress, `done` of `total` frames."""
        asked = {
            "stops": stops_of(stops), "digit": digit, "frames": frames, "kind": kind,
            "format": format, "fps": fps, "loop": loop, "truncation": truncation,
        }  # fmt: skip
        return self.inference.stream(ASK_ENTRY, self._told("gan_walk", source, asked))

    def gan_score(self, image: Image, source: Source = _USUAL.source, digit: Digit = -1) -> dict:
        """How real the discriminator takes an image to be, and what the classifier sees in it."""
        return self._ask("gan_score", source, {"image": image_of(image), "digit": digit})

    def gan_wall(self, source: Source = _USUAL.source, count: Count = 60, seed: Seed = 0) -> dict:
        """Held-out images and generated ones, each with D's score."""
        return self._ask("gan_wall", source, {"count": count, "seed": seed})

    def gan_nearest(
        self,
        source: Source = _USUAL.source,
        seed_or_z: SeedOrLatent = 0,
        digit: Digit = -1,
    ) -> dict:
        """The training images that are nearest to a generated one: is it remembered?"""
        asked = {"seed_or_z": seed_or_latent(seed_or_z), "digit": digit}
        return self._ask("gan_nearest", source, asked)

    def gan_invert(self, image: Image, source: Source = _USUAL.source, digit: Digit = -1) -> dict:
        """The latent point whose image is nearest to a given one."""
        return _last(self.stream_gan_invert(image, source, digit))

    def stream_gan_invert(
        self, image: Image, source: Source = _USUAL.source, digit: Digit = -1
    ) -> Generator[dict[str, Any], None, None]:
        """The same while it is being found."""
        asked = {"image": image_of(image), "digit": digit}
        return self.inference.stream(ASK_ENTRY, self._told("gan_invert", source, asked))

    def plane_points(
        self, data: PlaneData = "ring", drawn: Drawn = "", count: PointCount = 500, seed: Seed = 0
    ) -> dict:
        """Points of a distribution on the plane, as packed float32 [count, 2]."""
        asked = {"data": data, "drawn": drawn, "count": count, "seed": seed}
        return self.inference.call(ASK_ENTRY, {"question": "plane_points", **asked})

    def gan_sources(self) -> list:
        """The pairs of networks that come with the app."""
        return [
            {
                "name": name,
                "title": card["title_by_language"],
                "data": card["config"]["data"],
                "conditional": card["config"]["conditional"],
                "plane": card["plane"],
                "parameters": card["parameters"],
                "frechet": card["frechet"],
            }
            for name, card in weights.shipped(_SLICE).items()
        ]

    def weights_file(self, source: str) -> Path:
        """The file of weights that a run's id or a name stands for. Raises `Refused`."""
        return weights_file(self.scheduler, _SLICE, source)


def _last(items: Generator[dict[str, Any], None, None]) -> dict[str, Any]:
    """What a stream ends with."""
    end: dict[str, Any] = {}
    for end in items:  # noqa: B007 - the last one is wanted
        continue
    return end
