"""Plain layers: computed by hand they give what the networks give."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from playground.gan import reader
from playground.gan.model import CLASS_WEIGHT
from playground.gan.portable import layers
from playground.packed import unpacked
from playground.refused import Refused
from playground.seeds import generator
from tests.gan.random_pairs import NAMES, told_of, write_pair

PAIRS = {
    "conditional": {},
    "plain": {"conditional": False, "prior": "uniform"},
    "colour": {"channels_of_images": 3},
    "mlp": {"model": "mlp"},
}


def array(packed, *shape):
    return torch.from_numpy(unpacked(packed).copy()).view(shape)


def computed(told, x):
    """What layers as they are told make of rows of numbers."""
    for one in told:
        if one["kind"] == "linear":
            bias = one["bias"] and array(one["bias"], -1)
            x = functional.linear(x.flatten(1), array(one["weight"], one["out"], one["in"]), bias)
        elif one["kind"] in ("convolution", "convolution_transpose"):
            x = x.reshape(len(x), one["in"], one["height"], one["width"])
            across = one["kind"] == "convolution"
            ends = (one["out"], one["in"]) if across else (one["in"], one["out"])
            weight = array(one["weight"], *ends, one["size"], one["size"])
            bias = one["bias"] and array(one["bias"], -1)
            apply = functional.conv2d if across else functional.conv_transpose2d
            x = apply(x, weight, bias, stride=one["stride"], padding=one["padding"])
        elif one["kind"] == "group_norm":
            weight, bias = array(one["weight"], -1), array(one["bias"], -1)
            x = functional.group_norm(x, one["groups"], weight, bias, one["epsilon"])
        elif one["kind"] == "leaky_relu":
            x = functional.leaky_relu(x, one["slope"])
        else:
            x = {"relu": torch.relu, "tanh": torch.tanh}[one["kind"]](x)
    return x


@pytest.mark.parametrize("name", PAIRS)
def test_the_layers_give_what_the_networks_give(tmp_path, name):
    settings = dict(PAIRS[name])
    channels = settings.pop("channels_of_images", 1)
    file = write_pair(tmp_path, channels, **settings)
    told, pair = told_of(file), reader.load(file)
    z = pair.generator.noise(6, generator(0, "z"))
    classes = torch.arange(6) if told["classes"] else None
    given = z
    if told["classes"]:
        given = torch.cat([z, told["class_weight"] * functional.one_hot(classes, 10)], 1)
    images = pair.generator(z, classes)
    assert images.shape == (6, channels, 28, 28)
    made = computed(told["generator"], given).view_as(images)
    np.testing.assert_allclose(made, images, atol=1e-5)
    scores = computed(told["discriminator"], images)
    score = scores[:, 0]
    if told["classes"]:
        score = score + scores[:, 1:].gather(1, classes[:, None])[:, 0]
    np.testing.assert_allclose(score, pair.discriminator(images, classes), atol=1e-5)


@pytest.mark.parametrize("before", [
    nn.Linear(5, 12), nn.Linear(5, 12, bias=False), nn.Conv2d(2, 3, 3, 2, 1),
    nn.ConvTranspose2d(2, 3, 4, 2, 1), nn.ConvTranspose2d(2, 3, 4, 2, 1, bias=False),
])  # fmt: skip
def test_a_normalisation_goes_into_any_layer_before_it(before):
    chance = generator(0, "norm")
    norm = nn.BatchNorm2d(3)
    with torch.no_grad():
        for tensor in (*norm.parameters(), norm.running_mean, norm.running_var):
            tensor.copy_(0.5 + torch.rand(3, generator=chance))
    flat = isinstance(before, nn.Linear)
    parts = [before, nn.Unflatten(1, (3, 2, 2)), norm] if flat else [before, norm]
    body = nn.Sequential(*parts).eval()
    shape = (5,) if flat else (2, 4, 4)
    x = torch.randn(4, *shape, generator=chance)
    with torch.no_grad():
        wanted = body(x)
    told = layers(body, shape)
    assert len(told) == 1, "no layer of its own is left"
    np.testing.assert_allclose(computed(told, x).view_as(wanted), wanted, atol=1e-5)


def test_what_is_told_beside_the_layers(tmp_path):
    told = told_of(write_pair(tmp_path, latent_size=5))
    assert told["latent_size"] == 5
    assert told["prior"] == "normal"
    assert (told["classes"], told["class_names"]) == (10, NAMES)
    assert told["class_weight"] == CLASS_WEIGHT
    assert told["score_kind"] == "probability"
    assert all(unpacked(one["vector"]).shape == (5,) for one in told["directions"])


@pytest.mark.parametrize(("loss", "kind"), [
    ("minimax", "probability"), ("hinge", "score"), ("least_squares", "score"),
    ("wgan_gp", "score"),
])  # fmt: skip
def test_only_a_logit_becomes_a_probability(tmp_path, loss, kind):
    assert told_of(write_pair(tmp_path, model="mlp", loss=loss))["score_kind"] == kind


def test_points_and_broken_weights_are_refused(tmp_path):
    cases = {"gan.latent.points": {"data": "ring"}, "gan.latent.not_finite": {"spoilt": True}}
    for key, settings in cases.items():
        with pytest.raises(Refused) as caught:
            told_of(write_pair(tmp_path, **settings))
        assert caught.value.key == key


def test_a_layer_that_the_page_cannot_compute_is_a_fault():
    with pytest.raises(TypeError, match="Dropout"):
        layers(nn.Sequential(nn.Dropout()), (3,))
