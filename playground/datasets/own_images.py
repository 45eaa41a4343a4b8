"""A visitor's own images, made small and square, and kept by their content.

Nothing that an archive or an image says of itself is believed, nothing is unpacked onto the disk,
and an image is decoded only once its size is known. What cannot be used is left out and told.
"""

import base64
import hashlib
import io
import re
import threading
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from playground.datasets.unpacking import parts_of
from playground.refused import Refused
from playground.weights import write_bytes

PREFIX = "pictures:"
FEWEST = 8  # images: fewer are learned by heart at once
MOST = 5_000  # images of one set
LARGEST_UPLOAD = 100_000_000  # bytes
LARGEST_FILE = 60_000_000  # bytes of one image
LARGEST_UNPACKED = 600_000_000  # bytes of all images
MOST_PIXELS = 40_000_000  # of one image
MOST_PIXELS_OF_ALL = 500_000_000  # as they are decoded: a photo at an eighth of its size
SIDE = 28
GRAY = 4  # steps of 255 that the channels of a gray image may differ by: a photo of a page has some
COLUMNS = 10
SHOWN = 4 * COLUMNS  # of the first images, to be looked at: whole rows of them, if there are any
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_LONGEST_DIRECTORY = 5_000_000  # bytes of a zip's table of contents; each entry becomes an object
_PATIENCE_SECONDS = 60.0
_busy = threading.Lock()  # one set is decoded at a time: a large image takes much memory


@dataclass(frozen=True)
class OwnImages:
    """`address` is what a config's `data` takes; `left_out` counts files by the reason."""

    address: str
    count: int
    channels: int
    left_out: dict[str, int]  # not_an_image, too_large, twice
    preview: dict[str, Any]  # the first images as one PNG

    def as_json(self) -> dict[str, Any]:
        return {
            "data": self.address,
            "count": self.count,
            "channels": self.channels,
            "left_out": self.left_out,
            "preview": self.preview,
        }


def folder_beside(texts: Path) -> Path:
    """Where images are kept: next to the folder of own texts."""
    return texts.with_name("images")


def keep_images(content: IO[bytes], texts: Path) -> OwnImages:
    """Keeps the images of a zip, or a single one, as [count, channels, 28, 28].

    Cut to their middle square; gray if all of them are. Raises `Refused` if the archive is
    damaged or dangerous, or fewer than `FEWEST` different images are left.
    """
    if not _busy.acquire(timeout=_PATIENCE_SECONDS):
        raise Refused("datasets.images_busy")
    try:
        small, left_out = _small(content)
    finally:
        _busy.release()
    return _kept(small, left_out, folder_beside(texts))


def _small(content: IO[bytes]) -> tuple[list[np.ndarray], Counter[str]]:
    """Different images as [3, 28, 28], and how many files were of no use, by the reason."""
    found: dict[bytes, np.ndarray] = {}
    left_out: Counter[str] = Counter()
    pixels = 0
    for file in _files(content):
        opened = _opened(file)
        if isinstance(opened, str):
            left_out[opened] += 1
            continue
        pixels += opened.width * opened.height
        if pixels > MOST_PIXELS_OF_ALL:
            raise Refused("datasets.images_pixels", limit=MOST_PIXELS_OF_ALL // 1_000_000)
        image = _square(opened)
        if image is None:
            left_out["not_an_image"] += 1
        elif image.tobytes() in found:
            left_out["twice"] += 1
        else:
            found[image.tobytes()] = image
    return list(found.values()), left_out


def _files(content: IO[bytes]) -> Iterator[bytes]:
    """The files of a zip one after another, or the one file that came."""
    content.seek(0)
    start = content.read(4)
    content.seek(0)
    if start not in {b"PK\x03\x04", b"PK\x05\x06"}:
        yield content.read(LARGEST_FILE)
        return
    _check_directory(content)
    try:
        with zipfile.ZipFile(content) as archive:
            members = [one for one in archive.infolist() if _is_wanted(one)]
            if len(members) > MOST:
                raise Refused("datasets.images_many", count=len(members), limit=MOST)
            total = 0
            for member in members:
                with archive.open(member) as packed:
                    file = packed.read(LARGEST_FILE + 1)
                total += len(file)
                if len(file) > LARGEST_FILE or total > LARGEST_UNPACKED:
                    raise Refused(
                        "datasets.images_unpacked",
                        limit_mb=LARGEST_FILE // 1_000_000,
                        all_mb=LARGEST_UNPACKED // 1_000_000,
                    )
                yield file
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, NotImplementedError):
        raise Refused("datasets.images_damaged") from None


def _check_directory(content: IO[bytes]) -> None:
    """Refuses a table of contents that would fill the memory before its entries are counted."""
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - 66_000))  # a comment of 65,535 bytes may stand after the end
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    record = tail[at : at + 22]
    content.seek(0)
    if at < 0 or len(record) < 22:
        raise Refused("datasets.images_damaged")
    length = int.from_bytes(record[12:16], "little")
    # The long form of zip is for archives that are far larger than what is taken here.
    if length > _LONGEST_DIRECTORY or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise Refused("datasets.images_many", count=max(length // 60, MOST + 1), limit=MOST)


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    """Not a folder, and not what systems hide in one. Raises `Refused` for a dangerous entry."""
    parts = parts_of(member)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not member.is_dir() and not hidden and parts[-1].lower() != "thumbs.db"


def _opened(file: bytes) -> Any:
    """An image whose pixels are not decoded yet, or the reason why it is left out."""
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(file), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "too_large"
    except Exception:  # Pillow's readers raise whatever the bytes lead them to
        return "not_an_image"
    if image.width * image.height > MOST_PIXELS:
        return "too_large"
    image.draft("RGB", (4 * SIDE, 4 * SIDE))  # a JPEG need not be decoded at its full size
    return image


def _square(image: Any) -> np.ndarray | None:
    """The middle square as [3, 28, 28] uint8, upright and on white; None if it is damaged."""
    from PIL import Image, ImageOps

    try:
        image = ImageOps.exif_transpose(image)
        edge = min(image.size)
        left, top = (image.width - edge) // 2, (image.height - edge) // 2
        image = image.crop((left, top, left + edge, top + edge))
        if image.mode.startswith("I"):  # 16 bits
            image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).astype(np.uint8))
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        image = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=4.0)
        if image.mode == "RGBA":
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        return np.ascontiguousarray(np.asarray(image.convert("RGB")).transpose(2, 0, 1))
    except Exception:  # as above
        return None


def _kept(small: list[np.ndarray], left_out: Counter[str], folder: Path) -> OwnImages:
    if len(small) < FEWEST:
        key = "images_few" if small else "images_none"
        raise Refused(f"datasets.{key}", count=len(small), needed=FEWEST, left_out=left_out.total())
    # The content decides the order, and with it which images are held out.
    small.sort(key=lambda image: hashlib.sha256(image.tobytes()).digest())
    images = np.stack(small)
    spread = images.max(1).astype(int) - images.min(1)
    if spread.max() <= GRAY:
        weights = np.array([0.299, 0.587, 0.114])  # of Rec. 601
        images = np.einsum("nchw,c->nhw", images, weights).round().astype(np.uint8)[:, None]
    file = io.BytesIO()
    np.save(file, images, allow_pickle=False)
    content = file.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(folder / f"{digest}.npy", content)
    except OSError:
        raise Refused("datasets.cannot_keep") from None
    return OwnImages(
        PREFIX + digest, len(images), images.shape[1], dict(left_out), _preview(images)
    )


def _preview(images: np.ndarray) -> dict[str, Any]:
    """Images row by row as one PNG, with what is needed to cut it up."""
    from PIL import Image

    channels = images.shape[1]
    columns = min(COLUMNS, len(images))
    rows = min(SHOWN, len(images)) // columns
    count = rows * columns
    whole = images[:count].reshape(rows, columns, channels, SIDE, SIDE).transpose(0, 3, 1, 4, 2)
    whole = whole.reshape(rows * SIDE, columns * SIDE, channels)
    file = io.BytesIO()
    Image.fromarray(whole[..., 0] if channels == 1 else whole).save(file, "PNG")
    shape = {"width": SIDE, "height": SIDE, "channels": channels}
    png = base64.b64encode(file.getvalue()).decode("ascii")
    return {"count": count, "columns": columns, **shape, "png": png}


def read_images(address: str, texts: Path | None) -> np.ndarray:
    """Kept images as [count, channels, 28, 28]. Raises `Refused("datasets.images_gone")`."""
    digest = address.removeprefix(PREFIX)
    if texts is None or not re.fullmatch("[0-9a-f]{64}", digest):
        raise Refused("datasets.images_gone")
    try:
        content = (folder_beside(texts) / f"{digest}.npy").read_bytes()
        # A file that was changed since could hold anything.
        if hashlib.sha256(content).hexdigest() != digest:
            raise Refused("datasets.images_gone")
        return np.load(io.BytesIO(content), allow_pickle=False)
    except (OSError, ValueError):
        raise Refused("datasets.images_gone") from None


def purge_images(texts: Path, keep: set[str], older_than_seconds: float) -> int:
    """Deletes images whose addresses are not in `keep`; returns how many sets."""
    folder = folder_beside(texts)
    limit = time.time() - older_than_seconds
    gone = 0
    # Behind a dot: what a server that was killed while it wrote has left.
    for file in [*folder.glob("*.npy"), *folder.glob(".*.npy.*")]:
        try:
            if PREFIX + file.stem not in keep and file.stat().st_mtime < limit:
                file.unlink()
                gone += 1
        except OSError:
            continue  # gone already, or open in a program that forbids it
    return gone
