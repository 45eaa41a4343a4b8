"""The page's scripts and styles as two files, `page.js` and `page.css`, named by their content.

They are put together once from the small files beside this one. A name with a hash of the content
lets a browser keep them for good and still get every new version at once.

A room's own files stand in its folder; the shell names them with `include` before the page is made.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playground.locales import LANGUAGES, catalogue

_HERE = Path(__file__).parent

# Order matters: each file may use those before it when it is loaded, all of them when it runs.
SCRIPTS = (
    "core.js", "language.js", "icons.js", "calls.js", "link.js", "notices.js", "asking.js",
    "plot.js", "live_chart_series.js", "live_chart_view.js", "live_chart_frame.js",
    "live_chart_picture.js", "live_chart_scene.js", "live_chart_export.js", "live_chart_tip.js",
    "live_chart_panel.js", "live_chart_pointer.js", "live_chart.js", "run_model.js", "stream.js",
    "popover.js", "fields.js", "corpus_field.js", "lesson_link.js", "controls.js", "lanes.js",
    "run_charts.js", "training_charts.js", "samples.js", "generation.js", "sequence_charts.js",
    "sequence_stage.js", "run_files.js", "run_row.js", "runs_drawer.js", "experiments.js",
    "lesson.js", "header.js", "room.js",
)  # fmt: skip
STYLES = ("tokens.css", "chrome.css")
# These are read as if each rule named an id: Gradio's own rules, which come later, then do not win.
FIRM_STYLES = (
    "base.css", "header.css", "room.css", "controls.css", "live_chart.css", "stage.css",
    "panels.css", "drawer.css", "lesson.css", "narrow.css",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """The scripts and styles of one room; `styles` are firm ones."""

    folder: Path
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


_parts: list[Part] = [Part(_HERE, SCRIPTS, FIRM_STYLES)]


def include(part: Part) -> None:
    """Adds the files of a room to the page's; twice is once."""
    if part not in _parts:
        _parts.append(part)
        _files.cache_clear()


@dataclass(frozen=True)
class Served:
    content: bytes
    media_type: str


def served(name: str) -> Served | None:
    """The file of this name, `None` if the page has no such file."""
    return _files().get(name)


def url(name: str) -> str:
    """Address of `page.js` or `page.css`, relative to the page."""
    return f"playground/{name}?v={_digest(_files()[name].content)}"


def head() -> str:
    """The tags that load the page's style and scripts; they belong into `<head>`."""
    return (
        f'<link rel="stylesheet" href="{url("page.css")}"><script src="{url("page.js")}"></script>'
    )


@cache
def _files() -> dict[str, Served]:
    return {
        "page.js": Served(_script(), "text/javascript; charset=utf-8"),
        "page.css": Served(_style(), "text/css; charset=utf-8"),
    }


def _script() -> bytes:
    """All scripts, led by the addresses of the catalogues: a new word makes a new address."""
    catalogues = {
        language: f"playground/locale/{language}.json?v="
        + _digest(json.dumps(dict(catalogue(language)), sort_keys=True).encode())
        for language in LANGUAGES
    }
    first = f"window.playground_catalogues = {json.dumps(catalogues)};\n"
    return first.encode() + _joined(part.folder / name for part in _parts for name in part.scripts)


def _style() -> bytes:
    firm = _joined(part.folder / name for part in _parts for name in part.styles)
    return _joined(_HERE / name for name in STYLES) + b"\n:is(#pg, :root) {\n" + firm + b"\n}\n"


def _joined(files: Iterable[Path]) -> bytes:
    return b"\n".join(file.read_bytes() for file in files)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
