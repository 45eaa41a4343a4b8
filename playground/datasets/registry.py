"""Which data there is: official addresses, hash, licence, citation. Nothing is downloaded here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playground.datasets import pair_files

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
    kind: str = "corpus"  # or pairs, images
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


_MULTI30K = "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw"
# Bytes of the file, bytes of what it holds, SHA-256 of that.
_CAPTIONS = {
    "train.en": (
        568_929,
        1_801_238,
        "460a15fbd157e34a7a9957ee388c1ca247fe47af3ef25fb50442af6c274e0fc6",
    ),
    "train.fr": (
        604_242,
        2_111_303,
        "5925a3c18f1587b6b54b87743106e6e8ab93618edb6f65d19eac0621f853a10d",
    ),
    "train.de": (
        637_044,
        2_110_398,
        "2c2b73fd2b548fbcde3a875e0a78d6ee94d498bfdee6bd3eae3945779e9ddf72",
    ),
    "val.en": (
        21_650,
        63_297,
        "1f2a23d992769b5b3d209b0a10dd0b77c08cceb1f20dfb97ed0aafa49d107227",
    ),
    "val.fr": (
        23_001,
        73_924,
        "5304e444d842e962b2dda4d816b70b22a1765b15401642b7ca37a67477e708dc",
    ),
    "val.de": (
        24_681,
        75_981,
        "660e09eb7e1da2f856ea13ee5ad3cf6d36b3d5b0b733c857e94c5747a3dfc660",
    ),
    "test_2016_flickr.en": (
        21_077,
        62_076,
        "399a4382932c1aadd3ceb9bef1008d388a64c76d4ae4e9d4728c6f4301cac182",
    ),
    "test_2016_flickr.fr": (
        22_310,
        72_261,
        "cb3160d69b002bb638e66cc7612fcd56cb0af82eadc9c142dedc438afb885ef6",
    ),
    "test_2016_flickr.de": (
        22_890,
        70_649,
        "4be6b5b3236b79c25475c6bb829800a7ce559e9ba7a1f6c2394fe4d40be46d16",
    ),
}


def _multi30k(part: str, language: str) -> RemoteFile:
    name = f"{part}.{language}"
    size, content_size, sha256 = _CAPTIONS[name]
    return RemoteFile(
        name=f"multi30k/{name}.gz",
        addresses=(f"{_MULTI30K}/{name}.gz",),
        size=size,
        content_size=content_size,
        sha256=sha256,
    )


_MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist"
_FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
# Of each part: bytes of the packed file, bytes of what it holds.
_IDX = {
    "train-images-idx3": 47_040_016,
    "train-labels-idx1": 60_008,
    "t10k-images-idx3": 7_840_016,
    "t10k-labels-idx1": 10_008,
}


def _idx(folder: str, address: str, *parts: tuple[int, str]) -> tuple[RemoteFile, ...]:
    """Images and classes to train on, then those held out: packed bytes and SHA-256 of each."""
    return tuple(
        RemoteFile(
            name=f"{folder}/{name}-ubyte.gz",
            addresses=(f"{address}/{name}-ubyte.gz",),
            size=size,
            content_size=content_size,
            sha256=sha256,
        )
        for (name, content_size), (size, sha256) in zip(_IDX.items(), parts, strict=True)
    )


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
    Dataset(
        name="eng-fra",
        title={"en": "English → French (Tatoeba)", "zh": "英语 → 法语（Tatoeba）"},
        language="en",
        licence="CC-BY 2.0 FR",
        citation="Sentence pairs of tatoeba.org, selected by manythings.org; the file of Dive into "
        "Deep Learning",
        kind="pairs",
        remote=(
            RemoteFile(
                name="fra-eng.zip",
                addresses=("https://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip",),
                size=3_420_152,
                sha256="fa96382b2c8b609e1662654c1e6e6baeb8d30b3bf63dfb4a5a261cc36347df13",
            ),
        ),
    ),
    Dataset(
        name="eng-cmn",
        title={"en": "English → Chinese (Tatoeba)", "zh": "英语 → 汉语（Tatoeba）"},
        language="en",
        licence="CC-BY 2.0 FR",
        citation="Sentence pairs of tatoeba.org, selected by manythings.org, each line with the "
        "names of its authors",
        kind="pairs",
        remote=(
            RemoteFile(
                name="cmn-eng.zip",
                addresses=("https://www.manythings.org/anki/cmn-eng.zip",),
                size=1_260_980,
                check=pair_files.is_mandarin,
            ),
        ),
    ),
    *(
        Dataset(
            name=f"multi30k-{code}",
            title={"en": f"Multi30k, English → {english}", "zh": f"Multi30k，英语 → {chinese}"},
            language="en",
            licence="CC-BY-NC-SA 4.0",
            citation="Elliott et al., Multi30K: Multilingual English-German Image Descriptions, "
            "2016; French by Elliott et al., 2017",
            kind="pairs",
            remote=tuple(
                _multi30k(part, language)
                for part in ("train", "val", "test_2016_flickr")
                for language in ("en", short)
            ),
        )
        for code, short, english, chinese in (
            ("fra", "fr", "French", "法语"),
            ("deu", "de", "German", "德语"),
        )
    ),
    Dataset(
        name="mnist",
        title={"en": "MNIST, handwritten digits", "zh": "MNIST 手写数字"},
        language="",
        licence="CC-BY-SA 3.0",
        citation="LeCun, Cortes, Burges, The MNIST Database of Handwritten Digits; LeCun et al., "
        "Gradient-Based Learning Applied to Document Recognition, 1998",
        kind="images",
        remote=_idx(
            "mnist",
            _MNIST,
            (9_912_422, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            (28_881, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            (1_648_877, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            (4_542, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ),
    ),
    Dataset(
        name="fashion-mnist",
        title={"en": "Fashion-MNIST, pieces of clothing", "zh": "Fashion-MNIST 服饰"},
        language="",
        licence="MIT",
        citation="Xiao, Rasul and Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking "
        "Machine Learning Algorithms, 2017 (Zalando SE)",
        kind="images",
        remote=_idx(
            "fashion-mnist",
            _FASHION,
            (26_421_880, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
            (29_515, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            (4_422_102, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
            (5_148, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
        ),
    ),
)

REGISTRY = {dataset.name: dataset for dataset in _ALL}
