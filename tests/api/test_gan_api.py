"""Questions to a pair of networks: what scripts may ask, and all that must be refused kindly."""

import base64
import io
import itertools
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.api.hostile import ACTIONS, ODD, as_json, is_clear, json_values

SOURCE = "mnist-conditional"
STROKE = [1.0 if 12 <= at % 28 <= 15 and 112 <= at < 672 else 0.0 for at in range(784)]
GOOD = {
    "source": SOURCE,
    "seeds": [1],
    "seed_or_z": 3,
    "digit": 3,
    "n": 2,
    "stops": [1, 2],
    "frames": 4,
    "format": "png",
    "image": STROKE,
    "count": 8,
    "data": "ring",
}
ASKED = [name for name in ACTIONS if name.startswith("gan_") or name == "plane_points"]

few = settings(max_examples=30, derandomize=True, deadline=None, database=None)


def decoded(held):
    with Image.open(io.BytesIO(base64.b64decode(held))) as image:
        return np.asarray(image)


def png(pixels, **options):
    file = io.BytesIO()
    Image.fromarray(np.asarray(pixels)).save(file, "PNG", **options)
    return file.getvalue()


def as_image(data):
    return {"png": base64.b64encode(data).decode()}


def test_a_script_gets_the_same_images_twice_and_may_ask_by_seed_or_by_numbers(app, client):
    first, again = (client.predict(SOURCE, 5, 4, 3, 1.0, api_name="/gan_sample") for _ in range(2))
    assert first == again
    assert first["digits"] == [4, 4, 4]
    assert decoded(first["sheet"]["png"]).shape == (28, 84)
    by_numbers = app.call("gan_sample", source=SOURCE, seed_or_z=first["z"], digit=4)
    assert by_numbers["sheet"] == first["sheet"]
    classes = app.call("gan_sample", source=SOURCE, seed_or_z=first["z"][0], n=10)
    assert classes["digits"] == list(range(10))


def test_the_seeds_of_noise_are_those_of_the_samples(app):
    noise = app.call("gan_noise", seeds=[5, 6], source=SOURCE)
    z = np.frombuffer(base64.b64decode(noise["z"]["data"]), "<f4").reshape(2, noise["size"])
    sampled = app.call("gan_sample", source=SOURCE, seed_or_z=5, n=2)["z"]
    np.testing.assert_array_equal(z, np.array(sampled, np.float32))


@pytest.mark.parametrize(("form", "head"), [("gif", b"GIF89a"), ("png", b"\x89PNG")])
def test_a_walk_is_a_file_of_the_kind_that_was_asked_for(app, client, form, head):
    film = client.predict([1, 2], SOURCE, 3, 5, "linear", form, 10, api_name="/gan_walk")
    assert base64.b64decode(film["data"]).startswith(head)
    assert film["name"] == f"walk-{SOURCE}.{form}"
    assert film["frames"] == 5
    z = app.call("gan_sample", source=SOURCE, seed_or_z=1, n=2)["z"]
    for stops in ([{"seed": 1}, {"seed": 2, "digit": 3}], [{"z": z[0]}, z[1]], [1, z[1]]):
        same = app.call(
            "gan_walk", stops=stops, source=SOURCE, digit=3, frames=5, kind="linear",
            format=form, fps=10,
        )  # fmt: skip
        assert same["data"] == film["data"]


def test_a_walk_tells_how_far_it_is(app):
    answer = app.post("playground/gan_walk", {"stops": [1, 2], "source": SOURCE, "frames": 80})
    *progress, film = [json_line for json_line in answer.text.splitlines() if json_line]
    assert len(progress) >= 3
    assert '"total":80' in progress[0].replace(" ", "")
    assert '"media_type"' in film


def test_an_image_may_be_numbers_or_a_png_of_any_kind(app):
    wanted = app.call("gan_score", image=STROKE, source=SOURCE, digit=1)["score"]
    gray = np.reshape(STROKE, (28, 28)) * 255
    colour = np.repeat(gray[..., None], 3, 2)
    for pixels in (gray.astype(np.uint8), colour.astype(np.uint8), gray > 0):
        told = app.call("gan_score", image=as_image(png(pixels)), source=SOURCE, digit=1)
        assert told["score"] == pytest.approx(wanted, abs=1e-4)


def bomb(width, height):
    """A PNG that says it is of this size, and is well made up to there."""

    def chunk(name, data):
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


WHOLE = png(np.zeros((28, 28), np.uint8))
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


@pytest.mark.parametrize(
    "image",
    [
        [], [0.5] * 783, [0.5] * 785, [2.0] * 784, [-0.1] * 784, ["0"] * 784, [True] * 784,
        [[0.5] * 28] * 28, [10**400] * 784, [None] * 784, {}, {"png": None}, {"png": 5},
        {"png": ""}, {"png": "%%%"}, {"png": "data:image/png;base64,AAAA"},
        as_image(WHOLE[:40]), as_image(WHOLE[:-20]), as_image(b"\x89PNG\r\n\x1a\n"),
        as_image(GIF), as_image(b"<svg/>"), as_image(bomb(10_000, 10_000)),
        as_image(bomb(65_535, 65_535)), as_image(bomb(2**31 - 1, 2**31 - 1)),
        as_image(bomb(1, 0)), as_image(bomb(2_001, 1)),
        "not an image", 7, {"png": "A" * 300_000},
    ],
)  # fmt: skip
def test_what_is_no_image_is_refused(app, image):
    for name in ("gan_score", "gan_invert"):
        answer = app.post(f"playground/call/{name}", as_json({"image": image, "source": SOURCE}))
        is_clear(answer)
        assert answer.status != 200


numbers = (
    st.integers(-3, 10) | st.floats() | st.sampled_from([10**400, -(10**400), 2**31, "1", True])
)
points = st.lists(numbers, max_size=3) | st.just([0.5] * 64) | st.just([0.5] * 65)
stops = st.recursive(
    numbers | points | json_values,
    lambda inner: st.fixed_dictionaries(
        {}, optional={"seed": inner, "z": inner | points, "digit": numbers, "more": inner}
    ),
    max_leaves=4,
)


@few
@given(st.lists(stops, max_size=4))
def test_odd_stops_are_walked_or_refused(app, given_stops):
    asked = {"stops": given_stops, "source": SOURCE, "frames": 5, "format": "png"}
    is_clear(app.post("playground/call/gan_walk", as_json(asked)))


@few
@given(st.lists(points | json_values, max_size=3) | points)
def test_odd_points_are_drawn_or_refused(app, given_points):
    asked = {"seed_or_z": given_points, "source": SOURCE, "n": 2}
    is_clear(app.post("playground/call/gan_sample", as_json(asked)))


@pytest.mark.parametrize("name", ASKED)
def test_each_argument_takes_odd_values_beside_good_ones(app, name):
    """With networks that are there: an odd value gets as deep as it can."""
    good = {argument: GOOD[argument] for argument in ACTIONS[name] if argument in GOOD}
    assert app.post(f"playground/call/{name}", good).status == 200
    for argument, odd in itertools.product(ACTIONS[name], ODD[::2]):
        is_clear(app.post(f"playground/call/{name}", as_json(good | {argument: odd})))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"frames": 400}, "240"),
        ({"stops": [1, 2, 3, 4, 5, 6], "frames": 5}, "6 stops"),
        ({"stops": [1, [0.5, 0.5]]}, "64"),
        ({"stops": list(range(13))}, "12"),
        ({"source": "no-such"}, SOURCE),
        ({"source": "../../../etc/passwd"}, SOURCE),
    ],
)
def test_a_walk_that_cannot_be_made_says_why(app, values, words):
    asked = {"stops": [1, 2], "source": SOURCE, "frames": 24}
    assert words in app.refusal("gan_walk", **(asked | values))["text"]
