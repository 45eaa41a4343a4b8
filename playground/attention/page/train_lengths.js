/* How good translations are of short and of long sentences: where one vector for all of it gives way. */
'use strict';

(() => {
  const { make, runs, attention } = playground;
  const HIGH = 100; // both measures end there

  /** `{element, show([{run, rows}])}`; rows are `{from, to, pairs, quality}`, lengths in tokens. */
  attention.trainLengths = () => {
    const host = make('div.pg-lengths-place');
    const title = make('h4.pg-viewer-title', {}, make('span', { text: 'attention.train.lengths' }), playground.helper('attention.train.lengths.help'));
    let lines = [];

    const { canvas, repaint } = playground.plot.canvas(host, paint);
    const tools = playground.plot.tools({
      name: 'quality-by-length',
      rows: () => [['from', 'to', 'run', 'pairs', 'quality'].map((one) => playground.t(`attention.train.lengths.${one}`)),
        ...lines.flatMap(({ run, rows }) => rows.map((one) => [one.from, one.to, run.name, one.pairs, one.quality]))],
      png: () => playground.plot.png(host, paint, playground.t('attention.train.lengths'), lines.map(({ run }) => ({ name: run.name, colour: playground.colour(runs.colour(run)) }))),
    });
    const element = make('div.pg-lengths.pg-live', { hidden: true }, make('div.pg-live-head', {}, title, tools.element), host, tools.table);

    function paint(pen, width, height, colours) {
      if (!lines.length) return;
      const all = lines.flatMap(({ rows }) => rows);
      const [low, high] = [Math.min(...all.map((one) => one.from)), Math.max(...all.map((one) => one.to))];
      const step = Math.max(1, Math.ceil((high - low) / 12));
      const at = playground.plot.frame(pen, width, height, colours, {
        x: { low, high: Math.max(high, low + 1), ticks: Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, place) => low + place * step), title: playground.t('attention.train.lengths.axis') },
        y: { low: 0, high: HIGH, ticks: [0, 25, 50, 75, 100], title: playground.t(`attention.train.chart.${attention.training.measure(lines.map(({ run }) => run))}`) },
      });
      for (const { run, rows } of lines) {
        pen.strokeStyle = pen.fillStyle = colours.colour(runs.colour(run));
        pen.lineWidth = 2;
        pen.beginPath();
        const points = rows.map((one) => [at.x((one.from + one.to) / 2), at.y(one.quality)]);
        points.forEach(([x, y], place) => { if (place) pen.lineTo(x, y); else pen.moveTo(x, y); });
        pen.stroke();
        for (const [x, y] of points) {
          pen.beginPath();
          pen.arc(x, y, 3.5, 0, 2 * Math.PI);
          pen.fill();
        }
      }
    }

    return {
      element,
      show(next) {
        lines = next.filter(({ rows }) => rows?.length);
        element.hidden = !lines.length;
        if (element.hidden) return;
        canvas.setAttribute('aria-label', lines.map(({ run, rows }) => `${run.name}: ${rows.map((one) => `${one.to}: ${Math.round(one.quality)}`).join(', ')}`).join('; '));
        repaint();
        tools.renew();
      },
    };
  };
})();
