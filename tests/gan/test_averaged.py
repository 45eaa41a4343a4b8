"""The generator that is shown, and the rates both players learn with."""

from itertools import islice

import pytest
import torch

from playground.gan.training import LAST_SHARE, LOOKED_AT_ONCE, averaged, rate_curve, train
from playground.seeds import generator
from tests.gan.small import game


def test_the_averaged_generator_follows_the_one_that_plays():
    state, source, config = game(average=0.9)
    expected = [each.clone() for each in state.averaged.parameters()]
    for step in islice(train(state, source, config), 5):
        memory = min(0.9, step.step / (step.step + 9))  # a short memory at first
        expected = [
            memory * old + (1 - memory) * new.detach()
            for old, new in zip(expected, state.generator.parameters(), strict=True)
        ]
    torch.testing.assert_close(list(state.averaged.parameters()), expected)
    off, source, config = game(average=0.0)
    list(islice(train(off, source, config), 3))
    assert all(
        torch.equal(a, b)
        for a, b in zip(off.averaged.parameters(), off.generator.parameters(), strict=True)
    )


def test_the_shown_generators_normalisation_is_measured_on_its_own_images():
    state, source, config = game()
    list(islice(train(state, source, config), 4))
    shown = averaged(state, config)
    assert not shown.training
    z = shown.noise(LOOKED_AT_ONCE, generator(config.seed, "averaged"))
    classes = torch.arange(LOOKED_AT_ONCE) % 10
    inputs = shown.body[1](shown.body[0](shown.entered(z, classes)))
    norm = shown.body[2]
    torch.testing.assert_close(norm.running_mean, inputs.mean((0, 2, 3)), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(norm.running_var, inputs.var((0, 2, 3)), atol=1e-5, rtol=1e-4)
    assert all(map(torch.equal, shown.parameters(), state.averaged.parameters()))
    assert torch.equal(averaged(state, config)(z), shown(z)), "the same look twice"


def test_the_rates_stay_and_then_fall_in_a_line():
    _, _, config = game(steps=100)
    rates = [rate_curve(step, config) for step in range(1, 101)]
    assert rates[:51] == [1.0] * 51
    assert rates[75] == pytest.approx((1 + LAST_SHARE) / 2)
    assert rates[99] == pytest.approx(LAST_SHARE, abs=0.02)
    _, _, constant = game(schedule="constant")
    assert rate_curve(99, constant) == 1.0
