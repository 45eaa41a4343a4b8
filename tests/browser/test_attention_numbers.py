"""Attention by hand: every way to change a number, and that nothing is lost."""

import csv
import math

import pytest

from tests.browser.attention_numbers import (
    CELL,
    MATRICES,
    agree,
    all_texts,
    begin,
    matrix,
    open_numbers,
    shown,
    write,
)
from tests.browser.visitor import PHONE

SETTABLE = ("x", "wq", "wk", "wv", "scores")


@pytest.fixture(scope="module")
def page(visit_for_all):
    return open_numbers(visit_for_all)


def test_typing_a_number_is_followed_by_all_that_depends_on_it(page):
    begin(page, "start")
    before = all_texts(page)
    write(page, "x", 1, 2, "-7,5")  # a comma will do
    assert shown(page, "x", 1, 2) == -7.5
    agree(page)
    after = all_texts(page)
    assert [name for name in MATRICES if before[name] != after[name]] == [
        "x", "q", "k", "v", "scores", "divided", "weights", "output",
    ]  # fmt: skip


def test_what_followed_from_an_edit_is_marked_for_a_moment(page):
    begin(page, "start")
    page.wait_for_function("!document.querySelector('.pg-follows')")
    marked = page.evaluate(
        """() => {
            const cell = document.querySelector("[data-matrix='x'] .pg-numbers-cell");
            const turn = new KeyboardEvent('keydown', {key: 'ArrowUp', bubbles: true});
            cell.dispatchEvent(turn);
            const marked = [...document.querySelectorAll('.pg-follows')];
            return marked.map((one) => one.closest('[data-matrix]').dataset.matrix);
        }"""
    )
    assert len(marked) > 20
    assert "x" not in marked
    page.wait_for_function("!document.querySelector('.pg-follows')")


@pytest.mark.parametrize("matrix", SETTABLE)
def test_arrow_keys_turn_a_number_by_a_tenth(page, matrix):
    begin(page, "start")
    cell = page.locator(CELL.format(matrix, 1, 1))
    cell.focus()
    first = shown(page, matrix, 1, 1)
    page.keyboard.press("ArrowUp")
    assert shown(page, matrix, 1, 1) == pytest.approx(first + 0.1, abs=1e-4)
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowUp")
    last = shown(page, matrix, 1, 1)
    assert last == pytest.approx(first + 0.8, abs=1e-4)
    agree(page, {"1,1": last} if matrix == "scores" else None)
    page.keyboard.press("Control+z")
    assert shown(page, matrix, 1, 1) == first, "turns of one number are one step back"


def test_dragging_turns_a_number_and_is_one_step_back(page):
    begin(page, "start")
    first = shown(page, "wk", 2, 3)
    box = page.locator(CELL.format("wk", 2, 3)).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40, steps=4)
    assert shown(page, "wk", 2, 3) == pytest.approx(first + 1.0)
    page.mouse.move(x, y + 20, steps=4)
    page.mouse.up()
    assert shown(page, "wk", 2, 3) == pytest.approx(first - 0.5)
    agree(page)
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    assert shown(page, "wk", 2, 3) == first
    page.get_by_role("button", name="Redo (Ctrl+Shift+Z)").click()
    assert shown(page, "wk", 2, 3) == pytest.approx(first - 0.5)
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()


def test_what_is_no_number_is_refused_where_it_stands(page):
    begin(page, "start")
    first = shown(page, "x", 0, 0)
    page.locator(CELL.format("x", 0, 0)).focus()
    for text in ("1e9", "--3"):
        page.keyboard.press("Enter")
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
        fault = page.locator(".pg-numbers-reading .pg-fault:not([hidden])")
        assert f"“{text}” is no number" in fault.inner_text()
        page.keyboard.press("Escape")
        assert fault.count() == 0
        assert shown(page, "x", 0, 0) == first


def test_an_edit_touches_only_the_cells_that_change(page):
    begin(page, "start")
    page.evaluate(
        """() => {
            window.touched = new Set();
            window.watcher = new MutationObserver((changes) => {
                for (const {target} of changes) {
                    const one = target.nodeType === 1 ? target : target.parentElement;
                    const cell = one.closest('.pg-numbers-cell');
                    if (cell) touched.add(cell);
                }
            });
            const all = {subtree: true, characterData: true, attributes: true, childList: true};
            watcher.observe(document.querySelector('.pg-numbers-flow'),
                {...all, attributeFilter: ['style', 'aria-valuenow']});
        }"""
    )
    before = all_texts(page)
    page.locator(CELL.format("wv", 0, 0)).focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(50)
    names = page.evaluate(
        "[...touched].map((one) => one.closest('[data-matrix]').dataset.matrix).sort()"
    )
    page.evaluate("watcher.disconnect()")
    after = all_texts(page)
    changed = sum(
        one != other
        for name in MATRICES
        for one, other in zip(before[name], after[name], strict=True)
    )
    assert set(names) == {"wv", "v", "output"}
    assert changed <= len(names) <= 1 + 4 + 4, "one column of values and of outputs"


def test_an_edit_is_drawn_within_a_frame(page):
    """With six words; the quickest of many, because the machine may be busy with others."""
    begin(page, "start")
    for _ in range(2):
        page.get_by_role("button", name="+ word").click()
    times = page.evaluate(
        """async () => {
            const cell = document.querySelector("[data-matrix='x'] .pg-numbers-cell");
            const times = [];
            cell.focus();
            for (let turn = 0; turn < 60; turn++) {
                const key = turn % 10 < 5 ? 'ArrowUp' : 'ArrowDown';
                const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
                const begun = performance.now();
                cell.dispatchEvent(event);
                document.body.getBoundingClientRect();  // the layout counts, too
                times.push(performance.now() - begun);
                await new Promise((go) => requestAnimationFrame(go));
            }
            return times.sort((a, b) => a - b);
        }"""
    )
    assert times[0] <= 16
    while page.get_by_role("button", name="Remove this word").count() > 4:
        page.get_by_role("button", name="Remove this word").last.click()


def test_the_numbers_outlast_a_change_of_language_and_a_reload(visit):
    page = open_numbers(visit, lang="en")
    write(page, "wv", 3, 3, "7.25")
    page.locator(CELL.format("blocked", 0, 1)).click()
    numbers = {name: matrix(page, name) for name in MATRICES if name != "blocked"}
    page.evaluate("playground.setLanguage('zh')")
    page.get_by_role("button", name="撤销（Ctrl+Z）").wait_for()
    assert {name: matrix(page, name) for name in numbers} == numbers
    page.reload(wait_until="commit")
    page.locator(CELL.format("output", 0, 0)).wait_for()
    assert {name: matrix(page, name) for name in numbers} == numbers
    page.get_by_role("button", name="撤销（Ctrl+Z）").click()
    page.get_by_role("button", name="撤销（Ctrl+Z）").click()
    assert shown(page, "wv", 3, 3) == -1


def test_the_visitors_own_sentence_gives_the_words(visit):
    page = open_numbers(visit, text="Birds%20do%20not%20swim!")
    heads = page.locator("[data-matrix='x'] tbody th").all_inner_texts()
    assert heads == ["Birds", "do", "not", "swim"]


def test_the_numbers_can_be_taken_home(page):
    begin(page, "start")
    with page.expect_download() as found:
        page.get_by_role("button", name="CSV").click()
    lines = list(csv.DictReader(found.value.path().read_text(encoding="utf-8").splitlines()))
    assert len(lines) == 4 * 4 * 12
    weights = [float(line["value"]) for line in lines if line["matrix"] == "weights"]
    assert all(math.isclose(sum(weights[at : at + 4]), 1) for at in range(0, 16, 4))
    with page.expect_download() as found:
        page.get_by_role("button", name="PNG").click()
    assert found.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("theme", "options"), [
    ("light", {}), ("dark", {"viewport": PHONE, "has_touch": True, "is_mobile": True}),
])  # fmt: skip
def test_it_reads_well_in_both_themes_and_on_a_phone(visit, theme, options):
    page = open_numbers(visit, lang="zh", theme=theme, options=options)
    begin(page, "saturated")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("looking.faint()") == []
