/* The map of one head, large: a cell is dragged up or down, typed, hidden, and the model follows. */
'use strict';

(() => {
  const { make, attention } = playground;
  const DRAG = 140; // px for a weight from 0 to 1
  const START = 4; // px from which a press is a drag
  const KEYS = { '+': 0.05, '=': 0.05, '-': -0.05, _: -0.05 };

  /**
   * `{element, show(scene), tools}`; a scene is `{maps, place, state, causal}`, places from 0.
   * `told.cell(cell)` hears which cell is chosen.
   */
  attention.ablateMap = (told) => {
    let scene = null;
    let spot = { query: -1, key: -1 };
    let held = false;
    let drag = null; // {y, from, cell, moved}
    let weights = null; // as they are shown, what was asked for included
    let high = 1; // where the colours end: kept while weights are changed
    const title = make('h3');
    const top = make('span');
    const layer = make('i.pg-ablate-hidden-layer', { 'aria-hidden': 'true' });

    const heat = attention.heat({
      look: (next) => { if (!held && !drag) point(next ?? { query: -1, key: -1 }); },
      hold: (next, byKey = false) => hold(next, byKey),
      press: (next, event) => press(next, event),
    });
    heat.element.querySelector('.pg-heat-field').append(layer);
    heat.element.querySelector('.pg-heat-sheet').classList.add('pg-ablate-sheet');
    const cell = attention.ablateCell({
      weigh: (value) => weigh(value),
      hold: () => scene?.state.hold(),
      release: () => scene?.state.release(),
      hide: () => hide(),
      only: () => only(),
      reset: () => { if (chosen()) scene.state.reset(chosen()); },
      renew: () => tell(),
    });
    const scale = make('div.pg-ablate-scale', {}, make('span', {}, '0'), make('i', { style: { background: attention.colours.gradient() } }), top);
    const tools = playground.plot.tools({
      name: 'attention_map', rows: () => table(),
      png: () => playground.plot.png(heat.whole(), heat.paint, title.textContent),
    });
    const element = make('section.pg-panel.pg-ablate-map', {},
      make('header.pg-panel-head', {}, title, playground.helper('attention.ablate.map.help'), make('div.pg-panel-tools', {}, tools.element)),
      make('div.pg-ablate-map-body', {}, heat.element, scale, cell.element), tools.table);

    const map = () => scene.maps.of(scene.place.kind);
    const names = (tokens) => tokens.map(attention.word);
    const chosen = () => (scene && held && spot.query >= 0 && spot.key >= 0 ? { ...scene.place, row: spot.query, column: spot.key } : null);
    const within = ({ query, key }) => query < map().rows && key < map().columns;
    /** Whether the model itself hides a cell: what is still to come. */
    const future = (row, column) => scene.place.kind === 'decoder' && scene.causal && column > row;
    const isHidden = (place) => scene.state.blocked(place) ?? future(place.row, place.column);

    function point(next) {
      spot = next;
      heat.light(spot);
      tell();
    }

    function hold(next, byKey) {
      const cellOf = next && next.query >= 0 && next.key >= 0;
      if (!cellOf && !byKey) return;
      const again = held && spot.query === next.query && spot.key === next.key;
      held = byKey || !again;
      point({ query: Math.max(0, next.query), key: Math.max(0, next.key) });
      told.cell(chosen());
    }

    function press(next, event) {
      // A finger scrolls the page; the slider beside the map is there for it.
      if (event.button || event.pointerType === 'touch' || !scene) return false;
      const place = { ...scene.place, row: next.query, column: next.key };
      drag = { y: event.clientY, from: weights[next.query * map().columns + next.key], cell: place, moved: false, was: held && spot.query === next.query && spot.key === next.key };
      return true;
    }
    function move(event) {
      if (!drag) return;
      if (!drag.moved && Math.abs(event.clientY - drag.y) < START) return;
      if (isHidden(drag.cell)) return;
      if (!drag.moved) {
        drag.moved = true;
        scene.state.hold();
        held = true;
        point({ query: drag.cell.row, key: drag.cell.column });
        document.documentElement.classList.add('pg-ablate-dragging');
      }
      const value = Math.max(0, Math.min(1, drag.from + (drag.y - event.clientY) / DRAG));
      scene.state.setWeight(drag.cell, Math.round(value * 100) / 100);
    }
    function drop() {
      if (!drag) return;
      const { moved, was, cell: place } = drag;
      drag = null;
      document.documentElement.classList.remove('pg-ablate-dragging');
      if (moved) scene.state.release();
      else {
        held = !was;
        point({ query: place.row, key: place.column });
        if (held) heat.element.focus({ preventScroll: true });
      }
      told.cell(chosen());
    }
    addEventListener('pointermove', move);
    addEventListener('pointerup', drop);
    addEventListener('pointercancel', drop);
    heat.element.addEventListener('dblclick', (event) => { if (event.target.closest('.pg-heat-field') && spot.query >= 0) { held = true; hide(); } });

    function weigh(value) {
      const place = chosen();
      if (place && !isHidden(place)) scene.state.setWeight(place, Math.round(Math.max(0, Math.min(1, value)) * 1000) / 1000);
    }
    function hide() {
      const place = chosen();
      if (!place) return;
      const next = !isHidden(place);
      scene.state.setBlocked(place, next === future(place.row, place.column) ? null : next);
    }
    /** All of a row's weight on this one cell. */
    function only() {
      const place = chosen();
      if (!place) return;
      scene.state.setWeights(Array.from({ length: map().columns }, (_, column) => ({ ...place, column, weight: column === place.column ? 1 : 0 })).filter((one) => !isHidden(one)));
    }

    heat.element.addEventListener('keydown', (event) => {
      const place = chosen();
      if (event.key === 'Escape' && held) {
        held = false;
        point({ query: -1, key: -1 });
        told.cell(null);
      } else if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
      else if (KEYS[event.key]) weigh(weights[place.row * map().columns + place.column] + KEYS[event.key]);
      else if (event.key === 'm' || event.key === 'M') hide();
      else if (event.key === 'Delete' || event.key === 'Backspace') scene.state.reset(place);
      else if (event.key === 'Enter') cell.focus();
      else return;
      event.preventDefault();
    });

    function tell() {
      if (!scene || spot.query < 0 || spot.key < 0 || !within(spot)) {
        cell.show(null);
        return;
      }
      const { columns, queries, keys } = map();
      const place = { ...scene.place, row: spot.query, column: spot.key };
      cell.show({
        query: attention.word(queries[spot.query]), key: attention.word(keys[spot.key]), weight: weights[spot.query * columns + spot.key],
        sum: attention.rowSum(weights, columns, spot.query), hidden: isHidden(place),
        changed: scene.state.weight(place) !== null || scene.state.blocked(place) !== null,
      });
    }

    function table() {
      if (!scene) return [[]];
      const { rows, columns, queries, keys } = map();
      return [['', ...names(keys)], ...Array.from({ length: rows }, (_, row) => [attention.word(queries[row]), ...weights.subarray(row * columns, (row + 1) * columns)])];
    }

    return {
      element,
      /** Draws the map of a place; the cell that is held stays held while it is there. */
      show(next) {
        const moved = !scene || JSON.stringify(scene.place) !== JSON.stringify(next.place);
        scene = next;
        const { rows, columns, queries, keys } = map();
        const { kind, layer: at, head } = scene.place;
        if (moved || !within(spot)) {
          spot = { query: -1, key: -1 };
          held = false;
        }
        weights = scene.maps.matrix(kind, at + 1, head + 1).slice();
        if (moved || !scene.state.cells(scene.place).length) high = Math.max(0.2, attention.largest(weights));
        top.textContent = attention.written(high);
        const changed = scene.state.cells(scene.place).filter((one) => one.row < rows && one.column < columns);
        for (const { row, column, weight, blocked } of changed) {
          if (blocked) weights[row * columns + column] = 0;
          else if (weight !== null) weights[row * columns + column] = weight;
        }
        const shownFuture = changed.some(({ row, column, blocked }) => blocked === false && column > row);
        playground.say(title, `attention.ablate.map.${scene.state.isOff(scene.place) ? 'off.' : ''}${kind}`, { layer: at + 1, head: head + 1 });
        heat.show({
          rows, columns, weights, high, blocked: kind === 'decoder' && scene.causal && !shownFuture,
          rowNames: names(queries), columnNames: names(keys), marked: changed.map(({ row, column }) => [row, column]),
        });
        layer.replaceChildren(...changed.filter((one) => one.blocked).map(({ row, column }) => make('b', { style: {
          left: `${(100 * column) / columns}%`, top: `${(100 * row) / rows}%`, width: `${100 / columns}%`, height: `${100 / rows}%`,
        } })));
        heat.describe(playground.t('attention.ablate.map.described', { rows, columns, changed: changed.length }));
        element.classList.toggle('pg-ablate-map-off', scene.state.isOff(scene.place));
        heat.light(spot);
        tell();
        tools.renew();
      },
    };
  };
})();
