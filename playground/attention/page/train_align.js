/* Alignment while it forms: what each shown run attends to at one moment of its training. */
'use strict';

(() => {
  const { make, runs, attention } = playground;
  const NONE = { query: -1, key: -1 };

  const choice = (key, changed) => {
    const list = make('select.pg-select', { label: key, on: { change: () => changed(+list.value) } });
    let made = '';
    return {
      element: make('label.pg-align-choice', {}, make('span.pg-figure-key', { text: key }), list),
      /** Offers the average and so many; keeps what is chosen where that is among them. */
      offer(count) {
        const now = `${count} ${playground.language}`;
        if (now === made) return;
        made = now;
        const kept = +list.value;
        list.replaceChildren(make('option', { value: 0 }, playground.t('attention.train.average')), ...Array.from({ length: count }, (_, at) => make('option', { value: at + 1 }, String(at + 1))));
        list.value = kept <= count ? kept : 0;
        list.disabled = count < 2;
      },
      get: () => +list.value,
      choose: (value) => { list.value = list.disabled ? 0 : value; },
    };
  };

  /** data: {slice} */
  playground.widgets.attention_align = (element, { slice }) => {
    element.classList.add('pg-panel', 'pg-align');
    let cards = [];
    let text = null; // the sentence looked at; null: the newest of each run
    let answers = new Map(); // run -> what a finished one says of it
    let pointed = null; // {axis, x} of the crosshair in the curves
    let held = false;
    let looked = { run: null, cell: NONE };
    const layer = choice('attention.train.layer', () => update());
    const head = choice('attention.train.head', () => update());
    const sentence = make('select.pg-select', { label: 'attention.train.sentences', on: { change: () => { text = sentence.value; answers = new Map(); time.follow(); update(); } } });
    const before = make('label.pg-align-choice', { hidden: true }, make('span.pg-figure-key', { text: 'attention.train.sentences' }), sentence);
    const own = attention.trainSentence(slice, (asked, found) => {
      text = asked;
      answers = found;
      time.follow();
      update();
    });
    const list = make('div.pg-align-list');
    const reading = make('p.pg-note.pg-align-reading', { 'aria-live': 'polite' });
    const scale = make('span.pg-align-scale', {}, make('span', {}, '0'), make('i', { style: { background: attention.colours.gradient() } }), make('span', {}, '1'));
    const time = attention.timeSlider(() => { pointed = null; update(); });
    const lengths = attention.trainLengths();
    element.append(
      make('header.pg-panel-head', {}, make('h3', { text: 'attention.train.align' }), playground.helper('attention.train.align.help'),
        make('div.pg-panel-tools', {}, before, layer.element, head.element, scale)),
      own.element, time.element, make('div.pg-align-body', {}, list, lengths.element), reading);

    const told = {
      look(run, cell) {
        if (!held) light(run, cell);
      },
      hold(run, cell, stay = false) {
        const again = held && !stay && looked.run === run && looked.cell.query === cell.query && looked.cell.key === cell.key;
        held = !again;
        light(run, again ? NONE : cell);
      },
      choose(one, other) {
        layer.choose(one);
        head.choose(other);
        update();
      },
    };
    /** The same words light up wherever the same sentence is read. */
    function light(run, cell) {
      looked = { run, cell };
      const from = cards.find((one) => one.run === run)?.sample();
      for (const one of cards) {
        const same = one.run === run || (from && one.sample()?.text === from.text);
        one.light(same ? { query: one.run === run || sameWritten(one.sample(), from) ? cell.query : -1, key: cell.key } : NONE);
      }
      const words = cards.map((one) => (one.run === run ? one.read(cell) : '')).join('');
      if (words) playground.unsay(reading, words);
      else playground.say(reading, 'attention.train.point');
    }
    const sameWritten = (one, other) => Boolean(one && other && one.translation === other.translation);
    playground.plot.onEscape(element, () => { held = false; light(null, NONE); });

    /** The moments of a run that the slider goes over. */
    function momentsNow(run) {
      if (answers.has(run)) return [answers.get(run)];
      const { momentsOf } = attention.timeMachine;
      const found = text === null ? [] : momentsOf(run, text);
      return found.length || (text !== null && run.live) ? found : momentsOf(run, run.samples.findLast((one) => !one.error)?.text ?? null);
    }

    const update = playground.perFrame(() => {
      const shown = runs.shown(slice);
      const moments = new Map(cards.map((one) => [one.run, momentsNow(one.run)]));
      time.set(Math.max(1, ...[...moments.values()].map((one) => one.length)));
      const share = time.share();
      const samples = cards.map(({ run }) => {
        const all = moments.get(run);
        return all[pointed ? attention.momentBefore(run, all, pointed) : Math.round(share * (all.length - 1))];
      });
      const most = (name) => Math.max(1, ...samples.map((one) => one?.[name] ?? 0));
      layer.offer(most('layers'));
      head.offer(most('heads'));
      cards.forEach((one, at) => one.draw(samples[at], { layer: layer.get(), head: head.get() }, one.run.live ? 'attention.train.soon' : 'attention.train.none'));
      time.tell(Math.max(0, ...samples.map((one) => one?.step ?? 0)));
      scale.hidden = !samples.some((one) => one?.weights);
      lengths.show(cards.map(({ run }, at) => ({ run, rows: samples[at]?.by_length ?? null })));
      offerSentences(shown);
      light(looked.run, looked.cell);
    });

    function offerSentences(shown) {
      const all = attention.timeMachine.sentencesOf(shown);
      if (text !== null && !all.includes(text)) all.unshift(text);
      before.hidden = all.length < 2;
      const chosen = text ?? all[0] ?? '';
      if (document.activeElement === sentence && sentence.options.length === all.length) return;
      sentence.replaceChildren(...all.map((one) => make('option', { value: one }, one.length > 40 ? `${one.slice(0, 40)}…` : one)));
      sentence.value = chosen;
    }

    function rebuild() {
      const old = new Map(cards.map((one) => [one.run, one]));
      cards = runs.shown(slice).map((run) => old.get(run) ?? attention.trainCard(run, told));
      list.replaceChildren(...cards.map((one) => one.element));
      list.style.setProperty('--cards', Math.min(3, Math.max(1, cards.length)));
      list.style.setProperty('--cards-narrow', Math.min(2, Math.max(1, cards.length)));
      held = false;
      looked = { run: null, cell: NONE };
      update();
    }
    playground.on('hover', ({ axis, x, room }) => {
      if (room !== slice) return;
      pointed = x === null ? null : { axis, x };
      update();
    });
    for (const event of ['samples', 'truncate', 'about', 'language']) playground.on(event, update);
    playground.on('shown', (room) => {
      if (room !== slice) return;
      text = null;
      answers = new Map();
      time.follow();
      rebuild();
    });
    playground.on('started', (run) => { if (run.slice === slice && own.text()) void own.send(); });
    rebuild();
  };
})();
