/* Where along a walk D believes what it sees; the same line is the handle to move along it. */
'use strict';

(() => {
  const { make, gan, plot } = playground;
  const EACH = 24; // points of a leg

  /** `{element, draw(walk), place(at)}`: `walk` is `{net, points(place), legs}`; `moved(place)` as a visitor drags. */
  gan.walkGraph = (moved) => {
    let walk = null;
    let at = 0;
    let scores = [];
    const slider = make('input.pg-walk-slider', { type: 'range', min: 0, max: 1, step: 0.001, value: 0, label: 'gan.walk.place' });
    const host = make('div.pg-walk-graph');
    const { repaint } = plot.canvas(host, paint);
    const element = make('div.pg-walk-track', {}, host, slider);
    slider.addEventListener('input', () => { if (walk) moved(Number(slider.value)); });

    const range = () => {
      if (walk.net.scoreKind === 'probability') return [0, 1];
      const known = scores.filter((one) => one !== undefined);
      const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
      return [low, high > low ? high : low + 1];
    };

    function paint(pen, width, height, colours) {
      if (!walk) return;
      const [low, high] = range();
      const x = (place) => 8 + (place / walk.legs) * (width - 16);
      const y = (score) => 8 + (1 - (score - low) / (high - low)) * (height - 16);
      pen.strokeStyle = colours.line;
      pen.lineWidth = 1;
      pen.beginPath();
      for (const score of walk.net.scoreKind === 'probability' ? [0, 0.5, 1] : [low, 0, high]) {
        pen.moveTo(8, Math.round(y(score)) + 0.5);
        pen.lineTo(width - 8, Math.round(y(score)) + 0.5);
      }
      pen.stroke();
      pen.fillStyle = colours.axis;
      for (let stop = 0; stop <= walk.legs; stop++) pen.fillRect(x(stop) - 0.5, 4, 1, height - 8);
      pen.strokeStyle = colours.accent;
      pen.lineWidth = 2;
      pen.beginPath();
      scores.forEach((score, place) => { if (score !== undefined) pen.lineTo(x(place / EACH), y(score)); });
      pen.stroke();
      pen.fillStyle = colours.text;
      pen.fillRect(x(at) - 1, 2, 2, height - 4);
      const known = scores[Math.round(at * EACH)];
      if (known !== undefined) {
        pen.beginPath();
        pen.fillStyle = colours.accent;
        pen.arc(x(at), y(known), 5, 0, 2 * Math.PI);
        pen.fill();
      }
      const titled = playground.t(`gan.walk.graph.${walk.net.scoreKind}`, { low: playground.number(low, 2), high: playground.number(high, 2) });
      plot.label(pen, colours, titled, 10, 12, { colour: colours.faint });
    }

    const begin = gan.walkJobs(() => { element.dataset.scored = String(scores.length); });

    function score(place) {
      const [z, digit] = walk.point(place);
      scores.push(walk.net.score(walk.net.generate(z, digit), digit));
      repaint();
    }

    return {
      element,
      draw(next) {
        walk = next;
        scores = [];
        delete element.dataset.scored;
        slider.max = next.legs;
        begin(Array.from({ length: next.legs * EACH + 1 }, (_, at) => () => score(at / EACH)));
      },
      place(next, words) {
        at = next;
        slider.value = next;
        slider.setAttribute('aria-valuetext', words);
        repaint();
      },
    };
  };
})();
