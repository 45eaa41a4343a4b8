/* What the shown networks write while they learn, and how much of it they merely recite. */
'use strict';

(() => {
  const { make, runs, icon, number } = playground;

  /** `text` with the longest passage that also stands in the training text set apart. */
  function marked(sample, alarm) {
    const prefix = sample.prefix ?? '';
    const full = prefix + (sample.text ?? '');
    const match = sample.longest_match?.text ?? '';
    const inText = match ? (sample.text ?? '').indexOf(match) : -1;
    const from = inText < 0 ? -1 : prefix.length + inText;
    const pieces = [];
    const cut = (start, end, className) => {
      if (end > start) pieces.push(make(className ? `span.${className}` : 'span', {}, full.slice(start, end)));
    };
    const part = (start, end, recited) => {
      const middle = Math.min(Math.max(prefix.length, start), end);
      cut(start, middle, recited ? 'pg-prefix.pg-recited' : 'pg-prefix');
      cut(middle, end, recited ? 'pg-recited' : '');
    };
    const shown = from >= 0 && alarm.level !== 'none';
    if (shown) {
      part(0, from, false);
      part(from, from + match.length, true);
      part(from + match.length, full.length, false);
    } else part(0, full.length, false);
    return pieces;
  }

  /**
   * How far a sample goes beyond what new text would share with the training text: `none`,
   * `watch` (half as much again) or `alarm` (twice, and at least ten tokens more).
   */
  function alarmOf(sample) {
    const length = sample?.longest_match?.length ?? 0;
    const usual = sample?.held_out_match ?? null;
    if (usual === null) return { level: 'none', length, usual };
    if (length >= 2 * usual && length >= usual + 10) return { level: 'alarm', length, usual };
    if (length >= 1.5 * usual && length >= usual + 5) return { level: 'watch', length, usual };
    return { level: 'none', length, usual };
  }
  playground.alarmOf = alarmOf;

  /** Place of the last sample before where the crosshair stands in the curves. */
  function before(run, { axis, x }) {
    const values = run.columns[axis] ?? [];
    let record = values.findIndex((value) => value > x);
    if (record < 0) record = values.length;
    const step = run.columns.step?.[Math.max(0, record - 1)] ?? 0;
    return Math.max(0, run.samples.findLastIndex((sample) => sample.step <= step));
  }

  function card(run) {
    const name = make('span.pg-lane-name');
    const when = make('span.pg-sample-when');
    const text = make('div.pg-sample-text', { dir: 'auto' });
    const verdict = make('p.pg-verdict');
    const element = make('article.pg-sample', { data: { run: run.id } },
      make('header.pg-sample-head', {}, make('span.pg-swatch'), name, when), text, verdict);
    let last = null;

    function draw(share, pointed) {
      element.style.setProperty('--lane', `var(${runs.colour(run)})`);
      name.textContent = run.name;
      const at = pointed ? before(run, pointed) : Math.round(share * (run.samples.length - 1));
      const sample = run.samples[at];
      if (!sample) {
        last = null;
        when.textContent = '';
        const key = run.live ? 'page.samples.soon' : 'page.samples.none';
        text.replaceChildren(make('span.pg-empty', { text: key }));
        verdict.hidden = true;
        return;
      }
      if (sample === last) return;
      last = sample;
      playground.say(when, 'page.samples.at', { step: number(sample.step), temperature: sample.temperature ?? 1 });
      const alarm = alarmOf(sample);
      text.replaceChildren(...marked(sample, alarm));
      verdict.hidden = alarm.usual === null;
      verdict.className = `pg-verdict pg-verdict-${alarm.level}`;
      playground.say(verdict, `page.samples.verdict.${alarm.level}`, { length: alarm.length, usual: alarm.usual });
    }
    return { run, element, draw };
  }

  /** data: {slice, prefix, temperature} */
  playground.widgets.samples = (element, { slice, prefix, temperature }) => {
    element.classList.add('pg-panel', 'pg-samples');
    let cards = [];
    let share = 1;
    let pointed = null; // {axis, x} of the crosshair
    const prompt = { prefix, temperature };

    const prefixBox = make('input.pg-text', { type: 'text', maxlength: 200, dir: 'auto', label: 'page.samples.prefix' });
    playground.say(prefixBox, 'page.samples.prefix.empty', {}, 'placeholder');
    prefixBox.value = prefix;
    const heat = playground.miniSlider('page.samples.temperature', { low: 0, high: 2, step: 0.05, value: temperature }, (value) => {
      prompt.temperature = value;
      send();
    });
    const scrub = make('input.pg-slider', { type: 'range', min: 0, max: 1000, value: 1000, label: 'page.samples.scrub' });
    const list = make('div.pg-sample-list');
    element.append(
      make('header.pg-panel-head', {},
        make('h3', { text: 'page.samples.title' }), playground.helper('page.samples.help')),
      make('div.pg-prompt', {}, make('label.pg-prompt-prefix', {}, make('span.pg-figure-key', { text: 'page.samples.prefix' }), prefixBox), heat.element),
      list,
      make('label.pg-scrub', {}, make('span.pg-figure-key', { text: 'page.samples.scrub' }), scrub));

    const send = playground.afterQuiet(120, () => {
      for (const run of runs.shown(slice)) {
        if (run.mine && run.live) runs.control(run.id, 'prompt', { ...prompt }).catch((refusal) => playground.complain(refusal));
      }
    });
    prefixBox.addEventListener('input', () => { prompt.prefix = prefixBox.value; send(); });
    scrub.addEventListener('input', () => { share = scrub.value / 1000; update(); });

    const update = playground.perFrame(() => {
      scrub.style.setProperty('--filled', `${share * 100}%`);
      for (const one of cards) one.draw(share, pointed);
      element.querySelector('.pg-scrub').hidden = !cards.some((one) => one.run.samples.length > 1);
      element.classList.toggle('pg-can-prompt', runs.shown(slice).some((run) => run.mine && run.live));
    });
    function rebuild() {
      const old = new Map(cards.map((one) => [one.run, one]));
      cards = runs.shown(slice).map((run) => old.get(run) ?? card(run));
      list.replaceChildren(...cards.map((one) => one.element));
      update();
    }
    playground.on('hover', ({ axis, x, room }) => {
      if (room !== slice) return;
      pointed = x === null ? null : { axis, x };
      update();
    });
    for (const event of ['samples', 'truncate', 'about']) playground.on(event, update);
    playground.on('shown', (room) => { if (room === slice) rebuild(); });
    playground.on('started', (run) => {
      if (run.slice !== slice) return;
      share = 1;
      scrub.value = 1000;
      send(); // A new run hears at once what the visitor asks of all.
    });
    rebuild();
  };
})();
