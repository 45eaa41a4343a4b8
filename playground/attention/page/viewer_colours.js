/* The colours of weights: lightness rises evenly from a dark violet to a bright yellow, as in viridis. */
'use strict';

(() => {
  const { attention } = playground;
  const LEVELS = 256;
  const LIGHTNESS = [0.27, 0.93];
  const HUE = [296, 104]; // degrees, from violet over blue and green to yellow
  const CHROMA = 0.16; // at most; less where the screen has no such colour

  // From OKLab (Ottosson 2020) to linear light.
  function linear(lightness, a, b) {
    const [l, m, s] = [
      lightness + 0.3963377774 * a + 0.2158037573 * b,
      lightness - 0.1055613458 * a - 0.0638541728 * b,
      lightness - 0.0894841775 * a - 1.291485548 * b,
    ].map((one) => one ** 3);
    return [
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
    ];
  }

  const encoded = (light) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

  function colour(share) {
    const lightness = LIGHTNESS[0] + share * (LIGHTNESS[1] - LIGHTNESS[0]);
    const hue = ((HUE[0] + share * (HUE[1] - HUE[0])) * Math.PI) / 180;
    const at = (chroma) => linear(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
    let [low, high] = [0, CHROMA];
    for (let turn = 0; turn < 20; turn++) {
      const middle = (low + high) / 2;
      if (at(middle).every((part) => part >= 0 && part <= 1)) low = middle;
      else high = middle;
    }
    return at(low).map((part) => Math.round(255 * encoded(Math.min(1, Math.max(0, part)))));
  }

  const table = Array.from({ length: LEVELS }, (_, at) => colour(at / (LEVELS - 1)));
  const levels = Uint32Array.from(table, ([red, green, blue]) => (255 << 24 | blue << 16 | green << 8 | red) >>> 0);
  const level = (value, high) => Math.max(0, Math.min(LEVELS - 1, Math.round((value / (high || 1)) * (LEVELS - 1))));

  attention.colours = {
    /** `[red, green, blue]`, 0 to 255, of a value between 0 and `high`. */
    of: (value, high = 1) => table[level(value, high)],

    /** Whether black is read better than white on this colour. */
    bright: (value, high = 1) => level(value, high) > 0.5 * LEVELS,

    /** The map as a background of CSS, from left to right. */
    gradient: () => `linear-gradient(to right, ${table.filter((_, at) => at % 15 === 0).map((one) => `rgb(${one})`).join(', ')})`,

    /** A canvas of one pixel per weight; what is blocked (`column > row`) stays empty. */
    picture(weights, rows, columns, high, blocked, canvas = document.createElement('canvas')) {
      Object.assign(canvas, { width: columns, height: rows });
      const pen = canvas.getContext('2d');
      const image = pen.createImageData(columns, rows);
      const pixels = new Uint32Array(image.data.buffer);
      for (let row = 0, at = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, at++) {
          if (!blocked || column <= row) pixels[at] = levels[level(weights[at], high)];
        }
      }
      pen.putImageData(image, 0, 0);
      return canvas;
    },
  };
})();
