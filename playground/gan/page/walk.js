/* A walk from stop to stop that plays, and that can be taken home. */
'use strict';

(() => {
  const { make, gan, number } = playground;
  const { along, norm } = gan.walkMaths;
  const KINDS = ['spherical', 'linear'];

  playground.widgets.gan_walk = (element) => {
    element.classList.add('pg-panel', 'pg-walk', 'pg-walk-player');
    let net = null;
    let config = null;
    let kind = KINDS[0];
    let place = 0; // 0 is the first stop, 1 the second
    let playing = 0; // the frame that is asked for
    let before = 0;
    let points = [];

    const stops = gan.walkStops(() => { element.dataset.touched = 'true'; renew(); });
    const tile = gan.walkTile('div');
    tile.element.classList.add('pg-walk-screen');
    const play = make('button.pg-primary', { type: 'button', on: { click: () => (playing ? pause() : start()) } });
    const facts = make('p.pg-walk-facts');
    const graph = gan.walkGraph((next) => { pause(); go(next); });
    const kinds = KINDS.map((one) => make('button.pg-segment', { type: 'button', text: `gan.walk.${one}`, data: { kind: one }, on: { click: () => { kind = one; renew(); } } }));
    const slider = (name, low, high, value) => {
      const output = make('output.pg-mini-value');
      const input = make('input.pg-slider', { type: 'range', min: low, max: high, value, step: 1, label: `gan.walk.${name}`, on: { input: () => settled() } });
      return { input, output, element: make('label.pg-walk-setting', { data: { name } }, make('span.pg-label', { text: `gan.walk.${name}` }), output, input) };
    };
    const frames = slider('frames', 2, 60, 16);
    const fps = slider('fps', 2, 30, 12);
    const loop = make('input.pg-switch', { type: 'checkbox', role: 'switch', checked: true, on: { change: () => renew() } });
    const film = () => ({
      source: net?.source ?? '', stops: stops.all().map(({ seed, digit, z }) => ({ ...(z ? { z: Array.from(z, (value) => Number(value.toFixed(5))) } : { seed }), digit })), digit: -1,
      frames: legs() * Number(frames.input.value) + (loop.checked ? 0 : 1), kind, fps: Number(fps.input.value), loop: loop.checked, truncation: config?.truncation ?? 1,
    });
    const home = gan.walkExport(film);

    element.append(
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.walk.walk' }), playground.helper('gan.walk.walk.help')),
      stops.element,
      make('div.pg-walk-stage', {}, tile.element,
        make('div.pg-walk-desk', {},
          make('div.pg-walk-line', {}, play, make('div.pg-segments', { role: 'group', label: 'gan.walk.kind' }, kinds), make('label.pg-walk-back', {}, loop, make('span', { text: 'gan.walk.loop' }))),
          graph.element, facts,
          make('div.pg-walk-settings', {}, frames.element, fps.element),
          home.element)));

    const legs = () => Math.max(1, stops.all().length - (loop.checked ? 0 : 1));

    /** Latent point and class at a place of the walk. */
    function point(at) {
      const all = stops.all();
      const leg = Math.min(Math.floor(at), legs() - 1);
      const [first, last] = [all[leg % all.length], all[(leg + 1) % all.length]];
      return [along(points, at, kind), gan.walkClasses(net, first.digit, last.digit, Math.min(1, at - leg))];
    }

    function go(next) {
      place = Math.max(0, Math.min(next, legs()));
      const [z, digit] = point(place);
      const score = tile.show(net, z, digit);
      const all = stops.all().length;
      const leg = Math.min(Math.floor(place), legs() - 1);
      const words = { from: leg + 1, to: ((leg + 1) % all) + 1, share: Math.round(100 * (place - leg)), norm: number(norm(z), 2), score: gan.walkScore(score, net) };
      playground.say(facts, 'gan.walk.where', words);
      graph.place(place, playground.t('gan.walk.where', words));
      stops.mark(Math.round(place) % all);
    }

    function start() {
      if (!net) return;
      if (place >= legs()) place = 0;
      before = 0;
      playing = requestAnimationFrame(tick);
      drawPlay();
    }

    function pause() {
      cancelAnimationFrame(playing);
      playing = 0;
      drawPlay();
    }

    /** As fast as the film is: images between stops over images a second. */
    function tick(now) {
      if (!element.isConnected || element.offsetParent === null) {
        pause();
        return;
      }
      const passed = before ? Math.min(0.25, (now - before) / 1000) : 0;
      before = now;
      const next = place + (passed * Number(fps.input.value)) / Number(frames.input.value);
      const end = legs();
      if (next >= end && !loop.checked) {
        go(end);
        pause();
        return;
      }
      go(next % end);
      playing = requestAnimationFrame(tick);
    }

    function drawPlay() {
      const name = playing ? 'pause' : 'play';
      play.replaceChildren(playground.icon(name), make('span', { text: `gan.walk.${name}` }));
      element.dataset.playing = String(Boolean(playing));
    }

    function settled() {
      frames.output.textContent = frames.input.value;
      fps.output.textContent = fps.input.value;
      for (const { input } of [frames, fps]) input.style.setProperty('--filled', `${(100 * (input.value - input.min)) / (input.max - input.min)}%`);
      home.draw();
    }

    function renew() {
      if (!net) return;
      for (const one of kinds) one.setAttribute('aria-pressed', String(one.dataset.kind === kind));
      stops.show(net, config.truncation);
      points = stops.all().map((stop) => gan.walkPoint(net, stop, config.truncation));
      if (loop.checked) points.push(points[0]);
      graph.draw({ net, legs: legs(), point });
      go(place);
      settled();
    }

    /** Style, then class, then style back, then class back: the two are independent. */
    function usual() {
      const { z_seed: seed, digit } = config;
      const other = net.classes ? (digit + 5) % net.classes : 0;
      stops.set(net.classes
        ? [{ seed, digit }, { seed: seed + 1, digit }, { seed: seed + 1, digit: other }, { seed, digit: other }]
        : [0, 1, 2, 3].map((more) => ({ seed: seed + more, digit: 0 })));
      place = 0;
    }

    gan.walkPanel(element, (next, asked, fresh) => {
      const other = net?.source !== next.source;
      net = next;
      config = asked;
      if (other || (fresh && !element.dataset.touched)) {
        delete element.dataset.touched;
        usual();
      }
      renew();
    });
    playground.onWhile(element, 'language', () => { if (net) go(place); });
    drawPlay();
  };
})();
