"""Each distribution is where its picture says, and a batch depends on the state alone."""

from types import SimpleNamespace

import pytest
import torch

from playground.gan.config import POINT_SETS, GanConfig
from playground.gan.points import Points, plane_points, points
from playground.packed import unpacked
from playground.refused import Refused
from playground.seeds import generator

DRAWN = ";".join(f"{x / 10},{0.5}" for x in range(-8, 9))


def made(name):
    return points(GanConfig(data=name, drawn=DRAWN if name == "drawn" else ""))


@pytest.mark.parametrize("name", POINT_SETS)
def test_points_lie_on_the_screen_and_repeat_from_the_same_seed(name):
    first = made(name).draw(2_000, generator(3, "test"))
    assert first.shape == (2_000, 2)
    assert first.abs().max() < 1.3
    assert first.std(0).max() > 0.3, "it fills the screen"
    assert torch.equal(first, made(name).draw(2_000, generator(3, "test")))
    assert not torch.equal(first, made(name).draw(2_000, generator(4, "test")))


@pytest.mark.parametrize("name", POINT_SETS)
def test_a_batch_goes_on_from_where_the_state_stands(name):
    source = made(name)
    state = SimpleNamespace(generators={"points": generator(0, "points")})
    first, classes = source.batch(state, 16)
    kept = state.generators["points"].get_state()
    second, _ = source.batch(state, 16)
    assert classes is None
    assert not torch.equal(first, second)
    again = torch.Generator()
    again.set_state(kept)
    assert torch.equal(source.batch(SimpleNamespace(generators={"points": again}), 16)[0], second)


@pytest.mark.parametrize("name", ["ring", "mixture"])
def test_every_cloud_gets_its_share(name):
    source = made(name)
    drawn = source.draw(8_000, generator(1, "test"))
    assert len(source.clouds) == {"ring": 8, "mixture": 3}[name]
    for x, y, spread, share in source.clouds:
        near = (drawn - torch.tensor([x, y])).norm(dim=1) < 3 * spread
        assert near.float().mean() == pytest.approx(share, abs=0.02)


def test_the_two_bars_do_not_touch():
    y = made("disjoint").draw(2_000, generator(0, "test"))[:, 1]
    assert y.abs().min() >= 0.5 - 1e-6
    assert (y > 0).float().mean() == pytest.approx(0.5, abs=0.05)


def test_the_spiral_is_as_dense_inside_as_outside():
    """Along its way: of a curve r = a·t the arc up to t grows with t², near enough."""
    radius = made("spiral").draw(8_000, generator(0, "test")).norm(dim=1) / 0.85
    for share in (0.3, 0.5, 0.8):
        assert (radius < share).float().mean() == pytest.approx(share**2, abs=0.03)


def test_a_drawing_is_drawn_from_where_it_was_touched():
    source = Points("drawn", ((-0.5, 0.0),) * 30 + ((0.5, 0.2),) * 10)
    drawn = source.draw(4_000, generator(0, "test"))
    left = drawn[:, 0] < 0
    assert left.float().mean() == pytest.approx(0.75, abs=0.03), "touched more, drawn more"
    assert torch.allclose(drawn[left].mean(0), torch.tensor([-0.5, 0.0]), atol=0.01)
    assert torch.allclose(drawn[~left].mean(0), torch.tensor([0.5, 0.2]), atol=0.01)


@pytest.mark.parametrize("drawn", ["", "0,0;1,1", "0,0;" * 20 + "x,1", "0,0;" * 20 + "9,9"])
def test_what_is_no_drawing_is_refused(drawn):
    with pytest.raises(Refused):
        plane_points({"data": "drawn", "drawn": drawn, "count": 8, "seed": 0})


def test_the_page_gets_as_many_points_as_it_asks_for():
    told = plane_points({"data": "ring", "drawn": "", "count": 33, "seed": 5})
    assert unpacked(told["points"]).shape == (66,)
