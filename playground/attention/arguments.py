"""The arguments that questions about a model share, each with the range of its setting."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_type_hints

from playground.attention.config import LONGEST_TEXT, AttentionRoom
from playground.endpoints import read_json
from playground.knobs import Choice, Knob, Payload, Switch, Text
from playground.refused import Refused

KINDS = ("encoder", "decoder", "cross")
MOST_CHANGES = 5_000  # weights or cells of masks changed at once
_HINTS = get_type_hints(AttentionRoom, include_extras=True)


def setting(name: str) -> Any:
    """The knob of a setting of the room: range, choices and help are declared there only."""
    return get_args(_HINTS[name])[1]


Source = Annotated[str, setting("source")]
ShownText = Annotated[str, setting("text")]
Target = Annotated[str, Text(LONGEST_TEXT, "a translation to be looked at; empty: the model's own")]
Beam = Annotated[int, setting("beam")]
Maps = Annotated[str, setting("maps")]
Layer = Annotated[int, Knob(0, 5, "layer, counted from 0")]
Head = Annotated[int, Knob(0, 15, "head, counted from 0")]
Pair = Annotated[str, Choice(("eng-fra", "eng-cmn"), "languages: English to French or Chinese")]
PairOrModel = Annotated[
    str, Text(80, "eng-fra, eng-cmn, the name of shipped weights, or the id of a run")
]
SwitchedOff = Annotated[
    list | None,
    Payload(5_000, 'JSON list of heads that are to give nothing, such as [["cross", 0, 2]]'),
]
Changes = Annotated[
    dict | None,
    Payload(
        200_000,
        'JSON object: "switched_off" [[kind, layer, head]], "weights" [[kind, layer, head, row, '
        'column, value]], "blocked" [[kind, layer, head, row, column, true]], "positions" true',
    ),
]
Positions = Annotated[bool, Switch("whether a token's place is added to it")]
Sentences = Annotated[int, Knob(1, 200, "held-out sentences to measure on")]
Seed = Annotated[int, setting("seed")]
ModelName = Annotated[str, setting("model_name")]
TextPair = Annotated[str, Text(LONGEST_TEXT, "a second text, for models that read two")]
Download = Annotated[bool, Switch("fetch the model from the Hub if it is not on this machine")]


# What the pictures ask first of shipped weights; the answers are kept beside the weights.
FIRST: Mapping[str, Mapping[str, Any]] = {
    "look": {"text": "", "target": "", "beam": AttentionRoom().beam},
    "inside": {"text": "", "target": "", "maps": AttentionRoom().maps, "layer": 0, "head": 0},
    "altered": {
        "text": "",
        "target": "",
        "changes": {"switched_off": [], "weights": [], "blocked": [], "positions": True},
    },
}


def heads_off(given: Any) -> list[list[Any]]:
    """[[kind, layer, head] …], each a list of sound types. Raises `Refused`."""
    return _rows(given, "switched_off", (str, int, int))


def changes_of(given: Any) -> dict[str, Any]:
    """The changes of a question, every part there. Raises `Refused` if they are no such thing."""
    given = read_json(given)
    given = {} if given is None else given
    known = ("switched_off", "weights", "blocked", "positions")
    if not isinstance(given, dict) or not set(given) <= set(known):
        raise Refused("attention.bad_changes")
    positions = given.get("positions", True)
    if not isinstance(positions, bool):
        raise Refused("attention.bad_changes")
    cell = (str, int, int, int, int)
    return {
        "switched_off": _rows(given.get("switched_off"), "switched_off", (str, int, int)),
        "weights": _rows(given.get("weights"), "weights", (*cell, float)),
        "blocked": _rows(given.get("blocked"), "blocked", (*cell, bool)),
        "positions": positions,
    }


def _rows(given: Any, name: str, types: tuple[type, ...]) -> list[list[Any]]:
    given = read_json(given)
    given = [] if given is None else given
    sound = isinstance(given, list) and all(
        isinstance(row, list)
        and len(row) == len(types)
        and all(_is(value, kind) for value, kind in zip(row, types, strict=True))
        for row in given
    )
    if not sound or any(row[0] not in KINDS for row in given):
        raise Refused("attention.bad_places", name=name)
    if len(given) > MOST_CHANGES:
        raise Refused("attention.many_changes", limit=MOST_CHANGES)
    return given


def _is(value: Any, kind: type) -> bool:
    if kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and abs(value) <= 1e6
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000
    return isinstance(value, kind)
