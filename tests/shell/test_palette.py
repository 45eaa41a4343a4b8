"""One set of colours: in figures and themes as on the page, readable in both themes."""

import re
from pathlib import Path

import pytest

from playground import gradio_start  # noqa: F401  (before gradio)
from playground.palette import (
    ACCENT_TEXT,
    CELLS,
    DARK,
    FONT,
    FONT_WEIGHTS,
    LIGHT,
    MONO_FONT,
    MONO_FONT_WEIGHTS,
    Shades,
    figure_template,
)

TOKENS = Path(__file__).resolve().parents[2] / "playground" / "widgets" / "tokens.css"


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("shades", "theme"), [(LIGHT, "light"), (DARK, "dark")])
def test_text_is_readable_on_page_and_panel(shades: Shades, theme: str):
    for ground in (shades.page, shades.panel):
        for text in (shades.text, shades.text_second, ACCENT_TEXT["sequence"][theme]):
            assert contrast(text, ground) >= 4.5, (text, ground)


def test_the_page_and_the_figures_have_the_same_colours():
    light, dark = TOKENS.read_text(encoding="utf-8").split("body.dark", 1)
    for shades, style in ((LIGHT, light), (DARK, dark)):
        said = dict(re.findall(r"--pg-([\w-]+): (#\w{6});", style))
        names = {"page": "page", "panel": "panel", "line": "line", "text": "text"}
        for name in names:
            assert said[name] == getattr(shades, name)
        assert said["text-2"] == shades.text_second
    said = dict(re.findall(r"--pg-([\w-]+): (#\w{6});", light))
    assert {cell: said[cell] for cell in CELLS} == CELLS


def test_the_fonts_that_are_named_come_with_gradio():
    import gradio
    from gradio.themes.utils.fonts import WEIGHT_TO_FILENAME

    fonts = Path(gradio.__file__).parent / "templates" / "frontend" / "static" / "fonts"
    for name, weights in ((FONT, FONT_WEIGHTS), (MONO_FONT, MONO_FONT_WEIGHTS)):
        for weight in weights:
            plain = name.replace(" ", "")
            file = fonts / plain / f"{plain}-{WEIGHT_TO_FILENAME[weight]}.woff2"
            assert file.is_file(), file.name


def test_a_figure_template_is_known_to_plotly_in_both_themes():
    from plotly.graph_objects import Figure

    for theme, shades in (("light", LIGHT), ("dark", DARK)):
        figure = Figure(layout={"template": figure_template(theme)})
        assert figure.layout.template.layout.font.color == shades.text
