"""What visitors write is shown as the text it is, everywhere, and never runs."""

import pytest

from tests.browser.visitor import address

HOSTILE = (
    '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>'
    "${window.hacked=3}{{window.hacked=4}}`'\"&lt;"
)
OWN_TEXT = f"{HOSTILE}\n" + "The quick brown fox jumps over the lazy dog. " * 60


@pytest.fixture
def named(visit, app):
    """A visitor whose finished run has a hostile name: `(visitor, run)`."""
    visitor = visit(address(max_tokens=2000, epochs=2, seconds=0))
    run = visitor.start()
    visitor.wait_for_state(run, "finished")
    app.call("rename_run", run_id=run, token=visitor.owner(), name=HOSTILE[:80])
    visitor.page.reload()
    visitor.ready()
    visitor.wait_for_state(run, "finished")
    yield visitor, run
    unharmed(visitor)


def test_the_name_of_a_run_is_shown_as_text(named):
    visitor, run = named
    name = HOSTILE[:80]
    page = visitor.page
    page.locator(".pg-curves .pg-live-stage").hover(position={"x": 300, "y": 150})
    page.locator(".pg-curves .pg-live-tip").wait_for()
    assert name in page.locator(".pg-curves .pg-live-tip").inner_text()
    page.locator(".pg-curves .pg-live-do-table").click()
    assert any(name in cell for cell in page.locator(".pg-curves .pg-live-table").all_inner_texts())
    page.get_by_role("button", name="Runs").first.click()
    page.locator(f".pg-run[data-run='{run}']").wait_for()
    assert sum(name in text for text in visitor.texts()) >= 3  # its lane, the legend, the drawer


def test_a_run_is_renamed_in_its_row(named):
    visitor, run = named
    page = visitor.page
    page.get_by_role("button", name="Runs").first.click()
    row = page.locator(f".pg-run[data-run='{run}']")
    row.get_by_role("button", name="What to do with this run").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.keyboard.type("<b>Ödön 跑 ${7*7}</b>")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([id, name]) => playground.runs.get(id).name === name", arg=[run, "<b>Ödön 跑 ${7*7}</b>"]
    )
    page.locator(".pg-lane-name", has_text="<b>Ödön 跑 ${7*7}</b>").first.wait_for()


def test_a_text_of_ones_own_is_shown_as_text_and_learned_from(visit):
    visitor = visit(address(cell="gru", epochs=40, seconds=0, validation_share=0))
    page = visitor.page
    page.locator(".pg-corpus").click()
    page.get_by_text("Paste it, or drop a file").click()
    page.get_by_role("textbox", name="Your own text").fill(OWN_TEXT)
    page.get_by_role("button", name="Use this text").click()
    page.get_by_text("Your text is ready").wait_for()
    assert "<img" in visitor.field("corpus").inner_text()
    run = visitor.start()
    visitor.wait_for_state(run, "finished")
    corpus = page.evaluate(f"playground.runs.get('{run}').about.config.corpus")
    assert corpus.startswith("text:")
    page.locator(f".pg-sample[data-run='{run}'] .pg-sample-text span").first.wait_for()
    unharmed(visitor)
    page.reload()
    visitor.ready()
    page.locator(".pg-corpus").click()
    assert "<img" in page.locator(".pg-corpus-list").inner_text()
    unharmed(visitor)


def test_a_text_that_is_too_short_is_refused_where_it_was_written(visitor):
    visitor.expect("status of 400")
    page = visitor.page
    page.locator(".pg-corpus").click()
    page.get_by_text("Paste it, or drop a file").click()
    page.get_by_role("textbox", name="Your own text").fill("too short")
    page.get_by_role("button", name="Use this text").click()
    fault = page.get_by_role("dialog").get_by_role("alert")
    fault.wait_for()
    assert "200" in fault.inner_text()


def test_a_beginning_is_shown_as_text(visit, network):
    visitor = visit(f"?runs={network}")
    page = visitor.page
    page.locator(f"select option[value='{network}']").wait_for(state="attached")
    page.get_by_label("network", exact=True).select_option(network)
    page.get_by_label("beginning", exact=True).last.fill(HOSTILE)
    page.get_by_role("button", name="Write", exact=True).click()
    page.locator(".pg-generated .pg-piece").nth(50).wait_for()
    assert page.locator(".pg-generated").inner_text().startswith(HOSTILE[:40])
    assert page.locator(".pg-generated *").evaluate_all(
        "(all) => all.every((one) => one.tagName === 'SPAN')"
    )
    unharmed(visitor)


def test_a_hostile_sample_prefix_is_shown_as_text(visit):
    visitor = visit(address())
    run = visitor.start()
    visitor.wait_for_records(run, 5)
    visitor.page.get_by_label("beginning", exact=True).first.fill(HOSTILE)
    visitor.page.locator(".pg-sample-text", has_text="${window.hacked=3}").wait_for()
    unharmed(visitor)


def test_a_hostile_address_runs_nothing(visit):
    image, script = (
        "%3Cimg%20src=x%20onerror=hacked=1%3E",
        "%22%3E%3Cscript%3Ehacked=1%3C/script%3E",
    )
    visitor = visit(
        f"?runs={image}&lang={script}&hide={image}&%24%7Bhacked=1%7D=%7B%7Bhacked=1%7D%7D"
    )
    visitor.page.get_by_text("Parts of this link were ignored").wait_for()
    unharmed(visitor)


def unharmed(visitor):
    assert visitor.page.evaluate("window.hacked") is None
    assert visitor.page.locator("img[src='x']").count() == 0
