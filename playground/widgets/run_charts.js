/* What charts of training runs share: they follow what their room shows, and say what they are. */
'use strict';

(() => {
  const { make, runs } = playground;
  const AXES = ['step', 'tokens', 'seconds', 'epoch'];

  /**
   * Keeps a chart in step with the runs shown in a room. `channels(part, run)` gives
   * `{channel: [value]}` of a slice of its columns; `also(chart)` may add thresholds and marks.
   */
  function follow(slice, build, channels, also = () => {}) {
    let chart = build();
    let drawn = new Set();

    function feed(run, from) {
      const to = run.index.length;
      if (to <= from) return;
      const part = (name) => run.columns[name]?.slice(from, to) ?? new Array(to - from).fill(null);
      const xs = Object.fromEntries(AXES.filter((axis) => run.columns[axis]).map((axis) => [axis, part(axis)]));
      for (const [channel, values] of Object.entries(channels(part, run))) {
        if (run.thinned && from === 0) chart.history(run.id, channel, run.index.slice(), xs, values, run.total);
        else chart.append(run.id, channel, run.index[from], xs, values);
      }
    }
    const lane = (run) => chart.lane(run.id, { name: run.name, colour: `var(${runs.colour(run)})` });
    function lanes() {
      const shown = runs.shown(slice);
      for (const run of drawn) if (!shown.includes(run)) chart.remove(run.id);
      for (const run of shown) {
        lane(run);
        if (!drawn.has(run)) feed(run, 0);
      }
      drawn = new Set(shown);
      also(chart);
    }
    playground.on('shown', (room) => { if (room === slice) lanes(); });
    playground.on('records', ({ run, from }) => {
      if (!drawn.has(run)) return;
      feed(run, from);
      also(chart);
    });
    playground.on('truncate', ({ run, length }) => {
      if (!drawn.has(run)) return;
      if (length) {
        chart.truncate(run.id, run.index[length - 1] + 1);
        return;
      }
      chart.remove(run.id);
      lane(run);
    });
    playground.on('about', (run) => {
      const old = drawn.has(run) && chart.lanes.get(run.id);
      if (old && old.name !== run.name) chart.lane(run.id, { name: run.name });
    });
    playground.on('language', () => also(chart));
    lanes();
    return {
      get chart() { return chart; },
      rebuild() {
        chart.destroy();
        chart = build();
        drawn = new Set();
        lanes();
      },
    };
  }

  function segments(key, names, chosen, choose) {
    const buttons = names.map((name) => make('button.pg-segment', { type: 'button', role: 'radio', text: `${key}.${name}`, on: { click: () => pick(name) } }));
    const pick = (name, tell = true) => {
      buttons.forEach((button, at) => button.setAttribute('aria-checked', String(names[at] === name)));
      if (tell) choose(name);
    };
    pick(chosen, false);
    return make('div.pg-segments', { role: 'radiogroup', label: key }, buttons);
  }

  /** Puts what explains a chart beside its title, and controls of the room before its tools. */
  function furnish(chart, helper, tools = []) {
    chart.panel.heading.append(helper);
    chart.panel.tools.prepend(...tools);
    chart.panel.tools.hidden = !chart.panel.tools.children.length;
    return chart;
  }

  /** A chart of a room's runs, its axis, zoom and crosshair shared with the other charts there. */
  const chart = (slice, host, options) => new playground.LiveChart(host, { x: 'step', axes: AXES, group: `${slice}-training`, room: slice, ...options });

  playground.runCharts = { follow, segments, furnish, chart };
})();
