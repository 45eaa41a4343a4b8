/* One run at one moment of its training: what it attends to, what it writes, and whether that is right. */
'use strict';

(() => {
  const { make, icon, runs, number, attention } = playground;
  const maps = new WeakMap(); // sample -> its maps, made when it is first looked at

  function mapsOf(sample) {
    if (!maps.has(sample)) {
      const { layers, heads, weights, target_tokens: rows, source_tokens: columns } = sample;
      maps.set(sample, attention.maps({ maps: { cross: { layers, heads, weights, rows, columns } } }));
    }
    return maps.get(sample);
  }

  const ROOM = 322; // px for the rows of a map: the place of each has one height
  const CELL = [10, 46];
  const LETTER = 7.5; // px of one in the names of rows

  const near = (number, count) => (number && count > 1 ? Math.min(number, count) : count > 1 ? 0 : 1);

  /** The weights of a layer and head (0: the average of all), or the nearest that the run has. */
  function sceneOf(sample, layer, head) {
    const all = mapsOf(sample);
    const map = all.of('cross');
    return {
      weights: all.matrix('cross', near(layer, map.layers), near(head, map.heads)),
      rows: map.rows, columns: map.columns, high: 1,
      rowNames: map.queries.map(attention.word), columnNames: map.keys.map(attention.word),
    };
  }

  /** As wide as makes the map no higher than its place. */
  function widthOf(scene) {
    const cell = Math.max(CELL[0], Math.min(CELL[1], Math.floor(ROOM / scene.rows)));
    const names = Math.max(26, Math.min(108, 13 + LETTER * Math.max(...scene.rowNames.map((one) => one.length))));
    return names + cell * scene.columns + 4;
  }

  /** What a model without attention has instead of a map: the sentence through the eye of a needle. */
  function bottleneck(run, sample) {
    const { hidden_size: width, encoder_layers: below, decoder_layers: above } = run.about.config;
    const row = (tokens) => make('div.pg-needle-tokens', {}, tokens.map((token) => make('span.pg-needle-token', {}, attention.word(token))));
    const words = make('p.pg-note');
    playground.say(words, 'attention.train.bottleneck', { count: width * Math.min(below, above) });
    return make('div.pg-needle', {}, row(sample.source_tokens), make('span.pg-needle-in', { 'aria-hidden': 'true' }), words, make('span.pg-needle-out', { 'aria-hidden': 'true' }), row(sample.target_tokens));
  }

  /** What it should have written, if that is known. */
  const wantedOf = (run, sample) => sample.reference ?? attention.training.answer(run, sample.text);

  /**
   * `{run, element, draw(sample, {layer, head}, waiting), light(cell)}`; `told.look` and `told.hold`
   * hear of a `{query, key}` of this card, `told.choose` of a layer and a head.
   */
  attention.trainCard = (run, told) => {
    const name = make('span.pg-lane-name');
    const when = make('span.pg-sample-when');
    const place = make('div.pg-align-place');
    const written = make('p.pg-align-written', { dir: 'auto' });
    const mark = make('span.pg-align-mark');
    const wanted = make('p.pg-align-wanted', { dir: 'auto' });
    const heat = attention.heat({
      look: (cell) => told.look(run, cell ?? { query: -1, key: -1 }),
      hold: (cell, stay) => told.hold(run, cell, stay),
    });
    let preview = null; // {layer, head} of the small map under the pointer
    const small = attention.thumbnails({
      preview: (layer, head) => { preview = layer === null ? null : { layer, head }; again(); },
      choose: (layer, head) => { preview = null; told.choose(layer, head); },
    });
    const both = make('div.pg-align-maps', {}, heat.element, make('div.pg-align-small', {}, make('span.pg-figure-key', { text: 'attention.train.heads' }), small.element));
    const element = make('article.pg-align-card', { data: { run: run.id } },
      make('header.pg-sample-head', {}, make('span.pg-swatch'), name, when), place,
      make('div.pg-align-foot', {}, make('div.pg-align-line', {}, written, mark), wanted));
    let last = '';
    let thumbed = null; // the sample of the small maps
    let shown = null; // {sample, scene}
    let asked = null; // what `draw` was told last
    const again = () => { if (asked) draw(...asked); };

    function nothing(key) {
      shown = null;
      when.textContent = written.textContent = '';
      mark.hidden = wanted.hidden = true;
      place.replaceChildren(make('p.pg-empty', { text: key }));
    }

    function judge(sample) {
      const right = wantedOf(run, sample);
      written.textContent = sample.translation || '∅';
      wanted.hidden = !right || right === sample.translation;
      if (!wanted.hidden) playground.say(wanted, 'attention.train.wanted', { text: right });
      mark.hidden = !right || (right !== sample.translation && !attention.training.isToy(run));
      if (mark.hidden) return;
      const good = right === sample.translation;
      mark.className = `pg-align-mark pg-chip pg-chip-${good ? 'finished' : 'failed'}`;
      playground.say(mark, good ? 'attention.train.right' : 'attention.train.wrong');
    }

    function draw(sample, wished, waiting) {
      asked = [sample, wished, waiting];
      const { layer, head } = preview ?? wished;
      element.style.setProperty('--lane', `var(${runs.colour(run)})`);
      name.textContent = run.name;
      if (!sample) {
        if (last !== waiting) nothing(waiting);
        last = waiting;
        return;
      }
      const now = `${sample.step} ${sample.text} ${layer} ${head} ${playground.language}`;
      if (now === last && shown?.sample === sample) return;
      last = now;
      playground.say(when, 'attention.train.step', { step: number(sample.step) });
      judge(sample);
      if (!sample.weights) {
        shown = { sample, scene: null };
        place.replaceChildren(bottleneck(run, sample));
        return;
      }
      const scene = sceneOf(sample, layer, head);
      shown = { sample, scene };
      if (both.parentNode !== place) place.replaceChildren(both);
      heat.element.style.setProperty('width', `${widthOf(scene)}px`);
      heat.show(scene);
      if (sample !== thumbed) small.show(mapsOf(sample), 'cross');
      thumbed = sample;
      const map = mapsOf(sample).of('cross');
      small.choose(near(wished.layer, map.layers), near(wished.head, map.heads));
      small.element.parentNode.hidden = map.layers * map.heads < 2;
      heat.describe(playground.t('attention.train.described', { name: run.name, step: number(sample.step), rows: scene.rows, columns: scene.columns }));
    }

    return {
      run, element, draw,
      sample: () => shown?.sample ?? null,
      light: (cell) => { if (shown?.scene) heat.light(cell); },
      /** One sentence about a cell or a row, empty if there is no such. */
      read({ query, key }) {
        const scene = shown?.scene;
        if (!scene || query < 0 || query >= scene.rows) return '';
        const row = scene.weights.subarray(query * scene.columns, (query + 1) * scene.columns);
        const best = key >= 0 && key < scene.columns ? key : row.indexOf(Math.max(...row));
        return playground.t('attention.train.reads', { name: run.name, query: scene.rowNames[query], key: scene.columnNames[best], weight: row[best].toFixed(2) });
      },
    };
  };
})();
