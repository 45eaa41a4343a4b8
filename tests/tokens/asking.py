"""Questions to the workbench itself, without a process between."""

from typing import Any

from playground.tokens.config import TokensConfig
from playground.tokens.workbench import ask

USUAL = TokensConfig()
READING = {
    name: getattr(USUAL, name)
    for name in ("text", "corpus", "learn_from", "scheme", "vocabulary_size", "min_frequency")
}


def asked(question: str, **arguments: Any) -> dict[str, Any]:
    """The answer about a text, read as the room reads it unless something else is said."""
    (answer,) = ask({"question": question, **READING, **arguments})
    return answer
