"""Quality against closed forms and slow loops; what real, copied and broken images get."""

import math

import pytest
import torch

from playground.gan import quality
from playground.gan.data import Images
from playground.gan.glyphs import glyphs
from playground.gan.quality import Measure, census, frechet, kid, nearest
from playground.gan.sheets import as_floats
from playground.seeds import generator


def normal(rows, columns, seed=0):
    return torch.randn(rows, columns, generator=generator(seed, "rows"), dtype=torch.float64)


def whitened(rows, columns, seed=0):
    """Rows whose mean is exactly 0 and whose covariance is exactly 1."""
    x = normal(rows, columns, seed)
    x = x - x.mean(0)
    factor = torch.linalg.cholesky(x.T @ x / (rows - 1))
    return torch.linalg.solve_triangular(factor, x.T, upper=False).T


def test_frechet_of_normal_distributions_is_their_closed_form():
    x, y = whitened(400, 6), whitened(300, 6, seed=1)
    assert frechet(x, y) == pytest.approx(0, abs=1e-9)
    assert frechet(x + 2, y) == pytest.approx(6 * 4)
    # Of N(0, a²) and N(0, b²): (a − b)² in each direction.
    scale = torch.tensor([1.0, 2.0, 0.5, 3.0, 1.0, 0.0], dtype=torch.float64)
    assert frechet(x * scale, y) == pytest.approx((scale - 1).square().sum().item(), abs=1e-6)


def test_frechet_of_any_spread_is_that_of_the_matrix_root():
    x, y = normal(500, 5) @ normal(5, 5, 2), normal(400, 5, 1) @ normal(5, 5, 3) + 1
    a, b = torch.cov(x.T), torch.cov(y.T)
    root = torch.linalg.eigvals(a @ b).sqrt().real.sum()
    direct = (x.mean(0) - y.mean(0)).square().sum() + a.trace() + b.trace() - 2 * root
    assert frechet(x, y) == pytest.approx(direct.item())
    assert frechet(y, x) == pytest.approx(direct.item())


def test_the_kernel_distance_is_that_of_the_sums_written_out():
    x, y = normal(7, 4), normal(9, 4, 1) + 0.5

    def k(a, b):
        return (float(a @ b) / 4 + 1) ** 3

    within_x = sum(k(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j) / (7 * 6)
    within_y = sum(k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j) / (9 * 8)
    between = sum(k(a, b) for a in x for b in y) / (7 * 9)
    assert kid(x, y) == pytest.approx(within_x + within_y - 2 * between)


def test_the_kernel_distance_of_two_draws_of_the_same_is_unbiased():
    found = [kid(normal(60, 8, 2 * seed), normal(60, 8, 2 * seed + 1)) for seed in range(40)]
    spread = torch.tensor(found).std() / math.sqrt(len(found))
    assert abs(sum(found) / len(found)) < 3 * spread
    assert min(found) < 0


def test_the_census_counts_what_is_most_probable():
    seen = torch.eye(10)[torch.arange(40) % 10]
    told = census(seen)
    assert told.shares == (0.1,) * 10
    assert told.entropy == pytest.approx(1)
    assert told.confidence == 1
    only = census(torch.eye(10)[torch.full((9,), 4)])
    assert only.entropy == 0
    assert only.shares[4] == 1
    two = census(torch.tensor([[0.6, 0.4, 0.0], [0.1, 0.9, 0.0]]))
    assert two.least_class == 2
    assert two.confidence == pytest.approx(0.75)
    assert two.entropy == pytest.approx(math.log(2) / math.log(3))


@pytest.fixture(scope="module")
def digits():
    train, held_out = (glyphs(count, generator(0, "quality", count)) for count in (900, 600))
    return Images(*train, *held_out)


def test_the_nearest_training_image_is_found_as_by_trying_all(digits, monkeypatch):
    monkeypatch.setattr(quality, "_ROWS", 128)
    asked = digits.held_out[:12]
    which, distance = nearest(asked, digits.train)
    apart = (asked[:, None].float() - digits.train[None].float()) / 255
    every = apart.square().mean((2, 3, 4)).sqrt()
    assert torch.equal(which, every.argmin(1))
    assert torch.allclose(distance, every.amin(1), atol=1e-6)
    again, same = nearest(as_floats(asked), digits.train)
    assert torch.equal(again, which)
    assert torch.allclose(same, distance)


def test_a_copy_is_found_at_no_distance_in_pixels_and_in_features(digits):
    copies = as_floats(digits.train[40:44])
    for judge in (None, Measure(digits).judge):
        which, distance = nearest(copies, digits.train, judge)
        assert which.tolist() == [40, 41, 42, 43]
        assert distance.max() < 1e-3


def test_black_and_white_are_a_distance_of_one_apart():
    black, white = torch.zeros(1, 1, 28, 28, dtype=torch.uint8), torch.ones(1, 1, 28, 28)
    assert nearest(white, black)[1].item() == 1


def giving(images):
    """As a generator gives images: the next ones at each asking."""
    rest = iter(as_floats(images).split(500))
    return lambda count: next(rest)[:count]


def in_turn(digits, count):
    """Held-out images, their classes in turn."""
    queues = [iter((digits.train_classes == digit).nonzero()[:, 0]) for digit in range(10)]
    return digits.train[torch.stack([next(queues[at % 10]) for at in range(count)])]


def test_real_images_reach_the_floor_and_broken_ones_do_not(digits):
    measure = Measure(digits, samples=500)
    real = measure(giving(in_turn(digits, 500)), classes=10)
    assert real["frechet"] < 2.5 * measure.floor["frechet"]
    assert real["accuracy"] > 0.95
    assert real["entropy"] > 0.98
    assert real["confidence"] > 0.9
    assert real["memorized"] == 1, "they are the training images"

    blurred = torch.nn.functional.avg_pool2d(digits.train[:500].float(), 9, 1, 4).byte()
    noise = torch.randint(256, (500, 1, 28, 28), generator=generator(0, "n"), dtype=torch.uint8)
    ones = digits.train[digits.train_classes == 1][:90].repeat(6, 1, 1, 1)[:500]
    for name, broken in {"blurred": blurred, "noise": noise, "ones": ones}.items():
        found = measure(giving(broken))
        assert found["frechet"] > 4 * real["frechet"], name
        assert found["kid"] > real["kid"], name
        assert found["accuracy"] is None
    assert found["entropy"] < 0.2
    assert found["shares"][1] > 0.95
    assert found["shares"][found["least_class"]] == 0


def test_held_out_images_are_not_taken_for_copies(digits):
    assert Measure(digits).memorized(as_floats(digits.held_out[:100])) <= 0.05


def test_of_own_images_there_is_no_census_but_a_distance(digits):
    coloured = digits.train[:40].expand(-1, 3, -1, -1)
    measure = Measure(Images(coloured[:36], None, coloured[36:], None, ()), samples=40)
    found = measure(giving(coloured))
    assert found["frechet"] == pytest.approx(0, abs=1e-3)
    assert measure.floor["frechet"] > 0
    assert found["memorized"] > 0.85
    for name in ("shares", "entropy", "confidence", "least_class", "accuracy"):
        assert found[name] is None


def test_measuring_twice_gives_the_same(digits):
    first, again = (Measure(digits, samples=100) for _ in range(2))
    assert first(giving(digits.train)) == again(giving(digits.train))
    assert first.floor == again.floor
