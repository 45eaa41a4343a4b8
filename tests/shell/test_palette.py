"""One set of colours: in figures and themes as on the page, readable in both themes."""

import re
from pathlib import Path

import pytest

from playground import gradio_start  # noqa: F401  (before gradio)
from playground.palette import (
    ACCENT_TEXT,
    ACCENTS,
    CELLS,
    DARK,
    FONT,
    FONT_WEIGHTS,
    LIGHT,
    MONO_FONT,
    MONO_FONT_WEIGHTS,
    TRANSLATORS,
    Shades,
    figure_template,
)

TOKENS = Path(__file__).resolve().parents[2] / "playground" / "widgets" / "tokens.css"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
PROPERTY = re.compile(r"--pg-([\w-]+): (#\w{6});")
ROOM = re.compile(r'data-room="(\w+)"')
ROOMS = ("sequence", "tokens")  # the first screen's colours need no rule of their own
THEMES = ("light", "dark")
TEXT, SHAPE = 4.5, 3  # least contrast by WCAG 2.2: of text (AA), of what is drawn


def colours(room: str, theme: str) -> dict[str, str]:
    """The custom properties that hold in a room: each rule for it, over those before."""
    held: dict[str, str] = {}
    rules = RULE.findall(
        re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.DOTALL)
    )
    for selector, body in rules:
        named = ROOM.search(selector)
        if (named is None or named[1] == room) and ("dark" not in selector or theme == "dark"):
            held |= dict(PROPERTY.findall(body))
    return held


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
        for text in (
            shades.text,
            shades.text_second,
            *(one[theme] for one in ACCENT_TEXT.values()),
        ):
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
    for kinds in (CELLS, TRANSLATORS):
        assert {kind: said[kind.replace("_", "-")] for kind in kinds} == kinds


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_the_ground_of_every_token(theme: str):
    """A token's ground goes by its id, so text of any length meets each of them."""
    held = colours("tokens", theme)
    grounds = [name for name in held if re.fullmatch(r"token-\d|unknown", name)]
    assert len(grounds) == 9
    assert {name: held[name] for name in grounds if contrast(held["text"], held[name]) < TEXT} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_grounds_of_tokens_and_the_unknown_one_are_told_apart(theme: str):
    held = colours("tokens", theme)
    grounds = [held[name] for name in held if re.fullmatch(r"token-\d|unknown", name)]
    assert len(set(grounds)) == len(grounds)
    assert held["panel"] not in grounds


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("room", ROOMS)
def test_the_accent_of_a_room_can_be_seen_and_read(room: str, theme: str):
    held = colours(room, theme)
    pairs = {
        ("accent", "panel"): SHAPE,
        ("accent-text", "page"): TEXT,
        ("accent-text", "panel"): TEXT,
        ("accent-text", "sunken"): TEXT,
        ("accent-text", "accent-soft"): TEXT,
        ("text", "accent-soft"): TEXT,
        ("text-2", "accent-soft"): TEXT,
        ("on-accent", "button"): TEXT,
        ("on-accent", "button-hover"): TEXT,
    }
    found = {pair: contrast(held[pair[0]], held[pair[1]]) for pair in pairs}
    assert {pair: found[pair] for pair, least in pairs.items() if found[pair] < least} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_lines_of_every_way_to_cut_a_text_can_be_seen(theme: str):
    from playground.tokens.config import SCHEMES

    held = colours("tokens", theme)
    faint = [one for one in SCHEMES if contrast(held[one], held["panel"]) < SHAPE]
    assert faint == []
    assert len({held[one] for one in SCHEMES}) == len(SCHEMES)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_the_same_accent_in_figures_as_on_the_page(room: str):
    assert colours(room, "light")["accent"] == ACCENTS[room]
    for theme in THEMES:
        assert colours(room, theme)["accent-text"] == ACCENT_TEXT[room][theme]


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
