"""The server or a worker is killed while it trains; what was promised of runs then holds."""

import contextlib

import psutil

from playground.runs.store import Store
from tests.running_app import running_app, wait_until

# Ends by its steps, never by the clock: some hundreds of them, a few seconds in all. Dropout
# and carried state make it depend on everything that a snapshot must hold.
STEADY = {
    "cell": "lstm", "hidden_size": 48, "layers": 2, "batch_size": 16, "steps": 24, "dropout": 0.2,
    "max_tokens": 12_000, "epochs": 16, "seconds": 0, "seed": 5,
}  # fmt: skip
# For runs that only have to be there.
ENDLESS = {"hidden_size": 8, "batch_size": 4, "steps": 8, "seconds": 0}


def test_a_run_goes_on_after_the_server_was_killed_as_if_nothing_had_been(tmp_path):
    with running_app(tmp_path / "runs", "--workers", "1") as first:
        run_id, token = first.start(**STEADY)
        first.wait_for(run_id, "running", steps=60)
        saved = first.control(run_id, token, "snapshot")["steps"]
        first.wait_for(run_id, "running", steps=saved + 25)
        seen = first.losses(run_id)
        children = first.children()
        first.kill()
    assert not psutil.wait_procs(children, timeout=10)[1], "workers outlived their server"
    with contextlib.closing(Store(tmp_path / "runs", read_only=True)) as store:
        assert store.records(run_id)["loss"][: len(seen)] == seen

    with running_app(tmp_path / "runs", "--workers", "1") as second:
        second.wait_for(run_id, "finished")
        whole, _ = second.start(**STEADY)
        second.wait_for(whole, "finished")
        resumed, uninterrupted = (
            [
                {name: value for name, value in record.items() if name != "seconds"}
                for record in records
            ]
            for records in (second.call("records", run_id=one) for one in (run_id, whole))
        )
        assert len(resumed) > len(seen)
        assert resumed == uninterrupted


def test_a_killed_worker_fails_only_its_run_which_can_be_resumed(app, owner, trained):
    run_id, token = app.start(owner, **ENDLESS)
    app.wait_for(run_id, "running", steps=5)
    app.control(run_id, token, "snapshot")
    before = app.losses(run_id)
    (worker,) = app.workers()
    worker.kill()
    failed = app.wait_for(run_id, "failed", seconds=10)
    assert failed["error"]["key"] == "runs.worker_lost"
    assert app.call("run", run_id=trained.id)["state"] == "finished"
    assert app.call("generate", source=trained.id, length=3)["tokens"]

    app.control(run_id, token, "resume")
    app.wait_for(run_id, "running", steps=len(before) + 20)
    assert app.losses(run_id)[: len(before)] == before
    assert app.call("run", run_id=run_id)["error"] is None


def test_models_and_texts_can_be_asked_again_after_the_answering_processes_were_killed(
    app, trained
):
    questions = {
        "generate": {"source": trained.id, "length": 3},
        "tokenize": {"text": "asked again"},
    }
    for name, arguments in questions.items():
        assert app.call(name, **arguments)
    answering = set(app.children()) - set(app.workers())
    assert len(answering) == 2
    for one in answering:
        one.kill()
        one.wait()

    def answered():
        return all(
            app.post(f"playground/call/{name}", arguments).status == 200
            for name, arguments in questions.items()
        )

    wait_until(answered, 20)
