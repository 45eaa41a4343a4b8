"""Learning curves as a plotly figure, to be saved and shown anywhere without this app.

The live charts of the page are drawn on a canvas; this is the picture to take home.
"""

import html
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.experiments import perplexity
from playground.locales import say
from playground.palette import CELLS, LIGHT, SERIES, figure_template
from playground.runs.record import Run
from playground.runs.thinning import thin

Curves = Sequence[tuple[Run, dict[str, list[Any]]]]


def learning_curves(curves: Curves, language: str = "en") -> go.Figure:
    """Perplexity (train solid, validation dashed; log axis) above gradient norm, against steps."""
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.06
    )
    colours = _colours([run for run, _ in curves])
    for (run, full), colour in zip(curves, colours, strict=True):
        _, columns = thin(full)
        for column, trace in _traces(run, colour, language):
            steps, values = _measured(columns, column)
            upper = column != "gradient_norm"
            shown = [perplexity(value) for value in values] if upper else values
            if steps:
                figure.add_trace(
                    go.Scatter(x=steps, y=shown, **trace), row=1 if upper else 2, col=1
                )
    figure.update_layout(
        template=figure_template(),
        title_text=say("sequence.figure.title", language),
        height=640,
        margin_t=64,
        paper_bgcolor=LIGHT.page,
        plot_bgcolor=LIGHT.panel,
        hovermode="x unified",
    )
    figure.update_xaxes(title_text=say("sequence.figure.step", language), row=2, col=1)
    for row, name in ((1, "perplexity"), (2, "gradient_norm")):
        title = say(f"sequence.figure.{name}", language)
        figure.update_yaxes(title_text=title, type="log", row=row, col=1)
    return figure


def page(curves: Curves, language: str = "en") -> str:
    """The figure as one HTML page that needs no network."""
    figure = learning_curves(curves, language)
    return figure.to_html(
        include_plotlyjs=True, full_html=True, config={"responsive": True, "displaylogo": False}
    )


def _traces(run: Run, colour: str, language: str) -> list[tuple[str, dict[str, Any]]]:
    """(column, how its line is drawn), named for the run; a click in the legend takes all three."""
    lines = {
        "loss": ("sequence.figure.train", {"color": colour}),
        "validation_loss": ("sequence.figure.validation", {"color": colour, "dash": "dash"}),
        "gradient_norm": ("sequence.figure.gradient_norm", {"color": colour, "width": 1}),
    }
    # Plotly reads a few tags of HTML in names; a person's name for a run is text.
    name = html.escape(run.name)
    return [
        (
            column,
            {
                "name": f"{name} · {say(words, language)}",
                "mode": "lines",
                "line": line,
                "legendgroup": run.id,
                "showlegend": column != "gradient_norm",
            },
        )
        for column, (words, line) in lines.items()
    ]


def _measured(columns: dict[str, list[Any]], name: str) -> tuple[list[int], list[float]]:
    """Steps and values where something was measured."""
    both = zip(columns.get("step", []), columns.get(name, []), strict=False)  # it may lack one
    pairs = [(step, value) for step, value in both if value is not None]
    return [step for step, _ in pairs], [value for _, value in pairs]


def _colours(runs: Sequence[Run]) -> list[str]:
    """A cell's own colour where no other run of the figure has that cell, else the next free."""
    cells = [run.config.get("cell", "") for run in runs]
    if len(set(cells)) == len(cells) and set(cells) <= set(CELLS):
        return [CELLS[cell] for cell in cells]
    return [SERIES[number % len(SERIES)] for number in range(len(cells))]
