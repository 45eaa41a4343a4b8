/* Which distribution is to be imitated: one small picture each, and an own one. */
'use strict';

(() => {
  const { make, gan, plot, icon } = playground;
  const SETS = ['ring', 'mixture', 'line', 'spiral', 'disjoint', 'drawn'];
  const asked = new Map(); // data and drawing -> promise of real points

  /** Real points of a distribution, the same at every asking; rejects for a drawing that is none. */
  gan.planeReal = (data, drawn = '') => {
    const key = data === 'drawn' ? `drawn ${drawn}` : data;
    if (!asked.has(key)) {
      const answer = playground.call('plane_points', { data, drawn: data === 'drawn' ? drawn : '', count: 300 }).then(({ points }) => playground.unpack(points));
      answer.catch(() => asked.delete(key));
      asked.set(key, answer);
    }
    return asked.get(key);
  };

  /** `{element, show(config)}`; `choose(data)` hears what is pressed. */
  gan.planeData = (choose) => {
    const hosts = {};
    const repaints = {};
    const points = {};
    const buttons = SETS.map((data) => {
      hosts[data] = make('span.pg-plane-thumb');
      return make('button.pg-plane-set', { type: 'button', role: 'radio', data: { set: data }, on: { click: () => choose(data) } },
        hosts[data], make('span', { text: `gan.plane.data.${data}` }));
    });
    for (const data of SETS) {
      if (data === 'drawn') hosts.drawn.append(icon('pen'));
      repaints[data] = plot.canvas(hosts[data], (pen, width, height, colours) => {
        if (!points[data]) return;
        const box = gan.planeBox(width, height);
        pen.fillStyle = gan.planeColours(colours).real;
        for (let at = 0; at < points[data].length; at += 2) pen.fillRect(box.x(points[data][at] * 1.3) - 0.75, box.y(points[data][at + 1] * 1.3) - 0.75, 1.5, 1.5);
      });
      repaints[data].canvas.setAttribute('aria-hidden', 'true');
      if (data !== 'drawn') load(data, '');
    }
    function load(data, drawn) {
      gan.planeReal(data, drawn).then((found) => { points[data] = found; repaints[data].repaint(); }, () => {});
    }
    let drawing = null;
    return {
      element: make('div.pg-plane-sets', { role: 'radiogroup', label: 'gan.plane.data' }, buttons),
      show({ data, drawn }) {
        for (const button of buttons) {
          button.setAttribute('aria-checked', String(button.dataset.set === data));
          button.tabIndex = 0;
        }
        if (drawn === drawing) return;
        drawing = drawn;
        points.drawn = null;
        hosts.drawn.classList.toggle('pg-empty', !drawn);
        if (gan.planeDrawing.parse(drawn).length >= gan.planeDrawing.least) load('drawn', drawn);
        else repaints.drawn.repaint();
      },
    };
  };
})();
