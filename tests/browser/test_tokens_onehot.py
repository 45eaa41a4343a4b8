"""One-hot codes: the matrix, its cost, the product that is a look-up, and distances."""

import base64
import struct

import pytest

from tests.browser.tokens_visitor import open_tokens
from tests.browser.visitor import PHONE

MATRIX = ".pg-onehot-frame canvas"
READING = ".pg-onehot-whole .pg-onehot-reading"
MAP = ".pg-onehot-map[data-kind='{}']"


@pytest.fixture(scope="module")
def page(visit_for_all):
    """The page of a visitor who looks at the story in words."""
    visitor = open_tokens(visit_for_all, "onehot", scheme="word", vocabulary_size=5000)
    # One category is too few, and the server says so.
    visitor.expect("onehot_distances")
    page = visitor.page
    page.locator(f"{MATRIX}[aria-label*='11,251']").wait_for()
    return page


@pytest.fixture(scope="module")
def strip(app):
    """What the server says of the same text."""
    return app.call("token_strip", scheme="word", vocabulary_size=5000)


def test_the_matrix_tells_token_id_and_count_of_a_cell(page, strip):
    ids = unpacked(strip["ids"])
    page.locator(MATRIX).focus()
    page.keyboard.press("Home")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    token = strip["vocabulary"]["tokens"][ids[5]]
    told = page.locator(READING).inner_text()
    assert f"Position 5 is {token}, id {ids[5]}:" in told
    assert f"{strip['vocabulary']['here'][ids[5]]:,} ones" in told
    page.keyboard.press("ArrowRight")
    told = page.locator(READING).inner_text()
    assert told.startswith("A 0.")
    assert f"Column {ids[5] + 1} is {strip['vocabulary']['tokens'][ids[5] + 1]}" in told
    page.keyboard.press("Escape")
    assert "Point at the matrix" in page.locator(READING).inner_text()


def test_pointing_follows_a_click_holds_and_escape_lets_go(page):
    box = page.locator(MATRIX).bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    page.locator(READING, has_text="Position 2").wait_for()
    page.mouse.click(box["x"] + 300, box["y"] + 100)
    held = page.locator(READING).inner_text()
    page.mouse.move(box["x"] + 500, box["y"] + 300)
    assert page.locator(READING).inner_text() == held
    page.keyboard.press("Escape")
    page.mouse.move(box["x"] + 500, box["y"] + 301)
    page.locator(READING, has_text="Position 13").wait_for()
    page.mouse.move(5, 5)


def test_only_what_is_in_sight_is_drawn(page):
    drawn = page.evaluate(
        """async (css) => {
            const canvas = document.querySelector(css);
            const kept = CanvasRenderingContext2D.prototype.fillRect;
            const frame = () => new Promise((go) => requestAnimationFrame(go));
            const turned = {deltaY: 400, bubbles: true, cancelable: true};
            let rectangles = 0;
            CanvasRenderingContext2D.prototype.fillRect = function (...box) {
                rectangles++;
                kept.apply(this, box);
            };
            const most = [];
            for (let turn = 0; turn < 20; turn++) {
                rectangles = 0;
                canvas.dispatchEvent(new WheelEvent('wheel', turned));
                await frame();
                await frame();
                most.push(rectangles);
            }
            CanvasRenderingContext2D.prototype.fillRect = kept;
            return Math.max(...most);
        }""",
        MATRIX,
    )
    assert 10 < drawn < 100, "the matrix has 11,251 ones, of which about 20 are in sight"


def test_dragging_and_zooming_move_the_matrix(page):
    shown = picture(page)
    page.get_by_role("button", name="Everything", exact=True).click()
    redrawn(page, shown)
    shown = picture(page)
    page.get_by_role("button", name="Zoom in", exact=True).click()
    redrawn(page, shown)
    shown = picture(page)
    box = page.locator(MATRIX).bounding_box()
    page.mouse.move(box["x"] + 400, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=3)
    page.mouse.up()
    redrawn(page, shown)
    page.get_by_role("button", name="Rows", exact=True).click()


def test_the_memory_is_what_the_sizes_say(page, strip):
    tokens, vocabulary = strip["stats"]["tokens"], strip["stats"]["vocabulary_size"]
    dense, sparse, ids = page.locator(".pg-onehot-size").all_inner_texts()
    assert dense == f"{4 * tokens * vocabulary / 1e6:#.3g} MB"
    assert sparse == f"{(8 * tokens + 4 * (tokens + 1)) / 1e3:.0f} kB"
    assert ids == f"{4 * tokens / 1e3:#.3g} kB"
    widths = [bar.bounding_box()["width"] for bar in page.locator(".pg-onehot-fill").all()]
    assert widths[0] > 50 * widths[1] >= 50 * widths[2] > 0
    assert page.locator(".pg-onehot-costs tbody tr").count() == 2


def test_the_product_leaves_the_row_of_the_token(visit, app):
    page = open_tokens(visit, "onehot", options={"reduced_motion": "reduce"}).page
    lines = page.locator(".pg-onehot-line:has(.pg-onehot-name)")
    lines.nth(5).locator(".pg-onehot-name").click()
    page.locator(".pg-onehot-name[aria-pressed='true']", has_text="7").wait_for()
    answer = app.call("onehot_lookup", token_id=7)
    row = [f"{value:.2f}".replace("-", "−") for value in answer["row"]]
    sums = page.locator(".pg-onehot-sum .pg-onehot-weight")
    assert sums.all_inner_texts() == row
    assert f"{answer['multiplications']:,}" in page.locator(".pg-onehot-facts").inner_text()
    # Step by step, each a still picture: zeros everywhere but in the chosen row.
    step = page.get_by_role("button", name="One step")
    step.click()
    assert not sums.first.is_visible()
    for _ in range(lines.count()):
        step.click()
    for line in lines.all():
        weights = line.locator(".pg-onehot-weight").all_inner_texts()
        chosen = line.locator(".pg-one").count() == 1
        assert weights == (row if chosen else ["0"] * len(row))
    step.click()
    assert sums.first.is_visible()


def test_one_hot_distances_are_equal_and_only_integer_codes_follow_the_order(page):
    box = page.get_by_label("Your categories")
    box.fill("cat, dog, car, tree")
    page.locator(f"{MAP.format('codes')} td[data-row='3']").first.wait_for()
    assert numbers(page, "onehot") == [[1.41 * (i != j) for i in range(4)] for j in range(4)]
    order = [[abs(i - j) for i in range(4)] for j in range(4)]
    assert numbers(page, "codes") == order
    pair = page.locator(".pg-onehot-categories .pg-onehot-reading")
    page.locator(f"{MAP.format('onehot')} td[data-row='0'][data-column='3']").hover()
    assert "cat and tree: 1.414 (√2) as one-hot vectors; |0 − 3| = 3" in pair.inner_text()
    handle = page.locator(".pg-onehot-handle", has_text="tree")
    handle.focus()
    page.keyboard.press("ArrowUp")
    page.locator(".pg-onehot-codes tr[data-row='2'] th", has_text="tree").wait_for()
    page.keyboard.press("ArrowUp")
    page.locator(".pg-onehot-codes tr[data-row='1'] th", has_text="tree").wait_for()
    assert box.input_value() == "cat, tree, dog, car"
    assert numbers(page, "codes") == order
    page.locator(f"{MAP.format('codes')} td[data-row='0'][data-column='1']").hover()
    assert "cat and tree: 1.414 (√2) as one-hot vectors; |0 − 1| = 1" in pair.inner_text()
    box.fill("cat")
    page.locator(".pg-onehot-categories .pg-fault:not([hidden])").wait_for()
    assert len(numbers(page, "codes")) == 4, "the last good maps stay"


def test_it_reads_well_on_a_phone_in_the_dark_in_chinese(visit):
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    page = open_tokens(
        visit, "onehot", corpus="story-zh", lang="zh", theme="dark", options=options
    ).page
    page.locator(".pg-onehot-handle", has_text="猫").wait_for()
    page.locator(".pg-onehot-weight").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("looking.faint()") == []


def unpacked(held):
    data = base64.b64decode(held["data"])
    kind, size = {"uint8": ("B", 1), "uint16": ("H", 2), "uint32": ("I", 4)}[held["dtype"]]
    return struct.unpack(f"<{len(data) // size}{kind}", data)


def redrawn(page, before):
    """Waits until the matrix is another picture."""
    page.wait_for_function(
        "([css, before]) => document.querySelector(css).toDataURL() !== before",
        arg=[MATRIX, before],
    )


def picture(page):
    return page.locator(MATRIX).evaluate("(one) => one.toDataURL()")


def numbers(page, kind):
    """The distances that a map shows, row by row."""
    rows = page.locator(f"{MAP.format(kind)} tbody tr").all()
    return [[float(one) for one in row.locator("td").all_inner_texts()] for row in rows]
