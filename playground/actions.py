"""What a visitor can do with runs, whichever room they belong to.

Each public function of `RunActions.endpoints()` is an action of the page, an endpoint of the API
and a tool of MCP at once. A run's id reads; the owner's token controls.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from playground import datasets, knobs
from playground.endpoints import Endpoint, read_json
from playground.experiments import Ask, Experiment, Outcome, Verdict, perplexity
from playground.knobs import Choice, Knob, Payload, Setting, Switch, Text
from playground.locales import say
from playground.refused import Refused
from playground.runs.record import Run, owner_hash
from playground.runs.scheduler import Scheduler

CONTROLS = ("pause", "resume", "step", "stop", "learning_rate", "change", "prompt", "snapshot")
LARGEST_RACE = 4
MOST_RUNS_ASKED = 200
MOST_RECORDS = 100_000  # of one answer, about 25 MB of JSON

Config = Annotated[
    dict, Payload(20_000, 'JSON of settings such as {"seed": 0}; those left out keep defaults')
]
SliceName = Annotated[str, Text(40, "the room: tokens, sequence, attention or gan")]
RunId = Annotated[str, Text(80, "id of a run")]
CorpusName = Annotated[str, Text(80, "name of a corpus, as /corpora lists them")]
Token = Annotated[str, Text(128, "the owner's token that /start_run gave")]


@dataclass(frozen=True)
class Room:
    """What the actions must know of a slice; the shell makes one for each."""

    name: str
    config_class: type  # of a run; where nothing trains, of the page
    # Refuses weights (content, config, metadata) that do not fit; None where nothing trains.
    check_weights: Callable[[bytes, dict[str, Any], dict[str, str]], None] | None = None
    experiments: tuple[Experiment, ...] = ()
    run_name: Callable[[dict[str, Any]], str] | None = None  # what a run of a config is called
    ask: Ask | None = None  # answers those experiments that need no training
    page_class: type | None = None  # of the page, where its pictures have settings of their own

    @property
    def page_settings(self) -> type:
        """The class that links and the page's controls are about."""
        return self.page_class or self.config_class


class RunActions:
    """The actions on runs. They are thread-safe and hold no state of their own."""

    def __init__(
        self,
        scheduler: Scheduler,
        rooms: Mapping[str, Room],
        machine: Callable[[], dict[str, Any]],
    ):
        self.scheduler = scheduler
        self.store = scheduler.store
        self.rooms = rooms
        self._machine = machine

    def endpoints(self) -> tuple[Endpoint, ...]:
        actions = (
            self.start_run, self.start_race, self.run, self.runs, self.records, self.samples,
            self.control_run, self.rename_run, self.pin_run, self.delete_run, self.restore_run,
            self.settings, self.open_link, self.link, self.corpora, self.download_corpus,
            self.corpus_progress, self.experiments, self.judge, self.machine,
        )  # fmt: skip
        return tuple(Endpoint(action) for action in actions)

    def start_run(
        self,
        slice: SliceName,
        config: Config,
        owner: Annotated[str, Text(128, "your token from an earlier run; empty: a new one")] = "",
    ) -> dict:
        """Start a training run, or queue it. Returns its id and the token that controls it."""
        token = _owner(owner)
        run = self._start(slice, [config], token)[0]
        return {"run_id": run.id, "token": token, "state": run.state}

    def start_race(
        self,
        slice: SliceName,
        configs: Annotated[list, Payload(80_000, "JSON list of 1 to 4 configs")],
        owner: Annotated[str, Text(128, "your token from an earlier run; empty: a new one")] = "",
    ) -> dict:
        """Start several runs that take turns in one worker, so that equal seconds are equal."""
        configs = read_json(configs)
        if not isinstance(configs, list) or not 1 <= len(configs) <= LARGEST_RACE:
            raise Refused("endpoints.race_size", limit=LARGEST_RACE)
        token = _owner(owner)
        started = self._start(slice, configs, token)
        return {
            "run_ids": [run.id for run in started],
            "group": started[0].group,
            "token": token,
        }

    def _start(self, slice_name: str, configs: Sequence[Any], token: str) -> list[Run]:
        room = self._room(slice_name)
        if room.check_weights is None:
            raise Refused("endpoints.nothing_trains", name=slice_name)
        parsed = [knobs.as_dict(knobs.parse(room.config_class, config)) for config in configs]
        names = [room.run_name(config) for config in parsed] if room.run_name else None
        return self.scheduler.start(slice_name, parsed, token, names)

    def run(self, run_id: RunId) -> dict:
        """A run's state, config, progress and last record."""
        run = self.scheduler.run(run_id)
        columns = self.store.records(run.id, since=max(0, run.steps - 1))
        last = _rows(columns)
        return about(run) | {"last_record": last[-1] if last else None}

    def runs(
        self,
        owner: Annotated[str, Text(128, "whose runs, by token; empty: only shipped ones")] = "",
        ids: Annotated[list | None, Payload(20_000, "JSON list of further ids")] = None,
    ) -> list:
        """Your runs, the shipped ones and those whose ids you name, newest first."""
        given = read_json(ids)
        asked = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
        if len(asked) > MOST_RUNS_ASKED:
            raise Refused("endpoints.many_runs", limit=MOST_RUNS_ASKED)
        return [about(run) for run in self.scheduler.runs(owner, asked)]

    def records(
        self,
        run_id: RunId,
        since: Annotated[int, Knob(0, 1e9, "position of the first record wanted")] = 0,
    ) -> list:
        """The records of a run from a position on: one JSON object for each optimizer step.

        At most 100,000 at once; what follows is asked for from the position after the last.
        """
        run = self.store.run(run_id)
        return _rows(self.store.records(run.id, since=since, limit=MOST_RECORDS))

    def samples(self, run_id: RunId) -> list:
        """The texts a run sampled while it trained, oldest first."""
        return self.store.samples(self.store.run(run_id).id)

    def control_run(
        self,
        run_id: RunId,
        token: Token,
        action: Annotated[str, Choice(CONTROLS, "what to do")],
        value: Annotated[Any, Payload(4_000, 'new rate, {"name", "value"}, or the prompt')] = None,
    ) -> dict:
        """Pause, resume, single-step or stop a run, or change its learning rate while it runs."""
        return about(self.scheduler.control(run_id, token, action, read_json(value)))

    def rename_run(
        self, run_id: RunId, token: Token, name: Annotated[str, Text(80, "the new name")]
    ) -> dict:
        """Give a run another name."""
        return about(self.scheduler.rename(run_id, token, name))

    def pin_run(
        self, run_id: RunId, token: Token, pinned: Annotated[bool, Switch("keep it for good")]
    ) -> dict:
        """Keep a run from expiring, or let it expire again."""
        return about(self.scheduler.pin(run_id, token, pinned))

    def delete_run(self, run_id: RunId, token: Token) -> dict:
        """Delete a run; for ten minutes /restore_run brings it back."""
        return about(self.scheduler.delete(run_id, token))

    def restore_run(self, run_id: RunId, token: Token) -> dict:
        """Bring a deleted run back."""
        return about(self.scheduler.restore(run_id, token))

    def settings(self, slice: SliceName) -> list:
        """Name, type, range, default and help of every setting of a room."""
        return [described(one) for one in knobs.settings(self._room(slice).page_settings)]

    def open_link(
        self, slice: SliceName, query: Annotated[dict, Payload(20_000, "JSON object of a link")]
    ) -> dict:
        """The settings a lesson link describes, and what of the link was ignored and why."""
        query = read_json(query)
        if not isinstance(query, dict):
            raise Refused("endpoints.not_an_object")
        config, ignored = knobs.from_link(self._room(slice).page_settings, query)
        return {"config": knobs.as_dict(config), "ignored": ignored}

    def link(self, slice: SliceName, config: Config) -> dict:
        """The part of a lesson link that describes these settings: what differs from defaults."""
        return knobs.to_link(knobs.parse(self._room(slice).page_settings, config))

    def corpora(
        self,
        kind: Annotated[
            str, Choice(("corpus", "pairs", "images"), "texts, sentences with translations, images")
        ] = "corpus",
    ) -> list:
        """The data a model can learn from, with licence and where it comes from."""
        return datasets.corpora(kind)

    def download_corpus(self, name: CorpusName) -> dict:
        """Download a corpus from its official address, or join a download that is under way."""
        return datasets.start_download(name)

    def corpus_progress(self, name: CorpusName) -> dict:
        """How far the download of a corpus is: state, bytes received, size, error."""
        return datasets.download_progress(name)

    def experiments(self, slice: SliceName) -> list:
        """The experiments of a room's lesson."""
        return [one.as_json() for one in self._room(slice).experiments]

    def judge(
        self,
        slice: SliceName,
        experiment: Annotated[str, Text(60, "name of an experiment")],
        run_ids: Annotated[
            list, Payload(1_000, "JSON list: one run for each lane, in order; [] if none trains")
        ],
        prediction: Annotated[str, Text(60, "the choice that was predicted")] = "",
    ) -> dict:
        """Answer an experiment from the runs that were made for it."""
        found = {one.name: one for one in self._room(slice).experiments}.get(experiment)
        if found is None:
            raise Refused("endpoints.no_such_experiment", name=experiment)
        verdict = self._verdict(self._room(slice), found, read_json(run_ids))
        key = f"{slice}.experiment.{found.name}.answer.{verdict.answer}"
        return {
            "answer": verdict.answer,
            "right": verdict.answer == prediction,
            "sentence": {
                "key": key,
                "params": verdict.values,
                "text": say(key, **verdict.values),
            },
        }

    def _verdict(self, room: Room, experiment: Experiment, run_ids: Any) -> Verdict:
        needed = len(experiment.lanes) if experiment.judge else 0
        if not isinstance(run_ids, list) or len(run_ids) != needed:
            raise Refused("endpoints.lanes", count=needed)
        if experiment.judge:
            return experiment.judge([self._outcome(run_id) for run_id in run_ids])
        return experiment.count_with(room.ask)

    def _outcome(self, run_id: Any) -> Outcome:
        run = self.store.run(str(run_id))
        if not run.steps:
            raise Refused("endpoints.not_ready")
        return Outcome(
            run.config,
            run.state,
            self.store.records(run.id),
            run.summary,
            self.store.samples(run.id),
            run.error["key"] if run.error else "",
        )

    def machine(self) -> dict:
        """The machine: device, free memory, and how many runs are running and queued."""
        return self._machine() | self.scheduler.load()

    def _room(self, name: str) -> Room:
        if name not in self.rooms:
            raise Refused("endpoints.no_such_slice", name=name, names=", ".join(self.rooms))
        return self.rooms[name]


def about(run: Run) -> dict[str, Any]:
    """A run as the page and the API show it; nothing in it gives control."""
    return run.as_json()


def described(one: Setting) -> dict[str, Any]:
    """A setting as JSON."""
    return {name: getattr(one, name) for name in Setting.__dataclass_fields__}


def _owner(token: str) -> str:
    """The caller's own token, or a fresh one. Raises `Refused` for what cannot be a token."""
    if token:
        owner_hash(token)
    return token or secrets.token_hex(16)


def _rows(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """Columns -> one object a record, with perplexity beside every loss."""
    names = list(columns)
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    for row in rows:
        for loss, name in (("loss", "perplexity"), ("validation_loss", "validation_perplexity")):
            if loss in row:
                row[name] = perplexity(row[loss])
    return rows
