"""Ways between latent points keep what they promise, and films show every image of them."""

import base64
import io
import json
import math
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from playground import weights
from playground.gan import films, reader, walking
from playground.gan.config import GanConfig
from playground.gan.model import Discriminator, Generator
from playground.gan.walking import linear, spherical, way
from playground.knobs import as_dict
from playground.refused import Refused
from playground.seeds import generator

SHARES = torch.linspace(0, 1, 9, dtype=torch.float64)
seeds = st.integers(0, 10_000)
few = settings(max_examples=30, deadline=None)
sizes = st.sampled_from([2, 3, 64])


def normal(seed, size):
    return torch.randn(size, generator=generator(seed, "stops"), dtype=torch.float64)


@few
@given(seeds, sizes)
def test_an_arc_between_points_of_one_norm_keeps_it(seed, size):
    first, last = normal(seed, size), normal(seed + 1, size)
    last = last * first.norm() / last.norm()
    norms = spherical(first, last, SHARES).norm(dim=1)
    torch.testing.assert_close(norms, first.norm().expand(9))


@few
@given(seeds, sizes)
def test_an_arc_turns_evenly_and_its_norm_goes_evenly(seed, size):
    first, last = normal(seed, size), 3 * normal(seed + 1, size)
    points = spherical(first, last, SHARES)
    expected = (1 - SHARES) * first.norm() + SHARES * last.norm()
    torch.testing.assert_close(points.norm(dim=1), expected)
    turns = torch.nn.functional.cosine_similarity(points[1:], points[:-1]).clamp(-1, 1).acos()
    torch.testing.assert_close(turns, turns[:1].expand(8), atol=1e-6, rtol=1e-6)


def test_an_arc_is_the_formula_of_shoemake():
    first, last = normal(0, 64), normal(1, 64)
    last = last * first.norm() / last.norm()
    angle = (first @ last / first.norm() ** 2).acos()
    share = SHARES[:, None]
    formula = (((1 - share) * angle).sin() * first + (share * angle).sin() * last) / angle.sin()
    torch.testing.assert_close(spherical(first, last, SHARES), formula)


@pytest.mark.parametrize("between", [linear, spherical])
@pytest.mark.parametrize("turned", [1.0, -1.0, 0.0, 1 + 1e-12, -1e-9])
@pytest.mark.parametrize("size", [1, 2, 64])
def test_ends_are_exact_also_of_ways_that_are_hardly_any(between, turned, size):
    first = normal(0, size)
    last = turned * first
    points = between(first, last, SHARES)
    assert points.isfinite().all()
    assert torch.equal(points[0], first)
    assert torch.equal(points[-1], last)


@pytest.mark.parametrize("size", [2, 3, 64])
def test_between_opposite_points_the_arc_keeps_away_from_the_middle(size):
    first = normal(0, size)
    points = spherical(first, -first, SHARES)
    torch.testing.assert_close(points.norm(dim=1), first.norm().expand(9))
    assert linear(first, -first, SHARES)[4].norm() < 1e-12


def test_the_straight_way_comes_nearer_to_the_middle_by_the_root_of_two():
    """Why arcs are walked on: two random points of many dimensions stand at a right angle."""
    halfway = torch.tensor([0.5], dtype=torch.float64)
    ratios = [
        float(linear(normal(at, 256), normal(at + 500, 256), halfway).norm() / 256**0.5)
        for at in range(100)
    ]
    assert np.mean(ratios) == pytest.approx(1 / math.sqrt(2), abs=0.01)


@few
@given(st.integers(2, 6), st.integers(0, 40), st.booleans())
def test_a_way_meets_its_stops_in_order(count, more, loop):
    stops = torch.stack([normal(at, 4) for at in range(count)])
    legs = count if loop else count - 1
    frames = legs * (1 + more) + (not loop)
    points = way(stops, frames, "spherical", loop=loop)
    assert points.shape == (frames, 4)
    assert torch.equal(points[:: 1 + more], stops)


def test_a_way_with_few_images_still_begins_and_ends_at_its_ends():
    stops = torch.stack([normal(at, 4) for at in range(5)])
    points = way(stops, 7, "linear")
    assert len(points) == 7
    assert torch.equal(points[0], stops[0])
    assert torch.equal(points[-1], stops[-1])


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A pair of networks that were never trained, in colour and told the class."""
    config = GanConfig(latent_size=6, channels=4)
    random = generator(0, "weights")
    pair = {
        "generator": Generator(config, 3).initialise(random),
        "discriminator": Discriminator(config, 3).initialise(random),
    }
    tensors = {
        f"model.{name}.{key}": value
        for name, network in pair.items()
        for key, value in network.state_dict().items()
    }
    written = tmp_path_factory.mktemp("pair") / "weights.safetensors"
    told = {"config": json.dumps(as_dict(config)), "class_names": json.dumps(list("0123456789"))}
    weights.write(written, tensors, {"slice": "gan", "channels": "3", "step": "0"} | told)
    return written


def asked(file, **values):
    usual = {"stops": [0, 1], "digit": 3, "frames": 5, "kind": "spherical", "format": "png"}
    return {"weights": str(file), "source": "pair", "fps": 12} | usual | values


def walked(file, **values):
    *progress, film = walking.gan_walk(asked(file, **values))
    assert [one["total"] for one in progress] == [film["frames"]] * len(progress)
    assert progress[-1]["done"] == film["frames"]
    data = base64.b64decode(film["data"])
    assert film["bytes"] == len(data)
    return film, data


def tiles(data, count):
    """The images of a strip, at the size in which the network makes them."""
    strip = np.asarray(Image.open(io.BytesIO(data)))
    step = 28 * films.STRIP_SCALE + films.GAP
    places = [divmod(at, films.STRIP_COLUMNS) for at in range(count)]
    return [
        strip[row * step :, column * step :][: step - films.GAP, : step - films.GAP][
            :: films.STRIP_SCALE, :: films.STRIP_SCALE
        ]
        for row, column in places
    ]


def test_the_images_of_a_film_are_those_of_the_generator(file):
    pair = reader.load(file)
    with torch.no_grad():
        z = [[0.5, -1, 0, 2, 0.25, 1], [1, 1, 0, 0, 0, -2]]
        wanted = pair.generator(torch.tensor(z), torch.tensor([4, 7]))
    wanted = ((wanted + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    stops = [{"z": z[0], "digit": 4}, {"z": z[1], "digit": 7}]
    film, data = walked(file, stops=stops, frames=14)
    shown = tiles(data, 14)
    np.testing.assert_array_equal(shown[0], wanted[0])
    np.testing.assert_array_equal(shown[-1], wanted[1])
    assert film["name"] == "walk-pair.png"
    assert film["media_type"] == "image/png"


def test_seeds_are_the_points_that_the_page_knows_and_truncation_counts(file):
    _, whole = walked(file)
    _, again = walked(file, stops=[{"seed": 0}, {"seed": 1, "digit": 3}])
    assert whole == again
    _, middle = walked(file, truncation=0.0)
    first, *others = tiles(middle, 5)
    assert all(np.array_equal(first, other) for other in others)
    assert not np.array_equal(first, tiles(whole, 5)[0])


def test_a_gif_plays_all_images_for_as_long_as_was_asked(file):
    film, data = walked(file, format="gif", stops=[0, 1, 2], frames=30, loop=True, fps=7)
    gif = Image.open(io.BytesIO(data))
    assert film["media_type"] == "image/gif"
    assert gif.size == (224, 224)
    assert gif.info["loop"] == 0
    durations = [frame.info["duration"] for frame in ImageSequence.Iterator(gif)]
    assert sum(durations) == pytest.approx(30_000 / 7, abs=10)
    assert len(durations) <= 30


def test_a_gray_gif_and_a_coloured_one_look_as_the_images_do():
    ramp = np.linspace(0, 255, 784).astype(np.uint8).reshape(1, 28, 28, 1)
    gray = np.concatenate([ramp, 255 - ramp])
    shown = [np.asarray(one.convert("L")) for one in frames_of(films.gif(gray, 10))]
    np.testing.assert_array_equal(np.stack(shown)[:, ::8, ::8], gray[..., 0])
    # One colour for each of the two images, and black: no palette needs to be shared out.
    colours = np.zeros((2, 28, 28, 3), np.uint8)
    colours[0, :14], colours[1, 14:] = (217, 72, 110), (31, 134, 217)
    shown = [np.asarray(one.convert("RGB")) for one in frames_of(films.gif(colours, 10))]
    np.testing.assert_allclose(np.stack(shown)[:, ::8, ::8], colours, atol=3)


def frames_of(data):
    return [frame.copy() for frame in ImageSequence.Iterator(Image.open(io.BytesIO(data)))]


def test_an_mp4_holds_every_image(file):
    encoder = pytest.importorskip("imageio_ffmpeg")
    film, data = walked(file, format="mp4", frames=9)
    assert film["media_type"] == "video/mp4"
    assert data[4:8] == b"ftyp"
    assert data.index(b"moov") < data.index(b"mdat"), "it plays before all of it has come"
    played = file.parent / film["name"]
    played.write_bytes(data)
    frames, seconds = encoder.count_frames_and_secs(str(played))
    assert frames == 9
    assert seconds == pytest.approx(9 / 12, abs=0.1)


def test_without_ffmpeg_a_sentence_says_what_to_do(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(Refused, match="GIF"):
        walked(file, format="mp4")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"frames": walking.MOST_FRAMES + 1}, "at most"),
        ({"stops": [0, 1, 2], "frames": 2}, "cannot show 3 stops"),
        ({"stops": [0, [1.0, 2.0]]}, "6"),
    ],
)
def test_a_walk_that_cannot_be_made_is_refused_before_any_image(file, values, words):
    with pytest.raises(Refused, match=words):
        next(walking.gan_walk(asked(file, **values)))
