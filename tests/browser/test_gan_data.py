"""What the GAN room imitates: chosen from a list, or brought along."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

FIGHT = "?room=gan&picture=fight"
NAME = '<img src=x onerror="window.hacked=1">.zip'


@pytest.fixture
def pictures(tmp_path):
    chance = np.random.default_rng(0)
    for at in range(10):
        Image.fromarray(chance.integers(0, 256, (40, 50, 3), np.uint8)).save(tmp_path / f"{at}.png")
    (tmp_path / "notes.txt").write_text("not an image")
    return sorted(tmp_path.iterdir())


@pytest.fixture(scope="module")
def arrived(visit_for_all):
    visitor = visit_for_all(FIGHT)
    visitor.page.wait_for_function("playground.controls?.gan?.ready")
    return visitor


@pytest.fixture
def visitor(arrived):
    """Someone who has chosen nothing yet; the tests of this file share the page."""
    arrived.page.keyboard.press("Escape")
    arrived.page.evaluate("playground.gan.set({ data: 'glyphs' })")
    return arrived


def data_of(visitor):
    return visitor.page.evaluate("playground.gan.config().data")


def give(visitor, files):
    """Opens the dialog by the list of sets and hands files to it."""
    visitor.field("data").locator(".pg-corpus").click()
    visitor.page.locator(".pg-images-list .pg-corpus-entry").last.click()
    visitor.page.locator(".pg-images-dialog input[type=file]").set_input_files(files)


def test_drawn_digits_come_first_and_points_are_not_offered_among_images(visitor):
    assert data_of(visitor) == "glyphs"
    visitor.field("data").locator(".pg-corpus").click()
    entries = visitor.page.locator(".pg-images-list [role=option]")
    assert [entries.nth(at).get_attribute("data-name") for at in range(entries.count())] == [
        "glyphs", "mnist", "fashion-mnist",
    ]  # fmt: skip
    assert entries.first.get_attribute("aria-selected") == "true"


def test_images_of_ones_own_are_shown_as_they_are_kept_and_then_used(visitor, pictures):
    page = visitor.page
    give(visitor, [str(file) for file in pictures])
    page.locator(".pg-images-preview").wait_for()
    told = page.locator(".pg-images-found").inner_text()
    assert "10 images" in told
    assert "1 left out: not an image" in told
    size = "one => [one.naturalWidth, one.naturalHeight]"
    assert page.locator(".pg-images-preview").evaluate(size) == [280, 28]
    page.locator(".pg-images-dialog .pg-primary").click()
    address = data_of(visitor)
    assert address.startswith("pictures:")
    page.wait_for_function("location.search.includes('data=pictures')")
    page.reload()
    visitor.ready()
    page.wait_for_function("playground.controls?.gan?.ready")
    assert data_of(visitor) == address
    assert "10 images" in visitor.field("data").inner_text()


def test_too_few_images_are_refused_in_the_dialog_and_nothing_changes(visitor, pictures):
    visitor.expect("400")
    give(visitor, [str(file) for file in pictures[:3]])
    fault = visitor.page.locator(".pg-images-dialog .pg-fault")
    fault.wait_for()
    assert "at least 8" in fault.inner_text()
    assert visitor.page.locator(".pg-images-dialog .pg-primary").is_disabled()
    visitor.page.keyboard.press("Escape")
    assert data_of(visitor) == "glyphs"


def test_the_zip_that_the_page_makes_is_one_that_others_read(visitor):
    content = visitor.page.evaluate(
        """async () => {
          const files = ['first', 'second one'].map((text) => new File([text], text));
          const zip = await playground.gan.zipped(files);
          return [...new Uint8Array(await zip.arrayBuffer())];
        }"""
    )
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == [b"first", b"second one"]


def test_the_name_of_a_file_is_shown_as_text(visitor, pictures):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for one in pictures:
            archive.writestr(one.name, one.read_bytes())
    give(visitor, [{"name": NAME, "mimeType": "application/zip", "buffer": file.getvalue()}])
    visitor.page.locator(".pg-images-dialog .pg-primary:enabled").click()
    assert NAME in visitor.field("data").inner_text()
    assert visitor.page.evaluate("window.hacked") is None
