"""IDX files as MNIST has them."""

import gzip

import numpy as np
import pytest

from playground.datasets.idx import read_idx
from playground.refused import Refused


def written(path, array, kind=8):
    head = bytes((0, 0, kind, array.ndim)) + np.array(array.shape, ">u4").tobytes()
    path.write_bytes(gzip.compress(head + array.tobytes()))
    return path


@pytest.mark.parametrize("shape", [(5,), (3, 28, 28), (0, 4)])
def test_what_was_written_is_read(tmp_path, shape):
    array = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert (read_idx(written(tmp_path / "a.gz", array)) == array).all()


def test_anything_else_is_refused(tmp_path):
    array = np.zeros((3, 4), np.uint8)
    whole = gzip.decompress(written(tmp_path / "a.gz", array).read_bytes())
    wrong = [whole[:cut] for cut in (0, 3, 7, len(whole) - 1)] + [whole + b"0", b"\x01" + whole[1:]]
    wrong += [whole[:2] + b"\x0d" + whole[3:], b"\x00\x00\x08\x02" + b"\xff" * 8]
    for content in wrong:
        (tmp_path / "b.gz").write_bytes(gzip.compress(content))
        with pytest.raises(Refused) as caught:
            read_idx(tmp_path / "b.gz")
        assert caught.value.key == "datasets.idx_damaged"
