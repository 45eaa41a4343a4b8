// The live chart taken home: picture, comma-separated values, table.
'use strict';

((parts) => {
  const ROWS = 200; // at most, in the table for reading

  /** The chart as a PNG of twice its size, with title and legend, in the colours of the moment. */
  function toPNG(chart) {
    const { panel, theme } = chart;
    const shown = panel.size();
    const size = { width: shown.width || 720, height: shown.height || chart.options.height };
    const entries = [...chart.lanes.values()].filter((lane) => !lane.hidden);
    if (parts.shown(chart).some(({ channel }) => channel === 'validation')) {
      entries.push({ name: playground.t('chart.train'), paint: theme.faint, dash: [] });
      entries.push({ name: playground.t('chart.validation'), paint: theme.faint, dash: [5, 4] });
    }
    const canvas = document.createElement('canvas');
    const ctx = canvas.getContext('2d');
    const line = theme.size * 1.8;
    ctx.font = `${theme.size}px ${theme.sans}`;
    const places = flow(ctx, entries, size.width, line);
    const above = 36 + (places.length ? places.at(-1).y + line : 0);
    canvas.width = 2 * size.width;
    canvas.height = 2 * (size.height + above + 4);
    ctx.scale(2, 2);
    ctx.fillStyle = theme.panel;
    ctx.fillRect(0, 0, size.width, size.height + above + 4);
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    ctx.fillStyle = theme.text;
    ctx.font = `600 ${theme.size + 3}px ${theme.sans}`;
    ctx.fillText(panel.titleText(), 12, 20);
    const after = 20 + ctx.measureText(panel.titleText()).width;
    ctx.font = `${theme.size}px ${theme.sans}`;
    ctx.fillStyle = theme.faint;
    ctx.fillText(panel.unitText(), after, 21);
    for (const { lane, x, y } of places) {
      ctx.beginPath();
      ctx.moveTo(x, 40 + y);
      ctx.lineTo(x + 16, 40 + y);
      parts.picture.stroke(ctx, lane.paint, 2.5, lane.dash, 1);
      ctx.fillStyle = theme.text;
      ctx.fillText(lane.name, x + 22, 40 + y);
    }
    const scene = parts.scene(chart, size.width, size.height);
    ctx.translate(0, above);
    if (scene) parts.picture.draw(ctx, scene);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  }

  // Places of the legend's entries, wrapped to the width.
  function flow(ctx, lanes, width, line) {
    let [x, y] = [12, 0];
    return lanes.map((lane) => {
      const needed = ctx.measureText(lane.name).width + 42;
      if (x > 12 && x + needed > width) [x, y] = [12, y + line];
      const place = { lane, x, y };
      x += needed;
      return place;
    });
  }

  // Quoted where needed; a name that a spreadsheet would take for a formula is made plain text.
  function quoted(text) {
    const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  }

  /** Every point held: run, name, channel, number of the record, place on each axis, value. */
  function toCSV(chart) {
    const all = [...chart.lanes.values()].flatMap((lane) => [...lane.channels].map(([channel, series]) => ({ lane, channel, series })));
    const axes = chart.options.axes.filter((axis) => all.some(({ series }) => series.x[axis]));
    const rows = [['run', 'name', 'channel', 'record', ...axes, 'value'].join(',')];
    for (const { lane, channel, series } of all) {
      const first = [lane.run, lane.name, channel].map(quoted).join(',');
      for (let i = 0; i < series.length; i++) {
        const places = axes.map((axis) => series.x[axis]?.values[i] ?? '');
        rows.push(`${first},${series.index.values[i]},${places.join(',')},${series.y.values[i]}`);
      }
    }
    return `${rows.join('\n')}\n`;
  }

  /** Rows over what is in sight, evenly thinned; each line gives its value nearest to the row. */
  function table(chart) {
    const shown = chart.shown();
    const { axis } = chart;
    const columns = [playground.t(`chart.axis.${axis}`), ...shown.map(({ lane, channel }) => `${lane.name} · ${playground.t(`chart.${channel}`)}`)];
    const range = chart.zoom ?? parts.view.extentX(shown, axis);
    const rows = [];
    if (range) {
      const places = placesOf(shown, axis, range);
      const near = places.length > 1 ? (range[1] - range[0]) / places.length / 2 : Infinity;
      for (const x of places) {
        const values = shown.map(({ series }) => {
          const at = series.nearest(axis, x);
          const there = Math.abs(series.x[axis].values[at] - x) <= near;
          return there ? parts.view.written(series.y.values[at]) : '';
        });
        rows.push([parts.view.place(axis, x), ...values]);
      }
    }
    return { caption: playground.t('chart.table.values', { rows: rows.length }), columns, rows };
  }

  // Places of the longest line's points in sight, at most ROWS of them, first and last among them.
  function placesOf(shown, axis, range) {
    const windows = shown.map(({ series }) => ({ series, bounds: series.window(axis, ...range) }));
    const { series, bounds } = windows.reduce((a, b) => (b.bounds[1] - b.bounds[0] > a.bounds[1] - a.bounds[0] ? b : a));
    const [from, to] = bounds;
    const count = Math.min(ROWS, to - from);
    const at = (i) => from + Math.round((i * (to - from - 1)) / Math.max(1, count - 1));
    return Array.from({ length: count }, (_, i) => series.x[axis].values[at(i)]);
  }

  /** The short table: for each lane its last and its best values. */
  function lastValues(chart) {
    const t = playground.t;
    const columns = [t('chart.lane'), ...['train', 'validation'].flatMap((channel) => [`${t(`chart.${channel}`)}, ${t('chart.last')}`, `${t(`chart.${channel}`)}, ${t('chart.lowest')}`])];
    const rows = [...chart.lanes.values()].map((lane) => {
      const row = [lane.name];
      for (const channel of ['train', 'validation']) {
        const series = lane.channels.get(channel);
        const any = series?.y.range(0, series.length);
        row.push(series?.length ? parts.view.written(series.y.last()) : '–', any ? parts.view.written(series.y.low) : '–');
      }
      return row;
    });
    return { caption: t('chart.table.last'), columns, rows };
  }

  /** Hands a file to the browser's downloads. */
  function save(blob, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  Object.assign(parts, { toPNG, toCSV, table, lastValues, save });
})((playground.chart ??= {}));
