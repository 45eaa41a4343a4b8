"""Own texts sent to the real server: every usual encoding is read, all else is refused kindly."""

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.hostile import is_clear
from tests.running_app import ROOT, TINY

ENGLISH = "It was a bright cold day in April, and the clocks were striking thirteen. " * 8
CHINESE = "从前有座山，山上有座庙，庙里有个老和尚在给小和尚讲故事。他讲的是什么呢？" * 12
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00" + zlib.compress(bytes(range(256)) * 40)

few = settings(max_examples=40, derandomize=True, deadline=None, database=None)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "utf-8"), (CHINESE, "utf-8"), (ENGLISH, "utf-8-sig"),
        (ENGLISH, "utf-16"), (CHINESE, "utf-16"), (ENGLISH, "utf-16-le"),
        (CHINESE, "gb18030"), (CHINESE, "gbk"),
        ("שלום עולם 😀 مرحبا بالعالم " * 20, "utf-8"),
    ],
)  # fmt: skip
def test_a_text_is_read_in_its_own_encoding(app, text, encoding):
    kept = upload(app, text.encode(encoding))
    assert kept["characters"] == len(text)
    assert text.startswith(kept["preview"][:100])
    assert kept["corpus"].startswith("text:")


def test_the_same_text_has_the_same_address_in_every_encoding(app):
    addresses = {
        upload(app, CHINESE.encode(name))["corpus"] for name in ("utf-8", "utf-16", "gb18030")
    }
    assert len(addresses) == 1


def test_a_model_trains_on_a_text_of_ones_own(app, owner):
    story = (ROOT / "playground/datasets/stories/story_zh.txt").read_text(encoding="utf-8")[:3000]
    kept = upload(app, story.encode("gb18030"))
    run_id, _ = app.start(owner, **TINY | {"corpus": kept["corpus"]})
    run = app.wait_for(run_id, "finished", "failed")
    assert run["state"] == "finished"
    made = app.call("generate", source=run_id, prefix="", length=5)
    assert set(made["continuation"]) <= set(story) | set("<unk>")


@pytest.mark.parametrize(
    "content",
    [b"", b"too short", b" " * 5000, b"\x00" * 5000, PNG, zlib.compress(ENGLISH.encode() * 50) * 3,
     bytes(range(256)) * 20, b"\xff\xfe" + b"\x00\xd8" * 500],
    ids=["nothing", "too short", "spaces", "zeros", "PNG", "zip", "all bytes", "half surrogates"],
)  # fmt: skip
def test_what_is_no_text_is_refused(app, content):
    answer = app.post("playground/text?name=odd", content)
    is_clear(answer)
    assert answer.status == 400


@few
@given(
    st.binary(max_size=2000)
    | st.text(min_size=150, max_size=600).map(lambda text: text.encode("utf-16"))
)
def test_any_bytes_are_kept_or_refused(app, content):
    is_clear(app.post("playground/text", content))


def test_control_characters_and_nulls_are_taken_out_of_a_text(app):
    kept = upload(app, (ENGLISH + "\x00\x07\x1b" + ENGLISH).encode())
    assert kept["characters"] == 2 * len(ENGLISH)


def test_a_text_beyond_the_limit_is_refused(app):
    answer = app.post("playground/text", ENGLISH.encode() * 10_000)
    is_clear(answer)
    assert 400 <= answer.status < 500


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "%00", "<b>bold</b>", "x" * 2000, "%E2%80%AE.txt"]
)
def test_the_name_of_an_upload_leads_nowhere(app, name):
    before = set(app.runs_dir.parent.rglob("*"))
    is_clear(app.post(f"playground/text?name={name}", ENGLISH.encode()))
    fresh = set(app.runs_dir.parent.rglob("*")) - before
    assert all(app.runs_dir in file.parents for file in fresh)


def upload(app, content):
    answer = app.post("playground/text?name=mine.txt", content)
    assert answer.status == 200, answer.text
    return answer.json["value"]
