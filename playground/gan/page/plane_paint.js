/* Paints a moment: heat, border, net, arrows, points. Each part can be left out. */
'use strict';

(() => {
  const { gan } = playground;
  const EDGE = 1.5; // the screen shows [-EDGE, EDGE]²
  const LONGEST = 0.075; // of the screen's side: an arrow for a very strong pull
  const USUAL = 1.2; // pull at which an arrow has nearly two thirds of that length

  /** Where things stand: {side, left, top, x(value), y(value), size} of a square in the middle. */
  gan.planeBox = (width, height) => {
    const side = Math.min(width, height);
    const [left, top] = [(width - side) / 2, (height - side) / 2];
    return {
      side, left, top,
      x: (value) => left + ((value + EDGE) / (2 * EDGE)) * side,
      y: (value) => top + ((EDGE - value) / (2 * EDGE)) * side,
      back: (x, y) => [((x - left) / side) * 2 * EDGE - EDGE, EDGE - ((y - top) / side) * 2 * EDGE],
      dot: Math.max(2, side / 220),
    };
  };

  /** Real points are discs, generated ones diamonds: told apart without colour too. */
  function points(pen, box, places, colour, ground, { diamonds = false, size = box.dot, alpha = 1, count = Infinity } = {}) {
    if (!places) return;
    pen.globalAlpha = alpha;
    pen.beginPath();
    for (let at = 0; at + 1 < places.length && at < 2 * count; at += 2) {
      const [x, y] = [box.x(places[at]), box.y(places[at + 1])];
      if (!Number.isFinite(x + y)) continue;
      if (diamonds) {
        const far = size * 1.35;
        pen.moveTo(x, y - far);
        pen.lineTo(x + far, y);
        pen.lineTo(x, y + far);
        pen.lineTo(x - far, y);
        pen.closePath();
      } else {
        pen.moveTo(x + size, y);
        pen.arc(x, y, size, 0, 2 * Math.PI);
      }
    }
    pen.fillStyle = colour;
    pen.strokeStyle = ground;
    pen.lineWidth = 1;
    pen.stroke();
    pen.fill();
    pen.globalAlpha = 1;
  }

  function heat(pen, box, shares, side, colours) {
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(gan.planeHeat(shares, side, colours), box.left, box.top, box.side, box.side);
  }

  function border(pen, box, shares, side, colour) {
    const ends = gan.planeBorder(shares, side);
    const [wide, half] = [box.side / side, 0.5];
    pen.beginPath();
    for (let at = 0; at < ends.length; at += 4) {
      pen.moveTo(box.left + (ends[at] + half) * wide, box.top + (ends[at + 1] + half) * wide);
      pen.lineTo(box.left + (ends[at + 2] + half) * wide, box.top + (ends[at + 3] + half) * wide);
    }
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.setLineDash([5, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }

  /** The net of the latent space; a mesh that holds much on little room is filled the stronger. */
  function net(pen, box, grid, [rows, columns], colour) {
    const place = (row, column) => 2 * (row * columns + column);
    pen.strokeStyle = colour;
    pen.fillStyle = colour;
    const fair = (2 * EDGE) ** 2 / Math.max(1, (rows - 1) * (columns - 1)) / 8;
    for (let row = 0; row + 1 < rows; row++) {
      for (let column = 0; column + 1 < columns; column++) {
        const corners = [place(row, column), place(row, column + 1), place(row + 1, column + 1), place(row + 1, column)];
        let area = 0;
        corners.forEach((at, one) => {
          const next = corners[(one + 1) % 4];
          area += (grid[at] * grid[next + 1] - grid[next] * grid[at + 1]) / 2;
        });
        pen.globalAlpha = 0.34 * Math.min(1, fair / Math.max(1e-6, Math.abs(area)));
        if (pen.globalAlpha < 0.02) continue;
        pen.beginPath();
        corners.forEach((at, one) => (one ? pen.lineTo : pen.moveTo).call(pen, box.x(grid[at]), box.y(grid[at + 1])));
        pen.fill();
      }
    }
    pen.globalAlpha = rows > 1 ? 0.6 : 0.9;
    pen.lineWidth = rows > 1 ? 1 : 2.5;
    pen.beginPath();
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) (column ? pen.lineTo : pen.moveTo).call(pen, box.x(grid[place(row, column)]), box.y(grid[place(row, column) + 1]));
    }
    for (let column = 0; column < columns && rows > 1; column++) {
      for (let row = 0; row < rows; row++) (row ? pen.lineTo : pen.moveTo).call(pen, box.x(grid[place(row, column)]), box.y(grid[place(row, column) + 1]));
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  /** x, y and pull; the length grows with the pull and never crosses the screen. */
  function arrows(pen, box, all, colour, share = 1) {
    pen.beginPath();
    for (let at = 0; at + 3 < all.length; at += 4) {
      const pull = Math.hypot(all[at + 2], all[at + 3]);
      const length = share * LONGEST * box.side * (1 - Math.exp(-pull / USUAL));
      if (!(length > 1)) continue;
      const [x, y] = [box.x(all[at]), box.y(all[at + 1])];
      const [right, down] = [all[at + 2] / pull, -all[at + 3] / pull];
      const [endX, endY] = [x + right * length, y + down * length];
      const head = Math.min(6, 0.45 * length);
      pen.moveTo(x, y);
      pen.lineTo(endX, endY);
      pen.moveTo(endX - head * (right + 0.6 * down), endY - head * (down - 0.6 * right));
      pen.lineTo(endX, endY);
      pen.lineTo(endX - head * (right - 0.6 * down), endY - head * (down + 0.6 * right));
    }
    pen.strokeStyle = colour;
    pen.lineWidth = 1.6;
    pen.lineCap = 'round';
    pen.stroke();
    pen.lineCap = 'butt';
  }

  gan.planeParts = { points, heat, border, net, arrows };

  /** `shown` has the names of the parts to be drawn: heat, border, net, real, fake, arrows. */
  gan.planePaint = (pen, box, colours, { moment, real, shown }) => {
    const own = gan.planeColours(colours);
    pen.save();
    pen.beginPath();
    pen.rect(box.left, box.top, box.side, box.side);
    pen.clip();
    if (moment && shown.has('heat')) heat(pen, box, moment.heat, moment.side, own);
    if (moment && shown.has('net') && moment.grid) net(pen, box, moment.grid, moment.shape, own.fake);
    if (moment && shown.has('border')) border(pen, box, moment.heat, moment.side, colours.text);
    if (shown.has('real')) points(pen, box, real, own.real, colours.panel);
    if (moment && shown.has('fake')) points(pen, box, moment.fake, own.fake, colours.panel, { diamonds: true });
    if (moment && shown.has('arrows')) arrows(pen, box, moment.arrows, colours.text);
    pen.restore();
    pen.strokeStyle = colours.line;
    pen.lineWidth = 1;
    pen.strokeRect(box.left + 0.5, box.top + 0.5, box.side - 1, box.side - 1);
  };
})();
