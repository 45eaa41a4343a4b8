"""The training loop: falls, repeats, closes cleanly, is undisturbed by looking; and its parts."""

import math
from itertools import islice

import pytest
import torch
from torch.nn import functional
from torch.nn.utils import parameters_to_vector

from playground.attention.alignment import aligned
from playground.attention.model import PAD
from playground.attention.pairs import Part, prepare
from playground.attention.training import (
    HOPELESS,
    Diverged,
    batch,
    batch_cuts,
    epoch_order,
    evaluate,
    losses,
    next_rate,
    rate_curve,
    start,
    total_steps,
    train,
)
from playground.seeds import generator
from tests.attention.small import MODELS, config_of, model_of

each_model = pytest.mark.parametrize("model", MODELS)
CHANCES = ("weights", "batches", "dropout")


def begin(**settings):
    config = config_of(**settings)
    data = prepare(config)
    chances = {purpose: generator(config.seed, purpose) for purpose in CHANCES}
    return start(config, data, **chances), data, config


def curve(count=None, **settings):
    return [step.loss for step in islice(train(*begin(**settings)), count)]


@each_model
def test_the_loss_falls_from_the_logarithm_of_the_vocabulary(model):
    found = curve(40, model=model, epochs=9, hidden_size=16)
    assert found[0] == pytest.approx(math.log(9), abs=1.0)
    assert sum(found[-5:]) < 0.75 * sum(found[:5])


@pytest.mark.parametrize(
    "settings",
    [
        {"dropout": 0.2, "label_smoothing": 0.1},
        {"model": "gru_attention", "dropout": 0.2},
        {"normalisation": "post", "positions": "learned", "tied": False, "weight_decay": 0.1},
    ],
    ids=str,
)
def test_the_same_seed_repeats_the_curve_exactly_and_another_does_not(settings):
    one = curve(12, **settings)
    assert one == curve(12, **settings)
    assert one != curve(12, seed=1, **settings)


def test_closed_between_two_steps_it_leaves_a_state_to_go_on_from():
    whole = curve(dropout=0.2, epochs=4)
    state, data, config = begin(dropout=0.2, epochs=4)
    per_epoch = len(batch_cuts(data.train, config.batch_tokens))
    for stretch in (3, per_epoch - 3, per_epoch + 2):  # within an epoch, to its end, across one
        steps = train(state, data, config)
        before = state.step
        seen = [step.loss for step in islice(steps, stretch)]
        steps.close()
        assert seen == whole[before : before + stretch]
        assert state.step == before + stretch
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("model", ["transformer", "gru_attention"])
def test_looking_between_steps_changes_nothing(model):
    plain = curve(10, model=model, dropout=0.2)
    state, data, config = begin(model=model, dropout=0.2)
    seen = []
    for step in islice(train(state, data, config), 10):
        seen.append(step.loss)
        evaluate(state.model, data.validation)
        aligned(state.model, data.source, data.target, "1 2", most=9, size=2)
        torch.rand(3)  # what others draw from the global generator is no concern of ours
    assert seen == plain


def test_it_ends_after_its_epochs_and_has_counted_every_token():
    state, data, config = begin(epochs=2)
    *_, last = train(state, data, config)
    assert last.epoch == 2
    assert last.step == total_steps(data, config)
    assert last.tokens == 2 * data.target_tokens
    assert list(train(state, data, config)) == []


def test_the_first_loss_and_gradient_are_torchs():
    state, data, config = begin()
    before = [each.detach().clone() for each in state.model.parameters()]
    step = next(train(state, data, config))
    again, _, _ = begin()
    for ours, theirs in zip(again.model.parameters(), before, strict=True):
        assert torch.equal(ours, theirs)
    cuts = batch_cuts(data.train, config.batch_tokens)
    chosen = epoch_order(data.train, cuts, again.batches)[0]
    source, given, wanted = batch(data.train, chosen)
    scores = again.model(source, given)
    loss = functional.cross_entropy(scores.flatten(0, 1), wanted.flatten(), ignore_index=PAD)
    loss.backward()
    length = torch.nn.utils.clip_grad_norm_(again.model.parameters(), 1e9)
    assert step.loss == pytest.approx(loss.item(), abs=1e-6)
    assert step.gradient_norm == pytest.approx(length.item(), rel=1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_smoothed_losses_equal_torchs_with_filling_left_out(smoothing):
    scores = torch.randn(4, 6, 9, generator=generator(0))
    wanted = torch.randint(0, 9, (4, 6), generator=generator(1))  # PAD among them
    assert (wanted == PAD).any()
    plain, smoothed = losses(scores, wanted, smoothing)
    flat = scores.flatten(0, 1), wanted.flatten()
    torch.testing.assert_close(plain, functional.cross_entropy(*flat, ignore_index=PAD))
    torch.testing.assert_close(
        smoothed, functional.cross_entropy(*flat, ignore_index=PAD, label_smoothing=smoothing)
    )


@each_model
def test_an_evaluation_is_the_mean_over_all_tokens_whatever_the_batches(model):
    data = prepare(config_of())
    made, part = model_of(model=model, vocabulary=data.target.size), data.validation
    total, tokens = 0.0, 0
    for at in range(len(part)):
        source, given, wanted = batch(part, [at])
        logs = made(source, given).log_softmax(-1)[0]
        total -= logs.gather(1, wanted[0][:, None]).sum().item()
        tokens += wanted.numel()
    assert evaluate(made, part) == pytest.approx(total / tokens, abs=1e-5)
    assert torch.is_grad_enabled()


def test_dropout_and_smoothing_do_not_touch_an_evaluation():
    data = prepare(config_of())
    plain, dropping = (model_of(vocabulary=data.target.size, dropout=share) for share in (0.0, 0.5))
    assert evaluate(plain, data.validation) == evaluate(dropping, data.validation)


def test_a_long_gradient_is_cut_and_its_length_before_is_told():
    settings = {"learning_rate": 1e-6}
    (free,) = islice(train(*begin(clip_threshold=0.0, **settings)), 1)
    (cut,) = islice(train(*begin(clip_threshold=free.gradient_norm / 3, **settings)), 1)
    (left,) = islice(train(*begin(clip_threshold=free.gradient_norm * 3, **settings)), 1)
    assert (free.clipped, cut.clipped, left.clipped) == (False, True, False)
    assert cut.gradient_norm == left.gradient_norm == free.gradient_norm


def test_adam_is_given_the_gradient_that_was_cut():
    """Its second moments after one step are (1 - 0.98) times the squares of what it was given."""
    state, data, config = begin(clip_threshold=0.01)
    step = next(train(state, data, config))
    assert step.clipped
    given = torch.cat([(each / 0.02).sqrt().flatten() for each in state.optimizer.second])
    assert given.norm().item() == pytest.approx(0.01, rel=1e-3)


def test_the_curve_of_the_rate_warms_up_and_falls_as_it_is_told():
    warm = config_of(warmup_steps=10)
    assert [rate_curve(step, warm, 100) for step in (1, 5, 10)] == [0.1, 0.5, 1.0]
    assert rate_curve(40, warm, 100) == pytest.approx(0.5)  # √(10 / 40)
    cosine = config_of(warmup_steps=10, schedule="cosine")
    assert rate_curve(10, cosine, 110) == 1
    assert rate_curve(60, cosine, 110) == pytest.approx(0.5)
    assert rate_curve(110, cosine, 110) == 0.001
    constant = config_of(warmup_steps=0, schedule="constant")
    assert {rate_curve(step, constant, 100) for step in (1, 50, 500)} == {1.0}


@pytest.mark.parametrize("schedule", ["inverse_sqrt", "cosine", "constant"])
@pytest.mark.parametrize("warmup_steps", [0, 7])
def test_the_rates_of_a_run_are_those_of_the_curve(schedule, warmup_steps):
    settings = {"schedule": schedule, "warmup_steps": warmup_steps, "hidden_size": 4}
    state, data, config = begin(**settings)
    total = total_steps(data, config)
    rates = [step.learning_rate for step in train(state, data, config)]
    wanted = [config.learning_rate * rate_curve(at, config, total) for at in range(1, total + 1)]
    assert rates == pytest.approx(wanted, rel=1e-9)


def test_a_rate_set_by_hand_goes_on_from_there():
    state, data, config = begin(warmup_steps=0, schedule="cosine")
    total = total_steps(data, config)
    steps = train(state, data, config)
    next(steps)
    state.learning_rate = 0.5
    rates = [next(steps).learning_rate for _ in range(4)]
    assert rates[0] == 0.5
    for at, rate in enumerate(rates):
        shape = rate_curve(2 + at, config, total) / rate_curve(2, config, total)
        assert rate == pytest.approx(0.5 * shape)
    assert next_rate(2.0, 3, config, total) == pytest.approx(2 * next_rate(1.0, 3, config, total))


@pytest.mark.parametrize("broken", [math.nan, math.inf, 1e4])
def test_a_loss_past_hope_raises_before_the_step_it_would_lead_to(broken):
    state, data, config = begin()
    steps = train(state, data, config)
    next(steps)
    with torch.no_grad():
        state.model.output_bias[3] = broken
    before = parameters_to_vector(state.model.parameters()).detach().clone()
    with pytest.raises(Diverged) as caught:
        next(steps)
    fault = caught.value
    assert fault.step == 2 == state.step + 1
    assert not fault.loss < HOPELESS or not math.isfinite(fault.gradient_norm)
    after = parameters_to_vector(state.model.parameters()).detach()
    assert torch.equal(before.nan_to_num(), after.nan_to_num())


def test_a_rate_beyond_all_reason_diverges():
    settings = {"learning_rate": 1.0, "warmup_steps": 0, "clip_threshold": 0.0}
    with pytest.raises(Diverged):
        curve(20, hidden_size=64, schedule="constant", **settings)


def test_parts_of_one_pair_are_trained_on():
    _, data, config = begin()
    one = Part(data.train.texts[:1], data.train.sources[:1], data.train.targets[:1])
    assert batch_cuts(one, config.batch_tokens) == [1]
