"""Which data there is: official addresses, hash, licence, citation. Nothing is downloaded here."""

from dataclasses import dataclass, field
from pathlib import Path

STORIES = Path(__file__).parent / "stories"


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One data set. A built-in one has a `file` in the project, any other `addresses`."""

    name: str
    title: dict[str, str]  # by language of the page
    language: str  # of the data: en, zh
    licence: str
    citation: str
    kind: str = "corpus"
    file: Path | None = None
    addresses: tuple[str, ...] = field(default=())  # official first, then mirrors
    file_name: str = ""  # in the cache, and in a folder that already has the data
    size: int = 0  # bytes
    sha256: str = ""

    @property
    def built_in(self) -> bool:
        return self.file is not None


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
        addresses=("https://d2l-data.s3-accelerate.amazonaws.com/timemachine.txt",),
        file_name="timemachine.txt",
        size=178_979,
        sha256="8424dbd9532ac81f7e5f0b6add90e6952baea29158309d7d1bf3884f4e12c516",
    ),
    Dataset(
        name="tinyshakespeare",
        title={"en": "Tiny Shakespeare", "zh": "莎士比亚选段（英文）"},
        language="en",
        licence="public domain",
        citation="William Shakespeare; the selection of Andrej Karpathy's char-rnn, 2015",
        addresses=(
            "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/"
            "input.txt",
        ),
        file_name="tinyshakespeare.txt",
        size=1_115_394,
        sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    ),
)

REGISTRY = {dataset.name: dataset for dataset in _ALL}
