/* The text as one ribbon: the rows of the batch of the moment on it, all between them left out. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const WHOLE = 160; // tokens up to which the ribbon leaves nothing out
  const AROUND = { narrow: 1, wide: 3 }; // tokens shown before and after a row
  const NARROW = 560; // pixels
  const LONGEST = 12; // tokens of a row shown in whole
  const FIRST = 1; // tokens of the text's own beginning and end that always show
  const EDGE = 5; // unused tokens shown in whole
  const LEAST_GAP = 2; // tokens that are worth a mark for what is left out
  const DRAG = 4; // pixels before a press becomes a drag

  /** Parts of the text that show, as sorted `[from, to)` that do not touch. */
  function shownParts({ total, starts, steps, unused }, around) {
    if (total <= WHOLE) return [[0, total]];
    const parts = [[0, FIRST], [total - FIRST, total]];
    parts.push(unused.before <= EDGE ? [0, unused.before + 1] : [unused.before - 2, unused.before + 1]);
    const end = total - unused.after;
    parts.push(unused.after <= EDGE ? [end - 1, total] : [end - 1, end + 1]);
    for (const start of starts) {
      if (steps <= LONGEST) parts.push([start - around, start + steps + around]);
      else parts.push([start - around, start + LONGEST / 2], [start + steps - LONGEST / 2, start + steps + around]);
    }
    const whole = [];
    for (const [from, to] of parts.map(([a, b]) => [Math.max(0, a), Math.min(total, b)]).sort((a, b) => a[0] - b[0])) {
      const last = whole.at(-1);
      if (last && from - last[1] < LEAST_GAP) last[1] = Math.max(last[1], to);
      else if (to > from) whole.push([from, to]);
    }
    return whole;
  }

  /**
   * `{element, draw(scene), light(place), cell(position)}`. `look(place)` is told what is pointed
   * at, `{row, position}` or null, `lock(place)` what is clicked, `move(offset)` where the cuts
   * were dragged to.
   */
  playground.tokens.batchRibbon = ({ look, lock, move }) => {
    const element = make('div.pg-mb-ribbon', { role: 'group', label: 'tokens.minibatches.ribbon.label' });
    const handle = make('span.pg-mb-handle', { role: 'slider', tabindex: 0, label: 'tokens.minibatches.offset', hint: 'tokens.minibatches.offset.hint', 'aria-valuemin': 0 });
    let scene = null;
    let owners = new Map(); // position to row
    let cells = new Map(); // position to element
    let drag = null;

    function draw(next) {
      scene = next;
      owners = new Map();
      cells = new Map();
      const { steps, starts, unused, total, before } = scene;
      starts.forEach((start, row) => { for (let at = 0; at < steps; at++) owners.set(start + at, row); });
      const carried = new Map();
      before?.forEach((start, row) => { for (let at = 0; at < steps; at++) carried.set(start + at, row); });
      const firsts = new Map(starts.map((start, row) => [start, row]));
      const focused = document.activeElement === handle;
      const parts = [];
      let end = 0;
      for (const [from, to] of shownParts(scene, element.clientWidth < NARROW ? AROUND.narrow : AROUND.wide)) {
        if (from > end) parts.push(gap(end, from));
        const together = make('span.pg-mb-run');
        for (let position = from; position < to; position++) {
          if (position === unused.before) together.append(handle);
          together.append(cell(position, { row: owners.get(position), old: carried.get(position), first: firsts.has(position), cut: before === null }));
        }
        parts.push(together);
        end = to;
      }
      element.replaceChildren(...parts);
      if (focused) handle.focus({ preventScroll: true });
      handle.setAttribute('aria-valuemax', steps - 1);
      handle.setAttribute('aria-valuenow', unused.before);
      element.style.setProperty('--cell', scene.cell);

      function cell(position, { row, old, first, cut }) {
        const one = make('span.pg-mb-cell', { data: { position }, dir: 'auto' }, scene.word(position));
        if (row !== undefined) {
          one.classList.add('pg-mb-in', `pg-mb-row-${row % tokens.batchColours}`);
          one.dataset.row = row;
          if (first) one.classList.add(cut ? 'pg-mb-cut' : 'pg-mb-first');
        } else if (old !== undefined) one.classList.add('pg-mb-old', `pg-mb-row-${old % tokens.batchColours}`);
        else if (position < unused.before || position >= total - unused.after) one.classList.add('pg-mb-unused');
        cells.set(position, one);
        return one;
      }
    }

    function gap(from, to) {
      const one = make('span.pg-mb-gap', { data: { from, to } }, '⋯ ', make('b', {}, playground.number(to - from)), ' ⋯');
      const row = owners.get(from);
      if (row !== undefined && owners.get(to - 1) === row) one.classList.add('pg-mb-in', `pg-mb-row-${row % tokens.batchColours}`);
      return one;
    }

    /** Lights the place of one token of one row; null lights none. */
    function light(place) {
      for (const one of element.querySelectorAll('.pg-mb-lit')) one.classList.remove('pg-mb-lit');
      if (!place) return;
      (cells.get(place.position) ?? [...element.querySelectorAll('.pg-mb-gap')].find((one) => +one.dataset.from <= place.position && place.position < +one.dataset.to))?.classList.add('pg-mb-lit');
    }

    const placeOf = (target) => {
      const one = target.closest?.('.pg-mb-cell[data-row]');
      return one && { row: +one.dataset.row, position: +one.dataset.position };
    };
    element.addEventListener('pointerover', (event) => { if (!drag?.moved) look(placeOf(event.target)); });
    element.addEventListener('pointerleave', () => { if (!drag) look(null); });
    element.addEventListener('pointerdown', (event) => {
      if (!scene || event.button) return;
      const wide = element.querySelector('.pg-mb-cell').offsetWidth;
      drag = { x: event.clientX, offset: scene.unused.before, wide, place: placeOf(event.target), moved: false };
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener('pointermove', (event) => {
      if (!drag) return;
      const across = event.clientX - drag.x;
      drag.moved ||= Math.abs(across) > DRAG;
      if (!drag.moved) return;
      element.classList.add('pg-mb-dragged');
      shift(drag.offset + Math.round(across / drag.wide));
    });
    const drop = (event) => {
      if (drag && !drag.moved && event.type === 'pointerup' && drag.place) lock(drag.place);
      drag = null;
      wanted = null;
      element.classList.remove('pg-mb-dragged');
    };
    element.addEventListener('pointerup', drop);
    element.addEventListener('pointercancel', drop);
    handle.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!step || !scene) return;
      event.preventDefault();
      shift(scene.unused.before + step);
    });

    let wanted = null;
    function shift(offset) {
      const next = Math.max(0, Math.min(scene.steps - 1, offset));
      if (next === (wanted ?? scene.unused.before)) return;
      wanted = next;
      move(next);
    }

    return { element, draw: (next) => { wanted = null; draw(next); }, light, cell: (position) => cells.get(position) };
  };
})();
