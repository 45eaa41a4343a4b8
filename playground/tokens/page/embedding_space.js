/* Tokens as points in the plane or in space: projection, labels that do not overlap, and the pointer. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const MORPH = 400; // milliseconds from the plane into space and back
  const TURN = 0.12; // radians a second, until someone takes over
  const LABELLED = 900; // the most frequent tokens, of which as many are named as find room
  const MANY = 600; // tokens from which names lose their halo while the picture moves
  const SQUARE = 2.4; // px of radius below which a point is drawn as a square
  const LARGE = 150; // points over which no name is written
  const CELL = 6; // px of the grid in which names look for room
  const REACH = 14; // px around a point that still hit it
  const [MARGIN, NEAREST_ZOOM, FARTHEST_ZOOM] = [46, 40, 0.5];

  /**
   * `{element, paint, show, flatten, mark, see, zoom, home}`. `looked(id)` is told what is pointed at
   * (-1: nothing), `chosen(id)` what is clicked, `touched()` that someone turned the picture.
   */
  tokens.space = ({ looked, chosen }) => {
    const element = make('div.pg-live-stage.pg-embedding-stage', { tabindex: 0, role: 'group', label: 'tokens.embedding.keys' });
    let held = null; // {names, radii, points, kinds, order, widths, explained, radius, box}
    let seen = new Set();
    let marks = { chosen: -1, hover: -1, near: [], held: false };
    const view = { depth: 0, yaw: 0.6, pitch: 0.35, zoom: 1, x: 0, y: 0 };
    let wanted = 0; // 1: space, 0: plane
    let turning = false; // by itself
    let screen = { x: new Float32Array(0), y: new Float32Array(0), z: new Float32Array(0), size: new Float32Array(0) };

    function project(width, height) {
      const { points, radius, box, names } = held;
      const flat = Math.min((width - 2 * MARGIN) / (box.wide || 1), (height - 2 * MARGIN) / (box.high || 1));
      const deep = (Math.min(width, height) / 2 - MARGIN * 0.5) / (radius || 1);
      const scale = (flat + (deep - flat) * view.depth) * view.zoom;
      const [yaw, pitch] = [view.yaw * view.depth, view.pitch * view.depth];
      const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
      const [left, top] = [width / 2 + view.x - (1 - view.depth) * box.x * scale, height / 2 + view.y + (1 - view.depth) * box.y * scale];
      const away = 1 / (3.2 * (radius || 1));
      const place = (x, y, z) => {
        const across = x * cy + z * sy;
        const into = z * cy - x * sy;
        const up = y * cp - into * sp;
        const depth = into * cp + y * sp;
        const near = 1 / (1 - Math.min(0.75, depth * away * view.depth));
        return [left + across * scale * near, top - up * scale * near, depth, near];
      };
      if (screen.x.length !== names.length) screen = Object.fromEntries(['x', 'y', 'z', 'size'].map((one) => [one, new Float32Array(names.length)]));
      for (let id = 0; id < names.length; id++) {
        const [x, y, z, near] = place(points[3 * id], points[3 * id + 1], points[3 * id + 2]);
        screen.x[id] = x;
        screen.y[id] = y;
        screen.z[id] = z;
        screen.size[id] = held.radii[id] * near;
      }
      return place;
    }

    function paint(pen, width, height, colours) {
      if (!held) return;
      const place = project(width, height);
      drawAxes(pen, width, height, colours, place);
      const { kinds, names, radius } = held;
      const bands = view.depth > 0.5 ? [0.4, 0.65, 0.9] : [0.8];
      // One colour for each kind and depth. Small points are squares: thousands of circles take too long.
      for (let band = 0; band < bands.length; band++) {
        for (const kind of seen) {
          pen.globalAlpha = marks.held ? bands[band] * 0.5 : bands[band];
          pen.fillStyle = colours.colour(tokens.kinds[kind].colour);
          pen.beginPath();
          for (let id = 0; id < names.length; id++) {
            if (kinds[id] !== kind) continue;
            const far = bands.length === 1 ? 0 : Math.max(0, Math.min(2, Math.floor(((screen.z[id] / radius) * 0.75 + 0.5) * 3)));
            if (far !== band) continue;
            const [x, y, size] = [screen.x[id], screen.y[id], screen.size[id]];
            if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
            if (size < SQUARE) pen.fillRect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
            else {
              pen.moveTo(x + size, y);
              pen.arc(x, y, size, 0, 2 * Math.PI);
            }
          }
          pen.fill();
        }
      }
      pen.globalAlpha = 1;
      drawMarks(pen, colours);
      drawLabels(pen, width, height, colours);
    }

    function drawAxes(pen, width, height, colours, place) {
      const { explained, radius, box } = held;
      const title = (axis) => playground.t('tokens.embedding.axis', { axis: axis + 1, share: (100 * explained[axis]).toFixed(0) });
      pen.lineWidth = 1;
      pen.strokeStyle = colours.line;
      const ends = view.depth > 0.5 ? [[radius, 0, 0], [0, radius, 0], [0, 0, radius]] : [[Math.max(box.wide, radius), 0, 0], [0, Math.max(box.high, radius), 0]];
      pen.beginPath();
      for (const end of ends) {
        const [from, to] = [place(...end.map((one) => -one)), place(...end)];
        pen.moveTo(from[0], from[1]);
        pen.lineTo(to[0], to[1]);
      }
      pen.stroke();
      if (view.depth > 0.5) ends.forEach((end, axis) => { const [x, y] = place(...end); playground.plot.label(pen, colours, title(axis), x, y, { colour: colours.faint, align: x > width * 0.66 ? 'right' : 'left' }); });
      else {
        playground.plot.label(pen, colours, `${title(0)} →`, width - 10, height - 14, { colour: colours.faint, align: 'right' });
        playground.plot.label(pen, colours, `↑ ${title(1)}`, 10, 16, { colour: colours.faint });
      }
    }

    function drawMarks(pen, colours) {
      const { chosen, hover, near } = marks;
      if (chosen >= 0) {
        for (const { id, similarity } of near) {
          pen.beginPath();
          pen.moveTo(screen.x[chosen], screen.y[chosen]);
          pen.lineTo(screen.x[id], screen.y[id]);
          pen.globalAlpha = 0.25 + 0.75 * Math.abs(similarity);
          pen.setLineDash(similarity < 0 ? [3, 4] : []);
          pen.lineWidth = 1 + 2 * Math.abs(similarity);
          pen.strokeStyle = colours.colour('--pg-accent-text');
          pen.stroke();
        }
        pen.globalAlpha = 1;
        pen.setLineDash([]);
      }
      for (const id of new Set([...near.map((one) => one.id), chosen, hover])) {
        if (id < 0 || !seen.has(held.kinds[id])) continue;
        pen.beginPath();
        pen.arc(screen.x[id], screen.y[id], Math.max(4, screen.size[id]), 0, 2 * Math.PI);
        pen.fillStyle = colours.colour(tokens.kinds[held.kinds[id]].colour);
        pen.fill();
        pen.lineWidth = id === chosen || id === hover ? 2.5 : 1.25;
        pen.strokeStyle = colours.text;
        pen.stroke();
      }
    }

    /** Names beside their points: what is marked first, then the most frequent, where there is room. */
    function drawLabels(pen, width, height, colours) {
      const columns = Math.ceil(width / CELL);
      const rows = Math.ceil(height / CELL);
      const taken = new Uint8Array(columns * rows);
      pen.font = `${colours.size + 1}px ${colours.mono}`;
      pen.textAlign = 'left';
      pen.textBaseline = 'middle';
      pen.lineJoin = 'round';
      pen.lineWidth = 3.5;
      pen.strokeStyle = colours.panel;
      const first = [marks.hover, marks.chosen, ...marks.near.map((one) => one.id)].filter((id) => id >= 0);
      const shown = new Set(first);
      const half = colours.size * 0.7;
      const cover = (x, y, wide, high) => {
        const [from, to] = [Math.max(0, Math.floor(x / CELL)), Math.min(columns - 1, Math.floor((x + wide) / CELL))];
        for (let row = Math.max(0, Math.floor(y / CELL)); row <= Math.min(rows - 1, Math.floor((y + high) / CELL)); row++) {
          if (to >= from) taken.fill(1, row * columns + from, row * columns + to + 1);
        }
      };
      // Nothing is written over the large points.
      for (const id of held.order.slice(0, LARGE)) {
        const size = screen.size[id] * 0.7;
        if (size > CELL / 2 && seen.has(held.kinds[id])) cover(screen.x[id] - size, screen.y[id] - size, 2 * size, 2 * size);
      }
      for (let at = 0; at < first.length + Math.min(held.order.length, LABELLED); at++) {
        const id = at < first.length ? first[at] : held.order[at - first.length];
        if ((at >= first.length && shown.has(id)) || !seen.has(held.kinds[id])) continue;
        const wide = (held.widths[id] ??= pen.measureText(held.short[id]).width);
        let x = screen.x[id] + screen.size[id] + 3;
        if (x + wide > width - 2) x = screen.x[id] - screen.size[id] - 3 - wide;
        const y = screen.y[id];
        if (x < 2 || y < half || y > height - half) continue;
        const [from, to] = [Math.floor(x / CELL), Math.min(columns - 1, Math.floor((x + wide) / CELL))];
        const [above, below] = [Math.floor((y - half) / CELL), Math.min(rows - 1, Math.floor((y + half) / CELL))];
        let free = true;
        for (let row = above; free && row <= below; row++) {
          for (let column = from; column <= to; column++) {
            if (taken[row * columns + column]) { free = false; break; }
          }
        }
        if (!free && id !== marks.hover && id !== marks.chosen) continue;
        cover(x, y - half, wide, 2 * half);
        const lit = at < first.length;
        // A halo for each name takes time, which a large vocabulary that moves has not.
        if (lit || !moving || held.names.length < MANY) pen.strokeText(held.short[id], x, y);
        pen.fillStyle = lit || !marks.held ? colours.text : colours.faint;
        pen.fillText(held.short[id], x, y);
      }
    }

    const picture = playground.plot.canvas(element, paint);
    picture.canvas.classList.add('pg-embedding-canvas');

    // Motion: by itself, from the plane into space, and by hand.

    let moving = false;
    const rest = playground.afterQuiet(180, () => { moving = false; picture.repaint(); });
    function move() {
      moving = true;
      picture.repaint();
      rest();
    }

    let beat = 0;
    function animate(now) {
      const since = beat ? Math.min(100, now - beat) : 16;
      beat = now;
      const visible = element.isConnected && element.offsetParent !== null;
      if (view.depth !== wanted) {
        const step = playground.calm() ? 1 : since / MORPH;
        view.depth = wanted > view.depth ? Math.min(wanted, view.depth + step) : Math.max(wanted, view.depth - step);
      }
      const turns = turning && wanted === 1 && !playground.calm();
      if (turns) view.yaw += (TURN * since) / 1000;
      if (visible) move();
      if (visible && (view.depth !== wanted || turns)) requestAnimationFrame(animate);
      else beat = 0;
    }
    function go() {
      if (beat) return;
      beat = performance.now();
      requestAnimationFrame(animate);
    }

    function turn(x, y) {
      turning = false;
      view.yaw += x;
      view.pitch = Math.max(-1.5, Math.min(1.5, view.pitch + y));
      move();
    }
    function pan(x, y) {
      view.x += x;
      view.y += y;
      move();
    }
    function zoom(factor, x = element.clientWidth / 2, y = element.clientHeight / 2) {
      const next = Math.max(FARTHEST_ZOOM, Math.min(NEAREST_ZOOM, view.zoom * factor));
      const grown = next / view.zoom;
      // What is under the pointer stays under it.
      view.x = (x - element.clientWidth / 2) * (1 - grown) + view.x * grown;
      view.y = (y - element.clientHeight / 2) * (1 - grown) + view.y * grown;
      view.zoom = next;
      turning = false;
      move();
    }
    function home() {
      Object.assign(view, { zoom: 1, x: 0, y: 0, yaw: 0.6, pitch: 0.35 });
      move();
    }

    tokens.spaceGestures(element, { turn, pan, zoom, home, looked, chosen, under, deep: () => wanted === 1, stop: () => { turning = false; } });

    function under(x, y) {
      if (!held) return -1;
      let best = -1;
      let least = REACH;
      for (let id = 0; id < held.names.length; id++) {
        if (!seen.has(held.kinds[id])) continue;
        const distance = Math.hypot(screen.x[id] - x, screen.y[id] - y) - screen.size[id];
        if (distance < least) [best, least] = [id, distance];
      }
      return best;
    }

    return {
      element,
      paint,
      zoom,
      home,
      show(next) {
        held = next;
        marks = { chosen: -1, hover: -1, near: [], held: false };
        Object.assign(view, { zoom: 1, x: 0, y: 0 });
        picture.repaint();
      },
      /** Into space (true) or back into the plane; it turns by itself until someone touches it. */
      deepen(deep, quick = false) {
        wanted = deep ? 1 : 0;
        turning = deep;
        if (quick) view.depth = wanted;
        go();
      },
      wake: go,
      mark(next) {
        marks = { ...marks, ...next };
        picture.repaint();
      },
      see(kinds) {
        seen = kinds;
        picture.repaint();
      },
      placeOf: (id) => [screen.x[id], screen.y[id]],
      describe: (words) => picture.canvas.setAttribute('aria-label', words),
    };
  };
})();
