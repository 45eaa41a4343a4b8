import pytest

from playground.attention.config import ROWS, TOYS
from playground.attention.toys import SYMBOLS, answer, toy_rows
from playground.refused import Refused

each_task = pytest.mark.parametrize("task", TOYS)
FEW = [(2, 3), (3, 2), (10, 1), (36, 1), (2, 12)]


@pytest.mark.parametrize(
    ("task", "symbols", "length"),
    [("reverse", 10, 8), ("sort", 2, 40), *(("copy", *few) for few in FEW)],
)
def test_no_row_stands_in_two_parts_or_twice(task, symbols, length):
    parts = toy_rows(task, symbols=symbols, length=length)
    rows = [source for part in parts for source, _ in part]
    assert len(rows) == len(set(rows))
    assert all(len(part) >= 2 for part in parts)
    for row in rows:
        taken = row.split()
        assert 1 <= len(taken) <= length
        assert set(taken) <= set(SYMBOLS[:symbols])


def test_where_there_are_enough_rows_the_parts_have_their_sizes():
    sizes = dict(zip(ROWS, map(len, toy_rows("copy", symbols=10, length=8)), strict=True))
    assert sizes == ROWS


@pytest.mark.parametrize(("symbols", "length"), FEW)
def test_of_few_rows_each_part_has_its_share(symbols, length):
    train, validation, test = toy_rows("copy", symbols=symbols, length=length)
    there = sum(symbols**size for size in range(1, length + 1))
    assert len(train) + len(validation) + len(test) >= min(there, sum(ROWS.values())) // 2
    assert len(train) >= max(len(validation), len(test))


@each_task
def test_the_same_rows_every_time(task):
    assert toy_rows(task, symbols=3, length=4) == toy_rows(task, symbols=3, length=4)
    other = toy_rows("sort" if task == "copy" else "copy", symbols=3, length=4)
    assert toy_rows(task, symbols=3, length=4) != other


def test_answers_are_the_row_backwards_or_in_order_or_itself():
    assert answer("2 b 0 a 2", "copy") == "2 b 0 a 2"
    assert answer("2 b 0 a 2", "reverse") == "2 a 0 b 2"
    assert answer("2 b 0 a 2", "sort") == "0 2 2 a b"


@pytest.mark.parametrize(("symbols", "length"), [(2, 1), (9, 1), (2, 2)])
def test_too_few_rows_are_refused(symbols, length):
    with pytest.raises(Refused) as caught:
        toy_rows("copy", symbols=symbols, length=length)
    assert caught.value.key == "attention.few_rows"
