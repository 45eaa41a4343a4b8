"""Lessons: our own Markdown with formulas -> HTML with MathML, which browsers draw by themselves.

`$...$` and `$$...$$` hold LaTeX; a paragraph `[[try NAME]]` marks the place of an experiment's
card. The text is the project's, never a visitor's.
"""

import re
from functools import cache
from pathlib import Path

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
_TRY = re.compile(r"<p>\[\[try (\w+)\]\]</p>")
_LANGUAGES = ("en", "zh")


def lesson(folder: Path) -> dict[str, str]:
    """The lesson of a slice's folder as HTML, by language."""
    return {
        language: html((folder / f"lesson.{language}.md").read_text(encoding="utf-8"))
        for language in _LANGUAGES
    }


@cache
def html(markdown: str) -> str:
    """HTML of a lesson."""
    formulas: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        # Markdown must not see the formula's underscores and backslashes.
        block = found[1] is not None
        formulas.append(convert(found[1] or found[2], display="block" if block else "inline"))
        return f"\ue000{len(formulas) - 1}\ue001"

    page = MarkdownIt("commonmark", {"html": False}).render(_FORMULA.sub(put_aside, markdown))
    page = re.sub("\ue000(\\d+)\ue001", lambda found: formulas[int(found[1])], page)
    return _TRY.sub(r'<div class="pg-experiment" data-experiment="\1"></div>', page)
