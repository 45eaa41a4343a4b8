// Draws the live chart on a canvas. One picture costs as much as it has columns of pixels,
// however many points lie behind them.
'use strict';

((parts) => {
  const DENSE = 1.5; // points per pixel from which columns of extremes are drawn, not points
  const GHOST = 0.28; // how much of the raw values shines through behind the smoothed line
  const PIECE = 16; // points of a line that are stroked at once
  const FAR = 4; // how far outside the plot, in plot heights, a line is still followed

  // Pixels of values: {x(value), y(value), left, top, width, height}.
  function projection(frame, rangeX, rangeY, log) {
    const perX = frame.width / (rangeX[1] - rangeX[0]);
    const height = (value) => (log ? Math.log(Math.max(value, Number.MIN_VALUE)) : value);
    const low = height(rangeY.low);
    const perY = frame.height / (height(rangeY.high) - low);
    const bottom = frame.top + frame.height;
    const highest = frame.top - FAR * frame.height;
    const lowest = bottom + FAR * frame.height;
    return {
      ...frame,
      bottom,
      right: frame.left + frame.width,
      rangeX,
      cut: rangeY.above !== null || rangeY.below !== null,
      x: (value) => frame.left + (value - rangeX[0]) * perX,
      y: (value) => Math.min(lowest, Math.max(highest, bottom - (height(value) - low) * perY)),
      value: (pixel) => rangeX[0] + (pixel - frame.left) / perX,
    };
  }

  // Where the columns of pixels begin among positions [from, to); null if points are drawn.
  function columns(series, axis, at, from, to, pixels) {
    if (to - from <= DENSE * at.width) return null;
    const count = Math.ceil(at.width / pixels);
    const bounds = new Int32Array(count + 1);
    bounds[0] = from;
    for (let i = 1; i < count; i++) {
      const before = bounds[i - 1];
      const guess = before + Math.round((to - before) / (count - i + 1));
      bounds[i] = series.reach(axis, at.value(at.left + i * pixels), before, to, guess);
    }
    bounds[count] = to;
    return bounds;
  }

  // Strokes a line: `walk` hands its points to the function it is given, y = NaN for a gap. Solid
  // lines are stroked in pieces: the cost of a jagged outline grows faster than its length.
  function drawLine(ctx, look, walk) {
    const { colour, width, dash = [], alpha = 1 } = look;
    const piece = dash.length || alpha < 1 ? Infinity : PIECE;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.lineJoin = 'round';
    ctx.lineCap = piece === PIECE ? 'round' : 'butt';
    ctx.setLineDash(dash);
    ctx.globalAlpha = alpha;
    ctx.beginPath();
    let pen = false;
    let count = 0;
    walk((x, y) => {
      if (Number.isNaN(y)) pen = false;
      else if (pen) ctx.lineTo(x, y);
      else {
        ctx.moveTo(x, y);
        pen = true;
      }
      if (++count % piece === 0 && pen) {
        ctx.stroke();
        ctx.beginPath();
        ctx.moveTo(x, y);
      }
    });
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.lineCap = 'butt';
    ctx.setLineDash([]);
  }

  // The points themselves, positions [from, to).
  function walkPoints(series, axis, values, at, from, to) {
    const xs = series.x[axis].values;
    return (put) => {
      for (let i = from; i < to; i++) put(at.x(xs[i]), at.y(values.values[i]));
    };
  }

  // The means of every two columns: with many points to a pixel the extremes of the smoothed
  // values would be as thick a band as the raw ones behind it.
  function walkMeans(values, at, bounds) {
    const pixels = at.width / (bounds.length - 1);
    return (put) => {
      for (let i = 0; i + 1 < bounds.length; i += 2) {
        const end = Math.min(i + 2, bounds.length - 1);
        if (bounds[i] === bounds[end]) continue;
        put(at.left + ((i + end) / 2) * pixels, at.y(values.mean(bounds[i], bounds[end])));
      }
    };
  }

  // Fills columns from the lowest to the highest value in them, each reaching over to the one
  // before. Upright rectangles cost a fraction of what stroking such a zigzag would.
  function fillColumns(ctx, extremes, at, bounds, thickness) {
    const pixels = at.width / (bounds.length - 1);
    let [topBefore, bottomBefore] = [-Infinity, Infinity]; // none before: reaches nowhere
    for (let i = 0; i + 1 < bounds.length; i++) {
      if (bounds[i] === bounds[i + 1]) continue;
      if (!extremes.range(bounds[i], bounds[i + 1])) {
        [topBefore, bottomBefore] = [-Infinity, Infinity];
        continue;
      }
      const top = at.y(extremes.high);
      const bottom = at.y(extremes.low);
      const from = Math.min(top, bottomBefore);
      const to = Math.max(bottom, topBefore, from + thickness);
      ctx.fillRect(at.left + i * pixels, from, pixels, to - from);
      [topBefore, bottomBefore] = [top, bottom];
    }
  }

  function stroke(ctx, colour, width, dash, alpha) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash);
    ctx.globalAlpha = alpha;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
  }

  function drawTrain(ctx, item, axis, at) {
    const { series, lane, paint } = item;
    let [from, to] = series.window(axis, at.rangeX[0], at.rangeX[1]);
    from = Math.max(0, from - 1); // the line comes in from, and leaves to, what is out of sight
    to = Math.min(series.x[axis].length, to + 1);
    const smoothed = series.smoothing > 0;
    const bounds = columns(series, axis, at, from, to, 1);
    const raw = walkPoints(series, axis, series.y, at, from, to);
    if (bounds) {
      ctx.fillStyle = paint;
      ctx.globalAlpha = smoothed ? GHOST : 1;
      fillColumns(ctx, series.y, at, bounds, smoothed ? 1 : 1.5);
      ctx.globalAlpha = 1;
    } else if (smoothed) drawLine(ctx, { colour: paint, width: 1, alpha: GHOST }, raw);
    else drawLine(ctx, { colour: paint, width: 1.75, dash: lane.dash }, raw);
    if (smoothed) {
      const walk = bounds ? walkMeans(series.smooth, at, bounds) : walkPoints(series, axis, series.smooth, at, from, to);
      drawLine(ctx, { colour: paint, width: 2, dash: lane.dash }, walk);
    }
    if (at.cut) drawClipped(ctx, item, at, axis, from, to);
    drawCrosses(ctx, item, at, axis, from, to);
    drawHead(ctx, item, at, axis);
  }

  function drawValidation(ctx, item, axis, at) {
    const { series, paint } = item;
    let [from, to] = series.window(axis, at.rangeX[0], at.rangeX[1]);
    from = Math.max(0, from - 1);
    to = Math.min(series.x[axis].length, to + 1);
    const bounds = columns(series, axis, at, from, to, 1);
    ctx.fillStyle = paint;
    if (bounds) fillColumns(ctx, series.y, at, bounds, 1.5);
    else drawLine(ctx, { colour: paint, width: 1.5, dash: [5, 4] }, walkPoints(series, axis, series.y, at, from, to));
    drawCrosses(ctx, item, at, axis, from, to);
    if ((to - from) * 9 > at.width) return; // dots that touch would say nothing
    for (let i = from; i < to; i++) {
      const value = series.y.values[i];
      if (!Number.isNaN(value)) dot(ctx, at.x(series.x[axis].values[i]), at.y(value), 2.5);
    }
  }

  function dot(ctx, x, y, radius) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fill();
  }

  // The latest value is a dot, so that a growing curve has a head.
  function drawHead(ctx, { series, paint }, at, axis) {
    const column = series.x[axis];
    const values = series.smoothing > 0 ? series.smooth : series.y;
    const last = column.length - 1;
    if (last < 0 || column.values[last] > at.rangeX[1] || Number.isNaN(values.values[last])) return;
    ctx.fillStyle = paint;
    dot(ctx, at.x(column.values[last]), at.y(values.values[last]), 3);
  }

  // Small arrows at the edge wherever the curve leaves the picture.
  function drawClipped(ctx, { series, paint }, at, axis, from, to) {
    ctx.fillStyle = paint;
    const spacing = 16;
    let begin = from;
    for (let x = at.left + spacing; begin < to; x += spacing) {
      const end = x >= at.right ? to : series.reach(axis, at.value(x), begin, to, begin);
      if (series.y.range(begin, end)) {
        const up = at.y(series.y.high) < at.top - 1;
        const down = at.y(series.y.low) > at.bottom + 1;
        const middle = Math.min(at.right, Math.max(at.left, x - spacing / 2));
        if (up) arrow(ctx, middle, at.top + 1, 6);
        if (down) arrow(ctx, middle, at.bottom - 1, -6);
      }
      begin = end;
    }
  }

  function arrow(ctx, x, y, height) {
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x - 4, y + height);
    ctx.lineTo(x + 4, y + height);
    ctx.fill();
  }

  // A cross where a stretch without numbers begins: the run diverged there.
  function drawCrosses(ctx, { series, paint }, at, axis, from, to) {
    let before = -Infinity;
    for (const position of series.crosses) {
      if (position < from || position >= to) continue;
      const x = at.x(series.x[axis].values[position]);
      if (x - before < 8) continue;
      before = x;
      const value = position ? series.y.values[position - 1] : NaN;
      const height = Number.isNaN(value) ? at.top + at.height / 2 : at.y(value);
      const y = Math.min(at.bottom - 7, Math.max(at.top + 7, height));
      ctx.beginPath();
      ctx.moveTo(x - 4, y - 4);
      ctx.lineTo(x + 4, y + 4);
      ctx.moveTo(x + 4, y - 4);
      ctx.lineTo(x - 4, y + 4);
      stroke(ctx, paint, 2.25, [], 1);
    }
  }

  // Draws everything: `scene` is what LiveChart.scene() returns.
  function draw(ctx, scene) {
    const { at, theme, axis } = scene;
    parts.frame.draw(ctx, scene);
    ctx.save();
    ctx.beginPath();
    ctx.rect(at.left, at.top - 4, at.width + 5, at.height + 8);
    ctx.clip();
    parts.frame.drawLines(ctx, scene);
    for (const item of scene.shown) {
      if (!item.series.x[axis]) continue;
      if (item.channel === 'validation') drawValidation(ctx, item, axis, at);
      else drawTrain(ctx, item, axis, at);
    }
    ctx.restore();
    parts.frame.drawLabels(ctx, scene);
    ctx.fillStyle = theme.text;
  }

  parts.picture = { projection, draw, dot, stroke };
})((playground.chart ??= {}));
