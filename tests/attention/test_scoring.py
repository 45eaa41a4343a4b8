import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st

from playground.attention.model import END
from playground.attention.pairs import prepare
from playground.attention.scoring import bleu, first, quality, translated
from tests.attention.small import config_of, model_of

TRANSLATIONS = ["Le chat dort ici.", "Je ne sais pas !", "Où est-elle, donc ?", ""]
REFERENCES = ["Le chat dort là.", "Je n'en sais rien !", "Où est-elle ?", "Rien du tout."]


def test_french_is_scored_as_sacrebleu_scores_by_default():
    wanted = sacrebleu.corpus_bleu(TRANSLATIONS, [REFERENCES]).score
    assert 0 < wanted < 100
    assert bleu(TRANSLATIONS, REFERENCES) == wanted


def test_chinese_is_scored_by_characters():
    ours, theirs = ["我不知道她住在哪里。", "他来了。"], ["我不知道她住哪儿。", "他已经来了。"]
    wanted = sacrebleu.corpus_bleu(ours, [theirs], tokenize="zh").score
    assert bleu(ours, theirs, chinese=True) == wanted
    assert wanted > bleu(ours, theirs) + 10


def test_a_perfect_translation_has_a_hundred():
    assert bleu(REFERENCES, REFERENCES) == pytest.approx(100)


def test_toys_are_scored_by_the_share_that_is_exactly_right():
    part = first(prepare(config_of()).validation, 4)
    right = [target for _, target in part.texts]
    assert quality(right, part, config_of()) == 100
    assert quality([*right[:3], "9 9"], part, config_of()) == 75


@pytest.mark.parametrize(("task", "chinese"), [("eng-cmn", True), ("eng-fra", False)])
def test_languages_are_scored_by_their_own_words(task, chinese):
    part = first(prepare(config_of()).validation, 2)
    part.texts[:] = [("a", "我不知道她住哪儿。"), ("b", "他已经来了。")]
    ours = ["我不知道她住在哪里。", "他来了。"]
    wanted = bleu(ours, [target for _, target in part.texts], chinese=chinese)
    assert quality(ours, part, config_of(task=task)) == wanted


def test_every_source_gets_its_translation_in_the_order_of_the_part():
    data = prepare(config_of())
    part, model = first(data.validation, 5), model_of(vocabulary=data.target.size)
    together = translated(model, part, data.target, beam=2)
    assert len(together) == 5
    for at, text in enumerate(together):
        (alone,) = translated(model, sliced(part, at), data.target, beam=2)
        assert text == alone
    model.output_bias.data[END] = 1e4
    assert translated(model, part, data.target) == [""] * 5


def sliced(part, at):
    where = slice(at, at + 1)
    return type(part)(part.texts[where], part.sources[where], part.targets[where])


@given(count=st.integers(1, 60))
def test_a_sample_is_spread_over_the_part_and_the_same_every_time(count):
    part = prepare_once()
    sample = first(part, count)
    assert len(sample) == min(count, len(part))
    assert sample == first(part, count)
    places = [part.texts.index(pair) for pair in sample.texts]
    assert places == sorted(set(places))
    assert sample.sources == [part.sources[at] for at in places]
    assert sample.targets == [part.targets[at] for at in places]


def prepare_once(kept=[]):  # noqa: B006 - prepared for the first example only
    if not kept:
        kept.append(prepare(config_of()).test)
    return kept[0]
