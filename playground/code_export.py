"""Code to take home: modules of this project as one script that needs nothing of it.

The text of the script is that of the modules, comments included. What goes is what means nothing
outside: shapes in annotations, knobs, imports of one module by another, and every definition and
method that nothing in the script uses. A definition in the script's own last part stands for that
of the same name in a module; so it brings what a module has from elsewhere.
"""

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.plain_source import OWN, SHAPES, WIDTH, Values, is_own, plain

_ALWAYS_KEPT = frozenset({"forward"})  # called by torch, whatever the script names
_HOUSE = Path(__file__).parent
_RULE = "# " + "-" * (WIDTH - 2)

Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Part:
    """The source of one module, or of the script's own part, and what it is called there."""

    title: str
    source: str


def modules(*names: str) -> list[Part]:
    """These modules of ours (`attention.training`) and all that they import of us, the imported
    ones first."""
    found: dict[str, Part] = {}

    def follow(title: str) -> None:
        if title in met or not (_HOUSE / title).is_file():
            return
        met.add(title)
        source = (_HOUSE / title).read_text(encoding="utf-8")
        for other in _borrowed(source).values():
            follow(other)
        found[title] = Part(title, source)

    met: set[str] = set()
    for name in names:
        follow(_title(f"{OWN}.{name}"))
    return list(found.values())


def assembled(parts: Sequence[Part], *, heading: str, values: Values | None = None) -> str:
    """One script of several modules; the last part is its own, and is kept whole.

    `values` are, by class and field, the new defaults of settings: their ranges go, their help
    becomes a comment. `ValueError` if two definitions that are needed have the same name.
    """
    held = [_Module.read(part, values or {}) for part in parts]
    pieces, words = _needed(held)
    arranged = _arranged(held, pieces)
    sections = [
        _section(each, kept, words) for each, kept in zip(held, arranged, strict=True) if kept
    ]
    body = "\n\n\n".join(sections)
    used = [
        (each.tree, set().union(*(piece.words(words) for piece in each.pieces if piece in pieces)))
        for each in held
    ]
    gap = "\n\n" if body.startswith("#") else "\n\n\n"
    return f"{heading.rstrip()}\n\n{_imports(used)}{gap}{body}\n"


class _Piece:
    """A top-level statement of a module, with its decorators and the comment just above it."""

    def __init__(self, node: ast.stmt, lines: Sequence[str]):
        self.node, self.lines = node, lines
        self.first, self.last = _first_line(node, lines), node.end_lineno or node.lineno
        self.names = frozenset(_bound(node))
        self.methods = {
            one.name: one
            for one in (node.body if isinstance(node, ast.ClassDef) else ())
            if isinstance(one, ast.FunctionDef)
        }

    def words(self, needed: set[str]) -> set[str]:
        """What it names; methods that nothing needs do not count."""
        if not isinstance(self.node, ast.ClassDef):
            return _words(self.node)
        parts = [one for one in self.node.body if not self._spare(one, needed)]
        above = (*self.node.bases, *self.node.decorator_list, *self.node.keywords)
        return set().union(*map(_words, (*above, *parts)))

    def text(self, needed: set[str]) -> str:
        gone: set[int] = set()
        for one in self.methods.values():
            if self._spare(one, needed):
                first = _first_line(one, self.lines)
                while not self.lines[first - 2].strip():
                    first -= 1
                gone.update(range(first, (one.end_lineno or 0) + 1))
        kept = [self.lines[at - 1] for at in range(self.first, self.last + 1) if at not in gone]
        return "\n".join(kept)

    @staticmethod
    def _spare(node: ast.stmt, needed: set[str]) -> bool:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("__"):
            return False
        return f".{node.name}" not in needed and node.name not in _ALWAYS_KEPT


@dataclass(frozen=True)
class _Module:
    title: str
    says: str  # its docstring
    tree: ast.Module
    pieces: tuple[_Piece, ...]
    defined: Mapping[str, _Piece]
    borrowed: Mapping[str, str]  # names from modules of ours -> the titles of these

    @classmethod
    def read(cls, part: Part, values: Values) -> "_Module":
        source = plain(part.source, values)
        tree, lines = ast.parse(source), source.splitlines()
        pieces = tuple(
            _Piece(node, lines)
            for node in tree.body
            if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr) or _runs(node)
        )
        defined = {name: piece for piece in pieces for name in piece.names}
        borrowed = _borrowed(part.source)
        return cls(part.title, ast.get_docstring(tree) or "", tree, pieces, defined, borrowed)


def _borrowed(source: str) -> dict[str, str]:
    """Names that a source imports from modules of ours -> the titles of these."""
    return {
        name.name: _title(node.module or "")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and is_own(node)
        for name in node.names
    }


def _title(dotted: str) -> str:
    """`playground.attention.model` -> `attention/model.py`; a package -> its `__init__.py`."""
    path = Path(*dotted.split(".")[1:])
    packaged = (_HOUSE / path).is_dir()
    return (path / "__init__.py" if packaged else path.with_suffix(".py")).as_posix()


def _runs(node: ast.stmt) -> bool:
    """Whether a statement is a call, and so no docstring and no import."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _needed(held: Sequence[_Module]) -> tuple[set[_Piece], set[str]]:
    """What the last part uses, and what that uses, until nothing new is met; and all that they
    name, as `_words` gives it."""
    own, by_title = held[-1], {each.title: each for each in held}
    home = {piece: each for each in held for piece in each.pieces}

    def meant(word: str, user: _Module) -> Iterator[_Piece]:
        """What a name stands for where it is used."""
        if word in own.defined:
            yield own.defined[word]
        elif word in user.defined:
            yield user.defined[word]
        elif word in user.borrowed:
            source = by_title.get(user.borrowed[word])
            yield from [source.defined[word]] if source and word in source.defined else []
        elif user is own:
            yield from (each.defined[word] for each in held if word in each.defined)

    pieces = set(own.pieces)
    words = {f".{name}" for piece in own.pieces for name in piece.methods}
    while True:
        used = [(word, home[piece]) for piece in pieces for word in piece.words(words)]
        more = {piece for word, user in used for piece in meant(word, user)}
        met = words | {word for word, _ in used}
        if met == words and more <= pieces:
            return pieces, words
        words, pieces = met, pieces | more


def _arranged(held: Sequence[_Module], needed: set[_Piece]) -> list[list[_Piece]]:
    """The needed pieces of each module, those of the last in the place of what they stand for.

    There, because a class wants the types of its fields above it.
    """
    own, placed = held[-1].defined, {}
    arranged: list[list[_Piece]] = [[] for _ in held]
    for each, kept in zip(held, arranged, strict=True):
        for one in each.pieces:
            piece = next((own[name] for name in one.names if name in own), one)
            if piece not in needed:
                continue
            twice = [name for name in piece.names if name in placed]
            for name in twice:
                if ast.dump(placed[name].node) != ast.dump(piece.node):
                    raise ValueError(f"{name} is defined twice")
            if not twice:
                placed |= dict.fromkeys(piece.names, piece)
                kept.append(piece)
    return arranged


def _section(of: _Module, pieces: Sequence[_Piece], words: set[str]) -> str:
    """What is kept of one module, under a rule with its name and what it says of itself."""
    alone = not set(pieces) & set(of.pieces)  # what stands for something here speaks for itself
    text = (
        ""
        if alone
        else "\n".join(
            [_RULE, *(f"# {line}".rstrip() for line in (of.title, *of.says.splitlines()))]
        )
    )
    before: _Piece | None = None
    for piece in pieces:
        block = any(isinstance(one.node, Definition | ast.If) for one in (piece, before) if one)
        near = before is not None and piece.first == before.last + 1
        gap = "\n\n\n" if block else "\n" if near else "\n\n"
        text += gap * bool(text) + piece.text(words)
        before = piece
    return text


# What a piece of source says.


def _first_line(node: ast.stmt, lines: Sequence[str]) -> int:
    """Where a statement starts, its decorators and the comment just above it included."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    return first


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, Definition):
        yield node.name
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    for one in (name for target in targets if target for name in ast.walk(target)):
        if isinstance(one, ast.Name):
            yield one.id


def _words(tree: ast.AST) -> set[str]:
    """Names, and attributes with a dot before them. A name in quotes is one too: types stand so."""
    words = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word):
                words.add(word)
            case ast.Attribute(attr=word):
                words.add(f".{word}")
            case ast.Constant(value=str() as word) if word.isidentifier() and word[0].isupper():
                words.add(word)
    return words


def _imports(used: Sequence[tuple[ast.Module, set[str]]]) -> str:
    """The imports of modules whose names are used there, the standard library's first."""
    whole: set[str] = set()
    named: dict[str, set[str]] = {}
    for node, words in ((one, words) for tree, words in used for one in tree.body):
        if isinstance(node, ast.Import):
            whole |= {_written(one) for one in node.names if _called(one) in words}
        elif isinstance(node, ast.ImportFrom) and not is_own(node) and node.module != SHAPES:
            names = {_written(one) for one in node.names if _called(one) in words}
            if names:
                named.setdefault(node.module or "", set()).update(names)
    lines = [(f"import {name}", name) for name in sorted(whole)]
    lines += [
        (f"from {source} import {', '.join(sorted(names, key=_by_kind))}", source)
        for source, names in sorted(named.items())
    ]
    known = sys.stdlib_module_names
    groups = ([], [])
    for line, source in lines:
        groups[source.split(".")[0].split(" ")[0] not in known].append(line)
    return "\n\n".join("\n".join(group) for group in groups if group)


def _called(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _by_kind(name: str) -> tuple[int, str]:
    """As import sorters order names: constants, classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name
