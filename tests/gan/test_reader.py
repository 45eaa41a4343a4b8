"""A pair from a file: what was written is read, and nothing else is taken for one."""

import json

import pytest
import torch

from playground import weights
from playground.gan.reader import load
from playground.gan.sheets import sheet
from playground.gan.training import averaged
from playground.knobs import as_dict
from playground.refused import Refused
from playground.seeds import generator
from tests.gan.small import KINDS, game


def written(path, *, half=False, **settings):
    """A run's file, as snapshots hold it; gives the state and the config."""
    state, _, config = game(**settings)
    made = averaged(state, config)
    tensors = {f"model.generator.{name}": each for name, each in made.state_dict().items()}
    judge = state.discriminator.state_dict()
    tensors |= {f"model.discriminator.{name}": each for name, each in judge.items()}
    tensors |= {f"training.generator.{name}": each.clone() for name, each in judge.items()}
    if half:
        tensors = {
            name: each.half() if each.is_floating_point() else each
            for name, each in tensors.items()
        }
    metadata = {
        "slice": "gan",
        "config": json.dumps(as_dict(config)),
        "channels": "1",
        "class_names": json.dumps([str(digit) for digit in range(config.classes)]),
    }
    weights.write(path, tensors, metadata)
    return made, state.discriminator, config, tensors, metadata


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_read(kind, tmp_path):
    path = tmp_path / "weights.safetensors"
    made, judge, config, _, _ = written(path, **KINDS[kind])
    found = load(path)
    assert found.config == config
    assert found.channels == 1
    assert len(found.class_names) == config.classes
    assert found.real is None
    z = made.noise(3, generator(0))
    torch.testing.assert_close(found.generator(z), made(z))
    torch.testing.assert_close(found.discriminator(made(z)), judge(made(z)))
    assert not found.generator.training
    assert not found.discriminator.training
    everything = [*found.generator.parameters(), *found.discriminator.parameters()]
    assert not any(each.requires_grad for each in everything)
    assert load(path) is found, "kept in memory"


def test_halves_are_read_as_whole_numbers_of_float32(tmp_path):
    path = tmp_path / "weights.safetensors"
    made, _, _, _, _ = written(path, half=True)
    found = load(path).generator
    z = made.noise(3, generator(0))
    assert found(z).dtype == torch.float32
    torch.testing.assert_close(found(z), made(z), atol=2e-3, rtol=0)


def test_held_out_images_come_along(tmp_path):
    path = tmp_path / "weights.safetensors"
    _, _, _, tensors, metadata = written(path)
    real = {**sheet(torch.zeros(4, 1, 28, 28, dtype=torch.uint8)), "classes": [1, 2, 3, 4]}
    weights.write(path, tensors, {**metadata, "real": json.dumps(real)})
    assert load(path).real == real


def test_a_file_that_is_gone_is_refused(tmp_path):
    with pytest.raises(Refused) as told:
        load(tmp_path / "nothing.safetensors")
    assert told.value.key == "gan.weights_gone"


@pytest.mark.parametrize(
    "change",
    [
        {"config": "{}"},
        {"config": "no json"},
        {"channels": "2"},
        {"channels": "many"},
        {"channels": "3"},
        {"class_names": "[1]"},
        {"class_names": "3"},
        {"real": "{"},
        {"config": json.dumps({"channels": 64, "latent_size": 256})},
    ],
    ids=str,
)
def test_what_is_no_pair_of_ours_is_refused(change, tmp_path):
    path = tmp_path / "weights.safetensors"
    _, _, _, tensors, metadata = written(path)
    weights.write(path, tensors, {**metadata, **change})
    with pytest.raises(Refused) as told:
        load(path)
    assert told.value.key == "gan.not_a_model"


def test_a_pair_without_one_of_its_weights_is_refused(tmp_path):
    path = tmp_path / "weights.safetensors"
    _, _, _, tensors, metadata = written(path)
    for name in ("model.generator.body.0.weight", "model.discriminator.body.0.bias"):
        weights.write(path, {k: v for k, v in tensors.items() if k != name}, metadata)
        with pytest.raises(Refused):
            load(path)
