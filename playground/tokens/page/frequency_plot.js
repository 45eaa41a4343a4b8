/* Zipf's plot: rank against count, both logarithmic, with the fitted line of the series in front. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const COLOURS = { 1: '--pg-accent', 2: '--pg-rnn', 3: '--pg-lstm' };
  const NEAR = 40; // px from which a point answers the pointer; farther away the front series does
  const NAMED = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000]; // ranks that carry their token

  // Circles, squares and triangles: the series differ by shape as well as by colour.
  const SHAPES = {
    1: (pen, x, y, r) => { pen.moveTo(x + r, y); pen.arc(x, y, r, 0, 2 * Math.PI); },
    2: (pen, x, y, r) => pen.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r),
    3: (pen, x, y, r) => { pen.moveTo(x, y - 1.2 * r); pen.lineTo(x + 1.1 * r, y + 0.9 * r); pen.lineTo(x - 1.1 * r, y + 0.9 * r); pen.closePath(); },
  };

  tokens.seriesColour = (n) => COLOURS[n];

  /** What the fitted law says of a rank, as a count. */
  tokens.law = (fit, rank) => (fit ? Math.exp(fit.intercept + fit.slope * Math.log(rank)) : null);

  /** `slope −0.98 · R² 0.99 · ranks 1–310` in the language of the moment. */
  tokens.fitWords = (fit) => playground.t('tokens.frequency.fit', {
    slope: fit.slope.toFixed(2).replace('-', '−'), r_squared: fit.r_squared.toFixed(3), first: playground.number(fit.first_rank), last: playground.number(fit.last_rank),
  });

  /**
   * `{element, show, look}`. `show({series: {n: answer}, front, seen: Set of n, found})` draws;
   * `look(point)` marks one, `{n, rank, count}`. `looked(point)` and `chosen(point)` are told.
   */
  tokens.zipfPlot = ({ looked, chosen, described }) => {
    const element = make('div.pg-live-stage.pg-frequency-stage', { tabindex: 0, role: 'group', label: 'tokens.frequency.plot' });
    let state = null;
    let marked = null;
    let places = []; // [{n, at: [x, y, place in the series] …}], for the pointer

    const order = () => [...state.seen].filter((n) => state.series[n]).sort((a, b) => (a === state.front) - (b === state.front) || b - a);

    function paint(pen, width, height, colours) {
      places = [];
      if (!state) return;
      const shown = order();
      if (!shown.length) return;
      const all = shown.map((n) => state.series[n].points);
      const x = axis(1, Math.max(2, ...all.map((one) => one.ranks.at(-1))), 'rank');
      const law = state.seen.has(state.front) ? tokens.law(state.series[state.front]?.fit, 1) ?? 0 : 0;
      const y = axis(1, Math.max(2, law, ...all.map((one) => one.counts[0])), 'count');
      const at = { ...playground.plot.frame(pen, width, height, colours, { x, y }), most: x.high };
      for (const n of shown) {
        const { ranks, counts } = state.series[n].points;
        const front = n === state.front;
        pen.beginPath();
        pen.globalAlpha = front || shown.length === 1 ? 0.9 : 0.32;
        pen.fillStyle = colours.colour(COLOURS[n]);
        const points = ranks.map((rank, place) => [at.x(rank), at.y(counts[place])]);
        for (const [left, top] of points) SHAPES[n](pen, left, top, front ? 3.2 : 2.6);
        pen.fill();
        pen.globalAlpha = 1;
        places.push({ n, points });
      }
      const box = drawFit(pen, at, colours);
      if (shown.includes(state.front)) drawNames(pen, at, colours, box);
      for (const one of [state.found, marked]) if (one && state.seen.has(one.n)) drawMark(pen, at, colours, one);
    }

    const axis = (low, high, name) => ({ low, high: high * 1.15, ticks: playground.plot.logTicks(low, high * 1.15), title: playground.t(`tokens.frequency.axis.${name}`), log: true });

    /** The law: a line where it was fitted, dashes where it is only continued. */
    function drawFit(pen, at, colours) {
      const fit = state.seen.has(state.front) ? state.series[state.front]?.fit : null;
      if (!fit) return null;
      const stroke = (from, to, dash) => {
        pen.beginPath();
        pen.moveTo(at.x(from), at.y(tokens.law(fit, from)));
        pen.lineTo(at.x(to), at.y(tokens.law(fit, to)));
        pen.setLineDash(dash);
        pen.stroke();
        pen.setLineDash([]);
      };
      pen.save();
      pen.beginPath();
      pen.rect(at.left, at.top - 6, at.right - at.left, at.bottom - at.top + 6);
      pen.clip();
      pen.lineWidth = 1.75;
      pen.strokeStyle = colours.text;
      stroke(fit.first_rank, fit.last_rank, []);
      pen.lineWidth = 1.25;
      stroke(fit.last_rank, Math.max(fit.last_rank * 2, state.series[state.front].kinds), [3, 4]);
      pen.restore();
      const words = tokens.fitWords(fit);
      pen.font = `600 ${colours.size}px ${colours.sans}`;
      const wide = pen.measureText(words).width;
      const rank = fit.last_rank ** 0.6;
      const left = Math.max(at.left + 4, Math.min(at.x(rank) + 16, at.right - wide - 2));
      // The line falls, so it is highest where the words begin: they stand above that.
      const begins = Math.exp(((left - at.left) / (at.right - at.left)) * Math.log(at.most));
      const top = Math.max(at.top + 2, at.y(tokens.law(fit, begins)) - 26);
      playground.plot.label(pen, colours, words, left, top, { weight: 600 });
      return { left: left - 6, right: left + wide + 6, top: top - 10, bottom: top + 10 };
    }

    function drawNames(pen, at, colours, box) {
      const { ranks, counts, labels } = state.series[state.front].points;
      for (const rank of NAMED) {
        const place = ranks.findIndex((one) => one >= rank);
        if (place < 0 || ranks[place] > rank * 1.5) continue;
        const letters = [...playground.visible(labels[place])];
        const text = letters.length > 16 ? `${letters.slice(0, 15).join('')}…` : letters.join('');
        const [left, top] = [at.x(ranks[place]) + 4, at.y(counts[place]) - 11];
        pen.font = `${colours.size}px ${colours.mono}`;
        const right = left + pen.measureText(text).width;
        if (right > at.right || (box && left < box.right && right > box.left && top > box.top - 8 && top < box.bottom + 8)) continue;
        playground.plot.label(pen, colours, text, left, top, { mono: true, colour: colours.faint });
      }
    }

    function drawMark(pen, at, colours, { n, rank, count }) {
      const [x, y] = [at.x(rank), at.y(count)];
      pen.beginPath();
      pen.setLineDash([2, 3]);
      pen.lineWidth = 1;
      pen.strokeStyle = colours.faint;
      pen.moveTo(at.left, y);
      pen.lineTo(x, y);
      pen.lineTo(x, at.bottom);
      pen.stroke();
      pen.setLineDash([]);
      pen.beginPath();
      SHAPES[n](pen, x, y, 6);
      pen.fillStyle = colours.colour(COLOURS[n]);
      pen.fill();
      pen.lineWidth = 2;
      pen.strokeStyle = colours.text;
      pen.stroke();
      if (marked && marked.rank === rank && marked.n === n) spot = [x, y];
    }

    let spot = null; // where the marked point stands, for the panel beside it
    const picture = playground.plot.canvas(element, (...given) => {
      spot = null;
      paint(...given);
      if (marked && spot) described(marked, ...spot);
    });
    picture.canvas.classList.add('pg-frequency-canvas');

    /** The point of a series at a place of its drawn ones. */
    const pointOf = (n, place) => {
      const { ranks, counts, labels } = state.series[n].points;
      return { n, place, rank: ranks[place], count: counts[place], label: labels[place] };
    };

    function under(event) {
      const box = element.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      let best = null;
      let least = NEAR;
      let nearest = null;
      let gap = Infinity;
      for (const { n, points } of places) {
        points.forEach(([left, top], place) => {
          // Of points as near, the series in front answers.
          const distance = Math.hypot(left - x, top - y) * (n === state.front ? 0.7 : 1);
          if (distance < least) [best, least] = [{ n, place }, distance];
          if (n === state.front && Math.abs(left - x) < gap) [nearest, gap] = [{ n, place }, Math.abs(left - x)];
        });
      }
      const found = best ?? nearest;
      return found ? pointOf(found.n, found.place) : null;
    }

    element.addEventListener('pointermove', (event) => { if (state) looked(under(event)); });
    element.addEventListener('pointerleave', () => looked(null));
    element.addEventListener('click', (event) => { if (state) chosen(under(event)); });
    element.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const points = state?.series[state.front]?.points;
      if (!step || !points) return;
      event.preventDefault();
      const from = marked?.n === state.front ? points.ranks.findLastIndex((rank) => rank <= marked.rank) : -1;
      chosen(pointOf(state.front, Math.max(0, Math.min(points.ranks.length - 1, from + step))), true);
    });

    return {
      element,
      paint,
      show(next) {
        state = next;
        picture.repaint();
      },
      look(point) {
        marked = point;
        picture.repaint();
      },
      describe: (words) => picture.canvas.setAttribute('aria-label', words),
    };
  };
})();
