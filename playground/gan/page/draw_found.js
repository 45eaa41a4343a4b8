/* The search for z: ten classes race, the worse half drops out, the best image draws near. */
'use strict';

(() => {
  const { make, gan } = playground;
  const PIXELS = 784;
  const percent = (distance) => `${(100 * distance).toFixed(1)} %`;

  /** What a class of a network is called, in the language of the moment. */
  gan.className = (network, digit) => {
    const name = network?.names[digit] ?? String(digit);
    return playground.hasText(`gan.class.${name}`) ? playground.t(`gan.class.${name}`) : name;
  };

  /** Image `at` of packed bytes, as the networks see it. */
  const unpackedAt = (bytes, at, size) => Float32Array.from(bytes.subarray(at * size, (at + 1) * size), (value) => value / 127.5 - 1);

  /**
   * `{element, begin(ink), take(item), fail(refusal), enter(network), digit()}`; `asked()` when the
   * visitor chose another class to be tried.
   */
  gan.drawFound = ({ asked }) => {
    const image = make('canvas.pg-draw-pixels', { width: 28, height: 28, role: 'img' });
    const laid = make('canvas.pg-draw-pixels.pg-draw-laid', { width: 28, height: 28, role: 'img', label: 'gan.draw.laid' });
    const said = make('p.pg-draw-said', { 'aria-live': 'polite' });
    const bar = make('i.pg-draw-progress');
    const lanes = make('div.pg-draw-lanes', { role: 'list', label: 'gan.draw.lanes' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const choice = make('select.pg-select.pg-draw-class', { label: 'gan.draw.class', on: { change: () => asked() } });
    const keys = make('p.pg-draw-keys', {}, ['drawn', 'found', 'both'].map((one) => make('span.pg-key', {}, make('i', { data: { one } }), make('span', { text: `gan.draw.laid.${one}` }))));
    const element = make('section.pg-panel.pg-draw-found', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.draw.found' }), playground.helper('gan.draw.found.help'), make('div.pg-panel-tools', {}, choice)),
      fault, make('div.pg-draw-pair', {}, make('div', {}, image, bar), make('div', {}, laid, keys)), said, lanes);
    let network = null;
    let tiles = new Map();
    let ink = null;
    let last = null;

    function laneOf(name) {
      if (tiles.has(name)) return tiles.get(name);
      const canvas = make('canvas.pg-draw-pixels', { width: 28, height: 28, 'aria-hidden': 'true' });
      const label = make('b');
      const value = make('span');
      const tile = { canvas, value, label, element: make('div.pg-draw-lane', { role: 'listitem', data: { lane: name } }, label, canvas, value) };
      label.textContent = many() ? gan.className(network, name) : `${name + 1}`;
      tiles.set(name, tile);
      lanes.append(tile.element);
      return tile;
    }
    const many = () => Boolean(network?.classes) && choice.value === '-1';

    /** The drawing and the found image over each other: each has a colour, what both have is white. */
    function overlay(found) {
      const pen = laid.getContext('2d');
      const pixels = pen.createImageData(28, 28);
      for (let at = 0; at < PIXELS; at++) {
        const [drawn, made] = [ink[at], (found[at] + 1) / 2];
        pixels.data.set([255 * drawn, 190 * made + 65 * Math.min(drawn, made), 255 * made, 255], 4 * at);
      }
      pen.putImageData(pixels, 0, 0);
    }

    function tell() {
      if (!last) return;
      const values = () => ({ distance: percent(last.distance), step: last.step, steps: last.steps, name: last.digit < 0 ? '' : gan.className(network, last.digit) });
      const kind = last.done ? 'done' : 'step';
      playground.say(said, `gan.draw.found.${kind}${last.digit < 0 ? '' : '.class'}`, values);
      playground.say(image, 'gan.draw.found.image', values, 'aria-label');
    }

    function fillChoice() {
      const kept = choice.value || '-1';
      choice.replaceChildren(make('option', { value: -1 }, playground.t('gan.draw.class.any')), ...Array.from({ length: network.classes }, (_, at) => make('option', { value: at }, playground.t('gan.draw.class.one', { name: gan.className(network, at) }))));
      choice.value = +kept < network.classes ? kept : '-1';
      choice.hidden = !network.classes;
    }
    playground.onWhile(element, 'language', () => {
      if (!network) return;
      fillChoice();
      if (many()) for (const [name, tile] of tiles) tile.label.textContent = gan.className(network, name);
    });

    return {
      element,
      digit: () => (network?.classes ? +choice.value : -1),
      enter(next) {
        network = next;
        fillChoice();
      },
      begin(drawn) {
        ink = drawn;
        tiles = new Map();
        lanes.replaceChildren();
        fault.hidden = true;
        element.classList.add('pg-draw-searching');
      },
      take(item) {
        last = item;
        const found = playground.unpack(item.image);
        gan.paint(image, found);
        overlay(found);
        bar.style.setProperty('--share', (item.done ? 1 : item.step / item.steps).toFixed(3));
        const bytes = playground.unpack(item.images);
        const size = bytes.length / item.tried.length;
        const still = new Set(item.tried.map((one) => one.name));
        item.tried.forEach((one, at) => {
          const tile = laneOf(one.name);
          gan.paint(tile.canvas, unpackedAt(bytes, at, size));
          tile.value.textContent = (100 * one.distance).toFixed(1);
        });
        const best = item.tried.reduce((one, other) => (other.distance < one.distance ? other : one)).name;
        for (const [name, tile] of tiles) {
          tile.element.classList.toggle('pg-draw-dropped', !still.has(name));
          tile.element.classList.toggle('pg-draw-best', name === (many() ? item.digit : best));
        }
        if (item.done) element.classList.remove('pg-draw-searching');
        tell();
      },
      fail(refusal) {
        element.classList.remove('pg-draw-searching');
        fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
        fault.hidden = false;
      },
    };
  };
})();
