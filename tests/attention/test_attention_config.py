import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.attention.config import (
    MODELS,
    TASKS,
    AttentionConfig,
    memory_bytes,
    parameter_count,
    run_name,
)
from playground.attention.model import BEGIN
from playground.attention.training import losses, translator
from playground.knobs import as_dict, parse
from playground.refused import Refused
from playground.seeds import generator
from tests.attention.small import config_of

DEFAULTS = AttentionConfig()


@settings(max_examples=60)
@given(
    model=st.sampled_from(MODELS),
    head_size=st.integers(2, 5).map(lambda half: 2 * half),
    chosen=st.fixed_dictionaries({
        "encoder_layers": st.integers(1, 3),
        "decoder_layers": st.integers(1, 3),
        "heads": st.integers(1, 3),
        "feedforward_size": st.integers(4, 20),
        "positions": st.sampled_from(["sinusoidal", "learned", "none"]),
        "normalisation": st.sampled_from(["pre", "post"]),
        "tied": st.booleans(),
        "scaled": st.booleans(),
    }),
    vocabularies=st.tuples(st.integers(3, 40), st.integers(3, 40)),
)  # fmt: skip
def test_parameters_are_as_many_as_counted(model, head_size, chosen, vocabularies):
    config = config_of(model=model, hidden_size=head_size * chosen["heads"], **chosen)
    config.check()
    made = translator(config, *vocabularies)
    counted = sum(weight.numel() for weight in made.parameters())
    assert parameter_count(config, *vocabularies) == counted
    assert sum(tensor.numel() for tensor in made.state_dict().values()) == counted


def used_bytes(config, kinds):
    """What one step holds: weights, gradients, both moments, and what is kept for the gradient."""
    kept: dict[int, int] = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    model = translator(config, kinds, kinds).initialise(generator(0))
    shape = (config.batch_tokens // config.max_tokens, config.max_tokens)
    ids = torch.randint(3, kinds, shape, generator=generator(1))
    given_ids = torch.cat([torch.full_like(ids[:, :1], BEGIN), ids[:, 1:]], 1)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        _, smoothed = losses(model(ids, given_ids, generator(2)), ids, config.label_smoothing)
    assert smoothed.requires_grad
    weights = sum(weight.numel() for weight in model.parameters())
    return 4 * 4 * weights + sum(kept.values())


@pytest.mark.parametrize(
    "settings",
    [
        {"task": "eng-fra", "vocabulary_size": 2000, "hidden_size": 64, "feedforward_size": 128},
        {"task": "eng-fra", "vocabulary_size": 300, "encoder_layers": 4, "decoder_layers": 4},
        {"heads": 8, "hidden_size": 16, "feedforward_size": 16, "max_tokens": 128},
        {"model": "gru_attention", "hidden_size": 64, "max_tokens": 64},
        {"model": "gru", "hidden_size": 64, "decoder_layers": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_run_needs_less_memory_than_reckoned(settings, dropout):
    shared = {"batch_tokens": 1024, "max_tokens": 16, "label_smoothing": 0.1, "dropout": dropout}
    config = config_of(**{**shared, **settings})
    kinds = config.symbols + 5 if config.is_toy else config.vocabulary_size + 3
    # What every run is allowed beside its tensors must not hide what they take.
    assert used_bytes(config, kinds) < memory_bytes(config, pairs=0) - 32_000_000


def test_memory_grows_with_the_model_the_batch_and_the_pairs():
    least = memory_bytes(DEFAULTS, pairs=1000)
    for larger in ({"hidden_size": 512}, {"batch_tokens": 8192}, {"encoder_layers": 6},
                   {"max_tokens": 128}, {"feedforward_size": 2048}):  # fmt: skip
        assert memory_bytes(parse(AttentionConfig, larger), pairs=1000) > least
    assert memory_bytes(DEFAULTS, pairs=200_000) > least
    words = parse(AttentionConfig, {"task": "eng-fra", "vocabulary_size": 16_000})
    assert memory_bytes(words, pairs=1000) > least
    assert 0 < least < 2**28


def test_defaults_are_accepted_and_unknown_settings_are_named():
    assert parse(AttentionConfig, {}) == DEFAULTS
    assert DEFAULTS.is_toy
    with pytest.raises(Refused, match="widht"):
        parse(AttentionConfig, {"widht": 3})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("model", "oracle"),
        ("task", "eng-tlh"),
        ("max_tokens", 3),
        ("symbols", 1),
        ("symbols", 37),
        ("length", 0),
        ("encoder_layers", 0),
        ("decoder_layers", 7),
        ("heads", 0),
        ("hidden_size", 513),
        ("dropout", 1.0),
        ("label_smoothing", -0.1),
        ("batch_tokens", 2.5),
        ("learning_rate", float("nan")),
        ("causal", "yes"),
        ("schedule", "linear"),
        ("seed", -1),
    ],
)
def test_a_setting_out_of_its_range_is_refused_by_name(setting, value):
    with pytest.raises(Refused, match=setting):
        parse(AttentionConfig, {setting: value})


def test_heads_that_do_not_divide_the_size_are_refused():
    with pytest.raises(Refused) as caught:
        parse(AttentionConfig, {"hidden_size": 64, "heads": 3})
    assert caught.value.params == {"hidden_size": 64, "heads": 3}


def test_sines_and_cosines_need_an_even_size():
    with pytest.raises(Refused) as caught:
        parse(AttentionConfig, {"hidden_size": 9, "heads": 3})
    assert caught.value.key == "attention.odd_size"
    learned = {"hidden_size": 9, "heads": 3, "positions": "learned"}
    assert parse(AttentionConfig, learned).hidden_size == 9


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("task", TASKS)
def test_a_run_is_named_for_its_model_size_and_task(model, task):
    name = run_name(as_dict(config_of(model=model, task=task, encoder_layers=3)))
    assert name.startswith({"transformer": "Transformer", "gru": "GRU 3+1"}.get(model, "GRU + "))
    assert "3+1" in name
    assert name.endswith(f"8 · {task}")
