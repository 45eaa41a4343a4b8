"""The endpoints of the room: what they check before anything is asked of a model."""

import pytest

from playground.attention.arguments import MOST_CHANGES, changes_of, heads_off
from playground.refused import Refused

NOTHING = {"switched_off": [], "weights": [], "blocked": [], "positions": True}


def test_no_changes_are_no_changes():
    assert changes_of(None) == changes_of({}) == changes_of("{}") == NOTHING


def test_changes_come_through_as_they_are():
    given = {
        "switched_off": [["cross", 0, 1]],
        "weights": [["encoder", 1, 0, 2, 3, 0.5]],
        "blocked": [["decoder", 0, 0, 1, 1, True]],
        "positions": False,
    }
    assert changes_of(given) == given


@pytest.mark.parametrize(
    "odd",
    [
        7, [], "[", {"other": 1}, {"positions": "no"}, {"switched_off": 3},
        {"switched_off": [["cross", 0]]}, {"switched_off": [["sideways", 0, 0]]},
        {"switched_off": [["cross", -1, 0]]}, {"switched_off": [["cross", True, 0]]},
        {"weights": [["cross", 0, 0, 0, 0, float("nan")]]},
        {"weights": [["cross", 0, 0, 0, 0, "1"]]}, {"blocked": [["cross", 0, 0, 0, 0, 1]]},
        {"weights": [["cross", 0, 0, 10**9, 0, 1.0]]},
    ],
)  # fmt: skip
def test_odd_changes_are_refused_in_a_sentence(odd):
    with pytest.raises(Refused) as refusal:
        changes_of(odd)
    for language in ("en", "zh"):
        assert len(refusal.value.say(language)) > 10


def test_too_many_changes_are_refused():
    with pytest.raises(Refused) as refusal:
        heads_off([["cross", 0, 0]] * (MOST_CHANGES + 1))
    assert refusal.value.key == "attention.many_changes"
