/* The whole length of the text as a bar: what has been read, where the rows of the batch lie. */
'use strict';

(() => {
  const { make, perFrame, tokens } = playground;
  const HEIGHT = 44;
  const BAR = { top: 12, height: 20 };
  const NARROWEST = 3; // pixels of a row's mark
  const STRIPES = 5; // pixels between the lines of what is not used

  tokens.batchColours = 8;
  /** The strong colour of a row, the same eight again and again. */
  const strong = ['rnn', 'gru', 'lstm', 'other-1', 'other-2', 'other-3', 'other-4', 'other-5'];

  /** `{element, draw(scene), light(place)}`; `seek(batch)` is told which batch was pointed at. */
  tokens.batchOverview = ({ seek }) => {
    const canvas = make('canvas.pg-mb-overview', { role: 'img' });
    const element = make('div.pg-mb-length', {}, canvas);
    let scene = null;
    let lit = null;
    let wide = 0;

    const redraw = perFrame(() => {
      const width = element.clientWidth;
      if (!scene || !width) return;
      const scale = devicePixelRatio || 1;
      wide = width;
      canvas.width = width * scale;
      canvas.height = HEIGHT * scale;
      const pen = canvas.getContext('2d');
      pen.scale(scale, scale);
      const { total, steps, starts, unused, all, at, before } = scene;
      const x = (position) => (position / total) * width;
      pen.fillStyle = playground.colour('--pg-sunken');
      pen.fillRect(0, BAR.top, width, BAR.height);
      read();
      hatch(0, unused.before);
      hatch(total - unused.after, total);
      pen.strokeStyle = playground.colour('--pg-line-2');
      pen.strokeRect(0.5, BAR.top + 0.5, width - 1, BAR.height - 1);
      if (before) before.forEach((start, row) => thread(start + steps, row));
      starts.forEach((start, row) => mark(start, row));

      /** What the batches so far have read, pale, in the colour of its row. */
      function read() {
        pen.globalAlpha = 0.38;
        starts.forEach((_, row) => {
          pen.fillStyle = colour(row);
          if (scene.continues) pen.fillRect(x(all[0][row]), BAR.top, x(starts[row]) - x(all[0][row]), BAR.height);
          else for (let past = 0; past < at; past++) pen.fillRect(x(all[past][row]), BAR.top, Math.max(1, x(steps)), BAR.height);
        });
        pen.globalAlpha = 1;
      }

      function mark(start, row) {
        const from = x(start);
        const across = Math.max(NARROWEST, x(steps));
        const on = lit?.row === row;
        pen.fillStyle = colour(row);
        pen.fillRect(from, on ? 0 : BAR.top - 6, across, on ? HEIGHT : BAR.height + 12);
      }

      /** Hidden state goes over into each row: a dot where the row before it ended. */
      function thread(position, row) {
        pen.fillStyle = colour(row);
        pen.beginPath();
        pen.arc(x(position), BAR.top + BAR.height + 8, 2.5, 0, 2 * Math.PI);
        pen.fill();
      }

      function hatch(from, to) {
        const across = Math.max(to > from ? 2 : 0, x(to) - x(from));
        if (!across) return;
        const left = Math.min(x(from), width - across);
        pen.save();
        pen.beginPath();
        pen.rect(left, BAR.top, across, BAR.height);
        pen.clip();
        pen.strokeStyle = playground.colour('--pg-control');
        pen.beginPath();
        for (let at = left - BAR.height; at < left + across; at += STRIPES) {
          pen.moveTo(at, BAR.top + BAR.height);
          pen.lineTo(at + BAR.height, BAR.top);
        }
        pen.stroke();
        pen.restore();
      }
    });

    const colour = (row) => playground.colour(`--pg-${strong[row % strong.length]}`);

    /** The batch that has a row nearest to a place of the bar. */
    function nearest(event) {
      const box = canvas.getBoundingClientRect();
      const position = ((event.clientX - box.left) / box.width) * scene.total - scene.steps / 2;
      let best = { batch: 0, off: Infinity };
      scene.all.forEach((starts, batch) => starts.forEach((start) => {
        const off = Math.abs(start - position);
        if (off < best.off) best = { batch, off };
      }));
      return best.batch;
    }
    let held = false;
    canvas.addEventListener('pointerdown', (event) => {
      if (!scene) return;
      held = true;
      canvas.setPointerCapture(event.pointerId);
      seek(nearest(event));
    });
    canvas.addEventListener('pointermove', (event) => { if (held) seek(nearest(event)); });
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { held = false; });

    new ResizeObserver(() => { if (element.clientWidth !== wide) redraw(); }).observe(element);
    playground.onWhile(element, 'theme', redraw);
    return {
      element,
      draw: (next) => {
        scene = next;
        playground.say(canvas, 'tokens.minibatches.overview.label', { total: scene.total, rows: scene.starts.length, starts: scene.starts.slice(0, 8).join(', ') }, 'aria-label');
        redraw();
      },
      light: (place) => { lit = place; redraw(); },
    };
  };
})();
