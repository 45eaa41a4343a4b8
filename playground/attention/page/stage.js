/* The pictures of the Attention room: one at a time, chosen above, with the sentence they are about. */
'use strict';

(() => {
  const { make, attention } = playground;
  const WITHOUT_TEXT = new Set(['numbers', 'train', 'models']);
  const LANGUAGE = ['She is reading the book that I gave her.', 'The old man who lives next door has two dogs.', 'What would you do if you were me?'];
  const ROWS = ['3 1 4 1 5', '9 8 7 6 5 4 3 2', '0 0 1 0 2'];

  playground.widgets.attention_stage = (element, { pictures }) => {
    element.classList.add('pg-stage', 'pg-attention');
    const title = make('h2.pg-stage-title');
    const subtitle = make('p.pg-stage-subtitle');
    const tabs = pictures.map((picture) => make('button.pg-segment', {
      type: 'button', role: 'tab', id: `pg-attention-tab-${picture}`, text: `attention.picture.${picture}`, data: { picture },
      on: { click: () => attention.set({ picture }) },
    }));
    const nav = make('div.pg-segments.pg-attention-pictures', { role: 'tablist', label: 'attention.picture' }, tabs);
    nav.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });

    const box = make('textarea.pg-text.pg-attention-text', { rows: 1, maxlength: 2000, dir: 'auto', label: 'attention.text', spellcheck: 'false' });
    const examples = make('span.pg-attention-examples');
    const clear = make('button.pg-link', { type: 'button', text: 'attention.text.clear', on: { click: () => { box.value = ''; attention.set({ text: '' }); box.focus(); } } });
    const write = make('div.pg-attention-write', {}, box, make('div.pg-attention-write-foot', {}, examples, clear));
    const places = Object.fromEntries(pictures.map((picture) => [picture, make('section.pg-attention-picture', { role: 'tabpanel', 'aria-labelledby': `pg-attention-tab-${picture}`, hidden: true })]));
    element.append(make('div.pg-headline', {}, make('div', {}, title, subtitle)), nav, write, ...Object.values(places));

    // While words are typed, what is asked soonest after a pause is asked; Enter asks at once.
    const tell = () => attention.set({ text: box.value });
    const soon = playground.afterQuiet(250, tell);
    box.addEventListener('input', soon);
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      tell();
    });

    function offer(config) {
      const task = attention.taskOf(config.source);
      const rows = ['copy', 'reverse', 'sort'].includes(task);
      const card = task && cards.find((one) => one.name === config.source);
      playground.say(box, card ? 'attention.text.example' : 'attention.text.placeholder', { text: card?.prompt ?? '' }, 'placeholder');
      examples.replaceChildren(make('span', { text: 'attention.text.try' }), ...(rows ? ROWS : LANGUAGE).map((text) => make('button.pg-link', { type: 'button', on: { click: () => attention.set({ text }) } }, text)));
      clear.hidden = !config.text;
    }

    let cards = [];
    let shown = null;
    function show(config) {
      if (document.activeElement !== box || !config.text) {
        if (box.value !== config.text) box.value = config.text;
      }
      offer(config);
      if (config.picture === shown) return;
      shown = config.picture;
      tabs.forEach((tab) => {
        const chosen = tab.dataset.picture === shown;
        tab.setAttribute('aria-selected', String(chosen));
        tab.setAttribute('aria-checked', String(chosen));
        tab.tabIndex = chosen ? 0 : -1;
        if (chosen && nav.scrollWidth > nav.clientWidth) tab.scrollIntoView({ block: 'nearest', inline: 'center' });
      });
      for (const [picture, place] of Object.entries(places)) place.hidden = picture !== shown;
      write.hidden = WITHOUT_TEXT.has(shown);
      playground.say(title, `attention.stage.${shown}.title`);
      playground.say(subtitle, `attention.stage.${shown}.subtitle`);
      playground.controls.attention.showView(shown);
      playground.mount(places[shown], `attention_${shown}`, { picture: shown });
    }
    const follow = () => { const config = attention.config(); if (config) show(config); };
    playground.on('settings', ({ slice }) => { if (slice === 'attention') follow(); });
    void attention.sources().then((found) => { cards = found; follow(); });
    follow();
  };
})();
