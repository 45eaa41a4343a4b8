"""Training curves as a plotly figure, to be saved and shown anywhere without this app.

The live charts of the page are drawn on a canvas; this is the picture to take home.
"""

import html
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.attention.config import TOYS
from playground.experiments import perplexity
from playground.locales import say
from playground.palette import LIGHT, SERIES, TRANSLATORS, figure_template
from playground.runs.record import Run
from playground.runs.thinning import thin

Curves = Sequence[tuple[Run, dict[str, list[Any]]]]

# Row of the figure, and whether its axis is logarithmic, for each column that is drawn.
_ROWS = {
    "loss": (1, True),
    "validation_loss": (1, True),
    "quality": (2, False),
    "learning_rate": (3, False),
}
_DASHED = ("validation_loss", "quality")  # what is measured on held-out pairs


def training_curves(curves: Curves, language: str = "en") -> go.Figure:
    """Perplexity (train solid, validation dashed), quality of held-out translations and learning
    rate, against steps."""
    figure = make_subplots(
        rows=3, cols=1, shared_xaxes=True, row_heights=[0.5, 0.3, 0.2], vertical_spacing=0.05
    )
    colours = _colours([run for run, _ in curves])
    for (run, full), colour in zip(curves, colours, strict=True):
        _, columns = thin(full)
        for column, (row, _) in _ROWS.items():
            steps, values = _measured(columns, column)
            shown = [perplexity(value) for value in values] if row == 1 else values
            if steps:
                trace = _trace(run, column, colour, language)
                figure.add_trace(go.Scatter(x=steps, y=shown, **trace), row=row, col=1)
    figure.update_layout(
        template=figure_template(),
        title_text=say("attention.figure.title", language),
        height=760,
        margin_t=64,
        paper_bgcolor=LIGHT.page,
        plot_bgcolor=LIGHT.panel,
        hovermode="x unified",
    )
    figure.update_xaxes(title_text=say("attention.figure.step", language), row=3, col=1)
    titles = {1: "perplexity", 2: _measure([run for run, _ in curves]), 3: "learning_rate"}
    for row, name in titles.items():
        kind = "log" if dict(_ROWS.values())[row] else "linear"
        title = say(f"attention.figure.{name}", language)
        figure.update_yaxes(title_text=title, type=kind, row=row, col=1)
    return figure


def page(curves: Curves, language: str = "en") -> str:
    """The figure as one HTML page that needs no network."""
    figure = training_curves(curves, language)
    return figure.to_html(
        include_plotlyjs=True, full_html=True, config={"responsive": True, "displaylogo": False}
    )


def _trace(run: Run, column: str, colour: str, language: str) -> dict[str, Any]:
    """How a line is drawn, named for the run; a click in the legend takes all of the run's."""
    # Plotly reads a few tags of HTML in names; a person's name for a run is text.
    name = html.escape(run.name)
    words = {"loss": "train", "validation_loss": "validation", "quality": _measure([run])}
    line = {"color": colour, "dash": "dash"} if column in _DASHED else {"color": colour}
    return {
        "name": f"{name} · {say(f'attention.figure.{words.get(column, column)}', language)}",
        "mode": "lines",
        "line": line,
        "legendgroup": run.id,
        "showlegend": _ROWS[column][0] == 1,
    }


def _measured(columns: dict[str, list[Any]], name: str) -> tuple[list[int], list[float]]:
    """Steps and values where something was measured."""
    both = zip(columns.get("step", []), columns.get(name, []), strict=False)  # it may lack one
    pairs = [(step, value) for step, value in both if value is not None]
    return [step for step, _ in pairs], [value for _, value in pairs]


def _measure(runs: Sequence[Run]) -> str:
    """Whether the quality of these runs is BLEU, a share of exact rows, or one of both."""
    toys = {run.config.get("task") in TOYS for run in runs}
    return "quality" if len(toys) != 1 else "exact" if toys == {True} else "bleu"


def _colours(runs: Sequence[Run]) -> list[str]:
    """A model's own colour where no other run of the figure is one, else the next free."""
    models = [run.config.get("model", "") for run in runs]
    if len(set(models)) == len(models) and set(models) <= set(TRANSLATORS):
        return [TRANSLATORS[model] for model in models]
    return [SERIES[number % len(SERIES)] for number in range(len(models))]
