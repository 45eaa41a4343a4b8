"""Games as a plotly figure, to be saved and shown anywhere without this app.

The live charts of the page are drawn on a canvas; this is the picture to take home.
"""

import html
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.gan.config import POINT_SETS
from playground.locales import say
from playground.palette import LIGHT, LOSSES, SERIES, figure_template
from playground.runs.record import Run
from playground.runs.thinning import thin

Curves = Sequence[tuple[Run, dict[str, list[Any]]]]

# Row of the figure and dash for each column that is drawn.
_LINES = {
    "frechet": (1, "solid"),
    "js": (1, "solid"),
    "real_score": (2, "solid"),
    "held_out_score": (2, "dash"),
    "fake_score": (2, "dot"),
    "discriminator_loss": (3, "solid"),
    "generator_loss": (3, "dot"),
}


def game_curves(curves: Curves, language: str = "en") -> go.Figure:
    """Quality (log), what D gives real, held-out and forged samples, and both losses, by steps."""
    figure = make_subplots(
        rows=3, cols=1, shared_xaxes=True, row_heights=[0.4, 0.3, 0.3], vertical_spacing=0.05
    )
    colours = _colours([run for run, _ in curves])
    for (run, full), colour in zip(curves, colours, strict=True):
        _, columns = thin(full)
        named = False
        for column, (row, dash) in _LINES.items():
            steps, values = _measured(columns, column)
            if not steps:
                continue
            trace = _trace(run, column, {"color": colour, "dash": dash}, language)
            figure.add_trace(go.Scatter(x=steps, y=values, showlegend=not named, **trace), row, 1)
            named = True
    figure.update_layout(
        template=figure_template(),
        title_text=say("gan.figure.title", language),
        height=780,
        margin_t=64,
        paper_bgcolor=LIGHT.page,
        plot_bgcolor=LIGHT.panel,
        hovermode="x unified",
    )
    plane = all(run.config.get("data") in POINT_SETS for run, _ in curves)
    figure.update_xaxes(title_text=say("gan.figure.step", language), row=3, col=1)
    for row, name in ((1, "js" if plane else "quality"), (2, "scores"), (3, "losses")):
        kind = "log" if row == 1 else "linear"
        figure.update_yaxes(
            title_text=say(f"gan.figure.{name}", language), type=kind, row=row, col=1
        )
    return figure


def page(curves: Curves, language: str = "en") -> str:
    """The figure as one HTML page that needs no network."""
    figure = game_curves(curves, language)
    return figure.to_html(
        include_plotlyjs=True, full_html=True, config={"responsive": True, "displaylogo": False}
    )


def _trace(run: Run, column: str, line: dict[str, str], language: str) -> dict[str, Any]:
    """How a line is drawn, named for the run; a click in the legend takes all of the run's."""
    # Plotly reads a few tags of HTML in names; a person's name for a run is text.
    name = html.escape(run.name)
    words = "JS" if column == "js" else say(f"gan.figure.{column}", language)
    return {"name": f"{name} · {words}", "mode": "lines", "line": line, "legendgroup": run.id}


def _measured(columns: dict[str, list[Any]], name: str) -> tuple[list[int], list[float]]:
    """Steps and values where something was measured."""
    both = zip(columns.get("step", []), columns.get(name, []), strict=False)  # it may lack one
    pairs = [(step, value) for step, value in both if value is not None]
    return [step for step, _ in pairs], [value for _, value in pairs]


def _colours(runs: Sequence[Run]) -> list[str]:
    """A loss's own colour where no other run of the figure has that loss, else the next free."""
    losses = [run.config.get("loss", "") for run in runs]
    if len(set(losses)) == len(losses) and set(losses) <= set(LOSSES):
        return [LOSSES[loss] for loss in losses]
    return [SERIES[number % len(SERIES)] for number in range(len(losses))]
