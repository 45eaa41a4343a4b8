/* One-hot × W as a product that can be watched: all rows but one vanish, so it is a look-up. */
'use strict';

(() => {
  const { make, tokens, icon, number } = playground;
  const DWELL = 800; // milliseconds between the steps of the product
  const SLIDE = 380; // milliseconds
  const TERM = 40; // milliseconds from one cell of a row to the next
  const FIRST = 5; // the id that is looked up as the page opens

  const write = (value) => (Object.is(value, -0) || value === 0 ? '0' : value.toFixed(2).replace('-', '−'));

  /** `{element, follow(source)}` */
  tokens.onehotLookup = () => {
    const source = tokens.sourceChoice();
    const wanted = make('input.pg-text', { type: 'text', maxlength: 80, label: 'tokens.onehot.lookup.token', autocomplete: 'off' });
    playground.say(wanted, 'tokens.onehot.lookup.token', {}, 'placeholder');
    const play = make('button.pg-primary', { type: 'button', on: { click: () => (timer ? pause() : run()) } });
    const stepOn = playground.iconButton('step', 'tokens.onehot.lookup.step', () => { pause(); go(at >= last() ? 0 : at + 1); }, 'pg-button pg-square');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const grid = make('div.pg-onehot-product', { role: 'group', label: 'tokens.onehot.lookup.grid' });
    const caption = make('p.pg-onehot-caption', { 'aria-live': 'polite' });
    const facts = make('dl.pg-onehot-facts');
    const least = make('span');
    const most = make('span');
    const element = make('section.pg-panel.pg-onehot-lookup', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'tokens.onehot.lookup' }), playground.helper('tokens.onehot.lookup.help'),
        make('form.pg-panel-tools', { on: { submit: (event) => { event.preventDefault(); if (wanted.value) void ask({ token: wanted.value }); } } }, source.element, wanted, play, stepOn)),
      fault, grid, caption,
      make('div.pg-onehot-foot', {}, facts,
        make('div.pg-onehot-legend', {}, least, make('i.pg-onehot-signed'), most)));

    let answer = null;
    let at = 0; // steps of the product that are done: one a row, then the sum
    let timer = 0;
    const terms = []; // timers of the cells that are being multiplied
    let rows = []; // {line, one, cells}
    let sums = [];
    let known = ''; // the source that is shown
    const last = () => (answer ? answer.rows.length + 1 : 0);

    async function ask({ id = 0, token = '' }, replay = true) {
      pause();
      try {
        answer = await playground.call('onehot_lookup', { source: known, token_id: id, token });
      } catch (refusal) {
        fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
        fault.hidden = false;
        return;
      }
      fault.hidden = true;
      build();
      if (replay && !playground.calm()) {
        go(0);
        run();
      } else go(last());
    }

    function build() {
      const scale = Math.max(1e-9, ...answer.rows.flatMap((row) => row.weights.map(Math.abs)));
      const width = answer.row.length;
      const more = answer.dimensions > width;
      grid.style.setProperty('--columns', width);
      const cell = (value) => make('span.pg-onehot-weight', { style: { background: tokens.diverging(value / scale) } }, write(value));
      const dots = (key, params) => {
        const note = make('span.pg-onehot-dots');
        playground.say(note, key, params);
        return note;
      };
      rows = answer.rows.map((row, place) => {
        const chosen = place === answer.chosen;
        const one = make('span.pg-onehot-bit', { class: chosen ? 'pg-one' : '' }, chosen ? '1' : '0');
        const cells = row.weights.map(cell);
        const name = make('button.pg-onehot-name', { type: 'button', 'aria-pressed': String(chosen), on: { click: () => void ask({ id: row.id }) } },
          make('span.pg-onehot-id', {}, String(row.id)), make('span.pg-onehot-token', {}, playground.visible(row.token)));
        playground.say(name, 'tokens.onehot.lookup.choose', { token: playground.visible(row.token), id: row.id }, 'title');
        const line = make('div.pg-onehot-line', {}, one, make('span.pg-onehot-sign', {}, '×'), name, cells, more ? make('span.pg-onehot-sign', {}, '…') : null);
        return { line, cells, weights: row.weights, chosen };
      });
      sums = answer.product.map((value) => cell(value));
      const first = answer.rows[0].id;
      const after = answer.vocabulary_size - 1 - answer.rows.at(-1).id;
      grid.replaceChildren(
        make('div.pg-onehot-line.pg-onehot-top', {}, make('span', { text: 'tokens.onehot.lookup.code' }), make('span'), make('span', { text: 'tokens.onehot.lookup.rows' }),
          answer.row.map((_, column) => make('span', {}, String(column))), more ? make('span') : null),
        first ? dots('tokens.onehot.lookup.before', { count: first }) : make('span.pg-onehot-dots'),
        ...rows.map(({ line }) => line),
        after ? dots('tokens.onehot.lookup.after', { count: after }) : make('span.pg-onehot-dots'),
        make('div.pg-onehot-line.pg-onehot-sum', {}, make('span'), make('span.pg-onehot-sign', {}, '='), make('span.pg-onehot-total', { text: 'tokens.onehot.lookup.sum' }), sums, more ? make('span.pg-onehot-sign', {}, '…') : null));
      const told = [
        ['shape', `1 × ${number(answer.vocabulary_size)} · ${number(answer.vocabulary_size)} × ${number(answer.dimensions)}`],
        ['multiplications', number(answer.multiplications)],
        ['lookups', number(answer.lookups)],
        ['difference', answer.difference === 0 ? '0' : answer.difference.toExponential(1)],
      ];
      facts.replaceChildren(...told.map(([name, value]) => make('div', {}, make('dt', { text: `tokens.onehot.lookup.${name}` }), make('dd', {}, value))));
      least.textContent = write(-scale);
      most.textContent = `+${write(scale)}`;
    }

    /** Shows the product after so many of its steps. */
    function go(step) {
      const forward = step === at + 1;
      at = step;
      const chosen = answer.rows[answer.chosen];
      terms.splice(0).forEach(clearTimeout);
      rows.forEach(({ line, cells, weights, chosen: kept }, place) => {
        const done = at > place;
        line.classList.toggle('pg-now', at === place + 1);
        line.classList.toggle('pg-gone', done && !kept);
        line.classList.toggle('pg-kept', done && kept);
        cells.forEach((cell, column) => {
          const settle = () => {
            cell.classList.remove('pg-term');
            cell.classList.toggle('pg-zero', done && !kept);
            cell.textContent = done && !kept ? '0' : write(weights[column]);
          };
          settle();
          if (!forward || place !== at - 1 || playground.calm()) return;
          // Cell by cell: the term as it is written, then what it comes to.
          cell.classList.remove('pg-zero');
          cell.classList.add('pg-term');
          cell.textContent = `${kept ? 1 : 0}·${write(weights[column])}`;
          terms.push(setTimeout(settle, TERM * (column + 3)));
        });
      });
      const summed = at === last();
      grid.classList.toggle('pg-summed', summed);
      if (summed && forward && !playground.calm()) slide();
      if (at === 0) playground.say(caption, 'tokens.onehot.lookup.start');
      else if (summed) playground.say(caption, 'tokens.onehot.lookup.end', { id: chosen.id, token: playground.visible(chosen.token) });
      else {
        const row = answer.rows[at - 1];
        playground.say(caption, at - 1 === answer.chosen ? 'tokens.onehot.lookup.kept' : 'tokens.onehot.lookup.gone', { id: row.id, token: playground.visible(row.token), step: at, steps: last() });
      }
      showPlay();
    }

    /** The one row that is left slides down to where the sum stands. */
    function slide() {
      const { cells } = rows[answer.chosen];
      sums.forEach((sum, column) => {
        const away = cells[column].getBoundingClientRect().top - sum.getBoundingClientRect().top;
        sum.animate([{ transform: `translateY(${away}px)` }, { transform: 'none' }], { duration: SLIDE, easing: 'cubic-bezier(.3, .7, .3, 1)' });
      });
    }

    function run() {
      if (!answer) return;
      if (at >= last()) go(0);
      timer = setInterval(() => {
        if (!element.isConnected || element.offsetParent === null) { pause(); return; }
        go(at + 1);
        if (at >= last()) pause();
      }, DWELL);
      showPlay();
    }
    function pause() {
      clearInterval(timer);
      timer = 0;
      showPlay();
    }
    function showPlay() {
      const word = timer ? 'pause' : at && at < last() ? 'resume' : 'play';
      play.replaceChildren(icon(timer ? 'pause' : 'play'), make('span', { text: `tokens.onehot.lookup.${word}` }));
    }

    showPlay();
    return {
      element,
      follow(name) {
        if (name === known) return;
        known = name;
        source.show(name);
        void ask({ id: FIRST }, false);
      },
    };
  };
})();
