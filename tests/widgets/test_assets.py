"""The page's files: all of them are served, and every sentence they ask for is there."""

import re
from pathlib import Path

import pytest

from playground.knobs import settings
from playground.locales import LANGUAGES, catalogue
from playground.sequence.config import SequenceConfig
from playground.widgets import assets

WIDGETS = Path(assets.__file__).parent
# A key as a script writes it; `${` begins the part that is only known when it runs.
KEY = re.compile(r"['`]((?:page|chart|knobs|sequence)\.[a-z_.]+)(\$\{)?")


def test_every_script_and_style_is_served_once():
    listed = [*assets.SCRIPTS, *assets.STYLES, *assets.FIRM_STYLES]
    assert len(listed) == len(set(listed))
    assert set(listed) == {
        file.name for file in WIDGETS.iterdir() if file.suffix in (".js", ".css")
    }


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
def test_every_sentence_of_the_scripts_is_in_the_catalogue(language: str):
    known = set(catalogue(language))
    missing = []
    for script in assets.SCRIPTS:
        for key, open_end in KEY.findall((WIDGETS / script).read_text(encoding="utf-8")):
            there = any(one.startswith(key) for one in known) if open_end else key in known
            if not there:
                missing.append(f"{script}: {key}")
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_a_name_and_a_help(language: str):
    known = catalogue(language)
    for one in settings(SequenceConfig):
        assert known[f"sequence.{one.name}"]
        assert known[f"sequence.{one.name}.help"]
        for choice in one.choices:
            assert known[f"sequence.{one.name}.{choice}"]


def test_every_setting_stands_in_the_room_once():
    import playground.gradio_start  # noqa: F401  (before anything that imports gradio)
    from playground.sequence.tab import GROUPS, STOPS, TOP

    placed = [*TOP, *(name for _, names in GROUPS for name in names)]
    assert sorted(placed) == sorted(one.name for one in settings(SequenceConfig))
    limits = {one.name: (one.low, one.high) for one in settings(SequenceConfig)}
    for name, stops in STOPS.items():
        low, high = limits[name]
        assert low <= min(stops) <= max(stops) <= high, name
