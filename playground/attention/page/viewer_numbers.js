/* The weights as a table, each row with its sum; only rows in sight are in the page. */
'use strict';

(() => {
  const { make, attention } = playground;
  const ROW = 26; // px, as viewer.css has it
  const MARGIN = 4; // rows above and below what is seen

  /** `{element, show(scene), light(look)}`; `told.look` and `told.hold` hear of `{query, key}`. */
  attention.weightTable = (told) => {
    const head = make('tr');
    const body = make('tbody');
    const caption = make('caption.pg-offscreen');
    const table = make('table.pg-weights', {}, caption, make('thead', {}, head), body);
    const marks = Object.fromEntries(['row', 'column', 'cell'].map((name) => [name, make('i.pg-weights-mark', { hidden: true, class: name === 'cell' ? 'pg-lit-cell' : '' })]));
    const element = make('div.pg-weights-box', { tabindex: 0, role: 'group', label: 'attention.viewer.numbers' }, make('div.pg-weights-sheet', {}, table, Object.values(marks)));
    let scene = null;
    let look = { query: -1, key: -1 };
    let rows = new Map(); // of those in the page: query -> its <tr>
    let lit = [];
    let edges = null; // where the columns begin, and the last one ends

    function rowOf(query) {
      const { columns, weights, blocked, rowNames, high } = scene;
      return make('tr', { 'aria-rowindex': query + 2 },
        make('th', { scope: 'row', data: { query, key: -1 } }, rowNames[query]),
        Array.from({ length: columns }, (_, key) => {
          const out = blocked && key > query;
          const weight = weights[query * columns + key];
          return make('td', { class: out ? 'pg-weights-blocked' : '', data: { query, key }, style: { '--weight': out ? 0 : (weight / (high || 1)).toFixed(3) } }, out ? '–' : attention.written(weight));
        }),
        make('td.pg-weights-sum', { data: { query, key: -1 } }, attention.written(attention.rowSum(weights, columns, query))));
    }

    function fill() {
      if (!scene) return;
      const seen = element.clientHeight || 300;
      const first = Math.max(0, Math.floor(element.scrollTop / ROW) - MARGIN);
      const last = Math.min(scene.rows, first + Math.ceil(seen / ROW) + 2 * MARGIN);
      const next = new Map();
      for (let query = first; query < last; query++) next.set(query, rows.get(query) ?? rowOf(query));
      if (next.size === rows.size && [...next.keys()].every((query) => rows.has(query))) return;
      rows = next;
      const space = (count) => make('tr.pg-weights-space', { 'aria-hidden': 'true', style: { height: `${count * ROW}px` } });
      body.replaceChildren(space(first), ...rows.values(), space(scene.rows - last));
      edges = null;
      mark();
    }

    /** What is looked at lies over the table: its cells stay as they are. */
    function mark() {
      const { query, key } = look;
      for (const one of lit) one.classList.remove('pg-lit');
      lit = [rows.get(query)?.firstChild, key >= 0 && head.children[key + 1]].filter(Boolean);
      for (const one of lit) one.classList.add('pg-lit');
      const [row, column] = [query >= 0 && query < scene.rows, key >= 0 && key < scene.columns];
      for (const [one, on] of [[marks.row, row], [marks.column, column], [marks.cell, row && column]]) one.hidden = !on;
      if (!row && !column) return;
      // Columns are as wide as their widest number: known once the rows stand.
      edges ??= [...head.children].slice(1, -1).flatMap((one, at, all) => (at < all.length - 1 ? [one.offsetLeft] : [one.offsetLeft, one.offsetLeft + one.offsetWidth]));
      const top = (query + 1) * ROW;
      if (row) put(marks.row, 0, top, edges.at(-1), ROW);
      if (column) put(marks.column, edges[key], 0, edges[key + 1] - edges[key], (scene.rows + 1) * ROW);
      if (row && column) put(marks.cell, edges[key], top, edges[key + 1] - edges[key], ROW);
    }

    function put(one, x, y, width, height) {
      one.style.setProperty('transform', `translate(${x}px, ${y}px)`);
      one.style.setProperty('width', `${width}px`);
      one.style.setProperty('height', `${height}px`);
    }

    const soon = playground.perFrame(fill);
    element.addEventListener('scroll', soon, { passive: true });
    new ResizeObserver(() => { edges = null; soon(); }).observe(element);

    const spot = (event) => {
      const cell = event.target.closest?.('[data-key]');
      return cell ? { query: +cell.dataset.query, key: +cell.dataset.key } : null;
    };
    table.addEventListener('pointerover', (event) => told.look(spot(event)));
    table.addEventListener('pointerleave', () => told.look(null));
    table.addEventListener('click', (event) => { const place = spot(event); if (place) told.hold(place); });

    return {
      element,
      show(next) {
        const same = scene && String(scene.columnNames) === String(next.columnNames);
        scene = next;
        rows = new Map();
        table.setAttribute('aria-rowcount', scene.rows + 1);
        if (!same) {
          head.replaceChildren(make('th', { text: 'attention.viewer.corner_weights' }),
            ...scene.columnNames.map((name, key) => make('th', { scope: 'col', data: { query: -1, key } }, name)),
            make('th.pg-weights-sum', { scope: 'col', text: 'attention.viewer.sum' }));
        }
        fill();
      },
      light(next) {
        look = next;
        if (scene) mark();
      },
      describe: (words) => { caption.textContent = words; },
      /** Scrolls the table, and nothing else, until a row is in sight. */
      reveal({ query, key }) {
        const [tall, wide] = [element.clientHeight - 2 * ROW, head.children[key + 1]];
        if (query >= 0 && (query * ROW < element.scrollTop || query * ROW > element.scrollTop + tall)) element.scrollTop = query * ROW - tall / 2;
        if (wide) element.scrollLeft = Math.min(wide.offsetLeft - 120, Math.max(element.scrollLeft, wide.offsetLeft + wide.offsetWidth - element.clientWidth + 70));
      },
    };
  };
})();
