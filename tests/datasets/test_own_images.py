"""A visitor's images: read safely, made small, kept by content; what cannot be used is told."""

import base64
import hashlib
import io
import os
import stat
import time
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from playground.datasets import own_images
from playground.datasets.own_images import (
    FEWEST,
    folder_beside,
    keep_images,
    purge_images,
    read_images,
)
from playground.refused import Refused


@pytest.fixture
def texts(tmp_path):
    return tmp_path / "texts"


def picture(seed, size=(30, 30), kind="PNG", mode="RGB"):
    pixels = np.random.default_rng(seed).integers(0, 256, (*size[::-1], len(mode)), np.uint8)
    return saved(Image.fromarray(pixels.squeeze(), mode if mode != "L" else None), kind)


def saved(image, kind="PNG", **more):
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """Names or entries with their content; eight usable images go with them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for at in range(FEWEST):
            archive.writestr(f"good/{at}.png", picture(at))
        for name, content in files:
            archive.writestr(name, content)
    return file


def refusal(content, texts):
    with pytest.raises(Refused) as caught:
        keep_images(content if isinstance(content, io.BytesIO) else io.BytesIO(content), texts)
    assert not folder_beside(texts).exists()
    return caught.value.key


def one_among_black(image, texts):
    """The pixels that one image becomes, next to eight others; [channels, 28, 28]."""
    kept = keep_images(zipped([("mine.png", image)]), texts)
    assert kept.count == FEWEST + 1
    others = keep_images(zipped([]), texts)
    known = {each.tobytes() for each in read_images(others.address, texts)}
    (own,) = [each for each in read_images(kept.address, texts) if each.tobytes() not in known]
    return own


def test_the_same_images_have_the_same_address_whatever_their_names_and_order(texts):
    first = keep_images(zipped([("z.png", picture(98)), ("a.png", picture(99))]), texts)
    again = keep_images(zipped([("b.png", picture(99)), ("c.png", picture(98))]), texts)
    assert first.address == again.address
    assert read_images(first.address, texts).shape == (FEWEST + 2, 3, 28, 28)


def test_every_usual_format_is_read(texts):
    files = [(f"{kind}.x", picture(50, kind=kind)) for kind in ("JPEG", "WEBP", "GIF", "BMP")]
    assert keep_images(zipped(files), texts).left_out == {}


def test_what_is_no_use_is_left_out_and_counted(texts):
    broken = picture(3, (300, 300))[:2_000]
    files = [
        ("readme.txt", b"hello"), ("broken.png", broken), ("again.png", picture(0)),
        ("__MACOSX/._0.png", b"x"), ("good/.DS_Store", b"x"), ("Thumbs.db", b"x"), ("empty/", b""),
    ]  # fmt: skip
    kept = keep_images(zipped(files), texts)
    assert kept.left_out == {"not_an_image": 2, "twice": 1}
    assert kept.count == FEWEST


def test_gray_images_stay_gray_and_one_coloured_one_makes_all_coloured(texts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for at in range(FEWEST):
            archive.writestr(f"{at}.png", picture(at, mode="L"))
    assert keep_images(file, texts).channels == 1
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("red.png", saved(Image.new("RGB", (9, 9), (255, 0, 0))))
    assert keep_images(file, texts).channels == 3


def test_what_is_transparent_becomes_white(texts):
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert (one_among_black(saved(image), texts) == 255).all()


def test_a_photo_that_was_taken_sideways_is_turned_upright(texts):
    image = Image.new("RGB", (40, 40), "black")
    image.paste("white", (0, 0, 40, 20))  # the upper half
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise: its top is to the right
    own = one_among_black(saved(image, "PNG", exif=exif), texts)
    assert own[:, :, 20:].min() > 200
    assert own[:, :, :8].max() < 50


def test_a_wide_image_is_cut_to_its_middle(texts):
    image = Image.new("RGB", (90, 30), "white")
    image.paste("black", (30, 0, 60, 30))
    assert one_among_black(saved(image), texts).max() == 0


def test_sixteen_bits_are_brought_to_eight(texts):
    image = Image.fromarray(np.full((30, 30), 40_000, np.uint16))
    assert (one_among_black(saved(image), texts) == 40_000 >> 8).all()


def claimed(edge):
    """A PNG that says it is so large."""
    size = edge.to_bytes(4, "big") * 2

    def chunk(name, content):
        whole = name + content
        return len(content).to_bytes(4, "big") + whole + zlib.crc32(whole).to_bytes(4, "big")

    parts = (b"IHDR", size + b"\x01\0\0\0\0"), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def test_an_image_of_too_many_pixels_is_never_decoded(texts, monkeypatch):
    for edge in (6_325, 9_600, 14_000, 100_000):  # Pillow warns of the second, and opens no third
        huge = zipped([("huge.png", claimed(edge))])
        assert keep_images(huge, texts).left_out == {"too_large": 1}
    monkeypatch.setattr(own_images, "MOST_PIXELS_OF_ALL", FEWEST * 900 - 1)
    assert refusal(zipped([]), texts.with_name("other") / "texts") == "datasets.images_pixels"


def test_a_zip_bomb_is_refused_by_what_comes_out_of_it(texts, monkeypatch):
    monkeypatch.setattr(own_images, "LARGEST_FILE", 100_000)
    bomb = zipped([("bomb.png", bytes(200_000))])
    assert refusal(bomb, texts) == "datasets.images_unpacked"
    monkeypatch.setattr(own_images, "LARGEST_UNPACKED", 300_000)
    many = zipped([(f"{at}.png", bytes(90_000)) for at in range(4)])
    assert refusal(many, texts) == "datasets.images_unpacked"


def test_too_many_files_are_refused_before_any_is_opened(texts, monkeypatch):
    monkeypatch.setattr(own_images, "MOST", FEWEST)
    assert refusal(zipped([("one-more.png", picture(99))]), texts) == "datasets.images_many"
    monkeypatch.setattr(own_images, "_LONGEST_DIRECTORY", 100)
    monkeypatch.setattr(zipfile, "ZipFile", None)  # it would make an object of each
    assert refusal(many_entries(), texts) == "datasets.images_many"


def many_entries():
    """The end of a zip whose table of contents is said to be longer than any of ours."""
    end = b"PK\x05\x06" + bytes(4) + b"\xff\xff" * 2 + (1_000_000).to_bytes(4, "little") + bytes(6)
    return io.BytesIO(b"PK\x03\x04" + bytes(100) + end)


@pytest.mark.parametrize(
    "name", ["../out.png", "a/../../out.png", "/out.png", "..\\out.png", "a//out.png"]
)
def test_a_name_that_leads_elsewhere_is_refused(texts, name):
    assert refusal(zipped([(name, picture(99))]), texts) == "datasets.archive_unsafe"


def test_a_link_is_refused(texts):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(zipped([(link, b"/etc/passwd")]), texts) == "datasets.archive_unsafe"


def test_an_encrypted_or_unusually_packed_archive_is_refused(texts):
    locked = bytearray(zipped([]).getvalue())
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert refusal(bytes(locked), texts) == "datasets.archive_unsafe"
    assert refusal(zipped([], zipfile.ZIP_BZIP2), texts) == "datasets.archive_unsafe"


@pytest.mark.parametrize("cut", [30, 400, -30, -10])
def test_a_damaged_archive_is_refused(texts, cut):
    assert refusal(zipped([]).getvalue()[:cut], texts) == "datasets.images_damaged"


def test_a_changed_byte_within_an_archive_is_noticed(texts):
    content = bytearray(zipped([]).getvalue())
    content[200] ^= 255
    assert refusal(bytes(content), texts) == "datasets.images_damaged"


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"PK\x05\x06" + bytes(18)]
)
def test_without_any_image_it_says_so(texts, content):
    assert refusal(content, texts) == "datasets.images_none"


def test_a_few_images_are_too_few(texts):
    assert refusal(picture(0), texts) == "datasets.images_few"


def test_only_one_set_is_decoded_at_a_time(texts, monkeypatch):
    monkeypatch.setattr(own_images, "_PATIENCE_SECONDS", 0.01)
    with own_images._busy:
        assert refusal(zipped([]), texts) == "datasets.images_busy"
    assert keep_images(zipped([]), texts).count == FEWEST


def test_the_preview_shows_the_first_images(texts):
    kept = keep_images(zipped([("x.png", picture(98)), ("y.png", picture(99))]), texts)
    with Image.open(io.BytesIO(base64.b64decode(kept.preview["png"]))) as image:
        sheet = np.asarray(image)
    images = read_images(kept.address, texts)
    assert sheet.shape == (28, 280, 3)
    assert (sheet[:, 28:56].transpose(2, 0, 1) == images[1]).all()


def test_images_that_are_gone_or_were_changed_are_told(texts):
    kept = keep_images(zipped([]), texts)
    file = folder_beside(texts) / f"{kept.address.removeprefix('pictures:')}.npy"
    content = file.read_bytes()
    for wrong in (b"", content[:-1], content + b"0", b"\x93NUMPY" + content[6:][::-1]):
        file.write_bytes(wrong)
        with pytest.raises(Refused) as caught:
            read_images(kept.address, texts)
        assert caught.value.key == "datasets.images_gone"
    for address in (kept.address, "pictures:../../x", "pictures:" + "0" * 64):
        file.unlink(missing_ok=True)
        with pytest.raises(Refused) as caught:
            read_images(address, texts)
        assert caught.value.key == "datasets.images_gone"
    with pytest.raises(Refused):
        read_images(kept.address, None)


def test_a_pickle_by_the_right_name_is_not_read(texts):
    file = io.BytesIO()
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    folder_beside(texts).mkdir()
    (folder_beside(texts) / f"{digest}.npy").write_bytes(file.getvalue())
    with pytest.raises(Refused) as caught:
        read_images(f"pictures:{digest}", texts)
    assert caught.value.key == "datasets.images_gone"


def test_images_that_no_run_uses_are_deleted_after_a_while(texts):
    used = keep_images(zipped([]), texts)
    unused = keep_images(zipped([("x.png", picture(99))]), texts)
    assert purge_images(texts, {used.address}, 60.0) == 0
    for file in folder_beside(texts).iterdir():
        os.utime(file, (time.time() - 100,) * 2)
    assert purge_images(texts, {used.address}, 60.0) == 1
    assert read_images(used.address, texts).shape[0] == FEWEST
    with pytest.raises(Refused):
        read_images(unused.address, texts)
    assert purge_images(texts.with_name("none") / "texts", set(), 0.0) == 0
