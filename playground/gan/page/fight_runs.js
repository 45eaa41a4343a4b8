/* What the run widgets must know of this room's runs, and which picture shows them. */
'use strict';

(() => {
  const { make, runs, number, gan } = playground;
  const SLICE = 'gan';
  const LATELY = 20; // records behind a score that is written: one batch alone jumps too much

  const isPlane = (run) => gan.isPlane(run?.about.config?.data);

  /** Mean of the newest numbers of a column, null where there are none. */
  function lately(run, column) {
    const part = (run.columns[column] ?? []).slice(-LATELY).filter((one) => one !== null && one !== undefined);
    return part.length ? part.reduce((sum, one) => sum + one, 0) / part.length : null;
  }

  const quality = (run) => {
    const column = isPlane(run) ? 'js' : 'frechet';
    return run.last(column) ?? run.about.summary?.[column] ?? null;
  };
  const score = (run, column) => lately(run, column) ?? run.about.summary?.[column] ?? null;
  const written = (value, digits = 2) => (value === null ? '–' : value.toFixed(Math.abs(value) < 100 ? digits : 0));
  const isProbability = (run) => (run.about.info?.score_kind ?? 'probability') === 'probability';

  gan.training = {
    isPlane,
    isProbability,
    lately,
    written,

    /** The shown games of images, or those of points. */
    shown: (plane = false) => runs.shown(SLICE).filter((run) => isPlane(run) === plane),

    /** What a class is called. */
    className: (name) => (playground.hasText(`gan.class.${name}`) ? playground.t(`gan.class.${name}`) : String(name)),
  };

  /** Where D sees real and where it sees forged samples: two marks on one line, apart or together. */
  function balance(run) {
    const real = make('i.pg-balance-real');
    const fake = make('i.pg-balance-fake');
    const bar = make('span.pg-balance', { role: 'img', label: 'page.lane.balance' }, make('i.pg-balance-gap'), fake, real);
    let told = '';
    return {
      element: make('div.pg-rate.pg-balance-place', {}, make('span.pg-figure-key', { text: 'page.lane.balance' }), bar),
      update() {
        const [x, z] = [score(run, 'real_score'), score(run, 'fake_score')];
        bar.classList.toggle('pg-unknown', x === null);
        if (x === null) return;
        // A score without bounds is bent into the line; its middle is the middle.
        const place = (value) => (isProbability(run) ? value : 0.5 + Math.atan(value) / Math.PI);
        const [high, low] = [place(x), place(z)];
        bar.style.setProperty('--real', `${100 * high}%`);
        bar.style.setProperty('--fake', `${100 * low}%`);
        bar.style.setProperty('--from', `${100 * Math.min(high, low)}%`);
        bar.style.setProperty('--span', `${100 * Math.abs(high - low)}%`);
        const now = playground.t('gan.fight.balance', { real: written(x), fake: written(z) });
        if (now !== told) for (const name of ['aria-label', 'title']) bar.setAttribute(name, now);
        told = now;
      },
    };
  }

  const measure = (shown) => `gan.fight.${shown.length && shown.every(isPlane) ? 'js' : 'frechet'}`;
  runs.describe(SLICE, {
    raced: 'loss',
    name: (config) => [
      playground.t(`gan.data.${config.data.startsWith('pictures:') ? 'own' : config.data}`),
      gan.isPlane(config.data) ? null : playground.t(config.conditional ? 'gan.fight.told' : 'gan.fight.untold'),
      playground.t(`gan.loss.${config.loss}`),
    ].filter(Boolean).join(' · '),
    scheduled: () => true,
    plain: true,
    balance,
    rates: ['generator_learning_rate', 'discriminator_learning_rate'],
    code: true,
    generate: 'gan.fight.look',
    lane: [
      { name: 'quality', label: measure, read: (run) => written(quality(run), isPlane(run) ? 3 : 1) },
      { name: 'real', label: () => 'gan.fight.real', read: (run) => written(score(run, 'real_score')) },
      { name: 'fake', label: () => 'gan.fight.fake', read: (run) => written(score(run, 'fake_score')) },
    ],
    fact: (run) => (quality(run) === null ? '' : playground.t(`${measure([run])}.fact`, { value: number(quality(run), 3) })),
  });

  const pictureOf = (run) => (isPlane(run) ? 'plane' : 'fight');
  const look = (run) => { if (run) gan.set({ picture: pictureOf(run) }); };
  playground.on('watch', (slice) => { if (slice === SLICE) look(runs.shown(SLICE)[0]); });
  playground.on('started', ({ slice, ids }) => { if (slice === SLICE) look(runs.get(ids[0])); });
  playground.on('fork', ({ run }) => { if (run.about.slice === SLICE) look(run); });
  playground.on('generate', ({ id }) => {
    const run = runs.get(id);
    if (run?.about.slice !== SLICE) return;
    if (isPlane(run)) look(run);
    else gan.set({ source: id, picture: 'latent' });
  });
})();
