"""What of a model is never opened, never run and never believed; and whose folders are read."""

import json
import os
import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file

from playground.attention import borrowed as module
from playground.attention.borrowed import borrowed, borrowed_models
from playground.attention.borrowed_places import find, places
from playground.refused import Refused
from tests.attention.borrowed.borrowing import refusal

ELSEWHERE = "attention.models.outside"


def alter(folder, **settings):
    """Other settings in a model's config."""
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | settings))


class Trap:
    """A pickle that leaves a mark when it is opened."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return (os.mkdir, (str(self.mark),))


@pytest.mark.parametrize("file", ["pytorch_model.bin", "model.ckpt"])
def test_a_pickle_is_never_opened(models, tmp_path, file):
    mark = tmp_path / "opened"
    (models / "bert" / file).write_bytes(pickle.dumps(Trap(mark)))
    assert borrowed({"model_name": "bert", "text": "the cat"})["kind"] == "encoder"
    (models / "bert" / "model.safetensors").unlink()
    alter(models / "bert", note="asked anew")
    assert refusal("bert") == "pickle"
    assert not mark.exists()


def test_code_that_comes_with_a_model_is_never_run(models, tmp_path):
    mark = tmp_path / "run"
    (models / "bert" / "modeling_own.py").write_text(f"import os\nos.mkdir({str(mark)!r})\n")
    own = {"AutoConfig": "modeling_own.Own", "AutoModel": "modeling_own.Own"}
    alter(models / "bert", model_type="own", auto_map=own)
    assert refusal("bert") == "own_code"
    alter(models / "bert", model_type="bert", auto_map=own)
    assert borrowed({"model_name": "bert", "text": "the cat"})["architecture"] == "BertModel"
    assert not mark.exists()


@pytest.mark.parametrize(("settings", "key"), [
    ({"model_type": "no such kind"}, "unknown_kind"),
    ({"model_type": ["bert"]}, "unknown_kind"),
    ({"vocab_size": 10**12}, "odd_config"),
    ({"num_hidden_layers": 100_000}, "odd_config"),
    ({"hidden_size": 1 << 20, "intermediate_size": 1 << 20}, "too_large"),
    ({"num_hidden_layers": 3}, "incomplete"),
    ({"hidden_size": 32}, "incomplete"),
    ({"quantization_config": {"load_in_4bit": True}}, "quantised"),
])  # fmt: skip
def test_settings_are_not_believed(models, settings, key):
    alter(models / "bert", **settings)
    assert refusal("bert") == key


def test_damaged_files_are_told_in_a_sentence(models):
    weights = models / "bert" / "model.safetensors"
    whole = weights.read_bytes()
    for content in (b"", whole[:100], whole[:-4], b"\xff" * 100):
        weights.write_bytes(content)
        assert refusal("bert") == "damaged"
    weights.unlink()
    assert refusal("bert") == "no_weights"
    for content in ("", "[]", "{", "[" * 100_000, '{"a": "\\ud800'):
        (models / "gpt2" / "config.json").write_text(content)
        assert refusal("gpt2") == "damaged"
    (models / "t5" / "tokenizer.json").unlink()
    assert refusal("t5") == "no_tokenizer"


def test_weights_that_are_no_numbers_are_told(models):
    file = models / "bert" / "model.safetensors"
    tensors = load_file(file)
    save_file({name: torch.full_like(one, torch.nan) for name, one in tensors.items()}, file,
              metadata={"format": "pt"})  # fmt: skip
    assert refusal("bert") == "not_finite"


def test_an_index_cannot_name_files_elsewhere(models):
    file = models / "bert" / "model.safetensors"
    stranger = models / "stranger.safetensors"
    file.rename(stranger)
    index = models / "bert" / "model.safetensors.index.json"
    for name in ("../stranger.safetensors", str(stranger), "..", "", "a/b.safetensors"):
        index.write_text(json.dumps({"metadata": {}, "weight_map": {"embeddings": name}}))
        assert refusal("bert") == "damaged"


def test_shards_beside_an_index_are_read_together(models):
    file = models / "bert" / "model.safetensors"
    tensors = load_file(file)
    before = borrowed({"model_name": "bert", "text": "the cat"})
    halves = sorted(tensors)[::2], sorted(tensors)[1::2]
    placed = {}
    for at, names in enumerate(halves, 1):
        shard = f"model-{at:05}-of-00002.safetensors"
        held = {name: tensors[name] for name in names}
        save_file(held, file.with_name(shard), metadata={"format": "pt"})
        placed |= dict.fromkeys(names, shard)
    file.unlink()
    index = file.with_name("model.safetensors.index.json")
    index.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": placed}))
    alter(models / "bert", note="asked anew")
    after = borrowed({"model_name": "bert", "text": "the cat"})
    assert after["maps"] == before["maps"]


@pytest.mark.parametrize("name", [
    "..", "../bert", "./bert", "~", "~root/bert", "/etc", "//etc/passwd", "\\\\host\\share",
    "C:\\models\\bert", "c:/models", ".hidden",
])  # fmt: skip
def test_no_folder_but_the_owners_is_read_or_told_from_others(name, models):
    with pytest.raises(Refused) as refused:
        find(name)
    assert refused.value.key == ELSEWHERE


def test_whether_something_is_elsewhere_cannot_be_found_out(models):
    """The same words for what is there and for what is not."""
    (models.parent / "secret").mkdir()
    (models.parent / "secret" / "config.json").write_text("{}")
    said = set()
    for name in ("secret", "nothing"):
        for written in (f"{models.parent}/{name}", f"{models}/../{name}"):
            with pytest.raises(Refused) as refused:
                find(written)
            said.add(str(refused.value))
    assert len(said) == 1


@pytest.mark.parametrize("name", [
    "bert/../../secret", "a/b/c/d/e", "a//b", "a b", "bert\0", "ｂert", "-bert", "bert-",
    "a--b", "a..b", "model.git", "https://example.com/bert", "x" * 200, "bert?", "%2e%2e/bert",
])  # fmt: skip
def test_odd_names_are_refused_before_any_file_is_looked_for(name, models):
    with pytest.raises(Refused) as refused:
        find(name)
    assert refused.value.key == "attention.models.odd_name"
    assert str(models) not in str(refused.value)


def test_a_link_out_of_the_owners_folder_is_not_followed(models):
    (models / "bert").rename(models.parent / "moved")
    (models / "bert").symlink_to(models.parent / "moved")
    assert find("bert") is None
    assert "bert" not in [one.name for one in places()]


def test_a_model_can_be_named_by_its_path_or_its_address(models):
    """Its path, as far as it lies in the owner's folder."""
    (models / "team").mkdir()
    (models / "bert").rename(models / "team" / "bert")
    told = "team/bert", f"{models}/team/bert", " https://huggingface.co/team/bert/tree/main "
    assert [find(name).name for name in told] == ["team/bert"] * 3
    assert "team/bert" in [one.name for one in places()]


def test_without_the_extra_a_sentence_says_how_to_add_it(monkeypatch):
    monkeypatch.setattr(module, "installed", lambda: False)
    assert borrowed_models()["installed"] is False
    with pytest.raises(Refused, match=r"requirements-extras\.txt"):
        borrowed({"model_name": "bert", "text": "the cat"})
