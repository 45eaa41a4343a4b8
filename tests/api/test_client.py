"""Every endpoint by Gradio's own client, as a script of a student would use it."""

import secrets

import pytest
from gradio_client.exceptions import AppError

from tests.running_app import TINY, wait_until

ENDLESS = {"hidden_size": 8, "batch_size": 4, "steps": 8, "seconds": 600}


@pytest.fixture
def running(app, client, owner):
    """A run that trains until the test ends: `(run_id, token)`."""
    started = client.predict("sequence", ENDLESS, owner, api_name="/start_run")
    app.wait_for(started["run_id"], "running", steps=1)
    return started["run_id"], started["token"]


def test_a_run_can_be_started_watched_and_read_to_its_end(app, client, owner):
    started = client.predict("sequence", TINY | {"seed": 3}, owner, api_name="/start_run")
    assert started["token"] == owner
    app.wait_for(started["run_id"], "finished")
    run = client.predict(started["run_id"], api_name="/run")
    assert run["state"] == "finished"
    assert run["config"]["seed"] == 3
    assert run["config"]["optimizer"] == "adam"  # a default that was left out
    records = client.predict(started["run_id"], 0, api_name="/records")
    assert [record["step"] for record in records] == list(range(1, run["steps"] + 1))
    assert records[-1] == run["last_record"]
    assert records[-1]["validation_loss"] is not None
    assert client.predict(started["run_id"], run["steps"] - 2, api_name="/records") == records[-2:]
    assert "token" not in run
    assert owner not in str(run)


def test_a_run_started_without_a_token_gets_one_of_its_own(app, client):
    first, second = (
        client.predict("sequence", TINY, api_name="/start_run")["token"] for _ in range(2)
    )
    assert len(first) >= 32
    assert first != second
    for token in (first, second):
        app.end_all(token)


def test_a_race_trains_its_lanes_on_the_same_batches(app, client, owner):
    configs = [TINY | {"cell": cell} for cell in ("rnn", "gru", "lstm")]
    race = client.predict("sequence", configs, owner, api_name="/start_race")
    runs = [app.wait_for(run_id, "finished") for run_id in race["run_ids"]]
    assert [run["config"]["cell"] for run in runs] == ["rnn", "gru", "lstm"]
    assert {run["group"] for run in runs} == {race["group"]}
    assert len({run["steps"] for run in runs}) == 1
    assert len({tuple(app.losses(run["id"])) for run in runs}) == 3


def test_pause_step_resume_and_stop_do_what_they_say(app, client, running):
    run_id, token = running

    def control(action, value=None):
        return client.predict(run_id, token, action, value, api_name="/control_run")

    assert control("pause")["state"] == "paused"
    held = client.predict(run_id, api_name="/run")["steps"]
    control("step")
    wait_until(lambda: client.predict(run_id, api_name="/run")["steps"] == held + 1)
    assert control("resume")["state"] == "running"
    app.wait_for(run_id, "running", steps=held + 5)
    assert control("stop")["state"] == "stopped"


def test_the_learning_rate_changes_while_a_run_goes_on(app, client, running):
    run_id, token = running
    client.predict(run_id, token, "learning_rate", 0.0625, api_name="/control_run")
    at = app.call("run", run_id=run_id)["steps"]
    app.wait_for(run_id, "running", steps=at + 2)
    rates = [record["learning_rate"] for record in app.call("records", run_id=run_id)]
    assert rates[0] == 0.005
    assert rates[-1] == 0.0625
    with pytest.raises(AppError, match=r"learning_rate=-1 must lie in"):
        client.predict(run_id, token, "learning_rate", -1, api_name="/control_run")


def test_only_the_owner_controls_a_run(client, running):
    run_id, _ = running
    for name, more in (("control_run", ["stop", None]), ("rename_run", ["mine"]),
                       ("pin_run", [True]), ("delete_run", []), ("restore_run", [])):  # fmt: skip
        with pytest.raises(AppError, match="only the person who started this run"):
            client.predict(run_id, secrets.token_hex(16), *more, api_name=f"/{name}")
        with pytest.raises(AppError, match="token"):
            client.predict(run_id, "", *more, api_name=f"/{name}")


def test_runs_can_be_listed_renamed_pinned_deleted_and_restored(app, client, owner):
    run_id, _ = app.start(owner, **TINY)
    app.wait_for(run_id, "finished")

    def mine():
        listed = client.predict(owner, [], api_name="/runs")
        return {run["id"]: run for run in listed if not run["shipped"]}

    assert set(mine()) == {run_id}
    client.predict(run_id, owner, "  长跑 <b>bold</b>  ", api_name="/rename_run")
    assert mine()[run_id]["name"] == "长跑 <b>bold</b>"
    client.predict(run_id, owner, True, api_name="/pin_run")
    assert mine()[run_id]["pinned"] is True
    client.predict(run_id, owner, api_name="/delete_run")
    assert run_id not in mine() or mine()[run_id]["deleted"]
    client.predict(run_id, owner, api_name="/restore_run")
    assert not mine()[run_id]["deleted"]
    assert app.losses(run_id)


def test_a_stranger_finds_a_run_only_by_its_id(client, trained):
    stranger = secrets.token_hex(16)
    assert trained.id not in {run["id"] for run in client.predict(stranger, [], api_name="/runs")}
    assert trained.id not in {run["id"] for run in client.predict("", None, api_name="/runs")}
    found = client.predict("", [trained.id, "no-such-run"], api_name="/runs")
    assert trained.id in {run["id"] for run in found}


def test_text_is_generated_the_same_for_the_same_seed(client, trained):
    def generate(seed, temperature=1.0):
        return client.predict(
            trained.id, "the ", 30, temperature, 0, 1.0, seed, api_name="/generate"
        )

    first = generate(1)
    assert first["text"] == "the " + first["continuation"]
    assert len(first["tokens"]) == 30
    assert "".join(one["token"] for one in first["tokens"]) == first["continuation"]
    assert all(0 < one["probability"] <= 1 for one in first["tokens"])
    assert generate(1) == first
    assert generate(2)["text"] != first["text"]
    assert generate(1, temperature=0) == generate(2, temperature=0)


def test_what_is_shipped_generates_text(client):
    """None are shipped before `pretrain` has run; what is shipped must work."""
    for card in client.predict(api_name="/weights"):
        made = client.predict(card["name"], "", 20, api_name="/generate")
        assert len(made["tokens"]) == 20


def test_samples_of_a_run_come_with_step_and_temperature(app, client, running):
    run_id, token = running
    prompt = {"prefix": "the ", "temperature": 0.5}
    client.predict(run_id, token, "prompt", prompt, api_name="/control_run")

    def heated():
        samples = client.predict(run_id, api_name="/samples")
        return [one for one in samples if one["temperature"] == 0.5 and one["prefix"] == "the "]

    sample = wait_until(heated)[0]
    assert len(sample["text"]) == 200
    assert 0 <= sample["longest_match"]["length"] <= 204


def test_settings_links_and_experiments_describe_the_room(client):
    settings = {one["name"]: one for one in client.predict("sequence", api_name="/settings")}
    assert settings["hidden_size"]["high"] == 1024
    assert settings["cell"]["choices"] == ["rnn", "gru", "lstm"]
    link = client.predict("sequence", {"cell": "gru", "seed": 7}, api_name="/link")
    assert link == {"cell": "gru", "seed": "7"}
    opened = client.predict(
        "sequence", link | {"colour": "red", "layers": "99"}, api_name="/open_link"
    )
    assert opened["config"]["cell"] == "gru"
    assert opened["config"]["layers"] == settings["layers"]["default"]
    assert {one["name"] for one in opened["ignored"]} == {"colour", "layers"}
    experiments = client.predict("sequence", api_name="/experiments")
    assert len(experiments) >= 4
    assert all(one["lanes"] and len(one["choices"]) > 1 for one in experiments)


def test_built_in_texts_are_there_without_a_network(client):
    corpora = {one["name"]: one for one in client.predict(api_name="/corpora")}
    for name in ("story-en", "story-zh"):
        assert corpora[name]["available"]
        assert corpora[name]["licence"]


def test_an_experiment_is_answered_from_its_runs(app, client, owner):
    """A chosen experiment with the lanes cut down to a few steps."""
    lanes = next(
        one["lanes"]
        for one in client.predict("sequence", api_name="/experiments")
        if one["name"] == "which_cell"
    )
    short = [lane | TINY | {"cell": lane["cell"]} for lane in lanes]
    race = client.predict("sequence", short, owner, api_name="/start_race")
    for run_id in race["run_ids"]:
        app.wait_for(run_id, "finished")
    verdict = client.predict("sequence", "which_cell", race["run_ids"], "gru", api_name="/judge")
    assert verdict["answer"] in ("rnn", "gru", "lstm")
    assert verdict["right"] is (verdict["answer"] == "gru")
    assert "{" not in verdict["sentence"]["text"]


def test_the_machine_says_what_it_is_and_how_busy(client, running):
    machine = client.predict(api_name="/machine")
    assert machine["running"] == machine["slots"] == 1
    assert 0 < machine["memory_free_bytes"] < machine["memory_bytes"]
