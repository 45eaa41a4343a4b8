"""The scripts and styles of the GAN room, in the order in which the page loads them."""

from pathlib import Path

from playground.widgets.assets import Part

_FOLDER = Path(__file__).parent / "page"
_FIRST = ("desk.js", "network.js", "sources.js")


def _scripts() -> tuple[str, ...]:
    """What others build on comes first, then the parts of a picture before it, then the stage."""
    others = {file.name for file in _FOLDER.glob("*.js")} - {*_FIRST, "stage.js"}

    def place(name: str) -> tuple[str, int, str]:
        stem, _, part = name.removesuffix(".js").partition("_")
        return stem, 0 if part else 1, part

    first = [name for name in _FIRST if (_FOLDER / name).is_file()]
    return (*first, *sorted(others, key=place), "stage.js")


PAGE = Part(
    _FOLDER,
    scripts=_scripts(),
    styles=tuple(sorted(file.name for file in _FOLDER.glob("*.css"))),
)
