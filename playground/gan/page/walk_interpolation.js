/* From one image to another on a line and on an arc, side by side: why arcs are walked on. */
'use strict';

(() => {
  const { make, gan, number } = playground;
  const IMAGES = 9;
  const shareOf = (at) => at / (IMAGES - 1);

  playground.widgets.gan_interpolation = (element) => {
    element.classList.add('pg-panel', 'pg-walk', 'pg-walk-interpolation');
    const { linear, spherical, norm, usualNorm } = gan.walkMaths;
    const WAYS = { linear, spherical };
    let net = null;
    let truncation = 1;
    let scores = {};
    const changed = () => { element.dataset.touched = 'true'; draw(); };
    const ends = ['a', 'b'].map((name) => gan.walkStop({ name, label: `gan.walk.${name}`, changed }));
    const rows = Object.keys(WAYS).map((kind) => {
      const tiles = Array.from({ length: IMAGES }, (_, at) => gan.walkTile('div', { data: { at }, on: { pointerenter: () => mark(shareOf(at)), pointerleave: () => mark(null) } }));
      return { kind, tiles, element: make('div.pg-walk-way', { data: { kind } },
        make('span.pg-walk-way-name', { text: `gan.walk.${kind}` }), make('div.pg-walk-row', { style: { '--count': IMAGES } }, tiles.map((tile) => tile.element))) };
    });
    const place = make('div.pg-walk-norms');
    const norms = gan.walkNorms(place, mark);
    const told = make('p.pg-note.pg-walk-told', { 'aria-live': 'polite' });
    const tools = playground.plot.tools({ name: 'interpolation', rows: table, png: () => playground.plot.png(place, norms.paint, playground.t('gan.walk.interpolation'), [
      { name: playground.t('gan.walk.linear'), colour: playground.colour('--pg-gru'), dash: [6, 4] }, { name: playground.t('gan.walk.spherical'), colour: playground.colour('--pg-rnn') }]) });

    element.append(
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.walk.interpolation' }), playground.helper('gan.walk.interpolation.help'), make('div.pg-panel-tools', {}, tools.element)),
      make('div.pg-walk-between', {}, ends[0].element, make('div.pg-walk-ways', {}, rows.map((row) => row.element)), ends[1].element),
      place, told, tools.table);

    function points() {
      const [first, last] = ends.map((end) => end.point(net, truncation));
      return { first, last, usual: usualNorm(net.latentSize, net.prior) };
    }

    function draw() {
      if (!net) return;
      for (const end of ends) end.show(net, truncation);
      const { first, last, usual } = points();
      const [from, to] = ends.map((end) => end.stop.digit);
      delete element.dataset.drawn;
      scores = Object.fromEntries(rows.map(({ kind }) => [kind, []]));
      begin(rows.flatMap(({ kind, tiles }) => tiles.map((tile, at) => () => {
        scores[kind][at] = tile.show(net, WAYS[kind](first, last, shareOf(at)), gan.walkClasses(net, from, to, shareOf(at)));
      })));
      norms.draw({ first, last, usual });
      tell();
    }
    const begin = gan.walkJobs(() => {
      tools.renew();
      element.dataset.drawn = 'true';
    });

    /** What the middle of both ways shows, in a sentence. */
    function tell() {
      const { first, last, usual } = points();
      const [straight, round] = [linear, spherical].map((way) => norm(way(first, last, 0.5)));
      const away = (usual.mean - straight) / usual.deviation;
      const words = { straight: number(straight, 2), round: number(round, 2), mean: number(usual.mean, 2), deviation: number(usual.deviation, 2), away: number(away, 2) };
      playground.say(told, net.latentSize === 1 ? 'gan.walk.told.one' : away > 2 ? 'gan.walk.told.far' : 'gan.walk.told.near', words);
      playground.say(norms.canvas, 'gan.walk.norms.label', words, 'aria-label');
    }

    function mark(share) {
      norms.mark(share);
      const at = share === null ? -1 : Math.round(share * (IMAGES - 1));
      for (const { tiles } of rows) tiles.forEach((tile, place_) => tile.element.classList.toggle('pg-looked', place_ === at));
    }

    function table() {
      const columns = ['share', 'norm.linear', 'norm.spherical', 'score.linear', 'score.spherical'].map((name) => playground.t(`gan.walk.column.${name}`));
      if (!net) return [columns];
      const { first, last } = points();
      return [columns, ...Array.from({ length: IMAGES }, (_, at) => [shareOf(at), ...[linear, spherical].map((way) => norm(way(first, last, shareOf(at)))), scores.linear[at], scores.spherical[at]])];
    }

    gan.walkPanel(element, (next, config, fresh) => {
      const other = net && net.source !== next.source;
      net = next;
      truncation = config.truncation;
      if (fresh && (other || !element.dataset.touched)) {
        delete element.dataset.touched;
        ends[0].set({ seed: config.z_seed, digit: config.digit });
        ends[1].set({ seed: config.z_seed + 1, digit: config.digit });
      }
      draw();
    });
    playground.onWhile(element, 'language', () => { if (net) draw(); });
  };
})();
