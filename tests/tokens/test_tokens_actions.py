"""The endpoints of the Tokens room, asked through the process that counts, by anyone at all."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.datasets.own_text import keep_text
from playground.refused import Refused
from playground.tokens.config import TokensConfig
from tests.api.hostile import json_values, odd_values, says_nothing_of_the_machine

USUAL = TokensConfig()
# What each takes that has no default.
NEEDED = {
    "tokenize": {"text": "one two"},
    "onehot_distances": {"categories": ["a", "b"]},
    "neighbours": {"token": "a"},
}
NAMES = (
    "tokenize", "token_strip", "fertility", "merge_candidates", "onehot_distances",
    "onehot_lookup", "embedding", "neighbours", "embedding_sources", "frequencies", "ngram",
    "ngram_curve", "minibatches", "padding",
)  # fmt: skip


@pytest.fixture(scope="session")
def endpoints(tokens):
    return {one.name: one for one in tokens.endpoints()}


def test_these_are_the_endpoints(endpoints):
    assert tuple(endpoints) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_answers_with_its_defaults_in_plain_json(tokens, name):
    answer = tokens.ask(name, NEEDED.get(name, {}))
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


@pytest.mark.parametrize("name", NAMES)
def test_each_argument_is_explained_and_settings_keep_their_ranges(endpoints, name):
    documented = endpoints[name].plain.__doc__
    for setting in endpoints[name].settings.values():
        assert len(setting.help) > 10
        assert f"{setting.name}: " in documented


@pytest.mark.parametrize("name", NAMES)
def test_odd_arguments_end_in_an_answer_or_a_sentence(endpoints, name):
    takes = sorted(endpoints[name].settings) or ["nothing"]

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(takes), odd_values | json_values, max_size=4))
    def ask(arguments):
        try:
            answer = endpoints[name].call(NEEDED.get(name, {}) | arguments)
        except Refused as refusal:
            for language in ("en", "zh"):
                says_nothing_of_the_machine(refusal.say(language))
        else:
            json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()

    ask()


reading = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
        "corpus": st.sampled_from(["story-en", "story-zh"]),
        "learn_from": st.sampled_from(["corpus", "text"]),
        "scheme": st.sampled_from(["char", "word", "bpe", "wordpiece", "unigram"]),
        "vocabulary_size": st.integers(10, 20_000),
        "min_frequency": st.integers(1, 1000),
    },
)


@pytest.mark.parametrize(
    "name", ["token_strip", "frequencies", "ngram", "ngram_curve", "minibatches", "padding"]
)
def test_any_reading_of_any_text_is_answered_or_refused(endpoints, name):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(reading)
    def ask(arguments):
        try:
            answer = endpoints[name].call(arguments)
        except Refused as refusal:
            key = refusal.key
        else:
            key = ""
            json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()
        assert key in ("", "tokens.no_sentence") or key.startswith("tokens.too_short")

    ask()


@pytest.mark.parametrize(
    ("name", "arguments", "key"),
    [
        ("token_strip", {"text": "x" * 20_001}, "knobs.too_long"),
        ("tokenize", {"text": "x" * 200_001}, "knobs.too_long"),
        ("token_strip", {"scheme": "character"}, "knobs.not_a_choice"),
        ("token_strip", {"corpus": "bible"}, "knobs.not_a_choice"),
        ("token_strip", {"corpus": "text:" + "0" * 64}, "datasets.text_gone"),
        ("token_strip", {"vocabulary_size": 9}, "knobs.out_of_range"),
        ("token_strip", {"text": "\ud800"}, "endpoints.half_character"),
        ("onehot_distances", {"categories": ["a"]}, "tokens.bad_categories"),
        ("onehot_distances", {"categories": ["a", " a "]}, "tokens.bad_categories"),
        ("onehot_distances", {"categories": ["a", 1]}, "tokens.bad_categories"),
        ("onehot_distances", {"categories": {"a": "b"}}, "tokens.bad_categories"),
        ("onehot_distances", {"categories": ["a", "b" * 41]}, "tokens.bad_categories"),
        ("onehot_distances", {"categories": list("abcdefghijklm")}, "tokens.bad_categories"),
        ("merge_candidates", {"merges": [["t", "h", "e"]]}, "tokens.bad_merges"),
        ("merge_candidates", {"merges": {"t": "h"}}, "tokens.bad_merges"),
        ("merge_candidates", {"merges": [["t", "h"]] * 1001}, "tokens.many_merges"),
        ("merge_candidates", {"merges": [["q", "q"]]}, "text.no_such_pair"),
        ("embedding", {"source": "nobody"}, "weights.no_such_name"),
        ("embedding", {"part": "hidden"}, "knobs.not_a_choice"),
        ("neighbours", {"token": "zzz"}, "tokens.no_such_token"),
        ("ngram", {"order": 7}, "knobs.out_of_range"),
        ("minibatches", {"text": "short", "scheme": "char"}, "tokens.too_short_to_batch"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(endpoints, name, arguments, key):
    with pytest.raises(Refused) as caught:
        endpoints[name].call(NEEDED.get(name, {}) | arguments)
    assert caught.value.key == key
    for language in ("en", "zh"):
        json.dumps(caught.value.as_json(language), ensure_ascii=False).encode()


def test_tools_may_send_json_as_text(endpoints):
    listed = endpoints["onehot_distances"].call({"categories": '["red", "green"]'})
    assert listed["categories"] == ["red", "green"]
    merged = endpoints["merge_candidates"].call({"merges": '[["t", "h"]]'})
    assert merged["merges"][0]["left"] == "t"


def test_ones_own_corpus_is_read_like_any_other(tokens, endpoints):
    text = "Ein eigener Text, lang genug. 自己的文本也可以。 عَرَبِيّ 👩‍👩‍👧 x = {1: 'y'}\n" * 6
    address = keep_text(text, tokens.texts).address
    strip = endpoints["token_strip"].call({"corpus": address, "scheme": "word"})
    assert strip["text"].startswith("Ein eigener")
    assert strip["stats"]["unknown"] == 0
    assert "👩‍👩‍👧" in strip["vocabulary"]["tokens"]
    for name in ("fertility", "frequencies", "ngram", "minibatches", "padding", "merge_candidates"):
        assert endpoints[name].call({"corpus": address})


def test_the_experiments_ask_by_the_names_of_the_endpoints(tokens):
    told = tokens.ask("onehot_distances", {"categories": ["a", "b"]})
    assert told["onehot_distances"][0][1] == pytest.approx(2**0.5)
    with pytest.raises(KeyError):
        tokens.ask("no_such_question", {})
