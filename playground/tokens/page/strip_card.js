/* One scheme's card: its figures, the strip, the vocabulary; and what is told of a single token. */
'use strict';

(() => {
  const { make, number, tokens } = playground;
  const MOST = 12; // code points and bytes that are listed one by one
  const FIGURES = ['tokens', 'vocabulary', 'characters_per_token', 'tokens_per_word', 'unknown'];

  const listed = (parts) => parts.slice(0, MOST).join(' ') + (parts.length > MOST ? ' …' : '');

  /** All that is known of the token at a place, as a list to read and to copy. */
  tokens.tokenFacts = (laid, at, alike) => {
    const id = laid.ids[at];
    const text = laid.text.slice(laid.starts[at], laid.ends[at]);
    const bytes = [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
    const points = tokens.codePoints(text);
    const facts = [
      ['id', String(id)],
      ['here', number(laid.here[id])],
      ...(alike ? [] : [['learned', number(laid.counts[id])]]),
      ['points', listed(points)],
      ['bytes', listed(bytes)],
      ['position', playground.t('tokens.strip.nth', { at: number(at + 1), count: number(laid.ids.length) })],
      ['place', points.length > 1 ? `${number(laid.points[at])}–${number(laid.points[at] + points.length - 1)}` : number(laid.points[at])],
    ];
    return make('div.pg-strip-facts', {},
      make('p.pg-strip-token', { dir: 'auto' }, make('span', { style: { background: id ? tokens.colour(id) : 'var(--pg-unknown)' } }, tokens.seen(text))),
      id ? null : make('p.pg-strip-is-unknown', {}, playground.t('tokens.strip.is_unknown')),
      make('dl.pg-facts', {}, facts.map(([key, value]) => [make('dt', {}, playground.t(`tokens.strip.${key}`)), make('dd', {}, value)])));
  };

  function figure(name) {
    const value = make('span.pg-figure-value', {}, '–');
    let last = '';
    const write = (text, more = '') => {
      if (text + more === last) return;
      last = text + more;
      value.replaceChildren(text, more && make('small', {}, more));
    };
    return { element: make('div.pg-figure', { data: { figure: name } }, make('span.pg-figure-key', { text: `tokens.strip.figure.${name}` }), value), write };
  }

  /** `told` is called with `(card, event name, what)`: `look`, `lock`, `leave`, `row`, `pick`, `came`. */
  tokens.stripCard = (scheme, told) => {
    const figures = Object.fromEntries(FIGURES.map((name) => [name, figure(name)]));
    const box = tokens.stripBox('tokens.strip.box', () => ({ scheme: playground.t(`tokens.scheme.${scheme}`) }));
    const vocabulary = tokens.stripVocabulary({ point: (id) => told(card, 'row', id), pick: (id) => told(card, 'pick', id) });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const element = make('article.pg-panel.pg-strip-card', { data: { scheme }, style: { '--lane': `var(--pg-${scheme})` }, class: 'pg-strip-waiting' },
      make('header.pg-strip-head', {}, make('span.pg-swatch'), make('h3', { text: `tokens.scheme.${scheme}` }), playground.helper(`tokens.strip.about.${scheme}`)),
      make('div.pg-strip-figures', {}, Object.values(figures).map((one) => one.element)),
      fault, make('div.pg-strip-body', {}, box.element, vocabulary.element));
    let asked = '';
    let alike = true;
    let typed = false; // whether the text before was the visitor's own
    let walked = -1; // the token at which the keys are

    let waits = false; // for an answer
    let came = null; // {answer, values} that is to be drawn
    let settle = null; // where to scroll, once all cards are drawn

    const ask = playground.asker('token_strip', (answer, values) => {
      came = { answer, values };
      waits = false;
      told(card, 'came');
    }, (refusal) => {
      asked = '';
      waits = false;
      fault.textContent = playground.sentence(refusal);
      fault.hidden = false;
      element.classList.remove('pg-strip-waiting');
    });

    /** Draws what came. It only writes: a layout is made once, after all cards. */
    function draw() {
      if (!came) return;
      const { answer, values } = came;
      came = null;
      fault.hidden = true;
      element.classList.remove('pg-strip-waiting');
      alike = !values.text || values.learn_from === 'text';
      const before = box.laid();
      const text = answer.text ?? values.text;
      const laid = tokens.laid(answer, text);
      const changed = box.show(laid);
      settle = null;
      if (before && changed !== null) {
        // The strip follows the writing hand; another text begins at its beginning.
        const written = values.text && typed && laid.ids.length;
        const at = written ? tokens.within(laid, Math.max(0, changed - 1), text.length)[0] : -1;
        settle = written ? () => box.reveal(Math.min(at, laid.ids.length - 1)) : box.toStart;
      }
      typed = Boolean(values.text);
      walked = -1;
      element.dataset.characters = laid.stats.characters;
      write(laid.stats);
      vocabulary.show(laid, alike);
    }

    function write(stats) {
      figures.tokens.write(number(stats.tokens));
      figures.vocabulary.write(number(stats.vocabulary_size));
      figures.characters_per_token.write(number(stats.characters_per_token));
      figures.tokens_per_word.write(number(stats.tokens_per_word));
      const share = stats.tokens ? (100 * stats.unknown) / stats.tokens : 0;
      figures.unknown.write(number(stats.unknown), stats.unknown ? `${share < 0.1 ? '<0.1' : share.toFixed(share < 9.95 ? 1 : 0)} %` : '');
      figures.unknown.element.classList.toggle('pg-strip-some', stats.unknown > 0);
    }

    const dragging = () => !getSelection().isCollapsed && box.element.contains(getSelection().anchorNode);
    box.element.addEventListener('pointerover', (event) => {
      if (event.buttons) return;
      const at = box.place(event.target);
      if (at >= 0) told(card, 'look', at);
      else told(card, 'leave');
    });
    box.element.addEventListener('pointerleave', () => told(card, 'leave'));
    box.element.addEventListener('click', (event) => {
      const at = box.place(event.target);
      if (at < 0 || dragging()) return;
      walked = at;
      told(card, 'lock', at);
    });
    box.element.addEventListener('keydown', (event) => {
      const laid = box.laid();
      if (!laid?.ids.length || event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
      if (!step) return;
      event.preventDefault();
      walked = Math.max(0, Math.min(laid.ids.length - 1, walked < 0 && step === 1 ? 0 : walked + step));
      told(card, 'lock', walked);
    });

    const card = {
      scheme, element, box, vocabulary,
      draw,
      settle: () => { settle?.(); settle = null; },
      waits: () => waits,
      alike: () => alike,
      walk: (at) => { walked = at; },
      walked: () => walked,
      /** Asks for the tokens, unless the same was asked before. */
      read(values) {
        const key = JSON.stringify(values);
        if (key === asked) return;
        asked = key;
        waits = true;
        void ask(values);
      },
    };
    return card;
  };
})();
