/* Positions as numbers, without a page: the waves, and dot products of places by distance. */
'use strict';

(() => {
  const LONGEST = 10_000;

  /** Radians by which dimension `at` turns from one place to the next (Vaswani et al. 2017, §3.5). */
  const turn = (at, width) => LONGEST ** (-(at - (at % 2)) / width);

  /** Places after which the wave of dimension `at` repeats. */
  const wavelength = (at, width) => (2 * Math.PI) / turn(at, width);

  /** The value of dimension `at` at a place, which need not be whole: sine if `at` is even, else cosine. */
  const wave = (place, at, width) => (at % 2 ? Math.cos : Math.sin)(place * turn(at, width));

  /** [places, width] row by row; `width` must be even. */
  function sinusoidal(places, width) {
    const values = new Float64Array(places * width);
    for (let place = 0; place < places; place++) {
      for (let at = 0; at < width; at++) values[place * width + at] = wave(place, at, width);
    }
    return values;
  }

  /** Dot products of all pairs of places, [places, places] row by row. */
  function products({ values, places, width }) {
    const found = new Float64Array(places * places);
    for (let one = 0; one < places; one++) {
      for (let other = one; other < places; other++) {
        let sum = 0;
        for (let at = 0; at < width; at++) sum += values[one * width + at] * values[other * width + at];
        found[one * places + other] = sum;
        found[other * places + one] = sum;
      }
    }
    return found;
  }

  /** Lowest, mean and highest dot product of the pairs at each distance from 0 on. */
  function byDistance(found, places) {
    return Array.from({ length: places }, (_, distance) => {
      let [low, high, sum] = [Infinity, -Infinity, 0];
      for (let one = 0; one + distance < places; one++) {
        const value = found[one * places + one + distance];
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
      }
      return { distance, low, mean: sum / (places - distance), high };
    });
  }

  playground.attention.positionsMaths = { turn, wavelength, wave, sinusoidal, products, byDistance };
})();
