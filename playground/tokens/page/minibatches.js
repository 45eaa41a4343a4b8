/* A long text as minibatches: the ribbon, the whole length, one batch as X and Y, step by step. */
'use strict';

(() => {
  const { make, icon, kept, number, tokens } = playground;
  const ASKED = ['steps', 'batch_size', 'sampling', 'offset', 'seed'];
  const PACE = 1300; // milliseconds between batches while it plays
  const LIFT = 320; // milliseconds in which a row rises from the ribbon into the matrix
  const DELAY = 40; // milliseconds that each further row waits
  const MOST_DELAY = 80;
  const MOST_FLYING = 64; // tokens

  playground.widgets.tokens_minibatches = (element, { view }) => {
    element.classList.add('pg-mb');
    let strip = null; // {key, ids, words}: the text as ids
    let answer = null; // {key, ...}: of `minibatches`
    let at = 0;
    let locked = null;
    let timer = 0;
    let drawn = false; // once; what is refused later leaves the last picture
    let asIds = kept.read('play-minibatch-ids', false);

    const look = (place) => light(locked ?? place);
    const lock = (place) => {
      locked = locked && place.position === locked.position ? null : place;
      light(place);
    };
    const ribbon = tokens.batchRibbon({ look, lock, move: (offset) => tokens.set({ offset }) });
    const overview = tokens.batchOverview({ seek: (batch) => go(batch, { lift: false }) });
    const matrices = tokens.batchMatrices({ look, lock, redraw: () => draw() });

    // What is drawn.

    /** All that the parts draw from; null until text and places have come. */
    function scene() {
      if (!strip || !answer || strip.key !== answer.key) return null;
      const { starts: all, tokens: total, steps, unused, continues } = answer;
      return {
        all, total, steps, unused, continues, at, asIds,
        starts: all[at],
        past: at > 0 ? all[at - 1] : null,
        before: continues && at > 0 ? all[at - 1] : null, // where hidden state comes from
        after: continues && at + 1 < answer.batches,
        cell: strip.scheme === 'char' && !asIds ? 'var(--pg-mb-letter)' : 'var(--pg-mb-word)',
        word: (position) => (asIds ? String(strip.ids[position]) : playground.visible(strip.words[strip.ids[position]])),
      };
    }

    function draw() {
      const now = scene();
      element.classList.toggle('pg-mb-waiting', !now && !drawn);
      if (!now) return;
      drawn = true;
      ribbon.draw(now);
      overview.draw(now);
      matrices.draw(now);
      light(locked);
      tell(now);
    }

    function tell({ unused, total }) {
      const known = answer.starts.length;
      scrub.max = known - 1;
      scrub.value = at;
      scrub.style.setProperty('--filled', `${known > 1 ? (100 * at) / (known - 1) : 100}%`);
      const spoken = { batch: at + 1, batches: number(answer.batches) };
      playground.say(counter, 'tokens.minibatches.batch', spoken);
      playground.say(scrub, 'tokens.minibatches.batch', spoken, 'aria-valuetext');
      back.disabled = at === 0;
      next.disabled = at >= known - 1;
      playground.say(more, 'tokens.minibatches.first', { shown: known });
      more.hidden = known >= answer.batches;
      playground.say(facts.total, 'tokens.minibatches.total', { total: number(total) });
      playground.say(facts.before, 'tokens.minibatches.before', { count: number(unused.before) });
      playground.say(facts.after, 'tokens.minibatches.after', { count: number(unused.after) });
      playground.say(carry, !answer.continues ? 'tokens.minibatches.random' : at ? 'tokens.minibatches.carried' : 'tokens.minibatches.begins');
      if (numbers.open) list();
    }

    function light(place) {
      const now = scene();
      if (!now) return;
      ribbon.light(place);
      overview.light(place);
      matrices.light(place);
      detail.classList.toggle('pg-mb-locked', Boolean(locked));
      tellShape(now, place?.row ?? 0);
      if (!place) {
        playground.say(detail, 'tokens.minibatches.point');
        return;
      }
      const { row, position } = place;
      const step = position - now.starts[row];
      const kind = step < 0 || step > now.steps ? 'none' : step === 0 ? 'first' : step === now.steps ? 'last' : 'both';
      if (kind === 'none') return;
      playground.say(detail, `tokens.minibatches.detail.${kind}`, {
        token: playground.visible(strip.words[strip.ids[position]]), id: strip.ids[position], position: number(position), row: String(row), step: String(step), earlier: String(step - 1),
        target: position + 1 < now.total ? playground.visible(strip.words[strip.ids[position + 1]]) : '',
      });
    }

    function tellShape({ starts, steps }, row) {
      shape.textContent = [
        `X: (batch_size, steps) = (${starts.length}, ${steps})`,
        `Y: (batch_size, steps) = (${starts.length}, ${steps})`,
        '',
        `X[${row}] = ids[${starts[row]} : ${starts[row] + steps}]`,
        `Y[${row}] = ids[${starts[row] + 1} : ${starts[row] + steps + 1}]`,
      ].join('\n');
    }

    // From batch to batch.

    function go(batch, { lift = true } = {}) {
      const known = answer?.starts.length ?? 0;
      const wanted = Math.max(0, Math.min(known - 1, batch));
      if (!known || wanted === at) return;
      at = wanted;
      locked = null;
      draw();
      if (lift && !playground.calm()) rise();
    }

    /** Copies of the tokens rise from the ribbon to their places in X. */
    function rise() {
      const now = scene();
      const pairs = now.starts.flatMap((start, row) => Array.from({ length: now.steps }, (_, step) => [ribbon.cell(start + step), matrices.cell(row, step), row]))
        .filter(([from, to]) => from && to && seen(from)).slice(0, MOST_FLYING);
      // All places are measured before anything is put in, or each copy would cost a new layout.
      const frame = element.getBoundingClientRect();
      const flights = pairs.map(([from, to, row]) => ({ from, to, row, here: from.getBoundingClientRect(), there: to.getBoundingClientRect() }));
      for (const flight of flights) fly(flight, frame);
    }
    /** Whether a token of the ribbon is in sight; a long ribbon is scrolled. */
    const seen = (one) => one.offsetTop - ribbon.element.offsetTop - ribbon.element.scrollTop < ribbon.element.clientHeight;

    function fly({ from, to, row, here, there }, frame) {
      const copy = from.cloneNode(true);
      copy.classList.add('pg-mb-flying');
      copy.setAttribute('aria-hidden', 'true');
      copy.removeAttribute('data-position');
      for (const [name, value] of Object.entries({ left: here.left - frame.left, top: here.top - frame.top, width: here.width })) copy.style.setProperty(name, `${value}px`);
      element.append(copy);
      const timing = { duration: LIFT, delay: Math.min(row * DELAY, MOST_DELAY), easing: 'cubic-bezier(.3, .7, .3, 1)', fill: 'backwards' };
      to.animate([{ opacity: 0 }, { opacity: 0, offset: 0.8 }, { opacity: 1 }], timing);
      const flight = copy.animate([{ transform: 'none' }, { transform: `translate(${there.left - here.left}px, ${there.top - here.top}px)` }], timing);
      flight.onfinish = flight.oncancel = () => copy.remove();
    }

    function play(on) {
      clearInterval(timer);
      timer = 0;
      if (on && answer) {
        if (at >= answer.starts.length - 1) go(0, { lift: false });
        timer = setInterval(() => {
          if (!element.checkVisibility()) play(false);
          else if (at >= answer.starts.length - 1) play(false);
          else go(at + 1);
        }, PACE);
        go(at + 1);
      }
      player.replaceChildren(icon(timer ? 'pause' : 'play'), make('span', { text: timer ? 'tokens.minibatches.pause' : 'tokens.minibatches.play' }));
    }

    // What stands around.

    const segment = (name, key, act) => make('button.pg-segment', { type: 'button', text: key, data: name, on: { click: act } });
    const sampling = ['sequential', 'random'].map((one) => segment({ sampling: one }, `tokens.sampling.${one}`, () => tokens.set({ sampling: one })));
    const faces = ['tokens', 'ids'].map((one) => segment({ face: one }, `tokens.minibatches.face.${one}`, () => {
      asIds = one === 'ids';
      kept.write('play-minibatch-ids', asIds);
      showFace();
      draw();
    }));
    const showFace = () => { for (const one of faces) one.setAttribute('aria-pressed', String((one.dataset.face === 'ids') === asIds)); };
    const player = make('button.pg-button.pg-mb-play', { type: 'button', on: { click: () => play(!timer) } });
    const hand = (step) => () => { play(false); go(at + step); };
    const back = playground.iconButton('left', 'tokens.minibatches.back', hand(-1), 'pg-button pg-square');
    const next = playground.iconButton('right', 'tokens.minibatches.next', hand(1), 'pg-button pg-square');
    back.disabled = next.disabled = true;
    const scrub = make('input.pg-slider', { type: 'range', min: 0, max: 0, step: 1, label: 'tokens.minibatches.scrub', on: { input: () => { play(false); go(+scrub.value, { lift: false }); } } });
    const counter = make('output.pg-mb-count');
    const more = make('p.pg-caption', { hidden: true });
    const facts = Object.fromEntries(['before', 'total', 'after'].map((name) => [name, make('span')]));
    const carry = make('p.pg-mb-carry');
    const detail = make('p.pg-mb-detail', { 'aria-live': 'polite' });
    const shape = make('code.pg-mb-shape');
    const faults = { reading: make('p.pg-fault', { role: 'alert', hidden: true }), batches: make('p.pg-fault', { role: 'alert', hidden: true }) };
    const table = make('div.pg-live-table', { tabindex: 0, role: 'region', label: 'tokens.minibatches.numbers' });
    const save = make('button.pg-link', { type: 'button', on: { click: () => saveStarts() } }, icon('download'), make('span', { text: 'tokens.minibatches.save' }));
    const numbers = make('details.pg-mb-numbers', { on: { toggle: () => { if (numbers.open) list(); } } }, make('summary', { text: 'tokens.minibatches.numbers' }), table, save);
    const padding = make('section.pg-panel.pg-padding');

    element.append(
      make('section.pg-panel.pg-mb-text', {},
        make('header.pg-panel-head', {}, make('h3', { text: 'tokens.minibatches.title' }), playground.helper('tokens.minibatches.help'),
          make('div.pg-panel-tools', {}, make('div.pg-segments', { role: 'group', label: 'tokens.sampling' }, sampling), make('div.pg-segments', { role: 'group', label: 'tokens.minibatches.face' }, faces))),
        ribbon.element, overview.element,
        make('p.pg-mb-facts', {}, Object.values(facts)),
        make('div.pg-mb-transport', {}, player, back, next, scrub, counter),
        more, faults.reading, faults.batches),
      make('section.pg-panel.pg-mb-batch', {},
        make('header.pg-panel-head', {}, make('h3', { text: 'tokens.minibatches.matrices' }), playground.helper('tokens.minibatches.matrices.help')),
        make('p.pg-empty', { text: 'tokens.minibatches.empty' }), make('div.pg-mb-body', {}, matrices.element, make('div.pg-mb-said', {}, shape, carry, detail)), numbers),
      padding);
    element.classList.add('pg-mb-waiting');
    showFace();
    play(false);
    playground.tokens.padding(padding, view);

    function list() {
      const now = scene();
      if (!now) return;
      const head = ['row', 'start', 'end', 'from'].map((one) => make('th', { text: `tokens.minibatches.column.${one}` }));
      table.replaceChildren(make('table', {}, make('thead', {}, make('tr', {}, head)), make('tbody', {}, now.starts.map((start, row) => make('tr', {},
        make('th', { scope: 'row' }, String(row)), make('td', {}, String(start)), make('td', {}, String(start + now.steps)),
        make('td', {}, now.before ? `ids[${now.before[row]} : ${now.before[row] + now.steps}]` : '0'))))));
    }
    function saveStarts() {
      const rows = answer.starts.flatMap((starts, batch) => starts.map((start, row) => `${batch},${row},${start},${start + answer.steps}`));
      playground.save(new Blob([['batch,row,start,end', ...rows].join('\n'), '\n'], { type: 'text/csv' }), 'minibatches.csv');
    }

    element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !locked) return;
      locked = null;
      light(null);
      event.stopPropagation();
    });

    // What the server says.

    const refused = (place) => (refusal) => {
      faults[place].textContent = playground.sentence(refusal);
      // Where both questions meet the same obstacle, it is said once.
      faults[place].hidden = Object.values(faults).some((one) => one !== faults[place] && !one.hidden && one.textContent === faults[place].textContent);
      element.classList.toggle('pg-mb-short', refusal.key === 'tokens.too_short_to_batch');
      play(false);
    };
    const askText = playground.asker('token_strip', (told, values) => {
      faults.reading.hidden = true;
      strip = { key: JSON.stringify(values), scheme: values.scheme, ids: playground.unpack(told.ids), words: told.vocabulary.tokens };
      draw();
    }, refused('reading'));
    const askBatches = playground.asker('minibatches', (told, values) => {
      faults.batches.hidden = true;
      element.classList.remove('pg-mb-short');
      const { key, cut } = about(values);
      // Another text or another cut is another epoch: it begins at its first batch.
      if (answer && (answer.key !== key || answer.cut !== cut)) at = 0;
      answer = { ...told, steps: values.steps, key, cut };
      at = Math.min(at, answer.starts.length - 1);
      locked = null;
      draw();
    }, refused('batches'));

    /** Which text the values are about, and how it is cut but for the offset. */
    function about(values) {
      const reading = Object.fromEntries(Object.entries(values).filter(([name]) => !ASKED.includes(name)));
      return { key: JSON.stringify(reading), cut: JSON.stringify(ASKED.filter((name) => name !== 'offset').map((name) => values[name])) };
    }
    let asked = {};
    tokens.follow(element, view, (config) => {
      for (const one of sampling) one.setAttribute('aria-pressed', String(one.dataset.sampling === config.sampling));
      const reading = tokens.reading();
      const values = { ...reading, ...Object.fromEntries(ASKED.map((name) => [name, config[name]])) };
      const now = { text: JSON.stringify(reading), batches: JSON.stringify(values) };
      if (now.text !== asked.text) void askText(reading);
      if (now.batches !== asked.batches) {
        play(false);
        void askBatches(values);
      }
      asked = now;
    });
    playground.onWhile(element, 'language', draw);
  };
})();
