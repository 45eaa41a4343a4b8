"""Someone at the page: a browser context of their own, and what went wrong in it."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

WAIT = 20_000  # milliseconds for anything the page should do; much, for a machine that is busy
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# Small enough for a step to take about a millisecond; it ends by itself soon after a test.
QUICK = {"hidden_size": 16, "batch_size": 8, "steps": 16, "seconds": 30}


class Visitor:
    """`faults` are complaints on the console, errors of scripts and requests to other hosts."""

    def __init__(self, browser: Browser, url: str, **options: Any):
        self.url = url
        self.faults: list[str] = []
        self.allowed: list[str] = []
        given = {"viewport": WIDE, "locale": "en-US", "accept_downloads": True} | options
        self.context = browser.new_context(**given)
        self.context.set_default_timeout(WAIT)
        self.context.add_init_script(path=Path(__file__).parent / "looking.js")
        self.context.on("request", self._on_request)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda one: self.faults.append(f"error: {one.error}"))
        self.page: Page = self.context.new_page()

    def _on_request(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if (
            asked.scheme in ("http", "https", "ws", "wss")
            and asked.netloc != urlsplit(self.url).netloc
        ):
            self.faults.append(f"a request to another host: {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        said = f"{message.type}: {message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(one in said for one in self.allowed):
            self.faults.append(said)

    def expect(self, complaint: str) -> None:
        """From now on console errors with these words are part of the test."""
        self.allowed.append(complaint)

    def open(self, query: str = "") -> "Visitor":
        """Goes to the page and waits until it can be used."""
        self.page.goto(self.url + query, wait_until="commit")
        return self.ready()

    def ready(self) -> "Visitor":
        self.page.locator(".pg-start").first.wait_for(state="attached")
        self.page.wait_for_function(
            "playground.controls?.sequence && playground.runs.loaded !== false"
        )
        return self

    def leave(self) -> None:
        self.context.close()

    def owner(self) -> str:
        """The token that this browser keeps; empty where the page never opened."""
        if self.page.is_closed() or not self.page.url.startswith(self.url):
            return ""
        return self.page.evaluate("window.playground?.owner ?? ''")

    # What a visitor does

    def start(self) -> str:
        """Presses Start; the id of the first lane that appears."""
        before = self.page.evaluate("playground.runs.shown().map((run) => run.id)")
        self.page.locator(".pg-start:visible").click()
        self.page.wait_for_function(
            "(old) => playground.runs.shown().some((run) => run.mine && !old.includes(run.id))",
            arg=before,
        )
        return self.page.evaluate("playground.runs.shown()[0].id")

    def lane(self, run_id: str) -> Locator:
        return self.page.locator(f".pg-lane[data-run='{run_id}']")

    def records(self, run_id: str) -> int:
        """How many records of the run the page has."""
        return self.page.evaluate("(id) => playground.runs.get(id)?.total ?? 0", run_id)

    def wait_for_records(self, run_id: str, more_than: int, seconds: float = 30) -> int:
        self.page.wait_for_function(
            "([id, least]) => (playground.runs.get(id)?.total ?? 0) > least",
            arg=[run_id, more_than],
            timeout=1000 * seconds,
        )
        return self.records(run_id)

    def wait_for_state(self, run_id: str, state: str, seconds: float = 20) -> None:
        self.page.locator(f".pg-lane[data-run='{run_id}'][data-state='{state}']").wait_for(
            timeout=1000 * seconds
        )

    def field(self, name: str) -> Locator:
        """The control of a setting."""
        return self.page.locator(f".pg-field[data-name='{name}']")

    def curve(self, run_id: str) -> dict[str, Any]:
        """The chart as it is painted, and how many of its pixels have the run's colour."""
        return self.page.evaluate("(id) => looking.curve(id)", run_id)

    def texts(self, except_in: str = "") -> list[str]:
        """Every text that is seen or read aloud: text nodes, labels, hints, placeholders."""
        return self.page.evaluate("(css) => looking.texts(css)", except_in)


def address(**settings: Any) -> str:
    """The query of a link with these settings on top of quick ones."""
    asked = {name: value for name, value in (QUICK | settings).items() if value is not None}
    return "?" + "&".join(f"{name}={value}" for name, value in asked.items())
