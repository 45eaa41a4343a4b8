/* A − B + C: what A has and B lacks, given to C. */
'use strict';

(() => {
  const { make, gan, number } = playground;
  const NAMES = ['a', 'b', 'c'];
  const SHARES = [['0', 0], ['¼', 0.25], ['½', 0.5], ['¾', 0.75], ['1', 1]];
  const TRIED = 120; // seeds among which examples are looked for
  const OUTER = 7; // the outermost few are too far out to look like anything

  playground.widgets.gan_arithmetic = (element) => {
    element.classList.add('pg-panel', 'pg-walk', 'pg-walk-arithmetic');
    const { sum, atNorm, norm, classOf, usualNorm } = gan.walkMaths;
    let net = null;
    let config = null;
    const changed = () => { element.dataset.touched = 'true'; draw(); };
    const terms = NAMES.map((name) => gan.walkStop({ name, label: `gan.walk.${name}`, changed }));
    const result = gan.walkTile('div');
    const facts = make('p.pg-walk-facts', { 'aria-live': 'polite' });
    const back = make('input.pg-switch', { type: 'checkbox', role: 'switch', checked: true, on: { change: () => draw() } });
    const tiles = SHARES.map(() => gan.walkTile('div'));
    const steps = make('div.pg-walk-row', { style: { '--count': SHARES.length } }, tiles.map((tile, at) => make('div.pg-walk-step', {}, make('span.pg-walk-share', {}, SHARES[at][0]), tile.element)));
    const examples = make('div.pg-walk-examples', { role: 'group', label: 'gan.walk.examples' });
    const told = make('p.pg-note.pg-walk-told', { 'aria-live': 'polite' });
    const sign = (text) => make('span.pg-walk-sign', { 'aria-hidden': 'true' }, text);

    element.append(
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.walk.arithmetic' }), playground.helper('gan.walk.arithmetic.help'), examples),
      make('div.pg-walk-sum', {}, terms[0].element, sign('−'), terms[1].element, sign('+'), terms[2].element, sign('='),
        make('div.pg-walk-stop.pg-walk-result', { role: 'group', data: { stop: 'result' } }, make('div.pg-walk-stop-head', {}, make('span.pg-walk-name', { text: 'gan.walk.result' })), result.element, facts),
        make('div.pg-walk-gradual', {}, make('span.pg-walk-stop-head', { text: 'gan.walk.gradual' }), steps)),
      make('label.pg-walk-back', {}, back, make('span', { text: 'gan.walk.back' }), playground.helper('gan.walk.back.help')), told);

    /** The class of the result; C's where the classes do not cancel. */
    function digit() {
      const digits = terms.map((term) => term.stop.digit);
      const found = classOf(...digits);
      return { digit: found ?? digits[2], cancels: found !== null };
    }

    function draw() {
      if (!net) return;
      for (const term of terms) term.show(net, config.truncation);
      const [a, b, c] = terms.map((term) => term.point(net, config.truncation));
      const { digit: of, cancels } = digit();
      const made = SHARES.map(([, share]) => {
        const z = sum(a, b, c, share);
        return back.checked ? atNorm(z, norm(c)) : z;
      });
      tiles.forEach((tile, at) => tile.show(net, made[at], of));
      result.show(net, made.at(-1), of);
      const usual = usualNorm(net.latentSize, net.prior);
      playground.say(facts, net.classes ? 'gan.walk.facts.class' : 'gan.walk.facts', () => ({ norm: number(norm(made.at(-1)), 2), name: gan.walkClass(net, of) }));
      const raw = norm(sum(a, b, c));
      const key = net.classes && !cancels ? 'gan.walk.told.class' : back.checked ? 'gan.walk.told.back' : 'gan.walk.told.sum';
      playground.say(told, key, () => ({ raw: number(raw, 2), mean: number(usual.mean, 2), name: gan.walkClass(net, of), norm: number(norm(c), 2) }));
    }

    /** A pair of seeds that differ much along a direction, and a third that has little of it. */
    function example(direction) {
      const along = Array.from({ length: TRIED }, (_, seed) => ({ seed, at: net.noise(seed).reduce((total, value, place) => total + value * direction.vector[place], 0) }));
      along.sort((one, other) => one.at - other.at);
      const middle = [...along].sort((one, other) => Math.abs(one.at) - Math.abs(other.at))[0];
      const here = net.classes ? config.digit : 0;
      const there = net.classes ? (here + 5) % net.classes : 0;
      [along.at(-OUTER), along[OUTER - 1], middle].forEach(({ seed }, at) => terms[at].set({ seed, digit: at === 2 ? there : here }));
    }

    function offer() {
      const named = net.directions.map((direction, at) => ({ direction, at })).filter(({ direction, at }) => direction.name || at < 2).slice(0, 4);
      examples.replaceChildren(...named.map(({ direction, at }) => {
        const button = make('button.pg-button', { type: 'button', on: { click: () => { example(direction); changed(); } } });
        playground.say(button, 'gan.walk.example', () => ({ name: gan.directionName(net, at) }));
        return button;
      }));
    }

    gan.walkPanel(element, (next, asked, fresh) => {
      const other = net?.source !== next.source;
      net = next;
      config = asked;
      if (other) offer();
      if (other || (fresh && !element.dataset.touched)) {
        delete element.dataset.touched;
        const first = net.directions.find((one) => one.name) ?? net.directions[0];
        if (first) example(first);
        else NAMES.forEach((_, at) => terms[at].set({ seed: config.z_seed + at, digit: config.digit }));
      }
      draw();
    });
    playground.onWhile(element, 'language', () => { if (net) draw(); });
  };
})();
