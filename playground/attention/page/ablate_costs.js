/* The scoreboard: what the loss on held-out sentences would be without each head. */
'use strict';

(() => {
  const { make, attention, number, icon } = playground;
  const KINDS = ['encoder', 'decoder', 'cross'];
  const kept = new Map(); // of each model, for as long as the page is open
  const SENTENCES = 60;
  const signed = (value, digits = 3) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

  /** `{element, of(source), ask(source), mark(state, chosen), show(source)}`; `told.choose`, `told.flip`, `told.known`. */
  attention.ablateCosts = (told) => {
    let source = '';
    let sorted = 'cost';
    let asking = null;
    const go = make('button.pg-primary', { type: 'button', on: { click: () => void ask(source) } }, icon('play'), make('span', { text: 'attention.ablate.costs.go' }));
    const progress = make('progress.pg-ablate-progress', { max: 1, value: 0, hidden: true, label: 'attention.ablate.costs.progress' });
    const said = make('p.pg-ablate-said', { 'aria-live': 'polite' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const list = make('div.pg-ablate-ranks', { role: 'list' });
    const orders = ['cost', 'place'].map((order) => make('button.pg-segment', { type: 'button', text: `attention.ablate.order.${order}`, data: { order }, on: { click: () => { sorted = order; draw(); } } }));
    const order = make('div.pg-segments', { role: 'group', label: 'attention.ablate.order' }, orders);
    const tools = playground.plot.tools({ name: 'head_costs', rows: table, png: () => playground.plot.png({ clientWidth: 640, clientHeight: 22 * (kept.get(source)?.rows.length ?? 0) + 12 }, paint, playground.t('attention.ablate.costs')) });
    const element = make('section.pg-panel.pg-ablate-costs', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'attention.ablate.costs' }), playground.helper('attention.ablate.costs.help'), make('div.pg-panel-tools', {}, order, tools.element)),
      said, make('div.pg-ablate-ask', {}, go, progress), fault, list, tools.table);

    const nameOf = (row) => playground.t(`attention.ablate.head.${row.kind}`, { layer: row.layer + 1, head: row.head + 1 });
    const inPlace = (one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || one.layer - other.layer || one.head - other.head;
    const rows = () => {
      const all = [...(kept.get(source)?.rows ?? [])];
      return sorted === 'place' ? all.sort(inPlace) : all;
    };

    /** The costs of a model: those that are known, else worked out now. Null if that failed. */
    async function ask(name) {
      if (kept.has(name)) return kept.get(name);
      if (asking?.name === name) return asking.answer;
      asking?.abort.abort();
      const mine = (asking = { name, abort: new AbortController(), answer: null });
      fault.hidden = true;
      mine.answer = work(mine, name);
      draw();
      return mine.answer;
    }

    async function work(mine, name) {
      let end = null;
      try {
        await playground.lines('playground/head_costs', { source: name, sentences: SENTENCES }, (item) => {
          if (item.rows) end = item;
          else if (asking === mine) progress.value = item.done / item.total;
        }, mine.abort.signal);
        if (end) kept.set(name, end);
      } catch (refusal) {
        if (refusal.name !== 'AbortError' && name === source) {
          fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
          fault.hidden = false;
        }
      }
      if (asking === mine) asking = null;
      if (name === source) {
        draw();
        if (end) told.known();
      }
      return end;
    }

    function draw() {
      const known = kept.get(source);
      go.hidden = Boolean(known) || Boolean(asking);
      progress.hidden = !asking;
      if (!asking) progress.value = 0;
      order.hidden = tools.element.hidden = !known;
      for (const one of orders) one.setAttribute('aria-pressed', String(one.dataset.order === sorted));
      if (!known) {
        playground.say(said, asking ? 'attention.ablate.costs.working' : 'attention.ablate.costs.invite', { sentences: SENTENCES });
        list.replaceChildren();
        return;
      }
      const [first] = known.rows;
      playground.say(said, 'attention.ablate.costs.most', () => ({ head: nameOf(first), cost: first.cost.toFixed(2), loss: number(known.loss), sentences: known.sentences }));
      const [low, high] = [Math.min(0, ...known.rows.map((row) => row.cost)), Math.max(1e-6, ...known.rows.map((row) => row.cost))];
      const zero = (-100 * low) / (high - low);
      list.style.setProperty('--zero', `${zero}%`);
      list.replaceChildren(...rows().map((row) => rank(row, low, high, zero)));
      told.drawn();
      tools.renew();
    }

    function rank(row, low, high, zero) {
      const share = (100 * Math.abs(row.cost)) / (high - low);
      const flip = make('button.pg-ablate-flip', { type: 'button', role: 'switch', on: { click: () => told.flip(row) } }, make('i', { 'aria-hidden': 'true' }));
      playground.say(flip, `attention.ablate.head.${row.kind}`, { layer: row.layer + 1, head: row.head + 1 }, 'aria-label');
      const name = make('button.pg-ablate-rank-name', { type: 'button', on: { click: () => told.choose(row) } });
      playground.say(name, `attention.ablate.head.${row.kind}`, { layer: row.layer + 1, head: row.head + 1 });
      return make('div.pg-ablate-rank', { role: 'listitem', data: { kind: row.kind, layer: row.layer, head: row.head } }, flip, name,
        make('span.pg-ablate-rank-bar', { 'aria-hidden': 'true' }, make('i', { class: row.cost < 0 ? 'pg-ablate-gain' : '', style: { left: `${row.cost < 0 ? zero - share : zero}%`, width: `${share}%` } })),
        make('span.pg-ablate-rank-cost', {}, signed(row.cost)));
    }

    function table() {
      const columns = ['kind', 'layer', 'head', 'loss', 'cost'].map((name) => playground.t(`attention.ablate.column.${name}`));
      return [columns, ...rows().map((row) => [playground.t(`attention.ablate.kind.${row.kind}`), row.layer + 1, row.head + 1, row.loss, row.cost])];
    }

    function paint(pen, width, height, theme) {
      const high = Math.max(1e-6, ...rows().map((row) => row.cost));
      rows().forEach((row, at) => {
        const y = 12 + at * 22;
        playground.plot.label(pen, theme, nameOf(row), 12, y + 6);
        pen.fillStyle = theme.accent;
        pen.fillRect(250, y, Math.max(1, (Math.max(0, row.cost) / high) * (width - 340)), 12);
        playground.plot.label(pen, theme, signed(row.cost), width - 12, y + 6, { align: 'right', mono: true });
      });
    }

    playground.onWhile(element, 'language', draw);

    return {
      element, ask,
      of: (name) => kept.get(name) ?? null,
      show(name) {
        if (name === source) return;
        source = name;
        fault.hidden = true;
        if (asking && asking.name !== name) {
          asking.abort.abort();
          asking = null;
        }
        draw();
      },
      mark(state, chosen) {
        for (const one of list.children) {
          const place = { kind: one.dataset.kind, layer: +one.dataset.layer, head: +one.dataset.head };
          one.firstChild.setAttribute('aria-checked', String(!state.isOff(place)));
          one.classList.toggle('pg-ablate-off', state.isOff(place));
          one.classList.toggle('pg-chosen', place.kind === chosen.kind && place.layer === chosen.layer && place.head === chosen.head);
        }
      },
    };
  };
})();
