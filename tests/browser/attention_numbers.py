"""Someone who does attention by hand: numbers set and read on the page, checked against torch."""

import json

import torch

from playground.attention.multi_head import masked_softmax
from tests.browser.attention_visitor import open_attention

CELL = "[data-matrix='{}'] .pg-numbers-cell[data-row='{}'][data-column='{}']"
SAID, WORKED = ".pg-numbers-what", ".pg-numbers-how"
MATRICES = (
    "x", "wq", "wk", "wv", "q", "k", "v", "scores", "divided", "blocked", "weights", "output",
)  # fmt: skip


def open_numbers(visit, **settings):
    visitor = open_attention(visit, "numbers", **settings)
    visitor.page.locator(CELL.format("output", 0, 0)).wait_for()
    return visitor.page


def tensor(rows):
    return torch.tensor(rows, dtype=torch.float64)


def begin(page, preset):
    page.keyboard.press("Escape")
    page.locator(f"[data-preset='{preset}']").click()


def write(page, name, row, column, text):
    page.locator(CELL.format(name, row, column)).focus()
    page.keyboard.press("Enter")
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def shown(page, name, row, column):
    """The whole number behind a cell that can be set."""
    return float(page.locator(CELL.format(name, row, column)).get_attribute("aria-valuenow"))


def texts(page, name):
    css = f"[data-matrix='{name}'] .pg-numbers-cell"
    return page.locator(css).all_inner_texts()


def all_texts(page):
    return {name: texts(page, name) for name in MATRICES}


def rows_of(values, page, name):
    wide = page.locator(f"[data-matrix='{name}'] tbody tr").count()
    return [
        values[at : at + len(values) // wide] for at in range(0, len(values), len(values) // wide)
    ]


def matrix(page, name):
    """The numbers as they are shown, to two places."""
    return rows_of([float(one.replace("−", "-")) for one in texts(page, name)], page, name)


def exact(page, name):
    css = f"[data-matrix='{name}'] .pg-numbers-cell"
    held = page.locator(css).evaluate_all(
        "all => all.map(one => +one.getAttribute('aria-valuenow'))"
    )
    return rows_of(held, page, name)


def agree(page, forced=None):
    """What is shown is what torch makes of the numbers that can be set."""
    x, *weights = (tensor(exact(page, name)) for name in ("x", "wq", "wk", "wv"))
    queries, keys, values = (x @ one for one in weights)
    scores = queries @ keys.T
    for place, value in (forced or {}).items():
        row, column = json.loads(f"[{place}]")
        scores[row, column] = value
    count = len(x)
    hidden = [one == "−∞" for one in texts(page, "blocked")]
    blocked = torch.tensor(hidden).view(count, count)
    on = page.locator(".pg-numbers-scale input").is_checked()
    shares = masked_softmax(scores / 2 if on else scores, blocked)
    for name, wanted in (("weights", shares), ("output", shares @ values)):
        near = tensor(matrix(page, name))
        torch.testing.assert_close(
            near, wanted, atol=0.051 if wanted.abs().max() > 9 else 0.0051, rtol=0
        )
