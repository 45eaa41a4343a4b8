"""The frozen classifier in whose features images are compared."""

import os
from pathlib import Path

import pytest
import torch

from playground import weights
from playground.gan import judge, judge_training
from playground.gan.config import LABELLED, GanConfig
from playground.gan.data import Images, images
from playground.gan.glyphs import glyphs
from playground.gan.judge import Judge
from playground.gan.sheets import as_floats
from playground.refused import Refused
from playground.seeds import generator


@pytest.fixture(scope="module")
def digits():
    train, held_out = (glyphs(count, generator(0, "judge", count)) for count in (1_280, 300))
    return Images(*train, *held_out)


def trained(digits, epochs=2):
    made = Judge().initialise(generator(5, "weights"))
    judge_training.train(made, digits.train, digits.train_classes, 5, epochs)
    return made


def test_it_learns_and_the_same_seed_gives_the_same_judge(digits):
    before = judge_training.accuracy(Judge().initialise(generator(5, "weights")).eval(), digits)
    first, again = trained(digits), trained(digits)
    assert before < 0.3
    assert judge_training.accuracy(first, digits) > 0.6
    for one, other in zip(first.state_dict().values(), again.state_dict().values(), strict=True):
        assert torch.equal(one, other)


def test_features_and_classes_are_those_of_one_pass_however_many_images():
    mnist = judge.load("mnist")
    x = torch.rand(5, 1, 28, 28, generator=generator(0, "x")) * 2 - 1
    features, seen = mnist.seen(x)
    assert torch.allclose(features, mnist.features(x))
    assert torch.allclose(seen, mnist(x).softmax(1))
    alone = torch.cat([mnist.seen(one[None])[0] for one in x])
    assert torch.allclose(features, alone, atol=1e-5)
    assert mnist.seen(x[:0])[1].shape == (0, 10)


def test_a_gray_image_in_three_channels_is_seen_as_in_one():
    mnist = judge.load("mnist")
    x = torch.rand(4, 1, 28, 28, generator=generator(0, "x")) * 2 - 1
    assert torch.allclose(mnist(x), mnist(x.expand(-1, 3, -1, -1)), atol=1e-4)


@pytest.mark.parametrize("name", judge_training.RECIPES)
def test_a_shipped_judge_is_small_frozen_and_has_a_card(name):
    file = weights.shipped_file("judge", name)
    card = weights.shipped("judge")[name]
    assert file.stat().st_size < 300_000
    assert not any(one.requires_grad for one in judge.load(name).parameters())
    assert not judge.load(name).training
    assert card["data"]["licence"]
    assert card["command"].endswith(name)
    assert card["seed"] == judge_training.SEED


def test_every_data_set_with_classes_has_a_judge():
    assert set(judge.NAMES) == set(LABELLED)
    assert set(judge.NAMES.values()) <= set(weights.shipped("judge"))
    with pytest.raises(Refused):
        judge.load("nobody")


@pytest.mark.parametrize("name", judge_training.RECIPES)
def test_its_accuracy_is_what_its_card_says(name):
    if not (Path(os.environ.get("PLAYGROUND_DATA", "/nowhere")) / name).is_dir():
        pytest.skip(f"{name} is not on this machine")
    data = images(GanConfig(data=name), None)
    told = weights.shipped("judge")[name]["test_accuracy"]
    assert judge_training.accuracy(judge.load(name), data) == pytest.approx(told, abs=2e-4)


def test_an_unknown_recipe_is_refused_with_those_there_are():
    with pytest.raises(Refused) as caught:
        judge_training.pretrain(["cifar"])
    assert caught.value.params["names"] == "mnist, fashion-mnist"


def test_a_judge_of_mnist_knows_drawn_digits_it_never_saw(digits):
    _, seen = judge.load("mnist").seen(as_floats(digits.held_out))
    right = (seen.argmax(1) == digits.held_out_classes).float().mean()
    assert right == pytest.approx(weights.shipped("judge")["mnist"]["glyphs_accuracy"], abs=0.03)
