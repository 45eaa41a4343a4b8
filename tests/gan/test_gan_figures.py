"""The picture of a game to take home: what is drawn, and what its axes say."""

from playground.gan.figures import game_curves, page
from playground.palette import LOSSES, SERIES
from playground.runs.record import Run

COLUMNS = {
    "step": [1, 2, 3],
    "discriminator_loss": [1.4, 1.2, 1.0],
    "generator_loss": [0.7, None, 0.9],
    "real_score": [0.5, 0.6, 0.7],
    "fake_score": [0.5, 0.4, 0.3],
    "held_out_score": [None, None, 0.65],
    "frechet": [None, 90.0, 30.0],
}


def run(number: int = 0, loss: str = "hinge", data: str = "glyphs", name: str = "first"):
    config = {"loss": loss, "data": data}
    return Run(id=f"{number:032d}", slice="gan", config=config, name=name, group="g")


def test_quality_scores_and_losses_stand_one_below_the_other():
    quality, real, held_out, fake, d, g = game_curves([(run(), COLUMNS)]).data
    assert (quality.x, quality.y) == ((2, 3), (90.0, 30.0))
    assert (held_out.x, held_out.line.dash) == ((3,), "dash")
    assert g.x == (1, 3)
    assert [one.yaxis for one in (quality, real, held_out, fake, d, g)] == [
        "y", "y2", "y2", "y2", "y3", "y3",
    ]  # fmt: skip
    assert {one.line.color for one in (quality, real, fake, d, g)} == {LOSSES["hinge"]}
    assert [one.showlegend for one in (quality, real, g)] == [True, False, False]


def test_a_game_of_points_is_measured_by_its_divergence():
    columns = {"step": [1, 2], "js": [0.9, 0.1], "real_score": [0.5, 0.5]}
    layout = game_curves([(run(data="ring"), columns)], "zh").layout
    assert layout.yaxis.title.text == "JS 散度（比特）"
    assert (layout.yaxis.type, layout.yaxis2.type) == ("log", "linear")


def test_games_with_the_same_loss_have_different_colours():
    same = game_curves([(run(0), COLUMNS), (run(1), COLUMNS)]).data
    assert {one.line.color for one in same} == set(SERIES[:2])
    several = game_curves([(run(0), COLUMNS), (run(1, "minimax"), COLUMNS)]).data
    assert {one.line.color for one in several} == {LOSSES["hinge"], LOSSES["minimax"]}


def test_a_name_is_text_and_the_page_needs_no_network():
    made = page([(run(name="<b>mine</b>"), COLUMNS)])
    assert "<b>mine" not in made
    assert "<script src=" not in made
