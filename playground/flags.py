"""The flags of `python app.py`. Nothing slow is imported here: a wrong flag is said at once."""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from playground import __version__
from playground.folders import default_runs_dir
from playground.locales import LANGUAGES

FIRST_PORT = 7860
_AUTH_VARIABLE = "PLAYGROUND_AUTH"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the flags say."""

    host: str = "127.0.0.1"
    port: int = FIRST_PORT  # 0: any free one
    share: bool = False
    auth: tuple[str, str] | None = None  # (user, password)
    workers: int = 0  # 0: as many as the machine has cores, less one for the page
    device: str = "auto"
    data_dir: Path | None = None
    runs_dir: Path
    language: str = ""  # empty: the browser's
    mcp: bool = False
    browser: bool = True
    max_upload_mb: int = 20
    keep_days: float = 30  # 0: for good
    keep_gb: float = 5  # 0: without end

    @property
    def open_to_network(self) -> bool:
        return self.host not in ("127.0.0.1", "localhost", "::1")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One sentence, without the list of all flags in front of it."""
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def parse(arguments: Sequence[str] | None = None) -> Options:
    """The options of a command line. Exits with status 2 and one sentence if one is wrong."""
    given = vars(_parser().parse_args(arguments))
    if given["auth"] is None and os.environ.get(_AUTH_VARIABLE):
        try:
            given["auth"] = _user_and_password(os.environ[_AUTH_VARIABLE])
        except argparse.ArgumentTypeError as error:
            _parser().error(f"{_AUTH_VARIABLE}: {error}")
    return Options(**given)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="app.py",
        description="Neural Playground: see how neural networks learn. Opens a page in the "
        "browser; models are trained in worker processes on this machine and go on when the "
        "page is closed.",
        epilog="Example for a class on one network: python app.py --host 0.0.0.0 "
        "--auth class:secret --no-browser",
    )
    where = parser.add_argument_group("where the page is")
    where.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen at; 127.0.0.1 (default): this machine only, "
        "0.0.0.0: everyone on the network",
    )
    where.add_argument(
        "--port",
        type=_whole(0, 65535),
        default=FIRST_PORT,
        help=f"port to listen at, default {FIRST_PORT}; if it is in use, the next free one; 0: any",
    )
    where.add_argument(
        "--share",
        action="store_true",
        help="also ask gradio.live for a public link, for up to a week; goes well with --auth",
    )
    where.add_argument(
        "--auth",
        metavar="USER:PASSWORD",
        type=_user_and_password,
        help="ask every visitor for this name and password; the password may contain colons. "
        f"Other users of this machine can see flags: {_AUTH_VARIABLE} in the environment "
        "does the same unseen",
    )
    where.add_argument(
        "--lang",
        dest="language",
        choices=LANGUAGES,
        default="",
        help="language for those who have not chosen one (default: that of their browser)",
    )
    where.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="do not open the page in a browser",
    )
    where.add_argument(
        "--mcp",
        action="store_true",
        help="also offer every action as an MCP tool",
    )
    work = parser.add_argument_group("training")
    work.add_argument(
        "--workers",
        type=_whole(1, 256),
        default=0,
        help="how many runs or races train at once, each in a process and thread of its own "
        "(default: cores less one); further ones queue",
    )
    work.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda", "mps"),
        default="auto",
        help="where models train; auto (default): a graphics card if there is one that gives "
        "the same numbers, else the processor",
    )
    kept = parser.add_argument_group("files")
    kept.add_argument(
        "--data-dir",
        type=Path,
        metavar="FOLDER",
        help="folder that already holds data sets; looked at before anything is downloaded",
    )
    kept.add_argument(
        "--runs-dir",
        type=Path,
        metavar="FOLDER",
        default=default_runs_dir(),
        help="where runs are kept (default: %(default)s); one server per folder",
    )
    kept.add_argument(
        "--max-upload-mb",
        type=_whole(1, 2000),
        default=20,
        metavar="MB",
        help="largest text or weights file that a visitor may send, default 20",
    )
    kept.add_argument(
        "--keep-days",
        type=_amount,
        default=30,
        metavar="DAYS",
        help="runs older than this are deleted, unless pinned; default 30, 0: never",
    )
    kept.add_argument(
        "--keep-gb",
        type=_amount,
        default=5,
        metavar="GB",
        help="when all runs together are larger, the oldest are deleted, unless pinned; "
        "default 5, 0: never",
    )
    parser.add_argument("--version", action="version", version=f"Neural Playground {__version__}")
    return parser


def _whole(low: int, high: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text} is no whole number from {low} to {high}")
        return int(text)

    return whole


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1
    if not 0 <= amount <= 1e6:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 to 1000000")
    return amount


def _user_and_password(text: str) -> tuple[str, str]:
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise argparse.ArgumentTypeError("it must be a name, a colon and a password")
    return user, password
