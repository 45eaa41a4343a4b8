"""The live chart's numbers: what it takes, drops, averages and finds."""

import pytest

from tests.widgets.chart_page import held


def test_repeated_records_are_dropped_and_overlapping_ones_taken_once(page):
    page.evaluate(
        "chart.append('a', 'train', 990, part(data.columns, 990, 1000), data.loss.slice(990))"
    )
    page.evaluate(
        "chart.append('a', 'train', 0, part(data.columns, 0, 10), data.loss.slice(0, 10))"
    )
    xs = "{step: [998, 999, 1000, 1001]}"
    assert page.evaluate(f"chart.append('a', 'train', 998, {xs}, [7, 7, 8, 9])")
    values = held(page)
    assert values[:998] == page.evaluate("data.loss.slice(0, 998)")
    assert values[-2:] == [8, 9]


def test_a_gap_is_reported_and_nothing_taken(page):
    assert not page.evaluate("chart.append('a', 'train', 1005, {step: [1005]}, [1])")
    assert page.evaluate("gaps") == [["a", 1000]]
    assert len(held(page)) == 1000


def test_truncation_forgets_later_records_of_every_channel_and_new_ones_take_their_place(page):
    page.evaluate("""() => {
      const sparse = data.loss.map((value, i) => (i % 100 === 99 ? value : null));
      chart.append('a', 'validation', 0, data.columns, sparse);
      chart.truncate('a', 450);
      chart.append('a', 'train', 450, {step: [450]}, [5]);
    }""")
    assert held(page) == [*page.evaluate("data.loss.slice(0, 450)"), 5]
    assert len(held(page, "validation")) == 4
    same = page.evaluate("""() => {
      chart.append('b', 'train', 0, part(data.columns, 0, 451), [...data.loss.slice(0, 450), 5]);
      const [cut, whole] = ['a', 'b'].map((run) => chart.series(run, 'train').smooth);
      return cut.length === 451 && cut.last() === whole.last();
    }""")
    assert same


def test_a_thinned_history_goes_on_with_live_records(page):
    page.evaluate("""() => {
      chart.lane('b');
      chart.history('b', 'train', [0, 50, 99], {step: [0, 50, 99]}, [3, 2, 1], 100);
      chart.append('b', 'train', 98, {step: [98, 99, 100]}, [9, 9, 0.5]);
      chart.history('b', 'train', [0], {step: [0]}, [77], 100);
    }""")
    assert page.evaluate("chart.readings(50).find((one) => one.run === 'b')")["y"] == 2
    series = "chart.lanes.get('b').channels.get('train')"
    assert page.evaluate(f"Array.from({series}.index.values.slice(0, 4))") == [0, 50, 99, 100]
    page.evaluate("chart.truncate('b', 60)")
    assert page.evaluate(f"[{series}.length, {series}.have]") == [2, 60]


def test_ranges_from_the_pyramid_are_those_of_brute_force(page):
    wrong = page.evaluate("""() => {
      const next = random(5);
      const {Extremes, Means} = playground.chart;
      const extremes = new Extremes();
      const means = new Means();
      const all = [];
      const check = (rounds) => {
        for (let round = 0; round < rounds; round++) {
          const from = Math.floor(next() * all.length);
          const to = from + Math.floor(next() * (all.length - from + 1));
          const part = all.slice(from, to).filter((value) => !Number.isNaN(value));
          const low = part.reduce((a, b) => Math.min(a, b), Infinity);
          const high = part.reduce((a, b) => Math.max(a, b), -Infinity);
          extremes.range(from, to);
          if (extremes.low !== low || extremes.high !== high) return [from, to, low, high];
          const mean = part.reduce((a, b) => a + b, 0) / part.length;
          const ours = means.mean(from, to);
          const right = part.length ? Math.abs(ours - mean) < 1e-9 : Number.isNaN(ours);
          if (!right) return [from, to, mean, ours];
        }
        return null;
      };
      const grow = (count) => {
        for (let i = 0; i < count; i++) {
          all.push(next() < 0.05 ? NaN : next() * 10 - 5);
          extremes.push(all.at(-1));
          means.push(all.at(-1));
        }
      };
      grow(1371);
      const first = check(400);
      extremes.truncate(700);
      all.length = 700;
      means.length = 0;
      for (const level of [...means.sums, ...means.counts]) level.length = 0;
      all.forEach((value) => means.push(value));
      grow(333);
      return first ?? check(400);
    }""")
    assert wrong is None


def test_one_huge_value_does_not_spoil_the_means_after_it(page):
    mean = page.evaluate("""() => {
      const means = new playground.chart.Means();
      means.push(1e300);
      for (let i = 0; i < 999; i++) means.push(2.5);
      return means.mean(500, 900);
    }""")
    assert mean == 2.5


def test_the_smoothed_line_is_the_bias_corrected_average(page):
    ours = page.evaluate(
        "Array.from(chart.lanes.get('a').channels.get('train').smooth.values.slice(0, 1000))"
    )
    average = 0.0
    for i, value in enumerate(page.evaluate("data.loss")):
        average = 0.6 * average + 0.4 * value
        assert ours[i] == pytest.approx(average / (1 - 0.6 ** (i + 1)), rel=1e-12)
