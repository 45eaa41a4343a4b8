/* Step by step through the translation before: how far each next-token distribution moved, and which tokens. */
'use strict';

(() => {
  const { make, attention, number } = playground;

  const MANY = 24; // tokens from which each is shown smaller

  const percent = (share) => (share >= 0.0995 ? `${(100 * share).toFixed(0)} %` : share >= 0.001 ? `${(100 * share).toFixed(1)} %` : share > 0 ? '<0.1 %' : '0 %');

  /** `{strip, pairs, show(answer)}`: two elements that belong together. */
  attention.ablateSteps = () => {
    let answer = null;
    let picked = null; // a step the visitor chose; else the one that moved most
    let shown = 0;
    const chips = make('div.pg-ablate-chips', { role: 'radiogroup', label: 'attention.ablate.steps' });
    const total = make('span.pg-ablate-total');
    const tools = playground.plot.tools({ name: 'probabilities', rows: table, png: () => playground.plot.png({ clientWidth: 640, clientHeight: 220 }, paint, playground.t('attention.ablate.steps'), keys()) });
    const strip = make('section.pg-panel.pg-ablate-steps', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'attention.ablate.steps' }), playground.helper('attention.ablate.steps.help'), total, make('div.pg-panel-tools', {}, tools.element)),
      chips, tools.table);
    const head = make('p.pg-ablate-given', { dir: 'auto' });
    const rows = make('div.pg-ablate-pairs');
    const key = (side) => make('span.pg-key', {}, make('i', { data: { side } }), make('span', { text: `attention.ablate.${side}` }));
    const pairs = make('section.pg-panel.pg-ablate-next', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'attention.ablate.next' }), playground.helper('attention.ablate.next.help')),
      head, rows, make('p.pg-ablate-keys', {}, key('before'), key('after')));

    const most = () => answer.difference.indexOf(Math.max(...answer.difference));

    function chip(token, at) {
      const button = make('button.pg-ablate-chip', { type: 'button', role: 'radio', tabindex: -1, data: { at } },
        make('span.pg-ablate-bar', { 'aria-hidden': 'true' }, make('i')), make('span.pg-ablate-token', { dir: 'auto' }), make('span.pg-ablate-moved'), make('span.pg-ablate-change'));
      return button;
    }

    function fill() {
      const { target_tokens: tokens, before, after, difference } = answer;
      if (chips.children.length !== tokens.length) chips.replaceChildren(...tokens.map(chip));
      chips.classList.toggle('pg-ablate-many', tokens.length > MANY);
      const largest = Math.max(0.5, ...difference);
      [...chips.children].forEach((button, at) => {
        const [bar, token, moved, change] = button.children;
        const word = attention.word(tokens[at]);
        token.textContent = word;
        bar.firstChild.style.setProperty('height', `${((100 * difference[at]) / largest).toFixed(1)}%`);
        moved.textContent = difference[at] < 0.0005 ? '0' : difference[at].toFixed(difference[at] < 0.0995 ? 3 : 2);
        const [from, to] = [percent(before.probabilities[at]), percent(after.probabilities[at])];
        change.replaceChildren(make('span', {}, from), ...(from === to ? [] : [make('b', {}, to)]));
        button.classList.toggle('pg-ablate-fell', after.top[at][0]?.token !== before.top[at][0]?.token);
        button.setAttribute('aria-label', playground.t('attention.ablate.step', { token: word, before: from, after: to, difference: number(difference[at]) }));
      });
    }

    function choose(at, byHand) {
      if (byHand) picked = at;
      shown = at;
      [...chips.children].forEach((button, one) => {
        button.setAttribute('aria-checked', String(one === at));
        button.tabIndex = one === at ? 0 : -1;
      });
      expect();
    }

    function expect() {
      const { given_tokens: given, target_tokens: tokens, paired } = answer;
      const before = given.slice(Math.max(1, shown - 5), shown + 1).map(attention.word).join(' ');
      playground.say(head, before ? 'attention.ablate.given' : 'attention.ablate.given.none', { words: before });
      const list = paired[shown].slice(0, 7);
      rows.replaceChildren(...list.map((one) => make('div.pg-ablate-pair', { class: one.token === tokens[shown] ? 'pg-ablate-written' : '' },
        make('span.pg-ablate-token', { dir: 'auto' }, attention.word(one.token)),
        make('span.pg-ablate-both', { 'aria-hidden': 'true' }, ['before', 'after'].map((side) => make('i', { data: { side }, style: { width: `${(100 * one[side]).toFixed(2)}%` } }))),
        make('span.pg-ablate-shares', {}, make('span', {}, percent(one.before)), make('b', {}, percent(one.after))))));
    }

    chips.addEventListener('click', (event) => {
      const button = event.target.closest('.pg-ablate-chip');
      if (!button) return;
      const at = Number(button.dataset.at);
      if (picked === at) {
        picked = null;
        choose(most(), false);
      } else choose(at, true);
    });
    chips.addEventListener('pointerover', (event) => {
      const button = event.pointerType === 'mouse' && event.target.closest('.pg-ablate-chip');
      if (button && picked === null) choose(Number(button.dataset.at), false);
    });
    chips.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === 'Escape' && picked !== null) { picked = null; choose(most(), false); return; }
      if (!step || !answer) return;
      event.preventDefault();
      const next = Math.max(0, Math.min(chips.children.length - 1, shown + step));
      choose(next, true);
      chips.children[next].focus();
    });

    function table() {
      if (!answer) return [[]];
      const columns = ['step', 'token', 'before', 'after', 'difference'].map((name) => playground.t(`attention.ablate.column.${name}`));
      return [columns, ...answer.target_tokens.map((token, at) => [at + 1, attention.word(token), answer.before.probabilities[at], answer.after.probabilities[at], answer.difference[at]])];
    }
    const sides = (theme) => ({ before: theme.axis, after: theme.accent });
    const keys = () => Object.entries(sides(playground.plot.theme())).map(([name, colour]) => ({ name: playground.t(`attention.ablate.${name}`), colour }));

    /** The probability of each written token before and after, for the picture that is saved. */
    function paint(pen, width, height, theme) {
      const wide = (width - 24) / answer.target_tokens.length;
      const bottom = height - 30;
      answer.target_tokens.forEach((token, at) => {
        Object.entries(sides(theme)).forEach(([side, colour], one) => {
          const high = answer[side].probabilities[at] * (bottom - 16);
          pen.fillStyle = colour;
          pen.fillRect(12 + at * wide + one * wide * 0.4, bottom - high, wide * 0.36, high);
        });
        playground.plot.label(pen, { ...theme, size: Math.max(8, Math.min(12, wide / 4)) }, attention.word(token), 12 + (at + 0.4) * wide, bottom + 14, { align: 'center', mono: true });
      });
    }

    playground.onWhile(strip, 'language', () => { if (answer) show(answer); });

    function show(next) {
      if (answer && JSON.stringify(next.target_tokens) !== JSON.stringify(answer.target_tokens)) picked = null;
      answer = next;
      fill();
      const moved = Math.max(...answer.difference);
      const mean = answer.difference.reduce((sum, one) => sum + one, 0) / answer.difference.length;
      playground.say(total, moved < 0.0005 ? 'attention.ablate.unmoved' : 'attention.ablate.moved', { mean: number(mean, 2) });
      choose(picked ?? (moved > 0.0005 ? most() : Math.min(shown, answer.target_tokens.length - 1)), false);
      tools.renew();
    }

    return { strip, pairs, show };
  };
})();
