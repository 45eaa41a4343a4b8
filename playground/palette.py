"""Colours and fonts, and the plotly template made of them (LOOK of the project: quiet page).

`widgets/tokens.css` holds the same colours as custom properties; a test compares the two.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shades:
    """One theme. Contrast of `text` and `text_second` on `page` and `panel` is AA or better."""

    page: str
    panel: str
    line: str
    text: str
    text_second: str


LIGHT = Shades(
    page="#FBFAF7", panel="#FFFFFF", line="#E6E2DA", text="#1B1F24", text_second="#5B6470"
)
DARK = Shades(
    page="#0E1116", panel="#161B22", line="#2A313C", text="#E8EAED", text_second="#9AA4B2"
)

# One accent per room for shapes and lines, and the step of it that is AA for text on a panel.
ACCENTS = {
    "tokens": "#C2850B",
    "sequence": "#0E8F86",
    "attention": "#6D5AE6",
    "gan": "#D9486E",
    "nerf": "#1F86D9",
    "llm": "#3E9B4F",
}
ACCENT_TEXT = {
    "tokens": {"light": "#805500", "dark": "#E8B04A"},
    "sequence": {"light": "#0B7069", "dark": "#4FC7BD"},
    "attention": {"light": "#5746CF", "dark": "#A79BF5"},
    "gan": {"light": "#B42852", "dark": "#F495AF"},
}

# Okabe and Ito's colours, told apart by colour-blind people (https://jfly.uni-koeln.de/color/).
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
CELLS = {"rnn": SERIES[0], "gru": SERIES[1], "lstm": SERIES[2]}
# Models that translate; the recurrent one without attention has the colour of its cell.
TRANSLATORS = {"transformer": SERIES[0], "gru": SERIES[1], "gru_attention": SERIES[2]}
LOSSES = {
    "non_saturating": SERIES[0],
    "minimax": SERIES[1],
    "least_squares": SERIES[2],
    "hinge": "#B0578B",
    "wgan_gp": "#B07C00",
}

SEQUENTIAL = "Viridis"  # for quantities that are never negative
DIVERGING = "RdBu"  # for signed quantities, centred at zero

# Where gradio ships no Chinese font, the reader's system has one.
FALLBACK_FONTS = (
    "system-ui",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "sans-serif",
)
FALLBACK_MONO_FONTS = (
    "ui-monospace",
    "SFMono-Regular",
    "Menlo",
    "Consolas",
    "Noto Sans Mono CJK SC",
    "monospace",
)
# The weights whose files come with gradio and hold every letter (the half-bold ones do not).
FONT, FONT_WEIGHTS = "IBM Plex Sans", (400, 700)
MONO_FONT, MONO_FONT_WEIGHTS = "IBM Plex Mono", (400, 700)


def figure_template(theme: str = "light") -> dict[str, Any]:
    """The plotly template, as plain data, for `light` or `dark`; the ground is the page's."""
    shades = DARK if theme == "dark" else LIGHT
    axis = {
        "gridcolor": shades.line,
        "linecolor": shades.line,
        "zerolinecolor": shades.line,
        "tickfont": {"color": shades.text_second},
        "title": {"font": {"color": shades.text_second}},
    }
    return {
        "layout": {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(SERIES),
            "font": {"family": ", ".join((FONT, *FALLBACK_FONTS)), "color": shades.text},
            "xaxis": axis,
            "yaxis": axis,
            "margin": {"l": 48, "r": 12, "t": 24, "b": 40},
        }
    }
