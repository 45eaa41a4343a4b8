/* Where the parts of the picture stand. */
'use strict';

(() => {
  const { make, gan } = playground;

  /** A choice of a few words in a row: `{element, mark}`; `chosen()` tells which one is marked. */
  gan.segments = (name, values, chosen, choose) => {
    const buttons = values.map((value) => make('button.pg-segment', { type: 'button', role: 'radio', text: `gan.latent.${name}.${value}`, data: { value }, on: { click: () => choose(value) } }));
    const element = make('div.pg-segments', { role: 'radiogroup', label: `gan.latent.${name}` }, buttons);
    element.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
      next.focus();
      next.click();
    });
    return {
      element,
      mark() {
        for (const button of buttons) {
          const marked = button.dataset.value === chosen();
          button.setAttribute('aria-checked', String(marked));
          button.tabIndex = marked ? 0 : -1;
        }
      },
    };
  };

  /** `{body, clock, say(names)}` of the parts; `say` writes what the pad's two axes are. */
  gan.latentFrame = ({ view, seeds, pad, modes, truncation, sliders, classes, looks, paths, copy, tools, near, bars }) => {
    const [cut, cutValue] = truncation;
    const clock = make('span.pg-latent-clock');
    const across = make('span');
    const up = make('span');
    const cutRow = make('div.pg-latent-row', {}, make('span.pg-latent-row-head', {}, make('span.pg-latent-name', { text: 'gan.truncation' }), playground.helper('gan.truncation.help'), cutValue), cut);
    const main = make('div.pg-latent-main', {},
      make('div.pg-latent-view', {}, view.element, seeds),
      make('div.pg-latent-plane', {}, pad.element, make('div.pg-latent-axes', {}, up, across), modes.element),
      make('div.pg-latent-side', {}, cutRow, sliders.element),
      classes);
    const foot = make('div.pg-latent-foot', {}, looks.element, paths.element, clock, make('span.pg-spring'), copy, tools.element);
    const numbers = make('section.pg-panel', {}, make('header.pg-panel-head', {}, make('h3', { text: 'gan.latent.numbers' }), playground.helper('gan.latent.numbers.help')), bars.element);
    const body = make('div.pg-latent-body', { hidden: true }, make('section.pg-panel.pg-latent', {}, main, make('div.pg-live', {}, foot, tools.table)), make('div.pg-latent-pair', {}, near.element, numbers));
    return {
      body,
      clock,
      say([x, y]) {
        across.textContent = x ? `${x} →` : '';
        up.textContent = y ? `↑ ${y}` : '';
      },
    };
  };
})();
