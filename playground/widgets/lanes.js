/* One row for each shown run: what it does, how well, how fast, and the buttons that steer it. */
'use strict';

(() => {
  const { make, icon, number, clock, runs } = playground;
  const LOWEST_RATE = 1e-5;
  const HIGHEST_RATE = 100;

  const perplexity = (loss) => (loss === null ? null : Math.exp(Math.min(loss, 700)));
  const state = (run) => (run.about.state === 'running' && !run.index.length ? 'starting' : run.about.state);

  /** A cell whose text is written only when it changes: the layout then rests. */
  function figure(key, name = key.split('.').at(-1)) {
    const value = make('span.pg-figure-value', {}, '–');
    let last = '';
    return {
      element: make(`div.pg-figure.pg-figure-${name}`, {}, make('span.pg-figure-key', { text: key }), value),
      write(text) {
        if (text !== last) value.textContent = last = text;
      },
    };
  }

  async function act(run, action, value) {
    try {
      await runs.control(run.id, action, value);
    } catch (refusal) {
      playground.complain(refusal);
    }
  }

  /** What stays the same over a run: sizes of model and text, where it trains. */
  function facts(run) {
    const told = { ...run.about.info };
    const rows = Object.keys(told).filter((key) => playground.hasText(`page.info.${key}`)).map((key) => [
      playground.t(`page.info.${key}`), typeof told[key] === 'number' ? number(told[key]) : String(told[key])]);
    const config = Object.entries(run.about.config ?? {}).filter(([key]) => playground.hasText(`${run.about.slice}.${key}`)).map(([key, value]) => [
      playground.t(`${run.about.slice}.${key}`),
      playground.hasText(`${run.about.slice}.${key}.${value}`) ? playground.t(`${run.about.slice}.${key}.${value}`)
        : value === true || value === false ? playground.t(value ? 'page.yes' : 'page.no') : typeof value === 'string' && value.startsWith('text:') ? playground.t('page.corpus.someones') : String(value)]);
    const list = (pairs) => make('dl.pg-facts', {}, pairs.map(([key, value]) => [make('dt', {}, key), make('dd', {}, value)]));
    return make('div.pg-facts-panel', {}, make('p.pg-facts-name', {}, run.name), list(rows), list(config));
  }

  /** A slider that turns a run's learning rate while it trains; the newest position wins. */
  function rateSlider(run) {
    const centre = Math.log10(run.about.config.learning_rate ?? 0.01);
    const low = Math.max(Math.log10(LOWEST_RATE), centre - 2);
    const high = Math.min(Math.log10(HIGHEST_RATE), centre + 2);
    const slider = make('input.pg-slider', { type: 'range', min: 0, max: 200, step: 1, label: 'page.lane.learning_rate' });
    const text = make('output.pg-rate-value');
    let touched = -Infinity;
    let busy = false;
    let next = null;
    const rate = () => +(10 ** (low + ((high - low) * slider.value) / 200)).toPrecision(2);
    const write = (value) => {
      text.textContent = String(+value.toPrecision(3));
      slider.setAttribute('aria-valuetext', text.textContent);
      slider.style.setProperty('--filled', `${slider.value / 2}%`);
    };
    async function send() {
      if (busy) return;
      busy = true;
      while (next !== null) {
        const value = next;
        next = null;
        const lanes = together(run);
        await Promise.all(lanes.map((lane) => act(lane, 'learning_rate', value)));
      }
      busy = false;
    }
    slider.addEventListener('input', () => {
      touched = performance.now();
      next = rate();
      write(next);
      void send();
    });
    return {
      element: make('div.pg-rate', {}, make('span.pg-figure-key', { text: 'page.lane.learning_rate' }), make('div.pg-rate-row', {}, slider, text)),
      update() {
        slider.disabled = !(run.mine && ['running', 'paused'].includes(run.about.state));
        if (performance.now() - touched < 1500) return;
        const value = run.last('learning_rate') ?? run.about.config.learning_rate;
        slider.value = Math.round((200 * (Math.log10(value) - low)) / (high - low));
        write(value);
      },
    };
  }

  let jointly = true;
  const together = (run) => (jointly ? runs.shown(run.about.slice).filter((one) => one.mine && one.live && one.about.group === run.about.group) : [run]);

  function row(run) {
    const own = runs.room(run.about.slice);
    const named = (names) => Object.fromEntries(names.map((name) => [name, figure(`page.lane.${name}`)]));
    const figures = named(own.plain ? ['step'] : ['step', 'train', 'validation']);
    const more = (own.lane ?? []).map((one) => ({ ...one, ...figure(one.label([run]), 'more') }));
    Object.assign(figures, named(own.plain ? ['left'] : ['rate', 'left']));
    const chip = make('span.pg-chip');
    // Not a control: it tells of the run, and may be read by those who may not steer it.
    const name = make('span.pg-lane-name', { role: 'button', tabindex: 0, hint: 'page.lane.facts', on: { click: tell, keydown: (event) => { if (event.key === 'Enter') tell(); } } });
    function tell() {
      playground.popover.show(name, facts(run), { locked: true, label: 'page.lane.facts' });
    }
    const bar = make('span.pg-bar-fill');
    const failure = make('div.pg-failure', { role: 'alert', hidden: true });
    const rate = own.balance?.(run) ?? rateSlider(run);
    const toggle = make('button.pg-button.pg-square', { type: 'button' });
    const step = playground.iconButton('step', 'page.lane.step_once', () => act(run, 'step'), 'pg-button pg-square');
    const stop = playground.iconButton('stop', 'page.lane.stop', () => act(run, 'stop'), 'pg-button pg-square');
    toggle.addEventListener('click', () => act(run, run.about.state === 'running' || run.about.state === 'queued' ? 'pause' : 'resume'));
    const element = make('div.pg-lane', { data: { run: run.id, cell: run.cell, kind: run.kind } },
      make('div.pg-lane-who', {}, make('span.pg-swatch'), name, chip),
      figures.step.element, figures.train?.element, figures.validation?.element, more.map((one) => one.element), figures.rate?.element, figures.left.element,
      rate.element,
      make('div.pg-lane-buttons', { role: 'group', label: 'page.lane.buttons' }, toggle, step, stop),
      make('span.pg-bar', {}, bar),
      failure);

    let toggled = '';
    function buttons() {
      const now = run.about.state;
      const verb = now === 'running' ? 'pause' : now === 'stopped' || now === 'failed' ? 'again' : 'play';
      const key = { pause: 'page.lane.pause', again: 'page.lane.again', play: 'page.lane.resume' }[verb];
      if (toggled !== verb) {
        toggled = verb;
        toggle.replaceChildren(icon(verb));
        playground.say(toggle, key, {}, 'title');
        playground.say(toggle, key, {}, 'aria-label');
      }
      toggle.disabled = !run.mine || now === 'finished' || now === 'queued';
      step.disabled = !run.mine || now !== 'paused';
      stop.disabled = !run.mine || !run.live;
      const steerable = run.mine && now !== 'finished';
      element.classList.toggle('pg-readonly', !steerable);
      element.classList.toggle('pg-still', !run.live);
    }

    let told = '';
    function tellState() {
      const now = state(run);
      const place = run.about.place;
      if (told === `${now} ${place}`) return;
      told = `${now} ${place}`;
      chip.className = `pg-chip pg-chip-${now}`;
      playground.say(chip, now === 'queued' && place ? 'page.state.queued_at' : `page.state.${now}`, { place });
    }

    function about() {
      name.textContent = run.name;
      element.style.setProperty('--lane', `var(${runs.colour(run)})`);
      element.dataset.state = run.about.state;
      failure.hidden = !(run.about.state === 'failed' && run.about.error);
      if (!failure.hidden) {
        const words = make('p', {});
        playground.say(words, run.about.error.key, run.about.error.params);
        failure.replaceChildren(icon('warning'), words);
        const { lower_rate: lower } = run.about.error.params ?? {};
        const lowered = () => Object.fromEntries((own.rates ?? ['learning_rate']).map((name) => [name, Math.min(+lower, run.about.config[name] ?? +lower)]));
        const way = lower
          ? make('button.pg-link', { type: 'button', on: { click: () => playground.emit('fork', { run, changes: lowered() }) } }, make('span', { text: 'page.lane.lower' }))
          : make('button.pg-link', { type: 'button', text: 'page.lane.again', on: { click: () => act(run, 'resume') } });
        if (lower) playground.say(way.firstChild, 'page.lane.lower', { rate: String(+lower) });
        if (run.mine) failure.append(way);
      }
      buttons();
      records();
    }

    function records() {
      tellState();  // the first record ends "starting"
      const at = run.last('step');
      figures.step.write(number(at));
      figures.train?.write(number(perplexity(smoothed(run.columns.loss))));
      figures.validation?.write(number(perplexity(run.last('validation_loss'))));
      for (const one of more) one.write(one.read(run));
      const rateNow = run.about.state === 'running' ? run.rate() : run.about.summary?.tokens_per_second ?? run.rate();
      figures.rate?.write(rateNow ? number(Math.round(rateNow)) : '–');
      const { done, seconds_left: left } = run.about.progress ?? {};
      figures.left.write(run.live ? clock(left && left * lanesInTurn(run)) : clock(run.last('seconds')));
      bar.style.setProperty('width', `${100 * (run.about.state === 'finished' ? 1 : done ?? 0)}%`);
      rate.update();
    }

    const left = figures.left.element.firstChild;
    const said = () => playground.say(left, run.live ? 'page.lane.left' : 'page.lane.took');
    return { element, run, about: () => { said(); about(); }, records };
  }

  /** Lanes of a race take turns in one worker: what is left takes as many times longer. */
  const lanesInTurn = (run) => Math.max(1, runs.all().filter((one) => one.about.group === run.about.group && one.about.state === 'running').length);

  /** Mean of the newest losses: one batch alone jumps too much to be read. */
  function smoothed(values, span = 20) {
    if (!values?.length) return null;
    const part = values.slice(-span).filter((one) => one !== null);
    return part.length ? part.reduce((sum, one) => sum + one, 0) / part.length : null;
  }

  /** data: {slice} */
  playground.widgets.lanes = (element, { slice }) => {
    element.classList.add('pg-lanes');
    let rows = [];
    const left = make('span', {});
    const { plain = false, balance = null, lane: told = [] } = runs.room(slice);
    const further = told.map((one) => ({ ...one, head: make('span') }));
    const named = (names) => names.map((name) => make('span', { text: `page.lane.${name}` }));
    const head = make('div.pg-lane-head', { 'aria-hidden': 'true' }, make('span', { text: 'page.lane.run' }),
      named(plain ? ['step'] : ['step', 'train', 'validation']), further.map((one) => one.head), named(plain ? [] : ['rate']), left,
      make('span', { text: balance ? 'page.lane.balance' : 'page.lane.learning_rate' }), make('span'));
    const list = make('div.pg-lane-list', { class: further.length ? 'pg-lanes-many' : '', style: { '--figures': (plain ? 2 : 5) + further.length } });
    const jointBox = make('input', { type: 'checkbox', checked: true, on: { change: () => { jointly = jointBox.checked; } } });
    const all = (action) => Promise.all(runs.shown(slice).filter((run) => run.mine && run.live).map((run) => act(run, action)));
    const joint = make('div.pg-lanes-joint', {},
      make('label.pg-check', { hint: 'page.lanes.together.help' }, jointBox, make('span', { text: 'page.lanes.together' })),
      make('button.pg-link', { type: 'button', on: { click: () => all('pause') } }, icon('pause'), make('span', { text: 'page.lanes.pause_all' })),
      make('button.pg-link', { type: 'button', on: { click: () => all('resume') } }, icon('play'), make('span', { text: 'page.lanes.resume_all' })),
      make('button.pg-link', { type: 'button', on: { click: () => all('stop') } }, icon('stop'), make('span', { text: 'page.lanes.stop_all' })));
    element.append(list, joint);

    function draw() {
      const old = new Map(rows.map((one) => [one.run, one]));
      rows = runs.shown(slice).map((run) => old.get(run) ?? row(run));
      list.replaceChildren(head, ...rows.map((one) => one.element));
      for (const one of rows) one.about();
      offerJoint();
    }
    const offerJoint = () => {
      const shown = runs.shown(slice);
      joint.hidden = shown.filter((run) => run.mine && run.live).length < 2;
      playground.say(left, shown.some((run) => run.live) ? 'page.lane.left' : 'page.lane.took');
      for (const one of further) playground.say(one.head, one.label(shown));
    };

    const waiting = new Set();
    const refresh = playground.perFrame(() => {
      for (const one of rows) if (waiting.has(one.run)) one.records();
      waiting.clear();
    });
    const later = ({ run }) => { waiting.add(run); refresh(); };
    playground.on('shown', (room) => { if (room === slice) draw(); });
    playground.on('records', later);
    playground.on('truncate', later);
    playground.on('about', (run) => {
      rows.find((one) => one.run === run)?.about();
      offerJoint();
    });
    draw();
  };

  playground.perplexity = perplexity;
  playground.smoothed = smoothed;
})();
