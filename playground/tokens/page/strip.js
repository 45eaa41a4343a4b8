/* The first picture: the same text cut in several ways, side by side, with all that belongs together lit. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const GATHER = 16; // milliseconds that an answer waits for those of the other cards

  playground.widgets.tokens_strip = (element, { view }) => {
    element.classList.add('pg-strip');
    let cards = [];
    let locked = false;
    let floating = false; // whether the panel about a token is open
    let round = 0; // of looks: what is about to be shown may be past
    let ids = false;

    const modes = ['text', 'ids'].map((mode) => make('button.pg-segment', {
      type: 'button', role: 'radio', 'aria-checked': String(mode === 'text'), text: `tokens.strip.show.${mode}`, data: { mode },
      on: { click: () => show(mode === 'ids') },
    }));
    const legend = make('span.pg-strip-legend', {},
      make('span', {}, make('i.pg-strip-sign.pg-strip-dot', {}), make('span', { text: 'tokens.strip.legend.space' })),
      make('span', {}, make('i.pg-strip-sign', {}, '⏎'), make('span', { text: 'tokens.strip.legend.line' })),
      make('span', {}, make('i.pg-strip-sign.pg-strip-unknown', {}, 'x'), make('span', { text: 'tokens.strip.legend.unknown' })));
    const grid = make('div.pg-strip-cards');
    const spoken = make('p.pg-offscreen', { 'aria-live': 'polite' });
    const languages = tokens.stripLanguages();
    element.append(
      make('div.pg-strip-tools', {}, make('div.pg-segments', { role: 'radiogroup', label: 'tokens.strip.show' }, modes), legend),
      grid, languages.element, spoken);

    function show(on) {
      ids = on;
      release();
      for (const mode of modes) mode.setAttribute('aria-checked', String((mode.dataset.mode === 'ids') === on));
      for (const card of cards) card.box.numbers(on);
    }

    // What belongs together: a token, its twins, its row, and the same stretch of text in the other cards.

    function lightToken(card, at, hold) {
      const laid = card.box.laid();
      const id = laid.ids[at];
      const from = laid.starts[at];
      const until = laid.ends[at];
      for (const other of cards) {
        const also = other.box.laid();
        if (other === card) {
          other.box.light({ looked: at, id, from, until });
          other.vocabulary.light(id);
        } else if (also && also.text === laid.text) {
          const [first, last] = tokens.within(also, from, until);
          if (hold && last > first) other.box.reveal(first);
          other.box.light({ looked: -1, id: -1, from, until });
          other.vocabulary.light(last - first === 1 ? also.ids[first] : -1);
        }
      }
    }

    function lightRow(card, id) {
      for (const other of cards) {
        other.box.light(other === card && id >= 0 ? { looked: -1, id, from: 0, until: 0 } : null);
        other.vocabulary.light(other === card ? id : -1, false);
      }
    }

    function dark() {
      for (const card of cards) {
        card.box.light(null);
        card.vocabulary.light(-1, false);
      }
    }

    function look(card, at, hold) {
      const mine = ++round;
      locked = hold;
      if (hold) card.box.reveal(at);
      lightToken(card, at, hold);
      const laid = card.box.laid();
      if (hold) {
        spoken.textContent = playground.t('tokens.strip.spoken', { token: playground.visible(laid.text.slice(laid.starts[at], laid.ends[at])), id: laid.ids[at] });
      }
      // Scrolling closes what floats, so it is opened when that has been told: in the next frame.
      requestAnimationFrame(() => {
        const span = mine === round && card.box.inSight(at);
        if (!span || !span.isConnected) return;
        playground.popover.show(span, tokens.tokenFacts(laid, at, card.alike()), {
          className: 'pg-strip-panel', locked: hold, label: 'tokens.strip.token',
          closed: () => {
            floating = false;
            if (mine !== round) return;
            locked = false;
            dark();
          },
        });
        floating = true;
      });
    }

    function release() {
      round++;
      locked = false;
      if (floating) playground.popover.hide();
      dark();
    }

    const told = (card, event, what) => {
      if (event === 'lock') look(card, what, true);
      else if (event === 'look' && !locked) look(card, what, false);
      else if (event === 'leave' && !locked) release();
      else if (event === 'row' && !locked) lightRow(card, what);
      else if (event === 'pick') pick(card, what);
      else if (event === 'came') gather();
    };

    // Answers that come together are drawn together: one frame costs less than two.
    let gathering = 0;
    function gather() {
      if (!cards.some((card) => card.waits())) drawSoon();
      else gathering ||= setTimeout(drawSoon, GATHER);
    }

    const drawSoon = playground.perFrame(() => {
      clearTimeout(gathering);
      gathering = 0;
      release();
      for (const card of cards) card.draw();
      for (const card of cards) card.settle();
      after();
    });

    /** Scrolls to the first occurrence of a token; chosen again, to the next one. */
    function pick(card, id) {
      const laid = card.box.laid();
      const walked = card.walked();
      let at = laid.ids.indexOf(id, walked >= 0 && laid.ids[walked] === id ? walked + 1 : 0);
      if (at < 0) at = laid.ids.indexOf(id);
      if (at < 0) {
        lightRow(card, id);
        spoken.textContent = playground.t('tokens.strip.absent');
        return;
      }
      card.walk(at);
      look(card, at, true);
    }

    element.addEventListener('keydown', (event) => { if (event.key === 'Escape') release(); });

    // The strips come first; the table of languages is asked about when they stand.
    let readings = [];
    const after = playground.afterQuiet(120, () => {
      if (element.isConnected && !element.hidden && readings.length) void languages.ask(readings);
    });

    tokens.follow(element, view, () => {
      const schemes = tokens.schemes();
      if (String(schemes) !== String(cards.map((card) => card.scheme))) {
        release();
        cards = schemes.map((scheme) => cards.find((card) => card.scheme === scheme) ?? tokens.stripCard(scheme, told));
        for (const card of cards) card.box.numbers(ids);
        grid.replaceChildren(...cards.map((card) => card.element));
      }
      readings = schemes.map((scheme) => tokens.reading(scheme));
      cards.forEach((card, at) => card.read(readings[at]));
    });
  };
})();
