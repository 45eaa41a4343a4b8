"""Own images sent to the real server: usable ones are kept, all else is refused kindly."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from tests.api.hostile import is_clear


def images(count=9):
    chance = np.random.default_rng(0)
    for at in range(count):
        file = io.BytesIO()
        Image.fromarray(chance.integers(0, 256, (32, 40, 3), np.uint8)).save(file, "PNG")
        yield f"{at}.png", file.getvalue()


def zipped(*files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return file.getvalue()


def sent(app, content, **headers):
    return app.post("playground/images", content, **headers)


def test_a_zip_of_images_is_kept_and_told(app):
    answer = sent(app, zipped(*images(), ("notes.txt", b"not an image")))
    assert answer.status == 200, answer.text
    kept = answer.json["value"]
    assert kept["data"].startswith("pictures:")
    assert (kept["count"], kept["channels"]) == (9, 3)
    assert kept["left_out"] == {"not_an_image": 1}
    assert kept["preview"]["png"]
    again = sent(app, zipped(*reversed(list(images()))))
    assert again.json["value"]["data"] == kept["data"]
    digest = kept["data"].removeprefix("pictures:")
    assert (app.runs_dir / "images" / f"{digest}.npy").is_file()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "datasets.images_none"),
        (b"hello", "datasets.images_none"),
        (b"\x00" * 5_000, "datasets.images_none"),
        (next(images())[1], "datasets.images_few"),
        (zipped(*images())[:-40], "datasets.images_damaged"),
        (zipped(*images())[:700], "datasets.images_damaged"),
        (zipped(("../../evil.png", b"x"), *images()), "datasets.archive_unsafe"),
        (zipped(("/etc/evil.png", b"x"), *images()), "datasets.archive_unsafe"),
        (zipped(), "datasets.images_none"),
    ],
    ids=["nothing", "words", "zeros", "one image", "cut", "cut early", "out", "root", "empty zip"],
)
def test_what_cannot_be_used_is_refused(app, content, key):
    before = set(app.runs_dir.parent.rglob("*"))
    answer = sent(app, content)
    is_clear(answer)
    assert answer.status == 400
    assert answer.json["error"]["key"] == key
    assert set((app.runs_dir / "images").glob("*")) <= before


def test_the_refusal_comes_in_the_language_of_the_page(app):
    answer = sent(app, b"hello", accept_language="zh")
    assert "图像" in answer.json["error"]["text"]


def test_an_upload_beyond_the_limit_is_refused(app):
    answer = sent(app, bytes(100_000_001))
    is_clear(answer)
    assert answer.status == 413


def test_a_game_is_played_on_images_of_ones_own(app):
    data = sent(app, zipped(*images(12))).json["value"]["data"]
    config = {"data": data, "model": "mlp", "hidden_size": 8, "batch_size": 4, "steps": 3}
    started = app.call("start_run", slice="gan", config=config, owner="")
    run = app.wait_for(started["run_id"], "finished", "failed")
    assert run["state"] == "finished", run["error"]
    (film, *_) = app.call("samples", run_id=started["run_id"])
    assert film["sheet"]["channels"] == 3


def test_images_that_nobody_brought_train_nothing(app):
    answer = app.post(
        "playground/call/start_run",
        {"slice": "gan", "config": {"data": "pictures:" + "0" * 64, "steps": 2}, "owner": ""},
    )
    is_clear(answer)
    if answer.status == 200:  # found out by the worker
        value = answer.json["value"]
        run = app.wait_for(value["run_id"], "failed", "finished")
        assert run["state"] == "failed"
        assert run["error"]["key"] == "datasets.images_gone"
