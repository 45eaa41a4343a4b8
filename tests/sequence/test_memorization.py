from hypothesis import given
from hypothesis import strategies as st

from playground.sequence.memorization import held_out_match, longest_match

words = st.text(alphabet="abc", max_size=40)


def by_trying_all(sample, text):
    return max(
        (
            end - begin
            for begin in range(len(sample))
            for end in range(begin + 1, len(sample) + 1)
            if sample[begin:end] in text
        ),
        default=0,
    )


@given(sample=words, text=words)
def test_no_stretch_of_the_sample_in_the_text_is_longer(sample, text):
    match = longest_match(sample, text)
    assert match.length == len(match.text) == by_trying_all(sample, text)
    assert text[match.start : match.start + match.length] == match.text
    assert sample[match.sample_start : match.sample_start + match.length] == match.text


def test_a_recited_sample_matches_in_full():
    text = "one two three four five"
    assert longest_match("three four", text).length == 10


def test_the_baseline_is_the_median_of_held_out_stretches():
    text = "the cat sat on the mat. " * 3
    assert held_out_match(10, text, text) == 10
    assert held_out_match(5, "xyzxyzxyz", text) == 0
    assert held_out_match(10, "short", text) is None
    assert held_out_match(0, text, text) is None
