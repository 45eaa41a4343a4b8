/* The curves of the runs shown in a room: loss or perplexity, and the gradient's norm. */
'use strict';

(() => {
  const { make, runs, kept } = playground;
  const { follow, segments, furnish } = playground.runCharts;

  /** A loss in nats per token (`null`: not measured) as what the chart draws. */
  const shaped = (loss, metric) => (loss === null || metric === 'loss' ? loss : Math.exp(Math.min(loss, 700)));

  /**
   * data: {slice, metrics, help: the sentence that explains them}. A room may describe `curves` of its own: {shape(loss, metric, run, part),
   * scale(run, metric) a number on which that depends, also(chart, metric, caption, again)}.
   */
  playground.widgets.curves = (element, { slice, metrics = ['perplexity', 'loss'], help = 'page.chart.training.help' }) => {
    element.classList.add('pg-panel', 'pg-curves');
    const own = runs.room(slice).curves ?? {};
    const shape = own.shape ?? shaped;
    let metric = metrics.find((one) => one === kept.read('play-metric', '')) ?? metrics[0];
    const seen = { train: true, validation: true };
    const host = make('div.pg-chart-place');
    const caption = make('p.pg-caption', { hidden: true });
    const channels = make('span.pg-channels', {}, ['train', 'validation'].map((channel) => make('label.pg-check', {},
      make('input', { type: 'checkbox', checked: true, on: { change: (event) => { seen[channel] = event.target.checked; followed.rebuild(); } } }),
      make('i.pg-line', { class: channel === 'validation' ? 'pg-dashed' : '' }), make('span', { text: `page.chart.${channel}` }))));
    const choice = segments('page.chart.metric', metrics, metric, (name) => {
      kept.write('play-metric', (metric = name));
      followed.rebuild();
    });
    const helper = playground.helper(help);
    element.append(host, caption);
    const height = () => (innerWidth < 760 ? 260 : Math.max(280, Math.min(520, Math.round(innerHeight * 0.37))));
    const scales = new Map(); // run -> the scale its curve was drawn with
    const line = (values, run, part) => {
      scales.set(run.id, own.scale?.(run, metric));
      return values.map((value) => shape(value, metric, run, part));
    };
    function build() {
      const chart = furnish(playground.runCharts.chart(slice, host, {
        id: 'learning', height: height(),
        metric: { title_key: `page.chart.title.${metric}`, log: metric === 'perplexity', unit_key: metric === 'loss' ? 'page.chart.nats' : undefined },
      }), helper, [choice]);
      chart.panel.lanes.append(channels);
      return chart;
    }
    function also(chart) {
      marks(chart, slice);
      own.also?.(chart, metric, caption, () => also(followed.chart));
    }
    const followed = follow(
      slice,
      build,
      (part, run) => ({
        ...(seen.train ? { train: line(part('loss'), run, 'train') } : {}),
        ...(seen.validation ? { validation: line(part('validation_loss'), run, 'validation') } : {}),
      }),
      also,
    );
    playground.on('about', (run) => {
      if (own.scale && scales.has(run.id) && scales.get(run.id) !== own.scale(run, metric)) followed.rebuild();
    });
    playground.on('corpora', () => also(followed.chart));
    playground.on('png', async (run) => {
      if (run.about.slice === slice) playground.save(await followed.chart.toPNG(), 'learning-curves.png');
    });
  };

  /** Marks where somebody changed the learning rate; a slider's way there is one change. */
  function marks(chart, slice) {
    for (const run of runs.shown(slice)) {
      const rates = run.columns.learning_rate;
      if (!rates || runs.room(slice).scheduled?.(run.about.config)) continue;
      if (run.marked?.chart !== chart) run.marked = { at: 1, changed: -1, chart };
      for (let at = run.marked.at; at < rates.length; at++) {
        if (rates[at] !== rates[at - 1]) run.marked.changed = at;
        else if (run.marked.changed >= 0 && at - run.marked.changed >= 5) {
          const { changed } = run.marked;
          chart.marker(run.id, run.columns.step[changed], playground.t('page.chart.rate_change', { rate: String(+rates[changed].toPrecision(3)) }));
          run.marked.changed = -1;
        }
      }
      run.marked.at = Math.max(1, rates.length);
    }
  }

  /** data: {slice} */
  playground.widgets.gradients = (element, { slice }) => {
    element.classList.add('pg-panel', 'pg-gradients');
    const host = make('div.pg-chart-place');
    const share = make('div.pg-caption.pg-keys');
    element.append(host, share);
    const tell = playground.perFrame(() => {
      share.replaceChildren(...runs.shown(slice).filter((run) => run.index.length).map((run) => {
        const clipped = run.clipped();
        const text = !run.about.config.clip_threshold ? playground.t('page.chart.no_clip')
          : playground.t('page.chart.clipped', { share: clipped === null ? '–' : Math.round(100 * clipped) });
        return make('span.pg-key', { style: { '--lane': `var(${runs.colour(run)})` } }, make('span.pg-swatch'), text);
      }));
    });
    follow(
      slice,
      () => furnish(playground.runCharts.chart(slice, host, {
        id: 'gradient-norm', height: 200, tools: ['table', 'png', 'csv'],
        metric: { title_key: 'page.chart.gradients', log: true },
      }), playground.helper('page.chart.gradients.help')),
      (part) => ({ train: part('gradient_norm') }),
      (chart) => {
        const [one, ...others] = new Set(runs.shown(slice).map((run) => run.about.config?.clip_threshold).filter(Boolean));
        chart.threshold(one ?? null, playground.t('page.chart.threshold'));
        others.forEach((value, at) => chart.baseline(`threshold-${at}`, value, playground.t('page.chart.threshold')));
        tell();
      },
    );
  };
})();
