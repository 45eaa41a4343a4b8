"""Writing a translation: step by step, greedily, by beam, one sentence or many."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.attention.decoding import (
    LENGTH_POWER,
    beam,
    forced,
    longest,
    score,
    translate_all,
)
from playground.attention.model import BEGIN, END, PAD
from playground.attention.pairs import padded, read_by_model
from tests.attention.small import MODELS, model_of, sentences

each_model = pytest.mark.parametrize("model", MODELS)
VARIANTS = [
    {},
    {"normalisation": "post", "positions": "learned", "decoder_layers": 3, "scaled": False},
    {"positions": "none", "encoder_layers": 2, "tied": False},
    {"model": "gru_attention", "encoder_layers": 2, "decoder_layers": 3},
    {"model": "gru", "encoder_layers": 3, "decoder_layers": 2, "tied": False},
]


def undecided(**settings):
    """A model whose sentences end after a while, and whose beginnings are of use."""
    return model_of(**{"sure": 1.5, **settings})


def log_probability(model, source, ids, *, ended=True):
    """Of a whole translation, from one full forward."""
    wanted = [*ids, END] if ended else ids
    logs = model(read_by_model([source]), forced(wanted[:-1]))[0].double()
    logs[:, [PAD, BEGIN]] = -torch.inf
    logs = logs.log_softmax(-1)
    return sum(logs[at, one].item() for at, one in enumerate(wanted))


@pytest.mark.parametrize("settings", VARIANTS, ids=str)
def test_step_by_step_the_scores_are_those_of_the_full_forward(settings):
    model = model_of(**settings)
    source, target = padded(sentences(5, 2, 4)), padded(sentences(7, 7, 7, seed=2))
    whole = model(source, target)
    cache = model.begin(source)
    for at in range(7):
        scores, cache = model.step(target[:, at], cache)
        torch.testing.assert_close(scores, whole[:, at], atol=1e-5, rtol=0)


@pytest.mark.parametrize("settings", VARIANTS, ids=str)
def test_rows_of_a_cache_can_be_chosen_repeated_and_dropped(settings):
    model = model_of(**settings)
    source, target = padded(sentences(5, 2, 4)), padded(sentences(5, 5, 5, seed=2))
    chosen = torch.tensor([2, 0, 0])
    cache = model.begin(source)
    for at in range(5):
        scores, cache = model.step(target[:, at], cache)
        if at == 2:
            source, target, cache = source[chosen], target[chosen], cache.select(chosen)
    torch.testing.assert_close(scores, model(source, target)[:, 4], atol=1e-5, rtol=0)


def greedy(model, source):
    """The likeliest next token of a full forward, again and again."""
    ids = []
    while len(ids) < longest(source):
        scores = model(read_by_model([source]), forced(ids))[0, -1].clone()
        scores[[PAD, BEGIN]] = -torch.inf
        one = int(scores.argmax())
        if one == END:
            return ids, True
        ids.append(one)
    return ids, False


@each_model
@pytest.mark.parametrize("seed", range(3))
def test_a_beam_of_one_is_greedy(model, seed):
    made = undecided(model=model, seed=seed)
    for source in sentences(1, 3, seed=seed):
        (found,) = beam(made, source, size=1)
        assert (found.ids, found.ended) == greedy(made, source)
        assert dict(translate_all(made, [source], size=1)) == {0: found.ids}


@each_model
@pytest.mark.parametrize("size", [1, 4])
def test_many_sentences_at_once_are_translated_as_each_alone(model, size):
    sources = [*sentences(3, 5, 1, 1), []]
    ended = set()
    for reluctance in (-2.5, 0.0, 3.0):  # to end a sentence
        made = undecided(model=model, seed=size)
        with torch.no_grad():
            made.output_bias[END] -= reluctance
        found = list(translate_all(made, sources, size=size))
        assert sorted(at for at, _ in found) == list(range(len(sources)))
        for at, ids in found:
            best = beam(made, sources[at], size=size)[0]
            assert ids == best.ids
            ended.add(best.ended)
    assert ended == {True, False}, "both kinds of ends are to be met"


def every_translation(model, source, most, kinds):
    """(score, ids, ended) of all there are with at most that many tokens, ends included."""
    tokens = [one for one in range(kinds) if one not in (PAD, BEGIN, END)]
    for length in range(most):
        for ids in itertools.product(tokens, repeat=length):
            yield score(log_probability(model, source, ids), length + 1), list(ids), True
    for ids in itertools.product(tokens, repeat=most):
        yield score(log_probability(model, source, ids, ended=False), most), list(ids), False


@each_model
@pytest.mark.parametrize("seed", range(3))
def test_a_beam_wide_enough_finds_the_best_of_all_translations(model, seed):
    made = undecided(model=model, vocabulary=5, seed=seed)
    source = sentences(3, vocabulary=5, seed=seed)[0]
    everything = sorted(every_translation(made, source, 4, 5), reverse=True)
    assert len(everything) == 1 + 2 + 4 + 8 + 16
    value, ids, ended = everything[0]
    found = beam(made, source, size=40, most=4)[0]
    assert found.score == pytest.approx(value, abs=1e-5)
    assert (found.ids, found.ended) == (ids, ended)
    for size in (1, 2, 4):
        assert beam(made, source, size=size, most=4)[0].score <= found.score + 1e-6


@each_model
def test_a_wider_beam_than_the_vocabulary_considers_only_what_can_be_written(model):
    made = model_of(model=model, vocabulary=5)
    for one in beam(made, [3, 4], size=8):
        for branch in one.tree:
            assert branch.id not in (PAD, BEGIN)
            assert math.isfinite(branch.log_probability)


@each_model
@pytest.mark.parametrize("size", [1, 3, 6])
def test_the_tree_tells_how_each_translation_was_found(model, size):
    made = undecided(model=model, seed=2)
    (source,) = sentences(4)
    translations = beam(made, source, size=size)
    tree = translations[0].tree
    assert [one.score for one in translations] == sorted(
        (one.score for one in translations), reverse=True
    )
    for branch in tree:
        parent = tree[branch.parent] if branch.parent >= 0 else None
        assert branch.step == (parent.step + 1 if parent else 0)
        before = parent.log_probability if parent else 0.0
        grown = before + math.log(branch.probability)
        assert branch.log_probability == pytest.approx(grown, abs=1e-6)
        assert branch.score == score(branch.log_probability, branch.step + 1)
        assert parent is None or (parent.kept and parent.id != END)
    for one in translations:
        ids, at = [], one.leaf
        while at >= 0:
            ids.append(tree[at].id)
            at = tree[at].parent
        ids.reverse()
        assert ids == [*one.ids, END] if one.ended else one.ids
        assert END not in one.ids
        assert tree[one.leaf].log_probability == one.log_probability
        wanted = log_probability(made, source, one.ids, ended=one.ended)
        assert one.log_probability == pytest.approx(wanted, abs=1e-5)


@each_model
def test_at_each_step_the_likeliest_are_kept_and_twice_as_many_considered(model):
    made = undecided(model=model)
    tree = beam(made, sentences(4)[0], size=3)[0].tree
    for _, level in itertools.groupby(tree, lambda branch: branch.step):
        branches = list(level)
        logs = [branch.log_probability for branch in branches]
        assert logs == sorted(logs, reverse=True)
        assert len(branches) == 6
        assert sum(branch.kept and branch.id != END for branch in branches) <= 3
        kept = [branch.kept for branch in branches]
        assert kept == sorted(kept, reverse=True)


@each_model
def test_a_sentence_without_an_end_stops_at_its_longest(model):
    made = model_of(model=model)
    with torch.no_grad():
        made.output_bias[END] = -1e4
    sources = sentences(2, 5)
    for source in sources:
        for found in beam(made, source, size=2):
            assert not found.ended
            assert len(found.ids) == longest(source)
    lengths = {at: len(ids) for at, ids in translate_all(made, sources, size=2)}
    assert lengths == {at: longest(source) for at, source in enumerate(sources)}
    assert len(beam(made, sources[0], size=2, most=3)[0].ids) == 3


@each_model
def test_a_model_that_ends_at_once_writes_nothing(model):
    made = model_of(model=model)
    with torch.no_grad():
        made.output_bias[END] = 1e4
    (source,) = sentences(3)
    assert beam(made, source, size=4)[0].ids == []
    assert dict(translate_all(made, [source], size=4)) == {0: []}


@given(log=st.floats(-50, -0.01), tokens=st.integers(1, 30))
def test_scores_favour_neither_the_short_nor_what_is_unlikely(log, tokens):
    assert score(log, tokens, 0.0) == log
    assert score(log, tokens, 1.0) == pytest.approx(log / tokens)
    assert score(log, tokens + 1, LENGTH_POWER) > score(log, tokens, LENGTH_POWER)
    assert score(log - 1, tokens) < score(log, tokens)


def test_searching_leaves_gradients_on_and_keeps_none():
    made = model_of()
    beam(made, [3, 4])
    stream = translate_all(made, sentences(3, 4))
    next(stream)
    assert torch.is_grad_enabled()
    stream.close()
    assert torch.is_grad_enabled()
    assert all(each.grad is None for each in made.parameters())


def test_what_is_forced_begins_with_the_start():
    assert forced([5, 6]).tolist() == [[BEGIN, 5, 6]]
    assert forced([]).tolist() == [[BEGIN]]
