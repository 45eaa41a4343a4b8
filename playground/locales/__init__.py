"""Every sentence the app says, in English and Chinese.

One flat JSON file per area and language, `locales/<language>/<area>.json`: `{"area.key": "text"}`.
`{name}` in a text is filled in when it is said. The page loads the same catalogue, so a sentence
reads alike in an error of the API, on the page and on the command line.
"""

import json
import re
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

LANGUAGES = ("en", "zh")
_BLANK = re.compile(r"\{(\w+)\}")


@cache
def catalogue(language: str = "en") -> MappingProxyType[str, str]:
    """All sentences of one language. `ValueError` if a key stands in two files."""
    sentences: dict[str, str] = {}
    for file in sorted((Path(__file__).parent / matching(language)).glob("*.json")):
        for key, text in json.loads(file.read_text(encoding="utf-8")).items():
            if key in sentences:
                raise ValueError(f"{key} stands twice, the second time in {file.name}")
            sentences[key] = text
    return MappingProxyType(sentences)


def matching(language: str | None) -> str:
    """The language of ours nearest to a browser's tag such as `zh-TW`; English if none is."""
    return "zh" if (language or "").lower().startswith("zh") else "en"


def say(key: str, language: str = "en", **values: Any) -> str:
    """The sentence `key` with its blanks filled. `KeyError` if the key or a blank is unknown."""
    return _BLANK.sub(lambda blank: _shown(values[blank[1]]), catalogue(matching(language))[key])


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
