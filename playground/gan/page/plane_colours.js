/* Colours of the plane: real is blue, generated is orange, and D's heat runs from one to the other. */
'use strict';

(() => {
  const { gan } = playground;
  const STRONGEST = 0.5; // share of the full colour where D is quite sure
  let made = null;

  const channels = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));

  /** {real, fake, table}: two colours, and red, green, blue for each of 256 shares from fake to real. */
  gan.planeColours = (colours) => {
    const real = colours.colour('--pg-rnn');
    const fake = colours.colour('--pg-gru');
    const key = `${real} ${fake} ${colours.panel}`;
    if (made?.key === key) return made;
    const [ground, blue, orange] = [channels(colours.panel), channels(real), channels(fake)];
    const table = new Uint8ClampedArray(256 * 3);
    for (let at = 0; at < 256; at++) {
      const sure = (at / 127.5) - 1;
      const [end, share] = [sure < 0 ? orange : blue, STRONGEST * Math.abs(sure)];
      for (let part = 0; part < 3; part++) table[3 * at + part] = ground[part] + share * (end[part] - ground[part]);
    }
    made = { key, real, fake, table };
    return made;
  };

  const canvas = document.createElement('canvas');

  /** The heat as a small picture, one pixel a place; to be enlarged. */
  gan.planeHeat = (heat, side, { table }) => {
    if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
    const pen = canvas.getContext('2d');
    const image = pen.createImageData(side, side);
    for (let at = 0; at < heat.length; at++) {
      const from = 3 * Math.round(255 * Math.min(1, Math.max(0, heat[at])));
      image.data[4 * at] = table[from];
      image.data[4 * at + 1] = table[from + 1];
      image.data[4 * at + 2] = table[from + 2];
      image.data[4 * at + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
    return canvas;
  };

  /** The line where the heat is one half, as pairs of ends in places: [x, y, x, y, …], y downward. */
  gan.planeBorder = (heat, side) => {
    const ends = [];
    const cut = (one, other) => (0.5 - one) / (other - one);
    for (let row = 0; row + 1 < side; row++) {
      for (let column = 0; column + 1 < side; column++) {
        const at = row * side + column;
        const [a, b, c, d] = [heat[at], heat[at + 1], heat[at + side + 1], heat[at + side]];
        const met = [];
        if (a < 0.5 !== b < 0.5) met.push(column + cut(a, b), row);
        if (b < 0.5 !== c < 0.5) met.push(column + 1, row + cut(b, c));
        if (c < 0.5 !== d < 0.5) met.push(column + 1 - cut(c, d), row + 1);
        if (d < 0.5 !== a < 0.5) met.push(column, row + 1 - cut(d, a));
        // A saddle has four ends; which two belong together cannot be seen at this size.
        for (let end = 0; end + 3 < met.length; end += 4) ends.push(met[end], met[end + 1], met[end + 2], met[end + 3]);
      }
    }
    return ends;
  };
})();
