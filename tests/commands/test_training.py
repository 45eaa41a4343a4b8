"""`python -m playground train` and `generate`: the page's loop without the page."""

import json
import signal

import pytest
import torch

from playground import terminal, weights
from playground.command_line import main
from playground.datasets import corpus_text
from playground.knobs import parse
from playground.sequence.config import SequenceConfig
from playground.sequence.session import SequenceSession

TINY = {"hidden_size": 8, "steps": 8, "batch_size": 4, "max_tokens": 800, "epochs": 1, "seconds": 0}
FLAGS = [f"--{name.replace('_', '-')}={value}" for name, value in TINY.items()]
CLOCKS = ("seconds", "tokens_per_second")


@pytest.fixture
def command(tmp_path, capsys):
    """Runs a command on a folder of its own: (exit status, standard output, standard error)."""

    def run(*arguments):
        status = main([*map(str, arguments), "--runs-dir", str(tmp_path / "runs")])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def figures(out):
    told = json.loads(out.splitlines()[-1])
    return {name: value for name, value in told.items() if name not in CLOCKS}


def test_the_same_seed_gives_the_same_figures_and_another_others(command):
    first, again, other = (
        figures(command("train", "sequence", *FLAGS, "--json", "--seed", seed)[1])
        for seed in (3, 3, 4)
    )
    assert first == again
    assert first["loss"] != other["loss"]


def test_the_figures_are_those_of_the_session_that_workers_open(command):
    told = figures(command("train", "sequence", *FLAGS, "--json")[1])
    session = SequenceSession(parse(SequenceConfig, TINY), corpus_text("story-en"))
    for _ in session.records():
        continue
    expected = {name: value for name, value in session.summary().items() if name not in CLOCKS}
    assert expected.items() <= told.items()
    assert told["info"] == session.info
    assert told["state"] == "finished"
    assert told["error"] is None


def test_json_is_one_line_and_all_that_is_printed(command):
    status, out, err = command("train", "sequence", *FLAGS, "--json")
    assert status == 0
    assert len(out.splitlines()) == 1
    assert "100%" in err


def test_without_json_the_figures_are_a_table(command):
    _, out, _ = command("train", "sequence", *FLAGS)
    table = dict(line.strip().split("  ") for line in out.splitlines())
    assert int(table["step"]) > 10
    assert float(table["validation perplexity"]) > 1


def test_a_text_of_ones_own_is_kept_and_learned(command, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("the tide comes in and the tide goes out. " * 20, encoding="utf-16")
    status, out, _ = command("train", "sequence", "--text", file, *FLAGS, "--json")
    assert status == 0
    assert figures(out)["info"]["vocabulary_size"] < 20
    kept = list((tmp_path / "runs" / "texts").glob("*.txt"))
    assert len(kept) == 1
    again = command("train", "sequence", "--corpus", f"text:{kept[0].stem}", *FLAGS, "--json")
    assert figures(again[1]) == figures(out)


def test_saved_weights_are_those_of_the_export_and_generate(command, tmp_path):
    file = tmp_path / "w.safetensors"
    assert command("train", "sequence", *FLAGS, "--save", file)[0] == 0
    tensors, metadata = weights.read(file)
    assert all(name.startswith("model.") for name in tensors)
    assert set(metadata) == {"slice", "config", "vocabulary", "step"}

    ask = ["generate", "sequence", file, "--prefix", "the ", "--length", 30, "--seed", 5]
    status, written, _ = command(*ask)
    assert status == 0
    told = json.loads(command(*ask, "--json")[1])
    assert told["text"] + "\n" == written
    assert told["text"] == "the " + told["continuation"]
    assert command(*ask[:-1], 6)[1] != written


def test_generation_says_what_the_model_has_never_seen(command, tmp_path):
    file = tmp_path / "w.safetensors"
    command("train", "sequence", *FLAGS, "--save", file)
    _, _, err = command("generate", "sequence", file, "--prefix", "a§b§", "--length", 1)
    assert err.endswith(": '§'\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "sequence", "--steps", "0"], "steps=0 must lie in [1, 512]"),
        (["train", "sequence", "--corpus", "bible"], "corpus=bible must be one of"),
        (["train", "sequence", "--seed", "x"], "seed must be of type integer"),
        (["train", "sequence", "--text", "no-such-file.txt"], "no-such-file.txt cannot be read"),
        (["train", "sequence", "--max-tokens", "40"], "the training part has 36 tokens"),
        (
            ["train", "sequence", "--corpus", "text:" + "0" * 64],
            "this text of your own is no longer",
        ),
        (["train", "sequence", "--save", "no-such-folder/w.safetensors"], "w.safetensors cannot"),
        (["generate", "sequence", "nobody"], "nobody is neither a run nor shipped weights"),
        (["generate", "sequence", "0" * 32], "there are no runs in this folder yet"),
        (["generate", "sequence", __file__], "this is not a readable safetensors file"),
        (["generate", "sequence", "nobody", "--top-p", "2"], "top_p=2 must lie in [0.01, 1]"),
        (["pretrain", "sequence", "nobody"], "there is no recipe called nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(command, arguments, sentence):
    status, out, err = command(*arguments)
    assert status == 2
    assert out == ""
    assert err.startswith(f"playground: {sentence}")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["train"], ["train", "garden"], ["train", "sequence", "--colour", "red"], ["runs"],
     ["train", "sequence", "--threads", "0"], ["train", "sequence", "--device", "abacus"],
     ["train", "sequence", "--text", "a.txt", "--corpus", "story-en"]],
)  # fmt: skip
def test_a_wrong_command_ends_with_one_line(command, capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_run_that_diverges_tells_why_and_what_it_reached(command):
    wild = ["--cell=rnn", "--optimizer=sgd", "--learning-rate=100", "--clip-threshold=0"]
    status, out, err = command("train", "sequence", *FLAGS, *wild, "--json")
    assert status == 2
    told = figures(out)
    assert told["state"] == "failed"
    assert told["error"].startswith("training diverged at step")
    assert told["error"] in err


@pytest.mark.parametrize("words", [[], ["train", "sequence"], ["generate", "sequence"], ["runs"],
                                   ["runs", "export"], ["pretrain", "sequence"]])  # fmt: skip
def test_every_command_explains_itself(capsys, words):
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert len(said) > 150
    if words == ["train", "sequence"]:
        assert all(f"--{name.replace('_', '-')}" in said for name in TINY)


class PressesCtrlC:
    """A session during whose third step someone presses Ctrl-C."""

    def __init__(self, session):
        self.session = session

    def __getattr__(self, name):
        return getattr(self.session, name)

    def records(self):
        for record in self.session.records():
            if record["step"] == 3:
                signal.raise_signal(signal.SIGINT)
            yield record


def test_ctrl_c_ends_between_two_steps_and_prints_what_was_reached(capsys, tmp_path):
    before = signal.getsignal(signal.SIGINT)
    config = parse(SequenceConfig, {**TINY, "epochs": 1000})
    session = PressesCtrlC(SequenceSession(config, corpus_text("story-en")))
    file = tmp_path / "w.safetensors"
    assert terminal.train(session, as_json=True, save=file) == 130
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "interrupted"
    assert told["step"] == 3
    assert weights.read_metadata(file)["step"] == "3"
    assert signal.getsignal(signal.SIGINT) is before


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
