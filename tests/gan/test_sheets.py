"""Sheets: what is put on one comes off it again."""

import base64
import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.gan.sheets import as_bytes, as_floats, from_sheet, sheet
from playground.seeds import generator


def images(count, channels=1, height=5, width=4):
    size = (count, channels, height, width)
    return torch.randint(256, size, dtype=torch.uint8, generator=generator(count, channels))


@settings(max_examples=30)
@given(st.integers(1, 23), st.sampled_from([1, 3]), st.integers(1, 12))
def test_what_is_put_on_a_sheet_comes_off_it_again(count, channels, columns):
    put = images(count, channels)
    held = sheet(put, columns)
    assert torch.equal(from_sheet(held), put)
    assert (held["count"], held["width"], held["height"], held["channels"]) == (
        count, 4, 5, channels,
    )  # fmt: skip


def test_images_stand_row_by_row_and_what_is_left_is_black():
    put = images(5)
    held = sheet(put, 3)
    with Image.open(io.BytesIO(base64.b64decode(held["png"]))) as image:
        assert image.size == (3 * 4, 2 * 5)
        pixels = torch.from_numpy(np.array(image))
    assert torch.equal(pixels[:5, 4:8], put[1, 0])
    assert torch.equal(pixels[5:, :4], put[3, 0])
    assert pixels[5:, 8:].max() == 0


def test_floats_and_bytes_are_the_same_images():
    every = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    assert torch.equal(as_bytes(as_floats(every)), every)
    assert as_floats(every).min() == -1
    assert as_floats(every).max() == 1
    beyond = torch.tensor([-1.5, 0.0, 1.5]).reshape(1, 1, 1, 3)
    assert as_bytes(beyond).flatten().tolist() == [0, 128, 255]
    assert sheet(as_floats(every)) == sheet(every)


def test_eighty_digits_take_little_room():
    strokes = torch.zeros(80, 1, 28, 28, dtype=torch.uint8)
    strokes[:, :, 5:20, 12:15] = 200
    assert len(sheet(strokes)["png"]) < 2_000


def test_an_empty_sheet_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        sheet(images(0))


@pytest.mark.parametrize(
    "change",
    [
        {"png": "?"},
        {"png": ""},
        {"png": base64.b64encode(b"no image").decode()},
        {"count": 40},
        {"columns": 0},
        {"width": 3},
        {"channels": None},
    ],
    ids=str,
)
def test_what_is_no_sheet_is_refused(change):
    with pytest.raises(ValueError, match="not a sheet"):
        from_sheet({**sheet(images(6), 3), **change})
