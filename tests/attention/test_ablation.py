"""A changed model: what is switched off or set is so, all else stays, and the costs are losses."""

import copy
import json
import math

import pytest
import torch

from playground import weights
from playground.attention.ablation import altered, altered_quality
from playground.attention.altered_model import Relooking, changed, without
from playground.attention.changes import Changes
from playground.attention.decoding import beam, forced
from playground.attention.head_costs import head_costs
from playground.attention.looking import places_of
from playground.attention.model import BEGIN, PAD
from playground.attention.multi_head import KINDS, Lens
from playground.attention.pairs import Part, prepare, read_by_model
from playground.attention.reader import kept, load
from playground.attention.training import evaluate
from playground.knobs import as_dict
from playground.packed import unpacked
from playground.refused import Refused
from tests.attention.small import config_of, model_of, sentences

SETTINGS = {"encoder_layers": 2, "decoder_layers": 2, "task": "reverse", "symbols": 5, "length": 5}
TEXT = "1 2 0 3"
SHAPES = [{}, {"normalisation": "post", "positions": "learned"}, {"tied": False, "scaled": False}]


def write(folder, **settings):
    """Weights drawn at random, in a file as a run or the app has them."""
    config = config_of(**{**SETTINGS, **settings})
    data = prepare(config)
    folder.mkdir(exist_ok=True)
    file = folder / "weights.safetensors"
    model = model_of(vocabulary=data.source.size, sure=1.5, **{**SETTINGS, **settings})
    told = {"config": json.dumps(as_dict(config))}
    sides = {"source": kept(data.source), "target": kept(data.target)}
    tensors = {f"model.{name}": one for name, one in model.state_dict().items()}
    weights.write(file, tensors, told | sides)
    return file


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write(tmp_path_factory.mktemp("weights"))


def ask(file, changes=None, **asked):
    return altered({"weights": str(file), "text": TEXT, **asked, "changes": changes})


def ask_of(file, changes):
    """The same about a translation that is given, which has four steps whatever the weights."""
    return ask(file, changes, target="3 0 2")


def matrix(answer, kind, layer, head):
    held = answer["maps"][kind]
    shape = (held["layers"], held["heads"], held["rows"], held["columns"])
    return unpacked(held["weights"]).reshape(shape)[layer, head]


def test_without_a_change_before_and_after_are_the_same(file):
    for changes in (None, {}, {"switched_off": [], "positions": True}):
        answer = ask(file, changes)
        assert answer["before"] == answer["after"]
        assert answer["difference"] == [0.0] * len(answer["target_tokens"])
        assert all(one["before"] == one["after"] for step in answer["paired"] for one in step)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_without_a_head_equals_a_lens_that_switches_it_off(kind, shape):
    model = model_of(**{**SETTINGS, **shape})
    source, target = read_by_model(sentences(5)), forced(sentences(4)[0])
    for layer in range(places_of(model)[kind]):
        lens = {(kind, layer): Lens(switched_off=frozenset({1}))}
        seen = model(source, target, None, lens)
        assert not torch.allclose(seen, model(source, target), atol=1e-3)
        torch.testing.assert_close(without(model, [(kind, layer, 1)])(source, target), seen)


def test_the_models_that_others_look_at_stay_as_they_are(file):
    model = load(file).model
    before = copy.deepcopy(model.state_dict())
    every = [[kind, layer, head] for kind in KINDS for layer in (0, 1) for head in (0, 1)]
    cell = ["cross", 0, 1, 0, 2]
    ask(file, {"switched_off": every, "positions": False})
    ask(file, {"weights": [[*cell, 1.0]], "blocked": [[*cell, True]]})
    list(altered_quality({"weights": str(file), "switched_off": every, "positions": False}))
    list(head_costs({"weights": str(file), "sentences": 5}))
    assert load(file).model is model
    assert model.positions == "sinusoidal"
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_a_copy_shares_all_weights_but_those_it_sets_to_zero():
    model = model_of(**SETTINGS)
    twin = without(model, [("cross", 1, 0)], positions=False)
    own = {
        name
        for name, one in twin.named_parameters()
        if one is not dict(model.named_parameters())[name]
    }
    assert own == {"decoder.1.cross.out_weight"}
    assert twin.positions == "none"


def test_a_blocked_cell_has_no_weight_and_the_rest_of_its_row_sums_to_one(file):
    answer = ask_of(file, {"blocked": [["cross", 1, 0, 1, 2, True]]})
    row = matrix(answer, "cross", 1, 0)[1]
    assert row[2] == 0
    assert row.sum() == pytest.approx(1, abs=1e-6)
    assert max(answer["difference"]) > 0


def test_a_blocked_row_attends_to_nothing(file):
    columns = len(ask(file)["source_tokens"])
    cells = [["cross", 0, 0, 1, column, True] for column in range(columns)]
    assert matrix(ask_of(file, {"blocked": cells}), "cross", 0, 0)[1].tolist() == [0.0] * columns


def test_a_decoder_that_is_shown_what_comes_next_can_use_it(file):
    before, shown = ask_of(file, None), ask_of(file, {"blocked": [["decoder", 0, 0, 0, 1, False]]})
    assert matrix(before, "decoder", 0, 0)[0, 1] == 0
    assert matrix(shown, "decoder", 0, 0)[0, 1] > 0
    assert shown["difference"][0] > 0


def test_a_weight_that_is_set_is_the_one_that_is_used(file):
    answer = ask_of(file, {"weights": [["cross", 0, 1, 2, 0, 0.75]]})
    assert matrix(answer, "cross", 0, 1)[2, 0] == 0.75
    assert answer["difference"][2] > 1e-6
    assert answer["difference"][:2] == pytest.approx([0, 0], abs=1e-9), "causal: not before it"


def test_setting_all_weights_of_a_head_to_zero_switches_it_off(file):
    size = ask_of(file, None)
    rows, columns = len(size["target_tokens"]), len(size["source_tokens"])
    cells = [["cross", 1, 1, row, column, 0] for row in range(rows) for column in range(columns)]
    zero, off = ask_of(file, {"weights": cells}), ask_of(file, {"switched_off": [["cross", 1, 1]]})
    assert zero["difference"] == pytest.approx(off["difference"], abs=1e-6)
    assert zero["after"]["probabilities"] == pytest.approx(off["after"]["probabilities"], abs=1e-6)


def test_without_cross_attention_the_translation_does_not_depend_on_the_source(file):
    off = {"switched_off": [["cross", layer, head] for layer in (0, 1) for head in (0, 1)]}
    texts = ["1 2 0 3", "0 0 0 1", "3 2 1 1"]
    asked = [ask(file, off, text=text, target="1 2") for text in texts]
    assert len({one["after"]["translation"] for one in asked}) == 1
    assert len({tuple(one["after"]["probabilities"]) for one in asked}) == 1
    assert len({tuple(one["before"]["probabilities"]) for one in asked}) == len(texts)


def test_without_positions_the_encoder_reads_a_bag_of_words(file):
    texts = ["1 2 0 3", "3 0 2 1"]
    first, second = (ask(file, {"positions": False}, text=text, target="1 2") for text in texts)
    assert first["after"]["probabilities"] == pytest.approx(
        second["after"]["probabilities"], abs=1e-6
    )
    assert first["before"]["probabilities"] != pytest.approx(
        second["before"]["probabilities"], abs=1e-3
    )


def test_difference_is_the_divergence_of_the_told_model_from_the_untold(file):
    """KL(before, after) = Σ p ln(p / q) over what may be written, from the scores themselves."""
    reader = load(file)
    answer = ask(file, {"switched_off": [["cross", 0, 0]]}, target="3 0")
    source = read_by_model([reader.source.encode(TEXT)])
    target = forced(reader.target.encode("3 0"))
    written = [one for one in range(reader.target.size) if one not in (PAD, BEGIN)]
    twin = without(reader.model, [("cross", 0, 0)])
    before = reader.model(source, target)[0][:, written].double().softmax(-1)
    after = twin(source, target)[0][:, written].double().softmax(-1)
    expected = (before * (before / after).log()).sum(-1)
    assert answer["difference"] == pytest.approx(expected.tolist(), abs=1e-5)
    assert answer["after"]["log_probability"] == pytest.approx(
        sum(map(math.log, answer["after"]["probabilities"]))
    )
    for step, row in zip(answer["paired"], after, strict=True):
        ids = reader.target.encode_all([one["token"] for one in step])
        for one, found in zip(step, ids, strict=True):
            if len(found) == 1:
                at = written.index(found[0])
                assert one["after"] == pytest.approx(row[at].item(), abs=1e-5)


def test_writing_through_lenses_that_change_nothing_finds_what_the_model_finds():
    model = model_of(sure=3.0, **SETTINGS)
    for source in sentences(3, 6, 1):
        plain, through = (beam(one, source, size=3) for one in (model, Relooking(model, {})))
        assert [one.ids for one in plain] == [one.ids for one in through]
        scores = [[one.score for one in found] for found in (plain, through)]
        assert scores[0] == pytest.approx(scores[1], abs=1e-4)


def test_the_free_translation_is_the_best_under_the_changed_cells(file):
    """Its score is that of the whole sentence forced through the same lenses."""
    changes = Changes(weights={("cross", 0): {(0, 0, 1): 1.0, (0, 1, 1): 0.0}})
    model = load(file).model
    source = load(file).source.encode(TEXT)
    found = beam(changed(model, changes), source, size=2, most=6)[0]
    scores = model(read_by_model([source]), forced(found.ids), None, changes.lenses())[0]
    scores[:, :2] = -torch.inf
    logs = scores.double().log_softmax(-1)
    wanted = [*found.ids, 2] if found.ended else found.ids
    whole = sum(logs[at, one].item() for at, one in enumerate(wanted))
    assert found.log_probability == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize("changes", [
    {"switched_off": [["cross", 2, 0]]}, {"switched_off": [["cross", 0, 2]]},
    {"switched_off": [["sideways", 0, 0]]}, {"switched_off": [["cross", -1, 0]]},
    {"switched_off": [["cross", True, 0]]}, {"switched_off": [["cross", 0]]},
    {"switched_off": "cross"}, {"positions": 1}, [1],
    {"weights": [["cross", 0, 0, 99, 0, 0.5]]}, {"weights": [["cross", 0, 0, 0, 99, 0.5]]},
    {"weights": [["cross", 0, 0, -1, 0, 0.5]]}, {"weights": [["cross", 0, 0, 0, 0, 1.5]]},
    {"weights": [["cross", 0, 0, 0, 0, math.nan]]}, {"weights": [["cross", 0, 0, 0, 0, "1"]]},
    {"blocked": [["cross", 0, 0, 0, 0, 1]]}, {"blocked": [["cross", 0, 0, 0, 0]]},
    {"weights": [["cross", 0, 0, 0, 0, 0.5]] * 5_001},
])  # fmt: skip
def test_what_is_not_there_is_refused(file, changes):
    with pytest.raises(Refused):
        ask(file, changes)


def test_a_recurrent_model_has_no_heads_to_switch_off(tmp_path):
    file = write(tmp_path, model="gru_attention")
    for question in (altered, lambda asked: list(head_costs(asked))):
        with pytest.raises(Refused, match="no heads"):
            question({"weights": str(file), "text": TEXT})


def last(items):
    *progress, answer = items
    assert [one["done"] for one in progress] == sorted(one["done"] for one in progress)
    assert all(one["done"] < one["total"] for one in progress)
    return answer


def test_a_heads_cost_is_the_loss_without_it_less_the_loss_with_it(file):
    answer = last(head_costs({"weights": str(file), "sentences": 9}))
    reader = load(file)
    # Validation rows stand in for the pairs that shipped weights have beside them.
    validation = prepare(reader.config, (reader.source, reader.target)).validation
    assert answer["sentences"] == min(9, len(validation))
    assert len(answer["rows"]) == 12
    assert [row["cost"] for row in answer["rows"]] == sorted(
        (row["cost"] for row in answer["rows"]), reverse=True
    )
    for row in answer["rows"]:
        assert row["cost"] == pytest.approx(row["loss"] - answer["loss"])


def test_costs_and_quality_are_those_of_the_held_out_pairs_beside_the_weights(tmp_path):
    file = write(tmp_path)
    pairs = [["1 2", "2 1"], ["3 3 0", "0 3 3"], ["2", "2"]]
    (tmp_path / "held_out.json").write_text(json.dumps(pairs))
    asked = {"weights": str(file), "sentences": 60}
    costs = last(head_costs(asked))
    reader = load(file)
    texts = [tuple(pair) for pair in pairs]
    part = Part(texts, *(side.encode_all([pair[at] for pair in pairs])
                         for at, side in enumerate((reader.source, reader.target))))  # fmt: skip
    assert costs["tokens"] == 3 + 4 + 2
    assert costs["sentences"] == 3
    assert costs["loss"] == pytest.approx(evaluate(reader.model, part), abs=1e-5)
    off = [[one["kind"], one["layer"], one["head"]] for one in costs["rows"][:1]]
    found = last(altered_quality({**asked, "switched_off": off}))
    assert found["measure"] == "exact"
    assert found["sentences"] == 3
    assert found["loss_before"] == pytest.approx(costs["loss"], abs=1e-5)
    assert found["loss_after"] == pytest.approx(costs["rows"][0]["loss"], abs=1e-5)


def test_quality_without_a_change_is_the_same_twice(file):
    found = last(altered_quality({"weights": str(file), "sentences": 20, "switched_off": []}))
    assert found["before"] == found["after"]
    assert found["loss_before"] == found["loss_after"]
    assert found["sentences"] == 20


def test_costs_are_worked_out_once(file):
    asked = {"weights": str(file), "sentences": 7}
    assert len(list(head_costs(asked))) == 13
    assert len(list(head_costs(asked))) == 1
