/* Images around the one that is looked at: a click goes there, and the way back is kept. */
'use strict';

(() => {
  const { make, gan } = playground;
  const COUNT = 16;
  const FIRST_SEED = 500_000; // so that neighbours are none of the seeds that people type

  /** `jump(z)` goes to a neighbour, `back()` to where one was; `changed()` is told when others are wanted. */
  gan.latentNeighbours = ({ jump, back, changed }) => {
    let round = 0;
    let distance = 0.35;
    let points = [];
    const tiles = Array.from({ length: COUNT }, (_, at) => gan.tile(() => { if (points[at]) jump(points[at]); }));
    tiles.forEach((tile, at) => playground.say(tile.element, 'gan.latent.neighbour', { number: at + 1 }, 'aria-label'));
    const value = make('output.pg-latent-value');
    const slider = make('input.pg-slider', { type: 'range', min: 0.05, max: 1, step: 0.05, label: 'gan.latent.distance', on: { input: () => set(+slider.value) } });
    const returning = make('button.pg-button', { type: 'button', disabled: true, on: { click: back } }, playground.icon('left'), make('span', { text: 'gan.latent.back' }));
    const element = make('section.pg-panel.pg-latent-near', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.latent.neighbours' }), playground.helper('gan.latent.neighbours.help'),
        make('div.pg-panel-tools', {}, returning,
          make('button.pg-button', { type: 'button', on: { click: () => { round++; changed(); } } }, playground.icon('dice'), make('span', { text: 'gan.latent.others' })))),
      make('label.pg-latent-distance', {}, make('span', { text: 'gan.latent.distance' }), slider, value),
      make('div.pg-latent-tiles', {}, tiles.map((tile) => tile.element)));

    function set(next) {
      distance = next;
      slider.value = next;
      slider.style.setProperty('--filled', `${100 * (next - 0.05) / 0.95}%`);
      value.textContent = next.toFixed(2);
      changed();
    }

    return {
      element,
      canReturn: (can) => { returning.disabled = !can; },
      start: () => set(distance),
      /** One job for each neighbour; `show(tile, point)` makes its image. */
      jobs(network, z, show) {
        points = tiles.map((_, at) => gan.neighbour(network, z, FIRST_SEED + COUNT * round + at, distance));
        return tiles.map((tile, at) => () => show(tile, points[at]));
      },
    };
  };
})();
