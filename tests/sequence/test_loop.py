"""The training loop: falls, repeats, closes cleanly, is undisturbed by looking; and its parts."""

import math
from itertools import islice

import pytest
import torch
from torch.nn.utils import parameters_to_vector

from playground.refused import Refused
from playground.seeds import generator
from playground.sequence.config import SequenceConfig
from playground.sequence.data import prepare
from playground.sequence.generation import Reader, stream
from playground.sequence.session import explained, validation_every
from playground.sequence.training import HOPELESS, Diverged, decayed, evaluate, start, train

QUICK = {"hidden_size": 24, "steps": 12, "batch_size": 8, "learning_rate": 0.01, "epochs": 4}


def begin(text, **settings):
    config = SequenceConfig(**{**QUICK, **settings})
    data = prepare(text, config)
    purposes = ("weights", "batches", "dropout")
    generators = {purpose: generator(config.seed, purpose) for purpose in purposes}
    return start(config, len(data.vocabulary), **generators), data, config


def losses(text, count=None, **settings):
    return [step.loss for step in islice(train(*begin(text, **settings)), count)]


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("sampling", ["random", "sequential"])
def test_the_loss_falls(text, cell, sampling):
    curve = losses(text, cell=cell, sampling=sampling, epochs=6)
    assert curve[0] == pytest.approx(math.log(29), abs=0.4)
    assert sum(curve[-10:]) / 10 < 0.8 * sum(curve[:10]) / 10


@pytest.mark.parametrize("settings", [{}, {"optimizer": "sgd"}, {"dropout": 0.3, "layers": 2}])
def test_the_same_seed_repeats_the_curve_and_another_does_not(text, settings):
    one = losses(text, 20, **settings)
    assert one == losses(text, 20, **settings)
    assert one != losses(text, 20, seed=1, **settings)


def test_closed_between_two_steps_it_leaves_a_state_to_go_on_from(text):
    whole = losses(text, 60, dropout=0.2)
    state, data, config = begin(text, dropout=0.2)
    for stretch in (7, 30, 23):  # within an epoch and across its end
        steps = train(state, data, config)
        before = state.step
        seen = [step.loss for step in islice(steps, stretch)]
        steps.close()
        assert seen == whole[before : before + stretch]
        assert state.step == before + stretch
    assert torch.is_grad_enabled()


def test_looking_between_steps_changes_nothing(text):
    plain = losses(text, 25, dropout=0.2)
    state, data, config = begin(text, dropout=0.2)
    reader, seen = Reader(state.model, data.tokenizer, config), []
    for step in islice(train(state, data, config), 25):
        seen.append(step.loss)
        evaluate(state.model, data.validation, steps=config.steps)
        list(stream(reader, "the ", length=3, generator=generator(0, "look", step.step)))
        torch.rand(3)  # what others draw from the global generator is no concern of ours
    assert seen == plain


def test_it_ends_after_its_epochs(text):
    state, data, config = begin(text, epochs=2)
    *_, last = train(state, data, config)
    assert last.epoch == 2
    assert last.tokens == last.step * config.steps * config.batch_size
    assert list(train(state, data, config)) == []


def test_a_long_gradient_is_cut_to_the_threshold_and_a_short_one_left_alone(text):
    def moved(threshold):
        """How far one SGD step of rate 1 goes: the length of the gradient it was given."""
        state, data, config = begin(
            text, optimizer="sgd", learning_rate=1.0, clip_threshold=threshold
        )
        before = parameters_to_vector(state.model.parameters()).detach()
        step = next(train(state, data, config))
        after = parameters_to_vector(state.model.parameters()).detach()
        return (after - before).norm().item(), step

    free, step = moved(0.0)
    assert not step.clipped
    assert free == pytest.approx(step.gradient_norm, rel=1e-4)
    short, step = moved(free / 10)
    assert step.clipped
    assert short == pytest.approx(free / 10, rel=1e-4)
    assert step.gradient_norm == pytest.approx(free, rel=1e-4)
    same, step = moved(free * 10)
    assert not step.clipped
    assert same == pytest.approx(free, rel=1e-4)


def test_a_rate_changed_between_steps_is_in_force_at_the_next(text):
    state, data, config = begin(text)
    steps = train(state, data, config)
    assert next(steps).learning_rate == 0.01
    state.learning_rate = 0.5
    assert next(steps).learning_rate == 0.5


def test_the_rate_decays_to_a_hundredth_and_from_one_set_by_hand_too(text):
    state, data, config = begin(text, decay=True, epochs=3)
    rates = [step.learning_rate for step in train(state, data, config)]
    assert rates[0] == config.learning_rate
    assert rates == sorted(rates, reverse=True)
    assert state.learning_rate == pytest.approx(config.learning_rate / 100)
    assert decayed(decayed(1.0, 1, 2), 2, 2) == pytest.approx(0.01)
    assert decayed(2.0, 5, 10) == pytest.approx(2 * decayed(1.0, 5, 10))


def test_a_run_that_blows_up_raises_diverged_and_says_what_to_change(text):
    state, data, config = begin(text, optimizer="sgd", learning_rate=100.0, clip_threshold=0)
    with pytest.raises(Diverged) as caught:
        list(train(state, data, config))
    fault = caught.value
    assert fault.step == state.step + 1
    assert not fault.loss < HOPELESS or not math.isfinite(fault.gradient_norm)
    told = explained(fault, config)
    assert isinstance(told, Refused)
    assert "clip_threshold=1" in str(told)
    assert "1" in told.say("zh")
    assert "learning_rate=10" in str(explained(fault, SequenceConfig(optimizer="sgd")))


def test_an_evaluation_in_rows_equals_one_that_carries_its_state_throughout(text):
    state, data, config = begin(text, validation_share=0.5, epochs=8)
    for _ in train(state, data, config):
        pass
    carried = evaluate(state.model, data.validation, steps=12, rows=1)
    logits, _ = state.model(data.validation[:-1, None])
    whole = torch.nn.functional.cross_entropy(logits[:, 0], data.validation[1:])
    assert carried == pytest.approx(whole.item(), abs=1e-5)
    assert evaluate(state.model, data.validation, steps=12, rows=5) == pytest.approx(
        carried, rel=5e-3
    )


def test_a_bidirectional_model_is_evaluated_in_windows_of_its_training(text):
    state, data, config = begin(text, bidirectional=True, epochs=8)
    for _ in train(state, data, config):
        pass
    short, long = (evaluate(state.model, data.validation, steps=n) for n in (2, 50))
    assert long < short  # at the end of a window it cannot see the answer
    assert long < 0.5 * evaluate_forward(text)


def evaluate_forward(text):
    state, data, config = begin(text, epochs=8)
    for _ in train(state, data, config):
        pass
    return evaluate(state.model, data.validation, steps=50)


def test_evaluating_takes_about_a_tenth_of_the_tokens_of_training(text):
    data = prepare(text, SequenceConfig(**QUICK, validation_share=0.5))
    every = validation_every(data, SequenceConfig(**QUICK))
    read_forward = 0.4 * len(data.validation)
    assert read_forward / (every * 12 * 8) <= 0.1
    none = prepare(text, SequenceConfig(**QUICK, validation_share=0.0))
    assert validation_every(none, SequenceConfig(**QUICK)) == 0
