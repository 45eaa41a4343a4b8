"""Someone in the Attention room."""

from collections.abc import Callable
from typing import Any

from tests.browser.visitor import Visitor


def open_attention(visit: Callable[..., Visitor], picture: str, **settings: Any) -> Visitor:
    """A visitor who looks at one picture of the room, with these settings in the address.

    `options` goes to the browser (viewport, locale), all else is a setting.
    """
    options = settings.pop("options", {})
    asked = {"room": "attention", "picture": picture} | settings
    visitor = visit("?" + "&".join(f"{name}={value}" for name, value in asked.items()), **options)
    place = f".pg-attention-picture[data-mounted='attention_{picture}']"
    visitor.page.locator(place).wait_for()
    return visitor
