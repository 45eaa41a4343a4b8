"""See how neural networks learn, without the page: train, generate, and look after runs."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from playground import datasets, knobs, terminal, terminal_runs, weights
from playground.attention.config import AttentionConfig
from playground.datasets.own_text import keep_text
from playground.endpoints import Endpoint, described
from playground.exports import KINDS
from playground.folders import default_runs_dir
from playground.gan.config import GanConfig
from playground.locales import LANGUAGES
from playground.refused import Refused
from playground.runs.record import Run
from playground.sequence.actions import GENERATE
from playground.sequence.config import SequenceConfig

# Like the shell, this file knows every room.
CONFIGS = {"sequence": SequenceConfig, "attention": AttentionConfig, "gan": GanConfig}
GENERATORS = {"sequence": GENERATE}
MEASURED_AGAIN = {"attention", "gan"}  # rooms whose cards tell a figure that one command reproduces
WITH_CODE = ("attention", "gan")  # rooms whose runs can be taken home as a script
# What `pretrain` can make, and the module that makes it.
RECIPES = {name: f"playground.{name}.pretrain" for name in CONFIGS} | {
    "judge": "playground.gan.judge_training"
}
_EXAMPLES = """examples:
  python -m playground train sequence --cell gru --corpus story-en --seconds 30 --seed 0
  python -m playground train sequence --text notes.txt --save notes.safetensors --json
  python -m playground generate sequence notes.safetensors --prefix "Once " --temperature 0.7
  python -m playground train attention --task reverse --seconds 30
  python -m playground runs list
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One sentence, without the list of all flags in front of it."""
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 2 for a refusal, which is said in one sentence,
    130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    datasets.configure(options.data_dir)
    try:
        return options.run(options)
    except Refused as refusal:
        print(f"playground: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return terminal.INTERRUPTED
    except BrokenPipeError:  # of `| head`, which has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m playground",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    folders = argparse.ArgumentParser(add_help=False)
    where = folders.add_argument_group("folders")
    where.add_argument(
        "--data-dir", type=Path, metavar="FOLDER", help="folder that already holds data sets"
    )
    where.add_argument(
        "--runs-dir",
        type=Path,
        metavar="FOLDER",
        default=default_runs_dir(),
        help="where runs and own texts are kept, the same as the page's (default: %(default)s)",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    _add_train(commands, folders)
    _add_generate(commands, folders)
    _add_pretrain(commands, folders)
    _add_runs(commands, folders)
    return parser


def _command(commands: Any, name: str, words: str, **more: Any) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=words, description=f"{words}.", **more)


def _rooms(parser: argparse.ArgumentParser) -> Any:
    return parser.add_subparsers(required=True, metavar="ROOM", title="rooms")


def _add_train(commands: Any, folders: argparse.ArgumentParser) -> None:
    rooms = _rooms(_command(commands, "train", "Train a model and print its figures"))
    for name, config_class in CONFIGS.items():
        words = f"Train a {name} model: the loop and the numbers of the page"
        parser = _command(rooms, name, words, parents=[folders])
        parser.set_defaults(run=_train, room=name, parser=parser)
        settings: Any = parser.add_argument_group("settings")
        knobs.add_arguments(settings, config_class)
        out = parser.add_argument_group("what comes in and out")
        if any(one.name == "corpus" for one in knobs.settings(config_class)):
            words = "learn from this file instead of a --corpus"
            out.add_argument("--text", type=Path, metavar="FILE", help=words)
        out.add_argument(
            "--json", action="store_true", help="the last line printed is one JSON object"
        )
        out.add_argument(
            "--save", type=Path, metavar="FILE", help="write the weights here (.safetensors)"
        )
        out.add_argument(
            "--device", choices=("auto", "cpu", "cuda", "mps"), default="auto",
            help="where to train; auto (default): a CUDA card if there is one, else the processor",
        )  # fmt: skip
        out.add_argument(
            "--threads", type=int, default=1, metavar="N",
            help="of the processor; 1 (default), as the page's workers have, gives their numbers",
        )  # fmt: skip


def _add_generate(commands: Any, folders: argparse.ArgumentParser) -> None:
    rooms = _rooms(_command(commands, "generate", "Continue a text with a trained model"))
    for name, endpoint in GENERATORS.items():
        words = f"Continue a text with a {name} model"
        parser = _command(rooms, name, words, parents=[folders])
        parser.add_argument(
            "source", help="name of shipped weights, id of a run, or a .safetensors file"
        )
        for setting in endpoint.settings.values():
            if setting.name != "source":
                flag = "--" + setting.name.replace("_", "-")
                words = described(setting).replace("%", "%%")
                parser.add_argument(flag, metavar=setting.kind.upper(), help=words)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.set_defaults(run=_generate, room=name)


def _add_pretrain(commands: Any, folders: argparse.ArgumentParser) -> None:
    rooms = _rooms(_command(commands, "pretrain", "Make the weights that come with the app"))
    for name in RECIPES:
        words = f"Make the shipped weights of {name}, all or those named"
        parser = _command(rooms, name, words, parents=[folders])
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="a recipe; an unknown one lists them"
        )
        if name in MEASURED_AGAIN:
            words = "measure shipped weights again and print the figure of the card beside it"
            parser.add_argument("--check", action="store_true", help=words)
        parser.set_defaults(run=_pretrain, room=name)


def _add_runs(commands: Any, folders: argparse.ArgumentParser) -> None:
    parser = _command(commands, "runs", "List, export or delete the runs of the page")
    actions = parser.add_subparsers(required=True, metavar="ACTION", title="actions")
    words = "List runs, newest first: id, time, state, steps, validation perplexity, name"
    listing = _command(actions, "list", words, parents=[folders])
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=lambda o: terminal_runs.list_runs(o.runs_dir, as_json=o.json))

    words = "Save records, a figure, weights or code of runs, also while they train"
    export = _command(actions, "export", words, parents=[folders])
    export.add_argument("run_ids", nargs="+", metavar="ID")
    export.add_argument("--kind", choices=KINDS, default="csv", help="default csv")
    export.add_argument("--to", type=Path, metavar="FILE", help="default: standard output")
    export.add_argument("--lang", choices=LANGUAGES, default="en", help="language of a figure")
    export.set_defaults(run=_export)

    words = "Delete runs for good; no server may be using their folder"
    delete = _command(actions, "delete", words, parents=[folders])
    delete.add_argument("run_ids", nargs="+", metavar="ID")
    delete.set_defaults(run=lambda o: terminal_runs.delete_runs(o.runs_dir, o.run_ids))


def _train(options: argparse.Namespace) -> int:
    texts = options.runs_dir / "texts"
    if getattr(options, "text", None) is not None:
        if options.corpus is not None:
            options.parser.error("--text and --corpus both say what to learn from; give one")
        options.corpus = keep_text(_content(options.text), texts).address
    if options.threads < 1:
        options.parser.error("--threads must be at least 1")
    config = knobs.from_arguments(CONFIGS[options.room], options)
    terminal.check_writable(options.save)
    # Before torch is imported, so that its thread pools obey.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    import torch

    from playground.runs.accelerator import chosen

    torch.set_num_threads(options.threads)
    open_session = importlib.import_module(f"playground.{options.room}.session").open_session
    session = open_session(knobs.as_dict(config), device=chosen(options.device), texts=texts)
    return terminal.train(session, as_json=options.json, save=options.save)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused("exports.cannot_read", name=file.name or str(file)) from None


def _generate(options: argparse.Namespace) -> int:
    endpoint: Endpoint = GENERATORS[options.room]
    given = {
        name: setting.from_text(getattr(options, name))
        for name, setting in endpoint.settings.items()
        if getattr(options, name) is not None
    }
    arguments = endpoint.with_defaults(given)
    file = terminal_runs.weights_file(options.runs_dir, options.room, arguments.pop("source"))
    generation = importlib.import_module(f"playground.{options.room}.generation")
    items = generation.generate_entry(arguments | {"weights": str(file)})
    terminal.write_text(items, arguments["prefix"], as_json=options.json)
    return 0


def _pretrain(options: argparse.Namespace) -> int:
    recipes = importlib.import_module(RECIPES[options.room])
    if not getattr(options, "check", False):
        recipes.pretrain(options.names or None)
        return 0
    for name in options.names or weights.shipped(options.room):
        print(recipes.reproduced(name), flush=True)
    return 0


def _export(options: argparse.Namespace) -> int:
    def draw(curves: Any, language: str) -> str:
        figures = importlib.import_module(f"playground.{curves[0][0].slice}.figures")
        return figures.page(curves, language)

    def take(run: Run, columns: Any, changes: Any) -> Any:
        home = importlib.import_module(f"playground.{run.slice}.take_home")
        return home.files(run, columns, changes)

    return terminal_runs.export_runs(
        options.runs_dir, options.run_ids, options.kind, options.to,
        dict.fromkeys(CONFIGS, draw), dict.fromkeys(WITH_CODE, take), options.lang,
    )  # fmt: skip
