/* Sentences of different lengths in batches: padding, mask, and what each order wastes. */
'use strict';

(() => {
  const { make, number, tokens } = playground;
  const ORDERS = ['given', 'shuffled', 'bucketed'];
  const LEAST_CELL = 5; // pixels a token takes at least
  const DIGIT = 9; // pixels a 0 or 1 of the mask takes
  const MOST_CELL = 14;
  const MOVE = 320; // milliseconds in which sentences go to their new places
  const LONGEST_TEXT = 240; // characters of a sentence that are shown

  /** A share as people read it. */
  const percent = (share) => `${(100 * share).toFixed(1)} %`;

  tokens.padding = (element, view) => {
    let answer = null;
    let masked = false;
    let locked = null;
    let focused = 0;
    let order = null;

    const bars = Object.fromEntries(ORDERS.map((name) => [name, make('button.pg-pad-order', {
      type: 'button', role: 'radio', data: { order: name }, on: { click: () => tokens.set({ order_by: name }) },
    }, make('span.pg-pad-name', { text: `tokens.order_by.${name}` }), make('span.pg-pad-track', {}, make('i')), make('b.pg-pad-waste'))]));
    const group = make('div.pg-pad-orders', { role: 'radiogroup', label: 'tokens.minibatches.padding.orders' }, Object.values(bars));
    group.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = bars[ORDERS[(ORDERS.indexOf(order) + step + ORDERS.length) % ORDERS.length]];
      next.focus();
      next.click();
    });
    const faces = ['lengths', 'mask'].map((face) => make('button.pg-segment', { type: 'button', text: `tokens.minibatches.padding.${face}`, data: { face }, on: { click: () => { masked = face === 'mask'; showFace(); draw(); } } }));
    const said = make('p.pg-pad-said');
    const rows = make('div.pg-pad-batches', { role: 'listbox', tabindex: 0, label: 'tokens.minibatches.padding.batches' });
    const detail = make('p.pg-pad-detail', { 'aria-live': 'polite', dir: 'auto' });
    const shape = make('code.pg-mb-shape');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    element.append(
      make('header.pg-panel-head', {}, make('h3', { text: 'tokens.minibatches.padding.title' }), playground.helper('tokens.minibatches.padding.help'),
        make('div.pg-panel-tools', {}, make('div.pg-segments', { role: 'group', label: 'tokens.minibatches.padding.face' }, faces))),
      fault, make('div.pg-pad-body', {}, make('div.pg-pad-sums', {}, group, said, shape, detail), rows));
    shape.hidden = true;
    showFace();

    function showFace() {
      for (const one of faces) one.setAttribute('aria-pressed', String((one.dataset.face === 'mask') === masked));
    }

    /** Pixels of one token, so that the longest batch fits where there is room for it. */
    function cell() {
      const longest = Math.max(...answer.batches.map((batch) => batch.padded));
      const fits = Math.floor((rows.clientWidth - 46) / longest);
      return Math.max(masked ? DIGIT : LEAST_CELL, Math.min(MOST_CELL, fits));
    }

    function draw() {
      if (!answer) return;
      const was = places();
      for (const [name, bar] of Object.entries(bars)) {
        bar.setAttribute('aria-checked', String(name === order));
        bar.tabIndex = name === order ? 0 : -1;
        bar.querySelector('i').style.setProperty('width', `${100 * answer.compare[name]}%`);
        bar.querySelector('b').textContent = percent(answer.compare[name]);
      }
      shape.hidden = false;
      playground.say(said, 'tokens.minibatches.padding.said', { padding: number(answer.padding), cells: number(answer.cells), waste: percent(answer.waste) });
      rows.style.setProperty('--cell', `${cell()}px`);
      rows.classList.toggle('pg-pad-masked', masked);
      rows.replaceChildren(...answer.batches.map(block));
      focused = Math.min(focused, list().length - 1);
      point(locked);
      move(was);
    }

    const block = ({ rows: members, padded }, batch) => make('div.pg-pad-batch', { role: 'group' },
      make('span.pg-pad-number', { 'aria-hidden': 'true' }, String(batch)),
      make('div', {}, members.map((sentence) => line(sentence, padded, batch))));

    function line(sentence, padded, batch) {
      const { length } = answer.sentences[sentence];
      return make('div.pg-pad-row', {
        role: 'option', id: `pg-pad-${sentence}`, data: { sentence, batch, padded },
        'aria-label': `${length} + ${padded - length}`, style: { '--length': length, '--padding': padded - length },
      }, make('span.pg-pad-tokens', { 'aria-hidden': 'true' }, masked ? '1'.repeat(length) : ''),
      padded > length ? make('span.pg-pad-filled', { 'aria-hidden': 'true' }, masked ? '0'.repeat(padded - length) : '') : null);
    }

    const list = () => [...rows.querySelectorAll('.pg-pad-row')];
    const places = () => new Map(playground.calm() ? [] : list().map((one) => [one.dataset.sentence, one.getBoundingClientRect()]));

    /** Sentences that were elsewhere before go from there to their new places. */
    function move(was) {
      if (!was.size) return;
      const frame = rows.getBoundingClientRect();
      for (const one of list()) {
        const [here, before] = [one.getBoundingClientRect(), was.get(one.dataset.sentence)];
        if (!before || here.top > frame.bottom || (here.left === before.left && here.top === before.top)) continue;
        one.animate([{ transform: `translate(${before.left - here.left}px, ${before.top - here.top}px)` }, { transform: 'none' }], { duration: MOVE, easing: 'ease' });
      }
    }

    /** Says of one sentence what it is, how long, and how far its batch pads it. */
    function point(sentence) {
      for (const one of rows.querySelectorAll('.pg-pad-lit')) one.classList.remove('pg-pad-lit');
      const row = sentence === null ? null : rows.querySelector(`[data-sentence="${sentence}"]`);
      rows.removeAttribute('aria-activedescendant');
      if (!row) {
        playground.say(detail, 'tokens.minibatches.padding.point');
        const first = answer.batches[0];
        tellShape(0, first.rows.length, first.padded);
        return;
      }
      row.classList.add('pg-pad-lit');
      rows.setAttribute('aria-activedescendant', row.id);
      const { text, length } = answer.sentences[sentence];
      const letters = [...text];
      const { padded, batch } = row.dataset;
      playground.say(detail, 'tokens.minibatches.padding.detail', {
        length, padding: padded - length, padded, text: letters.length > LONGEST_TEXT ? `${letters.slice(0, LONGEST_TEXT).join('')}…` : text,
      });
      tellShape(batch, answer.batches[batch].rows.length, padded);
    }
    function tellShape(batch, count, padded) {
      shape.textContent = `X[${batch}], mask[${batch}]: (${count}, ${padded})`;
    }

    const sentenceOf = (target) => {
      const row = target.closest?.('.pg-pad-row');
      return row ? +row.dataset.sentence : null;
    };
    rows.addEventListener('pointerover', (event) => { if (locked === null && answer) point(sentenceOf(event.target)); });
    rows.addEventListener('pointerleave', () => { if (locked === null && answer) point(null); });
    rows.addEventListener('click', (event) => {
      const sentence = sentenceOf(event.target);
      locked = sentence === locked ? null : sentence;
      point(sentence);
    });
    rows.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        const all = list();
        focused = Math.max(0, Math.min(all.length - 1, locked === null ? focused : all.findIndex((one) => +one.dataset.sentence === locked) + step));
        locked = +all[focused].dataset.sentence;
        point(locked);
        all[focused].scrollIntoView({ block: 'nearest' });
      } else if (event.key === 'Escape' && locked !== null) {
        locked = null;
        point(null);
        event.stopPropagation();
      }
    });

    const ask = playground.asker('padding', (told, values) => {
      fault.hidden = true;
      // The same sentences in another order keep what was held.
      if (answer && answer.sentences.length !== told.sentences.length) locked = null;
      answer = told;
      order = values.order;
      draw();
    }, (refusal) => {
      fault.textContent = playground.sentence(refusal);
      fault.hidden = false;
    });
    let asked = '';
    tokens.follow(element, view, (config) => {
      const values = { ...tokens.reading(), batch_size: config.batch_size, order: config.order_by, seed: config.seed };
      const now = JSON.stringify(values);
      if (now !== asked) void ask(values);
      asked = now;
    });
    let wide = 0;
    new ResizeObserver(() => {
      if (answer && Math.abs(rows.clientWidth - wide) > 4) rows.style.setProperty('--cell', `${cell()}px`);
      wide = rows.clientWidth;
    }).observe(rows);
  };
})();
