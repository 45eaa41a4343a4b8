/* What the rooms' own plots share: a sharp canvas, logarithmic ticks, a frame, picture and numbers to take home. */
'use strict';

(() => {
  const { make } = playground;
  const plot = (playground.plot = {});
  const ROWS = 200; // at most, in a table for reading

  let theme = null;
  for (const event of ['theme', 'room']) playground.on(event, () => { theme = null; });

  /** Colours and type of the moment; `colour(name)` gives any custom property. */
  plot.theme = () => {
    if (!theme) {
      const known = {};
      const colour = (name) => (known[name] ??= playground.colour(name));
      theme = {
        colour,
        panel: colour('--pg-panel'), line: colour('--pg-line'), axis: colour('--pg-control'), text: colour('--pg-text'),
        faint: colour('--pg-text-2'), accent: colour('--pg-accent'), sans: colour('--pg-sans'), mono: colour('--pg-mono'),
        size: parseFloat(colour('--pg-small')) || 12,
      };
    }
    return theme;
  };

  /** A canvas that fills `host` and stays sharp; `paint(pen, width, height, theme)` fills it anew. */
  plot.canvas = (host, paint) => {
    const canvas = make('canvas.pg-plot-canvas', { role: 'img' });
    host.append(canvas);
    const repaint = playground.perFrame(() => {
      const { clientWidth: width, clientHeight: height } = host;
      if (!width || !height) return;
      const ratio = window.devicePixelRatio || 1;
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      // To set a size clears all, so it is set only where it changed.
      if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
      const pen = canvas.getContext('2d');
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, height);
      paint(pen, width, height, plot.theme());
    });
    new ResizeObserver(repaint).observe(host);
    for (const event of ['theme', 'language']) playground.onWhile(canvas, event, repaint);
    return { canvas, repaint };
  };

  /** Round values from `low` to `high` (> 0): powers of ten, with 2 and 5 between where these are few. */
  plot.logTicks = (low, high) => {
    const decades = Math.log10(high / low);
    const parts = decades < 1 ? [1, 1.5, 2, 3, 4, 5, 7] : decades < 2.2 ? [1, 2, 5] : [1];
    const values = [];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high * 1.0001; power++) {
      for (const part of parts) {
        const value = +(part * 10 ** power).toPrecision(6);
        if (value >= low * 0.9999 && value <= high * 1.0001) values.push(value);
      }
    }
    return values;
  };

  const shortest = (value) => (value >= 1e6 ? `${+(value / 1e6).toPrecision(3)}M` : value >= 1e4 ? `${+(value / 1e3).toPrecision(3)}k` : playground.number(value));

  /**
   * Grid, ticks and titles. `x` and `y` are `{low, high, ticks, title, log}`. Returns the places of
   * values, `{x(value), y(value), left, right, top, bottom}`.
   */
  plot.frame = (pen, width, height, colours, { x, y }) => {
    pen.font = `${colours.size}px ${colours.mono}`;
    const left = Math.ceil(Math.max(...y.ticks.map((one) => pen.measureText(shortest(one)).width), 16)) + 14;
    const box = { left, right: width - 14, top: colours.size * 1.6 + 6, bottom: height - colours.size * 1.6 - 12 };
    const scale = (axis, from, to) => {
      const shape = axis.log ? Math.log : (value) => value;
      const [low, high] = [shape(axis.low), shape(axis.high)];
      return (value) => from + ((shape(value) - low) / (high - low || 1)) * (to - from);
    };
    const at = { ...box, x: scale(x, box.left, box.right), y: scale(y, box.bottom, box.top) };
    pen.lineWidth = 1;
    pen.textBaseline = 'middle';
    pen.textAlign = 'right';
    pen.fillStyle = colours.faint;
    pen.strokeStyle = colours.line;
    pen.beginPath();
    for (const value of y.ticks) {
      const place = Math.round(at.y(value)) + 0.5;
      pen.moveTo(box.left, place);
      pen.lineTo(box.right, place);
      pen.fillText(shortest(value), box.left - 8, place);
    }
    pen.stroke();
    pen.strokeStyle = colours.axis;
    pen.beginPath();
    pen.moveTo(box.left, box.bottom + 0.5);
    pen.lineTo(box.right, box.bottom + 0.5);
    const below = box.bottom + colours.size * 0.7 + 9;
    pen.font = `${colours.size}px ${colours.sans}`;
    const title = box.right - pen.measureText(x.title).width;
    pen.fillText(x.title, box.right, below);
    pen.textAlign = 'left';
    pen.fillText(y.title, 2, colours.size * 0.8);
    pen.textAlign = 'center';
    pen.font = `${colours.size}px ${colours.mono}`;
    for (const value of x.ticks) {
      const place = Math.round(at.x(value)) + 0.5;
      const half = pen.measureText(shortest(value)).width / 2;
      pen.moveTo(place, box.bottom);
      pen.lineTo(place, box.bottom + 4);
      if (place + half < title - 8) pen.fillText(shortest(value), place, below);
    }
    pen.stroke();
    return at;
  };

  /** Text with a halo in the panel's colour, to be read over anything. */
  plot.label = (pen, colours, text, x, y, { colour = colours.text, align = 'left', mono = false, weight = 400 } = {}) => {
    pen.font = `${weight} ${colours.size}px ${mono ? colours.mono : colours.sans}`;
    pen.textAlign = align;
    pen.textBaseline = 'middle';
    pen.lineJoin = 'round';
    pen.lineWidth = 4;
    pen.strokeStyle = colours.panel;
    pen.strokeText(text, x, y);
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
  };

  /** A picture of twice the size shown, with title and keys `[{name, colour, dash}]`, as a PNG. */
  plot.png = (host, paint, title, keys = []) => {
    const colours = plot.theme();
    const { clientWidth: width, clientHeight: height } = host;
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d');
    const row = colours.size * 1.8;
    pen.font = `${colours.size}px ${colours.sans}`;
    let [x, y] = [12, 40];
    const places = keys.map((key) => {
      const needed = pen.measureText(key.name).width + 42;
      if (x > 12 && x + needed > width) [x, y] = [12, y + row];
      const place = { key, x, y };
      x += needed;
      return place;
    });
    const above = places.length ? y + row : 36;
    Object.assign(canvas, { width: 2 * width, height: 2 * (height + above) });
    pen.scale(2, 2);
    pen.fillStyle = colours.panel;
    pen.fillRect(0, 0, width, height + above);
    plot.label(pen, { ...colours, size: colours.size + 3 }, title, 12, 20, { weight: 600 });
    for (const place of places) {
      pen.beginPath();
      pen.moveTo(place.x, place.y);
      pen.lineTo(place.x + 18, place.y);
      pen.lineWidth = 2.5;
      pen.setLineDash(place.key.dash ?? []);
      pen.strokeStyle = place.key.colour;
      pen.stroke();
      pen.setLineDash([]);
      plot.label(pen, colours, place.key.name, place.x + 24, place.y);
    }
    pen.translate(0, above);
    paint(pen, width, height, colours);
    return new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });
  };

  // Quoted where needed; what a spreadsheet would take for a formula is made plain text.
  function quoted(value) {
    const text = String(value ?? '');
    const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  }
  const written = (rows) => `${rows.map((row) => row.map(quoted).join(',')).join('\n')}\n`;

  /**
   * Buttons for table, PNG and CSV. `rows()` gives columns first, then all rows, those that
   * matter most first: the table shows some of them, the file all. `png()` is the picture.
   * Returns `{element, table, renew}`: call `renew` when the numbers changed.
   */
  plot.tools = ({ name, rows, png }) => {
    const table = make('div.pg-live-table', { hidden: true, tabindex: 0, label: 'chart.table' });
    const button = (kind, click) => make(`button.pg-live-button.pg-live-do-${kind}`, { type: 'button', text: `chart.${kind}`, hint: `chart.${kind}.help`, on: { click } });
    const open = button('table', () => {
      table.hidden = !table.hidden;
      open.setAttribute('aria-pressed', String(!table.hidden));
      renew();
    });
    open.setAttribute('aria-pressed', 'false');
    const write = (value) => (typeof value === 'number' ? playground.number(value, 4) : value === null ? '–' : playground.visible(String(value)));
    function renew() {
      if (table.hidden) return;
      const [columns, ...all] = rows();
      const shown = all.slice(0, ROWS);
      table.replaceChildren(make('table', {}, make('caption', {}, playground.t('chart.table.values', { rows: shown.length })),
        make('thead', {}, make('tr', {}, columns.map((one) => make('th', { scope: 'col' }, one)))),
        make('tbody', {}, shown.map((row) => make('tr', {}, row.map((one) => make('td', {}, write(one))))))));
    }
    playground.onWhile(table, 'language', renew);
    const element = make('div.pg-live-tools', { role: 'toolbar', label: 'chart.tools' }, open,
      button('png', async () => playground.save(await png(), `${name}.png`)),
      button('csv', () => playground.save(new Blob([written(rows())], { type: 'text/csv;charset=utf-8' }), `${name}.csv`)));
    return { element, table, renew };
  };

  /** Calls `release` on Escape while the element is in sight, wherever the focus is. */
  plot.onEscape = (element, release) => {
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && element.offsetParent !== null) release(); });
  };

  /** Puts a small panel of facts beside a point of `host`, on the side where there is room. */
  plot.placeTip = (tip, host, x, y) => {
    tip.hidden = false;
    const left = x + 14 + tip.offsetWidth > host.clientWidth ? x - 14 - tip.offsetWidth : x + 14;
    const top = Math.max(4, Math.min(y - tip.offsetHeight / 2, host.clientHeight - tip.offsetHeight - 4));
    tip.style.setProperty('transform', `translate(${Math.round(Math.max(4, left))}px, ${Math.round(top)}px)`);
  };
})();
