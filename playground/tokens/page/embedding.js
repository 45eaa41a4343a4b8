/* The embedding of a trained network: its tokens as points, their kinds, their nearest neighbours. */
'use strict';

(() => {
  const { make, tokens, number } = playground;
  const PAUSE = 90; // milliseconds on a token until its neighbours are asked for
  const KEPT = 'play-embedding-space';

  playground.widgets.tokens_embedding = (element, { view }) => {
    let source = '';
    let part = ''; // the rows by which tokens are read, or predicted
    let asked = ''; // source and part that the picture is about, or will be
    let answer = null;
    let kinds = new Uint8Array(0);
    let seen = new Set();
    let locked = -1;
    let shown = -1; // the token whose neighbours are listed
    let known = new Map(); // id -> its neighbours
    let deep = playground.kept.read(KEPT, true);

    const choice = tokens.sourceChoice({ named: () => show() });
    const again = playground.iconButton('again', 'tokens.embedding.again', () => { asked = ''; follow(); }, 'pg-button pg-square');
    const spaces = [false, true].map((one) => make('button.pg-segment', { type: 'button', role: 'radio', text: `tokens.embedding.${one ? 'space' : 'plane'}`, data: { deep: one }, on: { click: () => deepen(one) } }));
    const space = tokens.space({ looked: (id) => { if (locked < 0) look(id); else space.mark({ hover: id }); tell(id); }, chosen: (id) => hold(id === locked ? -1 : id) });
    const tip = make('div.pg-live-tip.pg-embedding-tip', { hidden: true });
    space.element.append(tip);
    const zooms = make('div.pg-embedding-zoom', {}, [['+', 'larger', () => space.zoom(1.4)], ['−', 'smaller', () => space.zoom(1 / 1.4)], ['⤢', 'home', () => space.home()]]
      .map(([sign, word, click]) => make('button.pg-button.pg-square', { type: 'button', label: `tokens.embedding.${word}`, hint: `tokens.embedding.${word}`, on: { click } }, sign)));
    const nearest = tokens.nearest({ looked: (id) => space.mark({ hover: id }), chosen: hold, turned: () => space.mark({ near: nearest.lines() }) });
    const legend = make('div.pg-live-legend', { role: 'group', label: 'tokens.embedding.legend' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const sentence = make('p.pg-embedding-sentence');
    const facts = Object.fromEntries(['vocabulary', 'dimensions', 'explained'].map((name) => [name, make('span.pg-figure-value', {}, '–')]));
    const kind = make('p.pg-note.pg-embedding-kind');
    const wanted = make('input.pg-text', { type: 'search', maxlength: 60, autocomplete: 'off', label: 'tokens.embedding.search' });
    playground.say(wanted, 'tokens.embedding.search', {}, 'placeholder');
    const missing = make('p.pg-note', { role: 'status' });
    const tools = playground.plot.tools({
      name: 'embedding', rows: table,
      png: () => playground.plot.png(space.element, space.paint, `${playground.t('tokens.embedding.title')} · ${choice.titleOf(source)}`, [...seen].map((one) => ({ name: playground.t(`tokens.embedding.kind.${tokens.kinds[one].name}`), colour: playground.colour(tokens.kinds[one].colour) }))),
    });

    element.classList.add('pg-embedding');
    element.append(make('section.pg-panel.pg-live', {},
      make('div.pg-embedding-top', {},
        make('label.pg-stack', {}, make('span.pg-figure-key', { text: 'tokens.source' }), make('span.pg-embedding-source', {}, choice.element, again)),
        Object.entries(facts).map(([name, value]) => make('div.pg-figure', {}, make('span.pg-figure-key', { text: `tokens.embedding.${name}` }), value)),
        make('div.pg-segments.pg-embedding-choices', { role: 'radiogroup', label: 'tokens.embedding.projection' }, spaces)),
      fault,
      make('div.pg-embedding-body', {},
        make('div.pg-embedding-left', {},
          make('div.pg-live-head', {}, make('div.pg-live-heading', {}, make('h3.pg-live-title', { text: 'tokens.embedding.title' }), playground.helper('tokens.embedding.help')), tools.element),
          legend, make('div.pg-embedding-frame', {}, space.element, zooms), tools.table, sentence, kind),
        make('div.pg-embedding-right', {},
          make('form.pg-frequency-search', { role: 'search', on: { submit: (event) => { event.preventDefault(); search(); } } }, wanted, make('button.pg-button', { type: 'submit', text: 'tokens.frequency.find' })),
          missing, nearest.element))));

    const keyOf = (values) => `${values.source} ${values.part}`;

    // A token: pointed at, chosen, searched.

    const ask = playground.asker('neighbours', (told, values) => {
      if (keyOf(values) !== asked) return;
      known.set(told.id, told);
      if (told.id === shown) list(told);
    }, playground.complain);
    const askSoon = playground.afterQuiet(PAUSE, (id) => { if (id === shown && answer) void ask({ source, part, token: answer.tokens[id], count: 10 }); });

    function list(told) {
      nearest.show({ ...told, count: answer.counts[told.id] ?? 0, kind: kinds[told.id], kinds });
      space.mark({ chosen: shown, near: nearest.lines() });
    }

    function look(id) {
      space.mark({ hover: id });
      if (id < 0 || id === shown) return;
      shown = id;
      space.mark({ chosen: id, near: [] });
      if (known.has(id)) list(known.get(id));
      else askSoon(id);
    }

    function hold(id) {
      locked = id;
      element.classList.toggle('pg-holding', id >= 0);
      space.mark({ held: id >= 0 });
      if (id < 0) return;
      // What is chosen is also seen.
      if (!seen.has(kinds[id])) toggle(kinds[id]);
      look(id);
      playground.say(missing, 'tokens.embedding.held', { token: playground.visible(answer.tokens[id]) });
    }

    function tell(id) {
      tip.hidden = id < 0;
      if (id < 0) return;
      tip.replaceChildren(make('span.pg-frequency-token', { dir: 'auto' }, playground.visible(answer.tokens[id])),
        make('span.pg-live-tip-number', { text: `tokens.embedding.kind.${tokens.kinds[kinds[id]].name}` }),
        make('span.pg-live-tip-far', { text: 'tokens.frequency.count' }), make('span.pg-live-tip-number', {}, number(answer.counts[id] ?? 0)));
      playground.plot.placeTip(tip, space.element, ...space.placeOf(id));
    }

    function search() {
      const text = wanted.value.replaceAll('␣', ' ').replaceAll('⏎', '\n');
      if (!text || !answer) return;
      const plain = (one) => one.replace(/^##/u, '').trim().toLowerCase();
      const whole = answer.tokens.indexOf(text);
      const id = whole >= 0 ? whole : answer.tokens.findIndex((one) => plain(text) && plain(one) === plain(text));
      if (id >= 0) hold(id);
      else playground.say(missing, 'tokens.embedding.missing', { token: playground.visible(text) });
    }

    playground.plot.onEscape(element, () => {
      if (locked < 0) return;
      hold(-1);
      playground.unsay(missing, '');
    });

    // The picture as a whole.

    function deepen(one) {
      deep = one;
      playground.kept.write(KEPT, deep);
      show();
      space.deepen(deep);
    }

    function toggle(one) {
      if (seen.has(one)) seen.delete(one);
      else seen.add(one);
      show();
    }

    function show() {
      spaces.forEach((one) => one.setAttribute('aria-checked', String(one.dataset.deep === String(deep))));
      for (const key of legend.children) key.setAttribute('aria-pressed', String(seen.has(+key.dataset.kind)));
      space.see(seen);
      if (!answer) return;
      facts.vocabulary.textContent = number(answer.tokens.length);
      facts.dimensions.textContent = number(answer.dimensions);
      const share = answer.explained.slice(0, deep ? 3 : 2).reduce((sum, one) => sum + one, 0);
      facts.explained.textContent = `${(100 * share).toFixed(0)} %`;
      playground.say(kind, `tokens.embedding.rows.${answer.kind}`, { dimensions: answer.dimensions });
      space.describe(playground.t('tokens.embedding.described', { tokens: number(answer.tokens.length), title: choice.titleOf(source), share: (100 * share).toFixed(0) }));
      tools.renew();
    }

    function say() {
      const together = tokens.togetherness(answer.coordinates, kinds);
      if (!together) playground.say(sentence, 'tokens.embedding.apart');
      else {
        playground.say(sentence, 'tokens.embedding.together', () => ({
          kind: playground.t(`tokens.embedding.kind.${tokens.kinds[together.kind].name}`), share: Math.round(100 * together.share), chance: Math.round(100 * together.chance),
        }));
      }
    }

    const take = (told, values) => {
      if (keyOf(values) !== asked) return;
      fault.hidden = true;
      element.classList.remove('pg-busy');
      const points = playground.unpack(told.points);
      answer = { ...told, coordinates: points };
      [locked, shown, known] = [-1, -1, new Map()];
      playground.unsay(missing, '');
      kinds = Uint8Array.from(told.tokens, tokens.kindOf);
      const present = tokens.kinds.map((_, place) => place).filter((place) => kinds.includes(place));
      seen = new Set(present);
      legend.replaceChildren(...present.map((place) => make('button.pg-live-lane', { type: 'button', data: { kind: place }, style: { '--pg-lane': `var(${tokens.kinds[place].colour})` }, on: { click: () => toggle(place) } },
        make('span.pg-frequency-shape'), make('span.pg-live-name', { text: `tokens.embedding.kind.${tokens.kinds[place].name}` }),
        make('span.pg-live-value', {}, number(kinds.reduce((sum, one) => sum + (one === place), 0))))));
      space.show(tokens.cloud(told, points, kinds));
      space.deepen(deep, true);
      show();
      say();
      // Something is there to look at before anything is pointed at: a frequent letter or word.
      nearest.show(null);
      const first = tokens.byCount(told).find((id) => ['vowel', 'word', 'cjk'].includes(tokens.kinds[kinds[id]].name));
      if (first !== undefined) look(first);
      space.mark({ hover: -1 });
    };
    function table() {
      const t = playground.t;
      const rows = [[t('tokens.embedding.token'), 'id', t('tokens.embedding.kind'), t('tokens.frequency.count'), '1', '2', '3']];
      if (answer) for (const id of tokens.byCount(answer)) rows.push([answer.tokens[id], id, t(`tokens.embedding.kind.${tokens.kinds[kinds[id]].name}`), answer.counts[id] ?? null, ...[0, 1, 2].map((axis) => answer.coordinates[3 * id + axis])]);
      return rows;
    }

    // Which weights.

    const askAll = playground.asker('embedding', take, (refusal) => {
      element.classList.remove('pg-busy');
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
    });
    function follow() {
      const config = tokens.config();
      space.wake();
      if (!config || keyOf(config) === asked) return;
      ({ source, part } = config);
      asked = keyOf({ source, part });
      choice.show(source);
      show();
      element.classList.add('pg-busy');
      void askAll({ source, part });
    }
    tokens.follow(element, view, follow);
    playground.onWhile(element, 'language', show);
  };
})();
