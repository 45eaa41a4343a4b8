"""Text files as people really have them, in English, German and Chinese."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.refused import Refused
from playground.text.decoding import clean, decode

GERMAN = "Der Bär läuft über die Straße. Er grüßt, „wie immer“, höflich.\n" * 6
CHINESE = corpus_text("story-zh")
ENGLISH = corpus_text("story-en")


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, GERMAN, CHINESE[:300], CHINESE[40:700]])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-32"]
)
def test_a_text_is_read_in_every_usual_encoding(text, encoding):
    if encoding == "gb18030" and text is GERMAN:
        return  # nobody writes German so
    assert decode(text.encode(encoding)).text == text


SCRIPTS = {
    "Arabic": "مرحبا بالعالم، هذه قصة قصيرة عن البحر. ",
    "Hebrew": "שלום עולם, זה סיפור קצר על הים. ",
    "Hindi": "नमस्ते दुनिया, यह एक कहानी है। ",
    "Korean": "안녕하세요 세계, 이것은 이야기입니다. ",
    "Thai": "สวัสดีชาวโลก นี่คือเรื่องราวของทะเล ",
    "Russian": "Это рассказ о море и о людях, живших там. ",
    "emoji": "I 😀 love 🚀 this, 你好 👩\u200d👩\u200d👧. ",
    "rare ideographs": "𠮷野家在北京, 𪚥龍嘅故事, 很好吃. ",
}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_in_every_script_with_a_mark_or_without(script, encoding):
    text = SCRIPTS[script] * 12
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_letters_without_a_space_are_not_taken_for_ideographs(encoding):
    assert decode(("acgtgca" * 60).encode(encoding)).text == "acgtgca" * 60


@pytest.mark.parametrize("script", ["emoji", "rare ideographs"])
def test_gb18030_is_read_beyond_the_everyday(script):
    text = CHINESE[:600] + SCRIPTS[script] * 3
    decoded = decode(text.encode("gb18030"))
    assert (decoded.text, decoded.encoding) == (text, "gb18030")


def test_western_text_of_one_byte_a_character_is_read():
    assert decode(GERMAN.encode("cp1252")).text == GERMAN


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + random.Random(0).randbytes(4_000),
        b"PK\x03\x04" + random.Random(1).randbytes(4_000),
        random.Random(2).randbytes(5_000),
        bytes(3_000),
    ],
)
def test_what_is_no_text_is_refused(content):
    with pytest.raises(Refused, match="no text file"):
        decode(content)


def test_line_ends_become_one_kind_and_control_characters_go():
    text = decode(b"one\r\ntwo\rthree\x07\n" + b"more lines\r\n" * 40).text
    assert text.startswith("one\ntwo\nthree\nmore lines\nmore")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    try:
        decoded = decode(content)
    except Refused:
        return
    assert "\r" not in decoded.text
    decoded.text.encode("utf-8")


@given(st.text(st.characters()))
def test_cleaning_what_is_clean_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once
