/* The first picture of the room: an image that follows the finger through the latent space. */
'use strict';

(() => {
  const { make, gan } = playground;
  const QUIET = 120; // milliseconds after which all that is not the image catches up
  const LARGEST_SEED = 999_999;
  const MOST_REMEMBERED = 50;
  const COUNTED = 15; // images whose median time is told
  const BELOW = ['gan_interpolation', 'gan_styles', 'gan_arithmetic', 'gan_walk'];

  let here = null;
  /** Where the visitor stands: `{source, z, digit}` with z after truncation, or null before that. */
  gan.here = () => here?.() ?? null;

  playground.widgets.gan_latent = (element, { picture }) => {
    let [network, place, source, failed] = [null, null, '', ''];
    let [digit, truncation, seed] = [0, 1, 0];
    let [mode, path, dragging, able] = ['directions', 'page', false, true];
    let axes = [0, 1];
    let memories = [];
    let lasted = []; // milliseconds of the newest images

    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const view = gan.latentView();
    const painter = gan.painter('classes', 'near', 'map');
    const pad = gan.latentPad({
      moved(x, y) {
        dragging = true;
        if (mode === 'seeds') place.blendAt = [x, y];
        else {
          setStep(axes[0], (2 * x - 1) * sliders.REACH);
          if (axes[1] !== undefined) setStep(axes[1], (1 - 2 * y) * sliders.REACH);
        }
        draw();
      },
      released() { dragging = false; rest(); },
      corner(at) {
        place.corners = place.corners.map((one, other) => (other === at ? random() : one));
        shown();
      },
    });
    const sliders = gan.latentSliders({
      changed(at, value) { setStep(at, value); padToSteps(); draw(); mapSoon(); },
      released: () => rest(),
      axis(which, at) {
        if (mode === 'seeds') [mode, place.corners] = ['directions', null];
        if (axes[1 - which] === at) axes.reverse();
        else axes[which] = at;
        shown();
      },
    });
    const bars = gan.latentBars({
      changed(at, value) { place.edits[at] += value - place.z()[at]; draw(); mapSoon(); },
      released: () => rest(),
    });
    const near = gan.latentNeighbours({
      jump(z) { remember(); place.jump(z); mode = 'directions'; shown(); },
      back() { const last = memories.pop(); if (last) { place.restore(last); mode = place.corners ? 'seeds' : 'directions'; shown(); } },
      changed: () => { if (network) around(); },
    });
    const classes = make('div.pg-latent-classes', { role: 'radiogroup', label: 'gan.digit' });
    let tiles = [];

    const seedBox = make('input.pg-number', { type: 'text', inputmode: 'numeric', label: 'gan.z_seed', autocomplete: 'off', on: { change: () => goTo(seedBox.value) } });
    const begin = playground.iconButton('again', 'gan.latent.begin', () => { remember(); home(); }, 'pg-quiet pg-latent-begin');
    const seeds = make('div.pg-latent-seed', {},
      make('button.pg-primary', { type: 'button', hint: 'gan.latent.new.help', on: { click: () => goTo(random()) } }, playground.icon('dice'), make('span', { text: 'gan.latent.new' })),
      make('div.pg-latent-number', {}, playground.iconButton('left', 'gan.latent.seed.before', () => goTo(seed - 1)), seedBox, playground.iconButton('right', 'gan.latent.seed.after', () => goTo(seed + 1)), begin));
    const cut = make('input.pg-slider', { type: 'range', min: 0, max: 2, step: 0.01, label: 'gan.truncation', on: {
      input: () => { truncation = +cut.value; said(); draw(); mapSoon(); },
      change: () => gan.set({ truncation }),
    } });
    const cutValue = make('output.pg-latent-value');
    const modes = gan.segments('mode', ['directions', 'seeds'], () => mode, (value) => {
      mode = value;
      if (value === 'seeds') {
        place.start = null;
        place.corners = [0, 1, 2, 3].map((one) => (seed + one) % (LARGEST_SEED + 1));
      } else place.corners = null;
      shown();
    });
    const looks = gan.segments('look', ['pixels', 'soft'], () => (view.canvas.classList.contains('pg-soft') ? 'soft' : 'pixels'), (value) => { view.soft(value === 'soft'); looks.mark(); });
    const paths = gan.segments('path', ['page', 'server'], () => path, (value) => { path = value; lasted = []; paths.mark(); draw(); });
    const tools = playground.plot.tools({ name: 'latent', png: () => view.png(), rows: () => [['number', 'z'], ...Array.from(place?.z() ?? [], (value, at) => [at + 1, value])] });
    const copy = make('button.pg-live-button', { type: 'button', text: 'gan.latent.copy', hint: 'gan.latent.copy.help', on: { click: async () => {
      await playground.copy(JSON.stringify(Array.from(point(), (value) => +value.toPrecision(7))));
      playground.notice('gan.latent.copied');
    } } });

    const frame = gan.latentFrame({ view, seeds, pad, modes, truncation: [cut, cutValue], sliders, classes, looks, paths, copy, tools, near, bars });
    const { body, clock, say: sayAlong } = frame;
    const below = BELOW.map(() => make('div'));
    element.classList.add('pg-latent-picture');
    element.append(fault, body, ...below);

    const random = () => Math.floor(Math.random() * (LARGEST_SEED + 1));
    const scaled = (z) => z.map((value) => truncation * value);
    const point = () => scaled(place.z());
    const setStep = (at, value) => { place.steps[at] = value; sliders.setOne(at, value); };
    function remember() { memories = [...memories, place.memory()].slice(-MOST_REMEMBERED); }

    function goTo(wanted) {
      const next = Math.round(Number(String(wanted).normalize('NFKC')));
      if (Number.isFinite(next) && String(wanted).trim()) {
        seed = Math.max(0, Math.min(LARGEST_SEED, next));
        remember();
        fromSeed();
        gan.set({ z_seed: seed });
      }
      shown();
    }
    function fromSeed() {
      place.go(seed);
      if (mode === 'seeds') place.corners = [0, 1, 2, 3].map((one) => (seed + one) % (LARGEST_SEED + 1));
    }
    function home() {
      place.steps.fill(0);
      place.blendAt = [0.5, 0.5];
      fromSeed();
      shown();
    }

    // The image itself: everything from the finger to the pixels happens in here, at once.

    function draw() {
      if (!network) return;
      const z = point();
      const begun = performance.now();
      if (path === 'page') {
        try {
          const image = network.generate(z, digit);
          view.show(image, network.score(image, digit), network, digit);
          took(performance.now() - begun);
        } catch (error) {
          // A browser that cannot still has the server.
          console.warn(error);
          able = false;
          path = 'server';
          paths.mark();
        }
      }
      if (path === 'server') {
        sent = begun;
        void ask({ source, seed_or_z: [Array.from(z)], digit: network.classes ? digit : -1, n: 1 });
      }
      if (able) painter.put('classes', classJobs(z));
      barsSoon();
      restSoon();
    }
    let sent = 0;
    const ask = gan.latentServer((bitmap, score) => {
      view.draw(bitmap, score, network, digit);
      took(performance.now() - sent);
      hide();
    }, failedWith);
    function took(milliseconds) { lasted = [...lasted.slice(1 - COUNTED), milliseconds]; }

    function tileOf(tile, z, told) {
      const image = network.generate(z, told);
      tile.show(image, network.score(image, told), network.scoreKind);
    }
    const classJobs = (z) => tiles.map((tile, at) => () => tileOf(tile, z, at));
    const barsSoon = playground.perFrame(() => bars.show(place.z(), network.prior));
    function around() { if (able) painter.put('near', near.jobs(network, place.z(), (tile, z) => tileOf(tile, scaled(z), digit))); }
    const mapSoon = playground.afterQuiet(60, () => {
      if (!able) return;
      const steps = place.steps.slice();
      painter.put('map', pad.jobs((x, y) => {
        if (mode === 'seeds') {
          const held = place.blendAt;
          place.blendAt = [x, y];
          const z = place.z();
          place.blendAt = held;
          return network.generate(scaled(z), digit);
        }
        steps[axes[0]] = (2 * x - 1) * sliders.REACH;
        if (axes[1] !== undefined) steps[axes[1]] = (1 - 2 * y) * sliders.REACH;
        return network.generate(scaled(place.z(steps)), digit);
      }));
    });

    function padToSteps() {
      if (mode === 'seeds') pad.set(...place.blendAt);
      else pad.set((place.steps[axes[0]] / sliders.REACH + 1) / 2, axes[1] === undefined ? 0.5 : (1 - place.steps[axes[1]] / sliders.REACH) / 2);
    }

    /** What may come a moment after the image. */
    function rest() {
      if (!network) return;
      around();
      said();
      tools.renew();
      playground.emit('gan_here', gan.here());
    }
    const restSoon = playground.afterQuiet(QUIET, () => { if (!dragging) rest(); });

    function said() {
      if (!network) return;
      cut.value = truncation;
      cut.style.setProperty('--filled', `${50 * truncation}%`);
      cutValue.textContent = truncation.toFixed(2);
      if (document.activeElement !== seedBox) seedBox.value = String(seed);
      begin.disabled = !place.changed && !place.corners;
      near.canReturn(memories.length > 0);
      // The first ones are slow: a browser learns what is worth making fast.
      const usual = [...lasted].sort((one, other) => one - other)[lasted.length >> 1];
      if (lasted.length > 4) playground.say(clock, `gan.latent.took.${path}`, { milliseconds: usual.toFixed(usual < 10 ? 1 : 0) });
      else playground.unsay(clock);
      const along = axes.map((at) => gan.directionName(network, at));
      sayAlong(mode === 'seeds' ? [] : along);
      pad.say(mode === 'seeds' ? place.blendAt.map((one) => `${Math.round(100 * one)} %`).join(', ') : axes.map((at, one) => `${along[one]} ${place.steps[at].toFixed(1)}`).join(', '));
    }

    /** All of it anew. */
    function shown() {
      if (!network) return;
      modes.mark();
      looks.mark();
      paths.mark();
      sliders.axes(mode === 'seeds' ? null : axes);
      sliders.set(place.steps);
      pad.corners(mode === 'seeds' ? place.corners : null);
      padToSteps();
      tiles.forEach((tile, at) => tile.element.setAttribute('aria-checked', String(at === digit)));
      draw();
      mapSoon();
      rest();
    }

    function hide() { fault.hidden = true; }
    function failedWith(refusal) {
      fault.textContent = refusal?.key ? playground.sentence(refusal) : playground.t('page.call.failed');
      fault.hidden = false;
    }

    function enter(next) {
      network = next;
      place = new gan.Place(network);
      axes = network.directions.length > 1 ? [0, 1] : [0];
      memories = [];
      mode = 'directions';
      lasted = [];
      sliders.show(network);
      tiles = Array.from({ length: network.classes }, (_, at) => {
        const tile = gan.tile(() => { digit = at; gan.set({ digit }); shown(); });
        tile.element.setAttribute('role', 'radio');
        tile.element.prepend(make('span.pg-latent-class', {}, network.names[at] ?? String(at)));
        return tile;
      });
      classes.replaceChildren(...tiles.map((tile) => tile.element));
      classes.hidden = !tiles.length;
      body.hidden = false;
      hide();
    }

    here = () => (network ? { source, z: point(), digit } : null);
    near.start();
    playground.onWhile(element, 'language', said);
    playground.onWhile(element, 'about', () => { failed = ''; });

    let current = null;
    gan.follow(element, picture, (config) => {
      if (config.source === failed) return;
      const asked = gan.network(config.source);
      source = config.source;
      const take = () => {
        if (asked !== current || source !== config.source) return;
        const now = gan.config();
        const wanted = network?.classes ? Math.min(now.digit, network.classes - 1) : 0;
        const same = wanted === digit && now.truncation === truncation && now.z_seed === seed;
        const arriving = gan.arriving(source);
        if (same && place.entered && !arriving) return;
        [digit, truncation] = [wanted, now.truncation];
        if (now.z_seed !== seed || !place.entered) { seed = now.z_seed; fromSeed(); }
        if (arriving) { place.jump(arriving); mode = 'directions'; }
        place.entered = true;
        shown();
      };
      if (asked === current) {
        if (network) take();
        return;
      }
      current = asked;
      asked.then((next) => {
        if (asked !== current) return;
        enter(next);
        take();
        BELOW.forEach((name, at) => { if (playground.widgets[name]) playground.mount(below[at], name, {}); });
      }, (refusal) => {
        if (asked !== current) return;
        current = null;
        failed = config.source;
        failedWith(refusal);
      });
    });
  };
})();
