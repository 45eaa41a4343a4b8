// What a live chart shows at this moment: its lines, their values at a place, and the picture's
// measures, worked out anew for every redraw in O(pixels).
'use strict';

((parts) => {
  /** The lines to draw: [{lane, channel, series, paint}], validation above training. */
  function shown(chart) {
    const lines = [];
    for (const lane of chart.lanes.values()) {
      if (lane.hidden) continue;
      for (const [channel, series] of lane.channels) {
        if (series.x[chart.axis]?.length) lines.push({ lane, channel, series, paint: lane.paint });
      }
    }
    return lines.sort((a, b) => (a.channel === 'validation') - (b.channel === 'validation'));
  }

  /** What every line holds nearest to x; `y` is the value as it was stored. */
  function readings(chart, x) {
    return shown(chart).map(({ lane, channel, series, paint }) => {
      const at = series.nearest(chart.axis, x);
      const y = series.y.values[at];
      return {
        run: lane.run, name: lane.name, channel, paint, index: series.index.values[at],
        x: series.x[chart.axis].values[at], y, smooth: series.smoothing > 0 ? series.smooth.values[at] : y,
      };
    });
  }

  /** All that `parts.picture.draw` needs for a picture of this size; null without numbers. */
  function scene(chart, width, height) {
    const { axis, log, theme } = chart;
    const items = shown(chart);
    const rangeX = chart.zoom ?? parts.view.extentX(items, axis);
    if (!items.length || !rangeX) return null;
    const lines = [...chart.lines.values()].filter((line) => !log || line.value > 0);
    const levels = lines.map((line) => line.value);
    const rangeY = parts.view.extentY(items, axis, rangeX, log, chart.robust, levels, chart.options.metric.span);
    const rows = Math.max(2, Math.floor(height / (theme.size * 4)));
    const ticksY = parts.view.ticksY(rangeY.low, rangeY.high, log, rows);
    const frame = parts.frame.layout(width, height, theme.size, ticksY.values.map(ticksY.write));
    const across = Math.max(2, Math.floor(frame.width / (theme.size * 6.5)));
    const ticksX = parts.view.ticksX(axis, ...rangeX, across);
    const at = parts.picture.projection(frame, rangeX, rangeY, log);
    const inSight = (mark) => mark && mark.x >= rangeX[0] && mark.x <= rangeX[1];
    const marks = chart.marks.map((mark) => placed(chart, mark)).filter(inSight);
    const axisTitle = playground.t(`chart.axis.${axis}`);
    return { shown: items, axis, at, theme, ticksX, ticksY, lines, marks, rangeY, axisTitle };
  }

  // A mark on the axis of the moment: the record at its place knows its x on every other axis.
  function placed(chart, mark) {
    const lane = chart.lanes.get(mark.run);
    if (!lane || lane.hidden) return null;
    const home = chart.options.x;
    if (chart.axis === home) return { ...mark, paint: lane.paint };
    const series = lane.channels.get('train');
    const at = series?.nearest(home, mark.x) ?? -1;
    if (at < 0 || !series.x[chart.axis]) return null;
    return { ...mark, x: series.x[chart.axis].values[at], paint: lane.paint };
  }

  Object.assign(parts, { shown, readings, scene });
})((playground.chart ??= {}));
