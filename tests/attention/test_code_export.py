"""The code of a run, taken home: a script that runs where the project is not, and repeats it."""

import ast
import io
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from playground.attention.pairs import prepare
from playground.attention.session import AttentionSession
from playground.attention.take_home import PAIRS, files, script
from playground.knobs import as_dict
from playground.refused import Refused
from playground.runs.record import FINISHED, Run
from tests.attention.small import MODELS, config_of
from tests.attention.test_pairs import PAIRS as SENTENCES

SHORT = {"max_pairs": 40, "epochs": 3}
SETTINGS = {
    "transformer": {"dropout": 0.2, "label_smoothing": 0.1, "task": "sort"},
    "gru_attention": {"dropout": 0.1, "tied": False},
    "gru": {"task": "copy", "weight_decay": 0.1},
}


class Trained:
    """A short run as the store holds it; `rates` are set after so many steps."""

    def __init__(self, rates=None, **settings):
        session = AttentionSession(config_of(**{**SHORT, **settings}))
        self.columns, self.changes, records = {}, [], session.records()
        while True:
            if rates and session.step in rates:
                session.change("learning_rate", rates[session.step])
                change = {"step": session.step, "name": "learning_rate"}
                self.changes.append(change | {"value": rates[session.step]})
            record = next(records, None)
            if record is None:
                break
            for name, value in record.items():
                self.columns.setdefault(name, []).append(value)
        self.run = Run(
            id="1" * 32, slice="attention", config=as_dict(session.config),
            name='my """run""" 反\\', group="g", state=FINISHED, steps=session.step,
            info=session.info,
        )  # fmt: skip
        self.session = session

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


def assert_repeats(out, trained):
    lines = out.splitlines()
    losses = [float(line.split()[-1]) for line in lines if line.startswith("step ")]
    assert losses == trained.columns["loss"]
    validation = next(line for line in lines if line.startswith("validation loss "))
    assert float(validation.split()[-1]) == trained.columns["validation_loss"][-1]
    assert lines[-1] == f"The first {len(losses)} losses are those of the run, to the last digit."


def recorded(text):
    """The losses that a script compares with."""
    lines = text.split('RECORDED = """')[1].split('"""')[0].split("\n")
    return [float(line.split()[1]) for line in lines if line]


@pytest.mark.parametrize("model", MODELS)
def test_the_script_of_a_toy_repeats_its_losses(tmp_path, model):
    trained = Trained(model=model, **SETTINGS[model])
    assert len(trained.columns["loss"]) > 5
    assert_repeats(told_by(tmp_path, trained.script()), trained)


def test_a_learning_rate_that_was_changed_is_changed_again(tmp_path):
    trained = Trained(rates={0: 0.003, 2: 0.05, 5: 0.0001})
    assert trained.columns["learning_rate"][2] == 0.05
    plain = Trained()
    assert trained.columns["loss"] != plain.columns["loss"]
    assert_repeats(told_by(tmp_path, trained.script()), trained)


def test_a_run_that_was_stopped_is_repeated_as_far_as_it_came():
    trained = Trained()
    for name, values in trained.columns.items():
        trained.columns[name] = values[:4]
    text = trained.script()
    assert "\nSTEPS = 4 " in text
    assert recorded(text) == trained.columns["loss"]


def test_the_script_says_where_it_first_differs(tmp_path):
    trained = Trained()
    trained.columns["loss"][2] += 1e-6
    out = told_by(tmp_path, trained.script())
    count = len(trained.columns["loss"])
    assert out.splitlines()[-1] == f"From step 3 on, 1 of {count} losses differ."


def imported(text):
    nodes = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [one.name for node in nodes if isinstance(node, ast.Import) for one in node.names]
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)


@pytest.mark.parametrize("model", MODELS)
def test_the_script_imports_torch_alone_and_is_as_our_own_tools_want_it(tmp_path, model):
    text = Trained(model=model).script()
    assert imported(text) == {"torch"}
    for word in ("Annotated", "Knob", "Float[", "playground.", "noqa"):
        assert word not in text
    file = tmp_path / "train.py"
    file.write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["format", "--check", "--isolated", "--line-length", "100"],
        ["check", "--isolated", "--line-length", "100", "--select", "E,F,I,B,UP,PIE,SIM"],
    ):
        done = subprocess.run([*ruff, *command, str(file)], capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()


def test_only_what_the_model_needs_comes_along():
    transformer, recurrent = (Trained(model=model).script() for model in ("transformer", "gru"))
    assert "class MultiHeadAttention" in transformer
    assert "class AttentiveGRU" not in transformer
    assert "class GRU" in recurrent
    assert "class MultiHeadAttention" not in recurrent
    for text in (transformer, recurrent):
        assert "def memory_bytes" not in text
        assert "def restore" not in text
        assert "def held_apart" not in text


def test_the_settings_are_those_of_the_run_with_their_help():
    text = Trained(label_smoothing=0.05, seed=7).script()
    assert "    label_smoothing: float = 0.05  # share of the target given" in text
    assert "    seed: int = 7  # start of all randomness" in text


def test_a_run_on_sentences_reads_their_numbers_from_a_file_beside_it(tmp_path, monkeypatch):
    many = [(f"{source} {at}", target) for at in range(8) for source, target in SENTENCES]
    with zipfile.ZipFile(tmp_path / "cmn-eng.zip", "w") as archive:
        archive.writestr("cmn.txt", "".join(f"{s}\t{t}\n" for s, t in many))
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    settings = {"task": "eng-cmn", "max_pairs": 150, "vocabulary_size": 120, "max_tokens": 128}
    trained = Trained(**settings, epochs=2)
    made = files(trained.run, trained.columns, trained.changes)
    assert sorted(made) == [PAIRS, "train.py"]
    (tmp_path / PAIRS).write_bytes(made[PAIRS])
    text = made["train.py"].decode()
    assert imported(text) == {"torch", "numpy"}
    assert "tatoeba.org" in text
    assert_repeats(told_by(tmp_path, text), trained)
    held = np.load(io.BytesIO(made[PAIRS]))
    data = prepare(trained.session.config)
    assert held["train_source"].tolist() == [one for ids in data.train.sources for one in ids]


def test_sentences_that_may_not_be_passed_on_stay_here():
    run = Run(
        id="1" * 32, slice="attention", config=as_dict(config_of(task="multi30k-deu")), name="n",
        group="g",
    )  # fmt: skip
    with pytest.raises(Refused, match="may not be passed on"):
        files(run, {"step": [1], "loss": [1.0]}, [])


def test_records_that_were_rounded_are_not_compared():
    trained = Trained()
    shipped = Run(**{**trained.run.as_json(), "shipped": True})
    assert recorded(script(shipped, trained.columns, trained.changes)) == []
