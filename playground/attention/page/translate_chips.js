/* The sentence and its translation as tokens, linked with the maps: what is looked at is lit here too. */
'use strict';

(() => {
  const { make, attention, number } = playground;
  const SHARE = 0.02; // of its attention, from which a token takes part

  const rough = (share) => (share >= 0.0095 ? (100 * share).toFixed(0) : (100 * share).toPrecision(1));
  const percent = (share) => (share >= 0.0995 ? (100 * share).toFixed(share > 0.9995 ? 0 : 1) : (100 * share).toPrecision(2));

  /** The tokens to choose from at one step, the written one among them, with their probabilities. */
  function alternatives(answer, step) {
    const [written, probability] = [answer.target_tokens[step], answer.probabilities[step]];
    const top = answer.top[step] ?? [];
    const all = top.some((one) => one.token === written) ? top : [...top, { token: written, probability }];
    return make('div.pg-chances', {},
      make('p.pg-figure-key', { text: 'attention.translate.instead' }),
      all.map((one) => make('div.pg-chance', { class: one.token === written ? 'pg-chosen' : '' },
        make('span.pg-token', {}, attention.word(one.token)),
        make('span.pg-chance-bar', {}, make('span', { style: { width: `${100 * one.probability}%` } })),
        make('span.pg-chance-share', {}, `${percent(one.probability)} %`))));
  }

  /**
   * `{element, show(answer, fresh), light(kind, look, shares)}`. `told.look` and `told.hold` hear of
   * `{side, at}`: a token of 'source', or of 'target', where -1 is the start that the decoder is given.
   */
  attention.chips = (told) => {
    const rows = Object.fromEntries(['source', 'target'].map((side) => [side, make('div.pg-chips', { role: 'group', label: `attention.translate.${side}.keys`, data: { side } })]));
    const names = Object.fromEntries(['source', 'target'].map((side) => [side, make('span.pg-chips-name')]));
    const tip = make('div.pg-live-tip.pg-chips-tip', { hidden: true, role: 'status' });
    const element = make('div.pg-chips-both', {}, ['source', 'target'].map((side) => [names[side], rows[side]]).flat(), tip);
    let answer = null;
    let chips = { source: [], target: [] }; // of 'target', the start stands first
    let lit = new Set(); // chips that are marked
    let held = false;

    function nameOf(side) {
      const code = answer?.languages?.[1] ? answer.languages[side === 'source' ? 0 : 1] : '';
      const known = code && new Intl.DisplayNames([playground.language], { type: 'language' }).of(code);
      if (known) playground.unsay(names[side], known[0].toUpperCase() + known.slice(1));
      else playground.say(names[side], `attention.translate.${side}`);
    }

    function chip(side, at, token, probability = null) {
      const button = make('button.pg-token-chip', { type: 'button', tabindex: -1, data: { side, at }, class: /^<\w+>$/.test(token) ? 'pg-chip-mark' : '', style: { '--turn': at + 1 } },
        make('span.pg-chip-token', {}, attention.word(token)));
      if (probability === null) return button;
      button.append(make('span.pg-chip-bar', {}, make('i', { style: { width: `${100 * probability}%` } })), make('small', {}, `${rough(probability)} %`));
      playground.say(button, 'attention.translate.chip', { token: attention.word(token), share: percent(probability) }, 'aria-label');
      return button;
    }

    function show(next, fresh) {
      answer = next;
      tip.hidden = true;
      chips = {
        source: answer.source_tokens.map((token, at) => chip('source', at, token)),
        target: [chip('target', -1, answer.given_tokens[0] ?? '<bos>'), ...answer.target_tokens.map((token, at) => chip('target', at, token, answer.probabilities[at]))],
      };
      for (const side of ['source', 'target']) {
        nameOf(side);
        rows[side].replaceChildren(...chips[side]);
        rows[side].classList.toggle('pg-chips-long', chips[side].length > 26);
        if (chips[side].length) chips[side][side === 'target' ? Math.min(1, chips.target.length - 1) : 0].tabIndex = 0;
      }
      element.classList.toggle('pg-chips-fresh', fresh && !playground.calm());
    }

    /**
     * Lights what belongs to a look at a map of this kind. `shares` are the weights of the row or
     * column in question, shown as a ground behind the tokens of the other side.
     */
    function light(kind, { query, key, held: holds = false }, shares) {
      held = holds;
      const querySide = kind === 'encoder' ? 'source' : 'target';
      const keySide = kind === 'decoder' ? 'target' : 'source';
      // Of the decoder's own map both sides are tokens it was given, the start among them.
      const place = (side, at) => (side === 'target' && kind === 'cross' ? at + 1 : at);
      for (const one of lit) {
        one.classList.remove('pg-looked', 'pg-seen');
        one.style.removeProperty('--weight');
      }
      lit = new Set();
      if (shares) {
        const side = query >= 0 ? keySide : querySide;
        shares.forEach((share, at) => {
          const one = share > SHARE && chips[side][place(side, at)];
          if (!one) return;
          lit.add(one);
          one.style.setProperty('--weight', share.toFixed(3));
        });
      }
      const add = (side, at, name) => {
        const one = chips[side][place(side, at)];
        if (!one) return;
        lit.add(one);
        one.classList.add(name);
      };
      if (query >= 0) add(querySide, query, 'pg-looked');
      if (key >= 0) add(keySide, key, 'pg-seen');
      if (!holds && query < 0 && key < 0) tip.hidden = true;
    }

    function tell(button) {
      const step = +button.dataset.at;
      tip.hidden = button.dataset.side !== 'target' || step < 0 || !answer;
      if (tip.hidden) return;
      tip.replaceChildren(alternatives(answer, step));
      const [box, own] = [element.getBoundingClientRect(), button.getBoundingClientRect()];
      const left = Math.max(0, Math.min(own.left - box.left, box.width - tip.offsetWidth));
      tip.style.setProperty('transform', `translate(${Math.round(left)}px, ${Math.round(own.bottom - box.top + 6)}px)`);
    }

    const chipOf = (event) => event.target.closest?.('.pg-token-chip');
    const placeOf = (button) => ({ side: button.dataset.side, at: +button.dataset.at });
    const look = (event) => {
      const button = chipOf(event);
      if (button) tell(button);
      if (!held) told.look(button ? placeOf(button) : null);
    };
    element.addEventListener('pointerover', look);
    element.addEventListener('focusin', (event) => { if (chipOf(event)?.matches(':focus-visible')) look(event); });
    const leave = () => {
      tip.hidden = true;
      if (!held) told.look(null);
    };
    element.addEventListener('pointerleave', leave);
    element.addEventListener('focusout', leave);
    element.addEventListener('click', (event) => {
      const button = chipOf(event);
      if (button) told.hold(placeOf(button));
    });
    element.addEventListener('keydown', (event) => {
      const button = chipOf(event);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === 'Escape') tip.hidden = true;
      if (!button || !step) return;
      event.preventDefault();
      const all = chips[button.dataset.side];
      const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(button) + step))];
      for (const one of all) one.tabIndex = one === next ? 0 : -1;
      next.focus();
    });
    playground.onWhile(element, 'language', () => { if (answer) for (const side of ['source', 'target']) nameOf(side); });

    return { element, show, light };
  };

  /** How sure the model was: of a token on average (geometric mean), and of the whole. */
  attention.sureness = (probabilities) => {
    const log = probabilities.reduce((sum, one) => sum + Math.log(Math.max(one, 1e-300)), 0);
    return { mean: Math.exp(log / Math.max(1, probabilities.length)), whole: Math.exp(log) };
  };
  attention.percent = (share) => (share > 0 && share < 0.001 ? `${number(100 * share, 2)} %` : `${percent(share)} %`);
})();
