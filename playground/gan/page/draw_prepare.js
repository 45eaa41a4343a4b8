/* A drawing as MNIST prepares its digits: scaled to 20 pixels, then moved so that its ink balances. No page in here. */
'use strict';

(() => {
  const { gan } = playground;
  const SIDE = 28;
  const BOX = 20; // pixels of the longer side of all ink
  const PEN = 2.5; // pixels: with it digits have as much ink as MNIST's
  const FINE = 8; // dots for each pixel and axis, averaged
  const SMALLEST = 0.02; // of the pad: what is smaller is a dot, and not blown up

  gan.PEN = PEN / SIDE; // of the pad's side

  /** Draws strokes `[[[x, y], …], …]` as round curves through the middles of their points. */
  gan.drawStrokes = (pen, strokes, width, place = (point) => point) => {
    pen.lineWidth = width;
    pen.lineCap = pen.lineJoin = 'round';
    pen.fillStyle = pen.strokeStyle;
    for (const stroke of strokes) {
      const points = stroke.map(place);
      // A line that goes nowhere has no ends that could be round.
      pen.beginPath();
      pen.arc(...points[0], width / 2, 0, 2 * Math.PI);
      pen.fill();
      pen.beginPath();
      pen.moveTo(...points[0]);
      if (points.length < 3) for (const point of points) pen.lineTo(...point);
      for (let at = 1; at < points.length - 1; at++) {
        const [x, y] = points[at];
        const last = at === points.length - 2;
        const [nextX, nextY] = points[at + 1];
        pen.quadraticCurveTo(x, y, last ? nextX : (x + nextX) / 2, last ? nextY : (y + nextY) / 2);
      }
      pen.stroke();
    }
  };

  /** The smallest box around all points: `{left, top, width, height}`, as shares of the pad. */
  function around(strokes) {
    const all = strokes.flat();
    const [xs, ys] = [0, 1].map((axis) => all.map((point) => point[axis]));
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
  }

  let fine = null; // a canvas of many dots a pixel, used again and again

  function rasterized(strokes, place) {
    fine ??= Object.assign(document.createElement('canvas'), { width: SIDE * FINE, height: SIDE * FINE });
    const pen = fine.getContext('2d', { willReadFrequently: true });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = '#000';
    pen.fillRect(0, 0, fine.width, fine.height);
    pen.strokeStyle = '#fff';
    pen.scale(FINE, FINE);
    gan.drawStrokes(pen, strokes, PEN, place);
    const { data } = pen.getImageData(0, 0, fine.width, fine.height);
    const ink = new Float32Array(SIDE * SIDE);
    for (let y = 0, at = 0; y < fine.height; y++) {
      const row = Math.floor(y / FINE) * SIDE;
      for (let x = 0; x < fine.width; x++, at += 4) ink[row + Math.floor(x / FINE)] += data[at] / (255 * FINE * FINE);
    }
    return ink;
  }

  /** Where the ink balances: `[x, y]` in pixels from the corner. */
  gan.balance = (ink) => {
    let [sum, x, y] = [0, 0, 0];
    ink.forEach((value, at) => {
      sum += value;
      x += value * ((at % SIDE) + 0.5);
      y += value * (Math.floor(at / SIDE) + 0.5);
    });
    return sum ? [x / sum, y / sum] : [SIDE / 2, SIDE / 2];
  };

  /**
   * `{box, scaled, balance, shift, ink}`: the box around the drawing; its ink (784 numbers, 0 to 1)
   * scaled into 20 × 20; where that balances; by how many whole pixels it is moved; and its ink
   * then, with the balance in the pixel right and below the middle, as in MNIST's own files.
   */
  gan.prepare = (strokes) => {
    const box = around(strokes);
    const longer = Math.max(box.width, box.height);
    const scale = longer < SMALLEST ? 0 : (BOX - PEN) / longer;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const middle = SIDE / 2;
    const placed = ([right, down]) => ([pointX, pointY]) => [(pointX - x) * scale + middle + right, (pointY - y) * scale + middle + down];
    const scaled = rasterized(strokes, placed([0, 0]));
    const balance = gan.balance(scaled);
    const shift = balance.map((place) => middle - Math.floor(place));
    return { box, scaled, balance, shift, ink: rasterized(strokes, placed(shift)) };
  };

  /** Ink as the networks see it: −1 is ground, 1 is ink. */
  gan.inkToImage = (ink) => Float32Array.from(ink, (value) => 2 * value - 1);
})();
