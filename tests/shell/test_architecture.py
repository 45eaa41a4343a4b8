"""Who may import whom. The rules are those of ARCHITECTURE and STYLE; this file keeps them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "playground"
SLICES = {"sequence", "tokens", "attention", "gan", "nerf", "llm"}
# The only places that know every room.
KNOW_ALL = {"shell", "command_line", "__main__"}
SOURCES = sorted(PACKAGE.rglob("*.py"))
LAYERS = ("data", "model", "training", "figures", "tab")


def imported(file: Path, *, at_the_top: bool = False) -> Iterator[str]:
    """Dotted names of what a file imports, `from a import b` as `a.b`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = _run_on_import(tree) if at_the_top else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that are executed when the module is imported: not those inside functions."""
    for child in ast.iter_child_nodes(node):
        checking = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not checking and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _run_on_import(child)


def place(file: Path) -> tuple[str, ...]:
    """`("sequence", "tab")` for playground/sequence/tab.py."""
    return file.relative_to(PACKAGE).with_suffix("").parts


def breaches(of: str, allowed: "set[Path]", files: "list[Path]" = SOURCES) -> list[str]:
    return [
        f"{'/'.join(place(file))} imports {name}"
        for file in files
        if file not in allowed
        for name in imported(file)
        if name.partition(".")[0] == of
    ]


def test_no_room_imports_another_and_shared_rooms_import_none():
    wrong = []
    for file in SOURCES:
        where = place(file)
        for name in imported(file):
            parts = name.split(".")
            other = parts[1] if parts[0] == "playground" and len(parts) > 1 else ""
            if other in SLICES and where[0] != other and where[0] not in KNOW_ALL:
                wrong.append(f"{'/'.join(where)} imports {name}")
    assert wrong == []


def test_within_a_room_what_is_pure_does_not_know_what_is_drawn():
    wrong = []
    for file in SOURCES:
        room, layer = place(file)[0], place(file)[-1]
        if room not in SLICES or layer not in LAYERS:
            continue
        later = LAYERS[LAYERS.index(layer) + 1 :]
        for name in imported(file):
            parts = name.split(".")
            if parts[:2] == ["playground", room] and len(parts) > 2 and parts[2] in later:
                wrong.append(f"{room}/{layer} imports {name}")
    assert wrong == []


def test_gradio_is_known_to_tabs_widgets_and_the_shell_only():
    tabs = {file for file in SOURCES if place(file)[-1] == "tab" or place(file)[0] == "widgets"}
    # sharing.py borrows the tunnel, and nothing of the page.
    assert breaches("gradio", tabs | {PACKAGE / "shell.py", PACKAGE / "sharing.py"}) == []


def test_plotly_is_known_to_figures_and_the_palette_only():
    drawing = {file for file in SOURCES if place(file)[-1] in ("figures", "palette")}
    # The shell names a figure's type, for a checker's eyes.
    assert breaches("plotly", drawing | {PACKAGE / "shell.py"}) == []


@pytest.mark.parametrize(
    "module",
    [
        "playground.shell",
        "playground.command_line",
        "playground.sequence.config",
        "playground.tokens.actions",
        "playground.tokens.workbench",
        "playground.attention.actions",
        "playground.attention.runs",
        "playground.attention.take_home",
        "playground.attention.borrowed",
        "playground.gan.actions",
        "playground.gan.runs",
        "playground.gan.take_home",
        "playground.gan.experiments",
        "playground.text.tokenizer",
        "playground.runs.scheduler",
    ],
)
def test_the_page_process_imports_no_torch(module: str):
    assert not modules_of(f"import {module}") & {"torch", "plotly"}


def test_the_page_itself_is_built_without_torch():
    code = (
        "from playground import shell; from playground.sequence import tab; "
        "from playground.tokens import tab as tokens; "
        "from playground.attention import tab as attention; "
        "from playground.gan import tab as gan; "
        "from playground.widgets import published, theme"
    )
    assert "torch" not in modules_of(code)


@pytest.mark.parametrize(
    "module",
    [
        "playground.runs.worker",
        "playground.runs.inference_worker",
        "playground.sequence.session",
        "playground.attention.session",
        "playground.attention.workbench",
        "playground.gan.session",
        "playground.gan.workbench",
        "playground.tokens.workbench",
    ],
)
def test_workers_import_neither_gradio_nor_plotly(module: str):
    assert not modules_of(f"import {module}") & {"gradio", "plotly", "starlette", "fastapi"}


def modules_of(code: str) -> set[str]:
    """The top-level packages that a fresh process has after running the code."""
    report = "; import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    told = subprocess.run(
        [sys.executable, "-c", code + report],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return set(told.stdout.split())


def test_no_module_is_a_drawer_of_odds_and_ends():
    odd = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert [file for file in SOURCES if set(place(file)) & odd] == []


def test_no_file_has_grown_past_three_hundred_lines():
    files = [*SOURCES, *PACKAGE.rglob("*.js"), *(ROOT / "tests").rglob("*.py"), ROOT / "app.py"]
    long = {str(file): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_nothing_is_left_for_later_and_nothing_names_a_machine():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|(?<![\w.])/(?:home|root|Users|work|tmp)/")
    wrong = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in [*SOURCES, *PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.css"), ROOT / "app.py"]
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert wrong == []


def test_what_is_imported_is_required():
    """Every third-party package that our code imports stands in the requirements or the extras."""
    files = ("requirements.txt", "requirements-extras.txt")
    lines = [line for file in files for line in (ROOT / file).read_text("utf-8").splitlines()]
    names = {re.split(r"[=<>\[]", line)[0].lower().replace("-", "_") for line in lines}
    otherwise = {"markdown_it_py": "markdown_it", "pillow": "PIL"}  # named unlike its package
    modules = {otherwise.get(name, name) for name in names}
    ours = {name.partition(".")[0] for file in SOURCES for name in imported(file)}
    # gradio brings its own client.
    third_party = ours - set(sys.stdlib_module_names) - {"playground", "gradio_client"}
    assert third_party - modules == set()


def test_the_readme_lists_the_rooms_that_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    listed = set(re.findall(r"`playground/(\w+)/`", readme))
    assert rooms - listed == set()
    assert listed - rooms == set()
