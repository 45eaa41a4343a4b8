/* Beside the plane: the figures of the moment, divergences and losses over the steps. */
'use strict';

(() => {
  const { make, gan } = playground;
  const FACTS = ['step', 'speed', 'real', 'fake', 'modes', 'pull'];
  const LATELY = 20; // records behind a number that is written: one batch alone jumps too much
  const SPAN = 700; // ms over which steps are counted for a speed

  /** `{facts, charts, update({run, moment, columns, history, back})}`; `back` is the step of the film's moment. */
  gan.planeSide = () => {
    const charts = {
      kl: gan.planeChart({ name: 'kl', least: 0 }),
      js: gan.planeChart({ name: 'js', least: 0, most: 1 }),
      losses: gan.planeChart({ name: 'losses' }),
    };
    const values = {};
    const facts = FACTS.map((name) => {
      values[name] = make('b.pg-figure-value', {}, '–');
      return make('div.pg-plane-fact', { data: { fact: name }, hint: `gan.plane.fact.${name}.help` }, make('span.pg-figure-key', { text: `gan.plane.fact.${name}` }), values[name]);
    });
    const speed = { run: null, step: 0, time: 0, value: null };

    function speedOf(run, step) {
      const now = performance.now();
      if (speed.run !== run || step < speed.step) Object.assign(speed, { run, step, time: now, value: null });
      else if (now - speed.time > SPAN) Object.assign(speed, { value: step > speed.step ? (1000 * (step - speed.step)) / (now - speed.time) : null, step, time: now });
      return run.about.state === 'running' ? speed.value : null;
    }
    const lately = (all) => {
      const part = (all ?? []).slice(-LATELY).filter((value) => value !== null);
      return part.length ? part.reduce((sum, value) => sum + value, 0) / part.length : null;
    };
    const line = (name, colour, steps, all, now) => ({ name: `gan.plane.line.${name}`, colour, steps, values: all ?? [], now });

    return {
      facts: make('div.pg-plane-facts', {}, facts),
      charts: make('div.pg-plane-charts', {}, Object.values(charts).map((one) => one.element)),
      update({ run, moment, columns, history, back }) {
        charts.kl.update([line('kl', '--pg-accent', history.steps, history.kl, moment?.kl)], { floor: moment?.klFloor ?? null, at: back });
        charts.js.update([line('js', '--pg-accent', history.steps, history.js, moment?.js)], { floor: moment?.jsFloor ?? null, at: back });
        charts.losses.update([
          line('discriminator_loss', '--pg-rnn', columns.step ?? [], columns.discriminator_loss, lately(columns.discriminator_loss)),
          line('generator_loss', '--pg-gru', columns.step ?? [], columns.generator_loss, lately(columns.generator_loss)),
        ], { at: back });
        const fast = run && moment && back === null ? speedOf(run, moment.step) : null;
        const told = {
          step: moment ? playground.number(moment.step) : '–',
          speed: fast ? playground.number(Math.round(fast)) : '–',
          real: gan.planeNumber(lately(columns.real_score), 2),
          fake: gan.planeNumber(lately(columns.fake_score), 2),
          modes: moment?.modeCount ? playground.t('gan.plane.modes', { found: moment.modes, count: moment.modeCount }) : '–',
          pull: gan.planeNumber(gan.planePull(moment?.arrows), 2),
        };
        for (const name of FACTS) if (values[name].textContent !== told[name]) values[name].textContent = told[name];
      },
    };
  };
})();
