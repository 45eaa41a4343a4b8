/* Walking on from the point that was found: along the directions that matter, and through the classes. */
'use strict';

(() => {
  const { make, gan } = playground;

  /** `{element, enter(network), from(z, digit)}`. */
  gan.drawWalk = () => {
    const canvas = make('canvas.pg-draw-pixels', { width: 28, height: 28, role: 'img' });
    const number = make('b.pg-latent-percent');
    const bar = make('i.pg-latent-bar');
    const back = make('button.pg-button', { type: 'button', disabled: true, on: { click: () => { place.jump(start.z); digit = start.digit; all(); } } }, playground.icon('left'), make('span', { text: 'gan.draw.walk.back' }));
    const there = make('button.pg-button', { type: 'button', hint: 'gan.draw.walk.there.help', on: { click: () => gan.goThere({ source: network.source, z: place.z(), digit }) } }, make('span', { text: 'gan.draw.walk.there' }), playground.icon('right'));
    const classes = make('div.pg-draw-classes', { role: 'radiogroup', label: 'gan.draw.walk.classes' });
    const norm = make('p.pg-note');
    const sliders = gan.latentSliders({ changed(at, value) { place.steps[at] = value; sliders.setOne(at, value); draw(); }, released: () => {} });
    const painter = gan.painter('classes');
    const style = make('h4.pg-draw-style', { text: 'gan.draw.walk.style' });
    const element = make('section.pg-panel.pg-draw-walk', { hidden: true },
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.draw.walk' }), playground.helper('gan.draw.walk.help'), make('div.pg-panel-tools', {}, back, there)),
      make('div.pg-draw-walk-main', {},
        make('div.pg-draw-walk-image', {}, canvas, make('p.pg-latent-verdict', {}, make('span', { text: 'gan.draw.walk.judged' }), number, bar), norm),
        make('div', {}, sliders.element, style, classes)));
    let [network, place, start, digit] = [null, null, null, 0];
    let tiles = [];

    function draw() {
      const z = place.z();
      const image = network.generate(z, digit);
      const score = network.score(image, digit);
      gan.paint(canvas, image);
      number.textContent = gan.scoreText(network.scoreKind, score);
      bar.hidden = network.scoreKind !== 'probability';
      bar.style.setProperty('--share', score.toFixed(3));
      back.disabled = !place.steps.some(Boolean) && digit === start.digit;
      painter.put('classes', tiles.map((tile, at) => () => {
        const one = network.generate(z, at);
        tile.show(one, network.score(one, at), network.scoreKind);
      }));
      soon();
    }
    const soon = playground.afterQuiet(150, () => {
      const length = Math.sqrt(place.z().reduce((sum, value) => sum + value * value, 0));
      const usual = Math.sqrt(network.latentSize * (network.prior === 'normal' ? 1 : 1 / 3));
      playground.say(norm, 'gan.draw.walk.norm', { length: length.toFixed(1), usual: usual.toFixed(1) });
      playground.say(canvas, 'gan.draw.walk.image', () => ({ name: network.classes ? gan.className(network, digit) : '', score: number.textContent }), 'aria-label');
    });
    function all() {
      sliders.set(place.steps);
      tiles.forEach((tile, at) => tile.element.setAttribute('aria-checked', String(at === digit)));
      draw();
    }
    const label = () => tiles.forEach((tile, at) => { tile.element.firstChild.textContent = gan.className(network, at); });
    playground.onWhile(element, 'language', label);

    return {
      element,
      enter(next) {
        network = next;
        place = new gan.Place(network);
        element.hidden = true;
        sliders.show(network);
        tiles = Array.from({ length: network.classes }, (_, at) => {
          const tile = gan.tile(() => { digit = at; all(); });
          tile.element.setAttribute('role', 'radio');
          tile.element.prepend(make('span.pg-latent-class'));
          return tile;
        });
        classes.replaceChildren(...tiles.map((tile) => tile.element));
        classes.hidden = style.hidden = !tiles.length;
        there.hidden = !gan.goThere;
        label();
      },
      /** The point that was found is the new start; steps that were taken stay behind. */
      from(z, told) {
        start = { z, digit: Math.max(0, told) };
        digit = start.digit;
        place.jump(z);
        element.hidden = false;
        all();
      },
    };
  };
})();
