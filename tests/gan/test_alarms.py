"""Alarms: raised by what lasts, silent about what is normal."""

from playground.gan.alarms import alarms

FAIR = {"score_kind": "probability", "real_score": 0.7, "fake_score": 0.3, "confidence": 0.9}


def played(*measurements, every=100):
    return [{"step": every * at, **FAIR, **one} for at, one in enumerate(measurements, 1)]


def shares(**missing):
    rest = 1 / (10 - len(missing))
    return [0.0 if f"no{digit}" in missing else rest for digit in range(10)]


def test_a_fair_game_raises_none():
    usual = {"shares": shares(), "generator_gradient_norm": 1.0, "memorized": 0.02}
    assert alarms(played(*[usual] * 5)) == []
    assert alarms([]) == []
    assert alarms([{"step": 1}, {"step": 2}]) == []


def test_a_class_that_is_gone_is_named_with_the_step_since_when():
    all_there, gone = {"shares": shares()}, {"shares": shares(no7=True)}
    (found,) = alarms(played(all_there, gone, all_there, gone, gone, gone))
    assert found == {
        "kind": "collapse",
        "since": 400,
        "params": {"classes": [7], "missing": "7", "count": 1},
    }


def test_with_several_classes_gone_the_step_is_that_of_the_last_of_them():
    games = [{"shares": shares(no3=True)}] * 2 + [{"shares": shares(no3=True, no7=True)}] * 3
    (found,) = alarms(played(*games))
    assert found["params"]["missing"] == "3, 7"
    assert found["since"] == 300


def test_one_odd_measurement_is_no_alarm_and_one_good_one_ends_it():
    all_there, gone = {"shares": shares()}, {"shares": shares(no7=True)}
    assert alarms(played(all_there, gone)) == []
    assert alarms(played(gone, gone, gone, all_there)) == []


def test_before_anything_can_be_recognised_nothing_is_missing():
    unsure = {"shares": shares(no7=True), "confidence": 0.3}
    assert alarms(played(unsure, unsure, unsure)) == []


def test_a_discriminator_that_tells_all_has_won():
    won = {"real_score": 0.99, "fake_score": 0.01}
    (found,) = alarms(played({}, won, won))
    assert (found["kind"], found["since"]) == ("discriminator_wins", 200)
    assert found["params"] == {"real": 0.99, "fake": 0.01}
    # The scores of other losses have no such meaning.
    assert alarms(played(*[won | {"score_kind": "score"}] * 3)) == []


def test_a_discriminator_that_knows_its_training_images_by_heart_is_told():
    known = {"real_score": 0.9, "held_out_score": 0.4}
    (found,) = alarms(played(known, known))
    assert found["kind"] == "discriminator_memorizes"
    assert alarms(played(*[{"real_score": 0.7, "held_out_score": 0.6}] * 3)) == []


def test_a_gradient_that_has_vanished_is_told_against_its_largest():
    steps = [{"generator_gradient_norm": norm} for norm in (2.0, 1.0, 0.03, 0.02)]
    (found,) = alarms(played(*steps))
    assert (found["kind"], found["since"]) == ("vanished", 300)
    assert found["params"] == {"norm": 0.02, "largest": 2.0}
    # Where the generator does not move, nothing vanishes.
    assert alarms(played(*steps[:2], {"generator_gradient_norm": None})) == []


def test_copies_are_told():
    (found,) = alarms(played({"memorized": 0.1}, {"memorized": 0.7}, {"memorized": 0.8}))
    assert found == {"kind": "memorizing", "since": 200, "params": {"share": 0.8}}
