/* One game at one moment: what G forges of the same noise, what D thinks of each, and what is wrong. */
'use strict';

(() => {
  const { make, icon, number, runs, gan } = playground;
  const COLUMNS = 10;
  const ROWS = 8;
  const BAR = 5; // px below each image, for D's score
  const FRAME = 34; // px of one picture in the strip

  /** Scores as shares of a bar: probabilities as they are, others between the lowest and the highest. */
  function shares(scores, kind) {
    if (kind !== 'score') return scores;
    const [low, high] = [Math.min(...scores), Math.max(...scores)];
    return scores.map((one) => (high > low ? (one - low) / (high - low) : 0.5));
  }

  /** Share of each class among many forged images, as bars below the columns of the sheet. */
  function census() {
    const bars = Array.from({ length: COLUMNS }, () => {
      const fill = make('i');
      const name = make('span.pg-census-name');
      const share = make('span.pg-census-share');
      return { fill, name, share, element: make('div.pg-census-class', {}, make('div.pg-census-bar', {}, fill), name, share) };
    });
    const words = make('p.pg-note');
    const element = make('section.pg-fight-census', { hidden: true },
      make('h4.pg-fight-small', {}, make('span', { text: 'gan.fight.census' }), playground.helper('gan.fight.census.help')),
      make('div.pg-census', {}, bars.map((one) => one.element)), words);
    return {
      element,
      show(run, sample, entropy) {
        const told = sample?.shares;
        const names = run.about.info?.classes ?? [];
        element.hidden = !told || !names.length;
        if (element.hidden) return;
        const most = Math.max(0.14, ...told);
        bars.forEach((bar, at) => {
          bar.fill.style.setProperty('height', `${(100 * told[at]) / most}%`);
          bar.fill.classList.toggle('pg-scarce', told[at] < 0.02);
          bar.element.style.setProperty('--tenth', `${10 / most}%`);
          bar.name.textContent = names.length && /^\d$/.test(names[at]) ? names[at] : gan.training.className(names[at]);
          bar.name.title = bar.name.textContent;
          bar.share.textContent = `${Math.round(100 * told[at])}%`;
        });
        words.hidden = entropy === null;
        if (!words.hidden) playground.say(words, 'gan.fight.entropy', { entropy: entropy.toFixed(2) });
      },
    };
  }

  /** The first images and the training images nearest to them. */
  function copies() {
    let shown = null;
    const host = make('div.pg-fight-copies-place');
    const words = make('p.pg-note');
    const plot = playground.plot.canvas(host, (pen, width, height, colours) => {
      if (!shown) return;
      const size = Math.floor(Math.min(width / COLUMNS - 4, (height - colours.size - 12) / 2));
      const across = width / COLUMNS;
      for (let at = 0; at < Math.min(COLUMNS, shown.nearest.count); at++) {
        const x = Math.round(at * across + (across - size) / 2);
        gan.drawTile(pen, shown.sheet, at, x, 0, size);
        gan.drawTile(pen, shown.nearest, at, x, size + 4, size);
        pen.font = `${colours.size - 1}px ${colours.mono}`;
        pen.fillStyle = colours.faint;
        pen.textAlign = 'center';
        pen.textBaseline = 'top';
        pen.fillText(shown.nearest_distance[at].toFixed(2), x + size / 2, 2 * size + 8);
      }
    });
    const element = make('details.pg-fight-copies', {},
      make('summary', {}, make('span', { text: 'gan.fight.copies' }), icon('down')), host, words);
    playground.say(words, 'gan.fight.copies.help');
    playground.onWhile(host, 'gan_picture', plot.repaint);
    return {
      element,
      show(sample) {
        element.hidden = !sample?.nearest;
        if (element.hidden || sample === shown) return;
        shown = sample;
        plot.canvas.setAttribute('aria-label', playground.t('gan.fight.copies.described', { distances: sample.nearest_distance.map((one) => one.toFixed(2)).join(', ') }));
        plot.repaint();
      },
    };
  }

  /** What the numbers warn of, each with the step since when. */
  function warnings() {
    const list = make('ul');
    const element = make('div.pg-fight-alarms', { role: 'status', hidden: true }, list);
    let told = '';
    return {
      element,
      show(run, sample) {
        const alarms = sample?.alarms ?? [];
        const now = JSON.stringify([alarms, playground.language]);
        if (now === told) return;
        told = now;
        element.hidden = !alarms.length;
        const names = run.about.info?.classes ?? [];
        list.replaceChildren(...alarms.map(({ kind, since, params }) => {
          const words = make('span');
          const given = Object.fromEntries(Object.entries(params ?? {}).map(([name, value]) => [name, name === 'share' ? `${Math.round(100 * value)}%` : typeof value === 'number' ? number(+value.toPrecision(2)) : value]));
          if (params?.classes) given.missing = params.classes.map((one) => gan.training.className(names[one] ?? one)).join(', ');
          playground.say(words, `gan.alarm.${kind}`, { since: number(since), ...given });
          return make('li', { data: { alarm: kind } }, icon('warning'), words);
        }));
      },
    };
  }

  /** `{run, element, draw(moments, at, newest)}`; `told.scrub(share)` hears of a drag on the strip. */
  gan.fightCard = (run, told) => {
    let now = { moments: [], sample: null, frame: null };
    const drawn = { sample: null, frame: null }; // the last ones whose pictures were there
    let chosen = 0; // the image whose film is shown as a strip
    let pointed = -1;
    const name = make('span.pg-lane-name');
    const when = make('span.pg-sample-when');
    const live = make('span.pg-chip.pg-chip-running', { text: 'gan.fight.live', hidden: true });
    const place = make('div.pg-fight-sheet', { tabindex: 0, role: 'group', label: 'gan.fight.sheet' });
    const reading = make('p.pg-note.pg-fight-reading');
    const stripPlace = make('div.pg-fight-strip');
    const [alarms, shares10, nearest] = [warnings(), census(), copies()];

    const sheet = playground.plot.canvas(place, (pen, width, height, colours) => {
      // What has just come is still being decoded; what stood there stays until then.
      for (const kind of ['sample', 'frame']) if (!now[kind] || gan.pictureOf(now[kind].sheet)) drawn[kind] = now[kind];
      const { sample, frame } = drawn;
      const rows = Math.ceil(Math.max(sample?.sheet.count ?? 0, frame?.sheet.count ?? 0, ROWS * COLUMNS) / COLUMNS);
      const size = Math.min(width / COLUMNS, height / rows - BAR);
      const [real, fake] = [colours.colour('--pg-real'), colours.colour('--pg-fake')];
      for (const [source, from, to] of [[sample, frame ? frame.sheet.count : 0, sample?.sheet.count ?? 0], [frame, 0, frame?.sheet.count ?? 0]]) {
        if (!source) continue;
        const part = shares(source.scores, run.about.info?.score_kind);
        for (let at = from; at < to; at++) {
          const [x, y] = [(at % COLUMNS) * size, Math.floor(at / COLUMNS) * (size + BAR)];
          gan.drawTile(pen, source.sheet, at, Math.round(x) + 1, Math.round(y), Math.round(size) - 2);
          const wide = (Math.round(size) - 4) * Math.max(0, Math.min(1, part[at]));
          pen.fillStyle = colours.line;
          pen.fillRect(Math.round(x) + 2, Math.round(y + size) - 1, Math.round(size) - 4, 3);
          pen.fillStyle = part[at] >= 0.5 ? real : fake;
          pen.fillRect(Math.round(x) + 2, Math.round(y + size) - 1, Math.max(1, wide), 3);
        }
      }
      for (const [at, colour] of [[chosen, colours.text], [pointed, colours.accent]]) {
        if (at < 0) continue;
        pen.strokeStyle = colour;
        pen.lineWidth = 2;
        pen.strokeRect((at % COLUMNS) * size + 1, Math.floor(at / COLUMNS) * (size + BAR) + 1, size - 2, size - 2);
      }
    });

    const strip = playground.plot.canvas(stripPlace, (pen, width, height, colours) => {
      const { moments, sample } = now;
      const count = Math.max(1, Math.min(moments.length, Math.floor(width / FRAME)));
      const wide = width / count;
      const size = Math.min(height - 8, wide - 2);
      for (let at = 0; at < count; at++) {
        const moment = moments[count < 2 ? 0 : Math.round((at * (moments.length - 1)) / (count - 1))];
        if (moment) gan.drawTile(pen, moment.sheet, chosen, at * wide + (wide - size) / 2, 4, size);
      }
      const index = moments.indexOf(sample);
      if (index < 0 || moments.length < 2) return;
      const x = wide / 2 + (index / (moments.length - 1)) * (width - wide);
      pen.fillStyle = colours.accent;
      pen.fillRect(x - 1.5, 0, 3, height);
    });

    function tileAt(event) {
      const box = place.getBoundingClientRect();
      const rows = Math.ceil(Math.max(now.sample?.sheet.count ?? now.frame?.sheet.count ?? 0, ROWS * COLUMNS) / COLUMNS);
      const size = Math.min(box.width / COLUMNS, box.height / rows - BAR);
      const at = Math.floor((event.clientY - box.top) / (size + BAR)) * COLUMNS + Math.floor((event.clientX - box.left) / size);
      const inside = event.clientX - box.left < size * COLUMNS;
      return inside && at >= 0 && at < (now.sample ?? now.frame)?.sheet.count ? at : -1;
    }
    function choose(at) {
      if (at < 0) return;
      chosen = at;
      read();
      sheet.repaint();
      strip.repaint();
    }
    /** Says of one image what D gives it. */
    function read() {
      const at = pointed >= 0 ? pointed : chosen;
      const source = now.frame && at < now.frame.sheet.count ? now.frame : now.sample;
      if (!source || at >= source.scores.length) { playground.say(reading, 'gan.fight.point'); return; }
      const { classes = [] } = run.about.info ?? {};
      const told = run.about.config.conditional && classes.length ? gan.training.className(classes[at % classes.length]) : '';
      playground.say(reading, told ? 'gan.fight.reads.class' : 'gan.fight.reads', { at: at + 1, score: gan.training.written(source.scores[at]), name: told });
    }
    place.addEventListener('pointermove', (event) => { pointed = tileAt(event); read(); sheet.repaint(); });
    place.addEventListener('pointerleave', () => { pointed = -1; read(); sheet.repaint(); });
    place.addEventListener('click', (event) => choose(tileAt(event)));
    place.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
      if (!step) return;
      event.preventDefault();
      choose(Math.max(0, Math.min(((now.sample ?? now.frame)?.sheet.count ?? 1) - 1, chosen + step)));
    });
    const scrub = (event) => {
      if (event.type === 'pointermove' && !event.buttons) return;
      const box = stripPlace.getBoundingClientRect();
      told.scrub(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)));
    };
    stripPlace.addEventListener('pointerdown', (event) => { stripPlace.setPointerCapture(event.pointerId); scrub(event); });
    stripPlace.addEventListener('pointermove', scrub);

    const empty = make('p.pg-empty', { text: 'gan.fight.soon' });
    const element = make('article.pg-fight-card', { data: { run: run.id } },
      make('header.pg-sample-head', {}, make('span.pg-swatch'), name, live, when),
      make('div.pg-fight-body', {},
        make('div.pg-fight-left', {}, stripPlace, place, empty, reading),
        make('div.pg-fight-right', {}, alarms.element, shares10.element, nearest.element)));
    const again = (seen) => {
      if ([now.sample?.sheet, now.frame?.sheet].includes(seen)) sheet.repaint();
      strip.repaint();
    };
    playground.onWhile(element, 'gan_picture', again);

    return {
      run, element,
      open(one) { nearest.element.open = one; },
      /** Shows moment `at` of these; the newest one with the live frame over it. */
      draw(moments, at, newest) {
        const sample = moments[at] ?? null;
        const frame = newest && run.frame?.sheet && run.frame.step >= (sample?.step ?? 0) ? run.frame : null;
        now = { moments, sample, frame };
        for (const one of moments) gan.pictureOf(one.sheet);
        element.style.setProperty('--lane', `var(${runs.colour(run)})`);
        name.textContent = run.name;
        live.hidden = !(frame && run.about.state === 'running');
        const step = frame?.step ?? sample?.step;
        if (step === undefined) playground.unsay(when, '');
        else playground.say(when, 'gan.fight.step', { step: number(step) });
        empty.hidden = Boolean(sample ?? frame);
        place.hidden = !empty.hidden;
        playground.say(empty, run.live ? 'gan.fight.soon' : 'gan.fight.none');
        stripPlace.hidden = moments.length < 2;
        alarms.show(run, sample);
        shares10.show(run, sample, entropyAt(run, sample));
        nearest.show(sample);
        read();
        sheet.canvas.setAttribute('aria-label', playground.t('gan.fight.described', { name: run.name, step: number(step ?? 0) }));
        strip.canvas.setAttribute('aria-label', playground.t('gan.fight.strip', { count: moments.length, at: chosen + 1 }));
        sheet.repaint();
        strip.repaint();
        return step ?? 0;
      },
    };
  };

  /** The entropy of classes that was measured last before a moment of the film. */
  function entropyAt(run, sample) {
    const { step = [], entropy = [] } = run.columns;
    let found = null;
    for (let at = 0; at < step.length && step[at] <= (sample?.step ?? -1); at++) found = entropy[at] ?? found;
    return found;
  }
})();
