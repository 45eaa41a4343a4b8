"""The stand-ins of models of Hugging Face, and a machine without a network."""

import shutil
import socket

import pytest

from playground.attention.borrowed_places import installed
from tests.attention.borrowed.stand_ins import MADE, make


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory):
    """The folder that holds all of them."""
    if not installed():
        pytest.skip("transformers is not installed: requirements-extras.txt")
    folder = tmp_path_factory.mktemp("models")
    for name in MADE:
        make(folder, name)
    return folder


@pytest.fixture
def models(stand_ins, tmp_path, monkeypatch):
    """A copy to spoil, as the owner's folder; there is nothing in any cache."""
    folder = tmp_path / "models"
    shutil.copytree(stand_ins, folder)
    monkeypatch.setenv("PLAYGROUND_MODELS", str(folder))
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return folder


@pytest.fixture
def no_network(monkeypatch):
    """What was tried to reach; every try fails, as on a machine without a network."""
    tried = []

    def unreachable(*address, **_):
        tried.append(address)
        raise OSError(101, "Network is unreachable")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, unreachable)
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, unreachable)
    return tried
