/* One matrix of the small attention: its cells, what they show, and how they are pointed at and set. */
'use strict';

(() => {
  const { make, attention } = playground;
  const { LIMIT } = attention.numbersMaths;
  const SEEN = 700; // milliseconds for which what followed from an edit is marked
  const NOTCH = 4; // pixels of a drag that are one step of a number
  const STEP = 0.1;
  const EASY = 3; // pixels that a click may slip

  /** Five signs at most, so that no column ever grows; the whole number is told when pointed at. */
  attention.numbersShort = (value) => {
    if (value === 0) return '0';
    const size = Math.abs(value);
    const digits = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
    const text = size < 9999.5 ? value.toFixed(digits) : value.toExponential(0).replace('e+', 'e');
    return (/^-0\.?0*$/.test(text) ? text.slice(1) : text).replace('-', '−');
  };

  /**
   * `kind`: `set` (numbers to be edited), `made` (computed ones), `forced` (computed, but a score
   * may be set), `weights`, `mask`. `scale`: the size of a number that has full colour. `act` has
   * `looked(row, column)`, `held(row, column)`, `set(row, column, value, gesture)`,
   * `typing(row, column)`, `release(row, column)`, `block(row, column, value, gesture)`.
   */
  attention.numbersMatrix = ({ name, kind, scale = 2, symbol, formula, act }) => {
    const table = make('table');
    const caption = make('figcaption.pg-numbers-caption', {}, make('b.pg-numbers-symbol', {}, symbol), make('span.pg-numbers-formula', {}, formula));
    const element = make('figure.pg-numbers-matrix', { data: { matrix: name, kind } }, caption, table);
    const settable = kind === 'set' || kind === 'forced';
    let cells = []; // rows of elements
    let shown = []; // rows of what each shows, as text and ground
    let names = { rows: [], columns: [] };
    let sums = [];
    let lit = '[[],null]'; // the cells that are lit
    let stop = [0, 0]; // the cell that the tabulator reaches

    const labelOf = (row, column) => playground.t(`attention.numbers.name.${name}`, { row: names.rows[row], column: names.columns[column] });

    /** Lays out cells for these names of rows and columns. */
    function build(rows, columns) {
      names = { rows, columns };
      const attributes = { set: { role: 'spinbutton', 'aria-valuemin': -LIMIT, 'aria-valuemax': LIMIT }, forced: { role: 'spinbutton' }, mask: { role: 'switch' } }[kind] ?? { role: 'button' };
      cells = rows.map((_, row) => columns.map((__, column) => make('span.pg-numbers-cell', { ...attributes, tabindex: -1, data: { row, column }, 'aria-label': labelOf(row, column) }, '–')));
      sums = kind === 'weights' ? rows.map(() => make('td.pg-numbers-sum')) : [];
      shown = rows.map(() => columns.map(() => ''));
      lit = '';
      table.replaceChildren(
        make('thead', {}, make('tr', {}, make('td'), columns.map((one) => make('th', { scope: 'col', title: one }, one)), sums.length ? make('td.pg-numbers-sum', {}, 'Σ') : null)),
        make('tbody', {}, cells.map((line, row) => make('tr', {}, make('th', { scope: 'row', title: rows[row] }, rows[row]), line.map((cell) => make('td', {}, cell)), sums[row]))));
      stop = [Math.min(stop[0], rows.length - 1), Math.min(stop[1], columns.length - 1)];
      cells[stop[0]][stop[1]].tabIndex = 0;
    }

    // What a cell shows: its text, its ground, and the attributes that go with them.

    function faceOf(value) {
      if (kind === 'mask') return [value ? '−∞' : '0', ''];
      if (kind === 'weights') return [attention.numbersShort(value), `rgb(${attention.colours.of(value)})`];
      return [attention.numbersShort(value), attention.signed.ground(value / scale)];
    }

    /** Writes these numbers; only cells whose look changes are touched. Returns those. */
    function show(values, { marked = () => false, quiet = false, of = null } = {}) {
      const touched = [];
      for (let row = 0; row < cells.length; row++) {
        for (let column = 0; column < cells[row].length; column++) {
          const value = values[row][column];
          const set = marked(row, column);
          const [text, ground] = faceOf(value);
          const look = `${settable ? value : ''} ${text} ${ground} ${set}`;
          if (look === shown[row][column]) continue;
          shown[row][column] = look;
          const cell = cells[row][column];
          write(cell, value, text, ground);
          cell.classList.toggle('pg-forced', set);
          if (!quiet && !(of && of[0] === row && of[1] === column)) touched.push(cell);
        }
        if (!sums.length) continue;
        const total = values[row].reduce((sum, one) => sum + one, 0).toFixed(2);
        if (sums[row].textContent !== total) sums[row].textContent = total;
      }
      for (const cell of touched) cell.classList.add('pg-follows');
      if (touched.length) settle();
      return touched.length;
    }

    function write(cell, value, text, ground) {
      cell.firstChild.data = text;
      if (kind === 'mask') {
        cell.classList.toggle('pg-blocked', Boolean(value));
        cell.setAttribute('aria-checked', String(!value));
        return;
      }
      cell.style.backgroundColor = ground;
      if (kind === 'weights') cell.style.color = attention.colours.bright(value) ? '#000' : '#FFF';
      if (settable) cell.setAttribute('aria-valuenow', value);
    }

    const settle = playground.afterQuiet(SEEN, () => {
      for (const cell of element.querySelectorAll('.pg-follows')) cell.classList.remove('pg-follows');
    });

    // Pointing, clicking, dragging.

    const placeOf = (target) => {
      const cell = target.closest?.('.pg-numbers-cell');
      return cell && table.contains(cell) ? [+cell.dataset.row, +cell.dataset.column] : null;
    };
    const numberOf = (row, column) => Number(cells[row][column].getAttribute('aria-valuenow'));
    const blockedAt = (row, column) => cells[row][column].classList.contains('pg-blocked');
    const within = (value) => Math.max(-LIMIT, Math.min(LIMIT, +value.toFixed(4)));

    function focus(row, column) {
      cells[stop[0]]?.[stop[1]]?.setAttribute('tabindex', '-1');
      stop = [row, column];
      cells[row][column].tabIndex = 0;
      cells[row][column].focus({ preventScroll: false });
    }

    let drag = null; // {row, column, from, y, id, moved, again}
    let paint = null; // {value, gesture}
    let gestures = 0;

    table.addEventListener('pointerover', (event) => {
      const place = placeOf(event.target);
      if (place && paint && event.buttons & 1) act.block(...place, paint.value, paint.gesture);
      if (place && !drag?.moved) act.looked(...place);
    });
    table.addEventListener('pointerleave', () => { if (!drag?.moved) act.looked(null); });
    table.addEventListener('pointerdown', (event) => {
      const place = placeOf(event.target);
      if (!place || event.button !== 0 || event.target.matches('input')) return;
      const again = document.activeElement === cells[place[0]][place[1]];
      focus(...place);
      if (kind === 'mask') {
        event.preventDefault(); // else it would select text on the way
        if (event.target.hasPointerCapture?.(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
        paint = { value: Number(!blockedAt(...place)), gesture: `${name} ${++gestures}` };
        act.block(...place, paint.value, paint.gesture);
        return;
      }
      event.preventDefault();
      cells[place[0]][place[1]].focus();
      drag = { row: place[0], column: place[1], from: settable ? numberOf(...place) : 0, y: event.clientY, again, moved: false, gesture: `${name} ${++gestures}` };
      table.setPointerCapture(event.pointerId);
    });
    table.addEventListener('pointermove', (event) => {
      if (!drag || !settable) return;
      const up = drag.y - event.clientY;
      if (!drag.moved && Math.abs(up) <= EASY) return;
      drag.moved = true;
      element.classList.add('pg-dragging');
      const step = event.shiftKey ? STEP / 10 : STEP;
      act.set(drag.row, drag.column, within(drag.from + Math.round(up / NOTCH) * step), drag.gesture);
    });
    const end = (event) => {
      if (paint) paint = null;
      if (!drag) return;
      const { row, column, moved, again } = drag;
      drag = null;
      element.classList.remove('pg-dragging');
      if (moved || event.type === 'pointercancel') return;
      if (again && settable) type(row, column);
      else act.held(row, column);
    };
    table.addEventListener('pointerup', end);
    table.addEventListener('pointercancel', end);
    addEventListener('pointerup', () => { paint = null; });

    // Keys, and typing a number.

    table.addEventListener('focusin', (event) => {
      const place = placeOf(event.target);
      if (place && event.target.matches(':focus-visible')) act.looked(...place);
    });
    table.addEventListener('keydown', (event) => {
      const place = placeOf(event.target);
      if (!place || event.target.matches('input') || event.ctrlKey || event.metaKey || event.altKey) return;
      const [row, column] = place;
      const turn = settable ? { ArrowUp: 1, ArrowDown: -1 }[event.key] : 0;
      const way = { ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [1, 0], PageUp: [-1, 0], ...(settable ? {} : { ArrowDown: [1, 0], ArrowUp: [-1, 0] }) }[event.key];
      if (turn) act.set(row, column, within(numberOf(row, column) + turn * STEP * (event.shiftKey ? 10 : 1)), `keys ${name} ${row} ${column}`);
      else if (way) step(row, column, way);
      else if (kind === 'mask' && [' ', 'Enter'].includes(event.key)) act.block(row, column, Number(!blockedAt(row, column)), null);
      else if (settable && (event.key === 'Enter' || event.key === 'F2')) type(row, column);
      else if (settable && /^[-−.\d]$/.test(event.key)) type(row, column, event.key);
      else if (kind === 'forced' && ['Delete', 'Backspace'].includes(event.key)) act.release(row, column);
      else if ([' ', 'Enter'].includes(event.key)) act.held(row, column);
      else return;
      event.preventDefault();
    });
    function step(row, column, [down, right]) {
      const wide = cells[0].length;
      const at = row * wide + column + down * wide + right;
      if (at >= 0 && at < wide * cells.length) focus(Math.floor(at / wide), at % wide);
    }

    function type(row, column, first = null) {
      const cell = cells[row][column];
      const box = make('input', { type: 'text', inputmode: 'text', maxlength: 9, autocomplete: 'off', spellcheck: 'false', 'aria-label': labelOf(row, column) });
      box.value = first ?? String(numberOf(row, column));
      act.looked(row, column);
      cell.parentElement.append(box);
      box.focus();
      if (first === null) box.select();
      let done = false;
      const finish = (keep, next) => {
        if (done) return;
        const text = box.value.normalize('NFKC').replace('−', '-').replace(',', '.').trim();
        const value = text === '' ? NaN : Number(text);
        if (keep && !(Math.abs(value) <= LIMIT)) {
          box.setAttribute('aria-invalid', 'true');
          act.odd(box.value);
          if (next) return; // Enter: mend it; who clicks elsewhere leaves the number as it was
        }
        done = true;
        act.odd(null);
        box.remove();
        if (keep && Math.abs(value) <= LIMIT) act.set(row, column, within(value), null);
        if (next) focus(row, column);
      };
      box.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        finish(event.key === 'Enter', true);
      });
      box.addEventListener('blur', () => finish(true, false));
    }

    return {
      element, build, show, caption,
      /** The look is drawn anew at the next `show`, as after a change of theme. */
      forget() { shown = shown.map((line) => line.map(() => '')); },
      rename() { cells.forEach((line, row) => line.forEach((cell, column) => cell.setAttribute('aria-label', labelOf(row, column)))); },
      /** Lights cells `[[row, column], …]`; `main` is the one that is explained. */
      light(places, main) {
        const next = JSON.stringify([places, main]);
        if (next === lit) return;
        lit = next;
        for (const cell of element.querySelectorAll('.pg-lit, .pg-main')) cell.classList.remove('pg-lit', 'pg-main');
        for (const [row, column] of places) cells[row]?.[column]?.classList.add('pg-lit');
        if (main) cells[main[0]]?.[main[1]]?.classList.add('pg-main');
      },
    };
  };
})();
