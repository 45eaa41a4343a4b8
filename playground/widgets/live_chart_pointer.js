// How one reads and zooms a live chart: crosshair, brush, wheel, touch, keys. The crosshair is
// drawn on a canvas of its own, so that moving it redraws no curve.
'use strict';

((parts) => {
  const STILL = 5; // pixels a pointer may move and still be a click or a tap
  const TOUCH_STILL = 9;

  class Pointer {
    constructor(chart, stage) {
      this.chart = chart;
      this.stage = stage;
      this.x = null; // place of the crosshair on the axis, null for none
      this.locked = false;
      this.here = false; // whether this chart, not a linked one, is being read
      this.brush = null; // [from, to] in pixels while one is drawn
      this.down = null;
      this.ending = playground.on('hover', (hover) => this.#follow(hover));
      this.listeners = new AbortController();
      const options = { signal: this.listeners.signal };
      const listen = (event, act, more) => stage.addEventListener(event, (e) => act.call(this, e), { ...options, ...more });
      listen('pointerdown', this.#press);
      listen('pointermove', this.#move);
      listen('pointerup', this.#lift);
      listen('pointercancel', this.#cancel); // the page scrolls instead
      listen('pointerleave', this.#leave);
      listen('dblclick', () => chart.reset());
      listen('wheel', this.#wheel, { passive: false });
      listen('keydown', this.#key);
      listen('blur', () => this.here && !this.locked && this.read(null));
    }

    destroy() {
      this.ending?.();
      this.listeners.abort();
    }

    /** Puts the crosshair at x (null: away) and tells linked charts. */
    read(x, locked = false) {
      this.x = x;
      this.locked = x !== null && locked;
      this.here = x !== null;
      this.#told = { x, axis: this.chart.axis, locked: this.locked, group: this.chart.options.group ?? null, room: this.chart.options.room ?? null, source: this.chart.id };
      playground.emit('hover', this.#told);
      this.chart.panel.follow(this.chart.drawn);
      this.draw();
    }

    #told = null;

    release() {
      if (this.x !== null) this.read(null);
    }

    #follow(hover) {
      if (!hover || hover === this.#told || hover.axis !== this.chart.axis || (hover.room ?? null) !== (this.chart.options.room ?? null) || (this.locked && !hover.locked && this.here)) return;
      this.x = Number.isFinite(hover.x) ? hover.x : null;
      this.locked = this.x !== null && Boolean(hover.locked);
      this.here = false;
      this.chart.panel.follow(this.chart.drawn);
      this.draw();
    }

    #pixel(event) {
      const at = this.chart.drawn?.at;
      const pixel = event.clientX - this.stage.getBoundingClientRect().left;
      return at ? Math.min(at.right, Math.max(at.left, pixel)) : pixel;
    }

    #press(event) {
      if (!this.chart.drawn || event.button !== 0 || event.target.closest('button, .pg-live-tip')) return;
      this.down = { pixel: this.#pixel(event), id: event.pointerId, touch: event.pointerType === 'touch' };
      this.stage.setPointerCapture?.(event.pointerId);
    }

    #move(event) {
      if (!this.chart.drawn) return;
      const pixel = this.#pixel(event);
      if (this.down?.id === event.pointerId) {
        const still = this.down.touch ? TOUCH_STILL : STILL;
        if (this.brush || Math.abs(pixel - this.down.pixel) > still) {
          if (!this.brush && this.x !== null) this.read(null);
          this.brush = [this.down.pixel, pixel];
          this.draw();
        }
        return;
      }
      if (this.locked || event.pointerType === 'touch') return;
      if (event.target.closest('button')) return;
      this.read(this.chart.drawn.at.value(pixel));
    }

    #lift(event) {
      if (this.down?.id !== event.pointerId) return;
      const { brush, chart } = this;
      const { pixel } = this.down;
      this.down = null;
      this.brush = null;
      if (brush && Math.abs(brush[1] - brush[0]) > 8) {
        const { at } = chart.drawn;
        this.read(null);
        chart.zoomTo(brush.map(at.value).sort((a, b) => a - b));
      } else if (this.locked && this.here) this.read(null);
      else this.read(chart.drawn.at.value(pixel), true);
    }

    #cancel() {
      this.down = null;
      this.brush = null;
      this.draw();
    }

    #leave() {
      if (!this.locked && !this.down && this.here) this.read(null);
    }

    #wheel(event) {
      if (!(event.ctrlKey || event.metaKey) || !this.chart.drawn) return; // plain wheels scroll the page
      event.preventDefault();
      this.#scale(this.chart.drawn.at.value(this.#pixel(event)), Math.exp(event.deltaY * 0.004));
    }

    // Zooms so that what lies at x stays where it is.
    #scale(x, factor) {
      const [low, high] = this.chart.drawn.at.rangeX;
      this.chart.zoomTo([x - (x - low) * factor, x + (high - x) * factor]);
    }

    #key(event) {
      const { chart } = this;
      if (!chart.drawn || event.target !== this.stage || event.ctrlKey || event.metaKey || event.altKey) return;
      const [low, high] = chart.drawn.at.rangeX;
      const act = {
        ArrowLeft: () => this.#walk(event.shiftKey ? -10 : -1),
        ArrowRight: () => this.#walk(event.shiftKey ? 10 : 1),
        Home: () => this.#walk(-Infinity),
        End: () => this.#walk(Infinity),
        '+': () => this.#scale(this.x ?? (low + high) / 2, 0.5),
        '=': () => this.#scale(this.x ?? (low + high) / 2, 0.5),
        '-': () => this.#scale(this.x ?? (low + high) / 2, 2),
        Enter: () => this.x !== null && this.read(this.x, !this.locked),
        ' ': () => this.x !== null && this.read(this.x, !this.locked),
        Escape: () => this.#escape(),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    }

    #escape() {
      if (this.down) this.#cancel();
      else if (this.x !== null) this.read(null);
      else this.chart.reset();
    }

    // Steps along the points of the first line shown, at least a pixel at a time.
    #walk(steps) {
      const { chart } = this;
      const { at, axis, shown } = chart.drawn;
      const { series } = shown[0];
      const column = series.x[axis];
      const [from, to] = series.window(axis, ...at.rangeX);
      const stride = Math.max(1, Math.round((to - from) / at.width));
      const now = this.x === null ? (steps > 0 ? from - stride : to - 1 + stride) : series.nearest(axis, this.x);
      const next = Math.max(0, Math.min(column.length - 1, now + (Number.isFinite(steps) ? steps * stride : steps)));
      const x = column.values[next];
      if (chart.zoom && (x < at.rangeX[0] || x > at.rangeX[1])) {
        const half = (at.rangeX[1] - at.rangeX[0]) / 2;
        chart.zoomTo([x - half, x + half]);
      }
      this.read(x, this.locked);
      const told = chart.readings(x).map((reading) => `${reading.name} ${playground.t(`chart.${reading.channel}`)} ${chart.panel.write(reading.y)}`);
      chart.panel.spoken.textContent = `${playground.t(`chart.axis.${axis}`)} ${parts.view.place(axis, x)}: ${told.join('; ')}`;
    }

    /** Draws crosshair and brush, and fills the tip beside the crosshair. */
    draw() {
      const { chart } = this;
      const { width, height } = chart.panel.size();
      if (!width) return;
      const ctx = chart.panel.canvasOf(chart.panel.overlay, width, height);
      const scene = chart.drawn;
      const inSight = scene && this.x !== null && this.x >= scene.at.rangeX[0] && this.x <= scene.at.rangeX[1];
      if (scene && this.brush) this.#drawBrush(ctx, scene);
      chart.panel.tip.hidden = !inSight || !this.here || Boolean(this.brush);
      chart.panel.stage.classList.toggle('pg-live-locked', this.locked && this.here);
      if (!inSight || this.brush) return;
      const readings = chart.readings(this.x);
      this.#drawCrosshair(ctx, scene, readings);
      if (this.here) parts.fillTip(chart, scene, this.x, readings);
    }

    #drawBrush(ctx, { at, theme }) {
      const [from, to] = [...this.brush].sort((a, b) => a - b);
      ctx.globalAlpha = 0.14;
      ctx.fillStyle = theme.accent;
      ctx.fillRect(from, at.top, to - from, at.height);
      ctx.globalAlpha = 1;
      ctx.beginPath();
      for (const x of [from, to]) {
        ctx.moveTo(x, at.top);
        ctx.lineTo(x, at.bottom);
      }
      parts.picture.stroke(ctx, theme.accent, 1, [], 1);
    }

    #drawCrosshair(ctx, { at, theme }, readings) {
      const x = Math.round(at.x(this.x)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(x, at.top);
      ctx.lineTo(x, at.bottom);
      parts.picture.stroke(ctx, this.locked ? theme.text : theme.faint, 1, this.locked ? [] : [3, 3], 0.8);
      for (const reading of readings) {
        const [across, up] = [at.x(reading.x), at.y(reading.smooth)];
        if (!Number.isFinite(reading.smooth) || up < at.top - 4 || up > at.bottom + 4) continue;
        if (across < at.left - 1 || across > at.right + 1) continue;
        ctx.fillStyle = theme.panel;
        parts.picture.dot(ctx, across, up, 5);
        ctx.fillStyle = reading.paint;
        parts.picture.dot(ctx, across, up, 3.5);
      }
    }
  }

  parts.Pointer = Pointer;
})((playground.chart ??= {}));
