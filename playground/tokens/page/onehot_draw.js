/* How the one-hot matrix is painted: bands of the cell in question, marks, names of rows and columns. */
'use strict';

(() => {
  const { tokens } = playground;
  const NAMED_ROW = 12; // px from which a row carries its token
  const NAMED_COLUMN = 12; // px from which a column does

  /** The token, cut to so many letters. */
  const short = (token, letters) => {
    const shown = [...playground.visible(token)];
    return shown.length > letters ? `${shown.slice(0, letters - 1).join('')}…` : shown.join('');
  };

  /** Round steps between the ids written above columns that are too narrow for names. */
  function stepOf(least) {
    const size = 10 ** Math.floor(Math.log10(Math.max(1, least)));
    return [1, 2, 5, 10].map((one) => one * size).find((one) => one >= least);
  }

  function bands({ pen, spot, view, colour, left, top, width, height }) {
    if (!spot) return;
    const band = (x, y, wide, high) => {
      pen.fillStyle = colour['accent-soft'];
      pen.fillRect(x, y, wide, high);
    };
    const y = top + (spot.row - view.y) * view.row;
    const x = left + (spot.column - view.x) * view.cell;
    const high = Math.max(2, view.row);
    const wide = Math.max(2, view.cell);
    if (y + high > top && y < top + height) band(0, Math.max(top, y), left + width, Math.min(y + high, top + height) - Math.max(top, y));
    if (x + wide > left && x < left + width) band(Math.max(left, x), 0, Math.min(x + wide, left + width) - Math.max(left, x), top + height);
  }

  function lattice({ pen, view, colour, left, top, width, height, first, until, names }) {
    pen.strokeStyle = colour.line;
    pen.lineWidth = 1;
    pen.beginPath();
    const bottom = Math.min(top + height, top + (until - view.y) * view.row);
    const right = Math.min(left + width, left + (names.length - view.x) * view.cell);
    if (view.row >= 6) {
      for (let row = first; row <= until; row++) {
        const y = Math.round(top + (row - view.y) * view.row) + 0.5;
        pen.moveTo(left, y);
        pen.lineTo(right, y);
      }
    }
    if (view.cell >= 6) {
      const last = Math.min(names.length, view.x + width / view.cell);
      for (let column = Math.ceil(view.x); column <= last; column++) {
        const x = Math.round(left + (column - view.x) * view.cell) + 0.5;
        pen.moveTo(x, top);
        pen.lineTo(x, bottom);
      }
    }
    pen.moveTo(left + 0.5, top);
    pen.lineTo(left + 0.5, bottom);
    pen.stroke();
  }

  function marks({ pen, ids, view, spot, colour, left, top, width, height, first, until, crowded, density, ink }) {
    if (until - first > crowded) {
      const part = density(ids, { first, until, left: view.x, cell: view.cell, row: view.row, width: Math.ceil(width), height: Math.ceil(height), ink });
      pen.drawImage(part, left, top - (view.y - first) * view.row);
      return;
    }
    const wide = Math.max(3, view.cell - 1);
    const high = Math.max(1, view.row - (view.row > 4 ? 1 : 0));
    for (let row = first; row < until; row++) {
      const id = ids[row];
      const x = left + (id - view.x) * view.cell;
      const y = top + (row - view.y) * view.row;
      if (x + wide < left || x > left + width) {
        // The 1 is out of sight: a small arrow says on which side.
        if (view.row >= 8) arrow(pen, x < left ? left + 3 : left + width - 3, y + view.row / 2, x < left ? 1 : -1, colour.accent);
        continue;
      }
      pen.fillStyle = spot && (id === spot.column || row === spot.row) ? colour.text : id === 0 ? colour.danger : colour.accent;
      pen.fillRect(x, y, Math.min(wide, left + width - x + 2), high);
    }
  }

  function arrow(pen, x, y, side, colour) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + 6 * side, y - 4);
    pen.lineTo(x + 6 * side, y + 4);
    pen.fill();
  }

  function rowNames({ pen, ids, names, view, spot, colour, left, top, height, first, until, mono }) {
    pen.textBaseline = 'middle';
    if (view.row < NAMED_ROW) {
      // Positions instead, as many as there is room for.
      pen.font = `11px ${mono}`;
      pen.textAlign = 'right';
      pen.fillStyle = colour['text-2'];
      const step = stepOf(30 / view.row);
      for (let row = Math.ceil(view.y / step) * step; row < until; row += step) pen.fillText(row.toLocaleString('en-US'), left - 8, Math.max(top + 6, top + (row - view.y) * view.row));
      return;
    }
    pen.save();
    pen.beginPath();
    pen.rect(0, top, left - 4, height);
    pen.clip();
    for (let row = first; row < until; row++) {
      const y = top + (row - view.y + 0.5) * view.row;
      const lit = spot?.row === row;
      pen.font = `${lit ? '600 ' : ''}12px ${mono}`;
      pen.textAlign = 'right';
      pen.fillStyle = lit ? colour.text : colour['text-2'];
      pen.fillText(short(names[ids[row]] ?? '', left < 100 ? 8 : 12), left - 8, y);
    }
    pen.restore();
  }

  function columnNames({ pen, names, view, spot, colour, left, top, width, mono }) {
    const until = Math.min(names.length, view.x + width / view.cell);
    pen.save();
    pen.beginPath();
    pen.rect(left, 0, width, top);
    pen.clip();
    pen.fillStyle = colour['text-2'];
    pen.textBaseline = 'middle';
    if (view.cell >= NAMED_COLUMN) {
      pen.textAlign = 'left';
      for (let column = Math.floor(view.x); column < until; column++) {
        const lit = spot?.column === column;
        pen.save();
        pen.translate(left + (column - view.x + 0.5) * view.cell, top - 5);
        pen.rotate(-Math.PI / 2);
        pen.font = `${lit ? '600 ' : ''}11px ${mono}`;
        pen.fillStyle = lit ? colour.text : colour['text-2'];
        pen.fillText(short(names[column], 6), 0, 0);
        pen.restore();
      }
    } else {
      pen.font = `11px ${mono}`;
      pen.textAlign = 'center';
      const step = stepOf(64 / view.cell);
      for (let column = Math.ceil(view.x / step) * step; column < until; column += step) {
        const x = left + (column - view.x + 0.5) * view.cell;
        const text = column.toLocaleString('en-US');
        const half = pen.measureText(text).width / 2;
        pen.fillText(text, Math.max(left + half, Math.min(x, left + width - half)), top - 12);
        pen.fillRect(x, top - 4, 1, 4);
      }
      if (spot && spot.column >= view.x - 1 && spot.column < until) {
        pen.font = `600 12px ${mono}`;
        const x = left + (spot.column - view.x + 0.5) * view.cell;
        const text = short(names[spot.column], 14);
        const half = pen.measureText(text).width / 2 + 4;
        const middle = Math.max(left + half, Math.min(x, left + width - half));
        pen.fillStyle = colour['accent-soft'];
        pen.fillRect(middle - half, 8, 2 * half, 20);
        pen.fillStyle = colour.text;
        pen.fillText(text, middle, 19);
      }
    }
    pen.restore();
  }

  /** Paints the part of the matrix that is in sight. */
  tokens.drawOnehot = (scene) => {
    const { pen, left, top, width, height } = scene;
    bands(scene);
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width + 1, height);
    pen.clip();
    lattice(scene);
    marks(scene);
    pen.restore();
    rowNames(scene);
    columnNames(scene);
  };
})();
