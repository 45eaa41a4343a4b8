/* One minibatch as two aligned matrices: X, and Y one token further; what each row goes on from. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const FEW = 8; // rows shown unless all are asked for
  const BESIDE = 2; // tokens shown of the batches before and after, beside each row

  /**
   * `{element, draw(scene), light(place), cell(row, step)}`; places and `look`, `lock` as the
   * ribbon has them.
   */
  tokens.batchMatrices = ({ look, lock, redraw }) => {
    const grid = make('div.pg-mb-matrices', { role: 'grid', label: 'tokens.minibatches.matrices.label' });
    const all = make('button.pg-link', { type: 'button', hidden: true, on: { click: () => { wholly = !wholly; redraw(); } } });
    const element = make('div.pg-mb-both', {}, grid, all);
    let scene = null;
    let wholly = false;
    let focused = { matrix: 'x', row: 0, step: 0 };
    let frame = ''; // what the lines that stand there are made for
    let cells = { x: [], y: [] };
    let sides = []; // {one, row, side, at}: the tokens beside X

    function draw(next) {
      scene = next;
      const { starts, steps } = scene;
      const shown = wholly ? starts.length : Math.min(FEW, starts.length);
      const needed = [steps, shown, scene.past !== null, scene.before !== null, scene.after].join();
      if (needed !== frame) build(shown);
      frame = needed;
      grid.style.setProperty('--cell', scene.cell);
      fill();
      all.hidden = starts.length <= FEW;
      playground.say(all, wholly ? 'tokens.minibatches.rows.few' : 'tokens.minibatches.rows.all', { rows: wholly ? FEW : starts.length });
    }

    /** Lines and cells, without what they hold: from batch to batch they stay. */
    function build(shown) {
      const { steps } = scene;
      const had = grid.contains(document.activeElement);
      cells = { x: [], y: [] };
      sides = [];
      const lines = { x: [], y: [] };
      for (const matrix of ['x', 'y']) for (let row = 0; row < shown; row++) lines[matrix].push(line(matrix, row));
      grid.replaceChildren(
        make('div.pg-mb-line.pg-mb-times', { 'aria-hidden': 'true' }, make('span.pg-mb-label', {}, 't'), make('span.pg-mb-before'), make('span.pg-mb-thread'),
          Array.from({ length: steps }, (_, step) => make('span.pg-mb-time', {}, String(step)))),
        ...lines.x,
        make('div.pg-mb-shift', { 'aria-hidden': 'true' }, make('span.pg-mb-label'), make('span', { text: 'tokens.minibatches.shift' })),
        ...lines.y);
      focused = { ...focused, row: Math.min(focused.row, shown - 1), step: Math.min(focused.step, steps - 1) };
      place(focused).tabIndex = 0;
      if (had) place(focused).focus({ preventScroll: true });
    }

    function line(matrix, row) {
      const colour = `pg-mb-row-${row % tokens.batchColours}`;
      const inputs = matrix === 'x';
      cells[matrix][row] = Array.from({ length: scene.steps }, (_, step) => make('span.pg-mb-cell.pg-mb-in', { role: 'gridcell', tabindex: -1, dir: 'auto', class: colour, data: { matrix, row, step } }));
      const beside = (side) => Array.from({ length: BESIDE }, (_, at) => {
        const one = make('span.pg-mb-cell.pg-mb-old', { dir: 'auto', class: colour });
        sides.push({ one, row, side, at });
        return one;
      });
      return make('div.pg-mb-line', { role: 'row', class: colour, data: { matrix, row } },
        make('span.pg-mb-label', { role: 'rowheader' }, `${matrix.toUpperCase()}[${row}]`),
        make('span.pg-mb-before', { 'aria-hidden': 'true' }, inputs && scene.past ? beside('past') : []),
        inputs ? thread(scene.before ? 'carried' : scene.past ? 'cut' : 'zero') : make('span.pg-mb-thread', { role: 'presentation' }),
        cells[matrix][row],
        inputs && scene.after ? [thread('on'), make('span.pg-mb-next', { 'aria-hidden': 'true' }, beside('next'))] : null);
    }

    function fill() {
      const { starts, steps, past, total, word } = scene;
      for (const [matrix, further] of [['x', 0], ['y', 1]]) {
        cells[matrix].forEach((row, at) => row.forEach((one, step) => {
          const position = starts[at] + step + further;
          one.textContent = word(position);
          one.dataset.position = position;
        }));
      }
      for (const { one, row, side, at } of sides) {
        const position = side === 'past' ? past[row] + steps - BESIDE + at : starts[row] + steps + at;
        one.textContent = position >= 0 && position < total ? word(position) : '';
      }
      // The thread is drawn anew with each batch.
      for (const one of playground.calm() ? [] : grid.querySelectorAll('.pg-mb-carried i')) one.animate([{ transform: 'scaleX(0)' }, { transform: 'none' }], { duration: 320, easing: 'ease' });
    }

    const thread = (kind) => make('span.pg-mb-thread', {
      role: 'gridcell', class: `pg-mb-${kind}`, label: `tokens.minibatches.thread.${kind}`, hint: `tokens.minibatches.thread.${kind}`,
    }, make('i'), make('b', { 'aria-hidden': 'true' }, kind === 'zero' || kind === 'cut' ? '0' : 'h'));

    const place = ({ matrix, row, step }) => cells[matrix][row]?.[step];

    /** Lights a token in both matrices: its twin stands one step earlier in Y. */
    function light(where) {
      for (const one of grid.querySelectorAll('.pg-mb-lit')) one.classList.remove('pg-mb-lit');
      if (!where) return;
      const step = where.position - scene.starts[where.row];
      for (const one of [cells.x[where.row]?.[step], cells.y[where.row]?.[step - 1]]) one?.classList.add('pg-mb-lit');
    }

    const pointed = (target) => {
      const one = target.closest?.('.pg-mb-cell[data-matrix]');
      return one ? { row: +one.dataset.row, position: +one.dataset.position } : null;
    };
    grid.addEventListener('pointerover', (event) => look(pointed(event.target)));
    grid.addEventListener('pointerleave', () => look(null));
    grid.addEventListener('focusin', (event) => look(pointed(event.target)));
    grid.addEventListener('focusout', () => look(null));
    grid.addEventListener('click', (event) => { if (pointed(event.target)) lock(pointed(event.target)); });
    grid.addEventListener('keydown', (event) => {
      const at = event.target.dataset;
      if (!at?.matrix) return;
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        lock(pointed(event.target));
        return;
      }
      const [across, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [0, 0];
      if (!across && !down) return;
      event.preventDefault();
      const lines = [...grid.querySelectorAll('.pg-mb-line[data-matrix]')];
      const next = lines[lines.indexOf(event.target.parentNode) + down];
      const there = next && place({ ...next.dataset, step: +at.step + across });
      if (!there) return;
      place(focused)?.setAttribute('tabindex', '-1');
      focused = { matrix: there.dataset.matrix, row: +there.dataset.row, step: +there.dataset.step };
      there.tabIndex = 0;
      there.focus();
    });

    return { element, draw, light, cell: (row, step) => place({ matrix: 'x', row, step }) };
  };
})();
