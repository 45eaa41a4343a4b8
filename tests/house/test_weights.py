"""Weights on disk: whole or not at all, and never a pickle."""

import json
import struct

import pytest
import torch

from playground import weights
from playground.refused import Refused


def test_what_is_written_is_read(tmp_path):
    file = tmp_path / "w.safetensors"
    tensors = {"model.a": torch.arange(6.0).reshape(2, 3).T, "rng": torch.arange(4).byte()}
    weights.write(file, tensors, {"slice": "sequence"})
    read, metadata = weights.read(file)
    assert metadata == weights.read_metadata(file) == {"slice": "sequence"}
    assert all(torch.equal(read[name], tensor) for name, tensor in tensors.items())


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path):
    file = tmp_path / "w.safetensors"
    weights.write_bytes(file, b"old")
    with pytest.raises(TypeError):
        weights.write_bytes(file, "not bytes")
    assert [one.name for one in tmp_path.iterdir()] == ["w.safetensors"]
    assert file.read_bytes() == b"old"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95pickle",
        struct.pack("<Q", 2**60) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 2) + b"{}" + b"left over",
        struct.pack("<Q", 40) + json.dumps({"a": {"dtype": "F32"}}).encode().ljust(40),
    ],
)
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, content):
    file = tmp_path / "w.safetensors"
    file.write_bytes(content)
    with pytest.raises(Refused, match="not a readable safetensors file"):
        weights.read(file)


def test_an_unknown_name_is_refused():
    with pytest.raises(Refused, match="no shipped weights called nothing"):
        weights.shipped_file("sequence", "../nothing"[3:])
