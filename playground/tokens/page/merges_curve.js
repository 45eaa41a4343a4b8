/* Characters per token over the merges made, as one small curve to point at. */
'use strict';

(() => {
  const { make, tokens, number } = playground;
  const NAMESPACE = 'http://www.w3.org/2000/svg';
  const HEIGHT = 220;
  const ROOM = { left: 44, right: 14, top: 14, bottom: 30 };

  function shape(name, attributes, ...children) {
    const one = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    one.append(...children);
    return one;
  }

  /** Three or four round values from `low` to `high`. */
  function ticks(low, high) {
    const rough = Math.max(high - low, 1e-6) / 3;
    const size = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((one) => one * size).find((one) => one >= rough);
    const values = [];
    for (let value = Math.ceil(low / step) * step; value <= high + step / 1e6; value += step) values.push(+value.toPrecision(6));
    return values;
  }

  /** `{element, show(figures)}`; figures[k] is `{tokens, ratio}` after k merges, or missing. */
  tokens.mergesCurve = () => {
    const frame = make('div.pg-merges-curve', { role: 'img', tabindex: 0 });
    const reading = make('p.pg-note.pg-merges-reading');
    const element = make('div', {}, frame, reading);
    let known = []; // [merges, figure], in order
    let at = null; // place in `known` that is read

    function draw() {
      const width = Math.max(160, frame.clientWidth);
      const last = Math.max(1, known.at(-1)?.[0] ?? 1);
      const top = Math.max(1.2, ...known.map(([, one]) => one.ratio)) * 1.06;
      const x = (merges) => ROOM.left + (merges / last) * (width - ROOM.left - ROOM.right);
      const y = (ratio) => HEIGHT - ROOM.bottom - ((ratio - 1) / (top - 1)) * (HEIGHT - ROOM.top - ROOM.bottom);
      const svg = shape('svg', { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-hidden': 'true' });
      for (const value of ticks(1, top)) {
        svg.append(shape('line', { class: 'pg-merges-grid', x1: ROOM.left, x2: width - ROOM.right, y1: y(value), y2: y(value) }),
          shape('text', { class: 'pg-merges-tick', x: ROOM.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, String(value)));
      }
      for (const value of ticks(0, last).filter((one) => Number.isInteger(one))) {
        svg.append(shape('text', { class: 'pg-merges-tick', x: x(value), y: HEIGHT - 10, 'text-anchor': value === last && value > 9 ? 'end' : 'middle' }, String(value)));
      }
      svg.append(shape('path', { class: 'pg-merges-line', d: known.map(([merges, one], place) => `${place ? 'L' : 'M'}${x(merges).toFixed(1)} ${y(one.ratio).toFixed(1)}`).join('') }));
      const read = known[at ?? known.length - 1];
      if (read) svg.append(shape('circle', { class: 'pg-merges-dot', cx: x(read[0]), cy: y(read[1].ratio), r: 4.5 }));
      frame.replaceChildren(svg);
      frame.onpointermove = (event) => {
        const pointed = ((event.clientX - frame.getBoundingClientRect().left - ROOM.left) / (width - ROOM.left - ROOM.right)) * last;
        look(nearest(pointed));
      };
      tell(read);
    }

    const nearest = (merges) => known.reduce((found, [one], place) => (Math.abs(one - merges) < Math.abs(known[found][0] - merges) ? place : found), 0);

    function look(place) {
      if (place === at) return;
      at = place;
      draw();
    }

    function tell(read) {
      if (!read) return;
      const params = { merges: read[0], tokens: number(read[1].tokens), ratio: read[1].ratio.toFixed(2) };
      playground.say(reading, 'tokens.merges.reading', params);
      playground.say(frame, 'tokens.merges.curve.described', params, 'aria-label');
    }

    frame.addEventListener('pointerleave', () => look(null));
    frame.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step && known.length) look(Math.max(0, Math.min(known.length - 1, (at ?? known.length - 1) + step)));
      else if (event.key === 'Escape') look(null);
      else return;
      event.preventDefault();
    });
    new ResizeObserver(playground.perFrame(draw)).observe(frame);

    return {
      element,
      show(figures) {
        known = [];
        figures.forEach((one, merges) => { if (one) known.push([merges, one]); });
        at = null;
        draw();
      },
    };
  };
})();
