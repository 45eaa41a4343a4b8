"""Rows of trained weights: projected, compared and looked up, whoever trained them."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from playground import weights
from playground.packed import unpacked
from playground.refused import Refused
from playground.text.vocabulary import Vocabulary
from playground.tokens.embedding import principal, read_weights
from tests.tokens.asking import asked

SHIPPED = sorted(weights.shipped("sequence"))
WORDS = ("<unk>", "a", "b", "c", "d", "e")


def about(name, **arguments):
    file = str(weights.shipped_file("sequence", name))
    return {"source": name, "weights": file, "part": "input", **arguments}


@pytest.fixture
def trained(tmp_path):
    """A function that writes a file of weights with these tensors and says where it is."""

    def write(tensors, vocabulary=WORDS, **metadata):
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.safetensors"
        told = {"vocabulary": Vocabulary(vocabulary).as_json(), "step": "7"} | metadata
        save_file(tensors, file, told)
        return str(file)

    return write


def drawn(*shape):
    return np.random.default_rng(1).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("part", ["input", "output"])
@pytest.mark.parametrize("name", SHIPPED)
def test_all_shipped_weights_can_be_shown(name, part):
    answer = asked("embedding", **about(name, part=part))
    points = unpacked(answer["points"]).reshape(-1, 3)
    assert len(points) == len(answer["tokens"]) == len(answer["counts"])
    assert np.isfinite(points).all()
    assert 1 > sum(answer["explained"]) > 0
    assert answer["explained"] == sorted(answer["explained"], reverse=True)
    assert answer["kind"] == ("embedding" if part == "input" else "output_weights")
    json.dumps(answer, ensure_ascii=False).encode()


@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 99))
@settings(deadline=None)
def test_the_projection_is_that_of_a_singular_value_decomposition(rows, columns, seed):
    matrix = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)
    points, explained = principal(matrix)
    centred = matrix.astype(np.float64) - matrix.mean(axis=0, dtype=np.float64)
    values = np.zeros(3)
    found = np.linalg.svd(centred, compute_uv=False)[:3]
    values[: len(found)] = found
    assert np.linalg.norm(points, axis=0) == pytest.approx(values, rel=1e-3, abs=1e-3)
    if centred.any():
        assert explained == pytest.approx(values**2 / (centred**2).sum(), rel=1e-2, abs=1e-5)


def test_a_large_projection_finds_the_directions_that_stand_out():
    generator = np.random.default_rng(0)
    planted = np.linalg.qr(generator.standard_normal((2000, 3)))[0].T
    own = generator.standard_normal((1500, 3)) * (30, 20, 10)
    matrix = (own @ planted + 0.05 * generator.standard_normal((1500, 2000))).astype(np.float32)
    points, explained = principal(matrix)
    for axis in range(3):
        assert abs(np.corrcoef(points[:, axis], own[:, axis])[0, 1]) > 0.99
    assert sum(explained) > 0.95


def test_a_projection_never_flips():
    matrix = drawn(20, 8)
    again, mirrored = principal(matrix)[0], principal(np.roll(matrix, 1, axis=1))[0]
    assert np.abs(again) == pytest.approx(np.abs(mirrored), abs=1e-4)
    assert again == pytest.approx(mirrored, abs=1e-4)


def test_neighbours_are_those_of_the_largest_cosine():
    held = read_weights(about("lstm-timemachine")["weights"], "input")
    unit = held.matrix / np.linalg.norm(held.matrix, axis=1, keepdims=True)
    chosen = held.tokens.index("T")
    told = asked("neighbours", **about("lstm-timemachine", token="T", count=50))
    assert told["id"] == chosen
    alike = {one: float(unit[one] @ unit[chosen]) for one in range(len(unit)) if one != chosen}
    best = sorted(alike, key=lambda one: -alike[one])[:50]
    assert [one["similarity"] for one in told["nearest"]] == pytest.approx(
        [alike[one] for one in best], abs=1e-5
    )
    assert told["farthest"][0]["similarity"] == pytest.approx(min(alike.values()), abs=1e-5)
    assert "T" not in [one["token"] for one in told["nearest"] + told["farthest"]]


@pytest.mark.parametrize("token_id", [0, 1, 35, 69, 70])
def test_one_hot_times_weights_is_the_row_exactly(token_id):
    arguments = about("lstm-timemachine", token_id=token_id, token="")
    answer = asked("onehot_lookup", **arguments)
    assert answer["difference"] == 0
    assert answer["product"] == answer["row"] == answer["rows"][answer["chosen"]]["weights"]
    assert answer["rows"][answer["chosen"]]["id"] == token_id
    assert len(answer["rows"]) == 7
    assert answer["multiplications"] == 71 * 64
    named = answer["rows"][answer["chosen"]]["token"]
    assert asked("onehot_lookup", **arguments | {"token": named, "token_id": 0}) == answer


def test_weights_without_an_embedding_have_their_rows_in_the_first_layer(trained):
    matrix = drawn(12, len(WORDS))
    file = trained({"model.recurrent.l0.weight_ih": matrix})
    answer = asked("onehot_lookup", source="own", weights=file, token_id=2, token="")
    assert answer["kind"] == "input_weights"
    assert answer["dimensions"] == 12
    assert answer["row"] == pytest.approx(matrix[:8, 2].tolist())
    assert len(answer["rows"]) == len(WORDS)


def test_a_run_that_goes_on_is_read_anew(trained, tmp_path):
    first, second = drawn(6, 3), 2 * drawn(6, 3)
    file = trained({"model.embedding": first})
    other = trained({"model.embedding": second, "more": drawn(2)})
    assert read_weights(file, "input").matrix[1].tolist() == first[1].tolist()
    (tmp_path / other).replace(file)
    assert read_weights(file, "input").matrix[1].tolist() == second[1].tolist()


@pytest.mark.parametrize(
    ("question", "arguments", "key"),
    [
        ("neighbours", {"token": "zzz", "count": 5}, "tokens.no_such_token"),
        ("neighbours", {"token": "", "count": 5}, "tokens.no_such_token"),
        ("onehot_lookup", {"token": "\0", "token_id": 0}, "tokens.no_such_token"),
        ("onehot_lookup", {"token": "", "token_id": 71}, "tokens.no_such_id"),
    ],
)
def test_a_token_that_is_not_there_is_refused(question, arguments, key):
    with pytest.raises(Refused) as caught:
        asked(question, **about("lstm-timemachine", **arguments))
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("tensors", "metadata"),
    [
        ({"other": drawn(6, 3)}, {}),
        ({"model.embedding": drawn(5, 3)}, {}),
        ({"model.embedding": drawn(6)}, {}),
        ({"model.embedding": np.full((6, 3), np.nan, np.float32)}, {}),
        ({"model.embedding": drawn(6, 3)}, {"vocabulary": "[]"}),
    ],
)
def test_weights_that_do_not_fit_are_refused(trained, tensors, metadata):
    file = trained(tensors, **metadata)
    with pytest.raises(Refused):
        read_weights(file, "input")


def test_a_file_that_is_gone_or_damaged_is_refused_without_its_name(tmp_path):
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"\xff" * 100)
    for file in (damaged, tmp_path / "gone.safetensors"):
        with pytest.raises(Refused) as caught:
            read_weights(str(file), "input")
        assert file.name not in str(caught.value)
