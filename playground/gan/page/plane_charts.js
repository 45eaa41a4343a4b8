/* Small curves beside the plane: divergences and losses over the steps, each with its number of now. */
'use strict';

(() => {
  const { make, plot, gan, number } = playground;
  const MOST = 3000; // moments kept of a live run

  /** Round values from low to high, about so many. */
  function ticks(low, high, about = 3) {
    const rough = (high - low) / about || 1;
    const size = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((one) => one * size).find((one) => one >= rough);
    const values = [];
    for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-6; value += step) values.push(+value.toPrecision(12));
    return values;
  }

  /** Means over as many columns of pixels as there are, so that long runs draw as fast as short ones. */
  function thinned(steps, values, wide) {
    const found = [];
    const last = steps.at(-1) || 1;
    let [bin, sum, count, from] = [-1, 0, 0, 0];
    const close = () => { if (count) found.push([from / count, sum / count]); };
    for (let at = 0; at < steps.length; at++) {
      const value = values[at];
      if (value === null || value === undefined || !Number.isFinite(value)) continue;
      const now = Math.floor((steps[at] / last) * wide);
      if (now !== bin) {
        close();
        [bin, sum, count, from] = [now, 0, 0, 0];
      }
      sum += value;
      from += steps[at];
      count++;
    }
    close();
    return found;
  }

  /**
   * `least` and `most` are values that the axis reaches at least.
   * `{element, update(lines, {floor, at})}`: a line is {name (key), colour (a custom property), steps,
   * values, now}; `floor` a value drawn dotted, `at` the step that is looked at.
   */
  gan.planeChart = ({ name, least = null, most = null, digits = 2 }) => {
    let told = { lines: [], floor: null, at: null };
    const figures = make('div.pg-plane-figures');
    const host = make('div.pg-plane-curve');
    const element = make(`div.pg-plane-chart.pg-plane-chart-${name}`, { data: { chart: name } }, figures, host);
    const cells = new Map();
    const { canvas, repaint } = plot.canvas(host, paint);
    playground.say(canvas, `gan.plane.chart.${name}`, {}, 'aria-label');

    function paint(pen, width, height, colours) {
      const drawn = told.lines.map((line) => ({ ...line, places: thinned(line.steps, line.values, width / 2) }));
      const values = drawn.flatMap((line) => line.places.map(([, value]) => value));
      const far = Math.max(100, ...told.lines.map((line) => line.steps.at(-1) ?? 0));
      if (told.floor !== null) values.push(told.floor);
      let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
      if (least !== null) low = Math.min(least, low);
      if (most !== null) high = Math.max(most, high);
      if (high - low < 1e-6) high = low + 1;
      const axes = {
        x: { low: 0, high: far, ticks: ticks(0, far, Math.max(2, width / 110)), title: playground.t('gan.plane.step') },
        y: { low, high, ticks: ticks(low, high, most === null ? 3 : 1), title: '' },
      };
      const at = plot.frame(pen, width, height, colours, axes);
      if (told.floor !== null) {
        pen.strokeStyle = colours.faint;
        pen.setLineDash([2, 3]);
        pen.beginPath();
        pen.moveTo(at.left, at.y(told.floor));
        pen.lineTo(at.right, at.y(told.floor));
        pen.stroke();
        pen.setLineDash([]);
      }
      pen.lineWidth = 1.75;
      pen.lineJoin = 'round';
      for (const line of drawn) {
        pen.strokeStyle = colours.colour(line.colour);
        pen.beginPath();
        line.places.forEach(([step, value], one) => (one ? pen.lineTo : pen.moveTo).call(pen, at.x(step), at.y(value)));
        pen.stroke();
      }
      if (told.at !== null && told.at <= far) {
        pen.strokeStyle = colours.text;
        pen.lineWidth = 1;
        pen.beginPath();
        pen.moveTo(at.x(told.at), at.top);
        pen.lineTo(at.x(told.at), at.bottom);
        pen.stroke();
      }
    }

    return {
      element,
      update(lines, { floor = null, at = null } = {}) {
        told = { lines, floor, at };
        for (const line of lines) {
          if (!cells.has(line.name)) {
            const value = make('b', {}, '–');
            const cell = make('span.pg-plane-figure', { hint: `${line.name}.help` }, make('i', { style: { background: `var(${line.colour})` } }), make('span', { text: line.name }), value);
            cells.set(line.name, value);
            figures.append(cell);
          }
          const text = line.now === null || line.now === undefined ? '–' : playground.number(line.now, digits + 1);
          if (cells.get(line.name).textContent !== text) cells.get(line.name).textContent = text;
        }
        repaint();
      },
    };
  };

  /** What frames and samples of a run said of its divergences, in the order of the steps. */
  gan.planeHistory = () => {
    let [steps, kl, js] = [[], [], []];
    return {
      clear() { [steps, kl, js] = [[], [], []]; },
      add(moment) {
        if (!moment || moment.step <= (steps.at(-1) ?? -1)) return;
        steps.push(moment.step);
        kl.push(moment.kl);
        js.push(moment.js);
        // Halved when full: the curve keeps its shape.
        if (steps.length > MOST) [steps, kl, js] = [steps, kl, js].map((all) => all.filter((_, at) => at % 2 === 0));
      },
      truncate(step) {
        while (steps.length && steps.at(-1) > step) { steps.pop(); kl.pop(); js.pop(); }
      },
      /** Together with the records, which reach back to before this page was open. */
      with(columns) {
        const first = steps[0] ?? Infinity;
        const told = { steps: [], kl: [], js: [] };
        (columns.step ?? []).forEach((step, at) => {
          if (step >= first || (columns.kl?.[at] ?? null) === null) return;
          told.steps.push(step);
          told.kl.push(columns.kl[at]);
          told.js.push(columns.js[at]);
        });
        return { steps: told.steps.concat(steps), kl: told.kl.concat(kl), js: told.js.concat(js) };
      },
    };
  };

  gan.planeTicks = ticks;
  gan.planeNumber = (value, digits = 3) => (value === null || value === undefined ? '–' : number(value, digits));
})();
