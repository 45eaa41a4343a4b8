"""Which data there is: official addresses, hash, licence, citation. Nothing is downloaded here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STORIES = Path(__file__).parent / "stories"
_CHAR_RNN = "https://raw.githubusercontent.com/karpathy/char-rnn/master"


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file that is downloaded. `sha256` or `check` tells whether it is the one we mean."""

    name: str  # in the cache, and in a folder that already has the data; may hold a `/`
    addresses: tuple[str, ...]  # official first, then mirrors
    size: int  # bytes: exact where the hash is the file's own, else about
    sha256: str = ""  # of the file; of what a .gz holds, where `content_size` is given
    content_size: int = 0  # bytes that a .gz holds, whose own bytes differ from mirror to mirror
    # For a file whose official address serves an ever newer one: whether this is one of them.
    check: Callable[[Path], bool] | None = None

    @property
    def exact(self) -> bool:
        """Whether every byte is known beforehand, so that a part of it can be gone on with."""
        return bool(self.sha256) and not self.content_size

    @property
    def largest(self) -> int:
        """More bytes than this are not the file."""
        return self.size if self.exact else 2 * self.size


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One data set. A built-in one has a `file` in the project, any other `remote` ones."""

    name: str
    title: dict[str, str]  # by language of the page
    language: str  # of the data: en, zh; empty for pictures
    licence: str
    citation: str
    kind: str = "corpus"
    file: Path | None = None
    remote: tuple[RemoteFile, ...] = ()

    @property
    def built_in(self) -> bool:
        return self.file is not None

    @property
    def size(self) -> int:
        """Bytes to download, of all files."""
        return sum(file.size for file in self.remote)

    @property
    def named(self) -> dict[str, str]:
        """The title in each language, as the sentences of a `Refused` take it."""
        return {"title": self.title["en"], "title_zh": self.title["zh"]}


_ALL = (
    Dataset(
        name="story-en",
        title={"en": "Eleven Links", "zh": "《十一链》（英文）"},
        language="en",
        licence="MIT",
        citation="Written for Neural Playground",
        file=STORIES / "story_en.txt",
    ),
    Dataset(
        name="story-zh",
        title={"en": "The Water Ledger (Chinese)", "zh": "《青石渡的水账》"},
        language="zh",
        licence="MIT",
        citation="Written for Neural Playground",
        file=STORIES / "story_zh.txt",
    ),
    Dataset(
        name="timemachine",
        title={"en": "The Time Machine", "zh": "《时间机器》（英文）"},
        language="en",
        licence="public domain",
        citation="H. G. Wells, The Time Machine, 1895; the file of Dive into Deep Learning",
        remote=(
            RemoteFile(
                name="timemachine.txt",
                addresses=("https://d2l-data.s3-accelerate.amazonaws.com/timemachine.txt",),
                size=178_979,
                sha256="8424dbd9532ac81f7e5f0b6add90e6952baea29158309d7d1bf3884f4e12c516",
            ),
        ),
    ),
    Dataset(
        name="tinyshakespeare",
        title={"en": "Tiny Shakespeare", "zh": "莎士比亚选段（英文）"},
        language="en",
        licence="public domain",
        citation="William Shakespeare; the selection of Andrej Karpathy's char-rnn, 2015",
        remote=(
            RemoteFile(
                name="tinyshakespeare.txt",
                addresses=(f"{_CHAR_RNN}/data/tinyshakespeare/input.txt",),
                size=1_115_394,
                sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
            ),
        ),
    ),
)

REGISTRY = {dataset.name: dataset for dataset in _ALL}
