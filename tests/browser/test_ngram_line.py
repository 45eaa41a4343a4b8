"""The chart of curves beside what counting reaches, and in units that compare across tokens."""

import math
import re

import pytest

from tests.browser.visitor import Visitor

SMALL = {
    "corpus": "story-en", "hidden_size": 8, "batch_size": 8, "steps": 8, "vocabulary_size": 150,
    "max_tokens": 4000, "epochs": 1, "seconds": 0,
}  # fmt: skip
# Keeps what the chart writes on its canvas, and forgets it when it is drawn anew.
_LISTEN = """() => {
    const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
    window.written = new Map();
    Object.assign(CanvasRenderingContext2D.prototype, {
        clearRect(...box) { written.set(this.canvas, []); return clearRect.apply(this, box); },
        fillText(text, ...where) {
            written.set(this.canvas, [...(written.get(this.canvas) ?? []), text]);
            return fillText.call(this, text, ...where);
        },
    });
}"""
_LINES = """() => (written.get(document.querySelector('.pg-curves canvas')) ?? [])
    .filter((text) => /n-gram|元语法/.test(text))"""


def lines(visitor: Visitor, count: int) -> list[str]:
    """The labels of the dotted lines, once there are so many."""
    visitor.page.wait_for_function(f"(count) => ({_LINES})().length === count", arg=count)
    return visitor.page.evaluate(_LINES)


def draw(visitor: Visitor, metric: str) -> None:
    visitor.page.locator(".pg-curves .pg-segment").get_by_text(metric, exact=True).click()


@pytest.fixture
def shown(visit, app):
    """A page that shows finished runs of these settings; what it asks for is kept in `asked`."""

    def open_page(*settings, query=""):
        visitor = visit(query)
        visitor.asked = []
        visitor.page.on("request", lambda one: visitor.asked.append(one.url.split("/")[-1]))
        visitor.page.evaluate(_LISTEN)
        ids = [app.start(visitor.owner(), **SMALL | one)[0] for one in settings]
        for run_id in ids:
            app.wait_for(run_id, "finished")
        visitor.page.evaluate("playground.runs.refresh()")
        visitor.page.evaluate("(ids) => playground.runs.show(ids)", ids)
        for run_id in ids:
            visitor.wait_for_records(run_id, 10)
        return visitor

    return open_page


def test_a_dotted_line_tells_what_counting_reaches_in_every_unit(shown, app):
    visitor = shown({})
    told = app.call("ngram_baseline", config=SMALL)
    label = f"n-gram (n={told['order']}): "
    (line,) = lines(visitor, 1)
    assert line.startswith(label)
    assert float(line.removeprefix(label)) == pytest.approx(told["held_out_perplexity"], rel=0.02)
    for metric, value in (("loss", told["loss"]), ("bits/char", told["loss"] / math.log(2))):
        draw(visitor, metric)
        (line,) = lines(visitor, 1)
        assert float(line.split()[-1]) == pytest.approx(value, rel=0.02)


def test_it_is_asked_once_for_all_runs_that_read_alike(shown):
    visitor = shown({"cell": "gru"}, {"cell": "rnn"}, {"cell": "rnn", "seed": 1})
    lines(visitor, 1)
    for metric in ("loss", "perplexity"):
        draw(visitor, metric)
        lines(visitor, 1)
    assert visitor.asked.count("ngram_baseline") == 1


def test_tokens_of_several_kinds_have_a_line_each_and_bits_leave_words_out(shown):
    visitor = shown({}, {"tokens": "bpe"}, {"tokens": "word"}, query="?lang=zh")
    caption = visitor.page.locator(".pg-curves .pg-caption")
    assert all("n 元语法" in line for line in lines(visitor, 3))
    assert any("，BPE：" in line for line in lines(visitor, 3))
    assert not caption.is_visible()
    draw(visitor, "比特/字符")
    assert len(lines(visitor, 2)) == 2
    assert caption.is_visible()
    legend = visitor.page.locator(".pg-curves .pg-live-legend button").all_inner_texts()
    assert sum(bool(re.search(r"\d\.\d", text)) for text in legend) == 2


def test_without_a_validation_part_there_is_no_line_and_nothing_is_asked(shown):
    visitor = shown({"validation_share": 0.0})
    draw(visitor, "loss")
    visitor.page.wait_for_timeout(500)
    assert lines(visitor, 0) == []
    assert "ngram_baseline" not in visitor.asked
