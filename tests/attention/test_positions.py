import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.attention.positions import sinusoidal

widths = st.integers(1, 64).map(lambda half: 2 * half)


@given(width=widths, distance=st.integers(0, 40))
def test_the_dot_product_of_two_places_depends_on_their_distance_alone(width, distance):
    table = sinusoidal(90, width).double()
    products = (table[: 90 - distance] * table[distance:]).sum(1)
    torch.testing.assert_close(products, products[:1].expand_as(products), atol=1e-5, rtol=0)
    assert products[0] <= width / 2 + 1e-5


@given(width=widths, place=st.integers(0, 80))
def test_even_columns_are_sines_and_odd_ones_cosines_of_the_same_angles(width, place):
    row = sinusoidal(place + 1, width)[place]
    for column in range(width):
        angle = place / 10_000 ** ((column - column % 2) / width)
        wave = math.cos if column % 2 else math.sin
        assert row[column].item() == pytest.approx(wave(angle), abs=1e-6)


def test_all_numbers_lie_between_minus_one_and_one_and_each_place_is_another():
    table = sinusoidal(160, 16)
    assert table.dtype == torch.float32
    assert table.abs().max() <= 1
    apart = torch.cdist(table, table) + 9 * torch.eye(160)
    assert apart.min() > 0.1


def test_a_longer_table_begins_as_a_shorter_one():
    assert torch.equal(sinusoidal(200, 10)[:50], sinusoidal(50, 10))
