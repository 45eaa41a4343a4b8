"""What leaves and enters the page as a file, and what the drawer does with runs."""

import csv
import io
from pathlib import Path

import pytest
from safetensors.numpy import load

from tests.browser.visitor import address


@pytest.fixture(scope="module")
def kept(visit_for_all):
    """A visitor with a finished run and the drawer open: `(visitor, run)`."""
    visitor = visit_for_all(address(max_tokens=2000, epochs=2, seconds=0))
    run = visitor.start()
    visitor.wait_for_state(run, "finished")
    visitor.wait_for_records(run, 10)
    visitor.page.get_by_role("button", name="Runs").first.click()
    return visitor, run


def test_records_are_saved_as_csv(kept):
    visitor, run = kept
    rows = list(csv.DictReader(io.StringIO(saved(visitor, run, "Records as CSV").read_text())))
    assert [int(row["step"]) for row in rows] == list(range(1, visitor.records(run) + 1))
    assert float(rows[0]["perplexity"]) > float(rows[-1]["perplexity"])


def test_weights_are_saved_and_come_back_as_a_run_that_writes(kept):
    visitor, run = kept
    file = saved(visitor, run, "Weights (safetensors)")
    assert load(file.read_bytes())
    with visitor.page.expect_file_chooser() as chooser:
        visitor.page.get_by_role("button", name="Import weights").click()
    chooser.value.set_files({"name": "mine.safetensors", "mimeType": "application/octet-stream",
                             "buffer": file.read_bytes()})  # fmt: skip
    visitor.page.get_by_text("mine is ready to write").wait_for()
    visitor.page.locator(".pg-notice").get_by_text("Let it write").click()
    visitor.page.locator(".pg-generated .pg-piece").nth(20).wait_for()


def test_a_file_that_holds_no_weights_is_refused_in_words(kept):
    visitor, _ = kept
    visitor.expect("status of 400")
    with visitor.page.expect_file_chooser() as chooser:
        visitor.page.get_by_role("button", name="Import weights").click()
    chooser.value.set_files({"name": "odd.safetensors", "mimeType": "", "buffer": b"no weights"})
    visitor.page.locator(".pg-notice-error", has_text="safetensors").wait_for()


def test_curves_are_saved_as_a_picture_and_as_a_page(kept):
    visitor, run = kept
    picture = saved(visitor, run, "Curves as PNG").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5000
    page = saved(visitor, run, "Interactive figure (HTML)").read_text(encoding="utf-8")
    assert "plotly" in page.lower()


def test_a_deleted_run_comes_back_by_undo(kept, app):
    visitor, run = kept
    menu(visitor, run, "Delete")
    visitor.lane(run).wait_for(state="detached")
    assert app.call("run", run_id=run)["deleted"]
    visitor.page.get_by_role("button", name="Undo").click()
    visitor.lane(run).wait_for()
    assert not app.call("run", run_id=run)["deleted"]


def test_runs_are_filtered_drawn_together_and_pinned(kept, network, app):
    visitor, run = kept
    page = visitor.page
    page.get_by_label("Filter by name").fill("no such run")
    page.locator(f".pg-run[data-run='{run}']").wait_for(state="detached")
    page.get_by_label("Filter by name").fill("lstm finished")
    row = page.locator(f".pg-run[data-run='{run}']")
    row.wait_for()
    menu(visitor, run, "Keep for good")
    page.wait_for_function(f"playground.runs.get('{run}').about.pinned")
    assert app.call("run", run_id=run)["pinned"]
    row.get_by_label("Draw this run").uncheck()
    visitor.lane(run).wait_for(state="detached")
    row.get_by_label("Draw this run").check()
    visitor.lane(run).wait_for()
    visitor.wait_for_records(run, 10)


def menu(visitor, run, entry):
    row = visitor.page.locator(f".pg-run[data-run='{run}']")
    row.get_by_role("button", name="What to do with this run").click()
    visitor.page.get_by_role("menuitem", name=entry).click()


def saved(visitor, run, entry) -> Path:
    with visitor.page.expect_download() as download:
        menu(visitor, run, entry)
    return Path(download.value.path())
