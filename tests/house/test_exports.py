"""Files that leave the app and come back."""

import csv
import io
import json
import zipfile

import pytest
import torch

from playground import weights
from playground.actions import Room
from playground.exports import Exports, csv_of
from playground.knobs import as_dict
from playground.refused import Refused
from playground.runs import snapshots
from playground.runs.record import FINISHED, Run, fresh_id
from playground.runs.scheduler import Scheduler
from playground.runs.session import Slice
from playground.runs.store import Store
from playground.sequence.config import SequenceConfig

OWNER = "a1" * 16
CONFIG = as_dict(SequenceConfig())


def drawn(curves, language):
    return f"{language}: " + ", ".join(run.name for run, _ in curves)


def taken(run, columns, changes):
    """As many files as the run has records."""
    told = f"{run.name} {len(changes)}".encode()
    return {f"file{at}": told for at in range(len(columns["step"]))}


def checked(content, config, metadata):
    if b"wrong" in content:
        raise Refused("sequence.not_a_model")


@pytest.fixture
def exports(tmp_path):
    """On a real scheduler whose workers never start."""
    room = Room("sequence", SequenceConfig, checked, (), lambda config: config["cell"].upper())
    one = Slice(name="sequence", entry="", parse=dict, memory_bytes=lambda _: 0)
    with Store(tmp_path / "runs") as store:
        scheduler = Scheduler(store, {"sequence": one}, texts=tmp_path, slots=1)
        figures = {"sequence": drawn, "garden": drawn}
        texts = tmp_path / "texts"
        yield Exports(scheduler, {"sequence": room}, figures, texts, {"garden": taken})
        scheduler.close()


def put(exports, name="first", columns=None, **fields):
    run = Run(**{"id": fresh_id(), "slice": "sequence", "config": CONFIG, "name": name,
                 "group": "g", "state": FINISHED, **fields})  # fmt: skip
    exports.scheduler.store.create([run], "owner")
    if columns:
        exports.scheduler.store.append(run.id, 0, columns)
    return run


def columns(*losses):
    return {"step": list(range(1, len(losses) + 1)), "loss": list(losses)}


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def refusal(action):
    with pytest.raises(Refused) as caught:
        action()
    return caught.value.key


def test_a_table_has_perplexities_and_leaves_empty_what_was_not_measured(exports):
    run = put(exports, columns={**columns(0.0, 2.0), "validation_loss": [None, 1.0]})
    file = exports.file([run.id], "csv")
    assert file.name == f"first-{run.id[:8]}.csv"
    first, second = table(file.content)
    assert first == {"step": "1", "loss": "0.0", "perplexity": "1.0", "validation_loss": "",
                     "validation_perplexity": ""}  # fmt: skip
    assert second["validation_perplexity"].startswith("2.718")


def test_a_loss_beyond_all_numbers_leaves_its_perplexity_empty():
    run = Run(id="1" * 32, slice="sequence", config={}, name="n", group="g")
    assert table(csv_of([(run, columns(800.0))]))[0]["perplexity"] == ""


def test_a_race_is_one_table_that_tells_its_runs_apart(exports):
    first = put(exports, "=SUM(A1)", columns(3.0, 2.0))
    second = put(exports, "slow", {**columns(4.0), "validation_loss": [1.0]})
    file = exports.file([first.id, second.id, first.id], "csv")
    assert file.name == f"SUM-A1-{first.id[:8]}-and-1-more.csv"
    rows = table(file.content)
    assert [(row["run"], row["name"], row["loss"]) for row in rows] == [
        (first.id, "'=SUM(A1)", "3.0"),  # no formula of a spreadsheet
        (first.id, "'=SUM(A1)", "2.0"),
        (second.id, "slow", "4.0"),
    ]
    assert [row["validation_loss"] for row in rows] == ["", "", "1.0"]


def test_json_holds_the_run_and_all_its_records(exports):
    run = put(exports, columns=columns(3.0, 2.0))
    told = json.loads(exports.file([run.id], "json").content)
    assert told["id"] == run.id
    assert told["records"] == columns(3.0, 2.0)
    both = json.loads(exports.file([run.id, put(exports).id], "json").content)
    assert [one["records"] for one in both] == [columns(3.0, 2.0), {}]


def test_a_figure_is_drawn_of_all_runs_in_the_asked_language(exports):
    runs = [put(exports, name, columns(1.0)).id for name in ("first", "二")]
    assert exports.file(runs, "html", "zh").content.decode() == "zh: first, 二"
    other = put(exports, "tree", columns(1.0), slice="garden")
    assert refusal(lambda: exports.file([*runs, other.id], "html")) == "exports.different_rooms"


def test_weights_leave_without_what_only_training_needs(exports):
    run = put(exports, "我的 <run>", columns(1.0))
    store = exports.scheduler.store
    name = snapshots.file_name(run.id, 1)
    tensors = {"model.a": torch.arange(4.0), "optimizer.moment": torch.ones(4)}
    metadata = {"slice": "sequence", "config": "{}", "figures": "secret", "step": "1"}
    weights.write(store.snapshots / name, tensors, metadata)
    store.register_snapshot(run.id, 1, 1, name)
    file = exports.file([run.id], "safetensors")
    assert file.name == f"run-{run.id[:8]}.safetensors"
    out = store.folder / "out.safetensors"
    out.write_bytes(file.content)
    read, kept = weights.read(out)
    assert {key: value.tolist() for key, value in read.items()} == {"model.a": [0, 1, 2, 3]}
    assert kept == {"slice": "sequence", "config": "{}", "step": "1"}


def test_code_leaves_as_one_script_or_in_a_folder_with_what_it_reads(exports):
    run = put(exports, "one", columns(1.0), slice="garden")
    exports.scheduler.store.add_change(run.id, 1, "learning_rate", 0.5)
    file = exports.file([run.id], "py")
    assert (file.name, file.content) == (f"one-{run.id[:8]}.py", b"one 1")
    run = put(exports, "two", columns(2.0, 1.0), slice="garden")
    file = exports.file([run.id], "py")
    assert file.name == f"two-{run.id[:8]}.zip"
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        folder = file.name.removesuffix(".zip")
        assert archive.namelist() == [f"{folder}/file0", f"{folder}/file1"]
        assert archive.read(f"{folder}/file0") == b"two 0"


def test_a_room_without_code_says_so(exports):
    done, empty = put(exports, columns=columns(1.0)), put(exports, slice="garden")
    assert refusal(lambda: exports.file([done.id], "py")) == "exports.no_code"
    assert refusal(lambda: exports.file([empty.id], "py")) == "exports.no_records"


def test_what_cannot_be_exported_is_refused(exports):
    empty, done = put(exports), put(exports, columns=columns(1.0))
    for kind in ("csv", "json", "html"):
        assert refusal(lambda kind=kind: exports.file([empty.id], kind)) == "exports.no_records"
    assert refusal(lambda: exports.file([empty.id], "safetensors")) == "endpoints.not_ready"
    assert refusal(lambda: exports.file([done.id], "exe")) == "exports.no_such_kind"
    assert refusal(lambda: exports.file(["nobody"], "csv")) == "runs.no_such_run"
    assert refusal(lambda: exports.file([""], "csv")) == "runs.no_such_run"
    assert refusal(lambda: exports.file([done.id] * 21, "csv")) == "endpoints.many_runs"


def content(step="7", more=b""):
    from safetensors.torch import save

    metadata = {"slice": "sequence", "config": json.dumps({"cell": "gru"}), "step": step}
    return save({"model.a": torch.ones(2)}, metadata) + more


@pytest.mark.parametrize(
    ("name", "shown"), [("my net", "my net"), ("\x00 \n", "GRU"), ("", "GRU"), ("x" * 99, "x" * 80)]
)
def test_imported_weights_are_a_finished_run_whatever_the_file_is_called(exports, name, shown):
    run = exports.import_weights(content(), name, OWNER)
    assert (run["name"], run["state"], run["config"]["cell"]) == (shown, "finished", "gru")
    assert exports.scheduler.store.snapshot_step(run["id"]) == 7
    assert exports.scheduler.store.owner(run["id"])


@pytest.mark.parametrize("step", ["²", "9" * 30, "-5", "1.5", "x"])
def test_a_step_that_is_no_number_does_not_matter(exports, step):
    run = exports.import_weights(content(step), "n", OWNER)
    assert exports.scheduler.store.snapshot_step(run["id"]) == 0


def test_weights_that_are_not_ours_are_refused(exports):
    assert refusal(lambda: exports.import_weights(b"x", "n", OWNER)) == "weights.unreadable"
    foreign = weights_of_another_app()
    assert refusal(lambda: exports.import_weights(foreign, "n", OWNER)) == "exports.not_ours"
    bad = content(more=b"wrong")
    assert refusal(lambda: exports.import_weights(bad, "n", OWNER)) == "sequence.not_a_model"
    assert refusal(lambda: exports.import_weights(content(), "n", "me")) == "runs.bad_token"
    assert exports.scheduler.runs(OWNER) == []


def weights_of_another_app():
    from safetensors.torch import save

    return save({"w": torch.ones(1)}, {"format": "pt"})
