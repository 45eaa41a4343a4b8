"""Changes as a visitor sends them, and as the model takes them."""

from playground.attention.changes import Changes, changes_of
from tests.attention.small import model_of

SETTINGS = {"encoder_layers": 2, "decoder_layers": 2}


def test_changes_name_heads_by_kind_layer_and_head():
    model = model_of(**SETTINGS)
    told = {"switched_off": [["encoder", 1, 0]], "weights": [["decoder", 0, 1, 2, 1, 1]]}
    changes = changes_of(model, told, {"decoder": (3, 3)})
    assert changes.switched_off == {("encoder", 1, 0)}
    assert changes.weights == {("decoder", 0): {(1, 2, 1): 1.0}}
    assert not changes.nothing
    assert Changes().nothing
