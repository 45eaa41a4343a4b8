"""Modules become one script: what goes, what stays, and what stands for what."""

import ast

import pytest

from playground.code_export import Part, assembled, modules

MODEL = '''"""A model.

With a second line.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from playground.knobs import Annotated, Knob
from playground.garden.seed import planted  # noqa: F401

LARGE = 3
# Why it is small.
SMALL = 1

UNUSED = math.pi


@dataclass(frozen=True)
class Config:
    size: Annotated[int, Knob(1, 9, "how large — 大小")] = 4
    name: Annotated[str, Knob(1, 9, "what")] = "a"
    plain: int = 0


class Model:
    def __init__(self, size: int):
        self.size = size

    def grow(
        self, by: Float[Tensor, "batch width"], left: Int[Tensor, " batch"]
    ) -> tuple[Float[Tensor, "batch width"], Int[Tensor, " batch"]]:
        """Grows."""
        from playground.garden.seed import planted

        return planted(by) * SMALL, left  # noqa: E501 - a remark

    # Why it shrinks.
    @property
    def shrunk(self) -> Float[Tensor, ""]:
        return self.grow(torch.zeros(LARGE), 0)[0]

    def forward(self) -> None:
        """Called by torch."""


def helped(
    one: Float[Tensor, "a"],
    other: int,
) -> None:
    """Stays as it is: the comma says so."""
'''
SEED = '''"""Seeds."""

from playground.refused import Refused


def planted(x):
    raise Refused("garden.winter")


def _hidden():
    """Nobody needs it."""
'''
MAIN = '''
class Refused(ValueError):
    """In a script."""


def planted(x):
    return 2 * x


if __name__ == "__main__":
    print(Model(Config().size).grow(1, 2))
'''


def made(*parts, main=MAIN, **options):
    held = [Part(f"garden/{name}.py", source) for name, source in parts]
    return assembled([*held, Part("The run", main)], heading="# Heading", **options)


def whole(**options):
    return made(("seed", SEED), ("model", MODEL), **options)


def test_the_script_runs_and_imports_nothing_of_ours():
    text = whole().replace("import torch\nfrom torch import Tensor", "Tensor = int")
    told = []
    exec(compile(text, "script", "exec"), {"__name__": "__main__", "print": told.append})  # noqa: S102
    assert told == [(2, 2)]
    assert "playground" not in text
    assert "jaxtyping" not in text


def test_shapes_go_and_heads_are_set_on_one_line_where_they_fit():
    text = whole()
    assert "    def grow(self, by: Tensor, left: Tensor) -> tuple[Tensor, Tensor]:" in text
    kept = made(("model", MODEL), main="helped(1, 2)\n")
    assert "def helped(\n    one: Tensor,\n    other: int,\n) -> None:" in kept


def test_settings_have_the_given_values_and_their_help_beside_them():
    text = whole(values={"Config": {"size": 7, "name": 'b"'}})
    assert "    size: int = 7  # how large — 大小\n" in text
    assert '    name: str = "b\\""  # what\n' in text
    assert "    plain: int = 0\n" in text
    assert "    size: int = 4  # how large — 大小\n" in whole()


def test_what_nothing_uses_stays_at_home():
    text = whole()
    for gone in ("UNUSED", "math", "shrunk", "Why it shrinks", "helped", "LARGE", "_hidden"):
        assert gone not in text
    for kept in ("# Why it is small.\nSMALL = 1", "def forward", "# With a second line."):
        assert kept in text


def test_a_definition_of_the_script_stands_in_the_place_of_that_of_a_module():
    text = whole()
    assert text.count("def planted") == 1
    assert "return 2 * x" in text
    assert text.index("def planted") < text.index("class Model") < text.index("class Refused")


def test_each_module_means_its_own_definitions_by_a_name():
    other = (
        '"""Other."""\n\n\ndef helped(a):\n    return a\n\n\ndef used():\n    return helped(1)\n'
    )
    text = made(("model", MODEL), ("other", other), main="used()\n")
    assert text.count("def helped") == 1
    assert "return a" in text
    with pytest.raises(ValueError, match="helped is defined twice"):
        made(("model", MODEL), ("other", other), main="helped(1)\n")


def test_remarks_to_tools_go():
    assert "noqa" not in whole()


def test_modules_come_with_all_that_they_import_before_them():
    titles = [part.title for part in modules("attention.training")]
    assert titles[-1] == "attention/training.py"
    assert len(titles) == len(set(titles))
    places = {title: at for at, title in enumerate(titles)}
    assert places["attention/config.py"] < places["attention/model.py"]
    assert places["optimizers.py"] < places["attention/training.py"]
    for part in modules("attention.training"):
        ast.parse(part.source)
