"""The one error that visitors see: a sentence that says what is wrong and what to do."""

from typing import Any

from playground.locales import say


class Refused(ValueError):  # noqa: N818 - named for what happened
    """Something a visitor asked for cannot be done.

    Carries the key of a sentence and its values instead of a text, so that a page shows it in
    its own language; `str()` is the English sentence. Values are plain JSON scalars and never
    hold a path of the machine.
    """

    def __init__(self, key: str, **params: Any):
        whole = {name: _whole(value) for name, value in params.items()}
        super().__init__(say(key, **whole))
        self.key = key
        self.params = whole

    def say(self, language: str) -> str:
        return say(self.key, language, **self.params)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """`{"key", "params", "text"}`; the text is in the given language."""
        return {"key": self.key, "params": self.params, "text": self.say(language)}


def _whole(value: Any) -> Any:
    """A text without halves of surrogate pairs, which no answer can be written with."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
