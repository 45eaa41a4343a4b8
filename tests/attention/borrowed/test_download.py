"""A model fetched from a Hub of our own on this machine: what is asked for, kept and told."""

import hashlib
import http.server
import json
import os
import threading
import time

import pytest

from playground.attention import borrowed_download
from playground.attention.borrowed_download import MOST_BYTES, make_room, wanted
from playground.refused import Refused
from playground.runs.inference import Inference
from tests.attention.borrowed.borrowing import TEXT, refusal

ENTRY = "playground.attention.borrowed:borrowed_entry"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SIZES = {"config.json": 600, "tokenizer.json": 4_000, "README.md": 90, "model.safetensors": 9_000}


class Hub(http.server.ThreadingHTTPServer):
    """Serves the folders below `folder` as models; `asked` holds the paths that were read."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Page)
        self.folder = folder
        self.asked = []
        self.tokens = set()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.tokens.add(self.headers.get("Authorization"))
        path = self.path.partition("?")[0]
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            folder = self.server.folder / parts[3]
            if not folder.is_dir():
                self.say(404, b"{}", {"X-Error-Code": "RepoNotFound"})
                return
            files = sorted(folder.iterdir())
            siblings = [{"rfilename": one.name, "size": one.stat().st_size} for one in files]
            if "tree" in parts:
                told = [{"type": "file", "path": one.name, "size": one.stat().st_size,
                         "oid": "0" * 40} for one in files]  # fmt: skip
            else:
                told = {"id": "/".join(parts[2:4]), "sha": COMMIT, "siblings": siblings}
            self.say(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
            return
        file = self.server.folder / parts[1] / parts[-1]
        self.server.asked.append(file.name)
        content = file.read_bytes()
        tag = hashlib.sha256(content).hexdigest()
        self.say(200, content, {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT})

    do_HEAD = do_GET  # noqa: N815 - what the server calls it

    def say(self, status, content, headers):
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub(models, tmp_path, monkeypatch):
    """It offers what the owner's folder held; that folder is now empty."""
    models.rename(tmp_path / "hub-models")
    models.mkdir()
    (tmp_path / "hub-models" / "bert" / "pytorch_model.bin").write_bytes(b"a pickle")
    (tmp_path / "hub-models" / "bert" / "modeling_own.py").write_text("raise SystemExit")
    server = Hub(tmp_path / "hub-models")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_TOKEN", "hf_" + "s" * 34)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def borrowing(hub):
    """The process that answers, started with what the environment now says."""
    process = Inference([ENTRY], warm="playground.attention")
    yield process
    process.close()


def asked(process, name, *, download=False):
    """The answer, when no download is under way any longer."""
    told = {"question": "borrowed", "model_name": name, "text": TEXT, "download": download}
    until = time.monotonic() + 50
    while "downloading" in (answer := process.call(ENTRY, told)):
        assert time.monotonic() < until, answer
        time.sleep(0.1)
    return answer


def test_a_model_is_fetched_when_asked_for_and_then_there_for_good(borrowing, hub):
    with pytest.raises(Refused, match="download=true"):
        asked(borrowing, "team/bert")
    assert hub.asked == []
    answer = asked(borrowing, "team/bert", download=True)
    assert (answer["name"], answer["kind"], answer["where"]) == ("team/bert", "encoder", "cache")
    assert set(hub.asked) == {
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    }, "neither pickles nor programs"  # fmt: skip
    assert hub.tokens == {None}, "the owner's account is told to nobody"
    hub.asked.clear()
    assert asked(borrowing, "team/bert")["maps"] == answer["maps"]
    listed = borrowing.call(ENTRY, {"question": "borrowed_models"})["models"]
    assert {"name": "team/bert", "where": "cache"} in listed
    assert hub.asked == []
    with pytest.raises(Refused) as refused:
        asked(borrowing, "team/nothing", download=True)
    assert refused.value.key == "attention.models.no_such"


def test_without_a_network_a_download_ends_in_a_sentence(models, no_network):
    begun = time.monotonic()
    assert refusal("nobody/nothing", download=True) == "offline"
    assert time.monotonic() - begun < 20
    assert no_network
    assert borrowed_download._last is None
    # What is here still works.
    assert refusal("bert", "  ") == "no_text"


def test_only_what_is_needed_is_fetched():
    more = {
        "pytorch_model.bin": 9_000, "model-00001-of-00001.safetensors": 9_000, "own.py": 10,
        "model.safetensors.index.json": 10, "onnx/model.safetensors": 10, "../config.json": 10,
        "tf_model.h5": 10, "training_args.bin": 10,
    }  # fmt: skip
    assert wanted(SIZES | more, "bert") == SIZES
    del more["pytorch_model.bin"]
    whole = {name: size for name, size in SIZES.items() if name != "model.safetensors"}
    parts = {"model-00001-of-00001.safetensors": 9_000, "model.safetensors.index.json": 10}
    assert wanted(whole | more, "bert") == whole | parts


@pytest.mark.parametrize(("sizes", "key"), [
    ({}, "no_such"),
    ({"model.safetensors": 10}, "no_such"),
    ({"config.json": 10, "pytorch_model.bin": 10}, "pickle"),
    ({"config.json": 10, "model.safetensors": MOST_BYTES}, "too_many_bytes"),
])  # fmt: skip
def test_what_cannot_be_shown_is_not_fetched(sizes, key):
    with pytest.raises(Refused) as refused:
        wanted(sizes, "bert")
    assert refused.value.key == f"attention.models.{key}"


def test_the_model_used_longest_ago_makes_room(tmp_path, monkeypatch):
    monkeypatch.setattr(borrowed_download, "MOST_KEPT_BYTES", 1_000)
    for age, name in ((30, "old"), (20, "older-but-used"), (10, "new")):
        folder = tmp_path / f"models--team--{name}" / "snapshots" / COMMIT
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(bytes(300))
        os.utime(tmp_path / f"models--team--{name}", times=(age, 1000 - age))
    make_room(tmp_path, 300)
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left == ["models--team--new", "models--team--older-but-used"]
    make_room(tmp_path, 5_000)
    assert list(tmp_path.iterdir()) == []
