/* The wall: real and generated images side by side, in the order in which D believes them. */
'use strict';

(() => {
  const { make, gan, plot } = playground;
  const BINS = 20;
  const ORDERS = ['score', 'side', 'digit'];
  const MOVE = 350; // milliseconds that a tile takes to its new place
  const SIDES = ['real', 'fake'];

  const percent = (share) => `${Math.round(100 * share)} %`;
  gan.eyePercent = percent;

  /** All images of an answer of `gan_wall`: `[{side, at, score, digit, seed, right}]`. */
  gan.eyeTiles = (answer) => ['real', 'fake'].flatMap((side) => answer[side].scores.map((score, at) => ({
    side, at, score, sheet: answer[side].sheet, digit: answer[side].digits[at] ?? -1, seed: answer[side].seeds?.[at] ?? null,
    right: side === 'real' ? score > answer.middle : score <= answer.middle,
  })));

  /** How many images of each side lie in each of `BINS` equal parts: `{low, high, real, fake}`. */
  gan.eyeBins = (tiles, kind) => {
    const scores = tiles.map((one) => one.score);
    const [low, high] = kind === 'probability' ? [0, 1] : [Math.min(...scores), Math.max(...scores)];
    const bin = (score) => Math.max(0, Math.min(BINS - 1, Math.floor((BINS * (score - low)) / (high - low || 1))));
    const counts = { low, high, bin, real: Array(BINS).fill(0), fake: Array(BINS).fill(0) };
    for (const one of tiles) counts[one.side][bin(one.score)]++;
    return counts;
  };

  /** `{element, show(answer, network), chosen}`; `again()` asks for other images. */
  gan.eyeWall = ({ again, choose }) => {
    const said = make('p.pg-eye-said', { 'aria-live': 'polite' });
    const grid = make('div.pg-eye-grid', { role: 'group', label: 'gan.eye.wall' });
    const orders = ORDERS.map((order) => make('button.pg-segment', { type: 'button', text: `gan.eye.order.${order}`, data: { order }, on: { click: () => { sorted = order; arrange(); } } }));
    const legend = SIDES.map((side) => make('button.pg-eye-key', { type: 'button', data: { side }, 'aria-pressed': 'true', hint: 'gan.eye.toggle', on: { click: () => toggle(side) } }, make('i', { 'aria-hidden': 'true' }), make('span', { text: `gan.eye.${side}` })));
    const host = make('div.pg-eye-histogram');
    const { canvas, repaint } = plot.canvas(host, paint);
    const tools = plot.tools({
      name: 'wall', rows: () => [['side', 'class', 'score', 'seed'], ...shown().map((one) => [one.side, one.digit < 0 ? '' : one.digit, one.score, one.seed ?? ''])],
      png: () => plot.png(host, paint, playground.t('gan.eye.histogram'), SIDES.map((side) => ({ name: playground.t(`gan.eye.${side}`), colour: colourOf(side) }))),
    });
    const element = make('section.pg-panel.pg-eye-wall', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.eye.wall' }), playground.helper('gan.eye.wall.help'),
        make('span.pg-eye-keys', { role: 'group', label: 'gan.eye.legend' }, legend),
        make('div.pg-panel-tools', {}, make('div.pg-segments', { role: 'group', label: 'gan.eye.order' }, orders), make('button.pg-button', { type: 'button', on: { click: again } }, playground.icon('dice'), make('span', { text: 'gan.eye.again' })))),
      said, host, make('div.pg-eye-tools', {}, make('span.pg-note', { text: 'gan.eye.histogram.help' }), tools.element), tools.table, grid);
    let [answer, network, bins] = [null, null, null];
    let tiles = [];
    let sorted = 'score';
    let looked = null; // the tile under the pointer
    const hidden = new Set();

    // The room's own colours stand on its stage, not on the page.
    const colourOf = (side) => getComputedStyle(element).getPropertyValue(`--pg-${side}`).trim();
    const shown = () => tiles.filter((one) => !hidden.has(one.side));
    const by = {
      score: (one, other) => other.score - one.score,
      side: (one, other) => (one.side === other.side ? other.score - one.score : one.side === 'real' ? -1 : 1),
      digit: (one, other) => one.digit - other.digit || (one.side === other.side ? other.score - one.score : one.side === 'real' ? -1 : 1),
    };

    function toggle(side) {
      if (!hidden.delete(side) && hidden.size === 0) hidden.add(side);
      arrange();
    }

    function paint(pen, width, height, theme) {
      if (!bins) return;
      const kind = answer.score_kind;
      const most = Math.max(1, ...bins.real, ...bins.fake);
      const ticks = kind === 'probability' ? [0, 0.25, 0.5, 0.75, 1] : [bins.low, (bins.low + bins.high) / 2, bins.high];
      const at = plot.frame(pen, width, height, theme, {
        x: { low: bins.low, high: bins.high, ticks, title: playground.t(`gan.eye.axis.${kind}`) },
        y: { low: 0, high: most, ticks: [0, Math.ceil(most / 2), most], title: playground.t('gan.eye.axis.images') },
      });
      const wide = (at.right - at.left) / BINS;
      SIDES.forEach((side, place) => {
        if (hidden.has(side)) return;
        bins[side].forEach((count, bin) => {
          pen.fillStyle = colourOf(side);
          pen.globalAlpha = looked && (looked.side !== side || bins.bin(looked.score) !== bin) ? 0.35 : 1;
          const top = at.y(count);
          pen.fillRect(at.left + bin * wide + 1 + (place * (wide - 2)) / 2, top, (wide - 2) / 2, at.bottom - top);
        });
      });
      pen.globalAlpha = 1;
      const x = Math.round(at.x(answer.middle)) + 0.5;
      pen.strokeStyle = theme.text;
      pen.setLineDash([4, 3]);
      pen.beginPath();
      pen.moveTo(x, at.top);
      pen.lineTo(x, at.bottom);
      pen.stroke();
      pen.setLineDash([]);
      const room = pen.measureText(playground.t('gan.eye.side.fake')).width + 30;
      if (x - at.left > room) plot.label(pen, theme, `← ${playground.t('gan.eye.side.fake')}`, x - 8, at.top + 8, { align: 'right', colour: theme.faint });
      if (at.right - x > room) plot.label(pen, theme, `${playground.t('gan.eye.side.real')} →`, x + 8, at.top + 8, { colour: theme.faint });
    }

    function look(one) {
      if (looked === one) return;
      looked = one;
      repaint();
    }
    function build(one) {
      const picture = make('canvas', { width: 28, height: 28, 'aria-hidden': 'true' });
      one.element = make('button.pg-eye-tile', { type: 'button', data: { side: one.side, right: one.right }, on: {
        click: () => { pick(one); }, pointerenter: () => look(one), pointerleave: () => look(null), focus: () => look(one), blur: () => look(null),
      } }, picture, make('span', {}, gan.scoreText(answer.score_kind, one.score)));
      one.paint = () => gan.drawTile(picture.getContext('2d'), one.sheet, one.at, 0, 0, 28);
      one.paint();
    }
    function pick(one) {
      for (const other of tiles) other.element.setAttribute('aria-pressed', String(other === one));
      tiles.forEach((other) => { other.element.tabIndex = other === one ? 0 : -1; });
      choose(one);
    }
    function label() {
      if (!answer) return;
      for (const one of tiles) {
        const name = one.digit < 0 ? '' : gan.className(network, one.digit);
        one.element.setAttribute('aria-label', playground.t(`gan.eye.tile.${one.side}`, { name, score: gan.scoreText(answer.score_kind, one.score) }).trim());
      }
      const facts = () => ({ accuracy: percent(answer.accuracy), count: tiles.length, real: percent(answer.real_right), fake: percent(answer.fake_right), ranked: percent(answer.ranked) });
      playground.say(said, answer.middle_given ? 'gan.eye.accuracy' : 'gan.eye.accuracy.halfway', facts);
      playground.say(canvas, 'gan.eye.accuracy', facts, 'aria-label');
      repaint();
    }

    /** Puts the tiles in their order; each glides from where it was. */
    function arrange() {
      for (const one of orders) one.setAttribute('aria-pressed', String(one.dataset.order === sorted));
      for (const one of legend) one.setAttribute('aria-pressed', String(!hidden.has(one.dataset.side)));
      const before = new Map(tiles.filter((one) => one.element.isConnected).map((one) => [one, one.element.getBoundingClientRect()]));
      const order = shown().sort(by[sorted]);
      grid.replaceChildren(...order.map((one) => one.element));
      if (order.length && !order.some((one) => one.element.tabIndex === 0)) order[0].element.tabIndex = 0;
      repaint();
      tools.renew();
      if (playground.calm() || grid.offsetParent === null) return;
      for (const one of order) {
        const from = before.get(one);
        if (!from) continue;
        const to = one.element.getBoundingClientRect();
        const [right, down] = [from.left - to.left, from.top - to.top];
        if (right || down) one.element.animate([{ transform: `translate(${right}px, ${down}px)` }, { transform: 'none' }], { duration: MOVE, easing: 'cubic-bezier(.3, .7, .3, 1)' });
      }
    }

    grid.addEventListener('keydown', (event) => {
      const all = [...grid.children];
      const here = all.indexOf(document.activeElement);
      if (here < 0) return;
      const columns = getComputedStyle(grid).gridTemplateColumns.split(' ').length;
      const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
      if (!move) return;
      event.preventDefault();
      all[Math.max(0, Math.min(all.length - 1, here + move))].focus();
    });
    playground.onWhile(element, 'gan_picture', () => { for (const one of tiles) one.paint(); });
    playground.onWhile(element, 'language', label);

    return {
      element,
      show(next, of) {
        [answer, network] = [next, of];
        tiles = gan.eyeTiles(answer);
        bins = gan.eyeBins(tiles, answer.score_kind);
        looked = null;
        for (const one of tiles) build(one);
        orders[2].hidden = tiles.every((one) => one.digit < 0);
        if (orders[2].hidden && sorted === 'digit') sorted = 'score';
        grid.replaceChildren();
        arrange();
        label();
        pick(tiles.filter((one) => one.side === 'fake').sort(by.score)[0]);
      },
    };
  };
})();
