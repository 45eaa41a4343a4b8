/* What a one-hot matrix costs in memory, against what says the same: sparse rows, or the ids alone. */
'use strict';

(() => {
  const { make, tokens, number } = playground;
  const KINDS = ['dense', 'sparse', 'ids'];

  /** Bytes for people, in powers of 1,000. */
  function bytes(count) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3)));
    return power ? `${(count / 1000 ** power).toPrecision(3)} ${units[power]}` : `${count} B`;
  }

  /** `{element, show(answer)}`; the answer is one of `token_strip`. */
  tokens.onehotMemory = () => {
    const bars = Object.fromEntries(KINDS.map((kind) => [kind, {
      fill: make('span.pg-onehot-fill', { data: { kind } }), size: make('span.pg-onehot-size'), times: make('span.pg-onehot-times'),
    }]));
    const title = make('p.pg-note');
    const rows = make('tbody');
    const element = make('section.pg-panel.pg-onehot-memory', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'tokens.onehot.memory' }), playground.helper('tokens.onehot.memory.help')),
      title,
      make('div.pg-onehot-bars', {}, KINDS.map((kind) => [
        make('span.pg-onehot-kind', { text: `tokens.onehot.memory.${kind}` }),
        make('span.pg-onehot-track', {}, bars[kind].fill), bars[kind].size, bars[kind].times])),
      make('table.pg-onehot-costs', {},
        make('thead', {}, make('tr', {}, make('th', { scope: 'col', text: 'tokens.onehot.memory.of' }), make('th', { scope: 'col', text: 'tokens.onehot.memory.count' }),
          KINDS.map((kind) => make('th', { scope: 'col', text: `tokens.onehot.memory.${kind}` })))), rows));

    return {
      element,
      show({ memory, stats, costs }) {
        const held = { dense: memory.dense_bytes, sparse: memory.sparse_bytes, ids: memory.ids_bytes };
        const size = stats.vocabulary_size;
        playground.say(title, 'tokens.onehot.memory.this', { tokens: number(stats.tokens), vocabulary: number(size) });
        for (const kind of KINDS) {
          bars[kind].fill.style.setProperty('width', `${held.dense ? (100 * held[kind]) / held.dense : 0}%`);
          bars[kind].size.textContent = bytes(held[kind]);
          const times = held[kind] ? held.dense / held[kind] : 1;
          if (kind === 'dense') playground.say(bars[kind].times, 'tokens.onehot.memory.zeros', { share: (100 * (1 - 1 / size)).toFixed(size > 999 ? 2 : 1) });
          else playground.say(bars[kind].times, 'tokens.onehot.memory.less', { times: times >= 10 ? number(Math.round(times)) : times.toFixed(1) });
        }
        rows.replaceChildren(...costs.map((one) => make('tr', {}, make('th', { scope: 'row', text: `tokens.onehot.memory.${one.of}` }), make('td', {}, number(one.tokens)),
          KINDS.map((kind) => make('td', {}, bytes(one[`${kind}_bytes`]))))));
      },
    };
  };
})();
