"""The page's files: all of them are served, and every sentence they ask for is there."""

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

from playground.knobs import settings
from playground.locales import LANGUAGES, catalogue
from playground.sequence.config import SequenceConfig
from playground.tokens.config import TokensConfig
from playground.tokens.page import PAGE as TOKENS_PAGE
from playground.widgets import assets
from playground.widgets.assets import Part

WIDGETS = Path(assets.__file__).parent
SHARED = Part(WIDGETS, assets.SCRIPTS, (*assets.STYLES, *assets.FIRM_STYLES))
PARTS = {"shared": SHARED, "tokens": TOKENS_PAGE}
CONFIGS = {"sequence": SequenceConfig, "tokens": TokensConfig}
# What a room's pictures show and set, so that it has no control of its own.
SET_BY_PICTURES = {"sequence": (), "tokens": ("picture", "text", "source")}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)  # may name a function as if it were a key
# A key as a script writes it; `${` begins the part that is only known when it runs.
KEY = re.compile(r"['`]((?:page|chart|knobs|sequence|tokens)\.[a-z_.]+)(\$\{)?")


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_every_script_and_style_is_served_once(part: Part):
    listed = [*part.scripts, *part.styles]
    assert len(listed) == len(set(listed))
    assert set(listed) == {
        file.name for file in part.folder.iterdir() if file.suffix in (".js", ".css")
    }


def test_the_files_of_a_room_are_served_with_the_shared_ones_and_after_them():
    assets.include(TOKENS_PAGE)
    for name, last_shared in (("page.js", "room.js"), ("page.css", "narrow.css")):
        served = assets.served(name)
        assert served is not None
        shared = (WIDGETS / last_shared).read_bytes()
        for file in TOKENS_PAGE.scripts if name == "page.js" else TOKENS_PAGE.styles:
            own = (TOKENS_PAGE.folder / file).read_bytes()
            assert served.content.index(shared) < served.content.index(own), file


def test_a_file_is_known_by_its_content():
    for name, media_type in (("page.js", "text/javascript"), ("page.css", "text/css")):
        served = assets.served(name)
        assert served is not None
        assert served.media_type.startswith(media_type)
        assert re.fullmatch(rf"playground/{re.escape(name)}\?v=[0-9a-f]{{12}}", assets.url(name))
        assert assets.url(name) in assets.head()
    assert assets.served("core.js") is None
    assert assets.served("../palette.py") is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_every_sentence_of_the_scripts_is_in_the_catalogue(part: Part, language: str):
    known = set(catalogue(language))
    missing = []
    for script in part.scripts:
        code = COMMENT.sub("", (part.folder / script).read_text(encoding="utf-8"))
        for key, open_end in KEY.findall(code):
            there = any(one.startswith(key) for one in known) if open_end else key in known
            if not there:
                missing.append(f"{script}: {key}")
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", CONFIGS)
def test_every_setting_has_a_name_and_a_help(room: str, language: str):
    known = catalogue(language)
    wanted = []
    for one in settings(CONFIGS[room]):
        wanted += [
            one.name,
            f"{one.name}.help",
            *(f"{one.name}.{choice}" for choice in one.choices),
        ]
    assert [name for name in wanted if not known.get(f"{room}.{name}")] == []


@pytest.mark.parametrize("room", CONFIGS)
def test_every_setting_stands_in_the_room_once(room: str):
    tab = room_of(room)
    placed = [*tab.TOP, *(name for _, names in tab.GROUPS for name in names)]
    known = {one.name: one for one in settings(CONFIGS[room])}
    assert sorted([*placed, *SET_BY_PICTURES[room]]) == sorted(known)
    for name, stops in tab.STOPS.items():
        assert name in placed
        assert known[name].low <= min(stops) <= max(stops) <= known[name].high, name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", CONFIGS)
def test_every_group_of_settings_has_a_name(room: str, language: str):
    names = [f"{room}.group.{name}" for name, _ in room_of(room).GROUPS]
    assert [name for name in names if not catalogue(language).get(name)] == []


def test_every_picture_shows_settings_that_stand_in_the_room_and_none_is_never_shown():
    from playground.tokens.config import VIEWS

    tab = room_of("tokens")
    placed = {*tab.TOP, *(name for _, names in tab.GROUPS for name in names)}
    assert set(tab.SHOWN) == set(VIEWS)
    assert {name for names in tab.SHOWN.values() for name in names} == placed
    for view, names in tab.SHOWN.items():
        assert len(names) == len(set(names)), view


def test_every_picture_has_a_script_and_a_style_of_its_name():
    for view in room_of("tokens").SHOWN:
        assert f"{view}.js" in TOKENS_PAGE.scripts
        assert f"{view}.css" in TOKENS_PAGE.styles
        script = (TOKENS_PAGE.folder / f"{view}.js").read_text(encoding="utf-8")
        assert f"playground.widgets.tokens_{view} =" in script


def room_of(name: str) -> ModuleType:
    """The module that lays a room out."""
    import playground.gradio_start  # noqa: F401  (before anything that imports gradio)

    return importlib.import_module(f"playground.{name}.tab")
