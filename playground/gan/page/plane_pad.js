/* Draw your own distribution: where the pen goes, real points will be. Also by keyboard. */
'use strict';

(() => {
  const { gan } = playground;
  const APART = 0.035; // between two points of a stroke
  const MOST = 480; // points: more than a setting can hold are thinned
  const REACH = 1.2; // nothing is drawn further out
  const STEP = 0.06; // of a cursor key

  const parse = (text) => text.split(';').filter(Boolean).map((part) => part.split(',').map(Number)).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const held = (value) => Math.max(-REACH, Math.min(REACH, value));
  const write = (points) => points.map(([x, y]) => `${+x.toFixed(2)},${+y.toFixed(2)}`).join(';');

  gan.planeDrawing = { parse, write, least: 8 };

  /**
   * Lets `canvas` be drawn on while `active()`. `place(event)` gives the plane's units. `{points(),
   * set(text), clear(), text(), cursor}`; `changed()` hears of each new point, `ended()` of a stroke.
   */
  gan.planePad = (canvas, { active, place, changed, ended }) => {
    let points = [];
    let last = null; // the end of the stroke that is being drawn
    const pad = {
      points: () => points,
      set(text) { points = parse(text); changed(); },
      clear() { points = []; changed(); ended(); },
      text: () => write(points),
      cursor: null, // [x, y] of the keyboard's pen
    };

    function add(x, y) {
      points.push([held(x), held(y)]);
      if (points.length > MOST) points = points.filter((_, at) => at % 2 === 0);
    }
    function to([x, y]) {
      if (!last) add(x, y);
      else {
        // Evenly along the way, however fast the pen was.
        const far = Math.hypot(x - last[0], y - last[1]);
        if (far < APART) return;
        for (let gone = APART; gone <= far; gone += APART) add(last[0] + (gone / far) * (x - last[0]), last[1] + (gone / far) * (y - last[1]));
      }
      last = [x, y];
      changed();
    }
    canvas.addEventListener('pointerdown', (event) => {
      if (!active() || event.button) return;
      canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
      to(place(event));
    });
    canvas.addEventListener('pointermove', (event) => {
      if (last && active()) for (const one of event.getCoalescedEvents?.() ?? [event]) to(place(one));
    });
    for (const name of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(name, () => {
        if (last) ended();
        last = null;
      });
    }
    canvas.addEventListener('keydown', (event) => {
      if (!active()) return;
      const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
      if (!move && event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault();
      pad.cursor ??= [0, 0];
      if (move) pad.cursor = [held(pad.cursor[0] + move[0]), held(pad.cursor[1] + move[1])];
      if (!move || event.shiftKey) {
        add(...pad.cursor);
        ended();
      }
      changed();
    });
    canvas.addEventListener('blur', () => { pad.cursor = null; changed(); });
    return pad;
  };
})();
