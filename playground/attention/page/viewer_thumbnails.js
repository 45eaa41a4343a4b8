/* All layers and heads of one kind of attention as small maps; the averages stand at the edges. */
'use strict';

(() => {
  const { make, attention } = playground;

  /** `{element, show(maps, kind), choose(layer, head)}`; `told.preview`, `told.choose` hear of (layer, head). */
  attention.thumbnails = (told) => {
    const grid = make('div.pg-thumbnails-grid', { role: 'radiogroup', label: 'attention.viewer.heads' });
    const element = make('div.pg-thumbnails', {}, grid);
    let places = new Map(); // "layer head" -> its button
    let size = { layers: 0, heads: 0 };

    const at = (layer, head) => places.get(`${layer} ${head}`);

    function one(maps, map, layer, head) {
      const weights = maps.matrix(map.kind, layer, head);
      const canvas = make('canvas', { 'aria-hidden': 'true' });
      attention.colours.picture(weights, map.rows, map.columns, attention.largest(weights), map.blocked, canvas);
      const button = make('button.pg-thumbnail', { type: 'button', role: 'radio', tabindex: -1, 'aria-checked': 'false', data: { layer, head } }, canvas);
      playground.say(button, `attention.viewer.place.${layer ? 'layer' : 'layers'}_${head ? 'head' : 'heads'}`, { layer, head }, 'aria-label');
      places.set(`${layer} ${head}`, button);
      return button;
    }

    function show(maps, kind) {
      const map = maps.of(kind);
      size = { layers: map.layers, heads: map.heads };
      const focused = grid.contains(document.activeElement) ? document.activeElement.dataset : null;
      places = new Map();
      const layers = [...Array.from({ length: map.layers }, (_, layer) => layer + 1), ...(map.layers > 1 ? [0] : [])];
      const heads = [...Array.from({ length: map.heads }, (_, head) => head + 1), ...(map.heads > 1 ? [0] : [])];
      element.style.setProperty('--heads', heads.length);
      element.style.setProperty('--ratio', `${Math.max(0.5, Math.min(2, map.columns / map.rows))}`);
      const title = (number) => make('span.pg-thumbnails-head', { 'aria-hidden': 'true', text: number ? undefined : 'attention.viewer.mean' }, number ? String(number) : '');
      grid.replaceChildren(
        make('span.pg-thumbnails-corner', { 'aria-hidden': 'true', text: 'attention.viewer.corner' }), ...heads.map(title),
        ...layers.flatMap((layer) => [title(layer), ...heads.map((head) => one(maps, map, layer, head))]));
      if (focused) at(focused.layer, focused.head)?.focus();
    }

    function choose(layer, head) {
      for (const [place, button] of places) {
        const chosen = place === `${layer} ${head}`;
        button.setAttribute('aria-checked', String(chosen));
        button.tabIndex = chosen ? 0 : -1;
      }
    }

    const placeOf = (event) => {
      const button = event.target.closest?.('.pg-thumbnail');
      return button && [+button.dataset.layer, +button.dataset.head];
    };
    grid.addEventListener('pointerover', (event) => {
      const place = event.pointerType === 'mouse' && placeOf(event);
      if (place) told.preview(...place);
    });
    grid.addEventListener('pointerleave', () => told.preview(null));
    grid.addEventListener('click', (event) => {
      const place = placeOf(event);
      if (place) told.choose(...place);
    });
    grid.addEventListener('keydown', (event) => {
      const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [];
      const place = placeOf(event);
      if (down === undefined || !place) return;
      event.preventDefault();
      // The averages (0) stand after the last layer and the last head.
      const step = (number, by, count) => (count < 2 ? 1 : (((number || count + 1) - 1 + by + count + 1) % (count + 1) + 1) % (count + 1));
      const [layer, head] = [step(place[0], down, size.layers), step(place[1], right, size.heads)];
      at(layer, head).focus();
      told.choose(layer, head);
    });

    return { element, show, choose };
  };
})();
