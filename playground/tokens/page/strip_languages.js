/* The same two sentences in many languages: how many tokens each pays, and where they are cut. */
'use strict';

(() => {
  const { make, number, tokens } = playground;
  const MEASURES = ['tokens_per_word', 'characters_per_token', 'tokens'];
  const SUBWORDS = ['bpe', 'unigram', 'wordpiece'];

  const nameOf = (row) => row[`name_${playground.language}`] ?? row.name_en;

  /** A sentence as coloured tokens on a few lines. */
  function cut(laid) {
    const spans = [];
    let unit = 0;
    for (let at = 0; at < laid.ids.length; at++) {
      const [from, until, id] = [laid.starts[at], laid.ends[at], laid.ids[at]];
      if (unit < from) spans.push(laid.text.slice(unit, from));
      const token = laid.text.slice(from, until);
      spans.push(make('span', {
        class: id ? '' : 'pg-strip-unknown', style: { background: id ? tokens.colour(id) : 'var(--pg-unknown)' }, title: `${tokens.seen(token)} → ${id}`,
      }, token));
      unit = until;
    }
    return make('p.pg-languages-text', {}, spans);
  }

  tokens.stripLanguages = () => {
    let measure = MEASURES[0];
    let answers = []; // [{scheme, rows, values}], as the schemes are chosen
    let asked = '';
    let looked = 'zh';
    let locked = false;
    let round = 0;
    const cuts = new Map(); // what is asked once: the tokens of a sentence

    const picks = MEASURES.map((one) => make('button.pg-segment', {
      type: 'button', role: 'radio', 'aria-checked': String(one === measure), text: `tokens.strip.languages.${one}`, data: { measure: one },
      on: { click: () => { measure = one; for (const pick of picks) pick.setAttribute('aria-checked', String(pick.dataset.measure === one)); draw(); } },
    }));
    const table = make('table.pg-languages-table');
    const sentence = make('div.pg-languages-cut', { 'aria-live': 'polite' });
    const why = make('p.pg-caption.pg-languages-why');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const element = make('section.pg-panel.pg-languages', { hidden: true },
      make('header.pg-panel-head', {}, make('h3', { text: 'tokens.strip.languages' }), playground.helper('tokens.strip.languages.help'),
        make('div.pg-panel-tools', {}, make('div.pg-segments', { role: 'radiogroup', label: 'tokens.strip.languages.measure' }, picks))),
      fault, make('div.pg-languages-body', {}, make('div', {}, make('div.pg-languages-scroll', {}, table), why), sentence));

    function bar(answer, row, largest) {
      const value = row[measure];
      const words = make('span.pg-languages-value', {}, value === null ? '–' : Number.isInteger(value) && measure === 'tokens' ? number(value) : value.toFixed(2));
      return make('td', { style: { '--lane': `var(--pg-${answer.scheme})` } },
        make('span.pg-languages-bar', {}, make('b', { style: { width: `${(100 * (value ?? 0)) / largest}%` } })), words,
        row.unknown ? make('i.pg-languages-unknown', { title: playground.t('tokens.strip.languages.unknown', { count: number(row.unknown), total: number(row.tokens) }) }, `${Math.round((100 * row.unknown) / row.tokens)} %`) : null);
    }

    function draw() {
      element.hidden = !answers.length;
      if (!answers.length) return;
      element.classList.toggle('pg-languages-many', answers.length > 2);
      table.style.setProperty('--schemes', answers.length);
      const largest = Math.max(...answers.flatMap((answer) => answer.rows.map((row) => row[measure] ?? 0)), 1e-9);
      table.replaceChildren(
        make('thead', {}, make('tr', {}, make('th', { scope: 'col', text: 'tokens.strip.languages.language' }),
          answers.map((answer) => make('th', { scope: 'col', text: `tokens.scheme.${answer.scheme}` })))),
        make('tbody', {}, answers[0].rows.map((row, at) => make('tr', { tabindex: 0, data: { language: row.language }, 'aria-current': String(row.language === looked) },
          make('th', { scope: 'row' }, nameOf(row)), answers.map((answer) => bar(answer, answer.rows[at], largest))))));
      explain();
      void showCut();
    }

    /** Why Chinese differs, from the numbers in the table. */
    function explain() {
      const answer = answers.find((one) => SUBWORDS.includes(one.scheme)) ?? answers[0];
      const [en, zh] = ['en', 'zh'].map((language) => answer.rows.find((row) => row.language === language));
      if (!en || !zh) return;
      const share = zh.unknown / zh.tokens;
      const kind = share > 0.5 ? 'unknown' : SUBWORDS.includes(answer.scheme) ? (en.unknown / en.tokens > 0.5 ? 'learned' : 'subword') : answer.scheme;
      why.textContent = [['characters', { zh: number(zh.characters), en: number(en.characters) }], [kind, {
        scheme: playground.t(`tokens.scheme.${answer.scheme}`), zh: number(zh.tokens), en: number(en.tokens), unknown: number(zh.unknown), english: number(en.unknown),
        zh_ratio: number(zh.characters_per_token), en_ratio: number(en.characters_per_token), zh_words: number(zh.tokens_per_word), en_words: number(en.tokens_per_word),
      }]].map(([key, values]) => playground.t(`tokens.strip.why.${key}`, values)).join(playground.language === 'zh' ? '' : ' ');
    }

    async function showCut() {
      const mine = ++round;
      const row = answers[0]?.rows.find((one) => one.language === looked);
      if (!row) return;
      for (const one of table.querySelectorAll('tbody tr')) one.setAttribute('aria-current', String(one.dataset.language === looked));
      try {
        const parts = await Promise.all(answers.map(async ({ scheme, values }) => {
          const key = JSON.stringify([values, row.text]);
          if (!cuts.has(key)) {
            if (cuts.size > 300) cuts.clear();
            cuts.set(key, playground.call('token_strip', { ...values, text: row.text, learn_from: 'corpus' }).catch((refusal) => { cuts.delete(key); throw refusal; }));
          }
          return [scheme, tokens.laid(await cuts.get(key), row.text)];
        }));
        if (mine !== round) return;
        fault.hidden = true;
        sentence.replaceChildren(make('h4', {}, nameOf(row)), ...parts.map(([scheme, laid]) => make('div.pg-languages-one', { style: { '--lane': `var(--pg-${scheme})` } },
          make('span.pg-languages-who', {}, make('span.pg-swatch'), make('span', { text: `tokens.scheme.${scheme}` }),
            make('span', { text: 'tokens.strip.languages.of' })), cut(laid))));
        for (const [at, [, laid]] of parts.entries()) {
          playground.say(sentence.children[at + 1].querySelector('.pg-languages-who').lastChild, 'tokens.strip.languages.of', { count: number(laid.ids.length) });
        }
      } catch (refusal) {
        fail(refusal);
      }
    }

    function fail(refusal) {
      fault.textContent = playground.sentence(refusal);
      fault.hidden = false;
    }

    const rowOf = (event) => event.target.closest('tbody tr')?.dataset.language;
    function look(language, hold) {
      if (!language || (locked && !hold)) return;
      locked = hold;
      if (language === looked) return;
      looked = language;
      void showCut();
    }
    table.addEventListener('pointerover', (event) => look(rowOf(event), false));
    table.addEventListener('click', (event) => look(rowOf(event), true));
    table.addEventListener('focusin', (event) => look(rowOf(event), true));
    table.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
      if (event.key === 'Escape') locked = false;
      if (!step) return;
      event.preventDefault();
      event.target.closest('tr')?.[step]?.focus();
    });
    playground.onWhile(element, 'language', draw);

    return {
      element,
      /** Asks for all schemes, unless this is what is shown. `readings`: one per scheme. */
      async ask(readings) {
        const wanted = readings.map(({ corpus, scheme, vocabulary_size, min_frequency }) => ({ corpus, scheme, vocabulary_size, min_frequency }));
        const key = JSON.stringify(wanted);
        if (key === asked) return;
        asked = key;
        try {
          const told = await Promise.all(wanted.map((values) => playground.call('fertility', values)));
          if (asked !== key) return;
          fault.hidden = true;
          answers = told.map(({ rows }, at) => ({ scheme: wanted[at].scheme, rows, values: wanted[at] }));
          draw();
        } catch (refusal) {
          if (asked !== key) return;
          asked = '';
          element.hidden = false;
          fail(refusal);
        }
      },
    };
  };
})();
