/* The first picture: a sentence, its translation token by token, where each token looked, and the search. */
'use strict';

(() => {
  const { make, attention } = playground;
  const LONG = 110; // letters, from which the translation is set smaller
  const ASKED = ['source', 'text', 'beam'];

  playground.widgets.attention_translate = (element, { picture }) => {
    element.classList.add('pg-translate');
    let answer = null; // the one that is shown
    let found = null; // the one of the search, whose tree is shown
    let asked = '';
    let wished = -1; // the query that is held, as the settings know it
    let known = -1; // that setting as it was last heard of
    let target = ''; // a translation that the visitor chose

    const chips = attention.chips({ look: (one) => lookAt(one, false), hold: (one) => lookAt(one, true) });
    const viewer = attention.viewer({ name: 'attention', title: () => answer?.text ?? '', chosen, looked });
    const tree = attention.tree({ look: (step) => lookAt(step < 0 ? null : { side: 'target', at: step }, false), choose: force });
    const figure = (name) => {
      const value = make('span.pg-figure-value', {}, '–');
      return { value, element: make('div.pg-figure', { data: { figure: name } }, make('span.pg-figure-key', { text: `attention.translate.${name}` }), value) };
    };
    const figures = Object.fromEntries(['sure', 'whole', 'tokens', 'seconds'].map((name) => [name, figure(name)]));
    const said = make('p.pg-translate-said', { 'aria-live': 'polite', dir: 'auto' });
    const notes = make('div.pg-translate-notes');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const list = make('tbody');
    const heads = ['rank', 'text', 'log_probability', 'score'].map((name) => make('th', { scope: 'col', text: `attention.translate.column.${name}` }));
    const finished = make('table.pg-finished', {}, make('thead', {}, make('tr', {}, heads)), list);
    const tools = playground.plot.tools({ name: 'beam', rows: tree.rows, png: async () => {
      const drawn = await tree.picture();
      return playground.plot.png(drawn, (pen, width, height) => pen.drawImage(drawn.image, 0, 0, width, height), `${playground.t('attention.translate.beam')} · ${found.text}`);
    } });
    const search = make('section.pg-panel.pg-live.pg-beam', {},
      make('div.pg-live-head', {}, make('div.pg-live-heading', {}, make('h3.pg-live-title', { text: 'attention.translate.beam' }), playground.helper('attention.translate.beam.help')), tools.element),
      tree.element, tools.table,
      make('h4.pg-viewer-title', { text: 'attention.translate.finished' }), make('div.pg-finished-box', {}, finished));
    element.append(
      make('section.pg-panel.pg-translate-top', {},
        make('div.pg-translate-head', {}, said, make('div.pg-translate-figures', {}, Object.values(figures).map((one) => one.element), playground.helper('attention.translate.sure.help'))),
        fault, chips.element, notes),
      make('section.pg-panel.pg-translate-look', {}, viewer.element), search);

    // What is looked at: the maps tell the sentences, the sentences tell the maps.

    function chosen({ kind, layer, head }) {
      attention.set({ maps: kind, layer, head });
    }

    function looked(look) {
      light(look);
      const query = look.held ? look.query : -1;
      if (query !== wished) remember(query);
    }

    function remember(query) {
      wished = known = query;
      attention.set({ query });
    }

    function light({ kind, query, key, held }) {
      const [weights, map] = [viewer.matrix(), viewer.map()];
      let shares = null;
      if (weights && query >= 0) shares = weights.subarray(query * map.columns, (query + 1) * map.columns);
      else if (weights && key >= 0) shares = Float32Array.from({ length: map.rows }, (_, at) => weights[at * map.columns + key]);
      chips.light(kind, { query, key, held }, shares);
      tree.step(kind === 'cross' ? query : kind === 'decoder' ? query - 1 : -1);
    }

    /** A token of the sentences as a row or column of the map in sight; null if it is in neither. */
    function inMap(one) {
      const { kind } = viewer.get();
      const map = viewer.map();
      if (!one || !map) return null;
      if (one.side === 'source') {
        if (kind === 'decoder') return null;
        return kind === 'cross' ? { query: -1, key: one.at } : { query: one.at, key: -1 };
      }
      // The decoder is given each token one step after it was written.
      const query = kind === 'decoder' ? one.at + 1 : one.at;
      return kind !== 'encoder' && query >= 0 && query < map.rows ? { query, key: -1 } : null;
    }

    function lookAt(one, hold) {
      const before = viewer.get();
      if (before.held && !hold) return;
      const next = inMap(one) ?? { query: -1, key: -1 };
      const again = hold && before.held && before.query === next.query && before.key === next.key;
      viewer.light(again ? { query: -1, key: -1 } : next, hold && !again);
      if (hold) looked(viewer.get());
      else light(viewer.get());
    }

    // What is seen.

    function show() {
      const sure = attention.sureness(answer.probabilities);
      figures.sure.value.textContent = attention.percent(sure.mean);
      figures.whole.value.textContent = attention.percent(sure.whole);
      figures.tokens.value.textContent = `${answer.source_tokens.length} → ${answer.target_tokens.length}`;
      const note = (key, values = {}, kind = '') => make(`p.pg-note${kind}`, {}, playground.t(`attention.translate.${key}`, values));
      notes.replaceChildren(...[
        answer.unknown.length ? note('unknown', { words: answer.unknown.map((one) => `“${one}”`).join(' ') }, '.pg-translate-warning') : null,
        answer.cut ? note('cut', {}, '.pg-translate-warning') : null,
        answer.ended ? null : note('unended', {}, '.pg-translate-warning'),
        answer.beam ? null : make('p.pg-note', {}, `${playground.t('attention.translate.forced')} `,
          make('button.pg-link', { type: 'button', text: 'attention.translate.forced.back', on: { click: () => force(0) } })),
      ].filter(Boolean));
      said.textContent = answer.translation;
      said.classList.toggle('pg-long', answer.translation.length > LONG);
      figures.seconds.value.textContent = answer.seconds === null ? '–' : playground.t('attention.translate.milliseconds', { milliseconds: Math.round(1000 * answer.seconds) });
      rank();
    }

    /** The finished translations of the search; the one that is shown is marked. */
    function rank() {
      search.hidden = !found?.beam;
      if (search.hidden) return;
      const at = shownIndex();
      const minus = (value) => value.toFixed(3).replace('-', '−');
      list.replaceChildren(...found.beam.translations.map((one, index) => make('tr', { 'aria-current': String(index === at) },
        make('td', {}, String(index + 1)),
        make('td', {}, make('button.pg-link', { type: 'button', hint: 'attention.translate.force', dir: 'auto', on: { click: () => force(index) } }, one.text || '∅'),
          one.ended ? null : make('span.pg-chip.pg-chip-paused', { text: 'attention.translate.not_ended' })),
        make('td', {}, minus(one.log_probability)), make('td', {}, minus(one.score)))));
      tree.choose(at);
      tools.renew();
    }

    function shownIndex() {
      if (!target) return 0;
      return found.beam.translations.findIndex((one) => one.text === target);
    }

    function take(next, values) {
      fault.hidden = true;
      element.classList.remove('pg-waiting');
      const fresh = !answer || answer.translation !== next.translation || answer.text !== next.text;
      answer = next;
      if (!values.target) {
        found = next;
        target = '';
        if (next.beam) tree.show(next.beam);
      }
      chips.show(answer, fresh);
      show();
      viewer.show(answer);
      const map = viewer.map();
      const hold = map && wished >= 0 && wished < map.rows;
      if (hold) viewer.light({ query: wished, key: viewer.get().query === wished ? viewer.get().key : -1 }, true);
      else if (!values.target) viewer.light({ query: -1, key: -1 });
      light(viewer.get());
      element.dataset.text = answer.text;
    }

    function refuse(refusal) {
      element.classList.remove('pg-waiting');
      fault.hidden = false;
      fault.textContent = playground.sentence(refusal);
    }

    const asker = playground.asker('look', take, refuse);
    function ask() {
      const { source, text, beam } = attention.config();
      element.classList.add('pg-waiting');
      void asker({ source, text, beam, target });
    }

    /** Shows the attention of another finished translation; the first is the model's own. */
    function force(index) {
      const next = index === 0 ? '' : found.beam.translations[index].text;
      if (next === target) return;
      target = next;
      if (target) ask();
      else take(found, { target: '' });
    }

    function heed(config) {
      viewer.set({ kind: config.maps, layer: config.layer, head: config.head });
      const now = JSON.stringify(ASKED.map((name) => config[name]));
      const turned = config.query !== known;
      const other = now !== asked;
      asked = now;
      known = config.query;
      if (other) {
        target = '';
        ask();
      }
      // What was held belongs to its own sentence and kind of map, not to the next.
      if (turned) {
        wished = config.query;
        if (!other) viewer.light({ query: wished, key: -1 }, wished >= 0);
      } else if (wished >= 0 && answer && (other || !viewer.get().held)) remember(-1);
      if (!other) light(viewer.get());
    }

    attention.follow(element, picture, heed);
    playground.onWhile(element, 'language', () => { if (answer) show(); });
  };
})();
