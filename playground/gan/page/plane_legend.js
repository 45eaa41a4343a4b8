/* The legend of the plane: every word shows or hides what it names. */
'use strict';

(() => {
  const { make, gan, kept } = playground;
  const PARTS = ['real', 'fake', 'heat', 'border', 'net', 'arrows'];
  const STORE = 'play-gan-plane-hidden';

  /** `{element, shown}`; `shown` is the set of parts that are drawn. `changed()` hears of a press. */
  gan.planeLegend = (changed) => {
    const hidden = kept.read(STORE, []);
    const shown = new Set(PARTS.filter((part) => !hidden.includes(part)));
    const buttons = PARTS.map((part) => make('button.pg-plane-word', {
      type: 'button', hint: `gan.plane.legend.${part}.help`, data: { part }, 'aria-pressed': String(shown.has(part)),
      on: { click: () => toggle(part) },
    }, make(`i.pg-plane-sign.pg-plane-sign-${part}`), make('span', { text: `gan.plane.legend.${part}` })));
    function toggle(part) {
      if (!shown.delete(part)) shown.add(part);
      kept.write(STORE, PARTS.filter((one) => !shown.has(one)));
      for (const button of buttons) button.setAttribute('aria-pressed', String(shown.has(button.dataset.part)));
      changed();
    }
    const ends = [make('span'), make('span')];
    const scale = make('span.pg-plane-scale', {}, ends[0], make('i'), ends[1]);
    return {
      element: make('div.pg-plane-legend', { role: 'group', label: 'gan.plane.legend' }, buttons, scale),
      shown,
      /** What the two ends of the heat stand for. */
      scale(moment) {
        scale.hidden = !moment || !shown.has('heat');
        if (!moment) return;
        const write = (value) => (moment.scoreKind === 'probability' ? String(Math.round(value)) : playground.number(value, 2));
        playground.say(ends[0], 'gan.plane.scale.fake', { value: write(moment.range[0]) });
        playground.say(ends[1], 'gan.plane.scale.real', { value: write(moment.range[1]) });
      },
    };
  };
})();
