/* Slow motion: one step of the game in five captions, each with its own picture. */
'use strict';

(() => {
  const { make, gan, plot } = playground;
  const PHASES = ['real', 'noise', 'scores', 'discriminator', 'generator'];
  const PACE = 2600; // ms a caption is shown when they are played
  const MOVE = 1100; // ms of these something moves
  const FAR = 0.11; // of the plane: how far the usual point is drawn to move
  const MUCH = 0.3; // how much the heat is drawn to change where it changes most
  const INSET = 0.26; // of the screen's side, for the latent space

  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
  const median = (values) => [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
  const round = (value) => (value >= 10 ? Math.round(value / 10 ** Math.floor(Math.log10(value) - 1)) * 10 ** Math.floor(Math.log10(value) - 1) : +value.toPrecision(2));

  /** How many times larger than they are the two moves are drawn, so that they can be seen. */
  function enlarged(slow) {
    const moves = [];
    for (let at = 0; at < slow.fake_before.length; at += 2) moves.push(Math.hypot(slow.fake_after[at] - slow.fake_before[at], slow.fake_after[at + 1] - slow.fake_before[at + 1]));
    const moved = median(moves);
    let most = 0;
    const span = slow.range_before[1] - slow.range_before[0] || 1;
    for (const shift of slow.heat_shift) most = Math.max(most, Math.abs(shift) / span);
    return { points: moved > 0 ? Math.max(1, round(FAR / moved)) : 1, heat: most > 0 ? Math.max(1, round(MUCH / most)) : 1, span };
  }

  /** Paints one phase, `share` of its move done. */
  gan.planeSlowPaint = (pen, box, colours, { moment, shown, phase, share }) => {
    const { slow } = moment;
    const own = gan.planeColours(colours);
    const { points, heat, border, arrows } = gan.planeParts;
    const large = enlarged(slow);
    const done = phase < 3 ? 0 : phase > 3 ? 1 : share;
    const shares = slow.heat_before.map((value, at) => value + (done * large.heat * slow.heat_shift[at]) / large.span);
    pen.save();
    pen.beginPath();
    pen.rect(box.left, box.top, box.side, box.side);
    pen.clip();
    if (shown.has('heat') && phase > 1) heat(pen, box, shares, moment.side, own);
    if (shown.has('border') && phase > 1) border(pen, box, shares, moment.side, colours.text);
    const big = 1.25 * box.dot;
    const count = phase ? Infinity : Math.ceil((share * slow.real_batch.length) / 2);
    points(pen, box, slow.real_batch, own.real, colours.panel, { size: big, count, alpha: phase === 4 ? 0.35 : 1 });
    if (phase === 1) noise(pen, box, colours, own, slow, share);
    if (phase > 1 && phase < 4) points(pen, box, slow.fake_before, own.fake, colours.panel, { diamonds: true, size: big });
    if (phase === 2) numbers(pen, box, colours, slow);
    if (phase === 4) moves(pen, box, colours, own, slow, share * large.points, share, { points, arrows, big });
    pen.restore();
    pen.strokeStyle = colours.line;
    pen.lineWidth = 1;
    pen.strokeRect(box.left + 0.5, box.top + 0.5, box.side - 1, box.side - 1);
  };

  /** The corner of the screen in which the fewest points lie. */
  function freest(box, side, slow) {
    const far = box.side - side - 10;
    const corners = [[10, far], [far, far], [10, 10], [far, 10]].map(([x, y]) => [box.left + x, box.top + y]);
    const inside = ([left, top]) => {
      let count = 0;
      for (const places of [slow.fake_before, slow.real_batch]) {
        for (let at = 0; at < places.length; at += 2) {
          const [x, y] = [box.x(places[at]) - left, box.y(places[at + 1]) - top];
          if (x > -8 && y > -8 && x < side + 8 && y < side + 8) count++;
        }
      }
      return count;
    };
    return corners.map((corner) => [inside(corner), corner]).reduce((best, one) => (one[0] < best[0] ? one : best))[1];
  }

  /** From a small picture of the latent space each point flies to where G puts it. */
  function noise(pen, box, colours, own, slow, share) {
    const side = INSET * box.side;
    const [left, top] = freest(box, side, slow);
    const reach = slow.prior === 'normal' ? 2.6 : 1.05;
    pen.fillStyle = colours.panel;
    pen.strokeStyle = colours.axis;
    pen.lineWidth = 1;
    pen.fillRect(left, top, side, side);
    pen.strokeRect(left, top, side, side);
    plot.label(pen, colours, 'z', left + 8, top + 12, { mono: true, weight: 600 });
    const size = slow.noise_size;
    const start = (at) => [left + side / 2 + (slow.noise[at * size] / reach) * (side / 2), top + side / 2 - (size > 1 ? slow.noise[at * size + 1] / reach : 0) * (side / 2)];
    const flown = Math.max(0, (share - 0.3) / 0.7);
    const now = new Float32Array(slow.fake_before.length);
    pen.beginPath();
    for (let at = 0; 2 * at < slow.fake_before.length; at++) {
      const [fromX, fromY] = start(at);
      const [toX, toY] = [box.x(slow.fake_before[2 * at]), box.y(slow.fake_before[2 * at + 1])];
      const [x, y] = [fromX + flown * (toX - fromX), fromY + flown * (toY - fromY)];
      [now[2 * at], now[2 * at + 1]] = box.back(x, y);
      if (flown > 0 && at % 4 === 0) {
        pen.moveTo(fromX, fromY);
        pen.lineTo(x, y);
      }
    }
    pen.strokeStyle = own.fake;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.45;
    pen.stroke();
    pen.globalAlpha = 1;
    const from = new Float32Array(now.length);
    for (let at = 0; 2 * at < from.length; at++) [from[2 * at], from[2 * at + 1]] = box.back(...start(at));
    gan.planeParts.points(pen, box, from, colours.faint, colours.panel, { size: 0.8 * box.dot });
    if (flown > 0) gan.planeParts.points(pen, box, now, own.fake, colours.panel, { diamonds: true, size: 1.25 * box.dot });
  }

  /** D's score, written beside a few points of either kind that do not crowd each other. */
  function numbers(pen, box, colours, slow) {
    const taken = [];
    for (const [places, scores] of [[slow.real_batch, slow.real_scores], [slow.fake_before, slow.fake_scores]]) {
      let written = 0;
      for (let at = 0; at < scores.length && written < 7; at++) {
        const [x, y] = [box.x(places[2 * at]), box.y(places[2 * at + 1])];
        if (taken.some(([left, top]) => Math.abs(left - x) < 46 && Math.abs(top - y) < 20)) continue;
        if (x < box.left + 4 || x > box.left + box.side - 46 || y < box.top + 12 || y > box.top + box.side - 12) continue;
        taken.push([x, y]);
        written++;
        plot.label(pen, colours, playground.number(scores[at], 2), x + 8, y, { mono: true, weight: 600 });
      }
    }
  }

  function moves(pen, box, colours, own, slow, factor, share, { points, arrows, big }) {
    const now = slow.fake_before.map((value, at) => value + factor * (slow.fake_after[at] - value));
    points(pen, box, slow.fake_before, own.fake, colours.panel, { diamonds: true, size: big, alpha: 0.3 });
    const pulled = [];
    for (let at = 0; at < slow.fake_before.length; at += 4) pulled.push(slow.fake_before[at], slow.fake_before[at + 1], slow.pull[at], slow.pull[at + 1]);
    arrows(pen, box, pulled, colours.text, Math.min(1, 3 * share));
    points(pen, box, now, own.fake, colours.panel, { diamonds: true, size: big });
  }

  /**
   * The captions: `{element, show(moment), phase(), share(), stop()}`. `changed()` hears of each frame,
   * `ended()` when the fifth has been shown. Pressing a caption holds it.
   */
  gan.planeSlow = ({ changed, ended }) => {
    let moment = null;
    let phase = 0;
    let began = 0;
    let playing = false;
    const cards = PHASES.map((name, at) => {
      const words = make('span.pg-plane-caption-words');
      const button = make('button.pg-plane-caption', { type: 'button', data: { phase: name }, on: { click: () => hold(at) } },
        make('b.pg-plane-caption-number', {}, String(at + 1)), make('span.pg-plane-caption-title', { text: `gan.plane.slow.${name}` }), words);
      return { name, button, words };
    });
    const element = make('ol.pg-plane-captions', { label: 'gan.plane.slow.captions', hidden: true }, cards.map(({ button }) => make('li', {}, button)));

    const share = () => (playground.calm() ? 1 : Math.min(1, (performance.now() - began) / MOVE));

    function say() {
      const { slow } = moment;
      const large = enlarged(slow);
      const still = { discriminator: slow.turn === 'generator', generator: slow.turn === 'discriminator' };
      const params = {
        count: slow.real_batch.length / 2, real: playground.number(mean(slow.real_scores), 2), fake: playground.number(mean(slow.fake_scores), 2),
        heat: large.heat, points: large.points, pull: playground.number(median(Array.from({ length: slow.pull.length / 2 }, (_, at) => Math.hypot(slow.pull[2 * at], slow.pull[2 * at + 1]))), 2),
      };
      for (const { name, words } of cards) {
        const score = moment.scoreKind === 'score' && name === 'scores' ? '.score' : '';
        playground.say(words, still[name] ? `gan.plane.slow.${name}.still` : `gan.plane.slow.${name}${score}.words`, params);
      }
    }
    function face() {
      cards.forEach(({ button }, at) => {
        button.setAttribute('aria-current', at === phase ? 'step' : 'false');
      });
    }
    function go(next) {
      phase = next;
      began = performance.now();
      face();
      requestAnimationFrame(tick);
    }
    function tick() {
      if (!moment || element.hidden) return;
      changed();
      const gone = performance.now() - began;
      if (gone < MOVE && !playground.calm()) requestAnimationFrame(tick);
      else if (playing) setTimeout(next, Math.max(0, PACE - gone), moment, phase);
    }
    function next(of, from) {
      if (!playing || of !== moment || from !== phase || element.hidden) return;
      if (phase < PHASES.length - 1) go(phase + 1);
      else {
        playing = false;
        ended();
      }
    }
    function hold(at) {
      playing = false;
      go(at);
    }
    return {
      element,
      /** Plays the captions of a moment that has slow motion. */
      show(next) {
        moment = next;
        element.hidden = false;
        playing = true;
        say();
        go(0);
      },
      hide() { moment = null; playing = false; element.hidden = true; },
      moment: () => moment,
      phase: () => phase,
      share,
    };
  };
})();
