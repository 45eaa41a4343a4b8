"""The arithmetic of attention by hand is that of the models: the page's pure file against torch."""

import random
from pathlib import Path

import pytest
import torch

from playground.attention.multi_head import attend, masked_softmax
from tests.browser.attention_numbers import tensor

PAGE = Path(__file__).resolve().parents[2] / "playground" / "attention" / "page"


@pytest.fixture(scope="module")
def arithmetic(chromium):
    """`compute(states)` of the page's pure file, in a page that holds nothing else."""
    page = chromium.new_page()
    page.evaluate("window.playground = {attention: {}}")
    page.add_script_tag(path=PAGE / "numbers_maths.js")
    yield lambda states: page.evaluate(
        "(states) => states.map(playground.attention.numbersMaths.compute)", states
    )
    page.close()


def drawn(seed):
    """Random numbers and masks; in every third one a word sees nothing at all."""
    chance = random.Random(seed)
    count = 3 + seed % 4
    matrix = lambda rows: [[chance.gauss(0, 2) for _ in range(4)] for _ in range(rows)]  # noqa: E731
    blocked = [[int(chance.random() < 0.3) for _ in range(count)] for _ in range(count)]
    if seed % 3 == 0:
        blocked[seed % count] = [1] * count
    return {
        "x": matrix(count), "wq": matrix(4), "wk": matrix(4), "wv": matrix(4),
        "blocked": blocked, "forced": {}, "scaled": seed % 2 == 0,
    }  # fmt: skip


def test_it_computes_what_torch_computes(arithmetic):
    states = [drawn(seed) for seed in range(60)]
    for state, made in zip(states, arithmetic(states), strict=True):
        x, *weights = (tensor(state[name]) for name in ("x", "wq", "wk", "wv"))
        queries, keys, values = (x @ one for one in weights)
        blocked = torch.tensor(state["blocked"], dtype=torch.bool)
        output, shares = attend(queries, keys, values, blocked, scaled=state["scaled"])
        for name, wanted in (("q", queries), ("scores", queries @ keys.T), ("weights", shares)):
            torch.testing.assert_close(tensor(made[name]), wanted, atol=1e-6, rtol=1e-9)
        torch.testing.assert_close(tensor(made["output"]), output, atol=1e-6, rtol=1e-9)
        assert tensor(made["weights"])[blocked].eq(0).all()


def test_a_score_set_by_hand_counts_instead_of_the_computed_one(arithmetic):
    state = drawn(2) | {"forced": {"0,1": 50.0, "2,2": -3.25}}
    (made,) = arithmetic([state])
    scores = tensor(made["computed"])
    assert scores[0, 1] != 50
    scores[0, 1], scores[2, 2] = 50.0, -3.25
    assert torch.equal(tensor(made["scores"]), scores)
    divided = scores / (2 if state["scaled"] else 1)
    blocked = torch.tensor(state["blocked"], dtype=torch.bool)
    wanted = masked_softmax(divided, blocked)
    torch.testing.assert_close(tensor(made["weights"]), wanted, atol=1e-12, rtol=0)


def test_huge_scores_give_weights_that_are_numbers(arithmetic):
    state = drawn(1) | {"forced": {"0,0": 1e9, "1,0": -1e9}, "blocked": [[0] * 4] * 4}
    (made,) = arithmetic([state])
    assert tensor(made["weights"]).isfinite().all()
    torch.testing.assert_close(tensor(made["weights"]).sum(1), torch.ones(4, dtype=torch.float64))
