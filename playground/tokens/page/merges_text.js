/* The text of the merges as coloured tokens that move together where a pair meets. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const MOTION = 300; // milliseconds
  const MOVED = 250; // tokens that move at most; who merges "e" sees hundreds at once

  /** Places where the tokens of `parts` stand in a row, read from the left and never overlapping. */
  function places(all, parts) {
    const found = [];
    for (let at = 0; at + parts.length <= all.length; at++) {
      if (!parts.every((part, step) => all[at + step] === part)) continue;
      found.push(at);
      at += parts.length - 1;
    }
    return found;
  }

  /**
   * `{element, show, light, lightToken}`. `show(list, {merges, characters, quick})` draws the tokens
   * of the first so many code points and returns how many these are.
   */
  tokens.mergesText = () => {
    const element = make('div.pg-merges-text', { tabindex: 0, role: 'group', dir: 'auto', label: 'tokens.merges.text' });
    let shown = [];

    /** A token's letters; white space keeps its width and is made visible by a line below it. */
    const letters = (token) => token.split(/([\s]+)/u).filter(Boolean).map((part) => (/^\s/u.test(part)
      ? [...part].map((one) => (one === '\n' ? make('span.pg-merges-break', {}, '⏎\n') : make('span.pg-merges-gap', {}, one)))
      : part));

    function draw(list, ranks) {
      element.replaceChildren(...list.map((token) => {
        const span = make('span.pg-merges-piece', {}, letters(token));
        const rank = ranks.get(token);
        if (rank !== undefined) span.style.setProperty('background', tokens.colour(rank));
        return span;
      }));
    }

    /** Lets the tokens that have just met slide together, as far as they are in sight. */
    function move(before, quick) {
      const box = element.getBoundingClientRect();
      const starts = new Set();
      before.reduce((at, token) => { starts.add(at); return at + token.length; }, 0);
      let at = 0;
      let moved = 0;
      shown.forEach((token, place) => {
        const from = at;
        at += token.length;
        if (moved >= MOVED || token.length < 2) return;
        const cut = [...Array(token.length - 1).keys()].find((step) => starts.has(from + step + 1));
        if (cut === undefined) return;
        const span = element.children[place];
        const { top, bottom } = span.getBoundingClientRect();
        if (bottom < box.top || top > box.bottom) return;
        moved++;
        const halves = [token.slice(0, cut + 1), token.slice(cut + 1)].map((half) => make('span.pg-merges-half', {}, letters(half)));
        span.replaceChildren(...halves);
        const timing = { duration: quick ? MOTION / 2 : MOTION, easing: 'cubic-bezier(.2, .8, .3, 1)' };
        halves.forEach((half, side) => half.animate([{ transform: `translateX(${side ? 5 : -5}px)` }, { transform: 'none' }], timing));
        span.animate([{ boxShadow: '0 0 0 2px var(--pg-accent)' }, { boxShadow: '0 0 0 2px transparent' }], { ...timing, duration: 2 * timing.duration, easing: 'ease-in' });
      });
    }

    function light(wanted) {
      for (const span of element.querySelectorAll('.pg-lit')) span.classList.remove('pg-lit', 'pg-lit-first', 'pg-lit-last');
      if (!wanted) return;
      for (const place of places(shown, wanted)) {
        wanted.forEach((_, step) => element.children[place + step].classList.add('pg-lit'));
        element.children[place].classList.add('pg-lit-first');
        element.children[place + wanted.length - 1].classList.add('pg-lit-last');
      }
    }

    return {
      element,
      show(list, { merges, characters, quick = false }) {
        const before = shown;
        let length = 0;
        let until = 0;
        // The same part of the text stays in the frame, though its tokens get fewer.
        while (until < list.length && length < characters) length += [...list[until++]].length;
        shown = list.slice(0, until);
        const ranks = new Map();
        merges.forEach((one, rank) => { if (!ranks.has(one.left + one.right)) ranks.set(one.left + one.right, rank); });
        const { scrollTop } = element;
        draw(shown, ranks);
        element.scrollTop = scrollTop;
        if (before.length && !playground.calm() && (before.join('').startsWith(shown[0] ?? '\0'))) move(before, quick);
        return length;
      },
      /** Lights all places of a pair `{left, right}`, or none. */
      light: (pair) => light(pair ? [pair.left, pair.right] : null),
      lightToken: (token) => light([token]),
    };
  };
})();
