/* What stands beside the picture: formula, words, shapes, colours; and below it the number in full. */
'use strict';

(() => {
  const { make, attention } = playground;
  const steps = (attention.steps ??= {});

  /** `{element, show(held, phase)}`: formula, explanation and shapes of a phase. */
  steps.card = () => {
    const title = make('h4.pg-steps-phase');
    const formula = make('div.pg-steps-formula');
    const text = make('p.pg-steps-text');
    const shape = make('code.pg-steps-shape');
    const [low, zero, high] = [make('span'), make('span', {}, '0'), make('span')];
    const ramp = make('i');
    const legend = make('div.pg-steps-legend', {}, low, zero, high, ramp);
    const element = make('aside.pg-steps-card', {}, title, formula, text, make('div', {}, make('span.pg-figure-key', { text: 'attention.steps.shapes' }), shape),
      make('div', {}, make('span.pg-figure-key', { text: 'attention.steps.colours' }), legend));

    return {
      element,
      show(held, phase) {
        playground.say(title, `attention.steps.${phase}`);
        formula.replaceChildren(...steps.formulas(phase, { ...held, position: Boolean(held.query_position) }));
        playground.say(text, `attention.steps.${told(held, phase)}.text`, {
          size: held.size, root: +Math.sqrt(held.size).toFixed(2), width: held.width, heads: held.heads, layer: held.layer + 1, head: held.head + 1, queries: held.queries, keys: held.keys,
        });
        shape.textContent = steps.shapes(phase, held).join('\n');
      },
      /** `beyond`: some numbers lie outside the scale and have its last colours. */
      colours({ kind, scale, numbers }) {
        const beyond = !numbers;
        ramp.style.setProperty('background', steps.ramp(kind));
        const signed = kind === 'signed';
        low.textContent = signed ? `${beyond ? '≤ ' : ''}${steps.write(-scale, 2)}` : '0';
        zero.hidden = !signed;
        high.textContent = `${beyond ? '≥ ' : ''}${steps.write(scale, 2)}`;
      },
    };
  };

  /** Which words a phase has, by what the model does there. */
  function told(held, phase) {
    if (phase === 'embed') return held.first ? 'embed' : held.cross ? 'embed.cross' : 'embed.deep';
    if (phase === 'scale') return held.scaled ? 'scale' : 'scale.not';
    if (phase === 'mask') return held.anyBlocked ? 'mask' : 'mask.not';
    return phase;
  }

  /** `{element, show(worked, locked)}`: a sentence, and the sum in one line that scrolls. */
  steps.full = () => {
    const said = make('p.pg-steps-said', { 'aria-live': 'polite' });
    const line = make('div.pg-steps-line', { tabindex: 0, role: 'region', label: 'attention.steps.full' });
    const copy = make('button.pg-link', { type: 'button', text: 'attention.steps.copy', on: { click: () => { if (shown) void playground.copy(steps.line(shown)); } } });
    const element = make('div.pg-steps-full', {}, make('div.pg-steps-said-row', {}, said, copy), line);
    let shown = null;

    return {
      element,
      show(worked, locked) {
        shown = worked;
        element.classList.toggle('pg-steps-locked', locked);
        playground.say(said, `attention.steps.at.${worked.key}`, worked.params);
        const { lead, value, before, terms, after } = worked;
        const top = Math.max(1e-9, ...terms.map((one) => Math.abs(one.value)));
        const parts = [make('b', {}, `${lead} = ${steps.exact(value)}`)];
        if (before || terms.length) parts.push(' = ');
        if (before) parts.push(make('span', {}, before));
        terms.forEach((one, at) => {
          if (at) parts.push(' + ');
          // The deeper its ground, the more a term adds or takes away.
          parts.push(make('span.pg-steps-term', { style: steps.term(one.value / top) }, one.text, one.of === undefined ? null : make('small', {}, one.of)));
        });
        if (after) parts.push(make('span', {}, after));
        line.replaceChildren(...parts);
        line.scrollLeft = 0;
      },
    };
  };
})();
