"""`--share`: a public link by gradio.live's tunnel, to our own pages and files.

Gradio's own `share=True` serves a page that loads its scripts from another host; the tunnel alone
does not. It is asked for behind the page, so that a missing internet delays nothing.
"""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Share:
    """Asks for a link in a thread of its own; `on_link` gets the address, or None for none."""

    def __init__(self, port: int, token: str, on_link: Callable[[str | None], None]):
        self._tunnel: Any = None
        self._folder = tempfile.TemporaryDirectory(prefix="neural-playground-")
        self._closed = False
        self._thread = threading.Thread(
            target=self._ask, args=(port, token, on_link), name="share", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Takes the link away."""
        self._closed = True
        process = getattr(self._tunnel, "proc", None)
        if process is not None:
            process.terminate()
        self._folder.cleanup()

    def _ask(self, port: int, token: str, on_link: Callable[[str | None], None]) -> None:
        try:
            address = self._open(port, token)
        # Whatever keeps it from opening (no network, no program for this system, a firewall),
        # the local page works and the answer is the same sentence.
        except Exception:
            address = None
        if not self._closed:
            on_link(address)

    def _open(self, port: int, token: str) -> str:
        import httpx
        from gradio.networking import GRADIO_API_SERVER
        from gradio.tunneling import Tunnel

        server = httpx.get(GRADIO_API_SERVER, timeout=30).raise_for_status().json()[0]
        # Not in the working folder, as Gradio would: that one may be read-only.
        certificate = Path(self._folder.name) / "certificate.pem"
        certificate.write_text(server["root_ca"], encoding="ascii")
        self._tunnel = Tunnel(
            server["host"], int(server["port"]), "127.0.0.1", port, token, str(certificate)
        )
        address = self._tunnel.start_tunnel()
        # The tunnel's own address says http; its front speaks https.
        return "https://" + address.partition("://")[2]
