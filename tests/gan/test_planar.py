"""What is shown of a plane is what the two networks are at that moment; looking changes nothing."""

import copy
import math

import pytest
import torch

from playground.gan import objectives, planar
from playground.gan.config import LOSSES, GanConfig
from playground.gan.points import points
from playground.gan.training import start, train
from playground.packed import unpacked
from playground.seeds import generator


def played(steps=0, **settings):
    """A small game after so many steps: state, source, config."""
    small = {"data": "ring", "latent_size": 2, "hidden_size": 16, "batch_size": 32}
    config = GanConfig(**(small | settings))
    chances = {name: generator(0, name) for name in ("weights", "batches", "noise")}
    state = start(config, 1, **chances)
    source = points(config)
    for _, _ in zip(range(steps), train(state, source, config), strict=False):
        continue
    return state, source, config


def array(told, *shape):
    return torch.from_numpy(unpacked(told).copy()).reshape(shape)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_heat_is_what_d_says_at_each_place(loss):
    state, source, config = played(20, loss=loss)
    told = planar.frame(state, source, config)
    heat = array(told["heat"], planar.HEAT, planar.HEAT).float()
    low, high = told["range"]
    side = 2 * planar.EDGE / planar.HEAT
    # The third place from the left in the first row, which is at the top.
    place = torch.tensor([[-planar.EDGE + 2.5 * side, planar.EDGE - 0.5 * side]])
    said = objectives.shown(loss, state.discriminator(place)).item()
    assert low + (high - low) * heat[0, 2] / 255 == pytest.approx(said, abs=(high - low) / 400)
    assert told["score_kind"] == objectives.score_kind(loss)
    assert (low, high) == (0.0, 1.0) or told["score_kind"] == "score"


@pytest.mark.parametrize("loss", LOSSES)
def test_an_arrow_points_where_the_generators_loss_falls(loss):
    state, source, config = played(20, loss=loss)
    arrows = array(planar.frame(state, source, config)["arrows"], planar.ARROWS, 4)
    judge = state.discriminator.double()
    nudge = 1e-6
    for x, y, right, up in arrows[:5].double():
        around = torch.tensor([[nudge, 0], [-nudge, 0], [0, nudge], [0, -nudge]]).double()
        losses = [
            objectives.generator_loss(loss, judge((torch.stack([x, y]) + one)[None])).item()
            for one in around
        ]
        slopes = [(losses[0] - losses[1]) / (2 * nudge), (losses[2] - losses[3]) / (2 * nudge)]
        assert [-slopes[0], -slopes[1]] == pytest.approx([right.item(), up.item()], abs=1e-4)


def test_looking_does_not_disturb():
    state, source, config = played()
    seen = []
    for step in zip(range(12), train(state, source, config), strict=False):
        planar.frame(state, source, config, copy.deepcopy(state))
        planar.figures(state, source, config)
        seen.append(step[1])
    other, source, config = played()
    untouched = [step for _, step in zip(range(12), train(other, source, config), strict=False)]
    assert seen == untouched


def test_the_same_latent_points_are_shown_at_every_step():
    state, source, config = played()
    first, again = (planar.frame(state, source, config)["fake"] for _ in range(2))
    assert first == again
    next(train(state, source, config))
    moved = array(planar.frame(state, source, config)["fake"], -1, 2)
    assert 0 < (moved - array(first, -1, 2)).norm(dim=1).mean() < 0.1


@pytest.mark.parametrize("updates", ["simultaneous", "alternating"])
def test_slow_motion_shows_the_batch_that_the_step_was_made_with(updates):
    state, source, config = played(5, updates=updates)
    before = copy.deepcopy(state)
    heat = planar.frame(state, source, config)["heat"]
    step = next(train(state, source, config))
    told = planar.frame(state, source, config, before)
    slow = told["slow"]
    if updates == "simultaneous":  # else the step tells of its second batch
        assert array(slow["real_scores"], -1).mean() == pytest.approx(step.real_score, abs=1e-5)
        assert array(slow["fake_scores"], -1).mean() == pytest.approx(step.fake_score, abs=1e-5)
    assert slow["heat_before"] == heat
    assert slow["heat_after"] == told["heat"]
    shift = array(slow["heat_shift"], planar.HEAT, planar.HEAT)
    place = torch.tensor([[-1.4625, 1.4625]])
    moved = state.discriminator(place).sigmoid() - before.discriminator(place).sigmoid()
    assert shift[0, 0].item() == pytest.approx(moved.item(), abs=1e-5)
    assert shift.abs().max() > 0
    noise = array(slow["noise"], config.batch_size, 2)
    now = state.generator(noise).detach()
    assert torch.allclose(array(slow["fake_after"], -1, 2), now, atol=1e-6)
    assert not torch.allclose(array(slow["fake_before"], -1, 2), now, atol=1e-6)


def test_who_does_not_move_is_seen_to_stand_still():
    state, source, config = played(5)
    state.turn = "discriminator"
    before = copy.deepcopy(state)
    next(train(state, source, config))
    slow = planar.frame(state, source, config, before)["slow"]
    assert slow["turn"] == "discriminator"
    assert slow["fake_after"] == slow["fake_before"]
    assert array(slow["heat_shift"], -1).abs().max() > 0


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_the_net_is_a_square_of_the_latent_space(size, prior):
    state, source, config = played(latent_size=size, prior=prior)
    told = planar.frame(state, source, config)
    rows, columns = told["grid_shape"]
    grid = array(told["grid"], rows, columns, 2)
    assert (rows == 1) == (size == 1)
    corner = torch.zeros(size)
    corner[:2] = torch.special.ndtri(torch.tensor(0.01)) if prior == "normal" else -0.98
    with torch.no_grad():
        assert torch.allclose(grid[0, 0], state.generator(corner[None])[0], atol=1e-5)


def test_equal_distributions_have_no_divergence_and_disjoint_ones_a_bit():
    one = torch.tensor([0.5, 0.5, 1e-9, 1e-9])
    other = one.flip(0)
    assert planar.divergences(one, one) == pytest.approx((0.0, 0.0), abs=1e-6)
    assert planar.divergences(one, other)[1] == pytest.approx(1.0, abs=1e-3)
    assert planar.divergences(one, other)[0] > 20
    skewed = torch.tensor([0.9, 0.1])
    even = torch.tensor([0.5, 0.5])
    by_hand = 0.9 * math.log2(0.9 / 0.5) + 0.1 * math.log2(0.1 / 0.5)
    assert planar.divergences(skewed, even)[0] == pytest.approx(by_hand, abs=1e-6)
    there, back = planar.divergences(skewed, even)[1], planar.divergences(even, skewed)[1]
    assert there == pytest.approx(back, abs=1e-6)


def test_the_density_counts_points_by_place_and_forgets_none_beyond_the_screen():
    inside = torch.tensor([[-1.49, -1.49]]).repeat(600, 1)
    beyond = torch.tensor([[7.0, 0.0], [math.nan, 0.0]]).repeat(200, 1)
    shares = planar.density(torch.cat([inside, beyond]))
    assert shares.sum() == pytest.approx(1.0, abs=1e-5)
    assert shares[0] == pytest.approx(600.5 / (1000 + 0.5 * len(shares)), rel=1e-4)
    assert shares[-1] == pytest.approx(400.5 / (1000 + 0.5 * len(shares)), rel=1e-4)


def test_real_points_are_at_the_floor_and_find_all_clouds_one_cloud_finds_one():
    source = points(GanConfig(data="ring"))
    real = source.draw(2_000, generator(9, "test"))
    told = planar._figures(real, source)
    assert told["js"] == pytest.approx(told["js_floor"], abs=0.01)
    assert (told["modes"], told["mode_count"]) == (8, 8)
    collapsed = planar._figures(real[(real - torch.tensor([0.75, 0.0])).norm(dim=1) < 0.2], source)
    assert collapsed["modes"] == 1
    assert collapsed["js"] > 0.5 > told["js"]
