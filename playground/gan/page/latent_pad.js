/* A square to drag in. Behind the finger lies a map: the images that stand at its places. */
'use strict';

(() => {
  const { make, gan } = playground;
  const MAP = 9; // images along an edge
  const SIDE = 28;
  const STEP = 0.02; // of the edge, by an arrow key

  /**
   * `moved(x, y)` is told places from 0 to 1, from the left and from the top; `released()` the end
   * of a drag. `corner(at)` is a click on one of the four corners while they are shown.
   */
  gan.latentPad = ({ moved, released, corner }) => {
    const map = make('canvas.pg-latent-map', { width: MAP * SIDE, height: MAP * SIDE, 'aria-hidden': 'true' });
    const pen = map.getContext('2d');
    const across = make('i.pg-latent-across');
    const down = make('i.pg-latent-down');
    const handle = make('i.pg-latent-handle');
    const corners = [0, 1, 2, 3].map((at) => make('button.pg-latent-corner', {
      type: 'button', data: { at }, hint: 'gan.latent.corner', on: { click: () => corner(at), pointerdown: (event) => event.stopPropagation() },
    }));
    const field = make('div.pg-latent-pad', { tabindex: 0, role: 'slider', label: 'gan.latent.pad', 'aria-valuemin': 0, 'aria-valuemax': 100 }, map, across, down, handle);
    const element = make('div.pg-latent-field', {}, field, corners);
    let [x, y] = [0.5, 0.5];
    let box = null;

    function place() {
      field.style.setProperty('--x', x.toFixed(4));
      field.style.setProperty('--y', y.toFixed(4));
    }
    function go(nextX, nextY) {
      x = Math.max(0, Math.min(1, nextX));
      y = Math.max(0, Math.min(1, nextY));
      moved(x, y);
      place();
    }
    const drag = (event) => go((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);

    field.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      // A finger that slides out of the square still leads.
      field.setPointerCapture(event.pointerId);
      box = field.getBoundingClientRect();
      field.classList.add('pg-dragged');
      drag(event);
    });
    field.addEventListener('pointermove', (event) => { if (box) drag(event); });
    for (const end of ['pointerup', 'pointercancel']) {
      field.addEventListener(end, () => {
        if (!box) return;
        box = null;
        field.classList.remove('pg-dragged');
        released();
      });
    }
    field.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const size = event.shiftKey ? 5 * STEP : STEP;
      go(x + step[0] * size, y + step[1] * size);
      released();
    });
    place();

    return {
      element,
      set(nextX, nextY) {
        x = Math.max(0, Math.min(1, nextX));
        y = Math.max(0, Math.min(1, nextY));
        place();
      },
      say(text) {
        field.setAttribute('aria-valuenow', String(Math.round(100 * x)));
        field.setAttribute('aria-valuetext', text);
      },
      /** The seeds in the corners, or null where these mean nothing. */
      corners(seeds) {
        corners.forEach((button, at) => {
          button.hidden = !seeds;
          if (seeds) playground.say(button, 'gan.latent.seed.of', { seed: seeds[at] });
        });
      },
      /** One job for each image of the map: `image(x, y)` gives the one at a place. */
      jobs(image) {
        const middle = (at) => (at + 0.5) / MAP;
        return Array.from({ length: MAP * MAP }, (_, at) => () => {
          const [column, row] = [at % MAP, Math.floor(at / MAP)];
          gan.paintAt(pen, image(middle(column), middle(row)), column * SIDE, row * SIDE);
        });
      },
    };
  };
})();
