"""A game as a worker holds it: exact resume, changes on the way, pictures, what is measured."""

import json
from itertools import islice
from pathlib import Path

import pytest
import torch

from playground import weights
from playground.gan import image_look, session
from playground.gan.config import GanConfig
from playground.gan.image_look import ImageLook, evaluated_every
from playground.gan.runs import check_change, slice_with
from playground.gan.session import GanSession, explained, open_session
from playground.gan.sheets import from_sheet
from playground.gan.training import Diverged
from playground.knobs import as_dict
from playground.packed import unpacked
from playground.refused import Refused
from playground.runs.session import Moving

PLANE = {"data": "ring", "latent_size": 2, "hidden_size": 16, "batch_size": 16, "steps": 12}
IMAGES = {
    "model": "mlp", "hidden_size": 8, "latent_size": 4, "batch_size": 8, "max_images": 200,
    "steps": 12,
}  # fmt: skip
STEP = {
    "step", "epoch", "generator_loss", "discriminator_loss", "real_score", "fake_score",
    "generator_gradient_norm", "discriminator_gradient_norm", "generator_learning_rate",
    "discriminator_learning_rate", "images", "seconds",
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def few_are_measured(monkeypatch: pytest.MonkeyPatch):
    """A measurement of a hundred images is as lawful as one of thousands, and quick."""
    monkeypatch.setattr(image_look, "SAMPLES", 100)
    monkeypatch.setattr(image_look, "evaluated_every", lambda _: 4)


def session_of(base, **settings):
    return GanSession(GanConfig(**(base | settings)))


def curve(records):
    """What must repeat: all but the time it took."""
    return [{name: value for name, value in each.items() if name != "seconds"} for each in records]


def through_a_file(one: GanSession, folder: Path) -> GanSession:
    """Another session that takes the first one's state from disk, as after a restart."""
    file = folder / "snapshot.safetensors"
    weights.write(file, *one.state())
    other = GanSession(one.config)
    other.restore(*weights.read(file))
    return other


CHANGES = (
    ("turn", "discriminator"),
    ("discriminator_steps", 2.0),  # as the store gives whole numbers back
    ("generator_learning_rate", 1e-4),
)
RESUMED = [
    (PLANE, {}),
    (PLANE, {"loss": "wgan_gp", "updates": "alternating"}),
    (IMAGES, {}),
    (IMAGES, {"model": "convolution", "channels": 1, "r1": 1.0, "average": 0.9}),
]


@pytest.mark.parametrize(("base", "settings"), RESUMED, ids=str)
def test_a_run_taken_up_again_gives_the_same_records_whoever_looks(tmp_path, base, settings):
    whole = session_of(base, **settings)
    records = whole.records()
    wanted = list(islice(records, 5))
    for change in CHANGES:
        whole.change(*change)
    wanted += list(islice(records, 3))
    whole.change("turn", "both")
    wanted += list(records)

    one = session_of(base, **settings)
    one.frame()
    seen = list(islice(one.records(), 5))
    one.sample({})
    for change in CHANGES:
        one.change(*change)
    two = through_a_file(one, tmp_path)
    taken = two.records()
    for _ in range(3):
        two.attend()
        seen.append(next(taken))
        two.frame()
    two.change("turn", "both")
    three = through_a_file(two, tmp_path)
    seen += list(three.records())
    assert curve(seen) == curve(wanted)
    ours, theirs = three.summary(), whole.summary()
    assert {**ours, "seconds": 0, "images_per_second": 0} == {
        **theirs, "seconds": 0, "images_per_second": 0,
    }  # fmt: skip
    assert three.sample({}) == whole.sample({})


@pytest.mark.parametrize("base", [PLANE, IMAGES], ids=["plane", "images"])
def test_a_record_is_plain_and_the_last_one_is_measured(base):
    one = session_of(base)
    records = list(one.records())
    assert json.loads(json.dumps(records, allow_nan=False)) == records
    assert all(set(record) == STEP | set(one.look.columns) for record in records)
    first = "js" if base is PLANE else "frechet"
    told = [record["step"] for record in records if record[first] is not None]
    assert told[-1] == 12
    assert one.progress() == {"done": 1.0, "seconds_left": 0.0}
    assert json.loads(json.dumps([one.info, one.summary()], allow_nan=False))


def test_who_does_not_move_has_no_gradient():
    one = session_of(PLANE)
    one.change("turn", "generator")
    record = next(one.records())
    assert record["discriminator_gradient_norm"] is None
    assert record["generator_gradient_norm"] > 0
    assert one.frame()["steered"]["turn"] == "generator"


def test_the_film_shows_the_same_noise_and_what_it_lies_near_to():
    one = session_of(IMAGES)
    assert isinstance(one, Moving)
    before, again = one.sample({}), one.sample({})
    assert before == again
    list(islice(one.records(), 4))
    after = one.sample({})
    assert json.loads(json.dumps(after, allow_nan=False)) == after
    made, later = from_sheet(before["sheet"]), from_sheet(after["sheet"])
    assert made.shape == later.shape == (80, 1, 28, 28)
    assert not made.equal(later)
    assert (len(after["scores"]), after["score_kind"]) == (80, "probability")
    assert all(0 <= score <= 1 for score in after["scores"])
    assert sum(after["shares"]) == pytest.approx(1)
    frame = one.frame()
    assert from_sheet(frame["sheet"]).equal(later[:20])
    assert frame["scores"] == after["scores"][:20]
    assert isinstance(one.look, ImageLook)
    copies, train = from_sheet(after["nearest"]), one.look.source.train
    assert all(any(copy.equal(known) for known in train) for copy in copies)
    apart = (later[:10].float() - copies.float()).square().mean((1, 2, 3)).sqrt() / 255
    assert after["nearest_distance"] == pytest.approx(apart.tolist(), abs=5e-3)


def test_d_is_tried_on_images_that_it_never_saw():
    one = session_of(IMAGES)
    list(islice(one.records(), 4))
    assert isinstance(one.look, ImageLook)
    held_out = one.look.history[-1]["held_out_score"]
    told = one.look.source.held_out_classes
    assert told is not None
    real = one.look.source.held_out[: image_look.HELD_OUT].float().div(127.5).sub(1)
    classes = told[: image_look.HELD_OUT]
    with torch.no_grad():
        wanted = one.training.discriminator(real, classes).sigmoid().mean().item()
    assert held_out == pytest.approx(wanted, abs=1e-6)


def test_what_is_measured_of_weights_does_not_depend_on_the_run():
    one = session_of(IMAGES)
    list(one.records())
    model = session.averaged(one.training, one.config)
    found = ImageLook(one.config, None).measure_model(model)
    assert found["frechet"] == one.look.history[-1]["frechet"]
    assert found["accuracy"] == one.look.history[-1]["accuracy"]


def test_a_snapshot_holds_what_is_needed_to_look_at_it_elsewhere():
    tensors, metadata = session_of(IMAGES).state()
    assert (metadata["slice"], metadata["step"], metadata["channels"]) == ("gan", "0", "1")
    real = json.loads(metadata["real"])
    assert from_sheet(real).shape == (60, 1, 28, 28)
    assert len(real["classes"]) == 60
    assert json.loads(metadata["class_names"])[7] == "7"
    assert {name.split(".")[0] for name in tensors} == {"model", "training", "optimizer", "random"}


def test_a_snapshot_of_another_run_is_refused():
    one = session_of(PLANE)
    others = ({"hidden_size": 17}, {"latent_size": 3})
    for other in others:
        with pytest.raises(Refused) as caught:
            one.restore(*session_of(PLANE, **other).state())
        assert caught.value.key == "gan.another_run"
    tensors, metadata = one.state()
    for broken in ({}, metadata | {"figures": "{"}, metadata | {"figures": "[]"},
                   metadata | {"step": "soon"}, metadata | {"channels": "3"}):  # fmt: skip
        with pytest.raises(Refused):
            one.restore(tensors, broken)


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("loss", "hinge", "gan.not_while_running"),
        ("__class__", 1, "gan.not_while_running"),
        ("turn", "nobody", "knobs.not_a_choice"),
        ("turn", ["both"], "knobs.not_a_choice"),
        ("generator_steps", 0, "knobs.out_of_range"),
        ("generator_steps", 1.5, "knobs.not_whole"),
        ("generator_learning_rate", float("nan"), "knobs.out_of_range"),
        ("discriminator_learning_rate", "fast", "knobs.wrong_type"),
    ],
)
def test_only_what_can_be_steered_is_changed_and_only_within_its_range(name, value, key):
    one = session_of(PLANE)
    for refuse in (
        lambda: one.change(name, value),
        lambda: check_change(as_dict(one.config), name, value),
    ):
        with pytest.raises(Refused) as caught:
            refuse()
        assert caught.value.key == key
        assert "{" not in caught.value.say("zh")


def test_a_game_that_blew_up_says_which_rate_to_try():
    fault = Diverged(3, (float("inf"), 2.0), (1.0, float("nan")), (0.1, 0.02))
    refused = explained(fault)
    json.dumps(refused.params, allow_nan=False)
    assert refused.key == "gan.diverged"
    assert (refused.params["learning_rate"], refused.params["lower_rate"]) == (0.1, 0.01)
    for language in ("en", "zh"):
        assert "{" not in refused.say(language)


def test_time_that_is_up_ends_a_run():
    one = session_of(PLANE, steps=100_000, seconds=1)
    one.seconds = 0.999999
    records = list(one.records())
    assert records[-1]["seconds"] >= 1
    assert one.progress()["done"] == 1.0
    assert list(one.records()) == []


def test_a_step_that_was_asked_for_is_shown_in_slow_motion():
    one = session_of(PLANE)
    records = one.records()
    one.attend()
    next(records)
    assert "slow" in one.frame()
    next(records)
    assert "slow" not in one.frame()
    fake = unpacked(one.frame()["fake"])
    assert len(fake)


def test_the_film_is_dense_at_first():
    one = session_of(PLANE)
    assert one.sample_seconds == 0.5
    one.seconds = 300.0
    assert one.sample_seconds == 20.0


def test_measuring_costs_a_bounded_share_of_the_steps(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    long = 100_000
    usual = evaluated_every(GanConfig(steps=long))
    assert 200 < usual < 300
    assert evaluated_every(GanConfig(steps=long, discriminator_steps=5)) == round(usual / 5)
    assert evaluated_every(GanConfig(steps=long, updates="alternating")) == round(usual / 2)
    assert evaluated_every(GanConfig(steps=long, channels=16)) < 0.7 * usual
    assert evaluated_every(GanConfig(steps=long, model="mlp")) > 2 * usual
    assert evaluated_every(GanConfig(steps=400)) == 40
    assert evaluated_every(GanConfig(batch_size=512, discriminator_steps=10)) == 10


def test_a_worker_opens_a_session_by_plain_settings(tmp_path):
    plain = slice_with(tmp_path).parse({**PLANE, "seed": 3})
    one = open_session(json.loads(json.dumps(plain)), device="cpu", texts=tmp_path)
    assert one.config == GanConfig(**{**PLANE, "seed": 3})
    with pytest.raises(Refused):
        open_session({"steps": 0}, device="cpu", texts=tmp_path)


@pytest.mark.parametrize("settings", [PLANE, IMAGES, {}, {"channels": 64, "batch_size": 512}])
def test_memory_is_estimated_from_above(settings, tmp_path):
    needed = slice_with(tmp_path).memory_bytes(settings)
    assert 10_000_000 < needed < 20_000_000_000
