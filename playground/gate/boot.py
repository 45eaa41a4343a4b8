"""What stands in the page's head before Gradio's own scripts, and the content-security policy."""

import json
import re
from pathlib import Path

from playground.palette import DARK, LIGHT

TITLE = "Neural Playground"
ICON = Path(__file__).parent / "favicon.svg"

# No other host, ever. Gradio's templates are compiled in the page, which needs 'unsafe-eval';
# its shell has scripts in the page, which needs 'unsafe-inline'.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)

# Pictures and texts on Gradio's own site, offered to search engines and chat programs.
_ADVERTS = re.compile(rb'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')
_BASE = re.compile(rb"<base\b[^>]*>")


def head(language: str = "", tags: str = "") -> bytes:
    """The HTML to put in: title, early script, and the tags that load our own files.

    `language` is the server's default, empty for the browser's own.
    """
    script = (Path(__file__).parent / "boot.js").read_text(encoding="utf-8")
    lines = (
        f"<title>{TITLE}</title>",
        '<link rel="icon" href="favicon.ico" type="image/svg+xml">',
        f"<script>{script.replace('DEFAULT_LANGUAGE', json.dumps(language))}</script>",
        f"<style>{_first_paint()}</style>",
        tags,
    )
    return "\n".join(lines).encode()


def with_head(page: bytes, ours: bytes) -> bytes:
    """Gradio's page with our head in it: behind `<base>`, before its own scripts."""
    page = _ADVERTS.sub(b"", page)
    base = _BASE.search(page)
    if base is None:
        return page.replace(b"<head>", b"<head>" + ours, 1)
    return page[: base.end()] + b"\n" + ours + page[base.end() :]


def _first_paint() -> str:
    """The page's ground in both themes, so that a chosen theme never flashes the other."""
    return (
        f"html[data-theme=light] body{{background:{LIGHT.page};color:{LIGHT.text}}}"
        f"html[data-theme=dark] body{{background:{DARK.page};color:{DARK.text}}}"
    )
