// What stands around the canvas of a live chart: title, legend, tools, table. Names of runs are
// visitors' text: they only ever become text nodes.
'use strict';

((parts) => {
  const TOOLS = ['axis', 'smoothing', 'log', 'table', 'png', 'csv'];
  const TABLE_PACE = 2000; // milliseconds between renewals of an open table
  // Used where the page sets no colours of its own.
  const FALLBACK = {
    '--pg-panel': '#ffffff', '--pg-line': '#e6e2da', '--pg-text': '#1b1f24', '--pg-text-2': '#5b6470',
    '--pg-warning': '#c2410c', '--pg-accent': '#0e8f86',
  };

  function element(tag, className, parent, attributes = {}) {
    const made = document.createElement(tag);
    made.className = className;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    parent?.append(made);
    return made;
  }

  function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  class Panel {
    constructor(chart, host) {
      this.chart = chart;
      this.buttons = new Map(); // run -> parts of its legend button
      this.root = element('section', 'pg-live', host);
      const head = element('div', 'pg-live-head', this.root);
      this.heading = element('div', 'pg-live-heading', head);
      this.title = element('h3', 'pg-live-title', this.heading, { id: `pg-live-${chart.number}` });
      this.heading.classList.toggle('pg-live-unseen', chart.options.heading === false);
      this.unit = element('span', 'pg-live-unit', this.heading);
      this.tools = element('div', 'pg-live-tools', head, { role: 'toolbar' });
      this.lanes = element('div', 'pg-live-legend', this.root, { role: 'group' });
      this.notes = element('span', 'pg-live-notes', this.lanes);
      this.clipped = element('button', 'pg-live-clipped', this.notes, { type: 'button', hidden: '' });
      this.key = element('span', 'pg-live-key', this.notes);
      this.stage = element('div', 'pg-live-stage', this.root, { tabindex: '0', role: 'group', 'aria-labelledby': this.title.id });
      this.stage.style.height = `${chart.options.height}px`;
      this.picture = element('canvas', 'pg-live-picture', this.stage, { role: 'img' });
      this.overlay = element('canvas', 'pg-live-overlay', this.stage, { 'aria-hidden': 'true' });
      this.empty = element('p', 'pg-live-empty', this.stage);
      this.tip = element('div', 'pg-live-tip', this.stage, { hidden: '' });
      this.clipped.addEventListener('click', () => chart.setRobust(!chart.robust));
      this.spoken = element('p', 'pg-live-spoken', this.root, { 'aria-live': 'polite' });
      this.numbers = element('div', 'pg-live-table', this.root, { hidden: '', tabindex: '0' });
      this.probe = element('span', 'pg-live-probe', this.root, { 'aria-hidden': 'true' });
      this.#makeTools();
    }

    #makeTools() {
      const wanted = ['reset', ...(this.chart.options.tools ?? TOOLS)];
      const chart = this.chart;
      this.tool = {};
      const button = (name, act) => {
        if (!wanted.includes(name)) return;
        this.tool[name] = element('button', `pg-live-button pg-live-do-${name}`, this.tools, { type: 'button' });
        this.tool[name].addEventListener('click', act);
      };
      if (wanted.length > 1) button('reset', () => chart.reset());
      if (wanted.includes('axis')) {
        this.tool.axis = element('select', 'pg-live-button pg-live-do-axis', this.tools);
        for (const axis of chart.options.axes) element('option', '', this.tool.axis, { value: axis });
        this.tool.axis.addEventListener('change', () => chart.setAxis(this.tool.axis.value));
      }
      if (wanted.includes('smoothing')) {
        const label = element('label', 'pg-live-smoothing', this.tools);
        this.smoothingName = element('span', '', label);
        this.tool.smoothing = element('input', '', label, { type: 'range', min: '0', max: '0.99', step: '0.01' });
        this.smoothingValue = element('output', '', label);
        this.tool.smoothing.addEventListener('input', () => chart.setSmoothing(this.tool.smoothing.value));
      }
      button('log', () => chart.setLog(!chart.log));
      button('table', () => this.toggleTable());
      button('png', async () => parts.save(await chart.toPNG(), `${chart.id}.png`));
      button('csv', () => parts.save(new Blob([chart.toCSV()], { type: 'text/csv;charset=utf-8' }), `${chart.id}.csv`));
      this.tools.hidden = !this.tools.children.length;
    }

    titleText() {
      const { metric } = this.chart.options;
      return metric.title ?? (metric.title_key ? playground.t(metric.title_key) : '');
    }

    unitText() {
      const { metric } = this.chart.options;
      return metric.unit_key ? playground.t(metric.unit_key) : metric.unit ?? '';
    }

    /** Says every text anew: after a switch of language or of a setting. */
    say() {
      const { chart, tool } = this;
      const t = playground.t;
      setText(this.title, this.titleText());
      setText(this.unit, this.unitText());
      this.tools.setAttribute('aria-label', t('chart.tools'));
      this.lanes.setAttribute('aria-label', t('chart.lanes'));
      this.numbers.setAttribute('aria-label', t('chart.table'));
      this.stage.setAttribute('aria-description', t('chart.keys'));
      setText(this.empty, t(chart.options.empty_key ?? 'chart.empty'));
      if (tool.reset) {
        setText(tool.reset, t('chart.reset'));
        tool.reset.hidden = !chart.zoom;
      }
      if (tool.axis) {
        tool.axis.setAttribute('aria-label', t('chart.axis'));
        tool.axis.title = t('chart.axis');
        for (const option of tool.axis.options) setText(option, t(`chart.axis.${option.value}`));
        tool.axis.value = chart.axis;
      }
      if (tool.smoothing) {
        setText(this.smoothingName, t('chart.smoothing'));
        tool.smoothing.value = String(chart.smoothing);
        setText(this.smoothingValue, chart.smoothing.toFixed(2));
      }
      for (const [name, pressed] of [['log', chart.log], ['table', !this.numbers.hidden]]) {
        if (!tool[name]) continue;
        setText(tool[name], t(`chart.${name}`));
        tool[name].title = t(`chart.${name}.help`);
        tool[name].setAttribute('aria-pressed', String(pressed));
      }
      for (const name of ['png', 'csv']) {
        if (!tool[name]) continue;
        setText(tool[name], t(`chart.${name}`));
        tool[name].title = t(`chart.${name}.help`);
      }
      this.#sayKey();
      this.legend();
      chart.touch(true);
    }

    #sayKey() {
      this.key.replaceChildren();
      for (const channel of ['train', 'validation']) {
        element('span', `pg-live-swatch pg-live-${channel}`, this.key);
        element('span', '', this.key).textContent = playground.t(`chart.${channel}`);
      }
    }

    /** One button for each lane, kept across changes so that the focus stays where it is. */
    legend() {
      const { lanes } = this.chart;
      for (const [run, button] of this.buttons) {
        if (lanes.has(run)) continue;
        button.root.remove();
        this.buttons.delete(run);
      }
      for (const lane of lanes.values()) {
        const button = this.buttons.get(lane.run) ?? this.#makeLane(lane.run);
        setText(button.name, lane.name);
        button.root.title = lane.name;
        button.root.style.setProperty('--pg-lane', lane.paint);
        button.root.setAttribute('aria-pressed', String(!lane.hidden));
      }
      this.lanes.hidden = !lanes.size;
    }

    #makeLane(run) {
      const root = element('button', 'pg-live-lane', null, { type: 'button' });
      this.lanes.insertBefore(root, this.notes);
      element('span', 'pg-live-swatch pg-live-train', root);
      const name = element('span', 'pg-live-name', root);
      const value = element('span', 'pg-live-value', root);
      root.addEventListener('click', () => this.chart.hide(run, !this.chart.lanes.get(run).hidden));
      const button = { root, name, value };
      this.buttons.set(run, button);
      return button;
    }

    /** Number in a metric's own form. */
    write(value) {
      return this.chart.options.metric.format?.(value) ?? parts.view.written(value);
    }

    /** After a redraw: legend values (those under the crosshair if there is one), notes, labels. */
    follow(scene) {
      const { chart } = this;
      this.empty.hidden = Boolean(scene);
      this.picture.style.visibility = scene ? '' : 'hidden';
      const x = chart.pointer.x;
      const values = new Map();
      for (const lane of chart.lanes.values()) {
        const texts = ['train', 'validation'].map((channel) => this.#valueAt(lane.channels.get(channel), x));
        if (texts[1] === playground.t('chart.diverged') && texts[0] === texts[1]) texts.pop();
        const text = texts.filter(Boolean).join(' · ');
        values.set(lane.run, text);
        setText(this.buttons.get(lane.run).value, text);
      }
      this.key.hidden = !scene?.shown.some(({ channel }) => channel === 'validation');
      for (const option of this.tool.axis?.options ?? []) {
        option.disabled = Boolean(scene) && option.value !== chart.axis && !scene.shown.some(({ series }) => series.x[option.value]);
      }
      this.#tellClipped(scene);
      if (x === null) this.#summarise(values);
      if (!this.numbers.hidden && performance.now() - this.tabledAt > TABLE_PACE) this.fillTable();
    }

    #valueAt(series, x) {
      if (!series?.length) return '';
      const at = x === null ? series.length - 1 : series.nearest(this.chart.axis, x);
      const value = series.y.values[at];
      return Number.isNaN(value) ? playground.t('chart.diverged') : this.write(value);
    }

    #tellClipped(scene) {
      const { above, below } = scene?.rangeY ?? { above: null, below: null };
      this.clipped.hidden = above === null && below === null && this.chart.robust;
      const key = !this.chart.robust ? 'chart.clip' : above !== null ? 'chart.clipped.above' : 'chart.clipped.below';
      if (this.clipped.hidden) return;
      setText(this.clipped, playground.t(key, { value: this.write(above ?? below ?? 0) }));
    }

    #summarise(values) {
      const lanes = [...this.chart.lanes.values()].filter((lane) => !lane.hidden);
      const told = lanes.map((lane) => `${lane.name}: ${values.get(lane.run) || '–'}`).join('; ');
      const label = playground.t('chart.summary', {
        title: this.titleText(), axis: playground.t(`chart.axis.${this.chart.axis}`), lanes: told || playground.t('chart.empty'),
      });
      if (this.picture.getAttribute('aria-label') !== label) this.picture.setAttribute('aria-label', label);
    }

    toggleTable() {
      this.numbers.hidden = !this.numbers.hidden;
      this.fillTable();
      this.say();
    }

    fillTable() {
      this.tabledAt = performance.now();
      this.numbers.replaceChildren();
      if (this.numbers.hidden) return;
      for (const { caption, columns, rows } of [parts.lastValues(this.chart), this.chart.table()]) {
        const table = element('table', '', this.numbers);
        element('caption', '', table).textContent = caption;
        const head = element('tr', '', element('thead', '', table));
        for (const text of columns) element('th', '', head, { scope: 'col' }).textContent = text;
        const body = element('tbody', '', table);
        for (const row of rows) {
          const line = element('tr', '', body);
          row.forEach((cell, i) => {
            const attributes = i ? {} : { scope: 'row' };
            element(i ? 'td' : 'th', '', line, attributes).textContent = cell;
          });
        }
      }
    }

    size() {
      return { width: this.stage.clientWidth, height: this.stage.clientHeight };
    }

    /** A cleared context in CSS pixels; the canvas has as many pixels as the screen. */
    canvasOf(canvas, width, height) {
      const scale = window.devicePixelRatio || 1;
      const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
      if (canvas.width !== across || canvas.height !== down) {
        canvas.width = across;
        canvas.height = down;
      }
      const ctx = canvas.getContext('2d');
      ctx.setTransform(scale, 0, 0, scale, 0, 0);
      ctx.clearRect(0, 0, width, height);
      return ctx;
    }

    /** A colour, `--name` or `var(--name)` as the canvas wants it. */
    paint(colour) {
      const named = colour.startsWith('--') ? `var(${colour}, ${FALLBACK[colour] ?? 'currentColor'})` : colour;
      this.probe.style.color = '';
      this.probe.style.color = named;
      return getComputedStyle(this.probe).color;
    }

    theme() {
      const font = getComputedStyle(this.probe);
      return {
        panel: this.paint('--pg-panel'), line: this.paint('--pg-line'), text: this.paint('--pg-text'),
        faint: this.paint('--pg-text-2'), axis: this.paint('--pg-text-2'), warning: this.paint('--pg-warning'),
        accent: this.paint('--pg-accent'), mono: font.fontFamily,
        sans: getComputedStyle(this.root).fontFamily, size: parseFloat(font.fontSize),
      };
    }
  }

  parts.Panel = Panel;
})((playground.chart ??= {}));
