"""`--auth`: one user name and password for the whole server, Gradio's routes and ours alike.

The page shows a form; `gradio_client(auth=(user, password))` posts to the same address; programs
may send HTTP Basic authorization instead. A cookie keeps the visitor signed in for a week, also
over a restart: it is signed with a key made of the password, and holds nothing but its end.
"""

import base64
import binascii
import hashlib
import hmac
import html
import time
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

from playground.gate.boot import TITLE
from playground.locales import matching, say
from playground.palette import ACCENT_TEXT, DARK, LIGHT

_WEEK_SECONDS = 7 * 24 * 3600


class Login:
    """Compares in constant time; `now` is the wall clock in seconds."""

    def __init__(self, user: str, password: str, now: Callable[[], float] = time.time):
        self._now = now
        # Slow on purpose: whoever steals a cookie must not find the password from it.
        self._key = hashlib.scrypt(
            f"{user}:{password}".encode(), salt=b"neural-playground", n=2**14, r=8, p=1
        )
        # Two servers on one host share the jar of cookies: each has a name of its own.
        self.cookie = f"playground-{hashlib.sha256(self._key).hexdigest()[:8]}"
        self._pair = _digest(user, password)

    def knows(self, user: str, password: str) -> bool:
        return hmac.compare_digest(self._pair, _digest(user, password))

    def ticket(self) -> str:
        """The value of the cookie: until when it holds, and the signature of that."""
        until = str(int(self._now()) + _WEEK_SECONDS)
        return f"{until}.{self._signature(until)}"

    def signed_in(self, headers: Mapping[str, str]) -> bool:
        """Whether a request carries a valid cookie or Basic authorization."""
        return self._has_ticket(headers.get("cookie", "")) or self._has_basic(
            headers.get("authorization", "")
        )

    def cookie_header(self, secure: bool) -> str:
        flags = "; Secure" if secure else ""
        return (
            f"{self.cookie}={self.ticket()}; Path=/; Max-Age={_WEEK_SECONDS}; HttpOnly; "
            f"SameSite=Lax{flags}"
        )

    def form(self, body: bytes) -> tuple[bool, str]:
        """(whether the posted name and password are right, the query to go back to)."""
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        user, password, back = (fields.get(n, [""])[0] for n in ("username", "password", "back"))
        return self.knows(user, password), back

    def _signature(self, until: str) -> str:
        return hmac.new(self._key, until.encode(), hashlib.sha256).hexdigest()

    def _has_ticket(self, cookies: str) -> bool:
        try:
            jar = SimpleCookie(cookies)
        except CookieError:
            return False
        until, _, signature = (jar[self.cookie].value if self.cookie in jar else "").partition(".")
        right = hmac.compare_digest(signature.encode(), self._signature(until).encode())
        return right and until.isdigit() and int(until) > self._now()

    def _has_basic(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            user, _, password = base64.b64decode(encoded).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return self.knows(user, password)


def _digest(user: str, password: str) -> bytes:
    """Of one length whatever the input's, so that comparing tells nothing of it."""
    return hashlib.sha256(f"{len(user)}:{user}:{password}".encode()).digest()


def login_page(language: str, back: str = "", wrong: bool = False) -> bytes:
    """The form as HTML; `back` is the query of the page that was asked for (a lesson link)."""
    words = {name: html.escape(say(f"shell.login_{name}", language)) for name in _WORDS}
    words |= {
        "page_title": TITLE,
        "language": matching(language),
        "back": html.escape(back, quote=True),
        "wrong": words["wrong"] if wrong else "",
        "light": _colours(LIGHT, ACCENT_TEXT["sequence"]["light"]),
        "dark": _colours(DARK, ACCENT_TEXT["sequence"]["dark"]),
    }
    page = (Path(__file__).parent / "login.html").read_text(encoding="utf-8")
    for name, text in words.items():
        page = page.replace("{{" + name + "}}", text)
    return page.encode()


_WORDS = ("invitation", "user", "password", "go", "wrong")


def _colours(shades: object, accent: str) -> str:
    names = ("page", "panel", "line", "text", "text_second")
    return "".join(f"--{n}:{getattr(shades, n)};" for n in names) + f"--accent:{accent};"
