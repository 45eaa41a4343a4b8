"""The palette as a Gradio theme, for the few of Gradio's own controls that the page shows."""

import gradio as gr
from gradio.themes import LocalFont
from gradio.themes.utils import colors

from playground.palette import (
    ACCENT_TEXT,
    ACCENTS,
    DARK,
    FALLBACK_FONTS,
    FALLBACK_MONO_FONTS,
    FONT,
    FONT_WEIGHTS,
    LIGHT,
    MONO_FONT,
    MONO_FONT_WEIGHTS,
)


def theme() -> gr.themes.Base:
    """Light and dark in one; fonts come from this server or the reader's system."""
    look = gr.themes.Base(
        primary_hue=colors.teal,
        secondary_hue=colors.teal,
        neutral_hue=colors.stone,
        font=[LocalFont(FONT, FONT_WEIGHTS), *FALLBACK_FONTS],
        font_mono=[LocalFont(MONO_FONT, MONO_FONT_WEIGHTS), *FALLBACK_MONO_FONTS],
    )
    both: dict[str, str] = {}
    for name, light, dark in _COLOURS:
        both |= {name: light, f"{name}_dark": dark}
    return look.set(**both)


_TEAL = ACCENT_TEXT["sequence"]
_COLOURS = (
    ("body_background_fill", LIGHT.page, DARK.page),
    ("body_text_color", LIGHT.text, DARK.text),
    ("body_text_color_subdued", LIGHT.text_second, DARK.text_second),
    ("background_fill_primary", LIGHT.panel, DARK.panel),
    ("background_fill_secondary", LIGHT.page, DARK.page),
    ("block_background_fill", LIGHT.panel, DARK.panel),
    ("border_color_primary", LIGHT.line, DARK.line),
    ("border_color_accent", ACCENTS["sequence"], ACCENTS["sequence"]),
    ("link_text_color", _TEAL["light"], _TEAL["dark"]),
    ("link_text_color_hover", _TEAL["light"], _TEAL["dark"]),
    ("button_primary_background_fill", _TEAL["light"], _TEAL["dark"]),
    ("button_primary_background_fill_hover", ACCENTS["sequence"], ACCENTS["sequence"]),
    ("button_primary_text_color", LIGHT.panel, DARK.page),
)
