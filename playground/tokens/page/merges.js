/* Byte-pair encoding by hand: the text as it stands, the pairs that could be merged, what was merged. */
'use strict';

(() => {
  const { make, tokens, icon, number } = playground;
  const OFFERED = 12; // pairs in the list
  const MANY = [10, 100];
  const REST = 260; // milliseconds between the merges of a short row of them, for the eye

  playground.widgets.tokens_merges = (element) => {
    // What was merged in a text is kept until the page closes: {merges, past, future, figures}.
    const kept = new Map();
    let key = null; // the text of the moment, as [text, corpus]
    let now = fresh();
    let answer = null; // the server's last, always about now.merges
    let asked = 0; // the newest question wins
    let pointed = -1; // the offered pair under the pointer or in focus
    let left = 0; // merges still to be made of a row of them

    function fresh() {
      return { merges: [], past: [], future: [], figures: [], characters: 0 };
    }

    const best = make('button.pg-primary', { type: 'button', on: { click: () => (left ? stop() : void merge(answer?.candidates[0])) } });
    const many = MANY.map((count) => make('button.pg-button', { type: 'button', data: { count }, on: { click: () => void mergeMany(count) } }));
    many.forEach((button) => playground.say(button, 'tokens.merges.more', { count: button.dataset.count }));
    const tool = (word, click) => make('button.pg-button', { type: 'button', text: word, on: { click } });
    const undo = tool('tokens.merges.undo', back);
    const redo = tool('tokens.merges.redo', forth);
    const over = tool('tokens.merges.over', () => { if (!busy()) void act([]); });
    const figures = Object.fromEntries(['tokens', 'vocabulary', 'ratio'].map((name) => [name, make('span.pg-figure-value', {}, '–')]));
    const text = tokens.mergesText();
    const offers = make('ol.pg-merges-offers', { label: 'tokens.merges.candidates' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const note = make('p.pg-note');
    const done = make('p.pg-note.pg-merges-done', { hidden: true, text: 'tokens.merges.nothing_left' });
    const made = tokens.mergesMade({
      back: (merges) => { if (!busy()) void act(now.merges.slice(0, merges)); },
      light: (token) => (token === null ? text.light(null) : text.lightToken(token)),
    });
    const curve = tokens.mergesCurve();
    const spoken = make('p.pg-offscreen', { role: 'status', 'aria-live': 'polite' });

    element.classList.add('pg-merges');
    element.append(
      make('section.pg-panel', {},
        make('div.pg-merges-bar', {},
          Object.entries(figures).map(([name, value]) => make('div.pg-figure', {}, make('span.pg-figure-key', { text: `tokens.merges.${name}` }), value)),
          make('div.pg-merges-buttons', {}, best, many, undo, redo, over)),
        fault,
        make('div.pg-merges-body', {},
          make('div.pg-merges-left', {}, text.element, note),
          make('div.pg-merges-right', {},
            make('h3.pg-merges-title', {}, make('span', { text: 'tokens.merges.candidates' }), playground.helper('tokens.merges.candidates.help')),
            offers, done, make('p.pg-note.pg-merges-keys', { text: 'tokens.merges.keys' })))),
      make('div.pg-merges-below', {},
        made.element,
        make('section.pg-panel', {},
          make('header.pg-panel-head', {}, make('h3', { text: 'tokens.merges.curve' })), curve.element)),
      spoken);

    // What the visitor does.

    /** Asks what a row of merges, and `more` of the best after it, make of the text; true once drawn. */
    async function ask(merges, more = 0) {
      const mine = ++asked;
      element.classList.add('pg-busy');
      try {
        const [words, corpus] = key;
        const found = await playground.call('merge_candidates', { text: words, corpus, merges, limit: OFFERED, more });
        if (mine !== asked) return false;
        answer = found;
        now.merges = found.merges.map((one) => [one.left, one.right]);
        draw();
        return true;
      } catch (refusal) {
        if (mine !== asked) return false;
        stop();
        fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
        fault.hidden = false;
        return false;
      } finally {
        if (mine === asked) element.classList.remove('pg-busy');
      }
    }

    /** One step of the visitor's: what stood before can be had back. */
    async function act(merges) {
      const one = now;
      const before = one.merges;
      if (!(await ask(merges))) return false;
      remember(one, before);
      return true;
    }
    function remember(one, before) {
      one.past.push(before);
      one.future = [];
      showButtons();
    }

    async function merge(pair) {
      if (!pair || busy()) return;
      const before = answer.tokens_in_text;
      if (await act([...now.merges, [pair.left, pair.right]])) tell(pair, before);
    }

    /** A row of merges, each the best of its moment: seen one by one, and to be stopped. */
    async function mergeMany(count) {
      if (busy()) return;
      const one = now;
      const before = one.merges;
      left = count;
      const atOnce = count === MANY[0] ? 1 : 10;
      showButtons();
      while (left && answer.candidates.length && one === now && element.offsetParent !== null) {
        const since = performance.now();
        const made = one.merges.length;
        if (!(await ask(one.merges, Math.min(left, atOnce)))) break;
        if (left) left -= one.merges.length - made || left;
        const pause = count === MANY[0] && !playground.calm() ? REST - (performance.now() - since) : 0;
        if (left) await new Promise((go) => { setTimeout(go, Math.max(0, pause)); });
      }
      if (one === now) left = 0;
      if (one.merges.length > before.length) {
        remember(one, before);
        playground.say(spoken, 'tokens.merges.told_many', { count: one.merges.length - before.length, tokens: answer.tokens_in_text });
      }
      showButtons();
    }

    const busy = () => left > 0 || element.classList.contains('pg-busy');
    function stop() {
      left = 0;
      showButtons();
    }

    async function travel(from, to) {
      if (!from.length || busy()) return;
      const before = now.merges;
      if (!(await ask(from.at(-1)))) return;
      from.pop();
      to.push(before);
      showButtons();
    }
    function back() { void travel(now.past, now.future); }
    function forth() { void travel(now.future, now.past); }

    function tell(pair, before) {
      playground.say(spoken, 'tokens.merges.told', { left: playground.visible(pair.left), right: playground.visible(pair.right), count: before - answer.tokens_in_text, tokens: answer.tokens_in_text });
    }

    // What is seen.

    function draw() {
      fault.hidden = true;
      const { merges } = answer;
      now.characters ||= [...answer.tokens.join('')].length;
      now.figures = answer.sizes.map((size) => ({ tokens: size, ratio: size ? answer.characters / size : 0 }));
      figures.tokens.textContent = number(answer.tokens_in_text);
      figures.vocabulary.textContent = number(answer.vocabulary_size);
      figures.ratio.textContent = now.figures[merges.length].ratio.toFixed(2);
      const shown = text.show(answer.tokens, { merges, characters: now.characters, quick: left > MANY[0] });
      const part = shown < answer.characters;
      note.hidden = !part;
      if (part) playground.say(note, 'tokens.merges.part', { shown: number(now.characters), characters: number(answer.characters) });
      drawOffers();
      made.show(answer, now.figures);
      curve.show(now.figures);
      showButtons();
    }

    function drawOffers() {
      const { candidates } = answer;
      const most = Math.max(1, ...candidates.map((one) => one.count));
      // The rows stay where they are and only change what they say: the focus stays with them.
      while (offers.children.length > candidates.length) offers.lastChild.remove();
      candidates.forEach((one, at) => {
        const row = offers.children[at] ?? offer(at);
        const [button] = row.children;
        button.querySelector('.pg-merges-pair').replaceChildren(...tokens.mergesPair(one));
        button.querySelector('.pg-merges-fill').style.setProperty('width', `${(100 * one.count) / most}%`);
        button.querySelector('.pg-merges-count').textContent = number(one.count);
        playground.say(button, 'tokens.merges.take', { left: playground.visible(one.left), right: playground.visible(one.right), count: one.count }, 'aria-label');
      });
      text.light(candidates[pointed]);
      done.hidden = candidates.length > 0;
      offers.hidden = !candidates.length;
      if (!candidates.length) playground.say(done, answer.merges.length ? 'tokens.merges.nothing_left' : 'tokens.merges.too_short');
    }

    function offer(at) {
      const look = () => { pointed = at; text.light(answer?.candidates[at]); };
      const leave = () => { pointed = -1; text.light(null); };
      const button = make('button.pg-merges-offer', { type: 'button', on: {
        click: () => void merge(answer?.candidates[at]),
        pointerenter: look, focus: look, pointerleave: leave, blur: leave,
      } },
      make('span.pg-merges-pair'), make('span.pg-merges-track', {}, make('span.pg-merges-fill')), make('span.pg-merges-count'));
      const row = make('li', {}, button);
      offers.append(row);
      return row;
    }

    function showButtons() {
      const none = !answer?.candidates.length;
      best.disabled = none && !left;
      many.forEach((button) => { button.disabled = none || left > 0; });
      undo.disabled = !now.past.length || left > 0;
      redo.disabled = !now.future.length || left > 0;
      over.disabled = !now.merges.length || left > 0;
      best.replaceChildren(icon(left ? 'stop' : 'play'), make('span', { text: left ? 'tokens.merges.stop' : 'tokens.merges.best' }));
    }

    // Enter merges, Backspace and Ctrl-Z take back; wherever the focus is, but where one writes.
    const ends = new AbortController();
    document.addEventListener('keydown', (event) => {
      if (!element.isConnected) ends.abort();
      const inside = element.contains(event.target);
      if (element.offsetParent === null || (!inside && event.target !== document.body)) return;
      const held = event.ctrlKey || event.metaKey;
      const letter = event.key.toLowerCase();
      if (event.key === 'Enter' && !held && !event.target.closest('button, a, summary')) void merge(answer?.candidates[0]);
      else if ((event.key === 'Backspace' && !held) || (held && letter === 'z' && !event.shiftKey)) back();
      else if (held && (letter === 'y' || (letter === 'z' && event.shiftKey))) forth();
      else if (event.key === 'Escape' && left) stop();
      else return;
      event.preventDefault();
    }, { signal: ends.signal });

    function open(words, corpus) {
      const next = JSON.stringify([words, corpus]);
      const current = key && JSON.stringify(key);
      // The same again only where the last answer was a refusal.
      if (next === current && fault.hidden) return;
      if (key && next !== current && now.merges.length) {
        kept.set(current, now);
        const [text_, corpus_] = key;
        playground.notice('tokens.merges.restarted', { count: now.merges.length }, { undo: { key: 'tokens.merges.restore', act: () => tokens.set({ text: text_, corpus: corpus_ }) } });
      }
      left = 0;
      key = [words, corpus];
      now = next === current ? now : kept.get(next) ?? fresh();
      void ask(now.merges);
    }

    tokens.follow(element, 'merges', (config) => open(config.text, config.corpus));
    showButtons();
  };
})();
