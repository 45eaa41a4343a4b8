"""An action of the page that is an endpoint of the API as well, described once.

The arguments of an action carry knobs (`Annotated[int, Knob(1, 5000, "how many tokens")]`), as
the fields of a config do. From these come the check of every call, whoever makes it, and the
signature and documentation that the API page and MCP tools show.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from playground.knobs import Setting, setting
from playground.refused import Refused


class Endpoint:
    """One action: `call(arguments)` checks and runs it; `plain` is what an API framework takes."""

    def __init__(self, action: Callable[..., Any]):
        self.action = action
        self.name = action.__name__
        self.summary = inspect.cleandoc(action.__doc__ or "")

    @cached_property
    def settings(self) -> dict[str, Setting]:
        hints = get_type_hints(self.action, include_extras=True)
        return {
            name: setting(name, parameter.default, hints[name])
            for name, parameter in inspect.signature(self.action).parameters.items()
            if name in hints  # `self` of a method that is not bound
        }

    def check(self, arguments: Any) -> dict[str, Any]:
        """The arguments, checked. Raises `Refused` naming the one that is wrong or missing."""
        if not isinstance(arguments, Mapping):
            raise Refused("endpoints.not_an_object")
        try:
            json.dumps(dict(arguments), ensure_ascii=False).encode()
        except UnicodeEncodeError:  # half of a surrogate pair, which no answer or store can hold
            raise Refused("endpoints.half_character") from None
        except RecursionError:  # lists in lists in lists, deeper than any that means something
            raise Refused("endpoints.too_deep") from None
        for name in arguments:
            if name not in self.settings:
                known = ", ".join(self.settings) or "-"
                raise Refused("endpoints.unknown_argument", name=str(name)[:40], names=known)
        checked = {}
        for name, one in self.settings.items():
            if name in arguments and arguments[name] is not one.default:
                checked[name] = one.check(arguments[name])
            elif one.default is inspect.Parameter.empty:
                raise Refused("endpoints.missing_argument", name=name)
        return checked

    def with_defaults(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The checked arguments, those left out filled in."""
        defaults = {name: one.default for name, one in self.settings.items()}
        return defaults | self.check(arguments)

    def call(self, arguments: Any) -> Any:
        return self.action(**self.check(arguments))

    @cached_property
    def plain(self) -> Callable[..., Any]:
        """The same action with plain annotations (`int`, `str`, `dict` ...) and an `Args:` section.

        It takes positional or keyword arguments and checks them as `call` does.
        """
        signature = inspect.signature(self.action)
        hints = get_type_hints(self.action, include_extras=True)
        parameters = [
            parameter.replace(annotation=_plain_type(hints[name]))
            for name, parameter in signature.parameters.items()
        ]
        returned = get_type_hints(self.action).get("return", dict)

        def function(*positional: Any, **named: Any) -> Any:
            return self.call(signature.bind(*positional, **named).arguments)

        plain: Any = function
        plain.__name__ = plain.__qualname__ = self.name
        plain.__doc__ = self._documentation()
        plain.__signature__ = inspect.Signature(parameters, return_annotation=returned)
        plain.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": returned}
        return plain

    def _documentation(self) -> str:
        lines = [f"    {one.name}: {described(one)}" for one in self.settings.values()]
        return self.summary + ("\n\nArgs:\n" + "\n".join(lines) if lines else "")


def read_json(value: Any) -> Any:
    """What was sent, also where a tool could only send JSON as text; other text stays text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _plain_type(hint: Any) -> Any:
    bare = get_args(hint)[0]
    if isinstance(bare, UnionType):  # `list | None`: None is what it is when left out
        bare = next(one for one in get_args(bare) if one is not NoneType)
    return get_origin(bare) or bare


def described(one: Setting) -> str:
    """Help, range and default of an argument in one line."""
    parts = [one.help]
    if one.low is not None:
        parts.append(f"from {one.low:.15g} to {one.high:.15g}")
    elif one.choices:
        parts.append("one of " + ", ".join(one.choices))
    if one.default is not inspect.Parameter.empty and one.default is not None:
        parts.append(f"default {json.dumps(one.default)}")
    return "; ".join(parts)
