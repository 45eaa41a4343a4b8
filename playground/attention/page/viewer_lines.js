/* Two columns of tokens, joined by lines: the stronger a line, the more the left one looks at the right one. */
'use strict';

(() => {
  const { make, attention } = playground;
  const GAP = [12, 27]; // px from token to token, least and most
  const TALL = 620; // px that many tokens share
  const HEAD = 24; // px for what the columns are called
  const SLIGHT = 0.02; // of the largest weight: fainter lines are not drawn while all are shown

  /** `{element, show(scene), light(look), describe}`; `told.look` and `told.hold` hear of `{query, key}`. */
  attention.lines = (told) => {
    const text = make('canvas.pg-lines-names', { 'aria-hidden': 'true' });
    const base = make('canvas.pg-lines-all', { role: 'img' });
    const over = make('canvas.pg-lines-over', { 'aria-hidden': 'true' });
    const sheet = make('div.pg-lines-sheet', {}, text, base, over);
    const element = make('div.pg-lines', {}, sheet);
    let scene = null;
    let look = { query: -1, key: -1 };
    let size = { width: 0, height: 0, gap: 20, left: 90, right: 90 };

    function sharp(canvas) {
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
      if (canvas.width !== width || canvas.height !== height) {
        Object.assign(canvas, { width, height });
        canvas.style.setProperty('width', `${size.width}px`);
        canvas.style.setProperty('height', `${size.height}px`);
      }
      const pen = canvas.getContext('2d');
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, size.width, size.height);
      return pen;
    }

    function measure() {
      const theme = playground.plot.theme();
      const width = element.clientWidth;
      const pen = over.getContext('2d');
      pen.font = `400 ${theme.size + 1}px ${theme.mono}`;
      const room = (names) => Math.ceil(Math.min(width * 0.34, Math.max(30, ...names.map((one) => pen.measureText(one).width)) + 20));
      const gap = Math.max(GAP[0], Math.min(GAP[1], Math.floor(TALL / Math.max(scene.rows, scene.columns))));
      return { width, gap, left: room(scene.rowNames), right: room(scene.columnNames), height: HEAD + gap * Math.max(scene.rows, scene.columns) + 4 };
    }

    const yOf = (at) => HEAD + (at + 0.5) * size.gap;

    function line(pen, query, key, strength) {
      const [from, to] = [size.left, size.width - size.right];
      const middle = (from + to) / 2;
      pen.globalAlpha = Math.max(0.02, strength);
      pen.lineWidth = 0.6 + 4 * strength;
      pen.beginPath();
      pen.moveTo(from, yOf(query));
      pen.bezierCurveTo(middle, yOf(query), middle, yOf(key), to, yOf(key));
      pen.stroke();
    }

    function all(pen, theme) {
      const { rows, columns, weights, high } = scene;
      pen.strokeStyle = theme.accent;
      for (let at = 0; at < rows * columns; at++) {
        const strength = weights[at] / (high || 1);
        if (strength > SLIGHT) line(pen, Math.floor(at / columns), at % columns, strength);
      }
      pen.globalAlpha = 1;
    }

    /** How strongly each token of a side takes part in what is looked at, 0 to 1; null if nothing is. */
    function shares(across) {
      const { rows, columns, weights, high } = scene;
      const { query, key } = look;
      if (across && query >= 0) return Array.from({ length: columns }, (_, at) => weights[query * columns + at] / (high || 1));
      if (!across && key >= 0 && query < 0) return Array.from({ length: rows }, (_, at) => weights[at * columns + key] / (high || 1));
      return null;
    }

    /** Names of one side: all of them, or over these only those that take part in what is looked at. */
    function names(pen, theme, across, whole) {
      const list = across ? scene.columnNames : scene.rowNames;
      const chosen = whole ? -1 : across ? look.key : look.query;
      const parts = whole ? null : shares(across);
      const x = across ? size.width - size.right : 0;
      const wide = across ? size.right : size.left;
      const font = Math.max(9.5, Math.min(theme.size + 1, size.gap * 0.82));
      pen.textBaseline = 'middle';
      pen.textAlign = across ? 'left' : 'right';
      list.forEach((name, at) => {
        const lit = at === chosen;
        if (!whole && !lit && !(parts?.[at] > 0.01)) return;
        const box = [x + (across ? 4 : 0), yOf(at) - size.gap / 2 + 1, wide - 4, size.gap - 2];
        if (!whole) {
          pen.globalAlpha = lit ? 1 : 0.1 + 0.5 * parts[at];
          pen.fillStyle = lit ? theme.colour('--pg-button') : theme.accent;
          pen.beginPath();
          pen.roundRect(...box, 4);
          pen.fill();
          pen.globalAlpha = 1;
        }
        pen.font = `${lit ? 600 : 400} ${font}px ${theme.mono}`;
        pen.fillStyle = lit ? theme.colour('--pg-on-accent') : theme.text;
        pen.fillText(name, across ? x + 10 : wide - 10, yOf(at) + 0.5, wide - 16);
      });
      if (!whole) return;
      pen.font = `400 ${theme.size}px ${theme.sans}`;
      pen.fillStyle = theme.faint;
      pen.fillText(playground.t(across ? 'attention.viewer.keys' : 'attention.viewer.queries'), across ? x + 10 : wide - 10, HEAD / 2 - 1, wide - 12);
    }

    function light(next) {
      look = next;
      if (!scene || !size.width) return;
      const { rows, columns, weights, high } = scene;
      const { query, key } = look;
      const theme = playground.plot.theme();
      const pen = sharp(over);
      base.classList.toggle('pg-lines-faint', query >= 0 || key >= 0);
      pen.strokeStyle = theme.accent;
      const both = query >= 0 && key >= 0;
      for (let at = 0; at < (query >= 0 ? columns : key >= 0 ? rows : 0); at++) {
        const [from, to] = query >= 0 ? [query, at] : [at, key];
        const strength = weights[from * columns + to] / (high || 1);
        if (strength > 0.002) line(pen, from, to, both && to !== key ? 0.25 * strength : strength);
      }
      if (both) {
        pen.strokeStyle = theme.text;
        line(pen, query, key, Math.max(0.4, weights[query * columns + key] / (high || 1)));
      }
      pen.globalAlpha = 1;
      for (const across of [false, true]) names(pen, theme, across, false);
    }

    const draw = playground.perFrame(() => {
      if (!scene || !element.clientWidth) return;
      size = measure();
      const theme = playground.plot.theme();
      all(sharp(base), theme);
      const pen = sharp(text);
      for (const across of [false, true]) names(pen, theme, across, true);
      light(look);
    });

    const spot = (event) => {
      if (!scene) return null;
      const box = sheet.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, Math.floor((event.clientY - box.top - HEAD) / size.gap)];
      if (y < 0) return null;
      if (x < size.left) return y < scene.rows ? { query: y, key: -1 } : null;
      if (x > size.width - size.right) return y < scene.columns ? { query: -1, key: y } : null;
      return nearest(x, event.clientY - box.top);
    };

    /** The strongest line that passes under the pointer. */
    function nearest(x, y) {
      const { rows, columns, weights, high } = scene;
      const share = (x - size.left) / (size.width - size.left - size.right || 1);
      // Both handles of the curve lie half-way, so its place across is this polynomial of its parameter.
      let [low, top] = [0, 1];
      for (let turn = 0; turn < 16; turn++) {
        const middle = (low + top) / 2;
        if (1.5 * middle * (1 - middle) + middle ** 3 < share) low = middle;
        else top = middle;
      }
      const bend = low * low * (3 - 2 * low);
      let [best, found] = [SLIGHT, null];
      for (let at = 0; at < rows * columns; at++) {
        const strength = weights[at] / (high || 1);
        if (strength <= best) continue;
        const [query, key] = [Math.floor(at / columns), at % columns];
        if (Math.abs(yOf(query) + bend * (yOf(key) - yOf(query)) - y) < 3 + 2 * strength) [best, found] = [strength, { query, key }];
      }
      return found;
    }

    sheet.addEventListener('pointermove', (event) => told.look(spot(event)));
    sheet.addEventListener('pointerleave', () => told.look(null));
    sheet.addEventListener('click', (event) => { const place = spot(event); if (place) told.hold(place); });
    new ResizeObserver(draw).observe(element);
    for (const event of ['theme', 'language']) playground.onWhile(element, event, draw);

    return {
      element, light,
      show(next) {
        scene = next;
        draw();
      },
      describe: (words) => base.setAttribute('aria-label', words),
    };
  };
})();
