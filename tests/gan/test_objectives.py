"""The losses against the papers' formulas, and the penalties against a D whose slope is known."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from playground.gan import objectives
from playground.gan.config import LOSSES
from playground.seeds import generator

each_loss = pytest.mark.parametrize("loss", LOSSES)
NUMBERS = st.lists(st.floats(-30, 30), min_size=1, max_size=8)


def scores(seed, count=7):
    return 3 * torch.randn(count, generator=generator(seed), dtype=torch.float64)


def textbook(loss, real, fake):
    """As the papers write them: what D minimises, and G."""
    p, q = real.sigmoid(), fake.sigmoid()
    match loss:
        case "minimax":
            return -(p.log().mean() + (1 - q).log().mean()), (1 - q).log().mean()
        case "non_saturating":
            return -(p.log().mean() + (1 - q).log().mean()), -q.log().mean()
        case "least_squares":
            d = ((real - 1) ** 2).mean() / 2 + (fake**2).mean() / 2
            return d, ((fake - 1) ** 2).mean() / 2
        case "hinge":
            d = -torch.minimum(torch.zeros(()), real - 1).mean()
            return d - torch.minimum(torch.zeros(()), -fake - 1).mean(), -fake.mean()
        case "wgan_gp":
            return fake.mean() - real.mean(), -fake.mean()


@each_loss
def test_both_losses_are_those_of_the_papers(loss):
    real, fake = scores(0), scores(1, 5)
    d, g = textbook(loss, real, fake)
    torch.testing.assert_close(objectives.discriminator_loss(loss, real, fake), d)
    torch.testing.assert_close(objectives.generator_loss(loss, fake), g)


@each_loss
def test_the_slopes_are_autograds_of_the_papers_formulas(loss):
    real, fake = scores(2).requires_grad_(), scores(3, 5).requires_grad_()
    d, g = textbook(loss, real, fake)
    wanted = torch.autograd.grad(d, [real, fake], retain_graph=True)
    found = objectives.discriminator_slopes(loss, real, fake)
    torch.testing.assert_close(found, wanted)
    # What one pass gives G: D's slope times the pull.
    (pulled,) = torch.autograd.grad(g, fake)
    torch.testing.assert_close(found[1] * objectives.generator_pull(loss, fake), pulled)


@each_loss
@settings(max_examples=20)
@given(numbers=NUMBERS)
def test_the_pull_never_loses_the_generators_slope(loss, numbers):
    fake = torch.tensor(numbers)
    _, rising = objectives.discriminator_slopes(loss, fake, fake)
    wanted = objectives.slope(objectives.LOSSES[loss].generator, fake) / len(fake)
    torch.testing.assert_close(rising * objectives.generator_pull(loss, fake), wanted)


def test_a_satisfied_hinge_moves_no_discriminator_yet_pulls_the_generator():
    fake = torch.tensor([-5.0, -2.0])
    real, rising = objectives.discriminator_slopes("hinge", -fake, fake)
    assert real.abs().max() == 0
    assert 0 < rising.max() < 1e-19
    assert rising.sum() + 1.0 == 1.0
    torch.testing.assert_close(
        rising * objectives.generator_pull("hinge", fake), torch.full((2,), -0.5)
    )


def test_minimax_is_flat_where_the_generator_is_seen_through_and_non_saturating_is_steep():
    seen_through = torch.tensor([-8.0], dtype=torch.float64)
    flat = objectives.slope(objectives.LOSSES["minimax"].generator, seen_through).abs()
    steep = objectives.slope(objectives.LOSSES["non_saturating"].generator, seen_through).abs()
    assert flat.item() == pytest.approx(math.exp(-8), rel=1e-3)
    assert steep.item() == pytest.approx(1, rel=1e-3)
    # Where it deceives D completely, it is the other way round.
    deceived = -seen_through
    assert objectives.slope(objectives.LOSSES["minimax"].generator, deceived).abs() > 0.99
    assert objectives.slope(objectives.LOSSES["non_saturating"].generator, deceived).abs() < 1e-3


def test_at_balance_the_first_loss_is_two_ln_two():
    nothing = torch.zeros(4)
    assert objectives.discriminator_loss("minimax", nothing, nothing).item() == pytest.approx(
        2 * math.log(2)
    )


@settings(max_examples=10)
@given(st.floats(0, 0.4))
def test_smoothing_lowers_the_label_of_real_samples_only(smoothing):
    real, fake = scores(4), scores(5)
    wanted = cross_entropy(real, torch.full_like(real, 1 - smoothing))
    wanted += cross_entropy(fake, torch.zeros_like(fake))
    found = objectives.discriminator_loss("non_saturating", real, fake, smoothing)
    torch.testing.assert_close(found, wanted)
    squares = ((real - 1 + smoothing) ** 2 + fake**2).mean() / 2
    found = objectives.discriminator_loss("least_squares", real, fake, smoothing)
    torch.testing.assert_close(found, squares)


def linear(weight):
    """D(x) = w·x + b, whose slope is w everywhere."""
    judge = nn.Linear(len(weight), 1).double()
    with torch.no_grad():
        judge.weight.copy_(weight)
    return judge, lambda samples: judge(samples.flatten(1))[:, 0]


def test_r1_of_a_linear_judge_is_half_its_squared_length():
    weight = scores(6, 4)
    layer, judge = linear(weight)
    penalty = objectives.r1_penalty(judge, torch.randn(3, 2, 2).double(), 10.0)
    torch.testing.assert_close(penalty, 5 * weight.square().sum())
    (found,) = torch.autograd.grad(penalty, layer.weight)
    torch.testing.assert_close(found[0], 10 * weight)


def test_wassersteins_penalty_wants_a_slope_of_one():
    weight = scores(7, 4)
    layer, judge = linear(weight)
    real, fake = torch.randn(2, 3, 4).double()
    penalty = objectives.wasserstein_penalty(judge, real, fake, 10.0, generator(0))
    length = weight.norm()
    torch.testing.assert_close(penalty, 10 * (length - 1) ** 2, atol=1e-9, rtol=1e-9)
    (found,) = torch.autograd.grad(penalty, layer.weight)
    torch.testing.assert_close(found[0], 20 * (length - 1) * weight / length, atol=1e-9, rtol=1e-9)


def test_wassersteins_penalty_looks_between_real_and_fake_samples():
    seen = []

    def judge(samples):
        seen.append(samples.detach())
        return samples.square().sum(1)

    real, fake = torch.zeros(50, 3), torch.ones(50, 3)
    objectives.wasserstein_penalty(judge, real, fake, 1.0, generator(0))
    (between,) = seen
    assert (between == between[:, :1]).all(), "one share for all of a sample"
    assert between.min() >= 0
    assert between.max() <= 1
    assert between.std() == pytest.approx(12**-0.5, rel=0.25)


def test_a_dead_judge_is_fined_without_a_nan():
    layer, judge = linear(torch.zeros(4).double())
    samples = torch.randn(3, 4).double()
    penalty = objectives.wasserstein_penalty(judge, samples, samples, 10.0, generator(0))
    (found,) = torch.autograd.grad(penalty, layer.weight)
    assert found.isfinite().all()


def test_penalties_are_only_paid_where_they_are_asked_for():
    _, judge = linear(torch.ones(4).double())
    samples = torch.randn(3, 4).double()

    def owed(loss, r1, weight):
        return objectives.penalty(
            loss, judge, samples, samples, r1=r1, gradient_penalty=weight, generator=generator(0)
        )

    assert owed("hinge", 0.0, 10.0) is None
    assert owed("wgan_gp", 0.0, 0.0) is None
    assert owed("wgan_gp", 0.0, 10.0).item() == pytest.approx(10)
    assert owed("wgan_gp", 1.0, 10.0).item() == pytest.approx(12)
    assert owed("hinge", 1.0, 10.0).item() == pytest.approx(2)


def test_logits_are_shown_as_probabilities_and_scores_as_they_are():
    values = torch.tensor([0.0, 2.0])
    torch.testing.assert_close(objectives.shown("minimax", values), values.sigmoid())
    torch.testing.assert_close(objectives.shown("hinge", values), values)
    kinds = {loss: objectives.score_kind(loss) for loss in LOSSES}
    assert [loss for loss in LOSSES if kinds[loss] == "probability"] == [
        "non_saturating",
        "minimax",
    ]
    assert set(kinds.values()) == {"probability", "score"}
