"""The scripts and styles of the Tokens room, in the order in which the page loads them."""

from pathlib import Path

from playground.widgets.assets import Part

# Each view has a script and a style of its name; larger ones have parts, loaded before it.
_VIEWS: dict[str, tuple[str, ...]] = {
    "strip": ("text", "pieces", "box", "vocabulary", "languages", "card"),
    "merges": ("text", "made", "curve"),
    "onehot": ("draw", "matrix", "memory", "lookup", "categories"),
    "embedding": ("kinds", "gestures", "space", "nearest"),
    "frequency": ("search", "plot"),
    "ngrams": ("curve", "table", "writing"),
    "minibatches": ("overview", "ribbon", "matrices", "padding"),
}
_PARTS = (f"{view}_{part}.js" for view, parts in _VIEWS.items() for part in parts)

PAGE = Part(
    Path(__file__).parent / "page",
    scripts=(
        "desk.js",
        "sources.js",
        *_PARTS,
        *(f"{view}.js" for view in _VIEWS),
        "stage.js",
    ),
    styles=("stage.css", *(f"{view}.css" for view in _VIEWS)),
)
