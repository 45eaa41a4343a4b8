"""What goes wrong is said in words, where it happened, with the way out."""

from tests.browser.visitor import address

WILD = {"cell": "rnn", "optimizer": "sgd", "learning_rate": 100, "clip_threshold": 0,
        "hidden_size": 64, "steps": 64}  # fmt: skip


def test_a_run_that_diverges_is_explained_in_words(visit):
    visitor = visit(address(**WILD))
    run = visitor.start()
    visitor.wait_for_state(run, "failed")
    failure = visitor.lane(run).get_by_role("alert")
    said = failure.inner_text()
    assert "diverged at step" in said
    assert "clip_threshold=1" in said or "lower" in said
    assert "Traceback" not in visitor.page.locator("body").inner_text()
    visitor.page.get_by_role("button", name="Switch to Chinese").click()
    visitor.page.wait_for_function("document.documentElement.lang.startsWith('zh')")
    assert failure.inner_text() != said
    assert "diverged" not in failure.inner_text()


def test_a_number_out_of_range_is_refused_at_its_control(visit):
    visitor = visit()
    box = visitor.field("hidden_size").get_by_role("textbox")
    box.fill("5000")
    box.press("Enter")
    fault = visitor.field("hidden_size").get_by_role("alert")
    fault.wait_for()
    assert "1" in fault.inner_text()
    assert "1024" in fault.inner_text()
    assert box.get_attribute("aria-invalid") == "true"
    box.fill("12")
    box.press("Enter")
    fault.wait_for(state="hidden")
    assert visitor.page.evaluate("playground.controls.sequence.config().hidden_size") == 12


def test_settings_that_do_not_fit_together_are_refused_by_the_button(visit):
    visitor = visit(address(corpus="story-zh"))
    visitor.page.evaluate("playground.controls.sequence.set({ alphabet: 'letters' })")
    visitor.expect("status of 400")
    visitor.page.locator(".pg-start").click()
    fault = visitor.page.locator(".pg-controls .pg-fault:visible")
    fault.first.wait_for()
    assert "alphabet" in fault.first.inner_text()


def test_a_server_that_is_gone_is_told_and_found_again(visit):
    visitor = visit(address())
    visitor.expect("ERR_INTERNET_DISCONNECTED")
    run = visitor.start()
    seen = visitor.wait_for_records(run, 10)
    visitor.context.set_offline(True)
    visitor.page.locator(".pg-start").click()
    visitor.page.get_by_text("The server does not answer").first.wait_for()
    visitor.context.set_offline(False)
    visitor.wait_for_records(run, seen + 20)


def test_a_run_that_is_not_there_is_told(visit):
    visitor = visit("?runs=" + "0" * 32)
    visitor.page.get_by_text("A run of this link is not here").wait_for()
