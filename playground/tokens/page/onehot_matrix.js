/* Tokens × vocabulary as a matrix of zeros with one 1 in each row: only what is in sight is drawn. */
'use strict';

(() => {
  const { make, tokens, number } = playground;
  const ROW = 18; // px, as it opens
  const LARGEST = 28; // px of a cell
  const TOP = 52; // px for the names of columns
  const MAP = 84; // px for the whole matrix at the side
  const CROWDED = 3000; // rows from which single marks are no longer drawn as rectangles
  const MARKS = ['one', 'column', 'unknown', 'beyond'];
  const LISTED = 100; // rows of the table

  /** The whole or a part of the matrix as a picture of `width` × `height`, darker where ones crowd. */
  function density(ids, { first = 0, until, left = 0, cell, row, width, height, ink }) {
    const picture = make('canvas', { width, height });
    const pen = picture.getContext('2d');
    const image = pen.createImageData(width, height);
    const wide = Math.max(1, Math.round(cell));
    const high = Math.max(1, Math.floor(row));
    const least = high > 1 ? 255 : 130; // where rows share a pixel, many are darker than one
    for (let at = first; at < until; at++) {
      const top = Math.floor((at - first) * row);
      const start = Math.floor((ids[at] - left) * cell);
      for (let y = Math.max(0, top); y < Math.min(height, top + high); y++) {
        for (let x = Math.max(0, start); x < Math.min(width, start + wide); x++) {
          const place = 4 * (y * width + x);
          image.data.set(ink, place);
          image.data[place + 3] = Math.min(255, Math.max(least, image.data[place + 3] + 35));
        }
      }
    }
    pen.putImageData(image, 0, 0);
    return picture;
  }

  const inkOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  /** `{element, show(answer)}`; the answer is one of `token_strip`. */
  tokens.onehotMatrix = () => {
    const canvas = make('canvas', { role: 'img', tabindex: 0 });
    const frame = make('div.pg-onehot-frame', {}, canvas);
    const reading = make('p.pg-onehot-reading', { 'aria-live': 'polite' });
    const numbers = make('details.pg-onehot-numbers', {}, make('summary', { text: 'tokens.onehot.numbers' }), make('div.pg-onehot-table'));
    const button = (word, click) => make('button.pg-button', { type: 'button', text: word, on: { click } });
    const element = make('section.pg-panel.pg-onehot-whole', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'tokens.onehot.matrix' }), playground.helper('tokens.onehot.matrix.help'),
        make('div.pg-panel-tools', {}, button('tokens.onehot.rows', () => fit(false)), button('tokens.onehot.all', () => fit(true)),
          button('tokens.onehot.smaller', () => zoom(1 / 1.6)), button('tokens.onehot.larger', () => zoom(1.6)))),
      frame, reading,
      make('div.pg-onehot-below', {}, MARKS.map((name) => make('span.pg-onehot-key', {}, make('i', { data: { mark: name } }), make('span', { text: `tokens.onehot.mark.${name}` }))), numbers));

    let ids = new Uint8Array();
    let names = [];
    let here = [];
    let size = { width: 600, height: 420, left: 110 };
    const view = { x: 0, y: 0, cell: 4, row: ROW }; // x, y: column and row at the corner
    let spot = null; // {row, column} under the pointer or the keys
    let locked = false;
    let map = null; // the small picture of everything
    const soon = playground.perFrame(draw);

    const columns = () => Math.max(1, names.length);
    const plotWidth = () => size.width - size.left - MAP - 12;
    const plotHeight = () => size.height - TOP;

    function clamp() {
      view.cell = Math.max(Math.min(LARGEST, plotWidth() / columns()), Math.min(LARGEST, view.cell));
      view.row = Math.max(Math.min(ROW, plotHeight() / Math.max(1, ids.length)), Math.min(LARGEST, view.row));
      view.x = Math.max(0, Math.min(view.x, columns() - plotWidth() / view.cell));
      view.y = Math.max(0, Math.min(view.y, ids.length - plotHeight() / view.row));
    }

    function fit(all) {
      Object.assign(view, { x: 0, y: all ? 0 : view.y, cell: 0, row: all ? 0 : ROW });
      clamp();
      soon();
    }

    /** Zooms about a point of the plot; about the cell in question, or the middle, if there is none. */
    function zoom(factor, x = null, y = null) {
      if (x === null) {
        x = spot ? (spot.column + 0.5 - view.x) * view.cell : plotWidth() / 2;
        y = spot ? (spot.row + 0.5 - view.y) * view.row : plotHeight() / 2;
      }
      const column = view.x + x / view.cell;
      const row = view.y + y / view.row;
      view.cell *= factor;
      view.row *= factor;
      clamp();
      view.x = column - x / view.cell;
      view.y = row - y / view.row;
      clamp();
      soon();
    }

    function measure() {
      const width = Math.max(260, frame.clientWidth);
      size = { width, height: width < 560 ? 330 : 420, left: width < 560 ? 76 : 116 };
      const dense = devicePixelRatio || 1;
      canvas.width = Math.round(width * dense);
      canvas.height = Math.round(size.height * dense);
      canvas.style.setProperty('width', `${width}px`);
      canvas.style.setProperty('height', `${size.height}px`);
      map = null;
      clamp();
      soon();
    }

    function draw() {
      if (!frame.isConnected || !frame.clientWidth) return;
      clamp();
      const pen = canvas.getContext('2d');
      const dense = devicePixelRatio || 1;
      const colour = Object.fromEntries(['text', 'text-2', 'line', 'accent', 'accent-soft', 'sunken', 'danger', 'control'].map((name) => [name, playground.colour(`--pg-${name}`)]));
      const scene = {
        pen, ids, names, here, view, spot, colour, left: size.left, top: TOP, width: plotWidth(), height: plotHeight(),
        first: Math.floor(view.y), until: Math.min(ids.length, Math.ceil(view.y + plotHeight() / view.row)),
        mono: playground.colour('--pg-mono'), density, crowded: CROWDED, ink: inkOf(colour.accent),
      };
      pen.setTransform(dense, 0, 0, dense, 0, 0);
      pen.clearRect(0, 0, size.width, size.height);
      if (!ids.length) return;
      tokens.drawOnehot(scene);
      const at = size.width - MAP;
      map ??= density(ids, { until: ids.length, cell: MAP / columns(), row: plotHeight() / Math.max(ids.length, 1), width: MAP, height: plotHeight(), ink: scene.ink });
      pen.fillStyle = colour.sunken;
      pen.fillRect(at, TOP, MAP, plotHeight());
      pen.drawImage(map, at, TOP);
      pen.strokeStyle = colour.text;
      pen.lineWidth = 1.5;
      const shownWidth = Math.min(1, plotWidth() / view.cell / columns());
      const shownHeight = Math.min(1, plotHeight() / view.row / ids.length);
      pen.strokeRect(at + 0.75 + (view.x / columns()) * MAP, TOP + 0.75 + (view.y / ids.length) * plotHeight(),
        Math.max(4, shownWidth * MAP - 1.5), Math.max(4, shownHeight * plotHeight() - 1.5));
    }

    // Pointing and moving.

    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return { x: event.clientX - box.left - size.left, y: event.clientY - box.top - TOP };
    };
    const onMap = ({ x }) => x > plotWidth() + 12;
    function cellAt({ x, y }) {
      if (x < -size.left || y < 0 || x > plotWidth()) return null;
      const row = Math.floor(view.y + y / view.row);
      if (row >= ids.length || row < 0) return null;
      const column = x < 0 ? ids[row] : Math.floor(view.x + x / view.cell);
      return column < columns() ? { row, column } : null;
    }

    function look(next, hold = locked) {
      locked = hold && Boolean(next);
      spot = next;
      tell();
      soon();
    }

    function tell() {
      if (!spot) {
        playground.say(reading, 'tokens.onehot.point');
        return;
      }
      const id = ids[spot.row];
      playground.say(reading, id === spot.column ? 'tokens.onehot.one' : 'tokens.onehot.zero', {
        position: number(spot.row), token: playground.visible(names[id]), id, zeros: number(columns() - 1), column: spot.column,
        name: playground.visible(names[spot.column]), count: number(here[spot.column] ?? 0),
      });
    }

    const pointers = new Map();
    let grip = null; // {x, y, view, moved, map, apart} of a press
    function jump({ x, y }) {
      view.x = ((x - plotWidth() - 12) / MAP) * columns() - plotWidth() / view.cell / 2;
      view.y = (y / plotHeight()) * ids.length - plotHeight() / view.row / 2;
      soon();
    }
    const apart = () => { const [one, other] = [...pointers.values()]; return other ? Math.hypot(one.x - other.x, one.y - other.y) : 0; };
    canvas.addEventListener('pointerdown', (event) => {
      const at = place(event);
      pointers.set(event.pointerId, at);
      canvas.setPointerCapture(event.pointerId);
      grip = { ...at, from: { ...view }, moved: false, map: onMap(at), apart: apart() };
      if (grip.map) jump(at);
    });
    canvas.addEventListener('pointermove', (event) => {
      const at = place(event);
      if (pointers.has(event.pointerId)) pointers.set(event.pointerId, at);
      if (!grip) {
        canvas.classList.toggle('pg-onehot-on-map', onMap(at));
        if (!locked) look(onMap(at) ? null : cellAt(at));
        return;
      }
      if (grip.apart) {
        const wide = apart();
        zoom(wide / grip.apart, at.x, at.y);
        grip.apart = wide;
      } else if (grip.map) jump(at);
      else {
        grip.moved ||= Math.hypot(at.x - grip.x, at.y - grip.y) > 4;
        if (!grip.moved) return;
        view.x = grip.from.x - (at.x - grip.x) / view.cell;
        view.y = grip.from.y - (at.y - grip.y) / view.row;
        soon();
      }
    });
    const release = (event) => {
      if (event.type === 'pointerup' && grip && !grip.moved && !grip.map && pointers.size === 1) {
        const cell = cellAt(place(event));
        look(cell, Boolean(cell) && !(locked && spot && cell.row === spot.row && cell.column === spot.column));
      }
      pointers.delete(event.pointerId);
      if (!pointers.size) grip = null;
    };
    canvas.addEventListener('pointerup', release);
    canvas.addEventListener('pointercancel', release);
    canvas.addEventListener('pointerleave', () => { if (!locked && !grip) look(null); });
    canvas.addEventListener('wheel', (event) => {
      const before = { ...view };
      if (event.ctrlKey || event.metaKey) {
        const { x, y } = place(event);
        zoom(Math.exp(-event.deltaY * 0.004), Math.max(0, x), Math.max(0, y));
        event.preventDefault();
        return;
      }
      view.x += (event.shiftKey ? event.deltaY : event.deltaX) / view.cell;
      if (!event.shiftKey) view.y += event.deltaY / view.row;
      clamp();
      // At the end of the matrix the page itself scrolls on.
      if (before.x === view.x && before.y === view.y) return;
      event.preventDefault();
      if (!locked) spot = cellAt(place(event));
      tell();
      soon();
    }, { passive: false });
    canvas.addEventListener('keydown', (event) => {
      const page = Math.max(1, Math.floor(plotHeight() / view.row) - 1);
      const rows = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
      const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (rows) walk(rows, 0);
      else if (across) walk(0, across);
      else if (event.key === '+' || event.key === '=') zoom(1.3);
      else if (event.key === '-') zoom(1 / 1.3);
      else if (event.key === 'Escape' && spot) look(null, false);
      else return;
      event.preventDefault();
    });

    function walk(rows, across) {
      if (!ids.length) return;
      const row = Math.max(0, Math.min(ids.length - 1, spot ? spot.row + rows : rows > 0 && Number.isFinite(rows) ? Math.ceil(view.y) : rows > 0 ? ids.length - 1 : 0));
      const column = across && spot ? Math.max(0, Math.min(columns() - 1, spot.column + across)) : ids[row];
      const high = plotHeight() / view.row;
      const wide = plotWidth() / view.cell;
      if (row < view.y || row >= view.y + high - 1) view.y = row - high / 2;
      if (column < view.x || column >= view.x + wide - 1) view.x = column - wide / 2;
      look({ row, column }, true);
    }

    function list() {
      if (!numbers.open) return;
      const first = Math.floor(view.y);
      const rows = [...ids.slice(first, first + LISTED)].map((id, at) => make('tr', {}, make('td', {}, String(first + at)),
        make('td', {}, playground.visible(names[id])), make('td', {}, String(id)), make('td', {}, String(here[id] ?? 0))));
      numbers.lastChild.replaceChildren(make('table', {}, make('thead', {}, make('tr', {}, ['position', 'token', 'id', 'ones'].map((name) => make('th', { scope: 'col', text: `tokens.onehot.column.${name}` })))), make('tbody', {}, rows)));
    }
    numbers.addEventListener('toggle', list);

    new ResizeObserver(playground.perFrame(measure)).observe(frame);
    playground.onWhile(element, 'theme', () => { map = null; soon(); });
    tell();

    return {
      element,
      show(answer) {
        ids = playground.unpack(answer.ids);
        names = answer.vocabulary.tokens;
        here = answer.vocabulary.here;
        map = null;
        Object.assign(view, { x: 0, y: 0, cell: 0, row: ROW });
        look(null, false);
        playground.say(canvas, 'tokens.onehot.described', { rows: number(ids.length), columns: number(names.length), zeros: number(Math.max(0, ids.length * (names.length - 1))) }, 'aria-label');
        list();
        measure();
      },
    };
  };
})();
