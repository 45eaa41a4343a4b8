"""A run of this room as a script: the modules that it trained with, its settings and its images.

No torch here. The script needs torch and numpy, and repeats the run.
"""

import io
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np

from playground import datasets
from playground.code_export import Part, assembled, modules
from playground.datasets import idx
from playground.datasets.own_images import read_images
from playground.gan.config import OWN, POINT_SETS
from playground.runs.history import Columns
from playground.runs.record import Run

IMAGES = "images.npz"  # stands beside the script of a run whose images it cannot make
MADE = "made.png"  # written by the script
MOST_RECORDED = 200  # steps that the script is compared with
# Of what these know, downloads and the like, the rest is of no use elsewhere.
_LOOP = (
    "seeds.py", "optimizers.py", "gan/config.py", "gan/model.py", "gan/objectives.py",
    "gan/training.py",
)  # fmt: skip
_OBJECTIVES = re.compile(r"\bobjectives\.(\w+)\b(?!`)")  # not where a docstring names one


def files(
    run: Run,
    columns: Columns,
    changes: Sequence[Mapping[str, Any]],
    texts: Path | None = None,
) -> dict[str, bytes]:
    """The script of a run and, unless it makes them itself, its training images, by name.

    Visitors' own images stand in a folder beside `texts`. Raises `Refused` if the images are not
    on this machine.
    """
    made = {"train.py": script(run, columns, changes).encode()}
    name = run.config["data"]
    if name.startswith(OWN):
        every = read_images(name, texts)
        arrays: dict[str, Any] = {"images": every[np.arange(len(every)) % 10 != 0]}
    elif _reads_images(name):
        train, classes = datasets.image_files(name)[:2]
        arrays = {"images": idx.read_idx(train)[:, None], "classes": idx.read_idx(classes)}
    else:
        return made
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return {**made, IMAGES: out.getvalue()}


def _reads_images(name: str) -> bool:
    return name not in POINT_SETS and name != "glyphs"


def script(run: Run, columns: Columns, changes: Sequence[Mapping[str, Any]]) -> str:
    """The script of a run with these records, and changes that were made while it went on."""
    name = run.config["data"]
    if name in POINT_SETS:
        source = ("gan/points.py",)
    else:
        source = ("gan/data.py", "gan/glyphs.py") if name == "glyphs" else ("gan/data.py",)
    found = modules("gan.objectives", "gan.training", "gan.data", "gan.points")
    parts = [one for one in found if one.title in (*_LOOP, *source)]
    own = [_RUN.format(**_figures(run, columns, changes)), _FAULT, _objectives(parts)]
    if name in POINT_SETS:
        own += [_POINTS, _MAIN]
    else:
        own += [_GLYPHS if name == "glyphs" else _FILE, _IMAGES, _MAIN]
    return assembled(
        [*parts, Part("The run", "\n\n".join(own))],
        heading=_heading(run),
        values={"GanConfig": run.config},
    )


def _objectives(parts: Sequence[Part]) -> str:
    """What the loop calls by the name of a module, which one file does not have."""
    (loop,) = (one.source for one in parts if one.title == "gan/training.py")
    names = sorted(set(_OBJECTIVES.findall(loop)), key=lambda name: (not name.isupper(), name))
    listed = "".join(f"\n    {name}={name}," for name in names)
    return f"from types import SimpleNamespace\n\nobjectives = SimpleNamespace({listed}\n)\n"


def _heading(run: Run) -> str:
    """What the script is and what it needs, said at its top."""
    name = "".join(one if one.isprintable() else " " for one in run.name)
    data = run.config["data"]
    lines = [
        f"# {name}".rstrip(),
        "#",
        "# A run of Neural Playground (MIT licence), from the code that it was trained with.",
    ]
    if _reads_images(data):
        lines.append(
            f"# Needs torch and numpy, and the file {IMAGES} beside it:  pip install torch numpy"
        )
        if not data.startswith(OWN):
            source = datasets.dataset(data)
            about = f"Images: {source.licence}. {source.citation}"
            lines += wrap(about, 98, initial_indent="# ", subsequent_indent="# ")
    else:
        lines.append("# Needs torch and numpy:  pip install torch numpy")
    device = run.info.get("device", "cpu")
    where = "the processor" if device == "cpu" else f"{device}, not on the processor as here"
    lines += [
        f"# Trained on {where}; taken home with torch {version('torch')}. Another version or",
        "# another kind of processor may add up in another order, and differ in the last digits.",
    ]
    return "\n".join(lines)


def _figures(
    run: Run, columns: Columns, changes: Sequence[Mapping[str, Any]]
) -> dict[str, str | int]:
    # Records of shipped runs are rounded: nothing to be compared with to the last digit.
    names = ("step", "generator_loss", "discriminator_loss")
    told = [] if run.shipped else list(zip(*(columns[name] for name in names), strict=True))
    by_hand = [(one["step"], one["name"], one["value"]) for one in changes]
    return {
        "steps": columns["step"][-1],
        "threads": run.info.get("threads", 1),
        "changes": "".join(
            f'\n    ({step}, "{name}", {_literal(value)}),' for step, name, value in by_hand
        )
        + ("\n" if by_hand else ""),
        "recorded": "\n".join(
            f"{step} {mine!r} {other!r}" for step, mine, other in told[:MOST_RECORDED]
        ),
    }


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


_RUN = '''
STEPS = {steps}  # that the run had made
THREADS = {threads}  # of the processor: with another number sums are added up in another order
# What was changed by hand: after how many steps, what, and to what.
CHANGES: list[tuple[int, str, float | str]] = [{changes}]
# The losses of its first steps, to the last digit: the generator's, the discriminator's.
RECORDED = """
{recorded}
"""
'''

_FAULT = '''
class Refused(ValueError):
    """The settings ask for what cannot be."""

    def __init__(self, key: str, **values: object):
        super().__init__(f"{key}: {values}")


seeded = generator
'''

_POINTS = '''
import numpy as np


def source_of(config: GanConfig) -> Points:
    """Points that are drawn anew for every batch."""
    return points(config)


def show(state: Training, config: GanConfig) -> None:
    """Prints a map of the plane: o where real points are, x where made ones are, * where both."""
    model, count = averaged(state, config), 2_000
    with torch.no_grad():
        made = model(model.noise(count, generator(config.seed, "look")))
    real = points(config).draw(count, generator(config.seed, "look", "real"))
    maps = [
        np.histogram2d(y, x, bins=(30, 60), range=[(-1.5, 1.5)] * 2)[0] > 1
        for x, y in (real.numpy().T, made.numpy().T)
    ]
    for row in np.flipud(maps[0] + 2 * maps[1]):
        print("".join(" ox*"[cell] for cell in row).rstrip())
'''

_GLYPHS = '''
def every_image() -> tuple[Tensor, Tensor | None]:
    """The digits that are drawn here, and which each is."""
    return glyphs(GLYPHS, generator(0, "glyphs"))
'''

_FILE = f'''
from pathlib import Path

import numpy as np


def every_image() -> tuple[Tensor, Tensor | None]:
    """The training images from the file beside the script, and the class of each if it has any."""
    with np.load(Path(__file__).with_name("{IMAGES}")) as held:
        every = torch.from_numpy(held["images"])
        classes = torch.from_numpy(held["classes"]).long() if "classes" in held else None
    return every, classes
'''

_IMAGES = f'''
import struct
import zlib
from pathlib import Path


def as_floats(stored: Tensor) -> Tensor:
    """In [-1, 1], as the networks see them."""
    return stored.float().div_(127.5).sub_(1)


def source_of(config: GanConfig) -> Images:
    """What the run learned from; of fewer images than there are, its seed chooses which."""
    train, classes = every_image()
    if config.max_images and config.max_images < len(train):
        kept = torch.randperm(len(train), generator=generator(config.seed, "images"))
        kept = kept[: config.max_images]
        train, classes = train[kept], None if classes is None else classes[kept]
    return Images(train, classes, train[:0], None)


def show(state: Training, config: GanConfig) -> None:
    """Writes ten rows of ten images that the generator makes, its classes column by column."""
    model = averaged(state, config)
    classes = torch.arange(100) % config.classes if config.classes else None
    with torch.no_grad():
        made = model(model.noise(100, generator(config.seed, "look")), classes)
    tiles = made.add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
    channels, side = tiles.shape[1:3]
    rows = tiles.reshape(10, 10, channels, side, side).permute(0, 3, 1, 4, 2)
    rows = rows.reshape(10 * side, 10 * side * channels).numpy()
    pixels = b"".join(bytes(1) + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", 10 * side, 10 * side, 8, 2 if channels == 3 else 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    content = b"".join(
        struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
        for kind, held in chunks
    )
    Path(__file__).with_name("{MADE}").write_bytes(b"\\x89PNG\\r\\n\\x1a\\n" + content)
    print("What the generator makes now stands in {MADE}.")
'''

_MAIN = '''
def main() -> None:
    """Trains as the run did, compares the losses, and shows what the generator makes."""
    torch.set_num_threads(THREADS)
    config = GanConfig()
    source = source_of(config)
    channels = getattr(source, "channels", 1)  # points have none
    chances = {name: generator(config.seed, name) for name in ("weights", "batches", "noise")}
    state = start(config, channels, **chances)
    recorded = {line.split()[0]: line.split()[1:] for line in RECORDED.split("\\n") if line}
    changes = list(CHANGES)
    compared, different = 0, []
    steps = train(state, source, config)
    while state.step < STEPS:
        while changes and changes[0][0] <= state.step:
            _, name, value = changes.pop(0)
            setattr(state, name, value)
        step = next(steps)
        losses = [step.generator_loss, step.discriminator_loss]
        print(f"step {step.step}  G {losses[0]!r}  D {losses[1]!r}", flush=True)
        wanted = recorded.get(str(step.step))
        if wanted is not None:
            compared += 1
            different += [] if [float(one) for one in wanted] == losses else [step.step]
    show(state, config)
    if different:
        print(f"From step {different[0]} on, {len(different)} of {compared} steps differ.")
    elif compared:
        print(f"The losses of the first {compared} steps are those of the run, to the last digit.")


if __name__ == "__main__":
    main()
'''
