/* What only the Sequence room's charts show: bits, what counting n-grams reaches, and what is recited. */
'use strict';

(() => {
  const { make, runs, number } = playground;
  const { furnish } = playground.runCharts;
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
    const found = runs.shown('sequence').map((run) => ({ ...run.about.config, ...baselineOf(run, then), density: density(run, 'validation') })).filter((one) => one.loss);
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

  runs.describe('sequence', {
    raced: 'cell',
    name: (config) => (playground.corpusTitle ? `${config.cell.toUpperCase()} · ${playground.corpusTitle(config.corpus)}` : ''),
    scheduled: (config) => config.decay,
    curves: {
      shape: (loss, metric, run, part) => shaped(loss, metric, density(run, part)),
      // How long the tokens are is known once a run has read its text.
      scale: (run, metric) => (metric === 'bits' ? density(run, 'train') : 0),
      also(chart, metric, caption, again) {
        baselines(chart, metric, again);
        caption.hidden = metric !== 'bits' || !runs.shown('sequence').some((run) => LEAVE_OUT.includes(run.about.config.tokens));
        if (!caption.dataset.t) playground.say(caption, 'page.chart.bits.left_out');
      },
    },
  });

  /** data: {slice} */
  playground.widgets.memorization = (element, { slice }) => {
    element.classList.add('pg-panel', 'pg-memory');
    const host = make('div.pg-chart-place');
    const chip = make('span.pg-chip.pg-memory-state', { hidden: true });
    const verdict = make('p.pg-caption');
    element.append(host, verdict);
    const fed = new Map();
    const chart = furnish(new playground.LiveChart(host, {
      id: 'longest-match', x: 'step', axes: ['step'], room: slice, height: 200, smoothing: 0, tools: ['table', 'png', 'csv'],
      metric: { title_key: 'page.memory.title', log: false },
    }), playground.helper('page.memory.help'));
    chart.panel.heading.append(chip);

    const draw = playground.perFrame(() => {
      const shown = runs.shown(slice);
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
