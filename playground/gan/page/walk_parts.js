/* What the walks share: a model looked at while in sight, images with D's score, stops to choose. */
'use strict';

(() => {
  const { make, gan } = playground;
  const MOST_SEED = 999_999;
  const BUDGET = 8; // milliseconds of a frame

  /** A random seed; never the one that is there. */
  gan.walkSeed = () => Math.floor(Math.random() * (MOST_SEED + 1));

  /**
   * A panel that follows the model: `draw(net, config, fresh)` is called once it comes into sight
   * and whenever source, seed, class or truncation change. `fresh` says that seed or class did.
   */
  gan.walkPanel = (element, draw) => {
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    element.append(fault);
    let wanted = null;
    let drawn = '';
    let seen = false;

    async function renew() {
      if (!seen || !wanted) return;
      const config = wanted;
      try {
        const net = await gan.network(config.source);
        if (config !== wanted) return;
        fault.hidden = true;
        const now = JSON.stringify([config.source, config.z_seed, config.digit]);
        const fresh = now !== drawn;
        drawn = now;
        draw(net, config, fresh);
        element.dataset.shown = config.source;
      } catch (refusal) {
        if (config !== wanted) return;
        fault.hidden = false;
        fault.textContent = playground.sentence(refusal);
        if (refusal instanceof Error) console.error(refusal);
      }
    }
    gan.follow(element, 'latent', (config) => {
      const { source, z_seed, digit, truncation } = config;
      const same = wanted && ['source', 'z_seed', 'digit', 'truncation'].every((name) => wanted[name] === config[name]);
      if (same) return;
      wanted = { source, z_seed, digit, truncation };
      void renew();
    });
    const sight = new IntersectionObserver((entries) => {
      if (!entries.some((one) => one.isIntersecting)) return;
      sight.disconnect();
      seen = true;
      void renew();
    }, { rootMargin: '200px' });
    sight.observe(element);
    return { fault };
  };

  /**
   * Works through jobs in a part of each frame, so that a drag need not wait for them. Returns
   * `begin(jobs)`, which forgets those that were left; `done()` is called after the last.
   */
  gan.walkJobs = (done) => {
    let jobs = [];
    const work = playground.perFrame(() => {
      const end = performance.now() + BUDGET;
      while (jobs.length && performance.now() < end) jobs.shift()();
      if (jobs.length) work();
      else done();
    });
    return (next) => {
      jobs = [...next];
      work();
    };
  };

  /** D's opinion as it is written below an image. */
  gan.walkScore = (score, net) => (net.scoreKind === 'probability' ? `${Math.round(100 * score)} %` : playground.number(score, 3));

  /** An image with D's score: `show(net, z, digit)` draws a point of the latent space and returns the score. */
  gan.walkTile = (tag = 'figure', attributes = {}) => {
    const canvas = make('canvas.pg-walk-image', { role: 'img', width: 28, height: 28 });
    const score = make('span.pg-walk-score');
    const element = make(`${tag}.pg-walk-tile`, attributes, canvas, score);
    const tile = {
      element,
      canvas,
      show(net, z, digit) {
        const image = net.generate(z, digit);
        gan.paint(canvas, image);
        const value = net.score(image, digit);
        score.textContent = gan.walkScore(value, net);
        playground.say(canvas, 'gan.walk.image', () => ({ score: gan.walkScore(value, net) }), 'aria-label');
        return value;
      },
    };
    return tile;
  };

  /** The class in words. */
  gan.walkClass = (net, digit) => net.names[digit] ?? String(digit);

  /** The latent point of a stop: that of its seed, or numbers of its own. */
  gan.walkPoint = (net, stop, truncation) => (stop.z ?? net.noise(stop.seed)).map((value) => value * truncation);

  /**
   * A point of the latent space to choose: its image, a seed or the point at which the picture is,
   * and a class where there are some. A stop is `{seed, digit, z}`; `z` counts where it is there.
   * `{element, stop, show(net, truncation), set(stop)}`; `changed()` is called when a visitor did.
   */
  gan.walkStop = ({ name, label, params = {}, changed, more = [] }) => {
    const tile = gan.walkTile('div');
    const number = make('input.pg-number.pg-walk-seed', { type: 'number', min: 0, max: MOST_SEED, step: 1, label: 'gan.walk.seed', hint: 'gan.walk.seed' });
    const digit = make('select.pg-select.pg-walk-class', { label: 'gan.walk.class', hint: 'gan.walk.class' });
    const dice = playground.iconButton('dice', 'gan.walk.dice', () => take({ seed: gan.walkSeed(), z: null }));
    const here = playground.iconButton('pin', 'gan.walk.here', () => {
      const found = gan.here?.();
      if (found?.source === shown?.source) take({ z: found.z.map((value) => value / (factor || 1)), digit: found.digit });
    });
    let shown = null; // the network
    let factor = 1;
    const title = make('span.pg-walk-name');
    playground.say(title, label, params);
    const choice = {
      stop: { seed: 0, digit: 0, z: null },
      element: make('div.pg-walk-stop', { role: 'group', data: { stop: name } },
        make('div.pg-walk-stop-head', {}, title, more), tile.element, make('div.pg-walk-choose', {}, make('div.pg-walk-seeds', {}, number, dice, here), digit)),
      name(key, values) { playground.say(title, key, values); },
      set(stop) { choice.stop = { ...stop }; },
      point: (net, truncation) => gan.walkPoint(net, choice.stop, truncation),
      show(net, truncation) {
        const { stop } = choice;
        [shown, factor] = [net, truncation];
        number.value = stop.z ? '' : stop.seed;
        number.placeholder = stop.z ? 'z' : '';
        digit.hidden = !net.classes;
        const names = net.names.slice(0, net.classes);
        if (digit.dataset.names !== names.join('\n')) {
          digit.dataset.names = names.join('\n');
          digit.replaceChildren(...names.map((one, at) => make('option', { value: at }, one)));
        }
        if (stop.digit >= net.classes) stop.digit = 0;
        digit.value = stop.digit;
        return tile.show(net, choice.point(net, truncation), stop.digit);
      },
    };
    function take(values) {
      Object.assign(choice.stop, values);
      changed();
    }
    number.addEventListener('change', () => {
      const seed = Math.round(Number(number.value));
      take({ seed: Number.isFinite(seed) ? Math.max(0, Math.min(MOST_SEED, seed)) : choice.stop.seed, z: null });
    });
    digit.addEventListener('change', () => take({ digit: Number(digit.value) }));
    return choice;
  };

  /** Shares of the classes between two of them; the class itself where there is nothing to mix. */
  gan.walkClasses = (net, first, last, share) => {
    if (!net.classes || first === last) return first;
    const shares = new Float32Array(net.classes);
    shares[first] += 1 - share;
    shares[last] += share;
    return shares;
  };
})();
