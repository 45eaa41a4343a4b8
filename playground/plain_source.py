"""A module's source without what only this project needs: shapes, knobs, remarks to its tools.

Edited as text, so that comments stay; what has become shorter is set as a formatter would.
"""

import ast
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

OWN = "playground"
SHAPES = "jaxtyping"
WIDTH = 100  # columns of a line
_FOR_TOOLS = re.compile(r"  # (?:noqa|type: ignore|pyrefly)\b.*$", re.MULTILINE)

Values = Mapping[str, Mapping[str, Any]]  # by class and field
Edit = tuple[int, int, str]  # from, to (bytes of the source), and what is to stand there


def plain(source: str, values: Values) -> str:
    """Annotations with plain types, settings with plain defaults and their help as a comment.

    `values` are the defaults to be set; imports of our own within functions go.
    """
    return _joined(_FOR_TOOLS.sub("", _edited(source, _edits(source, values))))


def _edits(source: str, values: Values) -> list[Edit]:
    tree = ast.parse(source)
    shapes = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == SHAPES
        for name in node.names
    }
    content, starts = source.encode(), _line_starts(source)
    edits: list[Edit] = []
    for node in ast.walk(tree):
        if _has_knob(node):
            edits.append(_setting(node, source, starts, values.get(_owner(tree, node), {})))
        elif _is_shape(node, shapes):
            first, last = _span(node.slice.elts[0], starts)  # type: ignore[attr-defined]
            edits.append((*_span(node, starts), content[first:last].decode()))
        elif isinstance(node, ast.FunctionDef):
            edits += [
                _whole_line(one, starts)
                for one in node.body
                if isinstance(one, ast.ImportFrom) and is_own(one)
            ]
    return edits


def _has_knob(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.annotation, ast.Subscript)
        and isinstance(node.annotation.value, ast.Name)
        and node.annotation.value.id == "Annotated"
    )


def _is_shape(node: ast.AST, shapes: set[str]) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in shapes
        and isinstance(node.slice, ast.Tuple)
    )


def is_own(node: ast.ImportFrom) -> bool:
    """Whether something is imported from this project."""
    return (node.module or "").split(".")[0] == OWN


def _owner(tree: ast.Module, field: ast.AST) -> str:
    """The class that a field stands in."""
    return next(
        one.name for one in tree.body if isinstance(one, ast.ClassDef) and field in one.body
    )


def _setting(field: Any, source: str, starts: Sequence[int], values: Mapping[str, Any]) -> Edit:
    """A field with its knob, as `name: type = value  # help`."""
    of_type, knob = field.annotation.slice.elts[:2]
    name = field.target.id
    default = ast.get_source_segment(source, field.value)
    shown = _literal(values[name]) if name in values else default
    line = f"{name}: {ast.unparse(of_type)} = {shown}"
    words = next((one.value for one in knob.args if _is_help(one)), "")
    indent = " " * field.col_offset
    if len(indent + line) + len(words) + 4 <= WIDTH:
        text = f"{line}  # {words}" if words else line
    else:
        text = f"# {words}\n{indent}{line}"
    return (*_span(field, starts), text)


def _is_help(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _literal(value: Any) -> str:
    """A setting as it is written in Python, with double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _line_starts(source: str) -> list[int]:
    """The byte at which each line starts: `ast` counts columns in bytes of UTF-8."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line.encode()))
    return starts


def _span(node: Any, starts: Sequence[int]) -> tuple[int, int]:
    first = starts[node.lineno - 1] + node.col_offset
    return first, starts[node.end_lineno - 1] + node.end_col_offset


def _whole_line(node: ast.stmt, starts: Sequence[int]) -> Edit:
    """Takes out the lines of a statement, and an empty line after it."""
    return starts[node.lineno - 1], starts[node.end_lineno or node.lineno], ""


def _edited(source: str, edits: Sequence[Edit]) -> str:
    content = source.encode()
    # From the end on, so that what is still to be edited stays where it is.
    for first, last, text in sorted(edits, reverse=True):
        content = content[:first] + text.encode() + content[last:]
    return content.decode()


def _joined(source: str) -> str:
    """Heads of functions that have become short enough on one line, as a formatter sets them."""
    lines = source.splitlines()
    heads = [
        (node.lineno - 1, node.body[0].lineno - 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    ]
    for first, last in sorted(heads, reverse=True):
        head = [line.strip() for line in lines[first:last]]
        if len(head) < 2 or "#" in "".join(head) or any(line.endswith(",") for line in head):
            continue
        indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        one = indent + re.sub(r"(?<=[(\[]) | (?=[)\]])", "", " ".join(head))
        if len(one) <= WIDTH:
            lines[first:last] = [one]
    return "\n".join(lines) + "\n"
