/* Style and class apart: each row is one z, each column a class. */
'use strict';

(() => {
  const { make, gan } = playground;
  const ROWS = 4;

  playground.widgets.gan_styles = (element) => {
    element.classList.add('pg-panel', 'pg-walk', 'pg-walk-styles');
    let net = null;
    let config = null;
    let cells = []; // {tile, seed, digit}
    let laid = '';
    let seeds = []; // of the rows; that of the picture is always among them
    const grid = make('div.pg-walk-grid', { role: 'group', label: 'gan.walk.styles' });
    const none = make('p.pg-note', { text: 'gan.walk.styles.none', hidden: true });
    const dice = make('button.pg-button', { type: 'button', on: { click: () => { seeds = seeds.map((seed) => (seed === config.z_seed ? seed : gan.walkSeed())); draw(); } } }, playground.icon('dice'), make('span', { text: 'gan.walk.styles.other' }));
    element.append(make('header.pg-panel-head', {}, make('h3', { text: 'gan.walk.styles' }), playground.helper('gan.walk.styles.help'), make('div.pg-panel-tools', {}, dice)), none, grid);

    const begin = gan.walkJobs(() => { element.dataset.drawn = 'true'; });

    function draw() {
      if (!net) return;
      none.hidden = Boolean(net.classes);
      grid.hidden = dice.hidden = !net.classes;
      if (!net.classes) return;
      delete element.dataset.drawn;
      const now = JSON.stringify([seeds, net.names, net.classes]);
      if (now !== laid) lay();
      laid = now;
      for (const { tile, seed, digit } of cells) tile.element.setAttribute('aria-pressed', String(seed === config.z_seed && digit === config.digit));
      const points = Object.fromEntries(seeds.map((seed) => [seed, net.noise(seed).map((value) => value * config.truncation)]));
      begin(cells.map(({ tile, seed, digit }) => () => tile.show(net, points[seed], digit)));
    }

    /** Names and empty images; those that stay are only drawn anew. */
    function lay() {
      grid.style.setProperty('--count', net.classes);
      cells = seeds.flatMap((seed) => Array.from({ length: net.classes }, (_, digit) => {
        const tile = gan.walkTile('button', { type: 'button', data: { seed, digit }, on: { click: () => gan.set({ z_seed: seed, digit }) } });
        for (const attribute of ['aria-label', 'title']) playground.say(tile.element, 'gan.walk.styles.go', () => ({ name: gan.walkClass(net, digit), seed }), attribute);
        return { tile, seed, digit };
      }));
      const columns = Array.from({ length: net.classes }, (_, digit) => make('span.pg-walk-column', { title: gan.walkClass(net, digit) }, gan.walkClass(net, digit)));
      const rows = seeds.flatMap((seed) => {
        const name = make('span.pg-walk-row-name');
        playground.say(name, 'gan.walk.seed.of', { seed });
        return [name, ...cells.filter((one) => one.seed === seed).map((one) => one.tile.element)];
      });
      grid.replaceChildren(make('span'), ...columns, ...rows);
    }

    gan.walkPanel(element, (next, asked) => {
      if (!seeds.length) seeds = Array.from({ length: ROWS }, (_, at) => (asked.z_seed + at) % 1_000_000);
      if (!seeds.includes(asked.z_seed)) seeds[0] = asked.z_seed;
      net = next;
      config = asked;
      draw();
    });
  };
})();
