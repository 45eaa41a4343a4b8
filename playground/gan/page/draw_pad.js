/* A pad to draw on, with a finger, a mouse, or arrow keys. */
'use strict';

(() => {
  const { make, gan, icon } = playground;
  const STEP = 0.02; // of the pad, by an arrow key
  const NEAR = 0.006; // of the pad: points nearer than this to the last are left out
  const MOST_POINTS = 4_000;

  /** Drawings to begin with, on a pad of 100 by 100. */
  const EXAMPLES = {
    three: [[[30, 22], [42, 14], [58, 14], [68, 24], [64, 38], [46, 46], [62, 50], [72, 62], [66, 78], [48, 86], [28, 78]]],
    five: [[[68, 14], [38, 15], [34, 44], [50, 40], [66, 48], [70, 64], [60, 80], [42, 85], [28, 76]]],
    seven: [[[26, 18], [50, 17], [74, 16], [60, 44], [48, 66], [42, 88]], [[36, 50], [66, 46]]],
    house: [[[24, 86], [24, 46], [50, 18], [76, 46], [76, 86], [24, 86]], [[44, 86], [44, 64], [58, 64], [58, 86]]],
  };
  gan.drawExamples = Object.keys(EXAMPLES);
  gan.drawExample = (name) => EXAMPLES[name].map((stroke) => stroke.map(([x, y]) => [x / 100, y / 100]));

  /**
   * `{element, tools, strokes(), set(strokes)}`; `changed(strokes)` while something is drawn,
   * `rested(strokes)` when the pen was lifted or all was exchanged.
   */
  gan.drawPad = ({ changed, rested }) => {
    let strokes = [];
    let stroke = null; // the one that is being drawn
    let cursor = null; // of the keyboard, [x, y]
    const host = make('div.pg-draw-pad', { tabindex: 0, role: 'application', label: 'gan.draw.pad' });
    const { canvas, repaint } = playground.plot.canvas(host, paint);
    canvas.setAttribute('aria-hidden', 'true');
    const invite = make('p.pg-draw-invite', { text: 'gan.draw.invite' });
    host.append(invite);
    const button = (key, name, click) => make('button.pg-button', { type: 'button', hint: key, on: { click } }, icon(name), make('span', { text: key }));
    const undo = button('gan.draw.undo', 'left', () => { strokes = strokes.slice(0, -1); all(); });
    const clear = button('gan.draw.clear', 'trash', () => { strokes = []; all(); });
    const tools = make('div.pg-draw-tools', {}, undo, clear);

    function paint(pen, width, height, theme) {
      pen.strokeStyle = theme.line;
      pen.lineWidth = 1;
      pen.beginPath();
      const [x, y] = [width, height].map((size) => Math.round(size / 2) + 0.5);
      pen.moveTo(x, 0);
      pen.lineTo(x, height);
      pen.moveTo(0, y);
      pen.lineTo(width, y);
      pen.stroke();
      pen.strokeStyle = theme.text;
      gan.drawStrokes(pen, strokes, gan.PEN * width, ([x, y]) => [x * width, y * height]);
      if (!cursor || document.activeElement !== host) return;
      pen.strokeStyle = theme.accent;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(cursor[0] * width, cursor[1] * height, stroke ? 4 : 8, 0, 2 * Math.PI);
      pen.stroke();
    }

    function show() {
      invite.hidden = strokes.length > 0;
      undo.disabled = clear.disabled = !strokes.length;
      repaint();
    }
    function all() {
      stroke = null;
      show();
      changed(strokes);
      rested(strokes);
    }
    const inside = (value) => Math.max(0, Math.min(1, value));
    function add(point) {
      const [x, y] = stroke.at(-1);
      if (Math.hypot(point[0] - x, point[1] - y) < NEAR || strokes.reduce((sum, one) => sum + one.length, 0) > MOST_POINTS) return;
      stroke.push(point);
      show();
      changed(strokes);
    }
    function begin(point) {
      stroke = [point];
      strokes = [...strokes, stroke];
      show();
      changed(strokes);
    }
    function lift() {
      if (!stroke) return;
      stroke = null;
      show();
      rested(strokes);
    }

    const place = (event, box) => [inside((event.clientX - box.left) / box.width), inside((event.clientY - box.top) / box.height)];
    host.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      host.setPointerCapture(event.pointerId);
      cursor = null;
      begin(place(event, host.getBoundingClientRect()));
    });
    host.addEventListener('pointermove', (event) => {
      if (!stroke || !event.buttons) return;
      const box = host.getBoundingClientRect();
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length ? all : [event]) add(place(one, box));
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) host.addEventListener(end, lift);
    host.addEventListener('keydown', (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (move) {
        cursor = (cursor ?? [0.5, 0.5]).map((value, axis) => inside(value + STEP * move[axis]));
        if (stroke) add(cursor);
      } else if (event.key === ' ') {
        cursor ??= [0.5, 0.5];
        if (stroke) lift();
        else begin(cursor);
      } else if (event.key === 'Backspace' || (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey))) {
        if (strokes.length) undo.click();
      } else return;
      event.preventDefault();
      repaint();
    });
    for (const change of ['focus', 'blur']) host.addEventListener(change, repaint);
    host.addEventListener('blur', lift);
    show();

    return {
      element: host,
      tools,
      strokes: () => strokes,
      set(next) {
        strokes = next;
        all();
      },
    };
  };

  /** A row of buttons that put an example on a pad. */
  gan.drawExampleButtons = (choose) => make('div.pg-draw-examples', {}, make('span', { text: 'gan.draw.examples' }),
    gan.drawExamples.map((name) => {
      const canvas = make('canvas', { width: 28, height: 28, 'aria-hidden': 'true' });
      gan.paint(canvas, gan.inkToImage(gan.prepare(gan.drawExample(name)).ink));
      return make('button.pg-draw-example', { type: 'button', data: { name }, hint: `gan.draw.example.${name}`, label: `gan.draw.example.${name}`, on: { click: () => choose(gan.drawExample(name)) } }, canvas);
    }));
})();
