/* The large heat map: queries down, keys across. What is pointed at lies over it; it is not drawn anew. */
'use strict';

(() => {
  const { make, attention } = playground;
  const CELL = [10, 46]; // px, least and most
  const TALL = 640; // px that many rows share, as long as their names can be read
  const NUMBERS = 26; // px of a cell that holds its number
  const LINES = 14; // px of a cell from which cells stand apart
  const NAMES = [26, 108]; // px for names of tokens, least and most
  const PICTURE = 400; // px, the least width of a saved picture
  const STEPS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [10, 0], PageUp: [-10, 0], Home: [0, -1e6], End: [0, 1e6] };

  /** `{element, show(scene), light(look), paint, size}`; `told.look`, `told.hold`, `told.press` hear of `{query, key}`. */
  attention.heat = (told) => {
    const canvases = Object.fromEntries(['map', 'rows', 'columns'].map((name) => [name, make('canvas', name === 'map' ? { class: 'pg-heat-map', role: 'img' } : { 'aria-hidden': 'true' })]));
    const lit = Object.fromEntries(['rows', 'columns'].map((name) => [name, make('i.pg-heat-name', { hidden: true, 'aria-hidden': 'true' })]));
    const marks = Object.fromEntries(['row', 'column', 'cell'].map((name) => [name, make(`i.pg-heat-mark.pg-heat-${name}-mark`, { hidden: true })]));
    const sheet = make('div.pg-heat-sheet', {}, make('span.pg-heat-corner'),
      make('div.pg-heat-columns', {}, canvases.columns, lit.columns), make('div.pg-heat-rows', {}, canvases.rows, lit.rows), make('div.pg-heat-field', {}, canvases.map, Object.values(marks)));
    const element = make('div.pg-heat', { tabindex: 0, role: 'group', label: 'attention.viewer.heat.keys' }, sheet);
    let scene = null;
    let look = { query: -1, key: -1 };
    let size = { cell: 0, left: 0, top: 0, width: 0, height: 0, upright: true };

    const letters = (theme) => Math.max(9, Math.min(theme.size + 1, size.cell * 0.92));

    function measure(width) {
      const theme = playground.plot.theme();
      const pen = canvases.map.getContext('2d');
      pen.font = `400 ${theme.size}px ${theme.mono}`;
      const widest = (names) => names.reduce((most, one) => Math.max(most, pen.measureText(one).width), 0) + 12;
      const fit = (value) => Math.ceil(Math.max(NAMES[0], Math.min(NAMES[1], value)));
      const left = fit(widest(scene.rowNames));
      const cell = Math.max(CELL[0], Math.min(CELL[1], Math.floor((width - left - 2) / scene.columns), Math.floor(TALL / scene.rows)));
      const upright = widest(scene.columnNames) > cell;
      return { cell, left, top: upright ? fit(widest(scene.columnNames)) : 24, upright, width: cell * scene.columns, height: cell * scene.rows };
    }

    function sharp(canvas, width, height) {
      const ratio = window.devicePixelRatio || 1;
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      const pen = canvas.getContext('2d');
      if (canvas.width !== wide || canvas.height !== high) {
        Object.assign(canvas, { width: wide, height: high });
        canvas.style.setProperty('width', `${width}px`);
        canvas.style.setProperty('height', `${height}px`);
      }
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, height);
      return pen;
    }

    function paintMap(pen, theme) {
      const { rows, columns, weights, high, blocked } = scene;
      const { cell, width, height } = size;
      pen.fillStyle = theme.colour('--pg-sunken');
      pen.fillRect(0, 0, width, height);
      pen.imageSmoothingEnabled = false;
      pen.drawImage(attention.colours.picture(weights, rows, columns, high, blocked), 0, 0, width, height);
      if (cell >= LINES) {
        pen.fillStyle = theme.panel;
        for (let row = 1; row < rows; row++) pen.fillRect(0, row * cell - 0.5, width, 1);
        for (let column = 1; column < columns; column++) pen.fillRect(column * cell - 0.5, 0, 1, height);
      }
      if (cell >= NUMBERS) {
        pen.font = `400 ${Math.min(13, cell * 0.37)}px ${theme.mono}`;
        pen.textAlign = 'center';
        pen.textBaseline = 'middle';
        for (let at = 0; at < rows * columns; at++) {
          const [row, column] = [Math.floor(at / columns), at % columns];
          if (blocked && column > row) continue;
          pen.fillStyle = attention.colours.bright(weights[at], high) ? '#101418' : '#ffffff';
          pen.fillText(weights[at].toFixed(2).replace(/^0/, ''), (column + 0.5) * cell, (row + 0.5) * cell + 0.5);
        }
      }
      pen.strokeStyle = theme.text;
      pen.lineWidth = 1.5;
      pen.setLineDash([4, 3]);
      for (const [row, column] of scene.marked ?? []) pen.strokeRect(column * cell + 1.5, row * cell + 1.5, cell - 3, cell - 3);
      pen.setLineDash([]);
    }

    /** Names of one side; where they would overlap, only some. The one looked at lies over them. */
    function paintNames(pen, theme, names, across) {
      const { cell, left, top, upright } = size;
      const room = (across ? (upright ? top : cell) : left) - 8;
      const skip = Math.ceil(10 / cell);
      pen.textBaseline = 'middle';
      pen.font = `400 ${letters(theme)}px ${theme.mono}`;
      pen.fillStyle = theme.text;
      for (let at = 0; at < names.length; at += skip) {
        pen.save();
        if (across) pen.translate((at + 0.5) * cell, upright ? top - 5 : top - 11);
        else pen.translate(left - 5, (at + 0.5) * cell);
        if (across && upright) pen.rotate(-Math.PI / 2);
        const centred = across && !upright;
        pen.textAlign = centred ? 'center' : across ? 'left' : 'right';
        pen.fillText(shortened(pen, names[at], room), 0, 0.5);
        pen.restore();
      }
    }

    function shortened(pen, text, room) {
      if (pen.measureText(text).width <= room) return text;
      let kept = [...text];
      while (kept.length > 1 && pen.measureText(`${kept.join('')}…`).width > room) kept = kept.slice(0, -1);
      return `${kept.join('')}…`;
    }

    /** The name of the row or column looked at, over the painted ones. */
    function name(side, text, x, y, wide, turn = 0) {
      const one = lit[side];
      if (one.textContent !== text) one.textContent = text;
      one.style.setProperty('width', `${wide}px`);
      one.style.setProperty('height', `${Math.max(15, Math.min(22, size.cell))}px`);
      one.style.setProperty('transform', `translate(${x}px, ${y}px) rotate(${turn}deg)`);
    }

    const draw = playground.perFrame(() => {
      if (!scene || !element.clientWidth) return;
      size = measure(element.clientWidth);
      sheet.style.setProperty('grid-template-columns', `${size.left}px ${size.width}px`);
      sheet.style.setProperty('grid-template-rows', `${size.top}px ${size.height}px`);
      sheet.classList.toggle('pg-heat-level', !size.upright);
      const theme = playground.plot.theme();
      paintMap(sharp(canvases.map, size.width, size.height), theme);
      paintNames(sharp(canvases.rows, size.left, size.height), theme, scene.rowNames, false);
      paintNames(sharp(canvases.columns, size.width, size.top), theme, scene.columnNames, true);
      light(look);
    });

    function put(mark, row, column, rows, columns) {
      const { cell } = size;
      mark.style.setProperty('transform', `translate(${column * cell}px, ${row * cell}px)`);
      mark.style.setProperty('width', `${columns * cell}px`);
      mark.style.setProperty('height', `${rows * cell}px`);
    }

    function light(next) {
      look = next;
      if (!scene || !size.cell) return;
      const { query, key } = look;
      const [row, column] = [query >= 0 && query < scene.rows, key >= 0 && key < scene.columns];
      for (const [mark, on] of [[marks.row, row], [marks.column, column], [marks.cell, row && column], [lit.rows, row], [lit.columns, column]]) mark.hidden = !on;
      const { cell, left, top, upright } = size;
      const tall = Math.max(15, Math.min(22, cell));
      if (row) {
        put(marks.row, query, 0, 1, scene.columns);
        name('rows', scene.rowNames[query], 0, (query + 0.5) * cell - tall / 2, left);
      }
      if (column) {
        put(marks.column, 0, key, scene.rows, 1);
        if (upright) name('columns', scene.columnNames[key], (key + 0.5) * cell - tall / 2, top, top, -90);
        else name('columns', scene.columnNames[key], key * cell, top - 11 - tall / 2, cell);
      }
      if (row && column) put(marks.cell, query, key, 1, 1);
    }

    /** Scrolls the map, and nothing else, until a cell is in sight. */
    function reveal({ query, key }) {
      const { cell } = size;
      const shift = (start, room, first) => Math.min(first, Math.max(start, first + cell - room));
      if (key >= 0) element.scrollLeft = shift(element.scrollLeft, element.clientWidth - size.left, key * cell);
      if (query >= 0) element.scrollTop = shift(element.scrollTop, element.clientHeight - size.top, query * cell);
    }

    const spot = (event) => {
      if (!scene) return null;
      const box = canvases.map.getBoundingClientRect();
      const at = (place, count) => Math.max(0, Math.min(count - 1, Math.floor(place / size.cell)));
      const { target } = event;
      if (target === canvases.rows) return { query: at(event.clientY - box.top, scene.rows), key: -1 };
      if (target === canvases.columns) return { query: -1, key: at(event.clientX - box.left, scene.columns) };
      if (target !== canvases.map) return null;
      return { query: at(event.clientY - box.top, scene.rows), key: at(event.clientX - box.left, scene.columns) };
    };
    let taken = false; // whether somebody else took the last press
    sheet.addEventListener('pointermove', (event) => { if (!event.buttons) told.look(spot(event)); });
    sheet.addEventListener('pointerleave', () => told.look(null));
    sheet.addEventListener('pointerdown', (event) => {
      const cell = spot(event);
      taken = Boolean(cell && cell.query >= 0 && cell.key >= 0 && told.press?.(cell, event));
    });
    sheet.addEventListener('click', (event) => { const cell = spot(event); if (cell && !taken) told.hold(cell); });
    element.addEventListener('keydown', (event) => {
      const [down, right] = STEPS[event.key] ?? [];
      if (down === undefined || !scene) return;
      event.preventDefault();
      const walked = (at, by, count) => (at < 0 ? 0 : Math.max(0, Math.min(count - 1, at + by)));
      const next = { query: walked(look.query, down, scene.rows), key: walked(look.key, right, scene.columns) };
      told.hold(next, true);
      reveal(next);
    });

    new ResizeObserver(draw).observe(element);
    for (const event of ['theme', 'language']) playground.onWhile(element, event, draw);

    return {
      element, light, reveal,
      show(next) {
        scene = next;
        draw();
      },
      describe: (words) => canvases.map.setAttribute('aria-label', words),
      /** The size of the whole map with its names and legend, for a picture to take home. */
      whole: () => ({ clientWidth: Math.max(PICTURE, size.left + size.width + 12), clientHeight: size.top + size.height + 54 }),
      paint(pen, width, height, theme, about) {
        const move = (x, y, paint) => { pen.save(); pen.translate(x, y); paint(); pen.restore(); };
        move(0, size.top, () => paintNames(pen, theme, scene.rowNames, false));
        move(size.left, 0, () => paintNames(pen, theme, scene.columnNames, true));
        move(size.left, size.top, () => paintMap(pen, theme));
        const [bar, y] = [130, height - 34];
        for (let at = 0; at < bar; at++) {
          pen.fillStyle = `rgb(${attention.colours.of(at / (bar - 1))})`;
          pen.fillRect(30 + at, y, 1.2, 10);
        }
        const { label } = playground.plot;
        label(pen, theme, '0', 22, y + 5, { align: 'right', mono: true });
        label(pen, theme, attention.written(scene.high), 38 + bar, y + 5, { mono: true });
        pen.font = `400 ${theme.size}px ${theme.sans}`;
        label(pen, theme, shortened(pen, about, width - 24), 12, height - 10, { colour: theme.faint });
      },
    };
  };
})();
