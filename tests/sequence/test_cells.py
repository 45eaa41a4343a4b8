"""Our layers against torch's, with the same weights."""

import pytest
import torch
from torch import nn

from playground.sequence.cells import CELLS
from playground.sequence.config import SequenceConfig, parameter_count
from playground.sequence.model import LanguageModel

TORCH = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
VOCABULARY = 11
SHAPES = [(1, False), (2, False), (1, True), (3, True)]

each_cell = pytest.mark.parametrize("cell", CELLS)
each_shape = pytest.mark.parametrize(("layers", "bidirectional"), SHAPES)


def model_of(cell, *, vocabulary=VOCABULARY, seed=0, **settings):
    config = SequenceConfig(**{"cell": cell, "hidden_size": 6, **settings})
    return LanguageModel(config, vocabulary).initialise(torch.Generator().manual_seed(seed))


def reference(model, cell, *, dtype=torch.float32):
    """torch's module with the weights of ours."""
    width = model.recurrent["l0"].input_size
    theirs = TORCH[cell](
        width, model.hidden_size, model.layers, bidirectional=len(model.directions) == 2
    ).to(dtype)
    ours = {
        f"{kind}_{name}": weight
        for name, layer in model.recurrent.items()
        for kind, weight in layer.named_parameters()
    }
    theirs.load_state_dict(ours)
    return theirs


def their_logits(model, theirs, ids, state=None):
    one_hot = nn.functional.one_hot(ids, model.vocabulary_size).to(model.output_weight.dtype)
    inputs = one_hot if model.embedding is None else model.embedding[ids]
    if state is not None:
        state = state if len(state) == 2 else state[0]
    outputs, last = theirs(inputs, state)
    logits = nn.functional.linear(outputs, model.output_weight, model.output_bias)
    return logits, last if isinstance(last, tuple) else (last,)


@each_cell
@each_shape
@pytest.mark.parametrize("embedding_size", [0, 5])
def test_both_ways_through_a_stack_equal_torch(cell, layers, bidirectional, embedding_size):
    model = model_of(
        cell, layers=layers, bidirectional=bidirectional, embedding_size=embedding_size
    )
    ids = torch.randint(VOCABULARY, (9, 4), generator=torch.Generator().manual_seed(1))
    state = tuple(
        torch.randn(part.shape, generator=torch.Generator().manual_seed(2))
        for part in model.zero_state(4)
    )
    logits, last = model(ids, state)
    book, book_last, _ = model.forward_by_the_book(ids, state)
    wanted, wanted_last = their_logits(model, reference(model, cell), ids, state)
    for ours in (logits, book):
        torch.testing.assert_close(ours, wanted, atol=1e-5, rtol=0)
    for ours in (last, book_last):
        torch.testing.assert_close(ours, wanted_last, atol=1e-5, rtol=0)


@each_cell
@each_shape
def test_gradients_equal_torch_in_float64(cell, layers, bidirectional):
    model = model_of(cell, layers=layers, bidirectional=bidirectional).double()
    theirs = reference(model, cell, dtype=torch.float64)
    ids = torch.randint(VOCABULARY, (7, 3), generator=torch.Generator().manual_seed(3))
    weigh = torch.randn(7, 3, VOCABULARY, generator=torch.Generator().manual_seed(4)).double()
    wanted = torch.autograd.grad(
        (their_logits(model, theirs, ids)[0] * weigh).sum(), list(theirs.parameters())
    )
    recurrent = [weight for layer in model.recurrent.values() for weight in layer.parameters()]
    for logits in (model(ids)[0], model.forward_by_the_book(ids)[0]):
        ours = torch.autograd.grad((logits * weigh).sum(), recurrent)
        for one, other in zip(ours, wanted, strict=True):
            torch.testing.assert_close(one, other, atol=1e-10, rtol=1e-8)


@each_cell
def test_a_single_step_equals_torchs_cell(cell):
    layer = CELLS[cell](5, 6)
    layer.initialise(torch.Generator().manual_seed(0))
    theirs = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}[cell](5, 6)
    theirs.load_state_dict(layer.state_dict())
    x = torch.randn(3, 5, generator=torch.Generator().manual_seed(1))
    state = tuple(
        torch.randn(3, 6, generator=torch.Generator().manual_seed(2 + part))
        for part in range(layer.parts)
    )
    new, gates = layer.step(x, state)
    wanted = theirs(x, state if cell == "lstm" else state[0])
    torch.testing.assert_close(new, wanted if cell == "lstm" else (wanted,), atol=1e-6, rtol=0)
    assert tuple(gates) == layer.gates


@each_cell
def test_looking_up_rows_of_a_large_vocabulary_equals_multiplying_by_one_hot(cell):
    model = model_of(cell, vocabulary=50, hidden_size=4)  # 50 > 4 blocks of 4 rows
    ids = torch.randint(50, (6, 3), generator=torch.Generator().manual_seed(5))
    wanted, _ = their_logits(model, reference(model, cell), ids)
    logits, _ = model(ids)
    torch.testing.assert_close(logits, wanted, atol=1e-5, rtol=0)
    weight = model.recurrent["l0"].weight_ih
    (one,) = torch.autograd.grad(logits.square().sum(), weight)
    (other,) = torch.autograd.grad(model.forward_by_the_book(ids)[0].square().sum(), weight)
    torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


@each_cell
def test_the_film_tells_what_each_unit_did_in_reading_order(cell):
    model = model_of(cell, layers=2, bidirectional=True)
    ids = torch.randint(VOCABULARY, (5, 2), generator=torch.Generator().manual_seed(6))
    _, last, film = model.forward_by_the_book(ids)
    assert len(film) == 4
    for depth, gates in enumerate(film):
        assert set(CELLS[cell].gates) <= set(gates)
        end = 0 if depth % 2 else -1  # layers that read from the right end at the left
        torch.testing.assert_close(gates["hidden"][end], last[0][depth])


@each_cell
@each_shape
@pytest.mark.parametrize("embedding_size", [0, 5])
def test_parameters_are_as_many_as_counted(cell, layers, bidirectional, embedding_size):
    settings = {"layers": layers, "bidirectional": bidirectional, "embedding_size": embedding_size}
    model = model_of(cell, **settings)
    config = SequenceConfig(cell=cell, hidden_size=6, **settings)
    counted = sum(weight.numel() for weight in model.parameters())
    assert parameter_count(config, VOCABULARY) == counted


def test_a_state_carried_over_a_cut_reads_as_if_there_were_none():
    model = model_of("lstm", layers=2)
    ids = torch.randint(VOCABULARY, (12, 3), generator=torch.Generator().manual_seed(7))
    whole, _ = model(ids)
    first, state = model(ids[:5])
    second, _ = model(ids[5:], model.carried(state))
    torch.testing.assert_close(torch.cat([first, second]), whole, atol=1e-6, rtol=0)


def test_what_reads_from_the_right_carries_nothing_over():
    model = model_of("gru", layers=2, bidirectional=True)
    _, state = model(torch.zeros(4, 2, dtype=torch.int64))
    (hidden,) = model.carried(state)
    assert hidden[1::2].abs().sum() == 0
    torch.testing.assert_close(hidden[::2], state[0][::2])
    assert not hidden.requires_grad


def test_dropout_keeps_the_mean_and_comes_from_its_generator_only():
    model = model_of("rnn", dropout=0.5, hidden_size=64)
    ids = torch.zeros(1, 4000, dtype=torch.int64)
    plain, _ = model(ids)
    before = torch.get_rng_state()
    noisy, _ = model(ids, None, torch.Generator().manual_seed(0))
    again, _ = model(ids, None, torch.Generator().manual_seed(0))
    assert torch.equal(noisy, again)
    assert torch.equal(before, torch.get_rng_state())
    assert not torch.allclose(noisy, plain)
    torch.testing.assert_close(noisy.mean(1), plain.mean(1), atol=0.03, rtol=0)
