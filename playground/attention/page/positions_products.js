/* Dot products of all pairs of places, as a square and by their distance. */
'use strict';

(() => {
  const { make, attention, plot, number } = playground;
  const { products, byDistance } = attention.positionsMaths;
  const [LEFT, TOP, BELOW] = [36, 24, 26]; // pixels around the square
  const signed = (value) => number(value, 3).replace('-', '−');

  /** `{element, show(field, title, params), rows()}`; `title` is the key of a sentence. */
  attention.positionsProducts = () => {
    const square = make('div.pg-positions-square', { tabindex: 0, role: 'group', label: 'attention.places.products' });
    const curve = make('div.pg-positions-curve', { role: 'group', label: 'attention.places.curve' });
    const reading = make('p.pg-positions-reading', { 'aria-live': 'polite' });
    const heading = make('h4');
    const element = make('div.pg-positions-products', {}, heading, make('div.pg-positions-two', {}, square, curve), reading);
    let field = null;
    let found = null;
    let distances = [];
    let picture = null;
    let spot = null; // [one, other]
    let locked = false;

    const boxOf = (width, height) => {
      const side = Math.min(width - LEFT - 8, height - TOP - BELOW);
      return { left: LEFT, top: TOP, side, cell: side / field.places };
    };

    function paintSquare(pen, width, height, colours) {
      if (!field) return;
      const most = Math.max(...distances.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high))), 1e-9);
      picture ??= attention.signedPicture(field.places, field.places, (one, other) => found[one * field.places + other] / most);
      const { left, top, side, cell } = boxOf(width, height);
      pen.imageSmoothingEnabled = false;
      pen.drawImage(picture, left, top, side, side);
      pen.fillStyle = colours.faint;
      pen.font = `${colours.size}px ${colours.mono}`;
      pen.textBaseline = 'middle';
      const step = Math.max(1, attention.roundStep((field.places * 40) / side));
      for (let place = 0; place < field.places; place += step) {
        pen.textAlign = 'center';
        pen.fillText(String(place), left + (place + 0.5) * cell, top + side + 12);
        pen.textAlign = 'right';
        pen.fillText(String(place), left - 6, top + (place + 0.5) * cell);
      }
      pen.textAlign = 'left';
      pen.font = `${colours.size}px ${colours.sans}`;
      pen.fillText(`${playground.t('attention.places.scale')} ±${signed(most)}`, 2, 10);
      if (!spot) return;
      // All pairs at this distance stand on two lines beside the diagonal.
      const distance = Math.abs(spot[0] - spot[1]);
      pen.strokeStyle = colours.accent;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.moveTo(left + (distance + 0.5) * cell, top + cell / 2);
      pen.lineTo(left + side - cell / 2, top + side - (distance + 0.5) * cell);
      pen.moveTo(left + cell / 2, top + (distance + 0.5) * cell);
      pen.lineTo(left + side - (distance + 0.5) * cell, top + side - cell / 2);
      pen.stroke();
      pen.strokeStyle = colours.text;
      pen.strokeRect(left + spot[1] * cell - 1, top + spot[0] * cell - 1, Math.max(4, cell) + 2, Math.max(4, cell) + 2);
    }

    function paintCurve(pen, width, height, colours) {
      if (!field) return;
      const [low, high] = [Math.min(0, ...distances.map((one) => one.low)), Math.max(...distances.map((one) => one.high))];
      const step = attention.roundStep((high - low) / 4);
      const ticks = Array.from({ length: 12 }, (_, at) => Math.round(Math.ceil(low / step) + at) * step).filter((one) => one <= high);
      const along = Math.max(1, attention.roundStep((field.places * 46) / Math.max(100, width)));
      const at = plot.frame(pen, width, height, colours, {
        x: { low: 0, high: Math.max(1, field.places - 1), ticks: Array.from({ length: Math.ceil(field.places / along) }, (_, place) => place * along), title: playground.t('attention.places.distance') },
        y: { low, high, ticks, title: playground.t('attention.places.product') },
      });
      pen.globalAlpha = 0.3;
      pen.fillStyle = colours.accent;
      pen.beginPath();
      for (const one of distances) pen.lineTo(at.x(one.distance), at.y(one.high));
      for (const one of [...distances].reverse()) pen.lineTo(at.x(one.distance), at.y(one.low));
      pen.fill();
      pen.globalAlpha = 1;
      pen.strokeStyle = colours.accent;
      pen.lineWidth = 2;
      pen.beginPath();
      for (const one of distances) pen.lineTo(at.x(one.distance), at.y(one.mean));
      pen.stroke();
      if (!spot) return;
      const here = distances[Math.abs(spot[0] - spot[1])];
      pen.fillStyle = colours.text;
      pen.beginPath();
      pen.arc(at.x(here.distance), at.y(found[spot[0] * field.places + spot[1]]), 4.5, 0, 2 * Math.PI);
      pen.fill();
    }

    const first = plot.canvas(square, paintSquare);
    const second = plot.canvas(curve, paintCurve);
    playground.onWhile(element, 'theme', () => { picture = null; });

    function look(next, hold = false) {
      spot = next;
      locked = hold && Boolean(next);
      first.repaint();
      second.repaint();
      tell();
    }
    function tell() {
      if (!field) return;
      const spread = Math.max(...distances.map(({ low, high }) => high - low));
      if (!spot) {
        playground.say(reading, spread < 1e-6 * field.width ? 'attention.places.products.same' : 'attention.places.products.differ', { spread: signed(spread) });
        return;
      }
      const { distance, low, high } = distances[Math.abs(spot[0] - spot[1])];
      playground.say(reading, 'attention.places.products.pair', { one: spot[0], other: spot[1], value: signed(found[spot[0] * field.places + spot[1]]), distance, low: signed(low), high: signed(high), pairs: field.places - distance });
    }
    function under(event) {
      const bounds = square.getBoundingClientRect();
      const { left, top, cell } = boxOf(square.clientWidth, square.clientHeight);
      const pair = [Math.floor((event.clientY - bounds.top - top) / cell), Math.floor((event.clientX - bounds.left - left) / cell)];
      return pair.every((one) => one >= 0 && one < field.places) ? pair : null;
    }
    square.addEventListener('pointermove', (event) => { if (field && !locked) look(under(event)); });
    square.addEventListener('pointerleave', () => { if (!locked) look(null); });
    square.addEventListener('click', (event) => { if (field) look(under(event), !locked); });
    square.addEventListener('keydown', (event) => {
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (!step || !field) return;
      event.preventDefault();
      look((spot ?? [0, 0]).map((one, axis) => Math.max(0, Math.min(field.places - 1, one + step[axis]))), true);
    });
    plot.onEscape(element, () => { if (spot) look(null); });

    return {
      element, curve, paintCurve,
      show(next, title, params = {}) {
        field = next;
        found = products(field);
        distances = byDistance(found, field.places);
        picture = null;
        playground.say(heading, title, params);
        playground.say(first.canvas, 'attention.places.products.text', { places: field.places }, 'aria-label');
        playground.say(second.canvas, 'attention.places.curve', {}, 'aria-label');
        look(null);
      },
      rows: () => distances.map(({ distance, low, mean, high }) => [distance, low, mean, high]),
    };
  };
})();
