"""The game: both at once equals one by one, falls, repeats, closes, is undisturbed by looking."""

import copy
import math
from itertools import islice

import pytest
import torch

from playground.gan import objectives
from playground.gan.config import LOSSES
from playground.gan.training import (
    Diverged,
    averaged,
    rate_curve,
    train,
    updates,
)
from playground.seeds import generator
from tests.gan.small import KINDS, game, weights_of

each_kind = pytest.mark.parametrize("kind", KINDS)
each_loss = pytest.mark.parametrize("loss", LOSSES)


def curve(count=None, **settings):
    steps = islice(train(*game(**settings)), count)
    return [(step.generator_loss, step.discriminator_loss) for step in steps]


def batch_and_noise(state, source, config):
    """What the next update will be given; drawn from copies."""
    ahead = copy.deepcopy(state)
    real, classes = source.batch(ahead, config.batch_size)
    z = ahead.generator.noise(len(real), ahead.generators["noise"])
    return real, classes if config.classes else None, z, ahead


def textbook_gradients(state, source, config):
    """Two passes, each with its own loss: first D's on a fake that is a constant, then G's."""
    real, classes, z, ahead = batch_and_noise(state, source, config)
    fake = ahead.generator(z, classes)
    judge, smoothing = ahead.discriminator, config.label_smoothing
    d_loss = objectives.discriminator_loss(
        config.loss, judge(real, classes), judge(fake.detach(), classes), smoothing
    )
    fine = objectives.penalty(
        config.loss,
        lambda samples: judge(samples, classes),
        real,
        fake,
        r1=config.r1,
        gradient_penalty=config.gradient_penalty,
        generator=ahead.generators["noise"],
    )
    paid = d_loss if fine is None else d_loss + fine
    d_gradients = torch.autograd.grad(paid, list(judge.parameters()))
    g_loss = objectives.generator_loss(config.loss, judge(fake, classes))
    g_gradients = torch.autograd.grad(g_loss, list(ahead.generator.parameters()))
    return g_loss.item(), d_loss.item(), g_gradients, d_gradients


class Recorder:
    """In place of an optimizer: keeps what it is given."""

    def step(self, gradients, rate):
        self.gradients, self.rate = list(gradients), rate


@each_loss
@pytest.mark.parametrize("settings", [{}, {"r1": 2.0, "label_smoothing": 0.1}], ids=str)
@pytest.mark.parametrize("kind", ["convolution", "plane"])
def test_one_pass_gives_both_players_the_gradients_of_two(loss, settings, kind):
    state, source, config = game(loss=loss, **settings, **KINDS[kind])
    g_loss, d_loss, g_gradients, d_gradients = textbook_gradients(state, source, config)
    state.generator_optimizer, state.discriminator_optimizer = Recorder(), Recorder()
    step = next(train(state, source, config))
    close = {"atol": 1e-6, "rtol": 1e-4}
    torch.testing.assert_close(tuple(state.generator_optimizer.gradients), g_gradients, **close)
    torch.testing.assert_close(tuple(state.discriminator_optimizer.gradients), d_gradients, **close)
    assert step.generator_loss == pytest.approx(g_loss, abs=1e-5)
    assert step.discriminator_loss == pytest.approx(d_loss, abs=1e-5)
    length = torch.cat([each.flatten() for each in g_gradients]).norm().item()
    assert step.generator_gradient_norm == pytest.approx(length, rel=1e-4)


def test_a_judge_that_sees_through_everything_still_pulls_the_generator():
    state, source, config = game(model="mlp")
    with torch.no_grad():
        state.discriminator.body[-1].bias[0] -= 40  # D(G(z)) is 4e-18
    step = next(train(state, source, config))
    assert step.fake_score < 1e-16
    assert step.generator_loss > 35
    assert step.generator_gradient_norm > 1e-3
    state, source, config = game(model="mlp", loss="minimax")
    with torch.no_grad():
        state.discriminator.body[-1].bias[0] -= 40
    assert next(train(state, source, config)).generator_gradient_norm < 1e-15


def test_alternating_is_the_textbooks_order():
    """D learns from the old G; then G, from fresh noise, learns from the new D."""
    settings = {"updates": "alternating", "loss": "non_saturating", "average": 0.0}
    state, source, config = game(**settings)
    by_hand = copy.deepcopy(state)
    next(train(state, source, config))

    _, d_loss, _, d_gradients = textbook_gradients(by_hand, source, config)
    _, _, _, ahead = batch_and_noise(by_hand, source, config)
    by_hand.discriminator_optimizer.step(d_gradients, config.discriminator_learning_rate)
    by_hand.generators = ahead.generators
    _, classes, z, _ = batch_and_noise(by_hand, source, config)
    made, judge = by_hand.generator, by_hand.discriminator
    g_loss = objectives.generator_loss("non_saturating", judge(made(z, classes), classes))
    g_gradients = torch.autograd.grad(g_loss, list(made.parameters()))
    by_hand.generator_optimizer.step(g_gradients, config.generator_learning_rate)
    torch.testing.assert_close(weights_of(state), weights_of(by_hand), atol=1e-5, rtol=1e-3)
    again, source, config = game(**settings)
    step = next(train(again, source, config))
    assert step.discriminator_loss == pytest.approx(d_loss, abs=1e-5)
    assert step.generator_loss == pytest.approx(g_loss.item(), abs=1e-5)
    assert step.images == config.batch_size


def test_who_moves_when():
    both, g, d = (True, True), (True, False), (False, True)
    state, _, config = game(discriminator_steps=3, generator_steps=2)
    assert updates(state, config) == [d, d, both, g]
    _, _, textbook = game(updates="alternating")
    assert updates(state, textbook) == [d, d, d, g, g]
    state.turn = "generator"
    assert updates(state, config) == [g, g]
    state.turn, state.discriminator_steps = "discriminator", 1
    assert updates(state, config) == [d]


@pytest.mark.parametrize("turn", ["discriminator", "generator"])
def test_who_has_no_turn_stays_as_he_is_and_both_are_told_of(turn):
    state, source, config = game()
    state.turn = turn
    before = weights_of(state)
    (step,) = islice(train(state, source, config), 1)
    after = weights_of(state)
    moved = [
        any(not torch.equal(a, b) for a, b in zip(one, other, strict=True))
        for one, other in zip(before, after, strict=True)
    ]
    assert moved == [turn == "generator", turn == "discriminator"]
    assert math.isfinite(step.generator_loss + step.discriminator_loss + step.real_score)
    norms = step.generator_gradient_norm, step.discriminator_gradient_norm
    assert [math.isnan(each) for each in norms] == [not each for each in moved]


@each_kind
def test_the_discriminator_learns_to_tell_them_apart(kind):
    state, source, config = game(
        **KINDS[kind], batch_size=16, steps=40, discriminator_learning_rate=0.02
    )
    found = list(train(state, source, config))
    assert found[0].discriminator_loss == pytest.approx(2 * math.log(2), abs=0.3)
    assert found[-1].discriminator_loss < found[0].discriminator_loss - 0.1
    assert found[-1].real_score > found[-1].fake_score


def test_the_generator_learns_to_deceive_a_judge_that_stands_still():
    state, source, config = game(model="mlp", steps=60)
    list(islice(train(state, source, config), 20))
    state.turn = "generator"
    losses = [step.generator_loss for step in train(state, source, config)]
    assert losses[-1] < 0.7 * losses[0]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"updates": "alternating", "generator_steps": 2, "conditional": False},
        {"loss": "wgan_gp", "discriminator_steps": 2, "r1": 0.5},
    ],
    ids=str,
)
def test_the_same_seed_repeats_the_game_exactly_and_another_does_not(settings):
    one = curve(6, **settings)
    assert one == curve(6, **settings)
    assert one != curve(6, seed=4, **settings)


def test_closed_between_two_steps_it_leaves_a_state_to_go_on_from():
    whole = curve()
    state, source, config = game()
    for stretch in (3, 4, 5):  # the rates begin to fall within the second
        steps = train(state, source, config)
        before = state.step
        seen = [(step.generator_loss, step.discriminator_loss) for step in islice(steps, stretch)]
        steps.close()
        assert seen == whole[before : before + stretch]
    assert torch.is_grad_enabled()
    assert list(train(state, source, config)) == []


def test_what_is_kept_restores_the_game_exactly():
    state, source, config = game(loss="wgan_gp")
    list(islice(train(state, source, config), 7))
    kept = {
        "numbers": (
            state.step,
            state.images,
            state.generator_learning_rate,
            state.discriminator_learning_rate,
        ),
        "random": {name: each.get_state() for name, each in state.generators.items()},
        "networks": [
            copy.deepcopy(each.state_dict())
            for each in (averaged(state, config), state.generator, state.discriminator)
        ],
        "optimizers": copy.deepcopy(
            [state.generator_optimizer.state(), state.discriminator_optimizer.state()]
        ),
    }
    rest = list(train(state, source, config))

    fresh, _, _ = game(loss="wgan_gp", seed=99)
    fresh.step, fresh.images = kept["numbers"][:2]
    fresh.generator_learning_rate, fresh.discriminator_learning_rate = kept["numbers"][2:]
    for name, numbers in kept["random"].items():
        fresh.generators[name].set_state(numbers)
    networks = (fresh.averaged, fresh.generator, fresh.discriminator)
    for network, held in zip(networks, kept["networks"], strict=True):
        network.load_state_dict(held)
    optimizers = (fresh.generator_optimizer, fresh.discriminator_optimizer)
    for optimizer, held in zip(optimizers, kept["optimizers"], strict=True):
        optimizer.restore(held)
    assert list(train(fresh, source, config)) == rest
    shown = [averaged(each, config).state_dict() for each in (state, fresh)]
    assert all(torch.equal(shown[0][name], shown[1][name]) for name in shown[0])


def test_looking_between_steps_changes_nothing():
    plain = curve()
    state, source, config = game()
    seen = []
    for step in train(state, source, config):
        seen.append((step.generator_loss, step.discriminator_loss))
        made = averaged(state, config)
        made(made.noise(3, generator(0, "look", step.step)))
        state.discriminator(torch.zeros(1, 1, 28, 28))
        torch.rand(3)  # what others draw from the global generator is no concern of ours
    assert seen == plain


def test_what_is_changed_between_steps_is_in_force_at_the_next():
    state, source, config = game(steps=20)
    steps = train(state, source, config)
    assert next(steps).generator_learning_rate == config.generator_learning_rate
    state.generator_learning_rate, state.discriminator_steps = 1e-4, 3
    step = next(steps)
    assert step.generator_learning_rate == 1e-4
    assert step.images == 4 * config.batch_size
    *_, last = steps
    assert last.generator_learning_rate == pytest.approx(1e-4 * rate_curve(20, config))


@pytest.mark.parametrize("spoiled", ["generator", "discriminator"])
def test_a_player_gone_mad_is_told_before_a_weight_changes(spoiled):
    state, source, config = game(model="mlp")
    next(steps := train(state, source, config))
    with torch.no_grad():
        next(getattr(state, spoiled).parameters()).fill_(math.nan)
    other = state.discriminator if spoiled == "generator" else state.generator
    before = [each.clone() for each in other.parameters()]
    with pytest.raises(Diverged) as told:
        next(steps)
    assert told.value.step == 2
    assert told.value.learning_rates == (2e-3, 2e-3)
    assert all(map(torch.equal, before, other.parameters()))


def test_an_epoch_is_counted_where_there_is_an_end():
    state, source, config = game(batch_size=50)
    assert next(train(state, source, config)).epoch == pytest.approx(0.1)
    endless = type(source)(channels=1, size=0)
    state, _, config = game()
    assert next(train(state, endless, config)).epoch == 0
