// The numbers behind one line of the live chart, in growing columns. Over a column of values
// stands a pyramid (each level summarises four entries of the level below): the extremes or the
// mean of any stretch cost O(log n), and drawing n points as many look-ups as the picture has
// columns of pixels. Only complete blocks are kept: appending is amortised O(1), cutting is free.
'use strict';

((parts) => {
  class Growing {
    constructor() {
      this.values = new Float64Array(64);
      this.length = 0;
    }

    push(value) {
      if (this.length === this.values.length) {
        const larger = new Float64Array(this.length * 2);
        larger.set(this.values);
        this.values = larger;
      }
      this.values[this.length++] = value;
    }

    last() {
      return this.length ? this.values[this.length - 1] : NaN;
    }
  }

  // The level of the largest block of 4^level values that begins at `at` and ends by `end`.
  function largest(at, end) {
    let shift = 2;
    while ((at & ((1 << shift) - 1)) === 0 && at + (1 << shift) <= end) shift += 2;
    return (shift >> 1) - 1;
  }

  // A column of values with the pyramid over it. NaN stands for "no number" and is passed over.
  class Extremes extends Growing {
    constructor() {
      super();
      this.lows = []; // lows[k] holds the minima of complete blocks of 4^(k+1) values
      this.highs = [];
      this.low = Infinity; // the answer of the latest `range`
      this.high = -Infinity;
    }

    push(value) {
      super.push(value);
      let size = 4;
      for (let level = 0; this.length % size === 0; level++, size *= 4) {
        if (level === this.lows.length) {
          this.lows.push(new Growing());
          this.highs.push(new Growing());
        }
        const below = level ? this.lows[level - 1].values : this.values;
        const above = level ? this.highs[level - 1].values : this.values;
        const first = (this.length / size - 1) * 4;
        let low = Infinity;
        let high = -Infinity;
        for (let child = first; child < first + 4; child++) {
          if (below[child] < low) low = below[child];
          if (above[child] > high) high = above[child];
        }
        this.lows[level].push(low);
        this.highs[level].push(high);
      }
    }

    // Sets `low` and `high` to the extremes of [from, to); low > high where there is no number.
    range(from, to) {
      let low = Infinity;
      let high = -Infinity;
      let at = Math.max(0, from);
      const end = Math.min(to, this.length);
      while (at < end) {
        const level = largest(at, end);
        const block = at >> (2 * level);
        const least = level ? this.lows[level - 1].values[block] : this.values[at];
        const most = level ? this.highs[level - 1].values[block] : this.values[at];
        if (least < low) low = least;
        if (most > high) high = most;
        at += 1 << (2 * level);
      }
      this.low = low;
      this.high = high;
      return low <= high;
    }

    truncate(length) {
      this.length = Math.min(this.length, length);
      for (let level = 0, size = 4; level < this.lows.length; level++, size *= 4) {
        const complete = Math.floor(this.length / size);
        this.lows[level].length = complete;
        this.highs[level].length = complete;
      }
    }
  }

  // A column of values with a pyramid of sums over it. Sums of blocks, not from the start on: one
  // value of 1e300 must not swallow the digits of all that follow.
  class Means extends Growing {
    constructor() {
      super();
      this.sums = [];
      this.counts = [];
    }

    push(value) {
      super.push(value);
      let size = 4;
      for (let level = 0; this.length % size === 0; level++, size *= 4) {
        if (level === this.sums.length) {
          this.sums.push(new Growing());
          this.counts.push(new Growing());
        }
        const first = (this.length / size - 1) * 4;
        let sum = 0;
        let count = 0;
        for (let child = first; child < first + 4; child++) {
          const part = level ? this.sums[level - 1].values[child] : this.values[child];
          if (Number.isNaN(part)) continue;
          sum += part;
          count += level ? this.counts[level - 1].values[child] : 1;
        }
        this.sums[level].push(sum);
        this.counts[level].push(count);
      }
    }

    // The mean over [from, to), NaN where there is no number.
    mean(from, to) {
      let sum = 0;
      let count = 0;
      let at = Math.max(0, from);
      const end = Math.min(to, this.length);
      while (at < end) {
        const level = largest(at, end);
        const block = at >> (2 * level);
        const part = level ? this.sums[level - 1].values[block] : this.values[at];
        if (!Number.isNaN(part)) {
          sum += part;
          count += level ? this.counts[level - 1].values[block] : 1;
        }
        at += 1 << (2 * level);
      }
      return count ? sum / count : NaN;
    }
  }

  // One channel of one run. Records are counted from 0 over the whole run, whether or not they
  // hold a value: `have` is the number of the next record to come. `null` means "not measured"
  // and is not stored; NaN or an infinity means "diverged": a gap in the line and a cross.
  class Series {
    constructor(home, smoothing = 0) {
      this.home = home; // the axis a plain array of x belongs to
      this.have = 0;
      this.smoothing = smoothing;
      this.clear();
    }

    clear() {
      this.have = 0;
      this.index = new Growing(); // number of the record of each stored point
      this.x = {}; // axis -> Growing, never decreasing
      this.y = new Extremes();
      this.smooth = new Means();
      this.crosses = []; // positions where a stretch without numbers begins
      this.average = 0; // running sums of the exponential average
      this.weight = 0;
    }

    get length() {
      return this.y.length;
    }

    // Takes records numbered from `start`. Repeats are dropped. Returns the number of records
    // taken, or -1 if some are missing between what is here and `start` (nothing is taken then).
    append(start, xs, ys) {
      if (start > this.have) return -1;
      const skip = this.have - start;
      const columns = Array.isArray(xs) || ArrayBuffer.isView(xs) ? { [this.home]: xs } : xs;
      for (let i = skip; i < ys.length; i++) this.#store(start + i, columns, i, ys[i]);
      this.have = Math.max(this.have, start + ys.length);
      return Math.max(0, ys.length - skip);
    }

    // The thinned past of a long run: index[i] is the number of record i. It replaces what is
    // here, unless as much or more is here already. Returns whether it was taken.
    history(index, xs, ys, total) {
      if (this.have >= total) return false;
      const columns = Array.isArray(xs) || ArrayBuffer.isView(xs) ? { [this.home]: xs } : xs;
      this.clear();
      for (let i = 0; i < ys.length; i++) this.#store(index[i], columns, i, ys[i]);
      this.have = total;
      return true;
    }

    // Forgets the records numbered n and higher.
    truncate(n) {
      if (n >= this.have) return;
      const length = this.#search(this.index.values, n, 0, this.length);
      this.have = n;
      for (const column of [this.index, ...Object.values(this.x)]) {
        column.length = Math.min(column.length, length);
      }
      this.y.truncate(length);
      this.crosses = this.crosses.filter((position) => position < length);
      this.smoothBy(this.smoothing);
    }

    // Smooths anew, O(n): called when the visitor moves the slider, never while data comes in.
    smoothBy(smoothing) {
      this.smoothing = smoothing;
      this.smooth = new Means();
      this.average = 0;
      this.weight = 0;
      if (smoothing > 0) for (let i = 0; i < this.length; i++) this.#average(this.y.values[i]);
    }

    // Positions [from, to) of the points with low <= x <= high.
    window(axis, low, high) {
      const column = this.x[axis];
      if (!column) return [0, 0];
      const from = this.#search(column.values, low, 0, column.length);
      let to = this.#search(column.values, high, from, column.length);
      while (to < column.length && column.values[to] === high) to++;
      return [from, to];
    }

    // The first position in [from, to) whose x is at least `value`; `to` if there is none. Looks
    // around `guess` first, with strides that double: a good guess makes it a few steps.
    reach(axis, value, from, to, guess) {
      const { values } = this.x[axis];
      if (from >= to) return to;
      const at = Math.min(to - 1, Math.max(from, guess));
      let stride = 1;
      if (values[at] < value) {
        while (at + stride < to && values[at + stride] < value) stride *= 2;
        return this.#search(values, value, at + (stride >> 1) + 1, Math.min(to, at + stride));
      }
      while (at - stride >= from && values[at - stride] >= value) stride *= 2;
      return this.#search(values, value, Math.max(from, at - stride), at - (stride >> 1));
    }

    // The position of the point nearest to x, -1 if there are no points on this axis.
    nearest(axis, x) {
      const column = this.x[axis];
      if (!column || !column.length) return -1;
      const right = this.#search(column.values, x, 0, column.length);
      if (right === 0) return 0;
      if (right === column.length) return column.length - 1;
      return x - column.values[right - 1] <= column.values[right] - x ? right - 1 : right;
    }

    #store(number, columns, i, y) {
      if (y === null || y === undefined) return;
      const value = typeof y === 'number' && Number.isFinite(y) ? y : NaN;
      if (Number.isNaN(value) && !(this.length && Number.isNaN(this.y.last()))) {
        this.crosses.push(this.length);
      }
      for (const axis in columns) this.#place(axis, columns[axis][i]);
      this.index.push(number);
      this.y.push(value);
      if (this.smoothing > 0) this.#average(value);
    }

    // Searching by halves needs x that never decreases, so a step back stays where it was.
    #place(axis, x) {
      const column = (this.x[axis] ??= new Growing());
      const place = Number.isFinite(x) ? x : 0;
      const before = column.length ? column.last() : place;
      while (column.length < this.length) column.push(before);
      column.push(Math.max(before, place));
    }

    // Exponential average corrected for its start, by stored point (not by record).
    #average(value) {
      if (Number.isNaN(value)) {
        this.smooth.push(NaN);
        return;
      }
      this.average = this.smoothing * this.average + (1 - this.smoothing) * value;
      this.weight = this.smoothing * this.weight + (1 - this.smoothing);
      this.smooth.push(this.average / this.weight);
    }

    // The first position in [from, to) whose value is at least `wanted`, else `to`.
    #search(values, wanted, from, to) {
      while (from < to) {
        const middle = (from + to) >>> 1;
        if (values[middle] < wanted) from = middle + 1;
        else to = middle;
      }
      return from;
    }
  }

  Object.assign(parts, { Growing, Extremes, Means, Series });
})((playground.chart ??= {}));
