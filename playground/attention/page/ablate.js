/* Edit and ablate: heads off, weights dragged, words hidden, and what becomes of the translation. */
'use strict';

(() => {
  const { make, attention, icon } = playground;
  const NAMED = 3; // heads that are called by name where it is said what is off

  playground.widgets.attention_ablate = (element, { picture }) => {
    let config = null;
    let asked = { source: null, text: null };
    let answer = null; // the newest
    let maps = null;
    let [busy, again] = [false, false];
    const state = attention.ablateState(() => { draw(); void ask(); });

    const words = attention.ablateWords();
    const steps = attention.ablateSteps();
    const board = attention.ablateBoard({ choose, flip });
    const large = attention.ablateMap({ cell: () => {} });
    const costs = attention.ablateCosts({ choose, flip, known: mark, drawn: () => costs.mark(state, place()) });
    const quality = attention.ablateQuality();

    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const summary = make('p.pg-ablate-told');
    const note = make('p.pg-note.pg-ablate-note', { hidden: true });
    const button = (key, click, picture_ = null) => make('button.pg-button', { type: 'button', on: { click } }, picture_ && icon(picture_), make('span', { text: key }));
    const undo = button('attention.ablate.undo', () => state.undo(), 'left');
    const allOn = button('attention.ablate.all', () => state.all());
    const onePerLayer = button('attention.ablate.one', keepOne);
    const count = make('input.pg-number.pg-ablate-count', { type: 'number', min: 1, value: 6, label: 'attention.ablate.best.count', on: { keydown: (event) => { if (event.key === 'Enter') void keepBest(); } } });
    const best = button('attention.ablate.best', () => void keepBest());
    const positions = make('button.pg-button.pg-ablate-positions', { type: 'button', role: 'switch', 'aria-checked': 'true', on: { click: () => state.setPositions(!state.positions()) } }, make('i', { 'aria-hidden': 'true' }), make('span', { text: 'attention.ablate.positions' }));
    const status = make('span.pg-ablate-status', { 'aria-live': 'polite' });
    const tools = make('div.pg-ablate-tools', { role: 'toolbar', label: 'attention.ablate.tools' }, allOn, onePerLayer, make('span.pg-ablate-best', {}, best, count), positions, undo);

    const body = make('div.pg-ablate-body', {},
      make('section.pg-panel.pg-ablate-result', {}, words.element, summary, note),
      make('section.pg-panel', {}, make('header.pg-panel-head', {}, make('h3', { text: 'attention.ablate.heads' }), playground.helper('attention.ablate.heads.help'), status), tools, board.element),
      steps.strip,
      make('div.pg-ablate-pairing', {}, large.element, steps.pairs),
      make('div.pg-ablate-pairing', {}, costs.element, quality.element));
    element.classList.add('pg-ablate');
    element.append(fault, body);
    body.hidden = true;

    /** The head that is shown large, places from 0; an average in the settings is the first of them. */
    function place() {
      const kind = maps?.of(config.maps) ? config.maps : 'cross';
      const map = maps?.of(kind);
      return { kind, layer: Math.max(0, Math.min((map?.layers ?? 1), config.layer) - 1), head: Math.max(0, Math.min((map?.heads ?? 1), config.head) - 1) };
    }
    function choose({ kind, layer, head }) {
      attention.set({ maps: kind, layer: layer + 1, head: head + 1 });
    }
    function flip(one) {
      state.setOff(one, !state.isOff(one));
    }

    // Groups of heads.

    function keepOne() {
      const known = new Map((costs.of(config.source)?.rows ?? []).map((row) => [`${row.kind} ${row.layer} ${row.head}`, row.cost]));
      const worth = (one) => known.get(`${one.kind} ${one.layer} ${one.head}`) ?? -one.head;
      const stay = new Map();
      for (const one of board.places()) {
        const layer = `${one.kind} ${one.layer}`;
        if (!stay.has(layer) || worth(one) > worth(stay.get(layer))) stay.set(layer, one);
      }
      state.setAllOff(board.places().filter((one) => stay.get(`${one.kind} ${one.layer}`) !== one));
    }
    async function keepBest() {
      const source = config.source;
      best.disabled = true;
      const known = await costs.ask(source);
      best.disabled = false;
      if (!known || source !== config.source) return;
      const kept = Math.max(1, Math.min(known.rows.length, Math.round(Number(count.value)) || 1));
      count.value = kept;
      state.setAllOff(known.rows.slice(kept));
    }

    // What is changed, in words.

    function nameOf([kind, layer, head]) {
      return playground.t(`attention.ablate.short.${kind}`, { layer: layer + 1, head: head + 1 });
    }
    function said({ switched_off: off, positions: placed, weights = [], blocked = [] }) {
      const heads = off.length > NAMED ? playground.t('attention.ablate.count_off', { count: off.length }) : off.map(nameOf).join(', ');
      return [
        heads && playground.t('attention.ablate.without', { heads }), !placed && playground.t('attention.ablate.no_positions'),
        weights.length && playground.t('attention.ablate.cells_set', { count: weights.length }), blocked.length && playground.t('attention.ablate.cells_hidden', { count: blocked.length }),
      ].filter(Boolean).join(' · ');
    }

    function mark() {
      if (!maps) return;
      const known = costs.of(config.source);
      board.mark({ state, chosen: place(), costs: known });
      costs.mark(state, place());
    }

    /** All that follows from the changes without the model: at once. */
    function draw() {
      if (!maps || !config) return;
      mark();
      large.show({ maps, place: place(), state, causal: answer?.causal ?? true });
      const { switched_off, positions: placed } = state.asJson();
      quality.show(config.source, { switched_off, positions: placed }, () => said({ switched_off, positions: placed }));
      undo.disabled = !state.canUndo();
      allOn.disabled = state.nothing();
      positions.setAttribute('aria-checked', String(placed));
      count.max = board.places().length;
      if (state.nothing()) playground.say(summary, 'attention.ablate.invite');
      else playground.unsay(summary, said(state.asJson()));
      const parts = () => ({ off: state.offCount(), heads: board.places().length });
      playground.say(status, 'attention.ablate.status', parts);
      element.classList.toggle('pg-ablate-plain', state.nothing());
    }

    function take(told) {
      fault.hidden = true;
      body.hidden = false;
      answer = told;
      if (told.maps) maps = attention.maps(told);
      note.hidden = !told.cut && Boolean(told.maps);
      if (!note.hidden) playground.say(note, told.cut ? 'attention.ablate.cut' : 'attention.ablate.still_maps');
      if (maps) board.show(maps);
      words.show(told, state.nothing());
      steps.show(told);
      draw();
    }

    function complain(refusal) {
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
      if (refusal.key === 'attention.no_heads') body.hidden = true;
    }

    /** The newest changes win, but what comes back on the way is shown too: somebody may be dragging. */
    async function ask() {
      again = true;
      if (busy) return;
      busy = true;
      element.classList.add('pg-busy');
      while (again) {
        again = false;
        const { source, text } = config;
        const current = () => source === config.source && text === config.text;
        try {
          const question = { source, text, target: '' };
          const changes = state.asJson();
          const told = await playground.call('altered', { ...question, changes });
          // Maps of a long sentence are told only as they are before all changes.
          const first = !told.maps && !maps ? await playground.call('altered', question) : null;
          if (current()) take(first ? { ...told, maps: first.maps } : told);
        } catch (refusal) {
          if (current() && !again) complain(refusal);
        }
      }
      busy = false;
      element.classList.remove('pg-busy');
    }

    element.addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.target.matches('input, textarea')) return;
      event.preventDefault();
      state.undo();
    });

    attention.follow(element, picture, (next) => {
      const before = asked;
      config = next;
      asked = { source: next.source, text: next.text };
      costs.show(next.source);
      if (asked.source === before.source && asked.text === before.text) {
        draw();
        return;
      }
      if (before.source !== null) {
        state.forget({ heads: asked.source !== before.source });
        if (asked.source !== before.source) maps = null;
      }
      void ask();
    });
    playground.onWhile(element, 'language', draw);
  };
})();
