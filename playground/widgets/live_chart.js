// A chart of many training runs on a canvas, drawn by ourselves so that one more record costs the
// same after 100,000 as after 100.
//
//   const chart = new playground.LiveChart(host, {x: 'step', metric: {title_key, unit, log}, …});
//   chart.lane(run, {name, colour});  chart.append(run, 'train', start, {step: […], …}, [loss, …]);
//
// Records are numbered from 0 over a whole run; `start` is the number of the first one sent.
'use strict';

((parts) => {
  const AXES = ['step', 'tokens', 'seconds', 'epoch'];
  const PACE = 100; // milliseconds between redraws while data streams in
  // Okabe-Ito, for lanes whose caller names no colour.
  const COLOURS = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#D55E00', '#56B4E9', '#F0E442'];
  let charts = 0;

  class LiveChart {
    /**
     * Options: `x` the axis at first, `axes` those to choose from, `metric` {title_key or title,
     * unit_key or unit, log, span: the least that its axis spans, format(value)}, `height` in pixels, `id` names files, `group` charts
     * that share axis, zoom and hidden lanes, `room` those that share the crosshair, `tools` buttons to show, `smoothing`
     * 0…0.99, `heading` false if the page says the title itself, `onGap(run, have, channel)` is told when records before `start` are missing.
     */
    constructor(host, options = {}) {
      this.options = { x: 'step', axes: AXES, metric: {}, height: 300, smoothing: 0.6, ...options };
      this.number = ++charts;
      this.id = options.id ?? `chart-${this.number}`;
      this.axis = this.options.x;
      this.log = Boolean(this.options.metric.log);
      this.smoothing = this.options.smoothing;
      this.robust = true;
      this.zoom = null; // [low, high] in x; null follows the data
      this.lanes = new Map();
      this.lines = new Map();
      this.marks = [];
      this.drawnAt = -Infinity;
      this.panel = new parts.Panel(this, host);
      this.pointer = new parts.Pointer(this, this.panel.stage);
      this.endings = [
        playground.on('theme', () => this.recolour()),
        playground.on('language', () => this.panel.say()),
        playground.on('chart-group', (change) => this.#follow(change)),
      ];
      // A canvas does not notice by itself that its font has come.
      const fonts = () => this.touch(true);
      document.fonts.addEventListener('loadingdone', fonts);
      this.endings.push(() => document.fonts.removeEventListener('loadingdone', fonts));
      this.observer = new ResizeObserver(() => this.touch(true));
      this.observer.observe(this.panel.stage);
      this.recolour();
      this.panel.say();
    }

    /** Creates or updates the lane of a run; only what is given changes. */
    lane(run, { name, colour, hidden, dash } = {}) {
      let lane = this.lanes.get(run);
      if (!lane) {
        const own = COLOURS[this.lanes.size % COLOURS.length];
        lane = { run, name: run.slice(0, 8), colour: own, hidden: false, dash: [], channels: new Map() };
        this.lanes.set(run, lane);
      }
      const before = JSON.stringify([lane.name, lane.colour, lane.hidden, lane.dash, Boolean(lane.paint)]);
      if (name !== undefined) lane.name = String(name);
      if (colour !== undefined) lane.colour = colour;
      if (hidden !== undefined) lane.hidden = Boolean(hidden);
      if (dash !== undefined) lane.dash = dash ?? [];
      // Told often and changed seldom: measuring a colour makes the browser work out its styles.
      if (before === JSON.stringify([lane.name, lane.colour, lane.hidden, lane.dash, true])) return this;
      lane.paint = this.panel.paint(lane.colour);
      this.panel.legend();
      this.touch(true);
      return this;
    }

    /** Forgets a lane and its numbers. */
    remove(run) {
      this.lanes.delete(run);
      this.marks = this.marks.filter((mark) => mark.run !== run);
      this.panel.legend();
      this.touch(true);
    }

    /**
     * Takes records numbered from `start`: `xs` is an object axis -> array, or the array of the
     * axis the chart began with; `ys` are the values (null: not measured, NaN: diverged). Returns
     * false if earlier records are missing; `onGap` is then told how many are here.
     */
    append(run, channel, start, xs, ys) {
      const series = this.series(run, channel);
      const taken = series.append(start, xs, ys);
      if (taken > 0) this.touch(false);
      if (taken < 0) this.options.onGap?.(run, series.have, channel);
      return taken >= 0;
    }

    /** The thinned past of a long run: `index` holds the records' numbers out of `total`. */
    history(run, channel, index, xs, ys, total) {
      if (this.series(run, channel).history(index, xs, ys, total)) this.touch(true);
    }

    /** Forgets the records numbered n and higher: the run went back to a snapshot. */
    truncate(run, n) {
      for (const series of this.lanes.get(run)?.channels.values() ?? []) series.truncate(n);
      this.touch(true);
    }

    /** A line across at `value`, such as the clip threshold; null takes it away. */
    threshold(value, label = '') {
      this.#line('threshold', value, label, true);
    }

    /** A dotted line across for comparison; a null value takes it away. */
    baseline(id, value, label = '') {
      this.#line(`baseline:${id}`, value, label, false);
    }

    /** An upright mark: `x` on the axis the chart began with. Told twice, it stands once. */
    marker(run, x, label) {
      if (this.marks.some((mark) => mark.run === run && mark.x === x && mark.label === label)) return;
      this.marks.push({ run, x, label: String(label) });
      this.touch(true);
    }

    setAxis(axis) {
      if (axis === this.axis) return;
      this.axis = axis;
      this.zoom = null;
      this.pointer.release();
      this.panel.say();
      this.#tell({ axis });
      this.touch(true);
    }

    setLog(log) {
      this.log = Boolean(log);
      this.panel.say();
      this.touch(true);
    }

    setSmoothing(smoothing) {
      this.smoothing = Math.min(0.99, Math.max(0, Number(smoothing) || 0));
      for (const lane of this.lanes.values()) lane.channels.get('train')?.smoothBy(this.smoothing);
      this.panel.say();
      this.touch(true);
    }

    /** Whether single extreme values may be left outside the picture (it then says so). */
    setRobust(robust) {
      this.robust = Boolean(robust);
      this.touch(true);
    }

    /** Shows [low, high] of x, or all of it and what is to come if null. */
    zoomTo(range) {
      this.zoom = this.#withinData(range);
      this.#tell({ zoom: this.zoom });
      this.panel.say();
      this.touch(true);
    }

    hide(run, hidden) {
      this.lane(run, { hidden });
      this.#tell({ run, hidden });
    }

    /** Back to the whole picture: no zoom, no crosshair. The numbers stay; `clear` drops them. */
    reset() {
      this.pointer.release();
      this.robust = true;
      this.zoomTo(null);
    }

    /** Forgets all lanes, marks and numbers. */
    clear() {
      this.lanes.clear();
      this.lines.clear();
      this.marks = [];
      this.reset();
      this.panel.legend();
    }

    destroy() {
      for (const end of this.endings) end?.();
      this.observer.disconnect();
      cancelAnimationFrame(this.frame);
      clearTimeout(this.timer);
      this.pointer.destroy();
      this.panel.root.remove();
      this.destroyed = true;
    }

    toPNG() {
      return parts.toPNG(this);
    }

    toCSV() {
      return parts.toCSV(this);
    }

    /** {columns: [text], rows: [[text or number]]}, at most 200 rows over what is in sight. */
    table() {
      return parts.table(this);
    }

    /** What every shown line holds nearest to x: [{run, name, channel, index, x, y, smooth}]. */
    readings(x) {
      return parts.readings(this, x);
    }

    series(run, channel) {
      if (!this.lanes.has(run)) this.lane(run);
      const { channels } = this.lanes.get(run);
      if (!channels.has(channel)) {
        const smoothing = channel === 'train' ? this.smoothing : 0;
        channels.set(channel, new parts.Series(this.options.x, smoothing));
      }
      return channels.get(channel);
    }

    /** The lines to draw: [{lane, channel, series, paint}], later ones above earlier ones. */
    shown() {
      return parts.shown(this);
    }

    /** Asks for a redraw: at once after a gesture, at the streaming pace otherwise. */
    touch(instantly) {
      if (this.frame || this.destroyed) return;
      const wait = instantly ? 0 : this.drawnAt + PACE - performance.now();
      if (wait > 0) {
        this.timer ||= setTimeout(() => this.#ask(), wait);
        return;
      }
      this.#ask();
    }

    #ask() {
      clearTimeout(this.timer);
      this.timer = 0;
      this.frame ||= requestAnimationFrame(() => this.draw());
    }

    draw() {
      this.frame = 0;
      const { width, height } = this.panel.size();
      if (!width) return; // in a closed tab; the observer asks again when it opens
      if (!this.theme.size) this.recolour(); // made before it stood in the page
      clearTimeout(this.timer); // what it waited to draw is drawn now
      this.timer = 0;
      this.drawnAt = performance.now();
      this.drawn = parts.scene(this, width, height);
      const ctx = this.panel.canvasOf(this.panel.picture, width, height);
      if (this.drawn) parts.picture.draw(ctx, this.drawn);
      this.panel.follow(this.drawn);
      this.pointer.draw();
    }

    recolour() {
      this.theme = this.panel.theme();
      for (const lane of this.lanes.values()) lane.paint = this.panel.paint(lane.colour);
      this.touch(true);
    }

    #line(id, value, label, threshold) {
      if (value === null || !Number.isFinite(value)) this.lines.delete(id);
      else this.lines.set(id, { value, label: String(label), threshold });
      this.touch(true);
    }

    #withinData(range) {
      const whole = parts.view.extentX(this.shown(), this.axis);
      if (!range || !whole) return null;
      const least = (whole[1] - whole[0]) * 1e-6;
      const [low, high] = [Math.max(whole[0], range[0]), Math.min(whole[1], range[1])];
      return high - low < least || (low <= whole[0] && high >= whole[1]) ? null : [low, high];
    }

    #tell(change) {
      if (this.options.group && !this.following) {
        playground.emit('chart-group', { ...change, group: this.options.group, source: this.id });
      }
    }

    // Charts of one group do what one of them is told, without telling it further.
    #follow({ group, source, axis, zoom, run, hidden }) {
      if (group !== this.options.group || source === this.id) return;
      this.following = true;
      if (axis !== undefined) this.setAxis(axis);
      if (zoom !== undefined) this.zoomTo(zoom);
      if (run !== undefined && this.lanes.has(run)) this.lane(run, { hidden });
      this.following = false;
    }
  }

  playground.LiveChart = LiveChart;
})((playground.chart ??= {}));
