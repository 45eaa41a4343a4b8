"""Ranges and helps of settings, declared once beside each field of a config dataclass.

    learning_rate: Annotated[float, Knob(1e-5, 1e1, "step size", log=True)] = 1.0

From that one line come the control on the page, the flag of the command line, the check of
everything an API caller sends, the lesson link and the saved card. No screen is known here.
"""

import argparse
import dataclasses
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from playground.refused import Refused


@dataclass(frozen=True)
class Knob:
    """A number in [low, high]; `log` asks for a logarithmic slider, `zero_is_off` labels the 0."""

    low: float
    high: float
    help: str
    log: bool = False
    zero_is_off: bool = False


@dataclass(frozen=True)
class Choice:
    """One of `names`, or `prefix` followed by a SHA-256 (64 hexadecimal digits)."""

    names: tuple[str, ...]
    help: str
    prefix: str | None = None


@dataclass(frozen=True)
class Text:
    max_length: int
    help: str


@dataclass(frozen=True)
class Switch:
    help: str


@dataclass(frozen=True)
class Payload:
    """Any JSON value, at most `max_length` characters when written down; its owner checks it."""

    max_length: int
    help: str


@dataclass(frozen=True)
class Setting:
    """One field of a config, as plain data for a page, a command line or an API description."""

    name: str
    kind: str  # integer | number | choice | text | switch | json
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    zero_is_off: bool = False
    choices: tuple[str, ...] = ()
    prefix: str | None = None
    max_length: int | None = None

    def check(self, value: Any) -> Any:
        """The value in the field's own type. Raises `Refused` naming the field."""
        match self.kind:
            case "integer" | "number":
                return self._number(value)
            case "switch":
                if not isinstance(value, bool):
                    raise Refused("knobs.wrong_type", name=self.name, expected="true / false")
                return value
            case "json":
                return self._payload(value)
        if not isinstance(value, str):
            raise Refused("knobs.wrong_type", name=self.name, expected="text")
        if self.kind == "choice":
            own = self.prefix and re.fullmatch(re.escape(self.prefix) + "[0-9a-f]{64}", value)
            if value not in self.choices and not own:
                choices = ", ".join(self.choices)
                raise Refused(
                    "knobs.not_a_choice", name=self.name, value=_short(value), choices=choices
                )
        elif self.max_length is not None and len(value) > self.max_length:
            raise Refused(
                "knobs.too_long", name=self.name, length=len(value), limit=self.max_length
            )
        return value

    def _number(self, value: Any) -> int | float:
        # bool is an int in Python, and 10**400 passes `isinstance` but breaks `math.isfinite`.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused("knobs.wrong_type", name=self.name, expected=self.kind)
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        inside = low <= value <= high  # False for NaN
        whole = self.kind == "number" or (inside and value == int(value))
        if not inside or not whole:
            key = "knobs.out_of_range" if not inside else "knobs.not_whole"
            raise Refused(
                key,
                name=self.name,
                value=_short(value),
                low=_number_text(self.low),
                high=_number_text(self.high),
            )
        return float(value) if self.kind == "number" else int(value)

    def _payload(self, value: Any) -> Any:
        try:
            length = len(json.dumps(value))
        except (ValueError, TypeError, RecursionError):
            raise Refused("knobs.wrong_type", name=self.name, expected="JSON") from None
        if self.max_length is not None and length > self.max_length:
            raise Refused("knobs.too_long", name=self.name, length=length, limit=self.max_length)
        return value

    def from_text(self, text: str) -> Any:
        """The value written in a link or on a command line. Raises `Refused` naming the field."""
        match self.kind:
            case "integer" | "number":
                try:
                    value = float(text)
                except ValueError:
                    raise Refused("knobs.wrong_type", name=self.name, expected=self.kind) from None
                # An exact integer must not pass through a float's 53 bits.
                return self.check(int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else value)
            case "switch":
                words = {"1": True, "true": True, "0": False, "false": False}
                return self.check(words.get(text.lower()))
        return self.check(text)


def _number_text(number: float | None) -> str:
    """A bound as a person writes it: 20000 rather than 20000.0, 1e-05 where that is shorter."""
    return "" if number is None else f"{number:.15g}"


def _short(value: Any) -> str:
    """A visitor's value, cut for a sentence; a whole number of 400 digits cannot be shown."""
    if isinstance(value, int) and abs(value) > 10**20:
        return ("-" if value < 0 else "") + "1e20…"
    text = repr(value) if isinstance(value, float) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


@cache
def settings(config_class: type) -> tuple[Setting, ...]:
    """The fields of a config dataclass that carry a knob, in order."""
    hints = get_type_hints(config_class, include_extras=True)
    return tuple(
        setting(field.name, field.default, hints[field.name])
        for field in dataclasses.fields(config_class)
        if get_origin(hints[field.name]) is Annotated
    )


def setting(name: str, default: Any, hint: Any) -> Setting:
    """One setting from an `Annotated[type, knob]` of a config's field or an endpoint's argument."""
    of_type, knob = get_args(hint)[:2]
    shared = {"name": name, "default": default, "help": knob.help}
    match knob:
        case Knob():
            kind = "integer" if of_type is int else "number"
            return Setting(
                kind=kind,
                low=knob.low,
                high=knob.high,
                log=knob.log,
                zero_is_off=knob.zero_is_off,
                **shared,
            )
        case Choice():
            return Setting(kind="choice", choices=knob.names, prefix=knob.prefix, **shared)
        case Text():
            return Setting(kind="text", max_length=knob.max_length, **shared)
        case Switch():
            return Setting(kind="switch", **shared)
        case Payload():
            return Setting(kind="json", max_length=knob.max_length, **shared)
    raise TypeError(f"{name}: {knob!r} is no knob")


def parse(config_class: type, mapping: Any) -> Any:
    """A config from what a page, an API caller or a file gives; fields left out keep defaults.

    Raises `Refused` naming the first field that is unknown, of a wrong type or out of range.
    """
    if isinstance(mapping, str):
        try:
            mapping = json.loads(mapping)
        except (ValueError, RecursionError):
            raise Refused("knobs.not_json") from None
    if not isinstance(mapping, Mapping):
        raise Refused("knobs.not_json")
    known = {one.name: one for one in settings(config_class)}
    values = {}
    for name, value in mapping.items():
        if name not in known:
            raise Refused("knobs.unknown", name=_short(name), names=", ".join(known))
        values[name] = known[name].check(value)
    config = config_class(**values)
    if hasattr(config, "check"):
        config.check()
    return config


def as_dict(config: Any) -> dict[str, Any]:
    return {one.name: getattr(config, one.name) for one in settings(type(config))}


def to_link(config: Any) -> dict[str, str]:
    """What differs from the defaults, as the query of a link."""
    return {
        one.name: _link_text(getattr(config, one.name))
        for one in settings(type(config))
        if getattr(config, one.name) != one.default
    }


def _link_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def from_link(config_class: type, query: Mapping[str, str]) -> tuple[Any, list[dict[str, Any]]]:
    """The config a link describes, and what of the link was ignored, with the reason.

    A link may be old or mistyped: unlike `parse`, a bad value falls back to the default.
    """
    known = {one.name: one for one in settings(config_class)}
    values, ignored = {}, []
    for name, text in query.items():
        try:
            if name not in known:
                raise Refused("knobs.unknown", name=_short(name), names=", ".join(known))
            values[name] = known[name].from_text(str(text))
        except Refused as refusal:
            ignored.append({"name": _short(name), "reason": refusal.as_json()})
    try:
        return parse(config_class, values), ignored
    except Refused as refusal:  # each value is fine alone but not together
        ignored.append({"name": "", "reason": refusal.as_json()})
        return config_class(), ignored


def add_arguments(parser: argparse.ArgumentParser, config_class: type) -> None:
    """One flag per setting: `--hidden-size 256`."""
    for one in settings(config_class):
        span = (
            f" [{_number_text(one.low)} … {_number_text(one.high)}]"
            if one.low is not None
            else f" ({', '.join(one.choices)})"
            if one.choices
            else ""
        )
        parser.add_argument(
            "--" + one.name.replace("_", "-"),
            metavar=one.kind.upper(),
            nargs="?" if one.kind == "switch" else None,
            const="true" if one.kind == "switch" else None,
            help=f"{one.help}{span}, default {one.default!r}".replace("%", "%%"),
        )


def from_arguments(config_class: type, namespace: argparse.Namespace) -> Any:
    """The config that the flags describe. Raises `Refused` naming the flag's field."""
    given = {
        one.name: one.from_text(getattr(namespace, one.name))
        for one in settings(config_class)
        if getattr(namespace, one.name, None) is not None
    }
    return parse(config_class, given)
