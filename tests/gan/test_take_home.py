"""The code of a run, taken home: a script that runs where the project is not, and repeats it."""

import ast
import gzip
import io
import os
import runpy
import subprocess
import sys

import numpy as np
import pytest

from playground import datasets
from playground.datasets import own_images
from playground.gan.config import OWN, GanConfig
from playground.gan.session import GanSession
from playground.gan.take_home import IMAGES, MADE, files, script
from playground.knobs import as_dict, parse
from playground.refused import Refused
from playground.runs.record import FINISHED, Run

SHORT = {"steps": 5, "batch_size": 8, "hidden_size": 8, "channels": 2, "latent_size": 3}


class Trained:
    """A short run as the store holds it; `changes` are made after so many steps."""

    def __init__(self, changes=None, texts=None, **settings):
        session = GanSession(parse(GanConfig, {**SHORT, **settings}), texts=texts)
        self.columns, self.changes, records = {}, [], session.records()
        while True:
            for name, value in (changes or {}).get(session.step, {}).items():
                session.change(name, value)
                self.changes.append({"step": session.step, "name": name, "value": value})
            record = next(records, None)
            if record is None:
                break
            for name, value in record.items():
                self.columns.setdefault(name, []).append(value)
        self.run = Run(
            id="1" * 32, slice="gan", config=as_dict(session.config), name='my """run""" 反\\',
            group="g", state=FINISHED, steps=session.step, info=session.info,
        )  # fmt: skip

    def script(self):
        return script(self.run, self.columns, self.changes)


def told_by(folder, text, name="train.py"):
    """What a script prints where there is nothing but it, Python, and what pip installed."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(file)], cwd=folder, capture_output=True,
        encoding="utf-8", env={"PYTHONUTF8": "1", "PATH": os.environ["PATH"]}, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def told_here(text, folder, capsys):
    """The same in this process, which is quicker."""
    file = folder / "train.py"
    file.write_text(text, encoding="utf-8")
    runpy.run_path(str(file), run_name="__main__")
    return capsys.readouterr().out


def assert_repeats(out, trained):
    lines = out.splitlines()
    steps = [line.split() for line in lines if line.startswith("step ")]
    for at, column in ((3, "generator_loss"), (5, "discriminator_loss")):
        assert [float(words[at]) for words in steps] == trained.columns[column]
    last = f"The losses of the first {len(steps)} steps are those of the run, to the last digit."
    assert lines[-1] == last


def recorded(text):
    """The losses that a script compares with."""
    lines = text.split('RECORDED = """')[1].split('"""')[0].split("\n")
    return [[float(loss) for loss in line.split()[1:]] for line in lines if line]


def test_the_script_of_a_conditional_game_repeats_its_losses_and_writes_what_it_makes(tmp_path):
    trained = Trained(data="glyphs", max_images=500)
    text = trained.script()
    assert "def glyphs(" in text
    assert_repeats(told_by(tmp_path, text), trained)
    assert (tmp_path / MADE).read_bytes().startswith(b"\x89PNG")


def test_a_game_on_the_plane_is_repeated_with_what_was_changed_by_hand(tmp_path):
    changes = {
        0: {"generator_learning_rate": 0.01},
        2: {"turn": "discriminator", "discriminator_steps": 2},
        3: {"turn": "both", "discriminator_learning_rate": 0.0001},
    }
    settings = {"data": "ring", "loss": "wgan_gp", "r1": 0.1, "updates": "alternating"}
    trained = Trained(changes, **settings)
    assert trained.columns["generator_loss"] != Trained(**settings).columns["generator_loss"]
    out = told_by(tmp_path, trained.script())
    assert_repeats(out, trained)
    assert "*" in out or "x" in out


@pytest.fixture
def mnist(tmp_path, monkeypatch):
    """A data set of that name with a few images, as its files are read."""
    chance = np.random.default_rng(0)
    found = []
    for name, shape in (("images", (40, 28, 28)), ("classes", (40,))) * 2:
        axes = b"".join(length.to_bytes(4, "big") for length in shape)
        high = 10 if name == "classes" else 256
        numbers = chance.integers(0, high, shape, dtype=np.uint8)
        found.append(tmp_path / f"{name}-{len(found)}.gz")
        found[-1].write_bytes(
            gzip.compress(bytes((0, 0, 8, len(shape))) + axes + numbers.tobytes())
        )
    for module in ("playground.gan.data.image_files", "playground.datasets.image_files"):
        monkeypatch.setattr(module, lambda name: tuple(found))  # noqa: ARG005
    return found


def test_images_that_the_script_cannot_make_stand_in_a_file_beside_it(tmp_path, mnist):
    assert len(mnist) == 4
    trained = Trained(data="mnist", model="mlp", conditional=False, max_images=30)
    made = files(trained.run, trained.columns, trained.changes)
    assert sorted(made) == [IMAGES, "train.py"]
    (tmp_path / IMAGES).write_bytes(made[IMAGES])
    text = made["train.py"].decode()
    assert datasets.dataset("mnist").licence in text
    assert_repeats(told_by(tmp_path, text), trained)


def test_own_images_go_along_but_not_those_held_out(tmp_path, capsys):
    pictures = np.random.default_rng(1).integers(0, 256, (30, 3, 28, 28), dtype=np.uint8)
    texts = tmp_path / "texts"
    address = kept(pictures, texts)
    trained = Trained(texts=texts, data=address, conditional=False)
    made = files(trained.run, trained.columns, trained.changes, texts)
    held = np.load(io.BytesIO(made[IMAGES]))["images"]
    assert (held == pictures[np.arange(30) % 10 != 0]).all()
    (tmp_path / IMAGES).write_bytes(made[IMAGES])
    assert_repeats(told_here(made["train.py"].decode(), tmp_path, capsys), trained)
    with pytest.raises(Refused):
        files(trained.run, trained.columns, trained.changes, tmp_path / "elsewhere" / "texts")


def kept(pictures, texts):
    """Images kept as an upload is; their address."""
    out = io.BytesIO()
    np.save(out, pictures)
    folder = own_images.folder_beside(texts)
    folder.mkdir(parents=True)
    digest = own_images.hashlib.sha256(out.getvalue()).hexdigest()
    (folder / f"{digest}.npy").write_bytes(out.getvalue())
    return OWN + digest


def imported(text):
    nodes = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [one.name for node in nodes if isinstance(node, ast.Import) for one in node.names]
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)


def run_of(**settings):
    """A run that nobody trained: enough to see its script."""
    config = as_dict(parse(GanConfig, settings))
    return Run(id="1" * 32, slice="gan", config=config, name="n", group="g")


RECORDS = {"step": [1, 2], "generator_loss": [0.7, 0.6], "discriminator_loss": [1.4, 1.3]}


@pytest.mark.parametrize("data", ["glyphs", "ring", "mnist"])
def test_the_script_imports_torch_and_numpy_alone_and_is_as_our_own_tools_want_it(tmp_path, data):
    text = script(run_of(data=data, seed=7, r1=0.5), RECORDS, [])
    assert imported(text) <= {"torch", "numpy"}
    assert "    seed: int = 7  # start of all randomness" in text
    assert "    r1: float = 0.5  # weight of R1" in text
    for word in ("Annotated", "Knob", "Float[", "playground.", "noqa"):
        assert word not in text
    file = tmp_path / "train.py"
    file.write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["format", "--check", "--isolated", "--line-length", "100"],
        ["check", "--isolated", "--select", "F,I,B,UP,PIE,SIM"],
    ):
        done = subprocess.run([*ruff, *command, str(file)], capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()


def test_only_what_the_game_needs_comes_along():
    plane, drawn = (script(run_of(data=data), RECORDS, []) for data in ("ring", "glyphs"))
    assert "def ring(" in plane
    assert "def glyphs(" not in plane
    assert "class Images" not in plane
    assert "def ring(" not in drawn
    for text in (plane, drawn):
        assert "def image_files" not in text
        assert "class GanRoom" not in text


def test_a_run_that_was_stopped_is_repeated_as_far_as_it_came():
    text = script(run_of(data="ring"), RECORDS, [])
    assert "\nSTEPS = 2 " in text
    assert recorded(text) == [[0.7, 1.4], [0.6, 1.3]]


def test_records_that_were_rounded_are_not_compared():
    shipped = Run(**{**run_of(data="ring").as_json(), "shipped": True})
    assert recorded(script(shipped, RECORDS, [])) == []


def test_the_script_says_where_it_first_differs(tmp_path, capsys):
    trained = Trained(data="ring")
    trained.columns["generator_loss"][2] += 1e-6
    out = told_here(trained.script(), tmp_path, capsys)
    assert out.splitlines()[-1] == "From step 3 on, 1 of 5 steps differ."
