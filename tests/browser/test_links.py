"""The address holds the settings: what a teacher sets, hides and locks opens that way elsewhere."""

from urllib.parse import parse_qs, urlsplit

from tests.browser.visitor import address

CONFIG = "playground.controls.sequence.config()"


def test_settings_travel_by_the_address(visit):
    teacher = visit()
    page = teacher.page
    page.evaluate(
        "playground.controls.sequence.set({hidden_size: 96, tokens: 'word', bidirectional: true,"
        " learning_rate: 0.02, seed: 123456789, corpus: 'story-zh', clip_threshold: 0})"
    )
    page.wait_for_function("location.search.includes('seed=123456789')")
    query = "?" + urlsplit(page.url).query
    assert "batch_size" not in query  # only what differs from the defaults
    student = visit(query)
    assert student.page.evaluate(CONFIG) == page.evaluate(CONFIG)
    assert student.page.evaluate(CONFIG + ".seed") == 123456789


def test_moving_a_control_writes_the_address(visitor):
    box = visitor.field("hidden_size").get_by_role("textbox")
    box.fill("200")
    box.press("Enter")
    visitor.page.wait_for_function("location.search.includes('hidden_size=200')")
    visitor.field("cell").get_by_text("RNN", exact=True).click()
    visitor.page.wait_for_function("location.search.includes('cells=rnn,lstm')")
    visitor.page.get_by_role("button", name="All back to defaults").click()
    visitor.page.wait_for_function("!location.search.includes('hidden_size')")


def test_copied_links_hold_the_settings_and_no_token(visit):
    visitor = visit(address(hidden_size=48), permissions=["clipboard-read", "clipboard-write"])
    visitor.page.get_by_role("button", name="Copy link").click()
    visitor.page.get_by_text("Link copied").wait_for()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(visitor.url)
    assert parse_qs(urlsplit(copied).query)["hidden_size"] == ["48"]
    assert visitor.owner() not in copied


def test_a_link_for_a_class_locks_and_hides_controls(visit):
    teacher = visit(address(hidden_size=64))
    page = teacher.page
    page.get_by_role("button", name="Link for a class").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radiogroup", name="Hidden size").get_by_text("locked").click()
    dialog.get_by_role("radiogroup", name="Optimizer").get_by_text("hidden").click()
    link = dialog.get_by_label("The link").input_value()

    student = visit(link.removeprefix(teacher.url))
    assert student.page.evaluate(CONFIG) == page.evaluate(CONFIG)
    locked = student.field("hidden_size")
    assert locked.get_by_role("textbox").is_disabled()
    assert locked.get_by_role("slider").is_disabled()
    assert not student.field("optimizer").is_visible()
    run = student.start()
    student.wait_for_records(run, 5)
    assert student.page.evaluate(f"playground.runs.get('{run}').about.config.hidden_size") == 64


def test_an_old_or_bad_link_says_what_was_ignored(visit):
    visitor = visit(
        "?hidden_size=64&layers=99&colour=%3Cb%3Ered%3C/b%3E&seed=NaN&cells=lstm,transformer&hide=nothing"
    )
    notice = visitor.page.get_by_text("Parts of this link were ignored")
    notice.wait_for()
    said = notice.inner_text()
    for word in ("layers", "colour", "seed", "transformer", "nothing"):
        assert word in said
    config = visitor.page.evaluate(CONFIG)
    assert config["hidden_size"] == 64
    assert config["layers"] == 1
    assert config["seed"] == 0


def test_a_link_of_nonsense_opens_a_working_page(visit):
    visitor = visit(
        "?"
        + "&".join(f"{'x' * 50}{n}=%F0%9F%98%80%00" for n in range(40))
        + "&lang=tlh&theme=plaid&room=../x"
    )
    visitor.page.get_by_text("Parts of this link were ignored").wait_for()
    assert visitor.page.locator(".pg-start").is_enabled()


def test_the_settings_of_a_run_can_be_taken_over(visit, network):
    visitor = visit(f"?runs={network}")
    visitor.page.get_by_role("button", name="Runs").first.click()
    row = visitor.page.locator(f".pg-run[data-run='{network}']")
    row.get_by_role("button", name="What to do with this run").click()
    visitor.page.get_by_role("menuitem", name="Take over its settings").click()
    visitor.page.wait_for_function(f"{CONFIG}.hidden_size === 16 && {CONFIG}.max_tokens === 3000")
    assert visitor.page.evaluate(CONFIG + ".cell") == "gru"
