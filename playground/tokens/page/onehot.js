/* One-hot codes: the matrix, what it costs, why it is only a look-up, and what it does to distances. */
'use strict';

(() => {
  const { make, tokens } = playground;

  // Viridis: perceptually even, readable without colour. For quantities from 0 on.
  const STOPS = ['#440154', '#472D7B', '#3B528B', '#2C728E', '#21918C', '#28AE80', '#5EC962', '#ADDC30', '#FDE725'];
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  /** Ground and ink of a share between 0 and 1: `{ground, ink}`, readable on each other. */
  tokens.sequential = (share) => {
    const at = Math.max(0, Math.min(1, share)) * (STOPS.length - 1);
    const low = Math.min(STOPS.length - 2, Math.floor(at));
    const [one, other] = [parts(STOPS[low]), parts(STOPS[low + 1])];
    const mixed = one.map((value, part) => Math.round(value + (at - low) * (other[part] - value)));
    const [red, green, blue] = mixed.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return { ground: `rgb(${mixed.join(' ')})`, ink: 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#000000' : '#FFFFFF' };
  };
  tokens.sequential.ramp = `linear-gradient(to right, ${STOPS.join(', ')})`;

  /** Ground of a signed share between −1 and 1: its sign by hue, its size by depth, 0 the panel. */
  tokens.diverging = (share) => {
    const depth = Math.min(1, Math.abs(share));
    return `color-mix(in oklab, var(${share < 0 ? '--pg-onehot-below' : '--pg-onehot-above'}) ${(100 * depth).toFixed(1)}%, var(--pg-panel))`;
  };

  playground.widgets.tokens_onehot = (element) => {
    const matrix = tokens.onehotMatrix();
    const memory = tokens.onehotMemory();
    const lookup = tokens.onehotLookup();
    const categories = tokens.onehotCategories();
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    element.classList.add('pg-onehot');
    element.append(fault, matrix.element, lookup.element, memory.element, categories.element);

    let shown = ''; // what was asked last, to ask nothing twice
    const ask = playground.asker('token_strip', (answer) => {
      fault.hidden = true;
      element.classList.remove('pg-busy');
      matrix.show(answer);
      memory.show(answer);
    }, (refusal) => {
      shown = '';
      element.classList.remove('pg-busy');
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
    });

    tokens.follow(element, 'onehot', (config) => {
      lookup.follow(config.source);
      categories.follow();
      const reading = tokens.reading();
      const next = JSON.stringify(reading);
      if (next === shown) return;
      shown = next;
      element.classList.add('pg-busy');
      void ask(reading);
    });
  };
})();
