"""Six steps: one head from embedding to output, every number worked out from the tensors."""

import csv
import re

import numpy as np
import pytest

from playground.packed import unpacked
from tests.browser.attention_visitor import open_attention
from tests.browser.visitor import PHONE

SOURCE = "transformer-reverse"
CANVAS = ".pg-steps-stage canvas"
SAID = ".pg-steps-said"
LINE = ".pg-steps-line"
READY = ".pg-steps-picture:not(.pg-steps-waiting)"
TEXT = "3 1 4 1 5"
PHASES = 8  # stops on the way through the six steps


def open_steps(visit, **settings):
    visitor = open_attention(visit, "steps", **({"source": SOURCE, "text": TEXT} | settings))
    visitor.page.locator(READY).wait_for()
    return visitor.page


@pytest.fixture(scope="module")
def page(visit_for_all):
    return open_steps(visit_for_all, maps="cross", options={"reduced_motion": "reduce"})


@pytest.fixture(scope="module")
def answer(app):
    """What the server says of the same head."""
    return app.call("inside", source=SOURCE, text=TEXT, maps="cross")


def test_the_arrow_keys_walk_through_six_steps(page):
    reach(page, 1)
    page.evaluate("document.activeElement.blur()")
    seen, titles = [], []
    for _ in range(PHASES):
        seen.append(int(page.locator(".pg-steps-step[aria-current]").get_attribute("data-step")))
        titles.append(page.locator(".pg-steps-phase").inner_text())
        assert page.locator(".pg-steps-formula math").first.is_visible()
        assert re.search(r"= −?\d", page.locator(LINE).inner_text())
        page.keyboard.press("ArrowRight")
    assert seen == [1, 2, 3, 4, 4, 5, 6, 6]
    assert len(set(titles)) == PHASES
    page.keyboard.press("ArrowLeft")
    assert page.locator(".pg-steps-phase").inner_text() == titles[-2]


def test_a_score_is_worked_out_in_all_its_terms(page, answer):
    reach(page, 3)
    at(page, 0, 0)
    queries, keys = vectors(answer, "queries"), vectors(answer, "keys")
    lead, total, terms = worked(page)
    assert lead == "q·k"
    assert total == pytest.approx(matrix(answer, "scores")[0, 0], abs=1e-4)
    assert len(terms) == answer["size"]
    for (left, right), query, key in zip(map(factors, terms), queries[0], keys[0], strict=True):
        assert left == pytest.approx(query, abs=6e-4)
        assert right == pytest.approx(key, abs=6e-4)
    assert f"{answer['size']} products" in page.locator(SAID).inner_text()


def test_each_step_shows_the_servers_number(page, answer):
    row, column = 2, 1
    wanted = {
        "q·k": matrix(answer, "scores")[row, column],
        "q·k / √d": matrix(answer, "scaled_scores")[row, column],
        "s": matrix(answer, "scaled_scores")[row, column],
        "α": matrix(answer, "weights")[row, column],
    }
    reach(page, 3)
    for lead, value in wanted.items():
        at(page, row, column)
        shown, total, _ = worked(page)
        assert shown == lead
        assert total == pytest.approx(value, abs=1e-4)
        page.get_by_role("button", name="One step on").click()
    # Now the weighted sum: as many terms as there are keys, each a weight times a value.
    _, total, terms = worked(page)
    given, values = matrix(answer, "weights"), vectors(answer, "values")
    chosen = int(page.locator(".pg-steps-chip[aria-checked='true']").get_attribute("data-index"))
    assert total == pytest.approx(given[chosen] @ values[:, 0], abs=1e-3)
    assert len(terms) == len(answer["key_tokens"])


def test_the_table_holds_every_weight_and_its_rows_sum_to_one(page, answer):
    reach(page, 5)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    with open(download.value.path(), encoding="utf-8") as file:  # noqa: PTH123
        _, *rows = csv.reader(file)
    keys = len(answer["key_tokens"])
    weights = np.array([float(row[-1]) for row in rows]).reshape(-1, keys)
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(
        np.sort(weights, 0), np.sort(matrix(answer, "weights"), 0), atol=1e-6
    )
    page.get_by_role("button", name="Table").click()
    assert page.locator(".pg-steps .pg-live-table tbody tr").count() == len(rows)
    page.get_by_role("button", name="Table").click()


def test_hover_previews_click_locks_and_escape_releases(page):
    reach(page, 3)
    page.keyboard.press("Escape")
    page.locator(CANVAS).scroll_into_view_if_needed()
    box = page.locator(CANVAS).bounding_box()
    usual = page.locator(LINE).inner_text()
    middle = (box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.move(*middle)
    page.wait_for_function(
        "([css, was]) => document.querySelector(css).innerText !== was", arg=[LINE, usual]
    )
    hovered = page.locator(LINE).inner_text()
    page.mouse.click(*middle)
    assert page.locator(".pg-steps-locked").count() == 1
    page.mouse.move(middle[0] + 60, middle[1] - 40)
    assert page.locator(LINE).inner_text() == hovered
    page.keyboard.press("Escape")
    page.mouse.move(5, 5)
    assert page.locator(LINE).inner_text() == usual


def test_another_token_asks_when_it_is_clicked(page, answer):
    reach(page, 5)
    page.locator(".pg-steps-chip").nth(3).click()
    page.locator(".pg-steps-chip[data-index='3'][aria-checked='true']").wait_for()
    assert worked(page)[1] == pytest.approx(matrix(answer, "weights")[3].max(), abs=1e-4)
    assert page.evaluate("playground.attention.config().query") == 3
    written = answer["written_tokens"][3].strip()
    assert f"writes {written} here" in page.locator(".pg-steps-writes").inner_text()
    page.locator(".pg-steps-chip").nth(1).click()


def test_the_decoder_hides_what_is_still_to_come(visit, app):
    page = open_steps(visit, maps="decoder", options={"reduced_motion": "reduce"})
    answer = app.call("inside", source=SOURCE, text=TEXT, maps="decoder")
    reach(page, 4)
    page.get_by_role("button", name="One step on").click()
    at(page, 1, 3)
    assert "must not see" in page.locator(SAID).inner_text()
    assert "−∞" in page.locator(LINE).inner_text()
    page.get_by_role("button", name="One step on").click()
    at(page, 1, 3)
    assert worked(page)[1] == 0
    assert matrix(answer, "weights")[1, 3] == 0


def test_one_matrix_changes_gradually_and_not_at_all_slowly_for_who_wants_no_motion(visit, page):
    pictures = """async () => {
        const canvas = document.querySelector('.pg-steps-stage canvas');
        const frame = () => new Promise((go) => requestAnimationFrame(go));
        const seen = new Set([canvas.toDataURL()]);
        document.querySelectorAll('.pg-steps-bar > button')[2].click();
        const end = performance.now() + 700;
        while (performance.now() < end) { await frame(); seen.add(canvas.toDataURL()); }
        return seen.size;
    }"""
    reach(page, 3)
    assert page.evaluate(pictures) == 2
    moving = open_steps(visit, maps="cross")
    reach(moving, 3)
    moving.wait_for_timeout(500)
    assert moving.evaluate(pictures) > 2


def test_sixty_tokens_are_pointed_at_without_computing_their_pictures_anew(visit):
    page = open_steps(visit, text=" ".join("31415926" * 10), maps="encoder")
    assert page.locator(".pg-steps-chip").count() == 60
    assert "cut" in page.locator(".pg-steps-note").inner_text()
    reach(page, 5)
    page.wait_for_timeout(500)
    strokes, pictures, words = page.evaluate(
        """async (css) => {
            const canvas = document.querySelector(css);
            const box = canvas.getBoundingClientRect();
            const pen = CanvasRenderingContext2D.prototype;
            let [strokes, pictures] = [0, 0];
            const kept = {};
            for (const name of ['fillRect', 'fillText', 'stroke', 'drawImage', 'putImageData']) {
                kept[name] = pen[name];
                pen[name] = function (...given) {
                    if (name === 'putImageData') pictures++;
                    else strokes++;
                    kept[name].apply(this, given);
                };
            }
            const frame = () => new Promise((go) => requestAnimationFrame(go));
            const words = new Set();
            for (let turn = 0; turn < 10; turn++) {
                const clientX = box.left + box.width * (0.3 + turn / 30);
                const clientY = box.top + box.height * (0.3 + turn / 30);
                const moved = {clientX, clientY, bubbles: true};
                canvas.dispatchEvent(new PointerEvent('pointermove', moved));
                words.add(document.querySelector('.pg-steps-line > b').textContent);
                await frame();
                await frame();
            }
            Object.assign(pen, kept);
            return [strokes / 10, pictures, words.size];
        }""",
        CANVAS,
    )
    assert words > 5
    assert pictures == 0
    assert strokes < 400, "3,600 weights and 7,680 numbers of q and k are one image each"


def test_a_layer_that_is_not_there_is_refused_in_a_sentence(visit):
    visitor = open_attention(visit, "steps", source=SOURCE, layer=6)
    visitor.expect("inside")
    page = visitor.page
    page.locator(".pg-steps .pg-fault:not([hidden])").wait_for()
    assert page.locator(".pg-steps .pg-fault").inner_text()


def test_it_reads_well_on_a_phone_in_the_dark_in_chinese(visit):
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    page = open_steps(visit, lang="zh", theme="dark", options=options)
    for step in range(1, 7):
        reach(page, step)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("looking.faint()") == []
    assert "attention.steps" not in " ".join(page.evaluate("looking.texts('')"))


def reach(page, step):
    """The first stop of a step."""
    other = page.locator(f".pg-steps-step:not([data-step='{step}'])").first
    other.click()
    page.locator(f".pg-steps-step[data-step='{step}']").click()


def at(page, row, column):
    """Goes to a cell of the matrix with the keys."""
    canvas = page.locator(CANVAS)
    canvas.focus()
    for _ in range(8):
        if not re.match(r"(q·k|s|α)\b", page.locator(LINE).inner_text()):
            page.keyboard.press("PageDown")
    for _ in range(13):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
    for _ in range(row):
        page.keyboard.press("ArrowDown")
    for _ in range(column):
        page.keyboard.press("ArrowRight")


def worked(page):
    """Name, number and terms of what is worked out."""
    lead, total = page.locator(f"{LINE} > b").inner_text().rsplit(" = ", 1)
    terms = page.locator(f"{LINE} .pg-steps-term").all_inner_texts()
    return lead, read(total), terms


def read(text):
    return float(text.replace("−", "-").replace("∞", "inf").strip("()"))


def factors(term):
    return [read(one) for one in term.split("·")]


def matrix(answer, name):
    return unpacked(answer[name]).reshape(len(answer["query_tokens"]), -1)


def vectors(answer, name):
    return unpacked(answer[name]).reshape(-1, answer["size"])
