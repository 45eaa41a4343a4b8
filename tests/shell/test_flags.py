"""What may be written behind `python app.py`, and what is said when it is wrong."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from playground import flags, serving
from playground.refused import Refused

APP = Path(__file__).resolve().parents[2] / "app.py"
ALL = [
    "--host", "--port", "--share", "--auth", "--workers", "--device", "--data-dir", "--runs-dir",
    "--lang", "--mcp", "--no-browser", "--max-upload-mb", "--keep-days", "--keep-gb", "--version",
]  # fmt: skip


def test_help_documents_every_flag(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        flags.parse(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for flag in ALL:
        assert flag in text


def test_without_flags_the_page_is_for_this_machine_only():
    options = flags.parse([])
    assert (options.host, options.port, options.auth) == ("127.0.0.1", 7860, None)
    assert not options.open_to_network


def test_every_flag_arrives(tmp_path: Path):
    given = (
        f"--host 0.0.0.0 --port 8000 --share --auth a:b --workers 2 --device cpu --data-dir "
        f"{tmp_path} --runs-dir {tmp_path}/r --lang zh --mcp --no-browser --max-upload-mb 5 "
        "--keep-days 1.5 --keep-gb 0"
    ).split()
    assert flags.parse(given) == flags.Options(
        host="0.0.0.0", port=8000, share=True, auth=("a", "b"), workers=2, device="cpu",
        data_dir=tmp_path, runs_dir=tmp_path / "r", language="zh", mcp=True, browser=False,
        max_upload_mb=5, keep_days=1.5, keep_gb=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        ["--port", "70000"],
        ["--port", "-1"],
        ["--port", "x"],
        ["--workers", "0"],
        ["--device", "tpu"],
        ["--lang", "fr"],
        ["--auth", "nocolon"],
        ["--auth", "nobody:"],
        ["--auth", ":nothing"],
        ["--max-upload-mb", "0"],
        ["--keep-days", "nan"],
        ["--keep-gb", "-1"],
        ["--nonsense"],
        ["positional"],
    ],
)
def test_a_wrong_flag_is_refused_in_one_sentence(wrong, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        flags.parse(wrong)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("app.py: ")
    assert (wrong[0].lstrip("-") in said) or wrong[0] == "positional"


def test_a_password_may_hold_colons_and_may_come_from_the_environment(monkeypatch):
    assert flags.parse(["--auth", "class:a:b:"]).auth == ("class", "a:b:")
    monkeypatch.setenv("PLAYGROUND_AUTH", "class:un:seen")
    assert flags.parse([]).auth == ("class", "un:seen")


def test_the_port_asked_for_is_taken_when_it_is_free():
    port = serving.free_port("127.0.0.1", 0)
    assert serving.free_port("127.0.0.1", port) == port


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("wanted_at", ["127.0.0.1", "0.0.0.0"])
def test_a_busy_port_gives_the_next_free_one(address: str, wanted_at: str):
    with socket.socket() as other:
        other.bind((address, 0))
        other.listen()
        busy = other.getsockname()[1]
        assert busy < serving.free_port(wanted_at, busy) < busy + 100


def test_an_address_this_machine_does_not_have_is_refused():
    for host in ("198.51.100.77", "no such host"):
        with pytest.raises(Refused) as refused:
            serving.free_port(host, 0)
        assert refused.value.key == "shell.no_host"


def test_the_address_told_can_be_opened():
    assert serving.reachable_at("127.0.0.1", 80) == "http://127.0.0.1:80/"
    assert serving.reachable_at("::1", 80) == "http://[::1]:80/"
    assert "0.0.0.0" not in serving.reachable_at("0.0.0.0", 80)


def test_a_flag_is_answered_before_anything_slow_is_imported(tmp_path: Path):
    told = subprocess.run(
        [sys.executable, "-X", "importtime", str(APP), "--version"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert not imported & {"torch", "gradio", "numpy", "plotly", "starlette"}
    assert told.stdout.startswith("Neural Playground ")
