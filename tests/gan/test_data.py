"""Images to be imitated: batches, what is held out, own ones, and what is not there."""

import io
import os
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from playground.datasets import corpora
from playground.datasets.own_images import PREFIX, keep_images
from playground.gan import data
from playground.gan.config import OWN, GanConfig
from playground.gan.data import Images, images
from playground.refused import Refused
from playground.seeds import generator


@pytest.fixture
def few_digits(monkeypatch, tmp_path):
    """Fewer drawn digits, and a cache of their own."""
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(data, "GLYPHS", 400)
    monkeypatch.setattr(data, "GLYPHS_HELD_OUT", 40)
    data.drawn_digits.cache_clear()
    yield images(GanConfig(data="glyphs"), None)
    data.drawn_digits.cache_clear()


def drawing(seed):
    return SimpleNamespace(generators={"batches": generator(seed, "batches")})


def test_a_batch_is_of_training_images_with_their_own_classes(few_digits):
    x, classes = few_digits.batch(drawing(0), 64)
    assert x.shape == (64, 1, 28, 28)
    assert x.min() == -1
    assert 0.5 < x.max() <= 1
    for image, digit in zip(x[:8], classes[:8], strict=True):
        same = (few_digits.train == ((image + 1) * 127.5).round().byte()).all((1, 2, 3))
        assert digit in few_digits.train_classes[same]


def test_the_generator_alone_decides_which_batch_comes(few_digits):
    state = drawing(3)
    first, second = few_digits.batch(state, 16)[0], few_digits.batch(state, 16)[0]
    again = drawing(3)
    assert torch.equal(first, few_digits.batch(again, 16)[0])
    assert torch.equal(second, few_digits.batch(again, 16)[0])
    assert not torch.equal(first, second)


def test_drawn_digits_are_drawn_once_and_then_read(few_digits, monkeypatch):
    data.drawn_digits.cache_clear()
    monkeypatch.setattr(data, "glyphs", None)
    again = data.drawn_digits()
    assert torch.equal(again.train, few_digits.train)
    assert torch.equal(again.held_out_classes, few_digits.held_out_classes)


def test_a_spoilt_or_closed_cache_is_no_harm(few_digits, monkeypatch, tmp_path):
    (file,) = (tmp_path / "cache").glob("glyphs-*")
    file.write_bytes(b"spoilt")
    data.drawn_digits.cache_clear()
    assert torch.equal(data.drawn_digits().train, few_digits.train)
    (tmp_path / "file").touch()
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "file"))
    data.drawn_digits.cache_clear()
    assert torch.equal(data.drawn_digits().train, few_digits.train)


def test_of_a_limited_number_the_seed_chooses_which_and_nothing_held_out_changes(few_digits):
    some, same, others = (
        images(GanConfig(data="glyphs", max_images=50, seed=seed), None) for seed in (1, 1, 2)
    )
    assert some.size == 50
    assert torch.equal(some.train, same.train)
    assert not torch.equal(some.train, others.train)
    assert torch.equal(some.held_out, few_digits.held_out)
    assert images(GanConfig(data="glyphs", max_images=9_000), None) is few_digits


def test_a_set_that_is_not_here_is_refused_by_its_name(monkeypatch, tmp_path):
    for variable in ("PLAYGROUND_CACHE", "PLAYGROUND_DATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    with pytest.raises(Refused) as caught:
        images(GanConfig(data="mnist"), None)
    assert caught.value.key == "datasets.images_not_here"
    with pytest.raises(Refused) as caught:
        images(GanConfig(data=OWN + "0" * 64), tmp_path / "texts")
    assert caught.value.key == "datasets.images_gone"


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_a_downloaded_set_has_its_classes_and_its_names(name):
    if not (Path(os.environ.get("PLAYGROUND_DATA", "/nowhere")) / name).is_dir():
        pytest.skip(f"{name} is not on this machine")
    found = images(GanConfig(data=name), None)
    assert found.train.shape == (60_000, 1, 28, 28)
    assert found.held_out.shape == (10_000, 1, 28, 28)
    assert torch.bincount(found.held_out_classes).min() > 800
    assert found.names == (data.DIGITS if name == "mnist" else data.CLOTHES)
    assert found.judge == name


def own(tmp_path, count=20):
    file = io.BytesIO()
    chance = np.random.default_rng(0)
    with zipfile.ZipFile(file, "w") as archive:
        for at in range(count):
            one = io.BytesIO()
            Image.fromarray(chance.integers(0, 256, (28, 28, 3), np.uint8)).save(one, "PNG")
            archive.writestr(f"{at}.png", one.getvalue())
    return keep_images(file, tmp_path / "texts").address


def test_of_own_images_one_in_ten_is_held_out_and_none_is_on_both_sides(tmp_path):
    address = own(tmp_path)
    found = images(GanConfig(data=address), tmp_path / "texts")
    assert (len(found.train), len(found.held_out)) == (18, 2)
    assert found.channels == 3
    assert found.names == ()
    assert found.batch(drawing(0), 4)[1] is None
    both = torch.cat([found.train, found.held_out]).flatten(1)
    assert len(torch.unique(both, dim=0)) == 20
    assert found.judge == Images.judge


def test_the_config_and_the_folder_of_own_images_mean_the_same_address():
    assert OWN == PREFIX


def test_sets_of_images_are_listed_with_licence_and_address():
    listed = {one["name"]: one for one in corpora("images")}
    assert set(listed) == {"mnist", "fashion-mnist"}
    for one in listed.values():
        assert one["licence"]
        assert one["citation"]
        assert one["address"].startswith("http")
        assert one["size"] > 10_000_000
        assert one["title"].keys() == {"en", "zh"}
