"""Training from the page: it starts, is watched, left, come back to, steered and stopped."""

from tests.browser.visitor import address

RATE = "playground.runs.get('{}').last('learning_rate')"


def test_a_started_run_draws_a_curve_that_grows(visit):
    visitor = visit(address())
    run = visitor.start()
    visitor.wait_for_state(run, "running")
    seen = visitor.wait_for_records(run, 20)
    first = visitor.curve(run)
    visitor.page.wait_for_function(
        "(before) => document.querySelector('.pg-curves canvas').toDataURL() !== before",
        arg=first["picture"],
    )
    visitor.wait_for_records(run, seen + 50)
    visitor.page.wait_for_function("(id) => looking.curve(id).coloured > 100", arg=run)
    label = visitor.page.locator(".pg-curves canvas").first.get_attribute("aria-label")
    assert label.startswith("Perplexity over step")
    lane = visitor.lane(run)
    assert (
        "tokens/s" in lane.inner_text()
        or "tokens/s" in visitor.page.locator(".pg-lanes").inner_text()
    )


def test_a_reload_finds_the_run_where_it_is_by_now(visit):
    visitor = visit(address())
    run = visitor.start()
    seen = visitor.wait_for_records(run, 30)
    visitor.page.reload()
    visitor.ready()
    visitor.wait_for_records(run, seen)
    visitor.wait_for_state(run, "running")
    assert visitor.lane(run).get_by_role("button", name="Pause").is_enabled()
    held = visitor.page.evaluate("(id) => playground.runs.get(id).index", run)
    assert held == sorted(set(held))


def test_the_link_of_a_run_reads_but_does_not_control(visit, app):
    owner = visit(address())
    run = owner.start()
    owner.wait_for_records(run, 10)
    link = owner.page.url.removeprefix(owner.url)
    assert f"runs={run}" in link
    assert owner.owner() not in link

    guest = visit(link)
    seen = guest.wait_for_records(run, 10)
    guest.wait_for_records(run, seen + 20)
    for control in guest.lane(run).locator("button, input").all():
        assert control.is_disabled() or not control.is_visible()
    guest.expect("status of 400")
    refusal = guest.page.evaluate(
        "(id) => playground.runs.control(id, 'stop').then(() => 'done', (error) => error.key)", run
    )
    assert refusal == "runs.not_yours"
    assert app.call("run", run_id=run)["state"] == "running"


def test_a_run_goes_on_while_nobody_looks(visit, app):
    visitor = visit(address())
    run = visitor.start()
    seen = visitor.wait_for_records(run, 10)
    visitor.page.goto("about:blank")
    app.wait_for(run, "running", steps=seen + 100)
    visitor.open(f"?runs={run}")
    visitor.wait_for_records(run, seen + 100)
    held = visitor.page.evaluate("(id) => playground.runs.get(id).columns.step", run)
    assert held == list(range(1, len(held) + 1))


def test_pause_single_step_and_going_on(visit, app):
    visitor = visit(address())
    run = visitor.start()
    visitor.wait_for_records(run, 10)
    lane = visitor.lane(run)
    lane.get_by_role("button", name="Pause").click()
    visitor.wait_for_state(run, "paused", seconds=3)
    held = app.call("run", run_id=run)["steps"]
    visitor.wait_for_records(run, held - 1)
    lane.get_by_role("button", name="One single step").click()
    visitor.wait_for_records(run, held)
    assert app.call("run", run_id=run)["steps"] == visitor.records(run) == held + 1
    lane.get_by_role("button", name="Go on").click()
    visitor.wait_for_state(run, "running", seconds=3)
    visitor.wait_for_records(run, held + 5)


def test_the_learning_rate_turns_while_a_run_goes_on(visit, app):
    visitor = visit(address())
    run = visitor.start()
    visitor.wait_for_records(run, 10)
    slider = visitor.lane(run).get_by_role("slider", name="learning rate")
    slider.focus()
    for _ in range(25):
        slider.press("ArrowRight")
    visitor.page.wait_for_function(f"{RATE.format(run)} > 0.01")
    shown = float(visitor.lane(run).locator("output").inner_text())
    visitor.page.wait_for_function(f"Math.abs({RATE.format(run)} / {shown} - 1) < 1e-6")
    rates = [record["learning_rate"] for record in app.call("records", run_id=run)]
    assert rates[0] == 0.005
    assert rates == sorted(rates)


def test_stop_ends_a_run_which_can_go_on_later(visit):
    visitor = visit(address())
    run = visitor.start()
    visitor.wait_for_records(run, 10)
    visitor.lane(run).get_by_role("button", name="Stop").click()
    visitor.wait_for_state(run, "stopped", seconds=3)
    held = visitor.records(run)
    visitor.lane(run).get_by_role("button", name="Go on from the last snapshot").click()
    visitor.wait_for_state(run, "running")
    visitor.wait_for_records(run, held)


def test_a_race_runs_its_cells_in_lanes_side_by_side(visit):
    visitor = visit(address(cells="rnn,gru,lstm"))
    run = visitor.start()
    lanes = visitor.page.locator(".pg-lane")
    visitor.wait_for_records(run, 10)
    assert lanes.count() == 3
    assert [lane.get_attribute("data-cell") for lane in lanes.all()] == ["rnn", "gru", "lstm"]
    ids = [lane.get_attribute("data-run") for lane in lanes.all()]
    for one in ids:
        visitor.wait_for_records(one, 10)
        visitor.page.wait_for_function("(id) => looking.curve(id).coloured > 50", arg=one)
    visitor.page.get_by_role("button", name="Pause all").click()
    for one in ids:
        visitor.wait_for_state(one, "paused", seconds=3)


def test_a_second_run_waits_for_its_turn_and_says_so(visit):
    first = visit(address())
    going = first.start()
    first.wait_for_records(going, 5)
    second = visit(address())
    waiting = second.start()
    second.wait_for_state(waiting, "queued")
    assert "waiting, no. 1" in second.lane(waiting).inner_text()
    first.lane(going).get_by_role("button", name="Stop").click()
    second.wait_for_state(waiting, "running")
    second.wait_for_records(waiting, 5)


def test_a_finished_run_says_so_and_keeps_its_figures(visit):
    visitor = visit(address(max_tokens=2000, epochs=2, seconds=0))
    run = visitor.start()
    visitor.wait_for_state(run, "finished")
    lane = visitor.lane(run)
    assert "finished" in lane.inner_text()
    for name in ("Pause", "One single step", "Stop"):
        button = lane.get_by_role("button", name=name)
        assert not button.count() or button.is_disabled()
    visitor.page.reload()
    visitor.ready()
    visitor.wait_for_state(run, "finished")
    visitor.wait_for_records(run, 10)
