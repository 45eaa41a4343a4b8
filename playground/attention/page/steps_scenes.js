/* Where everything stands in each phase: blocks of numbers, their titles, and the names of tokens. */
'use strict';

(() => {
  const { attention } = playground;
  const steps = (attention.steps ??= {});
  const NARROW = 620; // px
  const TITLE = 22; // px above a block
  const GAP = 16;
  const between = (low, value, high) => Math.max(low, Math.min(high, value));

  /**
   * A scene `{blocks, names, sums, height}`. A block is `rows` × `columns` numbers in a box `{x, y,
   * w, h}`, `turned` where its rows stand side by side; `first` is the token of its first row.
   * A name `{text, x, y, align, side, index, turned}` is a token at the edge of a block.
   */
  steps.scene = (phase, held, width, query) => {
    const scene = { phase, blocks: [], names: [], sums: [], height: 0 };
    const build = { embed, project, output }[phase] ?? matrix;
    build(scene, held, width, query, phase);
    scene.height += 8;
    return scene;
  };

  /** The same height for all phases, so that nothing moves from one to the next; on a phone, where they are tall, each its own. */
  steps.height = (held, width, phase) => Math.max(...steps.phases.filter(({ name }) => width >= NARROW || name === phase).map(({ name }) => steps.scene(name, held, width, 0).height));

  function put(scene, block) {
    scene.blocks.push({ kind: 'signed', first: 0, alpha: 1, ...block });
    scene.height = Math.max(scene.height, block.y + block.h);
  }

  /** The row of one token from a matrix, as wide as there is room. */
  function strip(scene, { values, columns, row, ...block }) {
    put(scene, { ...block, values: values.subarray(row * columns, (row + 1) * columns), rows: 1, columns, first: row });
  }

  function nameRows(scene, tokens, side, x, y, high) {
    tokens.forEach((token, index) => scene.names.push({ text: attention.word(token), x: x - 8, y: y + (index + 0.5) * high, align: 'right', side, index, high }));
  }

  const labels = (width) => (width < NARROW ? 64 : 96);
  const key = (name) => `attention.steps.block.${name}`;

  function embed(scene, held, width, query) {
    const { width: columns, scales, cross, norm, first } = held;
    const token = attention.word(held.query_tokens[query]);
    const wide = width - 4;
    const high = width < NARROW ? 20 : 24;
    const lines = [['embedding', held.query_embedding, 'token']];
    if (held.query_position) lines.push(['position', held.query_position, 'token'], ['sum', held.x, 'token']);
    if (norm && !first) lines.push(['stream', held.stream, 'stream']);
    if (norm || !first) lines.push(['read', held.read, 'read']);
    let y = TITLE;
    for (const [id, values, scale] of lines) {
      strip(scene, { id, title: key(first || id !== 'read' ? id : norm ? 'read' : 'arrived'), params: { token, position: query, width: columns }, values, columns, row: query, kind: 'signed', scale: scales[scale], x: 2, y, w: wide, h: high });
      y += high + TITLE + 6;
    }
    y += 6;
    const left = labels(width);
    const sides = [['all', held.read, held.query_tokens, 'query']];
    if (cross) sides.push(['memory', held.memory, held.key_tokens, 'key']);
    const beside = cross && width >= NARROW;
    const room = beside ? (width - GAP) / 2 : width;
    let top = y;
    sides.forEach(([id, values, tokens, side], at) => {
      const row = between(11, Math.floor(260 / tokens.length), 20);
      const x = left + (beside ? at * (room + GAP) : 0);
      put(scene, { id, title: key(cross && id === 'all' ? 'asking' : id), values, rows: tokens.length, columns, scale: scales.read, x, y: top, w: room - left - 2, h: row * tokens.length, side });
      nameRows(scene, tokens, side, x, top, row);
      if (!beside) top += row * tokens.length + TITLE + 8;
    });
  }

  function project(scene, held, width) {
    const { size, scales } = held;
    const narrow = width < NARROW;
    const left = labels(width);
    const room = narrow ? width - left - 2 : (width - 2 * left - 2 * GAP) / 3;
    const row = between(11, Math.floor((narrow ? 260 : 400) / Math.max(held.queries, held.keys)), 24);
    let [x, y] = [left, TITLE];
    for (const [id, values, tokens, side] of [['q', held.q, held.query_tokens, 'query'], ['k', held.k, held.key_tokens, 'key'], ['v', held.v, held.key_tokens, 'key']]) {
      put(scene, { id, title: key(id), values, rows: tokens.length, columns: size, scale: scales.head, x, y, w: room, h: row * tokens.length, side });
      if (narrow || id !== 'v') nameRows(scene, tokens, side, x, y, row);
      if (narrow) y += row * tokens.length + TITLE + 8;
      else x += room + GAP + (id === 'q' ? left : 0);
    }
  }

  const MATRIX = {
    score: { values: 'scores', scale: 'score' },
    scale: { values: 'scaledScores', scale: 'scaled' },
    mask: { values: 'masked', scale: 'scaled', hatched: true },
    softmax: { values: 'weights', scale: 'weight', kind: 'weights', hatched: true },
    mix: { values: 'weights', scale: 'weight', kind: 'weights', hatched: true },
  };

  function matrix(scene, held, width, query, phase) {
    const { queries, keys, size, scales } = held;
    const left = labels(width);
    const vector = width < NARROW ? 36 : between(64, width * 0.12, 120);
    const x = left + vector + 10;
    const across = Math.min((width - x - 15 - vector) / keys, 80);
    const row = between(12, Math.floor(340 / queries), 28);
    const flat = across >= 44; // names of keys have room side by side
    const longest = Math.max(...held.key_tokens.map((token) => [...attention.word(token)].length));
    const above = width < NARROW ? 36 : 58; // the height of the strips over the matrix
    const y = TITLE + above + (flat ? 24 : Math.min(70, 18 + 7.5 * longest));
    const box = { x, y, w: across * keys, h: row * queries };
    const { values, scale, kind = 'signed', hatched = false } = MATRIX[phase];
    const faint = phase === 'score' || phase === 'mix' ? 1 : 0.22;
    const last = phase === 'mix';
    if (!last) put(scene, { id: 'q', title: key('q.short'), values: held.q, rows: queries, columns: size, scale: scales.head, x: left, y, w: vector, h: box.h, alpha: faint, side: 'query' });
    const hung = last ? 'v' : 'k';
    put(scene, { id: hung, title: key(`${hung}.short`), values: held[hung], rows: keys, columns: size, turned: true, scale: scales.head, x, y: TITLE, w: box.w, h: above, alpha: faint, side: 'key' });
    put(scene, { id: 'matrix', title: '', values: held[values], rows: queries, columns: keys, scale: scales[scale], kind, hatched, numbers: true, ...box, side: 'query' });
    if (last) put(scene, { id: 'mixed', title: key('mixed.short'), values: held.mixed, rows: queries, columns: size, scale: scales.mixed, x: x + box.w + 12, y, w: vector, h: box.h, side: 'query' });
    nameRows(scene, held.query_tokens, 'query', last ? x : left, y, row);
    held.key_tokens.forEach((token, index) => scene.names.push({
      text: attention.word(token), x: x + (index + 0.5) * across, y: flat ? y - 12 : y - 8, align: flat ? 'center' : 'left', turned: !flat, side: 'key', index, high: across,
    }));
    if (phase === 'softmax') {
      for (let at = 0; at < queries; at++) {
        let sum = 0;
        for (let to = 0; to < keys; to++) sum += held.weights[at * keys + to];
        scene.sums.push({ text: `${width < NARROW ? '' : 'Σ '}${sum.toFixed(3)}`, x: x + box.w + 10, y: y + (at + 0.5) * row, index: at });
      }
    }
  }

  function output(scene, held, width, query) {
    const { size, width: columns, scales } = held;
    const wide = width - 4;
    const high = width < NARROW ? 20 : 24;
    const params = { token: attention.word(held.query_tokens[query]), head: held.head + 1, heads: held.heads, size, width: columns };
    let y = TITLE;
    for (const [id, values, count, scale] of [['mixed', held.mixed, size, 'mixed'], ['projected', held.projected, columns, 'output'], ['others', held.others, columns, 'output'], ['output', held.output, columns, 'output']]) {
      if (id === 'others' && held.heads === 1) continue;
      strip(scene, { id, title: key(id), params, values, columns: count, row: query, scale: scales[scale], x: 2, y, w: id === 'mixed' ? Math.max(90, (wide * size) / columns) : wide, h: high });
      y += high + TITLE + 6;
    }
    y += 6;
    const left = labels(width);
    const narrow = width < NARROW;
    const room = narrow ? width - left - 2 : (width - left - GAP) / 2;
    const row = between(11, Math.floor(260 / held.queries), 20);
    let [x, top] = [left, y];
    for (const [id, values] of [['share', held.projected], ['whole', held.output]]) {
      put(scene, { id, title: key(id), params, values, rows: held.queries, columns, scale: scales.output, x, y: top, w: room - 2, h: row * held.queries, side: 'query' });
      if (narrow || id === 'share') nameRows(scene, held.query_tokens, 'query', x, top, row);
      if (narrow) top += row * held.queries + TITLE + 8;
      else x += room + GAP;
    }
  }
})();
