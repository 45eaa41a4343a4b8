/* The curves of the shown runs: perplexity or loss, gradient norm, and the longest recited passage. */
'use strict';

(() => {
  const { make, runs, number, kept } = playground;
  const AXES = ['step', 'tokens', 'seconds', 'epoch'];

  /**
   * Keeps a chart in step with the shown runs. `channels(run)` gives `{channel: [value]}` of a
   * slice of its columns; `also(chart, run)` may add thresholds and marks.
   */
  function follow(build, channels, also = () => {}) {
    let chart = build();
    let drawn = new Set();

    function feed(run, from) {
      const to = run.index.length;
      if (to <= from) return;
      const part = (name) => run.columns[name]?.slice(from, to) ?? new Array(to - from).fill(null);
      const xs = Object.fromEntries(AXES.filter((axis) => run.columns[axis]).map((axis) => [axis, part(axis)]));
      for (const [channel, values] of Object.entries(channels(part))) {
        if (run.thinned && from === 0) chart.history(run.id, channel, run.index.slice(), xs, values, run.total);
        else chart.append(run.id, channel, run.index[from], xs, values);
      }
    }
    function lanes() {
      const shown = runs.shown();
      for (const run of drawn) if (!shown.includes(run)) chart.remove(run.id);
      for (const run of shown) {
        chart.lane(run.id, { name: run.name, colour: `var(${runs.colour(run)})` });
        if (!drawn.has(run)) feed(run, 0);
      }
      drawn = new Set(shown);
      also(chart);
    }
    playground.on('shown', lanes);
    playground.on('records', ({ run, from }) => {
      if (!drawn.has(run)) return;
      feed(run, from);
      also(chart);
    });
    playground.on('truncate', ({ run, length }) => {
      if (!drawn.has(run)) return;
      if (length) chart.truncate(run.id, run.index[length - 1] + 1);
      else {
        chart.remove(run.id);
        chart.lane(run.id, { name: run.name, colour: `var(${runs.colour(run)})` });
      }
    });
    playground.on('about', (run) => {
      const lane = drawn.has(run) && chart.lanes.get(run.id);
      if (lane && lane.name !== run.name) chart.lane(run.id, { name: run.name });
    });
    playground.on('language', () => also(chart));
    lanes();
    return {
      get chart() { return chart; },
      rebuild() {
        chart.destroy();
        chart = build();
        drawn = new Set();
        lanes();
      },
    };
  }

  function segments(key, names, chosen, choose) {
    const buttons = names.map((name) => make('button.pg-segment', { type: 'button', role: 'radio', text: `${key}.${name}`, on: { click: () => pick(name) } }));
    const pick = (name, tell = true) => {
      buttons.forEach((button, at) => button.setAttribute('aria-checked', String(names[at] === name)));
      if (tell) choose(name);
    };
    pick(chosen, false);
    return make('div.pg-segments', { role: 'radiogroup', label: key }, buttons);
  }

  /** Puts what explains a chart beside its title, and controls of the room before its tools. */
  function furnish(chart, helper, tools = []) {
    chart.panel.heading.append(helper);
    chart.panel.tools.prepend(...tools);
    chart.panel.tools.hidden = !chart.panel.tools.children.length;
  }

  playground.widgets.curves = (element) => {
    element.classList.add('pg-panel', 'pg-curves');
    let metric = kept.read('play-metric', 'perplexity');
    const seen = { train: true, validation: true };
    const host = make('div.pg-chart-place');
    const toggles = ['train', 'validation'].map((channel) => make('label.pg-check', {},
      make('input', { type: 'checkbox', checked: true, on: { change: (event) => { seen[channel] = event.target.checked; followed.rebuild(); } } }),
      make('i.pg-line', { class: channel === 'validation' ? 'pg-dashed' : '' }), make('span', { text: `page.chart.${channel}` })));
    const channels = make('span.pg-channels', {}, toggles);
    const choice = segments('page.chart.metric', ['perplexity', 'loss'], metric, (name) => {
      metric = name;
      kept.write('play-metric', name);
      followed.rebuild();
    });
    const helper = playground.helper('page.chart.curves.help');
    element.append(host);
    const height = () => (innerWidth < 760 ? 260 : Math.max(280, Math.min(520, Math.round(innerHeight * 0.37))));
    const shape = (values) => (metric === 'loss' ? values : values.map((value) => (value === null ? null : Math.exp(Math.min(value, 700)))));
    function build() {
      const chart = new playground.LiveChart(host, {
        id: 'learning', x: 'step', axes: AXES, height: height(), group: 'training',
        metric: { title_key: `page.chart.title.${metric}`, log: metric === 'perplexity', unit_key: metric === 'loss' ? 'page.chart.nats' : undefined },
      });
      furnish(chart, helper, [choice]);
      chart.panel.lanes.append(channels);
      return chart;
    }
    const followed = follow(
      build,
      (part) => ({
        ...(seen.train ? { train: shape(part('loss')) } : {}),
        ...(seen.validation ? { validation: shape(part('validation_loss')) } : {}),
      }),
      marks,
    );
    playground.on('png', async () => playground.save(await followed.chart.toPNG(), 'learning-curves.png'));
  };

  /** Marks where somebody changed the learning rate; a slider's way there is one change. */
  function marks(chart) {
    for (const run of runs.shown()) {
      const rates = run.columns.learning_rate;
      if (!rates || run.about.config.decay) continue;
      run.marked ??= { at: 1, changed: -1 };
      if (run.marked.chart !== chart) run.marked = { at: 1, changed: -1, chart };
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

  playground.widgets.gradients = (element) => {
    element.classList.add('pg-panel', 'pg-gradients');
    const host = make('div.pg-chart-place');
    const share = make('div.pg-caption.pg-keys');
    element.append(host, share);
    const tell = playground.perFrame(() => {
      const entries = runs.shown().filter((run) => run.index.length).map((run) => {
        const clipped = run.clipped();
        const text = !run.about.config.clip_threshold ? playground.t('page.chart.no_clip')
          : playground.t('page.chart.clipped', { share: clipped === null ? '–' : Math.round(100 * clipped) });
        return make('span.pg-key', { style: { '--lane': `var(${runs.colour(run)})` } }, make('span.pg-swatch'), text);
      });
      share.replaceChildren(...entries);
    });
    function build() {
      const chart = new playground.LiveChart(host, {
        id: 'gradient-norm', x: 'step', axes: AXES, height: 200, group: 'training', tools: ['table', 'png', 'csv'],
        metric: { title_key: 'page.chart.gradients', log: true },
      });
      furnish(chart, playground.helper('page.chart.gradients.help'));
      return chart;
    }
    follow(
      build,
      (part) => ({ train: part('gradient_norm') }),
      (chart) => {
        const thresholds = [...new Set(runs.shown().map((run) => run.about.config?.clip_threshold).filter(Boolean))];
        const [one, ...others] = thresholds;
        chart.threshold(one ?? null, playground.t('page.chart.threshold'));
        others.forEach((value, at) => chart.baseline(`threshold-${at}`, value, playground.t('page.chart.threshold')));
        tell();
      },
    );
  };

  playground.widgets.memorization = (element) => {
    element.classList.add('pg-panel', 'pg-memory');
    const host = make('div.pg-chart-place');
    const chip = make('span.pg-chip.pg-memory-state', { hidden: true });
    const verdict = make('p.pg-caption');
    element.append(host, verdict);
    const fed = new Map();
    const chart = new playground.LiveChart(host, {
      id: 'longest-match', x: 'step', axes: ['step'], height: 200, smoothing: 0, tools: ['table', 'png', 'csv'],
      metric: { title_key: 'page.memory.title', log: false },
    });
    furnish(chart, playground.helper('page.memory.help'));
    chart.panel.heading.append(chip);

    const draw = playground.perFrame(() => {
      const shown = runs.shown();
      for (const id of fed.keys()) {
        if (!shown.some((run) => run.id === id)) {
          chart.remove(id);
          fed.delete(id);
        }
      }
      for (const run of shown) {
        if (!fed.has(run.id) || repaint) chart.lane(run.id, { name: run.name, colour: `var(${runs.colour(run)})` });
        const from = fed.get(run.id) ?? 0;
        if (run.samples.length < from) chart.truncate(run.id, run.samples.length);
        const fresh = run.samples.slice(Math.min(from, run.samples.length));
        if (fresh.length) {
          chart.append(run.id, 'train', run.samples.length - fresh.length, { step: fresh.map((one) => one.step) }, fresh.map((one) => one.longest_match?.length ?? null));
        }
        fed.set(run.id, run.samples.length);
      }
      repaint = false;
      tell(shown);
    });
    let repaint = true;

    function tell(shown) {
      const last = shown.map((run) => ({ run, ...playground.alarmOf(run.samples.at(-1)) })).filter((one) => one.usual !== null);
      const usual = last.length ? Math.max(...last.map((one) => one.usual)) : null;
      chart.baseline('held-out', usual, playground.t('page.memory.baseline'));
      const beyond = (one) => one.length - one.usual;
      const worst = last.reduce((most, one) => (most && beyond(most) >= beyond(one) ? most : one), null);
      chip.hidden = !worst;
      if (!worst) {
        playground.say(verdict, 'page.memory.waiting');
        return;
      }
      chip.className = `pg-chip pg-memory-state pg-chip-${{ none: 'finished', watch: 'paused', alarm: 'failed' }[worst.level]}`;
      playground.say(chip, `page.memory.${worst.level}`);
      const losses = (worst.run.columns.validation_loss ?? []).filter((one) => one !== null);
      const lowest = losses.reduce((least, one) => (least === null || one < least ? one : least), null);
      const rising = lowest !== null && losses.at(-1) > lowest + 0.05;
      playground.say(verdict, rising ? 'page.memory.rising' : 'page.memory.falling', {
        name: worst.run.name, length: worst.length, usual: worst.usual,
        lowest: lowest === null ? '–' : number(Math.exp(lowest)), last: losses.length ? number(Math.exp(losses.at(-1))) : '–',
      });
    }
    for (const event of ['shown', 'language', 'corpora']) playground.on(event, () => { repaint = true; draw(); });
    for (const event of ['samples', 'truncate', 'about']) playground.on(event, draw);
    draw();
  };
})();
