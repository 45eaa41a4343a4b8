"""Digits that are drawn here: varied, repeatable, and read by a judge that never saw them."""

import torch

from playground.gan import glyphs as pen
from playground.gan import judge
from playground.gan.glyphs import WAYS, glyphs
from playground.gan.sheets import as_floats
from playground.seeds import generator


def drawn(count, seed=0):
    return glyphs(count, generator(seed, "test"))


def test_a_seed_draws_the_same_digits_again_and_another_seed_others():
    first, classes = drawn(60)
    again, same_classes = drawn(60)
    others, _ = drawn(60, seed=1)
    assert torch.equal(first, again)
    assert torch.equal(classes, same_classes)
    assert not torch.equal(first, others)


def test_they_are_white_on_black_and_no_ink_is_cut_off():
    images, _ = drawn(300)
    assert images.shape == (300, 1, 28, 28)
    assert images.dtype == torch.uint8
    rim = torch.ones(28, 28, dtype=bool)
    rim[1:-1, 1:-1] = False
    assert images[:, 0, rim].float().mean() < 1
    assert (images == 0).float().mean() > 0.6
    assert (images.amax((1, 2, 3)) > 200).all()


def test_all_digits_are_equally_frequent():
    _, classes = drawn(200)
    assert torch.bincount(classes).tolist() == [20] * 10


def test_no_two_are_alike():
    images, _ = drawn(300)
    assert len(torch.unique(images.flatten(1), dim=0)) == 300


def test_a_judge_of_mnist_reads_every_way_of_writing():
    mnist = judge.load("mnist")
    for digit, ways in enumerate(WAYS):
        for way, strokes in enumerate(ways):
            beads = pen._beaded(strokes)
            assert beads.shape == (pen.BEADS, 2)
            places = pen._written(beads.expand(40, -1, -1), generator(0, digit, way))
            ink = pen._covered(pen._nearest(places), places[..., 2].mean(1), torch.full((40,), 0.6))
            read = mnist(2 * ink[:, None] - 1).argmax(1)
            assert (read == digit).float().mean() >= 0.85, (digit, way)


def test_a_judge_of_mnist_reads_nearly_all_of_them():
    images, classes = drawn(1_000)
    _, seen = judge.load("mnist").seen(as_floats(images))
    assert (seen.argmax(1) == classes).float().mean() > 0.96


def test_a_pixel_is_as_dark_as_it_is_covered():
    dot = torch.tensor([[[14.0, 14.0, 3.0]]]).expand(1, pen.BEADS, 3)
    ink = pen._covered(pen._nearest(dot), torch.tensor([3.0]), torch.tensor([0.5]))[0]
    middle = torch.arange(28) + 0.5 - 14
    distance = (middle[:, None].square() + middle.square()).sqrt()
    assert torch.allclose(ink, (3.0 - distance + 0.5).clamp(0, 1), atol=1e-5)
    assert abs(ink.sum() - torch.pi * 9) < 1
