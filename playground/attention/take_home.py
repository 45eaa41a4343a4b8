"""A run of this room as a script: the modules that it trained with, its settings and its rows.

No torch here. The script needs torch alone, for languages numpy as well, and repeats the run.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from playground import datasets
from playground.attention.config import BENCHMARKS, TOYS
from playground.code_export import Part, assembled, modules
from playground.refused import Refused
from playground.runs.history import Columns
from playground.runs.record import Run

PAIRS_ENTRY = "playground.attention.pair_ids:pair_ids_entry"
PAIRS = "pairs.npz"  # stands beside the script of a run on sentences
MOST_RECORDED = 200  # losses that the script is compared with


def files(
    run: Run,
    columns: Columns,
    changes: Sequence[Mapping[str, Any]],
    write_pairs: Callable[[dict[str, Any]], Any] | None = None,
) -> dict[str, bytes]:
    """The script of a run, and for sentences the file that it reads, by name.

    `write_pairs` calls `PAIRS_ENTRY` where there is torch; without it, it is called here. Raises
    `Refused` if the pairs are not on this machine, or may not be passed on.
    """
    made = {"train.py": script(run, columns, changes).encode()}
    if run.config["task"] not in TOYS:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / PAIRS
            (write_pairs or _write_pairs)({"config": run.config, "to": str(file)})
            made[PAIRS] = file.read_bytes()
    return made


def _write_pairs(asked: dict[str, Any]) -> None:
    from playground.attention.pair_ids import pair_ids_entry

    for _ in pair_ids_entry(asked):
        pass


def script(run: Run, columns: Columns, changes: Sequence[Mapping[str, Any]]) -> str:
    """The script of a run with these records and changes of its learning rate.

    Raises `Refused` for data that may not be passed on.
    """
    task, model = run.config["task"], run.config["model"]
    if task in BENCHMARKS:
        raise Refused("exports.no_code_for_data", name=task)
    parts = modules("attention.training", "attention.decoding")
    class_name = "Transformer" if model == "transformer" else "RecurrentTranslator"
    own = [_RUN.format(**_figures(run, columns, changes)), _FAULT, _MODEL.format(model=class_name)]
    own += [_TOY_DATA if task in TOYS else _PAIR_DATA, _MAIN]
    return assembled(
        [*parts, Part("The run", "\n\n".join(own))],
        heading=_heading(run),
        values={"AttentionConfig": run.config},
    )


def _heading(run: Run) -> str:
    """What the script is and what it needs, said at its top."""
    name = "".join(one if one.isprintable() else " " for one in run.name)
    lines = [
        f"# {name}".rstrip(),
        "#",
        "# A run of Neural Playground (MIT licence), from the code that it was trained with.",
    ]
    if run.config["task"] in TOYS:
        lines.append("# Needs torch:  pip install torch")
    else:
        source = datasets.dataset(run.config["task"])
        lines += [
            f"# Needs torch and numpy, and the file {PAIRS} beside it:  pip install torch numpy",
            f"# Sentences: {source.licence}. {source.citation}",
        ]
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
    told = [] if run.shipped else list(zip(columns["step"], columns["loss"], strict=True))
    set_by_hand = [(one["step"], one["value"]) for one in changes if one["name"] == "learning_rate"]
    return {
        "steps": columns["step"][-1],
        "threads": run.info.get("threads", 1),
        "changes": "".join(f"\n    ({step}, {rate!r})," for step, rate in set_by_hand)
        + ("\n" if set_by_hand else ""),
        "recorded": "\n".join(f"{step} {loss!r}" for step, loss in told[:MOST_RECORDED]),
    }


_RUN = '''
STEPS = {steps}  # that the run had made
THREADS = {threads}  # of the processor: with another number sums are added up in another order
# The learning rate as it was set by hand: after how many steps, and to what.
CHANGES: list[tuple[int, float]] = [{changes}]
# The losses of its first steps, to the last digit.
RECORDED = """
{recorded}
"""
'''

_FAULT = '''
class Refused(ValueError):
    """The settings ask for what cannot be."""

    def __init__(self, key: str, **values: object):
        super().__init__(f"{key}: {values}")
'''

_MODEL = '''
Model = {model}


def translator(config: AttentionConfig, sources: int, targets: int) -> Model:
    """The model of a configuration, its weights not yet drawn."""
    return Model(config, sources, targets)
'''

_TOY_DATA = '''
from collections import Counter


@dataclass(frozen=True)
class Side:
    """The symbols of one side by number, after the three that are no symbols."""

    symbols: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(SPECIALS) + len(self.symbols)

    def encode_all(self, rows: Sequence[str]) -> list[list[int]]:
        numbers = {symbol: number for number, symbol in enumerate(self.symbols, len(SPECIALS))}
        return [[numbers.get(one, len(SPECIALS)) for one in row.split()] for row in rows]

    def decode(self, ids: Sequence[int]) -> str:
        return " ".join(self.symbols[one - len(SPECIALS)] for one in ids if one >= len(SPECIALS))


def split_pairs(config: AttentionConfig) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Rows to train on, to validate on, and to test on."""
    return toy_rows(config.task, symbols=config.symbols, length=config.length)


def _learned(train: Sequence[Pair], config: AttentionConfig) -> tuple[Side, Side]:
    """The symbols that the rows hold, ends of lines among them, the most frequent first."""
    sides = []
    for at in range(2):
        text = "\\n".join(pair[at] for pair in train)
        counts = Counter(text.replace(" ", ""))
        held = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))
        sides.append(Side(("<unk>", *held)[: config.vocabulary_size]))
    return sides[0], sides[1]
'''

_PAIR_DATA = f'''
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Side:
    """The subwords of one language by number, after the three that are no words."""

    subwords: list[str]

    @property
    def size(self) -> int:
        return len(SPECIALS) + len(self.subwords)

    def decode(self, ids: Sequence[int]) -> str:
        plain = [one - len(SPECIALS) for one in ids if one >= len(SPECIALS)]
        return "".join(self.subwords[one] for one in plain).strip()


def prepare(config: AttentionConfig) -> Data:
    """The sentences of the run as numbers, from the file beside the script."""
    with np.load(Path(__file__).with_name("{PAIRS}")) as held:

        def rows(name: str) -> list[list[int]]:
            ends = held[f"{{name}}_lengths"].cumsum()[:-1]
            return [part.tolist() for part in np.split(held[name], ends)]

        sides = [Side(held[f"{{name}}_subwords"].tolist()) for name in ("source", "target")]
        parts = []
        for name in ("train", "validation"):
            sources, targets = rows(f"{{name}}_source"), rows(f"{{name}}_target")
            texts = [
                (sides[0].decode(source), sides[1].decode(target))
                for source, target in zip(sources, targets, strict=True)
            ]
            parts.append(Part(texts, sources, targets))
    return Data(sides[0], sides[1], parts[0], parts[1], Part([], [], []))
'''

_MAIN = '''
def main() -> None:
    """Trains as the run did, compares the losses, and translates what it has not seen."""
    torch.set_num_threads(THREADS)
    config = AttentionConfig()
    data = prepare(config)
    chances = {name: generator(config.seed, name) for name in ("weights", "batches", "dropout")}
    state = start(config, data, **chances)
    recorded = dict(line.split() for line in RECORDED.split("\\n") if line)
    changes = list(CHANGES)
    compared, different = 0, []
    steps = train(state, data, config)
    while state.step < STEPS:
        while changes and changes[0][0] <= state.step:
            state.learning_rate = changes.pop(0)[1]
        step = next(steps)
        print(f"step {step.step}  loss {step.loss!r}", flush=True)
        wanted = recorded.get(str(step.step))
        if wanted is not None:
            compared += 1
            different += [] if float(wanted) == step.loss else [step.step]
    print(f"validation loss {evaluate(state.model, data.validation)!r}")
    seen = list(zip(data.validation.texts, data.validation.sources, strict=True))
    for (source, wanted), ids in seen[:5]:
        written = data.target.decode(beam(state.model, ids)[0].ids)
        print(f"{source}  ->  {written}" + ("" if written == wanted else f"  (wanted: {wanted})"))
    if different:
        print(f"From step {different[0]} on, {len(different)} of {compared} losses differ.")
    elif compared:
        print(f"The first {compared} losses are those of the run, to the last digit.")


if __name__ == "__main__":
    main()
'''
