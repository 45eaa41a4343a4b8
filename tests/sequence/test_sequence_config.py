import pytest

from playground.knobs import parse, settings
from playground.locales import catalogue
from playground.refused import Refused
from playground.sequence.config import SequenceConfig, memory_bytes

DEFAULTS = SequenceConfig()


def test_defaults_are_accepted_and_unknown_settings_are_named():
    assert parse(SequenceConfig, {}) == DEFAULTS
    with pytest.raises(Refused, match="hiden_size"):
        parse(SequenceConfig, {"hiden_size": 3})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("cell", "transformer"),
        ("corpus", "text:1234"),
        ("layers", 5),
        ("hidden_size", 0),
        ("steps", 0),
        ("batch_size", 2.5),
        ("learning_rate", float("nan")),
        ("dropout", 0.95),
        ("bidirectional", "yes"),
        ("seed", -1),
        ("validation_share", 0.6),
    ],
)
def test_a_setting_out_of_its_range_is_refused_by_name(setting, value):
    with pytest.raises(Refused, match=setting):
        parse(SequenceConfig, {setting: value})


def test_settings_that_do_not_go_together_are_refused():
    with pytest.raises(Refused, match="letters"):
        parse(SequenceConfig, {"alphabet": "letters", "corpus": "story-zh"})
    with pytest.raises(Refused, match="vocabulary_size"):
        parse(SequenceConfig, {"alphabet": "letters", "vocabulary_size": 20})


def test_an_own_text_is_named_by_its_hash():
    name = "text:" + "a" * 64
    assert parse(SequenceConfig, {"corpus": name}).corpus == name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_setting_and_choice_has_words_in_every_language(language):
    words = catalogue(language)
    for setting in settings(SequenceConfig):
        assert f"sequence.{setting.name}" in words
        assert f"sequence.{setting.name}.help" in words
        for choice in setting.choices:
            assert f"sequence.{setting.name}.{choice}" in words


def test_memory_grows_with_the_model_the_batch_and_the_text():
    least = memory_bytes(DEFAULTS, tokens_in_corpus=10_000)
    for larger in ({"hidden_size": 1024}, {"batch_size": 256}, {"steps": 512}, {"layers": 4}):
        assert memory_bytes(parse(SequenceConfig, larger), tokens_in_corpus=10_000) > least
    assert memory_bytes(DEFAULTS, tokens_in_corpus=1_000_000) > least
    assert 0 < least < 2**30
