/* The curves of the shown runs: perplexity, loss or bits, gradient norm, and what is recited. */
'use strict';

(() => {
  const { make, runs, number, kept } = playground;
  const AXES = ['step', 'tokens', 'seconds', 'epoch'];

  /**
   * Keeps a chart in step with the shown runs. `channels(part, run)` gives `{channel: [value]}` of
   * a slice of its columns; `also(chart, run)` may add thresholds and marks.
   */
  function follow(build, channels, also = () => {}) {
    let chart = build();
    let drawn = new Set();

    function feed(run, from) {
      const to = run.index.length;
      if (to <= from) return;
      const part = (name) => run.columns[name]?.slice(from, to) ?? new Array(to - from).fill(null);
      const xs = Object.fromEntries(AXES.filter((axis) => run.columns[axis]).map((axis) => [axis, part(axis)]));
      for (const [channel, values] of Object.entries(channels(part, run))) {
        if (run.thinned && from === 0) chart.history(run.id, channel, run.index.slice(), xs, values, run.total);
        else chart.append(run.id, channel, run.index[from], xs, values);
      }
    }
    const lane = (run) => chart.lane(run.id, { name: run.name, colour: `var(${runs.colour(run)})` });
    function lanes() {
      const shown = runs.shown();
      for (const run of drawn) if (!shown.includes(run)) chart.remove(run.id);
      for (const run of shown) {
        lane(run);
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
      if (length) {
        chart.truncate(run.id, run.index[length - 1] + 1);
        return;
      }
      chart.remove(run.id);
      lane(run);
    });
    playground.on('about', (run) => {
      const old = drawn.has(run) && chart.lanes.get(run.id);
      if (old && old.name !== run.name) chart.lane(run.id, { name: run.name });
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
    return chart;
  }

  const METRICS = ['perplexity', 'loss', 'bits'];
  const LEAVE_OUT = ['word', 'wordpiece']; // they drop spaces, which no prediction then pays for

  /** Tokens per character of a part of a run's text; `null` where that is not known or not fair. */
  function density(run, part) {
    const { config, info } = run.about;
    if (config.tokens === 'character') return 1;
    const ratio = LEAVE_OUT.includes(config.tokens) ? NaN : info?.[`${part}_tokens`] / info?.[`${part}_characters`];
    return ratio > 0 && ratio < Infinity ? ratio : null;
  }

  /** A loss in nats per token (`null`: not measured) as what the chart draws. */
  function shaped(loss, metric, tokensPerCharacter) {
    if (loss === null || metric === 'loss') return loss;
    if (metric === 'perplexity') return Math.exp(Math.min(loss, 700));
    return tokensPerCharacter === null ? null : (loss * tokensPerCharacter) / Math.LN2;
  }

  // What an n-gram model reaches depends on these settings only.
  const COUNTED = ['corpus', 'tokens', 'alphabet', 'vocabulary_size', 'max_tokens', 'validation_share'];
  const counted = new Map(); // settings as JSON -> the answer; none while asked or if refused
  let absent = null; // names of texts that are not on this machine; null until that is told
  playground.on('corpora', (known) => { absent = known ? known.filter((one) => one.available === false).map((one) => one.name) : absent; });

  /** The n-gram baseline of a run's text, none at first; `then` is called when it has come. */
  function baselineOf(run, then) {
    const config = Object.fromEntries(COUNTED.map((name) => [name, run.about.config[name]]));
    const key = JSON.stringify(config);
    if (!counted.has(key) && absent && !absent.includes(config.corpus) && config.validation_share > 0) {
      counted.set(key, null);
      // A text that is gone or too short has no baseline: there is then no line, and no complaint.
      playground.call('ngram_baseline', { config }).then((told) => { counted.set(key, told); then(); }, () => {});
    }
    return counted.get(key);
  }

  /** Dotted lines: what counting n-grams reaches on the texts and tokens of the shown runs. */
  function baselines(chart, metric, then) {
    const found = runs.shown().map((run) => ({ ...run.about.config, ...baselineOf(run, then), density: density(run, 'validation') })).filter((one) => one.loss);
    const differ = (name) => new Set(found.map((one) => one[name])).size > 1;
    const lines = new Map();
    for (const one of found) {
      const about = [
        differ('corpus') && (playground.corpusTitle?.(one.corpus) ?? one.corpus),
        differ('tokens') && playground.t(`sequence.tokens.${one.tokens}`),
        differ('vocabulary_size') && one.tokens !== 'character' && number(one.vocabulary_size),
      ].filter(Boolean).join(' · ');
      const [label, value] = [playground.t(about ? 'page.chart.ngram_of' : 'page.chart.ngram', { order: one.order, about }), shaped(one.loss, metric, one.density)];
      lines.set(`${label} ${value}`, { value, label });
    }
    // From the highest down: labels that clash move down, and then stand in the order of their lines.
    const sorted = [...lines].sort(([, a], [, b]) => b.value - a.value);
    const ids = sorted.map(([id]) => id);
    if (String(ids) === String(chart.ngrams ?? [])) return;
    for (const id of chart.ngrams ?? []) chart.baseline(id, null);
    for (const [id, { value, label }] of sorted) chart.baseline(id, value, label);
    chart.ngrams = ids;
  }

  playground.widgets.curves = (element) => {
    element.classList.add('pg-panel', 'pg-curves');
    let metric = METRICS.find((one) => one === kept.read('play-metric', '')) ?? METRICS[0];
    const seen = { train: true, validation: true };
    const host = make('div.pg-chart-place');
    const caption = make('p.pg-caption', { hidden: true, text: 'page.chart.bits.left_out' });
    const channels = make('span.pg-channels', {}, ['train', 'validation'].map((channel) => make('label.pg-check', {},
      make('input', { type: 'checkbox', checked: true, on: { change: (event) => { seen[channel] = event.target.checked; followed.rebuild(); } } }),
      make('i.pg-line', { class: channel === 'validation' ? 'pg-dashed' : '' }), make('span', { text: `page.chart.${channel}` }))));
    const choice = segments('page.chart.metric', METRICS, metric, (name) => {
      kept.write('play-metric', (metric = name));
      followed.rebuild();
    });
    const helper = playground.helper('page.chart.training.help');
    element.append(host, caption);
    const height = () => (innerWidth < 760 ? 260 : Math.max(280, Math.min(520, Math.round(innerHeight * 0.37))));
    const scales = new Map(); // run -> the density its curve was drawn with
    function shape(values, run, part) {
      const ratio = density(run, part);
      scales.set(run.id, density(run, 'train'));
      return values.map((value) => shaped(value, metric, ratio));
    }
    function build() {
      const chart = furnish(new playground.LiveChart(host, {
        id: 'learning', x: 'step', axes: AXES, height: height(), group: 'training',
        metric: { title_key: `page.chart.title.${metric}`, log: metric === 'perplexity', unit_key: metric === 'loss' ? 'page.chart.nats' : undefined },
      }), helper, [choice]);
      chart.panel.lanes.append(channels);
      return chart;
    }
    function also(chart) {
      marks(chart);
      baselines(chart, metric, () => also(followed.chart));
      caption.hidden = metric !== 'bits' || !runs.shown().some((run) => LEAVE_OUT.includes(run.about.config.tokens));
    }
    const followed = follow(
      build,
      (part, run) => ({
        ...(seen.train ? { train: shape(part('loss'), run, 'train') } : {}),
        ...(seen.validation ? { validation: shape(part('validation_loss'), run, 'validation') } : {}),
      }),
      also,
    );
    // How long the tokens are is known once a run has read its text.
    playground.on('about', (run) => {
      if (metric === 'bits' && scales.has(run.id) && scales.get(run.id) !== density(run, 'train')) followed.rebuild();
    });
    playground.on('corpora', () => also(followed.chart));
    playground.on('png', async () => playground.save(await followed.chart.toPNG(), 'learning-curves.png'));
  };

  /** Marks where somebody changed the learning rate; a slider's way there is one change. */
  function marks(chart) {
    for (const run of runs.shown()) {
      const rates = run.columns.learning_rate;
      if (!rates || run.about.config.decay) continue;
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

  playground.widgets.gradients = (element) => {
    element.classList.add('pg-panel', 'pg-gradients');
    const host = make('div.pg-chart-place');
    const share = make('div.pg-caption.pg-keys');
    element.append(host, share);
    const tell = playground.perFrame(() => {
      share.replaceChildren(...runs.shown().filter((run) => run.index.length).map((run) => {
        const clipped = run.clipped();
        const text = !run.about.config.clip_threshold ? playground.t('page.chart.no_clip')
          : playground.t('page.chart.clipped', { share: clipped === null ? '–' : Math.round(100 * clipped) });
        return make('span.pg-key', { style: { '--lane': `var(${runs.colour(run)})` } }, make('span.pg-swatch'), text);
      }));
    });
    follow(
      () => furnish(new playground.LiveChart(host, {
        id: 'gradient-norm', x: 'step', axes: AXES, height: 200, group: 'training', tools: ['table', 'png', 'csv'],
        metric: { title_key: 'page.chart.gradients', log: true },
      }), playground.helper('page.chart.gradients.help')),
      (part) => ({ train: part('gradient_norm') }),
      (chart) => {
        const [one, ...others] = new Set(runs.shown().map((run) => run.about.config?.clip_threshold).filter(Boolean));
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
    const chart = furnish(new playground.LiveChart(host, {
      id: 'longest-match', x: 'step', axes: ['step'], height: 200, smoothing: 0, tools: ['table', 'png', 'csv'],
      metric: { title_key: 'page.memory.title', log: false },
    }), playground.helper('page.memory.help'));
    chart.panel.heading.append(chip);

    const draw = playground.perFrame(() => {
      const shown = runs.shown();
      for (const id of [...fed.keys()].filter((one) => !shown.some((run) => run.id === one))) {
        chart.remove(id);
        fed.delete(id);
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
      if (!worst) return void playground.say(verdict, 'page.memory.waiting');
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
