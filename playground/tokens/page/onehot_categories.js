/* Categories as numbers: one-hot keeps them all equally far apart, integer codes invent an order. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const SEPARATORS = /[,，、;；\n]+/u;

  const write = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(3));

  /** `{element, follow()}` */
  tokens.onehotCategories = () => {
    const box = make('input.pg-text', { type: 'text', maxlength: 500, label: 'tokens.onehot.categories.own', autocomplete: 'off' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const body = make('tbody');
    const maps = Object.fromEntries(['onehot', 'codes'].map((kind) => [kind, make('table.pg-onehot-map', { tabindex: 0, data: { kind }, label: `tokens.onehot.categories.${kind}` })]));
    const reading = make('p.pg-onehot-reading', { 'aria-live': 'polite' });
    const most = make('span');
    const element = make('section.pg-panel.pg-onehot-categories', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'tokens.onehot.categories' }), playground.helper('tokens.onehot.categories.help'),
        make('div.pg-onehot-legend.pg-onehot-legend-right', {}, make('span', {}, '0'), make('i', { style: { background: tokens.sequential.ramp } }), most)),
      make('label.pg-stack.pg-onehot-own', {}, make('span.pg-figure-key', { text: 'tokens.onehot.categories.own' }), box),
      fault,
      make('div.pg-onehot-three', {},
        make('div', {}, make('h4', { text: 'tokens.onehot.categories.vectors' }), make('table.pg-onehot-codes', {},
          make('thead', {}, make('tr', {}, make('td'), ['name', 'code', 'vector'].map((name) => make('th', { scope: 'col', text: `tokens.onehot.categories.${name}` })))), body),
        make('p.pg-note', { text: 'tokens.onehot.categories.move' })),
        ...Object.entries(maps).map(([kind, map]) => make('div', {}, make('h4', { text: `tokens.onehot.categories.${kind}` }), map, make('p.pg-note', { text: `tokens.onehot.categories.${kind}.note` })))),
      reading);

    let answer = null;
    let written = false; // by the visitor; until then the categories speak their language
    let spot = null; // [row, column]
    let locked = false;

    const ask = playground.asker('onehot_distances', (found) => {
      answer = found;
      fault.hidden = true;
      draw();
    }, (refusal) => {
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
    });

    const named = () => box.value.split(SEPARATORS).map((one) => one.trim()).filter(Boolean);
    const put = (names) => { box.value = names.join(playground.language === 'zh' ? '、' : ', '); };

    function draw() {
      const { categories, codes, onehot } = answer;
      const focused = body.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
      body.replaceChildren(...categories.map((name, row) => make('tr', { data: { row } },
        make('td.pg-onehot-movers', {}, mover(name, row, -1), mover(name, row, 1)),
        make('th', { scope: 'row' }, handle(name, row)),
        make('td.pg-onehot-code', {}, String(codes[row])),
        make('td', {}, make('span.pg-onehot-vector', {}, onehot[row].map((bit) => make('span.pg-onehot-bit', { class: bit ? 'pg-one' : '' }, String(bit))))))));
      // Who moves a category with the keys keeps hold of it.
      if (focused) [...body.querySelectorAll('button')].find((one) => one.dataset.name === focused.name && one.dataset.step === focused.step)?.focus();
      const top = Math.max(...answer.onehot_distances.flat(), ...answer.code_distances.flat());
      most.textContent = write(top);
      drawMap(maps.onehot, answer.onehot_distances, top);
      drawMap(maps.codes, answer.code_distances, top);
      spot = null;
      locked = false;
      tell();
    }

    function drawMap(map, distances, top) {
      const { categories } = answer;
      const small = categories.length > 7;
      map.classList.toggle('pg-small', small);
      const letters = (name) => (small ? [...name].slice(0, 3).join('') : name);
      map.replaceChildren(
        make('thead', {}, make('tr', {}, make('td'), categories.map((name) => make('th', { scope: 'col', title: name }, make('span', {}, letters(name)))))),
        make('tbody', {}, distances.map((line, row) => make('tr', {}, make('th', { scope: 'row', title: categories[row] }, make('span', {}, categories[row])), line.map((value, column) => {
          const { ground, ink } = tokens.sequential(value / top);
          return make('td', { data: { row, column }, style: { background: ground, color: ink } }, Number.isInteger(value) ? String(value) : value.toFixed(small ? 1 : 2));
        })))));
    }

    // The order: by dragging, by the arrow keys, or by the two arrows of a row.

    function handle(name, place) {
      return make('button.pg-onehot-handle', { type: 'button', draggable: 'true', hint: 'tokens.onehot.categories.drag', data: { name, step: 0 }, on: {
        keydown: (event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          move(place, place + step);
        },
        dragstart: (event) => { event.dataTransfer.setData('text/plain', String(place)); },
        dragover: (event) => { event.preventDefault(); event.currentTarget.classList.add('pg-over'); },
        dragleave: (event) => event.currentTarget.classList.remove('pg-over'),
        drop: (event) => { event.preventDefault(); move(Number(event.dataTransfer.getData('text/plain')), place); },
      } }, name);
    }
    function mover(name, place, step) {
      const button = playground.iconButton('down', step < 0 ? 'tokens.onehot.categories.up' : 'tokens.onehot.categories.down', () => move(place, place + step), step < 0 ? 'pg-quiet pg-up' : 'pg-quiet');
      Object.assign(button.dataset, { name, step });
      return button;
    }

    function move(from, to) {
      const names = [...answer.categories];
      if (!Number.isInteger(from) || to < 0 || to >= names.length || from === to) return;
      names.splice(to, 0, ...names.splice(from, 1));
      put(names);
      void ask({ categories: names });
    }

    // Both maps light the same pair.

    function tell() {
      for (const map of Object.values(maps)) {
        for (const cell of map.querySelectorAll('td[data-row]')) cell.classList.toggle('pg-looked', Boolean(spot) && +cell.dataset.row === spot[0] && +cell.dataset.column === spot[1]);
      }
      for (const row of body.children) row.classList.toggle('pg-looked', Boolean(spot?.includes(+row.dataset.row)));
      if (!spot) {
        playground.say(reading, 'tokens.onehot.categories.point');
        return;
      }
      const [row, column] = spot;
      playground.say(reading, row === column ? 'tokens.onehot.categories.itself' : 'tokens.onehot.categories.pair', {
        one: answer.categories[row], other: answer.categories[column], first: answer.codes[row], second: answer.codes[column],
        onehot: write(answer.onehot_distances[row][column]), code: write(answer.code_distances[row][column]),
      });
    }
    function look(next, hold = false) {
      spot = next;
      locked = hold && Boolean(next);
      tell();
    }
    const under = (event) => {
      const cell = event.target.closest('td[data-row]');
      return cell ? [+cell.dataset.row, +cell.dataset.column] : null;
    };
    for (const map of Object.values(maps)) {
      map.addEventListener('pointerover', (event) => { if (!locked) look(under(event)); });
      map.addEventListener('pointerleave', () => { if (!locked) look(null); });
      map.addEventListener('click', (event) => look(under(event), true));
      map.addEventListener('keydown', (event) => {
        const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
        const count = answer?.categories.length ?? 0;
        if (event.key === 'Escape' && spot) look(null);
        else if (step && count) look(spot ? spot.map((value, axis) => Math.max(0, Math.min(count - 1, value + step[axis]))) : [0, 0], true);
        else return;
        event.preventDefault();
      });
    }

    const typed = playground.afterQuiet(120, () => void ask({ categories: named() }));
    box.addEventListener('input', () => { written = true; typed(); });
    function usual() {
      if (written) return;
      box.value = playground.t('tokens.onehot.categories.usual');
      void ask({ categories: named() });
    }
    playground.onWhile(element, 'language', usual);
    tell();

    return { element, follow() { if (!answer) usual(); } };
  };
})();
