"""The command line: train, generate, pretrain and look after runs without a page.

`python -m playground train sequence --cell lstm --corpus timemachine --seed 0 --json` runs the
loop that the page runs, with the same numbers. Like the shell, this file knows every slice.
"""

import argparse
import importlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import platformdirs

from playground import datasets, knobs
from playground.refused import Refused
from playground.sequence import actions as sequence_actions
from playground.sequence.config import SequenceConfig

SLICES = {"sequence": SequenceConfig}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (2 for a refusal, which is said in one sentence)."""
    options = _parser().parse_args(arguments)
    datasets.configure(options.data_dir)
    try:
        return options.run(options)
    except Refused as refusal:
        print(f"playground: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data-dir", type=Path, help="folder that already holds the data sets")
    shared.add_argument("--runs-dir", type=Path, default=default_runs_dir(), help="folder of runs")
    commands = parser.add_subparsers(required=True, metavar="train|generate|pretrain|runs")

    train = commands.add_parser("train", help="train a model and print its figures")
    for name, config_class in SLICES.items():
        of_slice = _slices(train).add_parser(name, parents=[shared], help=f"a {name} model")
        knobs.add_arguments(of_slice, config_class)
        of_slice.add_argument("--json", action="store_true", help="last line: the final figures")
        of_slice.add_argument("--save", type=Path, help="write the trained weights to this file")
        of_slice.add_argument("--device", default="cpu", help="cpu, cuda or mps")
        of_slice.add_argument("--threads", type=int, default=1, help="as the page's workers: 1")
        of_slice.set_defaults(run=_train, slice=name)

    generate = _slices(commands.add_parser("generate", help="continue a text")).add_parser(
        "sequence", parents=[shared], help="with a recurrent language model"
    )
    generate.add_argument("source", help="name of shipped weights, or a .safetensors file")
    for setting in sequence_actions.GENERATE.settings.values():
        if setting.name != "source":
            generate.add_argument("--" + setting.name.replace("_", "-"), help=setting.help)
    generate.set_defaults(run=_generate)

    pretrain = _slices(commands.add_parser("pretrain", help="make the shipped weights"))
    of_sequence = pretrain.add_parser("sequence", parents=[shared], help="all, or those named")
    of_sequence.add_argument("names", nargs="*", help="which ones (default: all)")
    of_sequence.set_defaults(run=_pretrain, module="playground.sequence.pretrain")

    runs = commands.add_parser("runs", help="list, export or delete runs")
    actions = runs.add_subparsers(required=True, metavar="list|export|delete")
    listing = actions.add_parser("list", parents=[shared], help="every run of the folder")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list_runs)
    export = actions.add_parser("export", parents=[shared], help="a run's records or weights")
    export.add_argument("run_id")
    export.add_argument("--kind", choices=("csv", "json", "safetensors"), default="csv")
    export.add_argument("--to", type=Path, help="the file (default: standard output)")
    export.set_defaults(run=_export_run)
    delete = actions.add_parser("delete", parents=[shared], help="delete runs for good")
    delete.add_argument("run_ids", nargs="+")
    delete.set_defaults(run=_delete_runs)
    return parser


def _slices(parser: argparse.ArgumentParser) -> Any:
    return parser.add_subparsers(required=True, metavar="SLICE")


def default_runs_dir() -> Path:
    """Where runs are kept unless `--runs-dir` says otherwise."""
    return Path(platformdirs.user_data_path("neural-playground", appauthor=False)) / "runs"


def _train(options: argparse.Namespace) -> int:
    config = knobs.from_arguments(SLICES[options.slice], options)
    # Before torch is imported, so that its thread pools obey.
    os.environ.setdefault("OMP_NUM_THREADS", str(options.threads))
    import torch

    from playground import weights

    torch.set_num_threads(options.threads)
    open_session = importlib.import_module(f"playground.{options.slice}.session").open_session
    session = open_session(
        knobs.as_dict(config), device=options.device, texts=options.runs_dir / "texts"
    )
    for record in _with_bar(session):
        if not options.json and record.get("validation_loss") is not None:
            print(_line(record), file=sys.stderr)
    summary = session.summary()
    if options.save:
        tensors, metadata = session.state()
        model = {name: one for name, one in tensors.items() if name.startswith("model.")}
        weights.write(options.save, model, metadata)
    print(json.dumps(summary) if options.json else _told(summary))
    return 0


def _with_bar(session: Any) -> Iterator[dict[str, Any]]:
    """The session's records, with a bar on standard error while that is a terminal."""
    shown = 0.0
    for record in session.records():
        yield record
        if sys.stderr.isatty() and time.monotonic() - shown > 0.2:
            shown = time.monotonic()
            done = session.progress()["done"]
            bar = "█" * round(30 * done)
            print(f"\r{bar:<30} {done:4.0%}  {_line(record)}", end="\x1b[K", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)


def _line(record: dict[str, Any]) -> str:
    validation = record.get("validation_loss")
    held_out = "" if validation is None else f"  validation loss {validation:.4f}"
    return f"step {record['step']}  loss {record['loss']:.4f}{held_out}"


def _told(summary: dict[str, Any]) -> str:
    return "\n".join(f"{name:>24}  {value}" for name, value in summary.items())


def _generate(options: argparse.Namespace) -> int:
    from playground import weights
    from playground.sequence.generation import generate_entry

    given = {
        name: setting.from_text(getattr(options, name))
        for name, setting in sequence_actions.GENERATE.settings.items()
        if getattr(options, name, None) is not None
    }
    arguments = sequence_actions.GENERATE.with_defaults(given)
    source = arguments.pop("source")
    file = Path(source)
    if not file.is_file():
        file = weights.shipped_file("sequence", source)
    print(arguments["prefix"], end="")
    for item in generate_entry(arguments | {"weights": str(file)}):
        print(item.get("token", ""), end="", flush=True)
    print()
    return 0


def _pretrain(options: argparse.Namespace) -> int:
    importlib.import_module(options.module).pretrain(options.names or None)
    return 0


def _list_runs(options: argparse.Namespace) -> int:
    from playground.runs.store import Store

    with Store(options.runs_dir, read_only=True) as store:
        runs = store.runs()
    for run in runs:
        if options.json:
            print(json.dumps(run.as_json()))
        else:
            created = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created))
            print(f"{run.id}  {created}  {run.state:<9} {run.steps:>8} steps  {run.name}")
    return 0


def _export_run(options: argparse.Namespace) -> int:
    from playground.exports import csv_of, json_of, weights_of
    from playground.runs.store import Store

    with Store(options.runs_dir, read_only=True) as store:
        run = store.run(options.run_id)
        match options.kind:
            case "csv":
                content = csv_of(store.records(run.id))
            case "json":
                content = json_of(run, store.records(run.id))
            case _:
                content = weights_of(store.snapshot_file(run.id))
    if options.to:
        options.to.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
    return 0


def _delete_runs(options: argparse.Namespace) -> int:
    from playground.runs.store import Store

    with Store(options.runs_dir) as store:
        for run_id in options.run_ids:
            store.erase(run_id)
            print(f"deleted {run_id}")
    return 0
