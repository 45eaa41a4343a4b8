"""`python -m playground runs`: the folder of runs, beside a server or without one."""

import csv
import io
import json
import time

import pytest
import torch

from playground import weights
from playground.attention.config import AttentionConfig
from playground.command_line import main
from playground.knobs import as_dict
from playground.runs import snapshots
from playground.runs.record import FINISHED, RUNNING, Run
from playground.runs.store import Store
from playground.sequence.config import SequenceConfig

FIRST, SECOND, SHIPPED = "1" * 32, "2" * 32, "5" * 32


@pytest.fixture
def folder(tmp_path):
    """Two runs, the second one with weights, and one that came with the app."""
    config = as_dict(SequenceConfig())
    with Store(tmp_path / "runs") as store:
        for run_id, state, length in ((FIRST, FINISHED, 4), (SECOND, RUNNING, 6)):
            fields = {"slice": "sequence", "config": config, "group": run_id, "state": state}
            made = time.time() + length
            store.create([Run(id=run_id, name=f"run of {length}", created=made, **fields)], "owner")
            store.append(run_id, 0, columns(length))
        name = snapshots.file_name(SECOND, 6)
        tensors = {"model.weight": torch.ones(2), "optimizer.step": torch.ones(1)}
        weights.write(store.snapshots / name, tensors, {"slice": "sequence", "step": "6"})
        store.register_snapshot(SECOND, 6, 6, name)
        run = {"slice": "sequence", "config": config, "name": "to look at", "created": 1.0}
        store.put_shipped(SHIPPED, run, columns(3))
    return tmp_path / "runs"


def columns(length):
    losses = [3.0 - step / 10 for step in range(length)]
    return {"step": list(range(1, length + 1)), "loss": losses, "validation_loss": [None] * length}


def said(capsysbinary, *arguments):
    """(exit status, standard output in bytes, standard error)"""
    status = main([str(one) for one in arguments])
    captured = capsysbinary.readouterr()
    return status, captured.out, captured.err.decode()


def test_runs_are_listed_newest_first(folder, capsysbinary):
    status, out, _ = said(capsysbinary, "runs", "list", "--runs-dir", folder)
    assert status == 0
    lines = out.decode().splitlines()
    assert [line[:32] for line in lines] == [SECOND, FIRST, SHIPPED]
    assert "running" in lines[0]
    assert lines[0].endswith("run of 6")
    _, out, _ = said(capsysbinary, "runs", "list", "--json", "--runs-dir", folder)
    assert [json.loads(line)["id"] for line in out.splitlines()] == [SECOND, FIRST, SHIPPED]


def test_records_are_exported_while_a_server_runs(folder, capsysbinary):
    with Store(folder):
        status, out, _ = said(capsysbinary, "runs", "export", FIRST, "--runs-dir", folder)
    assert status == 0
    rows = list(csv.DictReader(io.StringIO(out.decode())))
    assert [row["step"] for row in rows] == ["1", "2", "3", "4"]
    assert float(rows[0]["loss"]) == 3.0


def test_several_runs_are_exported_as_one_table(folder, capsysbinary):
    _, out, _ = said(capsysbinary, "runs", "export", FIRST, SECOND, "--runs-dir", folder)
    rows = list(csv.DictReader(io.StringIO(out.decode())))
    assert [row["name"] for row in rows] == ["run of 4"] * 4 + ["run of 6"] * 6


def test_every_kind_is_written_to_a_file(folder, tmp_path, capsysbinary):
    def export(kind, to, *more):
        ask = ["runs", "export", SECOND, "--kind", kind, "--to", to, "--runs-dir", folder, *more]
        assert said(capsysbinary, *ask)[0] == 0

    export("json", tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_bytes())["records"] == columns(6)
    export("safetensors", tmp_path)
    (file,) = tmp_path.glob("run-of-6-22222222.safetensors")
    assert set(weights.read(file)[0]) == {"model.weight"}
    export("html", tmp_path / "run.html", "--lang", "zh")
    assert "困惑度" in (tmp_path / "run.html").read_text(encoding="utf-8")


def test_the_code_of_a_run_that_translates_is_written_as_a_script(folder, tmp_path, capsysbinary):
    run_id = "3" * 32
    with Store(folder) as store:
        config = as_dict(AttentionConfig())
        store.create(
            [Run(id=run_id, name="mine", slice="attention", config=config, group="g")], "o"
        )
        store.append(run_id, 0, columns(2))
    ask = ["runs", "export", run_id, "--kind", "py", "--runs-dir", folder]
    status, out, _ = said(capsysbinary, *ask, "--to", tmp_path)
    assert status == 0
    (file,) = tmp_path.glob("mine-33333333.py")
    assert out.decode().strip() == str(file)
    assert "class MultiHeadAttention" in file.read_text(encoding="utf-8")


def test_runs_are_deleted_for_good(folder, capsysbinary):
    status, out, _ = said(capsysbinary, "runs", "delete", FIRST, SECOND, "--runs-dir", folder)
    assert status == 0
    assert out.decode().split() == ["deleted", FIRST, "deleted", SECOND]
    with Store(folder, read_only=True) as store:
        assert [run.id for run in store.runs()] == [SHIPPED]
        assert list(store.snapshots.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["delete", FIRST, "0" * 32], "there is no such run"),
        (["delete", FIRST, SHIPPED], "this run came with the app"),
        (["export", "0" * 32], "there is no such run"),
        (["export", FIRST, "--kind", "safetensors"], "nothing has been trained in this run yet"),
        (["export", FIRST, "--kind", "py"], "runs of this room cannot be taken home"),
        (["export", FIRST, "--to", "no-such-folder/run.csv"], "run.csv cannot be written"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    folder, capsysbinary, arguments, sentence
):
    status, out, err = said(capsysbinary, "runs", *arguments, "--runs-dir", folder)
    assert status == 2
    assert out == b""
    assert err.startswith(f"playground: {sentence}")
    with Store(folder, read_only=True) as store:
        assert len(store.runs()) == 3


def test_nothing_is_deleted_under_a_server(folder, capsysbinary):
    with Store(folder):
        status, _, err = said(capsysbinary, "runs", "delete", FIRST, "--runs-dir", folder)
        assert status == 2
        assert "another server is using this runs folder" in err
        assert said(capsysbinary, "runs", "list", "--runs-dir", folder)[0] == 0


@pytest.mark.parametrize("action", [["list"], ["delete", FIRST], ["export", FIRST]])
def test_a_folder_without_runs_is_said_to_be_empty_and_left_so(tmp_path, capsysbinary, action):
    status, _, err = said(capsysbinary, "runs", *action, "--runs-dir", tmp_path / "none")
    assert status == 2
    assert "there are no runs in this folder yet" in err
    assert not (tmp_path / "none").exists()
