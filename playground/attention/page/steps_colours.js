/* How the six steps write and colour numbers: signed ones by hue about zero, weights by lightness. */
'use strict';

(() => {
  const { attention } = playground;
  const steps = (attention.steps ??= {});

  // Most of what is coloured here are thin strips without text, so the ends can be strong.
  const ENDS = { light: ['#1F5FA8', '#BF4A1C'], dark: ['#5BA9F0', '#F58A55'] }; // below zero, above
  const FINE = 128; // colours on each side of zero

  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  let known = { panel: '', table: [] };
  function signed() {
    const { panel } = playground.plot.theme();
    if (known.panel === panel) return known.table;
    const zero = parts(panel);
    const [below, above] = ENDS[playground.theme() === 'dark' ? 'dark' : 'light'].map(parts);
    const table = Array.from({ length: 2 * FINE + 1 }, (_, at) => {
      const share = at / FINE - 1;
      return zero.map((value, part) => Math.round(value + Math.abs(share) * ((share < 0 ? below : above)[part] - value)));
    });
    known = { panel, table };
    return table;
  }

  /** [red, green, blue] of a number; at `scale` and beyond it has the last colour. */
  function rgb(kind, value, scale) {
    if (kind === 'weights') return attention.colours.of(value, scale);
    return signed()[Math.round((Math.max(-1, Math.min(1, value / scale)) + 1) * FINE)];
  }

  const light = (channel) => (channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);

  /** The ink that is readable on the colour of a number. */
  steps.ink = (kind, value, scale) => {
    const [red, green, blue] = rgb(kind, value, scale).map(light);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#000000' : '#FFFFFF';
  };

  /** The map as a background, from left to right. */
  steps.ramp = (kind) => {
    if (kind === 'weights') return attention.colours.gradient();
    const table = signed();
    return `linear-gradient(to right, ${[0, 0.25, 0.5, 0.75, 1].map((share) => `rgb(${table[2 * FINE * share].join(' ')})`).join(', ')})`;
  };

  /** Ground and ink of a term, by what it adds (−1 to 1). */
  steps.term = (share) => ({ background: `rgb(${rgb('signed', share, 1).join(' ')})`, color: steps.ink('signed', share, 1) });

  /** One pixel for each number, row by row; column by column where `turned`. */
  steps.image = ({ values, rows, columns, kind, scale, turned }) => {
    const picture = document.createElement('canvas');
    Object.assign(picture, turned ? { width: rows, height: columns } : { width: columns, height: rows });
    const pen = picture.getContext('2d');
    const image = pen.createImageData(picture.width, picture.height);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = 4 * (turned ? column * rows + row : row * columns + column);
        image.data.set(rgb(kind, values[row * columns + column], scale), at);
        image.data[at + 3] = 255;
      }
    }
    pen.putImageData(image, 0, 0);
    return picture;
  };

  /** A number in a cell or a sum, with a true minus. */
  steps.write = (value, digits = 3) => {
    if (value === 0) return '0';
    if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞';
    const size = Math.abs(value);
    const text = size < 0.5 * 10 ** -digits ? value.toExponential(1) : size >= 1e6 ? value.toExponential(2) : value.toFixed(digits);
    return text.replaceAll('-', '−');
  };

  /** The same as a factor: in brackets where it is negative. */
  steps.factor = (value) => (value < 0 ? `(${steps.write(value)})` : steps.write(value));
})();
