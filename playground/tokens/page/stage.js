/* The pictures of the Tokens room: one at a time, chosen above, with the text that all are about. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const WITHOUT_TEXT = new Set(['embedding']);
  const EXAMPLES = {
    english: 'The tokenizer does not understand; it counts. Unbelievable, isn’t it?',
    chinese: '模型读到的不是文字，而是数字。她在桥头等了三天，水一直没有退。',
    mixed: 'Zoë paid 1,299.50 € 👩‍🚀🇨🇳 مرحبا بالعالم नमस्ते דבר 東京 x² — don’t panic!',
    code: 'def add(a: int, b: int) -> int:\n    return a + b  # 两数之和',
  };

  playground.widgets.tokens_stage = (element, { views }) => {
    element.classList.add('pg-stage', 'pg-tokens');
    const title = make('h2.pg-stage-title');
    const subtitle = make('p.pg-stage-subtitle');
    const tabs = views.map((view) => make('button.pg-segment', {
      type: 'button', role: 'tab', id: `pg-tokens-tab-${view}`, text: `tokens.picture.${view}`, data: { view },
      on: { click: () => tokens.set({ picture: view }) },
    }));
    const nav = make('div.pg-segments.pg-tokens-views', { role: 'tablist', label: 'tokens.picture' }, tabs);
    nav.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });

    const box = make('textarea.pg-text.pg-tokens-text', { rows: 2, maxlength: 20_000, dir: 'auto', label: 'tokens.text', spellcheck: 'false' });
    playground.say(box, 'tokens.text.placeholder', {}, 'placeholder');
    const count = make('span.pg-tokens-count');
    const clear = make('button.pg-link', { type: 'button', text: 'tokens.text.clear', on: { click: () => { box.value = ''; tokens.set({ text: '' }); box.focus(); } } });
    const examples = make('span.pg-tokens-examples', {}, make('span', { text: 'tokens.text.try' }), Object.entries(EXAMPLES).map(([name, text]) => make('button.pg-link', {
      type: 'button', text: `tokens.example.${name}`, on: { click: () => tokens.set({ text }) },
    })));
    const write = make('div.pg-tokens-write', {}, box, make('div.pg-tokens-write-foot', {}, examples, count, clear));

    const places = Object.fromEntries(views.map((view) => [view, make('section.pg-tokens-view', { role: 'tabpanel', 'aria-labelledby': `pg-tokens-tab-${view}`, hidden: true })]));
    element.append(make('div.pg-headline', {}, make('div', {}, title, subtitle)), nav, write, ...Object.values(places));

    // At once: of questions asked faster than they are answered, only the newest is asked.
    box.addEventListener('input', () => { tell(); tokens.set({ text: box.value }); });

    function tell() {
      const length = [...box.value].length;
      playground.say(count, length ? 'tokens.text.count' : 'tokens.text.corpus', { count: length.toLocaleString('en-US') });
      clear.hidden = !length;
      examples.hidden = length > 0;
    }

    let shown = null;
    function show(config) {
      if (document.activeElement !== box || !config.text) {
        if (box.value !== config.text) box.value = config.text;
      }
      tell();
      if (config.picture === shown) return;
      shown = config.picture;
      tabs.forEach((tab) => {
        const chosen = tab.dataset.view === shown;
        tab.setAttribute('aria-selected', String(chosen));
        tab.setAttribute('aria-checked', String(chosen));
        tab.tabIndex = chosen ? 0 : -1;
        if (chosen && nav.scrollWidth > nav.clientWidth) tab.scrollIntoView({ block: 'nearest', inline: 'center' });
      });
      for (const [view, place] of Object.entries(places)) place.hidden = view !== shown;
      write.hidden = WITHOUT_TEXT.has(shown);
      playground.say(title, `tokens.stage.${shown}.title`);
      playground.say(subtitle, `tokens.stage.${shown}.subtitle`);
      playground.controls.tokens.showView(shown);
      playground.mount(places[shown], `tokens_${shown}`, { view: shown });
    }
    const follow = () => { const config = tokens.config(); if (config) show(config); };
    playground.on('settings', ({ slice }) => { if (slice === 'tokens') follow(); });
    follow();
  };
})();
