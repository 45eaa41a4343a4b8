"""Attention by hand: what its beginnings, masks and set scores show, and cells worked out."""

import pytest

from tests.browser.attention_numbers import (
    CELL,
    SAID,
    WORKED,
    agree,
    begin,
    exact,
    matrix,
    open_numbers,
    shown,
    write,
)


@pytest.fixture(scope="module")
def page(visit_for_all):
    return open_numbers(visit_for_all)


def test_every_beginning_shows_what_it_says(page):
    begin(page, "itself")
    weights = matrix(page, "weights")
    assert all(weights[at][at] > 0.9 for at in range(4))
    begin(page, "equal")
    assert {value for row in matrix(page, "weights") for value in row} == {0.25}
    begin(page, "dominates")
    assert all(row[1] > 0.9 for row in matrix(page, "weights"))
    begin(page, "saturated")
    sharp = matrix(page, "weights")
    assert all(max(row) > 0.9 for row in sharp)
    page.get_by_role("switch", name="÷ √d").click()
    agree(page)
    soft = matrix(page, "weights")
    assert sum(map(max, soft)) < sum(map(max, sharp))
    begin(page, "causal")
    weights = matrix(page, "weights")
    assert all(weights[row][column] == 0 for row in range(4) for column in range(row + 1, 4))
    assert weights[0][0] == 1


def test_cells_of_the_mask_are_switched_and_painted(page):
    begin(page, "start")
    page.locator(CELL.format("blocked", 1, 0)).click()
    assert matrix(page, "weights")[1][0] == 0
    own = page.get_by_role("radio", name="Own")
    assert own.get_attribute("aria-checked") == "true"
    # Across a whole row: whoever sees nothing attends to nothing.
    boxes = [page.locator(CELL.format("blocked", 2, at)).bounding_box() for at in range(4)]
    page.mouse.move(boxes[0]["x"] + 9, boxes[0]["y"] + 9)
    page.mouse.down()
    for box in boxes[1:]:
        page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.up()
    assert matrix(page, "weights")[2] == [0, 0, 0, 0]
    assert matrix(page, "output")[2] == [0, 0, 0, 0]
    agree(page)
    page.locator(CELL.format("output", 2, 0)).hover()
    assert "sees no word at all" in page.locator(SAID).inner_text()
    page.get_by_role("radio", name="Causal").click()
    assert own.get_attribute("aria-checked") == "false"
    own.click()
    assert matrix(page, "weights")[2] == [0, 0, 0, 0], "one's own mask is kept"
    page.locator(CELL.format("blocked", 2, 1)).focus()
    page.keyboard.press("Space")
    assert matrix(page, "weights")[2] == [0, 1, 0, 0]
    agree(page)


def test_a_score_set_by_hand_is_marked_and_can_be_released(page):
    begin(page, "start")
    computed = shown(page, "scores", 0, 3)
    write(page, "scores", 0, 3, "12.5")
    cell = page.locator(CELL.format("scores", 0, 3))
    assert "pg-forced" in cell.get_attribute("class")
    assert matrix(page, "weights")[0][3] > 0.9
    agree(page, {"0,3": 12.5})
    cell.hover()
    assert "to 12.5. Computed, it would be" in page.locator(SAID).inner_text()
    write(page, "x", 0, 0, "1")
    assert shown(page, "scores", 0, 3) == 12.5, "it stays whatever else changes"
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    page.get_by_role("button", name="Release scores set by hand: 1").click()
    assert shown(page, "scores", 0, 3) == computed
    assert "pg-forced" not in cell.get_attribute("class")


def test_a_cell_is_worked_out_in_full_with_its_sources_lit(page):
    begin(page, "start")
    x, weights = exact(page, "x"), exact(page, "wq")
    page.locator(CELL.format("q", 2, 1)).hover()
    terms = page.locator(WORKED).inner_text().replace("−", "-")
    wanted = sum(x[2][at] * weights[at][1] for at in range(4))
    assert float(terms.rpartition("= ")[2]) == pytest.approx(wanted, abs=1e-3)
    assert terms.count("·") == 4
    lit = page.evaluate(
        "[...document.querySelectorAll('.pg-lit')].map((one) => [one.closest('[data-matrix]')"
        ".dataset.matrix, +one.dataset.row, +one.dataset.column])"
    )
    assert sorted(map(tuple, lit)) == sorted(
        [("x", 2, at) for at in range(4)] + [("wq", at, 1) for at in range(4)]
    )
    page.locator(CELL.format("weights", 1, 1)).click()
    held = page.locator(WORKED).inner_text()
    share = matrix(page, "weights")[1][1]
    assert float(held.rpartition("= ")[2]) == pytest.approx(share, abs=0.006)
    page.locator(CELL.format("q", 0, 0)).hover()
    assert page.locator(WORKED).inner_text() == held, "a click holds"
    page.keyboard.press("Escape")
    page.locator(CELL.format("q", 0, 1)).hover()
    assert page.locator(WORKED).inner_text() != held


def test_three_to_six_words_each_with_its_own_numbers(page):
    begin(page, "start")
    before = exact(page, "x")
    add, remove = (page.get_by_role("button", name=one) for one in ("+ word", "Remove this word"))
    add.click()
    add.click()
    assert add.count() == 0
    assert exact(page, "x")[:4] == before
    agree(page)
    for _ in range(3):
        remove.first.click()
    assert remove.count() == 0
    assert exact(page, "x")[0] == before[3]
    agree(page)
    box = page.get_by_label("Word; its name is only a label").first
    box.fill("<b>tea</b>")
    box.press("Enter")
    page.locator("[data-matrix='scores'] tbody th", has_text="<b>tea</b>").first.wait_for()
    assert page.locator(".pg-numbers b b").count() == 0
    page.get_by_role("button", name="Reset", exact=True).click()
    assert exact(page, "x") == before
