"""The scripts and styles of the Attention room, in the order in which the page loads them."""

from pathlib import Path

from playground.attention.config import PICTURES
from playground.widgets.assets import Part

_FOLDER = Path(__file__).parent / "page"


def _scripts() -> tuple[str, ...]:
    there = sorted(file.name for file in _FOLDER.glob("*.js"))

    def of(name: str) -> list[str]:
        parts = [file for file in there if file.startswith(f"{name}_")]
        return parts + [file for file in there if file == f"{name}.js"]

    shared = ["desk.js", "sources.js", *of("viewer")]
    return (*shared, *(file for picture in PICTURES for file in of(picture)), "stage.js")


PAGE = Part(
    _FOLDER,
    scripts=_scripts(),
    styles=tuple(sorted(file.name for file in _FOLDER.glob("*.css"))),
)
