"""Quality by the length of the source: every pair counts once, where it belongs."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from playground.attention.config import AttentionConfig
from playground.attention.lengths import LEAST, quality_by_length
from playground.attention.pairs import Part

TOY = AttentionConfig(task="reverse")


def part(lengths: list[int]) -> Part:
    texts = [(" ".join("1" * length), " ".join("2" * length)) for length in lengths]
    ids = [[3] * length for length in lengths]
    return Part(texts, ids, ids)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=200))
def test_groups_follow_each_other_and_hold_every_pair(lengths: list[int]):
    pairs = part(lengths)
    groups = quality_by_length([target for _, target in pairs.texts], pairs, TOY)
    assert sum(one["pairs"] for one in groups) == len(lengths)
    assert groups[0]["from"] == min(lengths)
    assert groups[-1]["to"] == max(lengths)
    for one, after in pairwise(groups):
        assert one["from"] <= one["to"] < after["from"]
    assert all(one["quality"] == 100 for one in groups)
    assert all(one["pairs"] >= LEAST for one in groups) or len(groups) == 1


def test_a_model_that_fails_on_long_rows_falls_off():
    pairs = part([2] * 20 + [9] * 20)
    answers = [target if len(target) < 9 else "?" for _, target in pairs.texts]
    groups = quality_by_length(answers, pairs, TOY)
    assert [(one["from"], one["quality"]) for one in groups] == [(2, 100.0), (9, 0.0)]


def test_sentences_are_judged_by_bleu():
    pairs = Part(
        [("a", "le chat est sur le tapis"), ("b b b", "il y a un chien")] * 10,
        [[3], [3, 3, 3]] * 10,
        [[3], [3]] * 10,
    )
    answers = [target for _, target in pairs.texts]
    french = AttentionConfig(task="eng-fra")
    assert [round(one["quality"]) for one in quality_by_length(answers, pairs, french)] == [100] * 2
