"""Inversion: a point of the latent space is found again, whoever made the image."""

import pytest
import torch

from playground.gan.inversion import DROPS, STEPS, Search, gan_invert, invert, rates
from playground.packed import unpacked
from playground.seeds import generator
from tests.gan.pairs import file_of, networks


def image_of(network, seed=3, digit=None):
    """(z, its image)."""
    z = network.noise(1, generator(seed, "wanted"))
    classes = None if digit is None else torch.tensor([digit])
    return z[0], network(z, classes)[0]


def chance(seed=0):
    return generator(seed, "inversion")


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_a_point_is_found_by_its_image(prior):
    _, network, _ = networks(prior=prior, conditional=False)
    z, image = image_of(network)
    *_, found = invert(network, image, [], chance())
    assert found.distance < 0.02
    torch.testing.assert_close(found.z, z, atol=0.1, rtol=0)
    torch.testing.assert_close(network(found.z[None])[0], found.image, atol=1e-5, rtol=0)


@pytest.mark.parametrize("digit", [0, 7])
def test_an_unknown_class_is_found_among_all(digit):
    _, network, _ = networks()
    _, image = image_of(network, digit=digit)
    *_, found = invert(network, image, range(10), chance())
    assert found.digit == digit
    assert found.distance < 0.02


def test_a_class_that_is_given_is_kept():
    _, network, _ = networks()
    _, image = image_of(network, digit=7)
    told = list(invert(network, image, [2], chance(), steps=20))
    assert {found.digit for found in told} == {2}


def test_the_best_is_kept_whatever_comes_after():
    _, network, _ = networks(latent_size=2, conditional=False)
    image = torch.rand(1, 28, 28, generator=generator(0, "noise")) * 2 - 1
    told = list(invert(network, image, [], chance()))
    assert told[-1].loss == min(found.loss for found in told)
    assert [found.step for found in told[:STEPS]] == list(range(STEPS))


def test_the_same_image_gives_the_same_point():
    _, network, _ = networks()
    _, image = image_of(network, digit=1)
    first, second = (list(invert(network, image, [1, 4], chance(), steps=8))[-1] for _ in range(2))
    assert torch.equal(first.z, second.z)


def search_of(rows, digits, **settings):
    _, network, _ = networks(**settings)
    _, image = image_of(network, digit=1)
    starts = network.noise(8, generator(1, "starts"))[rows]
    return Search(network, image, starts, torch.tensor(digits)[rows], torch.arange(8)[rows])


def test_rows_of_a_batch_know_nothing_of_each_other():
    digits = [0, 1, 2, 3, 4, 5, 6, 7]
    together = search_of(range(8), digits)
    alone = [search_of([row], digits) for row in range(8)]
    for rate in rates(10):
        for search in (together, *alone):
            search.step(rate)
    torch.testing.assert_close(
        together.z, torch.cat([search.z for search in alone]), atol=1e-4, rtol=1e-4
    )


def test_who_stays_goes_on_as_if_nobody_had_been_dropped():
    search = search_of(range(8), [1] * 8)
    other = search_of(range(8), [1] * 8)
    for rate in rates(5):
        search.step(rate)
        other.step(rate)
    best = search.losses.argsort()[:4].tolist()
    search.drop()
    assert search.lanes.tolist() == best
    search.step(0.1)
    other.step(0.1)
    torch.testing.assert_close(search.z, other.z[best], atol=1e-5, rtol=1e-5)


def test_the_worse_half_drops_out_three_times():
    _, network, _ = networks()
    _, image = image_of(network, digit=1)
    left = [len(found.lanes) for found in invert(network, image, range(10), chance())]
    assert left[0] == 10
    assert left == sorted(left, reverse=True)
    assert left[max(DROPS)] <= 5


def test_a_gradient_descends_what_is_told():
    search = search_of([0], [1] * 8)
    before = search.step(1e-3).loss
    assert search.look().loss < before


def test_points_of_a_uniform_prior_stay_within_it():
    _, network, _ = networks(prior="uniform", conditional=False)
    image = torch.ones(1, 28, 28)
    for found in invert(network, image, [], chance(), steps=40):
        assert found.z.abs().max() <= 1


def test_when_the_time_is_up_there_is_an_answer():
    _, network, _ = networks()
    _, image = image_of(network, digit=1)
    told = list(invert(network, image, range(10), chance(), seconds=0.0))
    assert len(told) == 2
    assert told[-1].loss == min(found.loss for found in told)


def test_looking_leaves_no_gradients_and_closes_cleanly():
    _, network, _ = networks()
    _, image = image_of(network, digit=1)
    with torch.no_grad():
        stream = invert(network, image, [1], chance())
        next(stream)
        assert not torch.is_grad_enabled()
        found = next(stream)
        stream.close()
    assert not found.image.requires_grad
    assert all(each.grad is None for each in network.parameters())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(("channels", "settings"), [
    (1, {}), (1, {"conditional": False}), (3, {"data": "pictures:" + "0" * 64}),
    (1, {"model": "convolution", "channels": 2}),
])  # fmt: skip
def test_the_question_tells_its_way_and_ends(tmp_path, channels, settings):
    file = file_of(tmp_path, colours=channels, **settings)
    _, network, _ = networks(channels, **settings)
    digit = 3 if network.classes else -1
    ink = ((image_of(network, digit=digit if network.classes else None)[1] + 1) / 2).mean(0)
    asked = {"weights": str(file), "image": ink.flatten().tolist(), "digit": digit}
    told = list(gan_invert(asked))
    assert [one["done"] for one in told] == [False] * (len(told) - 1) + [True]
    steps = [one["step"] for one in told[:-1]]
    assert steps == sorted(steps)
    for one in told:
        images = unpacked(one["images"])
        assert len(images) == len(one["tried"]) * channels * 784
        assert one["digit"] == digit
    last = told[-1]
    z = torch.from_numpy(unpacked(last["z"]).copy())[None]
    again = network(z, torch.tensor([digit]) if network.classes else None)
    found = torch.from_numpy(unpacked(last["image"]).copy())
    torch.testing.assert_close(again.flatten(), found, atol=1e-4, rtol=0)
    assert last["distance"] in [one["distance"] for one in last["tried"]]


def test_minus_one_tries_every_class(tmp_path):
    file = file_of(tmp_path)
    _, network, _ = networks()
    ink = (image_of(network, digit=6)[1] + 1) / 2
    asked = {"weights": str(file), "image": ink.flatten().tolist(), "digit": -1}
    first, *_, last = gan_invert(asked)
    assert [one["name"] for one in first["tried"]] == list(range(10))
    assert last["digit"] == 6
