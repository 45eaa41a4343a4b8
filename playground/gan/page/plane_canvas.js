/* The large picture of the plane: what is drawn on it, what D says under the pointer, the pen. */
'use strict';

(() => {
  const { make, plot, gan } = playground;
  const STEP = 0.06; // of a cursor key, in the plane's units

  /** D's score at a place: that of the nearest of the places that were asked. */
  function scoreAt(moment, [x, y]) {
    const { heat, side, range } = moment;
    const [column, row] = [Math.floor(((x + 1.5) / 3) * side), Math.floor(((1.5 - y) / 3) * side)];
    if (column < 0 || row < 0 || column >= side || row >= side) return null;
    return range[0] + heat[row * side + column] * (range[1] - range[0]);
  }

  /**
   * `scene()` gives {moment, real, shown, slow: {phase, share} or null, drawing}. Returns `{element,
   * repaint, pad, paint}`; `drawn()` hears when a stroke of the pen has ended.
   */
  gan.planeCanvas = ({ scene, drawn }) => {
    const host = make('div.pg-plane-canvas');
    const reading = make('p.pg-plane-reading', { 'aria-live': 'polite' });
    let probe = null; // where D is asked, in the plane's units
    const boxOf = () => gan.planeBox(host.clientWidth, host.clientHeight);

    function paint(pen, width, height, colours) {
      const box = gan.planeBox(width, height);
      const { moment, real, shown, slow, drawing } = scene();
      if (drawing) return paintPad(pen, box, colours);
      if (slow && moment?.slow) gan.planeSlowPaint(pen, box, colours, { moment, shown, ...slow });
      else gan.planePaint(pen, box, colours, { moment, real, shown });
      if (probe && moment && !slow) cross(pen, box, colours, probe);
    }
    function cross(pen, box, colours, [x, y]) {
      const [across, down] = [box.x(x), box.y(y)];
      pen.strokeStyle = colours.text;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(across - 9, down);
      pen.lineTo(across + 9, down);
      pen.moveTo(across, down - 9);
      pen.lineTo(across, down + 9);
      pen.stroke();
    }
    function paintPad(pen, box, colours) {
      const own = gan.planeColours(colours);
      pen.fillStyle = colours.panel;
      pen.fillRect(box.left, box.top, box.side, box.side);
      pen.strokeStyle = colours.accent;
      pen.setLineDash([6, 5]);
      pen.lineWidth = 1.5;
      pen.strokeRect(box.left + 1, box.top + 1, box.side - 2, box.side - 2);
      pen.setLineDash([]);
      gan.planeParts.points(pen, box, pad.points().flat(), own.real, colours.panel, { size: 1.4 * box.dot });
      if (pad.cursor) cross(pen, box, colours, pad.cursor);
      if (!pad.points().length) {
        const words = playground.t('gan.plane.pad.empty');
        pen.font = `400 ${Math.max(14, colours.size + 3)}px ${colours.sans}`;
        pen.textAlign = 'center';
        pen.textBaseline = 'middle';
        pen.fillStyle = colours.faint;
        pen.fillText(words, box.left + box.side / 2, box.top + box.side / 2, box.side - 24);
      }
    }
    const { canvas, repaint } = plot.canvas(host, paint);
    canvas.tabIndex = 0;
    const place = (event) => {
      const rectangle = canvas.getBoundingClientRect();
      return boxOf().back(event.clientX - rectangle.left, event.clientY - rectangle.top);
    };
    const pad = gan.planePad(canvas, { active: () => scene().drawing, place, changed: () => repaint(), ended: () => drawn() });

    function look(next) {
      probe = next;
      tell();
      repaint();
    }
    function tell() {
      const { moment, slow, drawing } = scene();
      const score = probe && moment && !slow && !drawing ? scoreAt(moment, probe) : null;
      if (score === null) playground.say(reading, drawing ? 'gan.plane.pad.keys' : 'gan.plane.point');
      else {
        const key = moment.scoreKind === 'probability' ? 'gan.plane.here' : 'gan.plane.here.score';
        playground.say(reading, key, { x: probe[0].toFixed(2), y: probe[1].toFixed(2), score: playground.number(score, 2) });
      }
    }
    canvas.addEventListener('pointermove', (event) => { if (!scene().drawing) look(place(event)); });
    canvas.addEventListener('pointerleave', () => look(null));
    canvas.addEventListener('keydown', (event) => {
      const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
      if (!move || scene().drawing) return;
      event.preventDefault();
      const [x, y] = probe ?? [0, 0];
      look([x + move[0], y + move[1]].map((value) => Math.max(-1.49, Math.min(1.49, value))));
    });
    return {
      element: make('div', {}, host, reading), host, canvas, pad, paint,
      repaint() {
        playground.say(canvas, scene().drawing ? 'gan.plane.pad.label' : 'gan.plane.label', {}, 'aria-label');
        repaint();
        tell();
      },
    };
  };
})();
