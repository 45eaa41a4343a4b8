"""The one error that visitors see: a sentence that says what is wrong and what to do."""

from typing import Any

from playground.locales import say


class Refused(ValueError):
    """Something a visitor asked for cannot be done.

    Carries the key of a sentence and its values instead of a text, so that a page shows it in
    its own language; `str()` is the English sentence. Values are plain JSON scalars and never
    hold a path of the machine.
    """

    def __init__(self, key: str, **params: Any):
        super().__init__(say(key, **params))
        self.key = key
        self.params = params

    def say(self, language: str) -> str:
        return say(self.key, language, **self.params)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """`{"key", "params", "text"}`; the text is in the given language."""
        return {"key": self.key, "params": self.params, "text": self.say(language)}
