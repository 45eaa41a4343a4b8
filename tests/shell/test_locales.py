"""Both languages say the same things, with the same blanks, and say all that the code asks for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.locales import LANGUAGES, catalogue, matching, say

PACKAGE = Path(__file__).resolve().parents[2] / "playground"
BLANK = re.compile(r"\{(\w+)\}")
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")


def test_every_sentence_stands_in_every_language():
    keys = {language: set(catalogue(language)) for language in LANGUAGES}
    assert keys["en"] - keys["zh"] == set()
    assert keys["zh"] - keys["en"] == set()


def blanks(sentence):
    """A name that differs by language is given once for each: `{title}` and `{title_zh}`."""
    return {name.removesuffix("_zh") for name in BLANK.findall(sentence)}


def test_the_blanks_of_a_sentence_are_the_same_in_every_language():
    pairs = {key: (text, catalogue("zh")[key]) for key, text in catalogue("en").items()}
    assert [key for key, (en, zh) in pairs.items() if blanks(en) != blanks(zh)] == []


def test_chinese_sentences_are_chinese():
    """Names and formulas aside: a sentence of several English words was left untranslated."""
    left = [
        key
        for key, text in catalogue("zh").items()
        if len(re.findall(r"[A-Za-z]{3,}", BLANK.sub("", text))) > 3
        and not re.search(r"[\u4e00-\u9fff]", text)
    ]
    assert left == []


def test_no_sentence_is_empty_and_none_holds_markup():
    for language in LANGUAGES:
        for key, text in catalogue(language).items():
            assert text.strip(), key
            assert not re.search(r"<\w+[ >]", text.replace("<unk>", "")), key


@pytest.mark.parametrize(("tag", "language"), [
    ("zh-TW,zh;q=0.9", "zh"), ("zh", "zh"), ("ZH-cn", "zh"), ("fr", "en"), ("", "en"), (None, "en"),
])  # fmt: skip
def test_a_browsers_language_finds_the_nearest_of_ours(tag: str | None, language: str):
    assert matching(tag) == language


def test_an_unknown_sentence_or_a_missing_value_is_an_error():
    for call in (lambda: say("no.such_key"), lambda: say("shell.port_taken", port=1)):
        with pytest.raises(KeyError):
            call()


def asked_for() -> Iterator[tuple[str, str, set[str] | None]]:
    """(file and line, key, names of the values given or None if they are not written out)."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = ast.unparse(node.func).rpartition(".")[2]
            keys = [
                argument.value
                for argument in node.args
                if isinstance(argument, ast.Constant)
                and isinstance(argument.value, str)
                and KEY.fullmatch(argument.value)
            ]
            if function in ("Refused", "say", "_tell", "told", "refuse") and keys:
                names = {keyword.arg for keyword in node.keywords}
                where = f"{file.relative_to(PACKAGE)}:{node.lineno}"
                yield where, keys[0], None if None in names else {n for n in names if n}


def test_every_sentence_the_code_says_exists_and_is_given_its_values():
    sentences = catalogue("en")
    wrong = []
    for where, key, given in asked_for():
        if key not in sentences:
            wrong.append(f"{where}: no sentence {key}")
        elif given is not None and (missing := set(BLANK.findall(sentences[key])) - given):
            wrong.append(f"{where}: {key} lacks {sorted(missing)}")
    assert wrong == []


def test_every_sentence_the_page_says_exists():
    asked = re.compile(r"""\bt\(\s*['"]([a-z_]+(?:\.[a-z0-9_]+)+)['"]""")
    wrong = [
        f"{file.name}: {key}"
        for file in (PACKAGE / "widgets").glob("*.js")
        for key in asked.findall(file.read_text(encoding="utf-8"))
        if key not in catalogue("en")
    ]
    assert wrong == []
