// Which part of the numbers the live chart shows: ranges of both axes, ticks, and how a number
// is written. Pure functions; nothing here touches the page.
'use strict';

((parts) => {
  const SAMPLES = 256; // values looked at for the robust range, whatever the length
  const ENOUGH = 32; // with fewer points in sight nothing is cut off
  const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200];
  const LADDERS = [[1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];

  // The extent of all points of the shown series on an axis, null if there are none.
  function extentX(shown, axis) {
    let low = Infinity;
    let high = -Infinity;
    for (const { series } of shown) {
      const column = series.x[axis];
      if (!column || !column.length) continue;
      low = Math.min(low, column.values[0]);
      high = Math.max(high, column.last());
    }
    if (low > high) return null;
    if (low > 0 && low < 0.1 * high) low = 0; // a curve that starts at step 1 starts at the edge
    if (low === high) return [low, low + 1];
    return [low, high];
  }

  // Lowest and highest value to show of one series between positions from and to, in the scale's
  // own unit. If a few extreme values would squash the rest below a third of the height, they
  // are left outside.
  function extentOfSeries(series, from, to, scale, robust) {
    const values = series.y;
    if (!values.range(from, to)) return null;
    const step = Math.max(1, (to - from) / SAMPLES);
    const sample = [];
    for (let at = from; at < to; at += step) {
      const value = scale(values.values[Math.floor(at)]);
      if (Number.isFinite(value)) sample.push(value);
    }
    sample.sort((a, b) => a - b);
    // On a log scale values <= 0 have no place, so the lowest positive one met is the floor.
    const lowest = scale(values.low);
    const full = [Number.isFinite(lowest) ? lowest : sample[0], scale(values.high)];
    if (!Number.isFinite(full[0]) || !Number.isFinite(full[1])) return null;
    if (!robust || to - from < ENOUGH || sample.length < ENOUGH) return full;
    const share = (q) => sample[Math.round(q * (sample.length - 1))];
    const [p3, p97] = [share(0.03), share(0.97)];
    const spread = p97 - p3;
    if (!(spread > 0)) return full;
    const low = Math.max(full[0], p3 - 0.5 * spread);
    const high = Math.min(full[1], p97 + 0.5 * spread);
    return full[1] - full[0] > 1.6 * (high - low) ? [low, high] : full;
  }

  // The range of y: {low, high, above, below} in values; `above` and `below` are the extremes
  // left outside, or null. `lines` are the heights of thresholds and baselines: one is taken in
  // unless the data would lose more than half of the height to it. `leastSpan` is the least that
  // the axis spans.
  function extentY(shown, axis, rangeX, log, robust, lines, leastSpan = 1e-12) {
    const scale = log ? Math.log : (value) => value;
    let low = Infinity;
    let high = -Infinity;
    let least = Infinity;
    let most = -Infinity;
    for (const { series } of shown) {
      const [from, to] = series.window(axis, rangeX[0], rangeX[1]);
      const extent = extentOfSeries(series, from, to, scale, robust);
      if (!extent) continue;
      low = Math.min(low, extent[0]);
      high = Math.max(high, extent[1]);
      least = Math.min(least, series.y.low);
      most = Math.max(most, series.y.high);
    }
    const empty = low > high;
    if (empty) [low, high] = log ? [0, Math.log(10)] : [0, 1];
    const span = Math.max(high - low, log ? 0.2 : 0.1 * Math.abs(high), leastSpan);
    for (const line of lines) {
      const at = scale(line);
      if (!Number.isFinite(at)) continue;
      if (at < low && (high - at <= 2 * span || empty)) low = at;
      if (at > high && (at - low <= 2 * span || empty)) high = at;
    }
    const slack = Math.max(0, span - (high - low)) / 2;
    const pad = 0.06 * Math.max(high - low, span);
    const floor = !log && low >= 0 && (low === 0 || low < 0.3 * (high - low));
    low = floor ? 0 : low - pad - slack;
    high += pad + slack;
    const back = log ? Math.exp : (value) => value;
    const range = { low: back(low), high: back(high), above: null, below: null };
    if (most > range.high) range.above = most;
    if (least < range.low) range.below = least;
    return range;
  }

  function niceStep(span, count, whole) {
    const raw = span / Math.max(1, count);
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 2.5, 5, 10].find((factor) => power * factor >= raw * 0.999);
    return whole ? Math.max(1, Math.round(step)) : step;
  }

  function ladder(low, high, step) {
    const ticks = [];
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) {
      ticks.push(n * step);
    }
    return ticks;
  }

  // At most `count` or so ticks in [low, high]: {values, write}.
  function ticksX(axis, low, high, count) {
    const span = high - low;
    if (axis === 'seconds') {
      const step = SECONDS.find((second) => second >= span / count);
      if (step && span > 4) return { values: ladder(low, high, step), write: clock };
    }
    const step = niceStep(span, count, axis === 'step' || axis === 'tokens');
    return { values: ladder(low, high, step), write: writer(step, Math.max(Math.abs(low), high)) };
  }

  function ticksY(low, high, log, count) {
    if (log && high / low > 1.8) {
      for (const factors of LADDERS) {
        const values = [];
        const last = Math.floor(Math.log10(high));
        const first = Math.floor(Math.log10(low));
        const stride = factors.length === 1 ? Math.max(1, Math.ceil((last - first) / count)) : 1;
        for (let power = first; power <= last; power += stride) {
          for (const factor of factors) {
            const value = Number(`${factor}e${power}`);
            if (value >= low && value <= high) values.push(value);
          }
        }
        // Over many powers of ten two of them say more than steps that crowd at the top.
        if (factors.length === 1 ? values.length >= 2 : values.length >= 3 && values.length <= count + 1) {
          return { values, write: (value) => written(value, 2) };
        }
      }
    }
    const step = niceStep(high - low, count, false);
    const write = writer(step, Math.max(Math.abs(low), Math.abs(high)));
    return { values: ladder(low, high, step).filter((value) => !log || value > 0), write };
  }

  // All ticks of an axis get as many decimals as their step needs.
  function writer(step, largest) {
    if (largest > 0 && largest < 1e-3) return (value) => (value ? value.toExponential(1) : '0');
    const [unit, letter] =
      largest >= 1e9 ? [1e9, 'B'] : largest >= 1e6 ? [1e6, 'M'] : largest >= 1e4 ? [1e3, 'k'] : [1, ''];
    const finest = step / unit;
    let digits = 0;
    while (digits < 6 && Math.abs(Math.round(finest * 10 ** digits) - finest * 10 ** digits) > 1e-6) {
      digits++;
    }
    const form = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return (value) => (Math.abs(value) < step * 1e-6 ? '0' : form.format(value / unit) + letter);
  }

  // A number by itself: `digits` significant ones where it has them, no exponent where avoidable.
  function written(value, digits = 4) {
    if (!Number.isFinite(value)) return '–';
    const size = Math.abs(value);
    if (size === 0) return '0';
    if (size >= 1e9 || size < 1e-3) {
      return value.toExponential(Math.max(0, digits - 2)).replace('.0e', 'e').replace('e+', 'e');
    }
    if (digits <= 2) {
      const [unit, letter] = size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, ''];
      return Number((value / unit).toPrecision(3)) + letter;
    }
    if (size >= 1e4) return Math.round(value).toLocaleString('en-US');
    return value.toFixed(Math.max(0, digits - 1 - Math.max(-1, Math.floor(Math.log10(size)))));
  }

  function clock(seconds) {
    const whole = Math.round(seconds);
    const two = (number) => String(number).padStart(2, '0');
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
    return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  }

  // The place on an axis in full, for the tooltip and the table.
  function place(axis, x) {
    if (axis === 'seconds') return x < 60 ? `${x.toFixed(2)} s` : clock(x);
    if (axis === 'epoch') return x.toFixed(2);
    return Math.round(x).toLocaleString('en-US');
  }

  parts.view = { extentX, extentY, ticksX, ticksY, written, place };
})((playground.chart ??= {}));
