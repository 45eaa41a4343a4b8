/* All heads of a model as switches, each with its small map and, once known, what it is worth. */
'use strict';

(() => {
  const { make, attention } = playground;
  const KINDS = ['encoder', 'decoder', 'cross'];
  const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

  /** `{element, show(maps), mark({state, chosen, costs})}`; `told.choose(head)`, `told.flip(head)`, places from 0. */
  attention.ablateBoard = (told) => {
    const element = make('div.pg-ablate-board');
    let cards = new Map(); // "kind layer head" -> {card, map, flip, cost, canvas}
    let shape = '';

    const keyOf = ({ kind, layer, head }) => `${kind} ${layer} ${head}`;

    function card(place) {
      const canvas = make('canvas', { 'aria-hidden': 'true' });
      const map = make('button.pg-ablate-thumb', { type: 'button', tabindex: -1, 'aria-pressed': 'false', on: { click: () => told.choose(place) } }, canvas);
      const flip = make('button.pg-ablate-flip', { type: 'button', role: 'switch', tabindex: -1, 'aria-checked': 'true', on: { click: () => told.flip(place) } }, make('i', { 'aria-hidden': 'true' }));
      const cost = make('span.pg-ablate-worth', { hidden: true });
      const words = { layer: place.layer + 1, head: place.head + 1 };
      playground.say(map, `attention.ablate.look.${place.kind}`, words, 'aria-label');
      playground.say(flip, `attention.ablate.head.${place.kind}`, words, 'aria-label');
      const whole = make('div.pg-ablate-card', { data: { kind: place.kind, layer: place.layer, head: place.head } }, map, make('span.pg-ablate-under', {}, flip, cost));
      cards.set(keyOf(place), { card: whole, map, flip, cost, canvas, place });
      return whole;
    }

    function group(kind, { layers, heads }) {
      const title = make('h4', { text: `attention.ablate.kind.${kind}` });
      const names = Array.from({ length: heads }, (_, head) => make('span.pg-ablate-name', { 'aria-hidden': 'true' }, String(head + 1)));
      const rows = Array.from({ length: layers }, (_, layer) => [
        make('span.pg-ablate-name', { 'aria-hidden': 'true' }, String(layer + 1)),
        ...Array.from({ length: heads }, (_, head) => card({ kind, layer, head })),
      ]);
      const grid = make('div.pg-ablate-grid', { style: { '--heads': heads } }, make('span.pg-ablate-corner', { text: 'attention.ablate.corner', 'aria-hidden': 'true' }), names, rows);
      return make('section.pg-ablate-kind', { data: { kind } }, title, grid);
    }

    element.addEventListener('keydown', (event) => {
      const move = MOVES[event.key];
      const here = event.target.closest?.('.pg-ablate-card');
      if (!move || !here) return;
      event.preventDefault();
      const { kind, layer, head } = here.dataset;
      const next = cards.get(keyOf({ kind, layer: +layer + move[0], head: +head + move[1] })) ?? beyond(kind, move[0], +head);
      if (!next) return;
      const flipping = event.target.classList.contains('pg-ablate-flip');
      (flipping ? next.flip : next.map).focus();
      if (!flipping) told.choose(next.place);
    });

    /** Up and down go on in the attention of the next kind. */
    function beyond(kind, down, head) {
      if (!down) return null;
      const there = KINDS.filter((one) => cards.has(`${one} 0 0`));
      const next = there[there.indexOf(kind) + down];
      if (!next) return null;
      const found = [...cards.values()].filter(({ place }) => place.kind === next && place.head === head);
      return down > 0 ? found[0] : found.at(-1);
    }

    return {
      element,
      places: () => [...cards.values()].map(({ place }) => place),
      show(maps) {
        const next = KINDS.filter((kind) => maps.of(kind)).map((kind) => `${kind} ${maps.of(kind).layers} ${maps.of(kind).heads}`).join(' · ');
        if (next !== shape) {
          shape = next;
          cards = new Map();
          element.replaceChildren(...KINDS.filter((kind) => maps.of(kind)).map((kind) => group(kind, maps.of(kind))));
        }
        for (const { place, canvas } of cards.values()) {
          const map = maps.of(place.kind);
          const weights = maps.matrix(place.kind, place.layer + 1, place.head + 1);
          attention.colours.picture(weights, map.rows, map.columns, attention.largest(weights), map.blocked, canvas);
          canvas.classList.toggle('pg-ablate-long', Math.max(map.rows, map.columns) > 40);
        }
      },
      mark({ state, chosen, costs }) {
        const worth = new Map((costs?.rows ?? []).map((row) => [keyOf(row), row.cost]));
        const most = Math.max(1e-9, ...worth.values());
        for (const [key, { card: whole, map, flip, cost, place }] of cards) {
          const [off, picked] = [state.isOff(place), key === keyOf(chosen)];
          whole.classList.toggle('pg-ablate-off', off);
          whole.classList.toggle('pg-ablate-changed', state.cells(place).length > 0);
          flip.setAttribute('aria-checked', String(!off));
          map.setAttribute('aria-pressed', String(picked));
          map.tabIndex = flip.tabIndex = picked ? 0 : -1;
          cost.hidden = !worth.has(key);
          if (cost.hidden) continue;
          cost.textContent = worth.get(key).toFixed(2).replace('-', '−');
          cost.style.setProperty('--worth', Math.max(0, worth.get(key) / most).toFixed(3));
        }
      },
    };
  };
})();
