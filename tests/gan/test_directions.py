"""Directions: components by the definition, measures of known bars, names that are true."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from playground.gan.config import SIDE
from playground.gan.directions import (
    CLEAR,
    components,
    correlation,
    directions,
    first_weight,
    measures,
    measures_of,
)
from playground.gan.model import Generator
from playground.seeds import generator
from tests.gan.random_pairs import players
from tests.gan.small import config_of

MIDDLE = (SIDE - 1) / 2


class Bars(Generator):
    """Draws a bar: its number 0 is the slant, number 1 the weight, the others are of no use."""

    def __init__(self, size=6):
        super().__init__(config_of(latent_size=size, model="mlp", conditional=False))
        places = torch.arange(SIDE) - MIDDLE
        self.x, self.y = places[None, None], places[None, :, None]

    def forward(self, z, classes=None):  # noqa: ARG002 - it has none
        slant, weight = 0.2 * z[:, 0, None, None], 2 + 0.4 * z[:, 1, None, None]
        return bar(self.x, self.y, slant, weight)[:, None]


class Blank(Generator):
    """The same image wherever one stands: a generator that collapsed."""

    def __init__(self):
        super().__init__(config_of(latent_size=4, conditional=False))

    def forward(self, z, classes=None):  # noqa: ARG002 - it has none
        return torch.zeros(len(z), 1, SIDE, SIDE)


def bar(x, y, slant, half_width, half_height=8.0):
    """An upright bar with soft edges that leans to the right by `slant` pixels a pixel."""
    inside = torch.sigmoid(4 * (half_width - (x + slant * y).abs()))
    return 2 * inside * torch.sigmoid(4 * (half_height - y.abs())) - 1


def drawn(slant=0.0, half_width=2.0, half_height=8.0, shift=0.0):
    places = torch.arange(SIDE) - MIDDLE
    return bar(places[None] - shift, places[:, None], slant, half_width, half_height)[None, None]


def measured(**shape):
    return {name: float(value) for name, value in measures(drawn(**shape)).items()}


@pytest.mark.parametrize("slant", [-0.4, 0.0, 0.3])
def test_the_slant_of_a_bar_is_measured(slant):
    assert measured(slant=slant)["slant"] == pytest.approx(slant, abs=0.01)


def test_weight_width_and_height_of_a_bar_are_measured():
    bar = measured(half_width=3.0, half_height=9.0)
    assert bar["weight"] == pytest.approx(6 * 18 / SIDE**2, rel=0.02)
    assert bar["width"] == pytest.approx(6 / math.sqrt(12), rel=0.05)
    assert bar["height"] == pytest.approx(18 / math.sqrt(12), rel=0.05)


def test_where_a_bar_stands_does_not_matter():
    here, there = measured(slant=0.2), measured(slant=0.2, shift=3.0)
    assert there == pytest.approx(here, abs=0.01)


def test_components_are_those_of_the_first_layers_output():
    network, _ = players(config_of(latent_size=6))
    weight = first_weight(network)
    z = network.noise(4_000, generator(0, "z"))
    with torch.no_grad():
        given = network.entered(z, None)
        out = network.body[:3](given).flatten(1)
        np.testing.assert_allclose(out - out.mean(0), (z - z.mean(0)) @ weight, atol=1e-3)
    variances = torch.linalg.eigvalsh(torch.cov(out.T)).flip(0)[:6]
    vectors = components(weight)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(6), atol=1e-5)
    along = (vectors @ weight).square().sum(1)
    np.testing.assert_allclose(along, variances, rtol=0.15)
    assert list(along) == sorted(along, reverse=True)


@pytest.mark.parametrize("settings", [
    {"latent_size": 1}, {"latent_size": 8}, {"latent_size": 40},
    {"latent_size": 8, "prior": "uniform", "conditional": False, "model": "mlp"},
])  # fmt: skip
def test_directions_are_in_order_and_of_length_one(settings):
    config = config_of(**settings)
    network, _ = players(config)
    found = directions(network, generator(0, "directions"))
    parts = [one for one in found if not one.aimed]
    assert len(parts) == min(12, config.latent_size)
    assert [one.change for one in parts] == sorted((one.change for one in parts), reverse=True)
    assert sum(one.share for one in parts) <= 1 + 1e-4
    for one in found:
        assert one.vector.norm().item() == pytest.approx(1, abs=1e-5)
        assert one.sigma == pytest.approx(1 if config.prior == "normal" else 3**-0.5)
        assert (one.name is not None) == (one.correlation >= CLEAR)
    again = directions(network, generator(0, "directions"))
    np.testing.assert_allclose(
        [one.change for one in again], [one.change for one in found], rtol=1e-5
    )


def test_what_moves_a_measure_is_found_and_named_for_it():
    found = [one for one in directions(Bars(), generator(0, "directions")) if one.aimed]
    named = {one.name: one for one in found}
    assert {"slant", "weight"} <= set(named)
    assert named["slant"].vector[0] > 0.97
    assert named["weight"].vector[1] > 0.97
    assert named["slant"].correlation > 0.9


def test_the_positive_side_of_a_name_has_more_of_it():
    network, _ = players(config_of(latent_size=4, model="mlp"))
    for parameter in network.parameters():
        parameter.data.mul_(3)  # random weights hardly move an image
    z, classes = network.noise(400, generator(1, "z")), torch.arange(400) % 10
    named = [one for one in directions(network, generator(0, "directions")) if one.name]
    assert named
    with torch.no_grad():
        seen = measures_of(network, z, classes)
    for one in named:
        found = correlation(z @ one.vector, seen[one.name])
        assert found == pytest.approx(one.correlation, abs=0.15)


def test_a_generator_that_collapsed_has_nothing_to_name():
    found = directions(Blank(), generator(0, "directions"))
    assert all(one.name is None and one.correlation == 0 and one.change == 0 for one in found)
    assert not any(one.aimed for one in found)


def test_classes_are_compared_with_themselves_only():
    """Ten images that differ by class alone: nothing in them goes with the latent point."""
    network, _ = players(config_of(latent_size=3))
    first = network.body[0]
    assert isinstance(first, nn.Linear)
    first.weight.data[:, :3] = 0
    with torch.no_grad():
        seen = measures_of(network, network.noise(60, generator(0, "z")), torch.arange(60) % 10)
    assert max(float(values.abs().max()) for values in seen.values()) < 1e-4
