"""Images in a row as a file: an animated GIF, an MP4, or one PNG strip."""

import io
import math
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from playground.refused import Refused

SCALE = 8  # pixels of the film for one of the network: 224 × 224, a multiple of 16 as H.264 wants
STRIP_SCALE = 3
STRIP_COLUMNS = 12
GAP = 2  # pixels between the images of a strip

Pictures = np.ndarray  # uint8 [n, height, width, 1 or 3]


def check(form: str) -> None:
    """Raises `Refused` if this machine cannot write the format."""
    if form == "mp4":
        _encoder()


def gif(images: Pictures, fps: int) -> bytes:
    """Plays without end. A GIF counts time in hundredths of a second: the sum stays right."""
    ends = [round(100 * (at + 1) / fps) for at in range(len(images))]
    durations = [10 * (end - start) for start, end in pairwise([0, *ends])]
    first, *others = _with_one_palette(images)
    file = io.BytesIO()
    first.save(
        file, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=False
    )
    return file.getvalue()


def _with_one_palette(images: Pictures) -> list[Image.Image]:
    """A GIF has 256 colours: all grays there are, or those that serve all images best."""
    if images.shape[3] == 1:
        return [_picture(image, SCALE) for image in images]
    small = [_picture(image, 1) for image in images]
    palette = Image.fromarray(images.reshape(-1, images.shape[2], 3)).quantize(256)
    chosen = [np.asarray(one.quantize(palette=palette, dither=Image.Dither.NONE)) for one in small]
    larger = [Image.fromarray(_larger(one, SCALE), "P") for one in chosen]
    for one in larger:
        one.putpalette(palette.getpalette() or [])
    return larger


def mp4(images: Pictures, fps: int) -> bytes:
    """H.264 in the form that browsers and slide programs play. Raises `Refused` without ffmpeg."""
    encoder = _encoder()
    height, width, channels = images.shape[1:]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "film.mp4"
        writer = encoder.write_frames(
            str(file),
            (width * SCALE, height * SCALE),
            fps=fps,
            pix_fmt_in="gray" if channels == 1 else "rgb24",
            codec="libx264",
            output_params=[
                "-preset",
                "veryfast",
                "-crf",
                "18",
                "-threads",
                "1",
                "-movflags",
                "+faststart",
            ],
            ffmpeg_log_level="error",
        )
        try:
            writer.send(None)
            for image in images:
                writer.send(_picture(image, SCALE).tobytes())
        except OSError:  # the program is there but does not run here
            raise Refused("gan.walk.no_mp4") from None
        finally:
            writer.close()
        return file.read_bytes()


def strip(images: Pictures, fps: int = 0) -> bytes:  # noqa: ARG001 - called as the films are
    """All images, at most 12 in a row, in the order in which they are to be read."""
    columns = min(len(images), STRIP_COLUMNS)
    rows = math.ceil(len(images) / columns)
    height, width = (STRIP_SCALE * size + GAP for size in images.shape[1:3])
    mode = "L" if images.shape[3] == 1 else "RGB"
    whole = Image.new(mode, (columns * width - GAP, rows * height - GAP), "white")
    for at, image in enumerate(images):
        row, column = divmod(at, columns)
        whole.paste(_picture(image, STRIP_SCALE), (column * width, row * height))
    file = io.BytesIO()
    whole.save(file, "PNG")
    return file.getvalue()


FORMATS: dict[str, Callable[[Pictures, int], bytes]] = {"gif": gif, "mp4": mp4, "png": strip}
MEDIA_TYPES = {"gif": "image/gif", "mp4": "video/mp4", "png": "image/png"}


def _picture(image: np.ndarray, scale: int) -> Image.Image:
    """Larger, each pixel a square: nothing is added that the network did not make."""
    squares = _larger(image, scale)
    return Image.fromarray(squares[:, :, 0] if image.shape[2] == 1 else squares)


def _larger(image: np.ndarray, scale: int) -> np.ndarray:
    return image.repeat(scale, 0).repeat(scale, 1)


def _encoder() -> Any:
    try:
        import imageio_ffmpeg

        imageio_ffmpeg.get_ffmpeg_exe()  # downloads nothing: it is in the package or on the machine
    except (ImportError, RuntimeError):
        raise Refused("gan.walk.no_mp4") from None
    return imageio_ffmpeg
