// What stands around the curves of the live chart: grid, ticks, thresholds, marks.
'use strict';

((parts) => {
  // Where the plot lies in a canvas of the given size; margins grow with the type.
  function layout(width, height, fontSize, labels) {
    const left = Math.ceil(Math.max(3, ...labels.map((label) => label.length)) * fontSize * 0.61) + 12;
    const bottom = Math.ceil(fontSize * 1.9) + 4;
    return { left, top: 12, width: Math.max(10, width - left - 12), height: Math.max(10, height - 12 - bottom) };
  }

  function draw(ctx, { at, theme, ticksX, ticksY, axisTitle }) {
    ctx.font = `${theme.size}px ${theme.mono}`;
    ctx.lineWidth = 1;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'right';
    ctx.strokeStyle = theme.line;
    ctx.fillStyle = theme.faint;
    ctx.beginPath();
    for (const value of ticksY.values) {
      const y = Math.round(at.y(value)) + 0.5;
      ctx.moveTo(at.left, y);
      ctx.lineTo(at.right, y);
      ctx.fillText(ticksY.write(value), at.left - 8, y);
    }
    ctx.stroke();
    ctx.beginPath();
    ctx.strokeStyle = theme.axis;
    ctx.moveTo(at.left, at.bottom + 0.5);
    ctx.lineTo(at.right, at.bottom + 0.5);
    const baseline = at.bottom + theme.size * 0.7 + 8;
    ctx.font = `${theme.size}px ${theme.sans}`;
    const titleLeft = at.right - ctx.measureText(axisTitle).width;
    ctx.fillText(axisTitle, at.right, baseline);
    ctx.font = `${theme.size}px ${theme.mono}`;
    ctx.textAlign = 'center';
    for (const value of ticksX.values) {
      const x = Math.round(at.x(value)) + 0.5;
      const text = ticksX.write(value);
      const half = ctx.measureText(text).width / 2;
      ctx.moveTo(x, at.bottom);
      ctx.lineTo(x, at.bottom + 4);
      if (x + half < titleLeft - 8) ctx.fillText(text, Math.max(x, half + 2), baseline);
    }
    ctx.stroke();
  }

  // Thresholds and baselines across, rate changes and the like upright: under the curves.
  function drawLines(ctx, { at, theme, lines, marks }) {
    for (const line of lines) {
      const y = at.y(line.value);
      if (y < at.top - 1 || y > at.bottom + 1) continue;
      ctx.beginPath();
      ctx.moveTo(at.left, Math.round(y) + 0.5);
      ctx.lineTo(at.right, Math.round(y) + 0.5);
      const dash = line.threshold ? [7, 4] : [2, 4];
      parts.picture.stroke(ctx, line.threshold ? theme.warning : theme.faint, 1.25, dash, 0.9);
    }
    for (const mark of marks) {
      const x = Math.round(at.x(mark.x)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(x, at.top);
      ctx.lineTo(x, at.bottom);
      parts.picture.stroke(ctx, mark.paint, 1, [1, 3], 0.9);
    }
  }

  // Text over the curves has a halo in the panel's colour, so that it can be read anywhere.
  function label(ctx, theme, text, x, y, colour, align) {
    ctx.font = `${theme.size}px ${theme.sans}`;
    ctx.textAlign = align;
    ctx.textBaseline = 'middle';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 4;
    ctx.strokeStyle = theme.panel;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }

  // Labels of lines stand at the right; those of marks at the top, on the first of four rows where
  // nothing is written yet, or nowhere.
  function drawLabels(ctx, { at, theme, lines, marks }) {
    const height = theme.size * 1.35;
    const taken = [];
    ctx.font = `${theme.size}px ${theme.sans}`;
    for (const line of lines) {
      const y = at.y(line.value);
      const beyond = y < at.top - 1 ? '↑ ' : y > at.bottom + 1 ? '↓ ' : '';
      const text = `${beyond}${line.label} ${parts.view.written(line.value, 2)}`.trim();
      const wanted = beyond === '↓ ' ? at.bottom - 9 : y - theme.size * 0.8;
      const middle = free(taken, at.right - 4 - ctx.measureText(text).width, at.right, Math.min(at.bottom - 9, Math.max(at.top + 7, wanted)), height, 6, at.bottom);
      if (middle === null) continue;
      label(ctx, theme, text, at.right - 4, middle, line.threshold ? theme.warning : theme.faint, 'right');
    }
    for (const mark of [...marks].sort((a, b) => a.x - b.x)) {
      const x = at.x(mark.x);
      const width = ctx.measureText(mark.label).width + 8;
      const left = x + width > at.right ? x - width : x + 4;
      const middle = free(taken, left, left + width, at.top + 7, height, 4);
      if (middle !== null) label(ctx, theme, mark.label, left, middle, theme.faint, 'left');
    }
  }

  // The middle of the first row from `middle` downwards with nothing between left and right;
  // where that would end below `bottom`, upwards.
  function free(taken, left, right, middle, height, rows, bottom = Infinity) {
    const step = middle + 2 * height > bottom ? -height : height;
    for (let row = 0; row < rows; row++, middle += step) {
      const clash = taken.some((box) => box.left < right && left < box.right && Math.abs(box.middle - middle) < height);
      if (clash) continue;
      taken.push({ left, right, middle });
      return middle;
    }
    return null;
  }

  parts.frame = { layout, draw, drawLines, drawLabels };
})((playground.chart ??= {}));
