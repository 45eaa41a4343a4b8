"""What a discriminator sees: scores, the wall, and how near the training images come."""

import io
import json
import zipfile

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.datasets.own_images import PREFIX, keep_images
from playground.gan.eye import (
    MIDDLES,
    as_image,
    closest,
    gan_nearest,
    gan_score,
    gan_wall,
    held_out,
    ranked,
)
from playground.gan.objectives import LOSSES
from playground.gan.reader import load
from playground.gan.sampling import latent
from playground.gan.sheets import as_bytes, as_floats, from_sheet, sheet
from playground.refused import Refused
from playground.seeds import generator
from tests.gan.pairs import file_of, networks, real_images

INK = [((at * 37) % 101) / 100 for at in range(784)]


def asked(file, **more):
    return {"weights": str(file), "source": "some", **more}


def kept(folder, images):
    """(folder of texts, address) of images that a visitor brought."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for at, image in enumerate(images):
            drawn = io.BytesIO()
            Image.fromarray(image[0].numpy()).save(drawn, "PNG")
            archive.writestr(f"{at}.png", drawn.getvalue())
    packed.seek(0)
    texts = folder / "texts"
    return str(texts), keep_images(packed, texts).address


def test_ink_becomes_what_the_networks_see():
    image = as_image([0.0] * 392 + [1.0] * 392, 3)
    assert image.shape == (1, 3, 28, 28)
    assert image[0, 1, 13].unique().tolist() == [-1.0]
    assert image[0, 1, 14].unique().tolist() == [1.0]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_score_is_that_of_the_discriminator(tmp_path, loss):
    file = file_of(tmp_path, loss=loss)
    judge = load(file).discriminator
    logits = judge(as_image(INK, 1).expand(10, -1, -1, -1), torch.arange(10))
    told = gan_score(asked(file, image=INK, digit=4))
    probable = loss in ("non_saturating", "minimax")
    wanted = logits.sigmoid() if probable else logits
    assert told["scores"] == pytest.approx(wanted.tolist(), rel=1e-4, abs=1e-5)
    assert told["score"] == told["scores"][4]
    assert told["digit"] == 4
    assert told["probability"] == (told["score"] if probable else None)
    assert told["middle"] == {"least_squares": 0.5, "hinge": 0.0, "wgan_gp": None}.get(loss, 0.5)


def test_every_loss_has_a_middle_or_none():
    assert set(MIDDLES) == set(LOSSES)


def test_a_network_without_classes_is_told_none(tmp_path):
    file = file_of(tmp_path, conditional=False)
    told = gan_score(asked(file, image=INK, digit=-1))
    wanted = load(file).discriminator(as_image(INK, 1))[0].sigmoid()
    assert told["digit"] == -1
    assert told["score"] == pytest.approx(float(wanted), rel=1e-4)


def test_where_no_classifier_knows_the_images_the_best_score_chooses_the_class(tmp_path):
    file = file_of(tmp_path)
    told = gan_score(asked(file, image=INK))
    if told["judge"]:
        assert sum(told["judge"]["probabilities"]) == pytest.approx(1, abs=1e-4)
        assert told["digit"] == told["judge"]["class"]
    else:
        assert told["score"] == max(told["scores"])
    own = file_of(tmp_path, colours=3, data="pictures:" + "0" * 64)
    assert gan_score(asked(own, image=INK))["judge"] is None


def test_the_wall_has_as_many_of_each_side_and_of_the_same_classes(tmp_path):
    told = gan_wall(asked(file_of(tmp_path), count=12, seed=5))
    assert told["real"]["digits"] == told["fake"]["digits"]
    for side in ("real", "fake"):
        assert len(told[side]["scores"]) == told[side]["sheet"]["count"] == 12


@pytest.mark.parametrize("conditional", [True, False])
def test_images_of_the_wall_are_what_they_are_said_to_be(tmp_path, conditional):
    file = file_of(tmp_path, conditional=conditional)
    reader = load(file)
    told = gan_wall(asked(file, count=8, seed=1))
    images, classes = real_images(20)
    for at, tile in enumerate(from_sheet(told["real"]["sheet"])):
        (place,) = [one for one in range(20) if torch.equal(images[one], tile)]
        assert told["real"]["digits"][at] == classes[place]
    for at, (tile, seed) in enumerate(
        zip(from_sheet(told["fake"]["sheet"]), told["fake"]["seeds"], strict=True)
    ):
        z = latent(reader.generator, seed)[None]
        digit = torch.tensor([told["fake"]["digits"][at]]) if conditional else None
        made = reader.generator(z, digit)
        torch.testing.assert_close(as_bytes(made)[0].int(), tile.int(), atol=1, rtol=0)
        score = reader.discriminator(made, digit).sigmoid()
        assert told["fake"]["scores"][at] == pytest.approx(float(score), rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_how_often_it_is_right_is_counted(tmp_path, loss):
    told = gan_wall(asked(file_of(tmp_path, loss=loss), count=20, seed=2))
    real = [score > told["middle"] for score in told["real"]["scores"]]
    fake = [score <= told["middle"] for score in told["fake"]["scores"]]
    assert told["real_right"] == pytest.approx(sum(real) / 20)
    assert told["fake_right"] == pytest.approx(sum(fake) / 20)
    assert told["accuracy"] == pytest.approx(sum(real + fake) / 40)
    assert told["middle_given"] == (loss != "wgan_gp")


def test_another_seed_gives_another_wall_and_the_same_the_same(tmp_path):
    file = file_of(tmp_path)
    first, again, other = (gan_wall(asked(file, count=6, seed=seed)) for seed in (0, 0, 1))
    assert first == again
    assert first["fake"]["seeds"] != other["fake"]["seeds"]


def test_no_more_real_images_are_promised_than_there_are(tmp_path):
    told = gan_wall(asked(file_of(tmp_path, real=7), count=60))
    assert len(told["real"]["scores"]) == len(told["fake"]["scores"]) == 7


def test_a_sheet_beside_the_weights_comes_first(tmp_path):
    file = file_of(tmp_path)
    images, _ = real_images(3)
    beside = {"sheet": sheet(255 - images), "digits": [4, 5, 6]}
    (tmp_path / "held_out.json").write_text(json.dumps(beside), encoding="utf-8")
    found = held_out(load(file), asked(file))
    assert torch.equal(found.images, 255 - images)
    assert found.digits == [4, 5, 6]


@pytest.mark.parametrize("broken", ["[]", "{", '{"sheet": 7, "digits": []}', "null"])
def test_a_broken_sheet_is_refused_in_a_sentence(tmp_path, broken):
    file = file_of(tmp_path)
    (tmp_path / "held_out.json").write_text(broken, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        held_out(load(file), asked(file))
    assert refusal.value.key == "gan.eye.no_real"


def test_a_file_without_real_images_takes_those_of_its_data(tmp_path):
    images, _ = real_images(30)
    texts, data = kept(tmp_path, images)
    file = file_of(tmp_path, real=0, data=data)
    found = held_out(load(file), asked(file, texts=texts))
    assert len(found.images) == 3
    assert all(any(torch.equal(one, each) for each in images) for one in found.images)
    assert found.digits == []


@settings(max_examples=25, deadline=None)
@given(
    real=st.lists(st.integers(-3, 3), min_size=1, max_size=8),
    fake=st.lists(st.integers(-3, 3), min_size=1, max_size=8),
)
def test_the_chance_to_rank_right_counts_all_pairs(real, fake):
    pairs = [(x > y) + (x == y) / 2 for x in real for y in fake]
    found = ranked(torch.tensor(real).float(), torch.tensor(fake).float())
    assert float(found) == pytest.approx(sum(pairs) / len(pairs), abs=1e-6)


def test_the_closest_are_those_of_plain_differences():
    chance = generator(0, "closest")
    images, train = (
        torch.randint(256, (count, 1, 28, 28), generator=chance, dtype=torch.uint8)
        for count in (3, 57)
    )
    train[11] = images[1]
    apart = (as_floats(images)[:, None] - as_floats(train)[None]) / 2
    wanted = apart.square().mean((2, 3, 4)).sqrt().sort(1)
    distances, places = closest(images, train, 5)
    torch.testing.assert_close(distances, wanted.values[:, :5], atol=1e-3, rtol=1e-3)
    assert torch.equal(places[:, :2], wanted.indices[:, :2])
    assert int(places[1, 0]) == 11
    assert float(distances[1, 0]) < 1e-3
    assert closest(images, train[:2], 5)[1].shape == (3, 2)


def test_a_copy_is_found_among_the_training_images(tmp_path):
    _, network, _ = networks(data=f"{PREFIX}{'0' * 64}")
    seeds = range(4)  # one in ten is held out, not trained on
    copies = as_bytes(network(torch.stack([latent(network, seed) for seed in seeds])))
    texts, data = kept(tmp_path, torch.cat([real_images(30)[0], copies]))
    file = file_of(tmp_path, data=data)
    told = [gan_nearest(asked(file, texts=texts, seed_or_z=seed)) for seed in seeds]
    assert all(one["here"] for one in told)
    nearest = min(told, key=lambda one: one["distances"][0])
    seed = told.index(nearest)
    assert nearest["distances"][0] == pytest.approx(0, abs=2e-3)
    assert torch.equal(from_sheet(nearest["sheet"])[0], copies[seed])
    assert nearest["distances"] == sorted(nearest["distances"])
    assert nearest["usual"] > 0.2
    z = latent(network, seed).tolist()
    by_numbers = gan_nearest(asked(file, texts=texts, seed_or_z=[z]))
    assert by_numbers["distances"] == pytest.approx(nearest["distances"], abs=1e-4)


def test_without_the_training_images_that_is_said(tmp_path):
    file = file_of(tmp_path, data=f"{PREFIX}{'0' * 64}")
    told = gan_nearest(asked(file, texts=str(tmp_path / "texts"), seed_or_z=5))
    assert not told["here"]
    assert told["sheet"] is None
