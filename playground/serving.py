"""The server's outer side: its port, its address, and how it is stopped. No gradio here."""

import errno
import math
import os
import signal
import socket
import sys
import threading
import time
from typing import Any, NoReturn

import psutil

from playground.refused import Refused

_PORTS_TRIED = 100


def free_port(host: str, wanted: int) -> int:
    """`wanted` if it is free on that address, else the next port that is; 0 gives any.

    Raises `Refused` if there is no such address or no free port among the next hundred.
    """
    last = min(65535, wanted + _PORTS_TRIED - 1) if wanted else 0
    for port in range(wanted, last + 1):
        try:
            return _bound(host, port)
        except socket.gaierror:
            raise Refused("shell.no_host", host=host[:80]) from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise Refused("shell.no_host", host=host[:80]) from None
    raise Refused("shell.no_port", first=wanted, last=last)


def _bound(host: str, port: int) -> int:
    """Listens for a moment, at that address and at this machine's own. `OSError` if taken."""
    for address in dict.fromkeys((host, "127.0.0.1")):
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # Windows would let two servers share a port; elsewhere, without this, a port that
            # a server has just left counts as taken for a minute.
            exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
            probe.setsockopt(socket.SOL_SOCKET, exclusive or socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            probe.listen(1)
            port = probe.getsockname()[1]
    return port


def reachable_at(host: str, port: int) -> str:
    """The address to open: for a server on all addresses, the one the network knows it by."""
    if host in ("0.0.0.0", "::"):
        host = _own_address() or "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _own_address() -> str | None:
    """This machine's first address on a network; None if it is on none."""
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            outward = one.family == socket.AF_INET and not one.address.startswith(("127.", "169."))
            if outward:
                return one.address
    return None


def ask_directly(host: str) -> None:
    """Let no proxy stand between this machine and itself.

    Gradio asks its own page once at the start; where the environment names a proxy for all
    addresses, the answer would be the proxy's, and the start would fail.
    """
    own = ["localhost", "127.0.0.1", "::1", host]
    for name in ("NO_PROXY", "no_proxy"):
        named = [one for one in os.environ.get(name, "").split(",") if one]
        os.environ[name] = ",".join(dict.fromkeys([*named, *own]))


class Stop:
    """Ctrl-C, or the signal to end, as an event to wait for.

    Until `be_gentle` is called there is nothing to save, and the signal ends the process at once;
    so does a second signal, whose sender has waited enough.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._gentle = False
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._on_signal)

    def be_gentle(self) -> None:
        self._gentle = True

    def _on_signal(self, *_: Any) -> None:
        if not self._gentle or self._asked.is_set():
            # Workers end by themselves when their server is gone.
            os._exit(130)
        self._asked.set()

    def wait(self, seconds: float = math.inf) -> bool:
        """Whether it was asked for within that time."""
        until = time.monotonic() + seconds
        # In short waits: on Windows a long one cannot be interrupted by Ctrl-C.
        while (left := until - time.monotonic()) > 0:
            if self._asked.wait(min(left, 0.5)):
                return True
        return False


def end_process(status: int) -> NoReturn:
    """End at once: threads that still serve an open stream are not waited for."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
