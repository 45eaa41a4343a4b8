"""The networks that run in the page against torch's, and the sums behind the pad."""

from pathlib import Path

import numpy as np
import pytest
import torch

from playground.gan import reader
from playground.gan.sampling import noise
from tests.gan.random_pairs import told_of, write_pair

PLAYGROUND = Path(__file__).resolve().parents[2] / "playground"


@pytest.fixture(scope="module")
def arithmetic(chromium):
    """The page's pure files, in a page that holds nothing else."""
    page = chromium.new_page()
    page.evaluate("window.playground = {gan: {}}")
    for file in ("widgets/asking.js", "gan/page/network.js", "gan/page/latent_place.js"):
        page.add_script_tag(path=PLAYGROUND / file)
    yield lambda code, arg=None: page.evaluate(
        f"(arg) => {{ const {{gan}} = playground; return {code}; }}", arg
    )
    page.close()


@pytest.mark.parametrize(("channels", "settings"), [
    (1, {}), (3, {"latent_size": 2}), (1, {"conditional": False, "prior": "uniform"}),
    (1, {"model": "mlp", "latent_size": 7, "loss": "hinge"}),
])  # fmt: skip
def test_the_networks_of_the_page_are_those_of_torch(arithmetic, tmp_path, channels, settings):
    file = write_pair(tmp_path, channels, **settings)
    pair = reader.load(file)
    z = torch.stack([noise(seed, pair.config.latent_size, pair.config.prior) for seed in range(5)])
    classes = torch.arange(5) if pair.config.classes else None
    images = pair.generator(z, classes)
    scores = pair.discriminator(images, classes)
    if pair.config.loss == "non_saturating":
        scores = scores.sigmoid()
    code = """(() => {
      const network = gan.networkOf(arg);
      return [0, 1, 2, 3, 4].map((seed) => {
        const z = network.noise(seed);
        const image = network.generate(z, seed);
        const shares = Float32Array.from({length: network.classes}, (_, at) => Number(at === seed));
        const score = network.score(image, seed);
        const first = [...image];
        return {z: [...z], image: first, score, again: [...network.generate(z, shares)]};
      });
    })()"""
    made = arithmetic(code, told_of(file))
    np.testing.assert_allclose([one["z"] for one in made], z, atol=1e-6)
    for name in ("image", "again"):
        np.testing.assert_allclose([one[name] for one in made], images.flatten(1), atol=1e-4)
    np.testing.assert_allclose([one["score"] for one in made], scores, atol=1e-4)


@pytest.mark.parametrize("seed", [0, 7, 999_999, 2**31 - 1])
def test_seeds_mean_the_same_points_in_the_page(arithmetic, seed):
    for prior in ("normal", "uniform"):
        found = arithmetic("[...gan.noise(...arg)]", [seed, 64, prior])
        np.testing.assert_allclose(found, noise(seed, 64, prior), atol=1e-6)


def test_a_blend_has_its_corners_and_keeps_the_variance(arithmetic):
    seeds = [[*noise(seed, 200).tolist()] for seed in range(4)]
    for at, (x, y) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)]):
        found = arithmetic("[...gan.blend(...arg)]", [seeds, x, y])
        np.testing.assert_allclose(found, seeds[at], atol=1e-6)
    middle = arithmetic("[...gan.blend(...arg)]", [seeds, 0.5, 0.5])
    np.testing.assert_allclose(middle, np.sum(seeds, 0) / 2, atol=1e-5)
    assert np.std(middle) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_a_neighbour_lies_between_here_and_another_point(arithmetic, prior):
    code = """[0, 0.4, 1].map((distance) => [...gan.neighbour(
      {prior: arg[1], noise: (seed) => gan.noise(seed, 200, arg[1])}, arg[0], 5, distance)])"""
    z = noise(1, 200, prior)
    near, between, far = np.array(arithmetic(code, [z.tolist(), prior]))
    np.testing.assert_allclose(near, z, atol=1e-6)
    np.testing.assert_allclose(far, noise(5, 200, prior), atol=1e-6)
    assert np.linalg.norm(between - near) < np.linalg.norm(far - near)
    if prior == "normal":
        assert np.std(between) == pytest.approx(1, abs=0.15)
    assert prior == "normal" or np.abs(between).max() <= 1
