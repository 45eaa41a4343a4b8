/* Attention with every number in hand: words, weights, mask and scores to be set, the rest follows. */
'use strict';

(() => {
  const { make, attention, plot } = playground;
  const { compute, preset, wordsOf, maskOf, edits, PRESETS, SIZE, FEWEST, MOST_WORDS, LONGEST } = attention.numbersMaths;
  const SCORES = 4; // size of a score that has full colour; half as large after the division
  const below = (letter, index) => [letter, make('sub', {}, index)];
  const numbered = Array.from({ length: SIZE }, (_, at) => String(at + 1));

  // Each matrix: kind, symbol, formula, and whether words or numbers stand along its sides.
  const MATRICES = {
    x: ['set', 'X', '', 'words', 'numbers'],
    wq: ['set', below('W', 'q'), '', 'numbers', 'numbers'],
    wk: ['set', below('W', 'k'), '', 'numbers', 'numbers'],
    wv: ['set', below('W', 'v'), '', 'numbers', 'numbers'],
    q: ['made', 'Q', ['= X ', below('W', 'q')], 'words', 'numbers'],
    k: ['made', 'K', ['= X ', below('W', 'k')], 'words', 'numbers'],
    v: ['made', 'V', ['= X ', below('W', 'v')], 'words', 'numbers'],
    scores: ['forced', 'S', '= Q Kᵀ', 'words', 'words'],
    divided: ['made', 'Z', '', 'words', 'words'],
    blocked: ['mask', 'M', '', 'words', 'words'],
    weights: ['weights', 'A', '= softmax(Z + M)', 'words', 'words'],
    output: ['made', 'Y', '= A V', 'words', 'numbers'],
  };

  playground.widgets.attention_numbers = (element, { picture }) => {
    const state = attention.numbersState(preset('start', usualWords()), () => draw());
    let made = null;
    let built = ''; // the words that the matrices are laid out for
    let told = ''; // what the sentences above and beside the matrices say
    let edited = null; // {matrix, row, column} of the edit that is being drawn
    let looked = null;
    let held = null;
    let still = false; // what is drawn did not follow from an edit

    const matrices = Object.fromEntries(Object.entries(MATRICES).map(([name, [kind, symbol, formula]]) => [name, attention.numbersMatrix({
      name, kind, symbol, formula, scale: ['scores', 'divided'].includes(name) ? SCORES : 2,
      act: {
        looked: (row, column) => { looked = row === null ? null : { matrix: name, row, column }; tell(); },
        held: (row, column) => { held = held && same(held, { matrix: name, row, column }) ? null : { matrix: name, row, column }; looked = held ?? looked; tell(); },
        set: (row, column, value, gesture) => change(name === 'scores' ? edits.force(row, column, value) : edits.cell(name, row, column, value), gesture, { matrix: name, row, column }),
        release: (row, column) => change(edits.release(row, column), null),
        block: (row, column, value, gesture) => change(edits.block(row, column, value), gesture, { matrix: name, row, column }),
        odd: (text) => reading.odd(text),
      },
    })]));
    const same = (one, other) => one.matrix === other.matrix && one.row === other.row && one.column === other.column;
    const reading = attention.numbersReading({ release: (row, column) => change(edits.release(row, column), null) });

    // Words, presets, switches.

    const words = make('div.pg-numbers-words', { role: 'group', label: 'attention.numbers.words' });
    const presets = PRESETS.map((name) => make('button.pg-segment', {
      type: 'button', 'aria-pressed': 'false', text: `attention.numbers.preset.${name}`, data: { preset: name },
      on: { click: () => { held = null; change(edits.preset(name), null); } },
    }));
    const lesson = make('p.pg-numbers-lesson', { 'aria-live': 'polite' });
    const scaled = make('input.pg-switch', { type: 'checkbox', role: 'switch', on: { change: () => change((next) => { next.scaled = scaled.checked; }, null) } });
    const masks = ['none', 'causal', 'own'].map((name) => make('button.pg-segment', {
      type: 'button', role: 'radio', text: `attention.numbers.mask.${name}`, data: { mask: name }, on: { click: () => change(edits.mask(name), null) },
    }));
    const back = (sign, word, click) => make('button.pg-button.pg-square', { type: 'button', label: `attention.numbers.${word}`, hint: `attention.numbers.${word}`, on: { click } }, sign);
    const undo = back('↶', 'undo', () => state.undo());
    const redo = back('↷', 'redo', () => state.redo());
    const reset = make('button.pg-button', { type: 'button', text: 'attention.numbers.reset', hint: 'attention.numbers.reset.help', on: { click: () => { held = null; change(edits.words(usualWords()), null); } } });
    const releaseAll = make('button.pg-link', { type: 'button', hidden: true, on: { click: () => change(edits.releaseAll, null) } });
    const flow = make('div.pg-numbers-flow');
    const tools = plot.tools({ name: 'attention-by-hand', rows: () => attention.numbersRows(state.get(), made), png: () => attention.numbersPng(flow, playground.t('attention.numbers.title')) });

    const legend = (low, high, ground) => {
      const bar = make('i');
      const paint = () => { bar.style.background = ground(); };
      paint();
      playground.onWhile(bar, 'theme', paint);
      return make('span.pg-numbers-legend', {}, low, bar, high);
    };
    const step = (name, tail, ...content) => make('section.pg-panel.pg-numbers-step', { data: { step: name } },
      make('header.pg-panel-head', {}, make('h3', { text: `attention.numbers.step.${name}` }), playground.helper(`attention.numbers.step.${name}.help`), make('div.pg-panel-tools', {}, tail)), ...content);
    const of = (...names) => names.map((name) => matrices[name].element);
    const sign = (text) => make('span.pg-numbers-sign', { 'aria-hidden': 'true' }, text);
    const divide = make('label.pg-check.pg-numbers-scale', {}, make('span', { text: 'attention.numbers.scaled' }), scaled);
    const divided = matrices.divided.caption.querySelector('.pg-numbers-formula');
    matrices.blocked.caption.append(make('span', { text: 'attention.numbers.mask.hint' }));

    flow.append(
      step('project', [legend('−2', '2', attention.signed.gradient)], make('div.pg-numbers-project', {}, make('span'), of('wq', 'wk', 'wv', 'x', 'q', 'k', 'v'))),
      step('score', [releaseAll, divide, make('div.pg-segments', { role: 'radiogroup', label: 'attention.numbers.mask' }, masks), legend('−4', '4', attention.signed.gradient)],
        make('div.pg-numbers-row', {}, of('scores'), sign('→'), of('divided'), sign('+'), of('blocked'))),
      step('mix', [legend('0', '1', attention.colours.gradient)], make('div.pg-numbers-row', {}, of('weights'), sign('→'), of('output'))));

    element.classList.add('pg-numbers');
    element.append(
      make('section.pg-panel.pg-numbers-head.pg-live', {},
        make('div.pg-numbers-line', {}, words, make('div.pg-numbers-tools', {}, undo, redo, reset, tools.element)),
        make('div.pg-numbers-begin', {}, make('div.pg-segments.pg-numbers-presets', { role: 'group', label: 'attention.numbers.presets' }, presets), lesson), tools.table),
      flow, reading.element);

    // Drawing: all is computed anew, and only the cells that now look otherwise are touched.

    function change(edit, gesture, place = null) {
      edited = place;
      state.change(edit, gesture);
      edited = null;
    }

    function draw() {
      const now = state.get();
      made = compute(now);
      const names = JSON.stringify(now.words);
      const fresh = names !== built;
      if (fresh) layOut(now);
      built = names;
      const forced = (row, column) => now.forced[`${row},${column}`] !== undefined;
      for (const [name, matrix] of Object.entries(matrices)) {
        const of = edited?.matrix === name ? [edited.row, edited.column] : null;
        matrix.show(now[name] ?? made[name], { quiet: fresh || still, of, marked: name === 'scores' ? forced : undefined });
      }
      tellSwitches(now);
      tell();
      tools.renew();
    }

    function drawStill() {
      still = true;
      draw();
      still = false;
    }

    function layOut(now) {
      for (const [name, [, , , down, along]] of Object.entries(MATRICES)) {
        matrices[name].build(down === 'words' ? now.words : numbered, along === 'words' ? now.words : numbered);
      }
      held = null;
      looked = null;
      flow.dataset.words = String(now.words.length);
      drawWords(now);
    }

    function tellSwitches(now) {
      undo.disabled = !state.undoable;
      redo.disabled = !state.redoable;
      scaled.checked = now.scaled;
      const formula = now.scaled ? `= S / √d = S / ${Math.sqrt(SIZE)}` : '= S';
      if (divided.textContent !== formula) divided.textContent = formula;
      const mask = maskOf(now);
      for (const one of masks) {
        one.setAttribute('aria-checked', String(one.dataset.mask === mask));
        one.disabled = one.dataset.mask === 'own' && mask !== 'own' && !now.own;
      }
      const own = edits.altered(now);
      for (const one of presets) one.setAttribute('aria-pressed', String(!own && one.dataset.preset === now.preset));
      const count = Object.keys(now.forced).length;
      // To say the same again would lay the text out again.
      const said = JSON.stringify([own, now.preset, now.words[1], count]);
      if (said === told) return;
      told = said;
      playground.say(lesson, own ? 'attention.numbers.preset.own' : `attention.numbers.preset.${now.preset}.says`, { word: now.words[1] });
      releaseAll.hidden = count < 1;
      playground.say(releaseAll, 'attention.numbers.release_all', { count });
    }

    function tell() {
      const cell = held ?? looked;
      const sources = cell ? attention.numbersSources(cell, state.get().words.length) : {};
      for (const [name, matrix] of Object.entries(matrices)) matrix.light(sources[name] ?? [], cell?.matrix === name ? [cell.row, cell.column] : null);
      reading.show(cell, state.get(), made, Boolean(held));
    }

    // Words.

    function drawWords(now) {
      words.replaceChildren(...now.words.map((word, at) => {
        const box = make('input', { type: 'text', maxlength: LONGEST, autocomplete: 'off', spellcheck: 'false', dir: 'auto', label: 'attention.numbers.word' });
        box.value = word;
        box.addEventListener('change', () => {
          const text = box.value.trim();
          if (text) change(edits.rename(at, text), null);
          else box.value = word;
        });
        box.addEventListener('keydown', (event) => { if (event.key === 'Enter') box.blur(); });
        return make('span.pg-numbers-word', {}, box, now.words.length > FEWEST ? playground.iconButton('close', 'attention.numbers.remove', () => change(edits.remove(at), null)) : null);
      }), now.words.length < MOST_WORDS ? make('button.pg-link', { type: 'button', text: 'attention.numbers.add', on: { click: add } }) : '');
    }
    function add() {
      const spare = playground.t('attention.numbers.spare').split(' ');
      const there = new Set(state.get().words);
      change(edits.add(spare.find((word) => !there.has(word)) ?? spare[0]), null);
      words.querySelector('.pg-numbers-word:last-of-type input')?.select();
    }
    function usualWords() {
      return wordsOf(attention.config()?.text ?? '') ?? playground.t('attention.numbers.usual').split(' ');
    }

    // Around it.

    element.addEventListener('keydown', (event) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.target.matches('input') || !['z', 'y'].includes(key)) return;
      event.preventDefault();
      if (key === 'y' || event.shiftKey) state.redo();
      else state.undo();
    });
    plot.onEscape(element, () => { held = null; looked = null; tell(); });
    playground.onWhile(element, 'theme', () => { for (const matrix of Object.values(matrices)) matrix.forget(); drawStill(); });
    playground.onWhile(element, 'language', () => { for (const matrix of Object.values(matrices)) matrix.rename(); tell(); });
    if (!state.restore()) {
      state.heard = attention.config()?.text ?? '';
      drawStill();
    }
    attention.follow(element, picture, ({ text }) => {
      // Words that the visitor writes for the other pictures are taken up here, once.
      const written = wordsOf(text);
      if (state.heard !== text && written) change(edits.words(written), null);
      state.heard = text;
    });
  };
})();
