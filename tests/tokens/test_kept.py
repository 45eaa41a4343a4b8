"""What was worked out is kept within its bounds."""

import pytest

from playground.tokens.kept import Kept


def test_what_is_held_is_not_made_again():
    kept, made = Kept(most_bytes=100, most_entries=10), []

    def make():
        made.append(1)
        return "value"

    assert [kept.get("key", make, len) for _ in range(3)] == ["value"] * 3
    assert made == [1]
    assert "key" in kept
    assert "other" not in kept


def test_the_one_not_used_for_longest_goes_first():
    kept = Kept(most_bytes=100, most_entries=3)
    for key in "abcab":
        kept.get(key, lambda: 0, lambda _: 1)
    kept.get("d", lambda: 0, lambda _: 1)
    assert [key for key in "abcd" if key in kept] == ["a", "b", "d"]
    assert kept.bytes == len(kept) == 3


def test_bytes_are_bounded_and_what_is_too_large_is_given_but_not_kept():
    kept = Kept(most_bytes=10, most_entries=100)
    for key in range(20):
        kept.get(key, lambda: "", lambda _: 3)
    assert kept.bytes == 9
    assert kept.get("large", lambda: "given", lambda _: 11) == "given"
    assert "large" not in kept
    assert kept.bytes == 9


def test_a_fault_is_passed_on_and_nothing_is_kept():
    kept = Kept(most_bytes=10, most_entries=10)
    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: 1 // 0, lambda _: 1)
    assert len(kept) == kept.bytes == 0
