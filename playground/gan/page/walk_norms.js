/* How far from the middle two ways lead: the norm of z along them, and where random points lie. */
'use strict';

(() => {
  const { gan, plot } = playground;
  const FINE = 60;

  /** Paints the chart into a place; `{element, canvas, draw({first, last, usual, share})}`. */
  gan.walkNorms = (host, pointed) => {
    const { norm, linear, spherical } = gan.walkMaths;
    let state = null;
    const { canvas, repaint } = plot.canvas(host, paint);

    function paint(pen, width, height, colours) {
      if (!state) return;
      const { usual, share, top } = state;
      const low = Math.max(0, usual.mean - 2 * usual.deviation);
      const ticks = [0, ...[0.5, 1].map((part) => +(usual.mean * part).toPrecision(2))];
      const at = plot.frame(pen, width, height, colours, {
        x: { low: 0, high: 100, ticks: [0, 25, 50, 75, 100], title: playground.t('gan.walk.share') },
        y: { low: 0, high: top, ticks: ticks.filter((one) => one <= top), title: playground.t('gan.walk.norm') },
      });
      state.at = at;
      pen.fillStyle = colours.colour('--pg-accent-soft');
      const [upper, lower] = [at.y(Math.min(top, usual.mean + 2 * usual.deviation)), at.y(low)];
      pen.fillRect(at.left, upper, at.right - at.left, lower - upper);
      line(pen, at, state.straight, colours.colour('--pg-gru'), [6, 4]);
      line(pen, at, state.round, colours.colour('--pg-rnn'), []);
      plot.label(pen, colours, playground.t('gan.walk.usual'), at.left + 6, Math.min(upper + 10, at.bottom - 10), { colour: colours.faint });
      if (share === null) return;
      pen.strokeStyle = colours.axis;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(at.x(100 * share), at.top);
      pen.lineTo(at.x(100 * share), at.bottom);
      pen.stroke();
      for (const [values, colour] of [[state.straight, '--pg-gru'], [state.round, '--pg-rnn']]) {
        pen.fillStyle = colours.colour(colour);
        pen.beginPath();
        pen.arc(at.x(100 * share), at.y(values[Math.round(share * FINE)]), 4, 0, 2 * Math.PI);
        pen.fill();
      }
    }

    function line(pen, at, values, colour, dash) {
      pen.strokeStyle = colour;
      pen.lineWidth = 2.5;
      pen.setLineDash(dash);
      pen.beginPath();
      values.forEach((value, step) => pen.lineTo(at.x((100 * step) / FINE), at.y(value)));
      pen.stroke();
      pen.setLineDash([]);
    }

    canvas.addEventListener('pointermove', (event) => {
      if (!state?.at) return;
      const { left, right } = state.at;
      pointed(Math.max(0, Math.min(1, (event.offsetX - left) / (right - left))));
    });
    canvas.addEventListener('pointerleave', () => pointed(null));

    return {
      canvas,
      paint,
      draw({ first, last, usual }) {
        const steps = Array.from({ length: FINE + 1 }, (_, at) => at / FINE);
        const straight = steps.map((share) => norm(linear(first, last, share)));
        const round = steps.map((share) => norm(spherical(first, last, share)));
        const top = 1.12 * Math.max(...straight, ...round, usual.mean + 2 * usual.deviation);
        state = { straight, round, usual, top, share: state?.share ?? null };
        repaint();
      },
      mark(share) {
        if (!state || state.share === share) return;
        state.share = share;
        repaint();
      },
    };
  };
})();
