"""The arguments that questions about a pair of networks share, each with the range it may have."""

import binascii
import io
from base64 import b64decode
from typing import Annotated, Any, get_args, get_type_hints

from playground.endpoints import read_json
from playground.gan.config import CLASSES, LONGEST_DRAWING, POINT_SETS, SIDE, GanRoom
from playground.knobs import Choice, Knob, Payload, Switch, Text
from playground.refused import Refused

_HINTS = get_type_hints(GanRoom, include_extras=True)
PIXELS = SIDE * SIDE
MOST_STOPS = 12  # of one walk
LARGEST_PNG = 200_000  # characters of base64


def setting(name: str) -> Any:
    """The knob of a setting of the room: range, choices and help are declared there only."""
    return get_args(_HINTS[name])[1]


Source = Annotated[str, setting("source")]
Digit = Annotated[
    int, Knob(-1, CLASSES - 1, "class that is asked for; -1: each in turn, or the likeliest")
]
Truncation = Annotated[float, setting("truncation")]
Count = Annotated[int, Knob(1, 200, "how many images")]
Seed = Annotated[int, Knob(0, 2_147_483_647, "start of the randomness")]
Seeds = Annotated[list, Payload(4_000, "JSON list of 1 to 200 whole numbers from 0")]
SeedOrLatent = Annotated[
    Any, Payload(200_000, "a seed, a latent point [numbers], or a list of latent points")
]
Stops = Annotated[
    list,
    Payload(
        60_000, 'JSON list of 2 to 12 stops: a seed, a latent point, or {"seed": 7, "digit": 3}'
    ),
]
Frames = Annotated[int, Knob(2, 480, "frames of the whole film")]
Loop = Annotated[bool, Switch("go back to the first stop at the end")]
Path = Annotated[str, Choice(("spherical", "linear"), "along a circle, or straight")]
Format = Annotated[str, Choice(("gif", "mp4", "png"), "a moving picture, or one long strip")]
FramesPerSecond = Annotated[int, Knob(1, 50, "frames a second")]
Image = Annotated[
    Any,
    Payload(
        LARGEST_PNG,
        'an image of 28 by 28: JSON list of 784 numbers from 0 to 1 (1 is ink), or {"png": base64}',
    ),
]
PlaneData = Annotated[str, Choice(POINT_SETS, "a distribution of points on a plane")]
Drawn = Annotated[str, Text(LONGEST_DRAWING, "points of an own distribution: x,y;x,y;…")]
PointCount = Annotated[int, Knob(8, 5_000, "how many points")]


def seeds_of(given: Any) -> list[int]:
    """Whole numbers. Raises `Refused`."""
    given = read_json(given)
    if not isinstance(given, list) or not 1 <= len(given) <= 200:
        raise Refused("gan.bad_seeds")
    if not all(_is_seed(one) for one in given):
        raise Refused("gan.bad_seeds")
    return given


def seed_or_latent(given: Any) -> int | list[list[float]]:
    """A seed, or latent points, each a list of numbers. Raises `Refused`."""
    given = read_json(given)
    if _is_seed(given):
        return given
    if isinstance(given, list) and given and all(_is_number(one) for one in given):
        given = [given]
    if _are_latents(given) and len(given) <= 200:
        return given
    raise Refused("gan.bad_latent")


def stops_of(given: Any) -> list[Any]:
    """Seeds and latent points, mixed as one likes, each with a class or none. Raises `Refused`."""
    given = read_json(given)
    if not isinstance(given, list) or not 2 <= len(given) <= MOST_STOPS:
        raise Refused("gan.bad_stops", limit=MOST_STOPS)
    if not all(map(_is_stop, given)):
        raise Refused("gan.bad_stops", limit=MOST_STOPS)
    return given


def _is_stop(value: Any) -> bool:
    if isinstance(value, dict):
        place = [value[name] for name in ("seed", "z") if name in value]
        digit = value.get("digit", 0)
        known = set(value) <= {"seed", "z", "digit"} and len(place) == 1
        sound = known and _is_seed(digit) and digit < CLASSES
        return sound and not isinstance(place[0], dict) and _is_stop(place[0])
    return _is_seed(value) or _are_latents([value])


def image_of(given: Any) -> list[float]:
    """The 784 numbers of an image, 0 (ground) … 1 (ink). Raises `Refused`."""
    given = read_json(given)
    if isinstance(given, dict) and isinstance(given.get("png"), str):
        return _decoded(given["png"])
    sound = isinstance(given, list) and len(given) == PIXELS and all(map(_is_number, given))
    if not sound or not all(0 <= one <= 1 for one in given):
        raise Refused("gan.bad_image")
    return [float(one) for one in given]


def _decoded(text: str) -> list[float]:
    """A small PNG as gray values, resized to 28 by 28."""
    from PIL import Image as Pictures  # only here: the page's process starts without it

    try:
        with Pictures.open(io.BytesIO(b64decode(text, validate=True)), formats=("PNG",)) as read:
            if max(read.size) > 2_000:
                raise Refused("gan.bad_image")
            gray = read.convert("L").resize((SIDE, SIDE), Pictures.Resampling.LANCZOS)
            return [value / 255 for value in gray.tobytes()]
    except (OSError, ValueError, SyntaxError, binascii.Error, Pictures.DecompressionBombError):
        raise Refused("gan.bad_image") from None


def _is_seed(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= 1_000  # False for NaN, too


def _are_latents(given: Any) -> bool:
    return (
        isinstance(given, list)
        and bool(given)
        and all(
            isinstance(one, list) and 1 <= len(one) <= 256 and all(map(_is_number, one))
            for one in given
        )
    )
