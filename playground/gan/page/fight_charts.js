/* The curves of the shown games: losses, D's scores of real and forged images, quality, gradients. */
'use strict';

(() => {
  const { make, runs, kept, gan } = playground;
  const { segments, furnish } = playground.runCharts;
  const SLICE = 'gan';
  const AXES = ['step', 'seconds', 'epoch'];
  const LEAST = 1e-5; // of a gradient that is drawn: what is shorter has vanished
  const TOOLS = ['log', 'table', 'png', 'csv'];
  const G = { name: 'generator', text: 'gan.fight.line.generator', colour: '--pg-fake', dash: [2, 3] };
  const D = { name: 'discriminator', text: 'gan.fight.line.discriminator', colour: '--pg-real', dash: [] };
  const height = () => (innerWidth < 760 ? 220 : 250);

  /**
   * A chart with one or more `lines` `{name, text, colour, dash, columns: {train, validation}}` for
   * each shown game of images: one game by the colours of its lines, several by their own.
   */
  function lined(element, { id, help, lines: drawnAs, tools = [], least = null, also: after = () => {}, ...options }) {
    let [lines, also] = [drawnAs, after];
    element.classList.add('pg-panel', 'pg-fight-chart');
    const host = make('div.pg-chart-place');
    element.append(host);
    const key = (run, line) => `${run.id}:${line.name}`;
    const helper = playground.helper(help);
    const build = () => furnish(playground.runCharts.chart(SLICE, host, { id, height: height(), axes: AXES, tools: TOOLS, smoothing: 0.6, ...options }), helper, tools);
    let chart = build();
    let drawn = new Set();

    function name(run) {
      const several = gan.training.shown().length > 1;
      for (const line of lines) {
        const words = line.text ? playground.t(line.text) : run.name;
        chart.lane(key(run, line), {
          name: several && line.text ? `${words} · ${run.name}` : words,
          colour: `var(${several || !line.colour ? runs.colour(run) : line.colour})`, dash: several ? line.dash ?? [] : [],
        });
      }
    }
    function feed(run, from) {
      const to = run.index.length;
      if (to <= from) return;
      const part = (column) => run.columns[column]?.slice(from, to) ?? new Array(to - from).fill(null);
      const shaped = (column) => (least === null ? part(column) : part(column).map((value) => (value === null ? null : Math.max(value, least))));
      const xs = Object.fromEntries(AXES.filter((axis) => run.columns[axis]).map((axis) => [axis, part(axis)]));
      for (const line of lines) {
        for (const [channel, column] of Object.entries(line.columns)) {
          if (run.thinned && from === 0) chart.history(key(run, line), channel, run.index.slice(), xs, shaped(column), run.total);
          else chart.append(key(run, line), channel, run.index[from], xs, shaped(column));
        }
      }
    }
    function draw() {
      const shown = gan.training.shown();
      for (const run of drawn) if (!shown.includes(run)) for (const line of lines) chart.remove(key(run, line));
      for (const run of shown) {
        name(run);
        if (!drawn.has(run)) feed(run, 0);
      }
      drawn = new Set(shown);
      also(chart);
    }
    playground.on('shown', (room) => { if (room === SLICE) draw(); });
    playground.on('records', ({ run, from }) => { if (drawn.has(run)) feed(run, from); });
    playground.on('truncate', ({ run, length }) => {
      if (!drawn.has(run)) return;
      for (const line of lines) {
        if (length) chart.truncate(key(run, line), run.index[length - 1] + 1);
        else chart.remove(key(run, line));
      }
      if (!length) name(run);
    });
    playground.on('about', (run) => { if (drawn.has(run)) { name(run); also(chart); } });
    playground.on('language', draw);
    draw();
    return {
      rebuild(changed) {
        ({ lines, also } = changed);
        Object.assign(options, changed.options);
        chart.destroy();
        chart = build();
        drawn = new Set();
        draw();
      },
    };
  }

  playground.widgets.gan_losses = (element) => {
    lined(element, {
      id: 'gan-losses', help: 'gan.fight.losses.help', metric: { title_key: 'gan.fight.losses', log: false },
      lines: [{ ...D, columns: { train: 'discriminator_loss' } }, { ...G, columns: { train: 'generator_loss' } }],
    });
  };

  /** D on training images and on images that were held out, always together, beside the forged ones. */
  playground.widgets.gan_scores = (element) => {
    const probable = () => gan.training.shown().every(gan.training.isProbability);
    lined(element, {
      id: 'gan-scores', help: 'gan.fight.scores.help', metric: { title_key: 'gan.fight.scores', log: false },
      lines: [
        { name: 'real', text: 'gan.fight.line.real', colour: '--pg-real', dash: [], columns: { train: 'real_score', validation: 'held_out_score' } },
        { name: 'fake', text: 'gan.fight.line.fake', colour: '--pg-fake', dash: [2, 3], columns: { train: 'fake_score' } },
      ],
      also: (chart) => chart.baseline('even', probable() ? 0.5 : null, playground.t('gan.fight.even')),
    });
    element.append(make('p.pg-caption', {}, make('i.pg-line'), ' ', make('span', { text: 'gan.fight.on_training' }), ' ', make('i.pg-line.pg-dashed'), ' ', make('span', { text: 'gan.fight.on_held_out' })));
  };

  const QUALITIES = ['frechet', 'kid', 'entropy', 'confidence'];
  playground.widgets.gan_quality = (element) => {
    let column = QUALITIES.find((one) => one === kept.read('play-gan-quality', '')) ?? 'frechet';
    const choice = segments('gan.fight.quality', QUALITIES, column, (name) => {
      kept.write('play-gan-quality', (column = name));
      made.rebuild(told());
    });
    const floor = (run) => run.about.info?.floor?.[column] ?? null;
    const told = () => ({
      lines: [{ name: column, text: null, columns: { train: column } }],
      options: { metric: { title_key: `gan.fight.quality.${column}.title`, log: column === 'frechet' } },
      also: (chart) => {
        const floors = [...new Set(gan.training.shown().map(floor).filter((one) => one !== null && one > 0))];
        chart.baseline('floor', floors[0] ?? null, playground.t('gan.fight.floor'));
        const judges = new Set(gan.training.shown().map((run) => run.about.info?.judge).filter(Boolean));
        playground.say(caption, judges.has('fashion-mnist') && judges.size === 1 ? 'gan.fight.judge.fashion' : 'gan.fight.judge');
      },
    });
    const caption = make('p.pg-caption');
    const { lines, options, also } = told();
    const made = lined(element, { id: 'gan-quality', help: 'gan.fight.quality.help', smoothing: 0, tools: [choice], lines, also, ...options });
    element.append(caption);
  };

  playground.widgets.gan_gradients = (element) => {
    lined(element, {
      id: 'gan-gradients', help: 'gan.fight.gradients.help', least: LEAST, metric: { title_key: 'gan.fight.gradients', log: true },
      lines: [{ ...D, columns: { train: 'discriminator_gradient_norm' } }, { ...G, columns: { train: 'generator_gradient_norm' } }],
    });
  };
})();
