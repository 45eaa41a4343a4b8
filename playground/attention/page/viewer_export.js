/* The viewer as one file that needs nothing else: the numbers, a few words and a small script. */
'use strict';

(() => {
  const { attention } = playground;

  /** All that the saved page does. It stands alone there: nothing of this page is known to it. */
  function page(data) {
    const byName = (id) => document.getElementById(id);
    const { words, maps, colours } = data;
    const kinds = Object.keys(maps);
    const state = { kind: kinds.includes(data.kind) ? data.kind : kinds[0], layer: data.layer, head: data.head, query: -1, key: -1, held: false };
    document.title = data.title;
    byName('title').textContent = data.title;
    byName('note').textContent = words.note;
    for (const map of Object.values(maps)) {
      const text = atob(map.data);
      map.weights = new Float32Array(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
    }

    function choice(id, entries, change) {
      const list = byName(id);
      list.setAttribute('aria-label', words[id]);
      list.replaceChildren(...entries.map(([value, text]) => { const one = document.createElement('option'); one.value = value; one.textContent = text; return one; }));
      list.value = state[id];
      list.onchange = () => { change(list.value); state.query = state.key = -1; state.held = false; fill(); };
    }
    function fill() {
      const map = maps[state.kind];
      state.layer = Math.min(state.layer, map.layers);
      state.head = Math.min(state.head, map.heads);
      const counted = (count, word) => [...Array.from({ length: count }, (_, at) => [at + 1, `${word} ${at + 1}`]), [0, `${word}: ${words.mean}`]];
      choice('kind', kinds.map((one) => [one, words[one]]), (value) => { state.kind = value; });
      choice('layer', counted(map.layers, words.layer), (value) => { state.layer = +value; });
      choice('head', counted(map.heads, words.head), (value) => { state.head = +value; });
      draw();
    }

    function matrix({ layers, heads, rows, columns, weights }) {
      const size = rows * columns;
      const [first, last] = state.layer ? [state.layer - 1, state.layer] : [0, layers];
      const [from, until] = state.head ? [state.head - 1, state.head] : [0, heads];
      const mean = new Float32Array(size);
      const count = (last - first) * (until - from);
      for (let layer = first; layer < last; layer++) {
        for (let head = from; head < until; head++) for (let at = 0; at < size; at++) mean[at] += weights[(layer * heads + head) * size + at] / count;
      }
      return mean;
    }

    let shown = null;
    const canvas = byName('map');
    const pen = canvas.getContext('2d');
    function draw() {
      const map = maps[state.kind];
      const weights = matrix(map);
      const high = weights.reduce((most, one) => Math.max(most, one), 0) || 1;
      pen.font = '13px monospace';
      const wide = (names) => 14 + names.reduce((most, one) => Math.max(most, pen.measureText(one).width), 10);
      const [left, top] = [wide(map.queries), wide(map.keys)];
      const cell = Math.max(11, Math.min(40, Math.floor((Math.min(innerWidth, 1400) - left - 60) / map.columns)));
      shown = { map, weights, high, left, top, cell };
      const ratio = devicePixelRatio || 1;
      const [width, height] = [left + cell * map.columns + 2, top + cell * map.rows + 2];
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      byName('range').textContent = `0 – ${high.toFixed(3)}`;
      byName('scale').style.background = `linear-gradient(to right, ${colours.map((one) => `rgb(${one})`).join(',')})`;
      canvas.setAttribute('aria-label', `${words[state.kind]}: ${map.rows} × ${map.columns}`);
      paint();
    }

    function paint() {
      const { map, weights, high, left, top, cell } = shown;
      const ratio = devicePixelRatio || 1;
      const text = getComputedStyle(document.body).color;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < weights.length; at++) {
        const [query, key] = [Math.floor(at / map.columns), at % map.columns];
        if (map.blocked && key > query) continue;
        pen.fillStyle = `rgb(${colours[Math.round((weights[at] / high) * (colours.length - 1))]})`;
        pen.fillRect(left + key * cell, top + query * cell, cell - (cell > 13), cell - (cell > 13));
      }
      pen.fillStyle = text;
      pen.textBaseline = 'middle';
      const font = (lit) => `${lit ? 'bold ' : ''}${Math.min(13, cell)}px monospace`;
      map.queries.forEach((name, at) => {
        pen.font = font(at === state.query);
        pen.textAlign = 'right';
        pen.fillText(name, left - 6, top + (at + 0.5) * cell);
      });
      map.keys.forEach((name, at) => {
        pen.save();
        pen.font = font(at === state.key);
        pen.textAlign = 'left';
        pen.translate(left + (at + 0.5) * cell, top - 6);
        pen.rotate(-Math.PI / 2);
        pen.fillText(name, 0, 0);
        pen.restore();
      });
      pen.strokeStyle = '#ff5fa2';
      pen.lineWidth = 2;
      const { query, key } = state;
      if (query >= 0) pen.strokeRect(left, top + query * cell, cell * map.columns, cell);
      if (key >= 0) pen.strokeRect(left + key * cell, top, cell, cell * map.rows);
      read();
    }

    function read() {
      const { map, weights } = shown;
      const { query, key } = state;
      if (query < 0) {
        byName('reading').textContent = words.point;
        byName('row').replaceChildren();
        return;
      }
      const row = weights.slice(query * map.columns, (query + 1) * map.columns);
      const sum = row.reduce((all, one) => all + one, 0);
      byName('reading').textContent = `${map.queries[query]} → ${key >= 0 ? `${map.keys[key]}: ${row[key].toFixed(3)} · ` : ''}Σ = ${sum.toFixed(3)}`;
      byName('row').replaceChildren(...Array.from(row, (weight, at) => {
        const one = document.createElement('tr');
        for (const [value, name] of [[map.keys[at], 'th'], [weight.toFixed(3), 'td']]) {
          const part = document.createElement(name);
          part.textContent = value;
          one.append(part);
        }
        const bar = document.createElement('td');
        const fillIn = document.createElement('i');
        fillIn.style.width = `${Math.round(160 * weight)}px`;
        bar.append(fillIn);
        one.append(bar);
        one.className = at === key ? 'lit' : '';
        return one;
      }));
    }

    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      const { map, left, top, cell } = shown;
      const at = (value, count) => (value >= 0 && value < count ? value : -1);
      return [at(Math.floor((event.clientY - box.top - top) / cell), map.rows), at(Math.floor((event.clientX - box.left - left) / cell), map.columns)];
    };
    canvas.onpointermove = (event) => { if (!state.held) { [state.query, state.key] = place(event); paint(); } };
    canvas.onpointerleave = () => { if (!state.held) { state.query = state.key = -1; paint(); } };
    canvas.onclick = (event) => { const [query, key] = place(event); state.held = !(state.held && query === state.query && key === state.key); Object.assign(state, { query, key }); paint(); };
    canvas.onkeydown = (event) => {
      const step = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const walk = (at, by, count) => Math.max(0, Math.min(count - 1, at + by));
      Object.assign(state, { held: true, query: walk(state.query, step[0], shown.map.rows), key: walk(state.key, step[1], shown.map.columns) });
      paint();
    };
    addEventListener('keydown', (event) => { if (event.key === 'Escape') { Object.assign(state, { held: false, query: -1, key: -1 }); paint(); } });
    addEventListener('resize', draw);
    fill();
  }

  const STYLE = `:root { color-scheme: light dark } body { margin: 24px; font: 15px/1.5 system-ui, sans-serif; background: #fbfaf7; color: #1b1f24 }
h1 { font-size: 20px; margin: 0 0 12px } select { font: inherit; padding: 4px 8px; margin-right: 8px } main { display: flex; flex-wrap: wrap; gap: 24px; margin-top: 16px; align-items: flex-start }
table { border-collapse: collapse; font: 13px/1.5 ui-monospace, monospace } th { text-align: right; font-weight: 400; padding: 0 10px } td i { display: block; height: 9px; background: #6d5ae6 } .lit { background: #ff5fa233 }
#scale { display: inline-block; width: 120px; height: 10px; margin-right: 8px } #reading { font-family: ui-monospace, monospace; min-height: 1.5em } #note { color: #5b6470; font-size: 13px }
@media (prefers-color-scheme: dark) { body { background: #0e1116; color: #e8eaed } #note { color: #9aa4b2 } }`;

  // What stands in a script as text must not be able to end it.
  const inScript = (data) => JSON.stringify(data).replace(/[<\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

  function packed(weights) {
    const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  }

  /** The text of an HTML file with all maps of an answer, opened at this kind, layer and head. */
  attention.standalone = (maps, { kind, layer, head, title }) => {
    const t = playground.t;
    const data = {
      kind, layer, head,
      title: [t('attention.viewer.saved'), title].filter(Boolean).join(' · '),
      colours: Array.from({ length: 64 }, (_, at) => attention.colours.of(at / 63).join(',')),
      words: {
        kind: t('attention.viewer.kinds'), layer: t('attention.viewer.layer'), head: t('attention.viewer.head'), mean: t('attention.viewer.mean'),
        point: t('attention.viewer.point'), note: t('attention.viewer.saved.note'), ...Object.fromEntries(maps.kinds.map((one) => [one, t(`attention.viewer.kind.${one}`)])),
      },
      maps: Object.fromEntries(maps.kinds.map((one) => {
        const { layers, heads, rows, columns, queries, keys, blocked, weights } = maps.of(one);
        return [one, { layers, heads, rows, columns, blocked, queries: queries.map(attention.word), keys: keys.map(attention.word), data: packed(weights) }];
      })),
    };
    const language = document.documentElement.lang || 'en';
    return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title></title><style>${STYLE}</style></head>
<body><h1 id="title"></h1><select id="kind"></select><select id="layer"></select><select id="head"></select>
<span id="scale"></span><span id="range"></span><p id="reading"></p>
<main><canvas id="map" tabindex="0" role="img"></canvas><table><tbody id="row"></tbody></table></main><p id="note"></p>
<script>(${page})(${inScript(data)});</script></body></html>
`;
  };
})();
