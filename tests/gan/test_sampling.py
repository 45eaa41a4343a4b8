"""Points by seed are what the page computes; images are those of the networks."""

import math

import numpy as np
import pytest
import torch

from playground.gan import reader
from playground.gan.sampling import gan_noise, gan_sample, latent, noise, truncated
from playground.gan.sheets import as_floats, from_sheet
from playground.packed import unpacked
from playground.refused import Refused
from tests.gan.random_pairs import write_pair

WHOLE = 1 << 32


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_pair(tmp_path_factory.mktemp("pair"))


def hashed(value):
    """The hash in whole numbers of Python, which never overflow."""
    state = (value * 747796405 + 2891336453) % WHOLE
    word = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) % WHOLE
    return (word >> 22) ^ word


def asked(file, **arguments):
    return gan_sample({"weights": str(file), **arguments})


def images_of(answer):
    return as_floats(from_sheet(answer["sheet"]))


@pytest.mark.parametrize("seed", [0, 7, 999_999, 2**31 - 1])
def test_the_numbers_of_a_seed_are_those_of_the_formula(seed):
    for prior in ("normal", "uniform"):
        for at, found in enumerate(noise(seed, 5, prior).tolist()):
            start = hashed(seed)
            u, v = ((hashed(hashed(start ^ place)) + 0.5) / WHOLE for place in (2 * at, 2 * at + 1))
            normal = math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v)
            assert found == pytest.approx(normal if prior == "normal" else 2 * u - 1, abs=1e-6)


def test_seeds_are_points_of_the_prior():
    points = torch.stack([noise(seed, 64) for seed in range(400)])
    assert abs(points.mean()) < 0.02
    assert points.var().item() == pytest.approx(1, abs=0.03)
    assert points.pow(4).mean().item() == pytest.approx(3, abs=0.2), "the tails of a normal one"
    neighbours = np.corrcoef(points[:-1].ravel(), points[1:].ravel())[0, 1]
    assert abs(neighbours) < 0.03
    flat = torch.stack([noise(seed, 64, "uniform") for seed in range(400)])
    assert -1 <= flat.min() < -0.999
    assert 0.999 < flat.max() <= 1
    assert flat.var().item() == pytest.approx(1 / 3, abs=0.01)


def test_a_longer_point_begins_like_a_shorter_one():
    np.testing.assert_array_equal(noise(3, 256)[:64], noise(3, 64))


def test_truncation_goes_to_the_middle():
    z = noise(1, 8)
    assert truncated(z, 0.0).abs().max() == 0
    assert truncated(z, 0.5).norm() == pytest.approx(float(z.norm()) / 2)


def test_a_seed_gives_its_image_and_those_of_the_next_seeds(file):
    pair = reader.load(file)
    answer = asked(file, seed_or_z=5, digit=2, n=4)
    z = torch.stack([noise(seed, 3) for seed in (5, 6, 7, 8)])
    images = pair.generator(z, torch.full((4,), 2))
    np.testing.assert_allclose(images_of(answer), images, atol=0.6 / 127.5)
    chances = pair.discriminator(images, torch.full((4,), 2)).sigmoid()
    np.testing.assert_allclose(answer["scores"], chances, atol=1e-6)
    np.testing.assert_allclose(answer["z"], z, atol=1e-7)
    assert answer["digits"] == [2, 2, 2, 2]
    assert answer["score_kind"] == "probability"


def test_a_point_gives_the_image_that_its_seed_gave(file):
    first = asked(file, seed_or_z=5, digit=2, n=3)
    again = asked(file, seed_or_z=first["z"], digit=2)
    assert again["sheet"] == first["sheet"]


def test_one_point_and_no_class_is_one_style_in_each_class(file):
    answer = asked(file, seed_or_z=[[0.1, 0.2, 0.3]], n=10)
    assert answer["digits"] == list(range(10))
    assert {tuple(z) for z in np.round(answer["z"], 6)} == {(0.1, 0.2, 0.3)}
    assert asked(file, seed_or_z=0, n=12)["digits"] == [*range(10), 0, 1]


def test_at_the_middle_all_seeds_give_one_image(file):
    made = images_of(asked(file, seed_or_z=0, digit=4, n=5, truncation=0.0))
    assert made.std(0).max() == 0
    assert images_of(asked(file, seed_or_z=0, digit=4, n=5)).std(0).max() > 0


def test_without_classes_none_is_told(tmp_path):
    file = write_pair(tmp_path, conditional=False, loss="hinge", model="mlp")
    answer = asked(file, seed_or_z=0, digit=3, n=2)
    assert answer["digits"] == []
    assert answer["score_kind"] == "score"
    pair = reader.load(file)
    z = torch.stack([noise(seed, 3) for seed in (0, 1)])
    np.testing.assert_allclose(answer["scores"], pair.discriminator(pair.generator(z)), atol=1e-6)


def test_a_point_of_another_size_is_refused(file):
    for wrong, key in (([0.1] * 4, "gan.latent.size"), ([0.0, math.nan, 0.0], "gan.bad_latent")):
        with pytest.raises(Refused) as caught:
            latent(reader.load(file).generator, wrong)
        assert caught.value.key == key


def test_the_points_of_seeds_are_told_to_programs(file):
    answer = gan_noise({"weights": str(file), "seeds": [7, 0]})
    assert (answer["size"], answer["prior"]) == (3, "normal")
    found = unpacked(answer["z"]).reshape(2, 3)
    np.testing.assert_array_equal(found, torch.stack([noise(7, 3), noise(0, 3)]))
