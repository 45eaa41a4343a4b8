/* How one takes hold of the embedding: mouse, touch, keys. */
'use strict';

(() => {
  const { tokens } = playground;
  const PER_PIXEL = 0.008; // radians
  const PER_KEY = 0.12; // radians
  const STEP = 40; // px that an arrow key moves the plane
  const STILL = 5; // px within which a press is a click and no drag

  /** `on`: {turn, pan, zoom, home, looked, chosen, under(x, y), deep(), stop()} of the picture. */
  tokens.spaceGestures = (element, on) => {
    const held = new Map(); // pointers that are down -> where they are
    let away = 0; // px since the press
    let apart = 0; // between two fingers

    const at = (event) => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const spread = () => {
      const [one, other] = [...held.values()];
      return Math.hypot(one[0] - other[0], one[1] - other[1]);
    };

    element.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      on.stop();
      held.set(event.pointerId, at(event));
      away = 0;
      if (held.size === 2) apart = spread();
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener('pointermove', (event) => {
      const here = at(event);
      const before = held.get(event.pointerId);
      if (!before) {
        on.looked(on.under(...here));
        return;
      }
      held.set(event.pointerId, here);
      const [x, y] = [here[0] - before[0], here[1] - before[1]];
      away += Math.hypot(x, y);
      if (held.size === 2) {
        const now = spread();
        const [one, other] = [...held.values()];
        on.zoom(now / (apart || now), (one[0] + other[0]) / 2, (one[1] + other[1]) / 2);
        apart = now;
      } else if (away > STILL) {
        element.classList.add('pg-grabbing');
        if (on.deep()) on.turn(x * PER_PIXEL, y * PER_PIXEL);
        else on.pan(x, y);
      }
    });
    const let_go = (event) => {
      if (held.delete(event.pointerId) && event.type === 'pointerup' && away <= STILL && !held.size) on.chosen(on.under(...at(event)));
      if (!held.size) element.classList.remove('pg-grabbing');
    };
    element.addEventListener('pointerup', let_go);
    element.addEventListener('pointercancel', let_go);
    element.addEventListener('pointerleave', () => { if (!held.size) on.looked(-1); });
    element.addEventListener('wheel', (event) => {
      // Without Ctrl a wheel scrolls the page, as everywhere.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      on.zoom(Math.exp(-event.deltaY * 0.004), ...at(event));
    }, { passive: false });
    element.addEventListener('keydown', (event) => {
      const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
      if (x || y) {
        if (on.deep()) on.turn(x * PER_KEY, y * PER_KEY);
        else on.pan(-x * STEP, -y * STEP);
      } else if (event.key === '+' || event.key === '=') on.zoom(1.25);
      else if (event.key === '-') on.zoom(0.8);
      else if (event.key === '0') on.home();
      else return;
      event.preventDefault();
    });
  };
})();
