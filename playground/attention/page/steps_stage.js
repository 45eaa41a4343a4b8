/* The picture of the six steps: one canvas, its pointer and keys, and the way from phase to phase. */
'use strict';

(() => {
  const { make } = playground;
  const steps = (playground.attention.steps ??= {});
  const MORPH = 380; // milliseconds

  const ease = (share) => 1 - (1 - share) ** 3;

  /**
   * `{element, show(held, phase, query), spot(), release(), paint, scene()}`. `looked(spot, locked)` is
   * told what is pointed at, null where nothing is; `asked(query)` which token was clicked.
   */
  steps.stage = ({ looked, asked }) => {
    const element = make('div.pg-steps-stage');
    let [held, phase, query] = [null, 'embed', 0];
    let [scene, before, begun] = [null, null, 0];
    let spot = null; // {id, row, column} under the pointer or the keys
    let locked = false;
    let wide = 0;
    const { canvas, repaint } = playground.plot.canvas(element, draw);
    canvas.tabIndex = 0;

    const share = () => (before ? Math.min(1, (performance.now() - begun) / MORPH) : 1);

    function draw(pen, width, height, colours) {
      if (!held) return;
      if (width !== wide) {
        arrange(width);
        looked(spot ?? usual(), locked);
      }
      const at = share();
      paint(pen, width, height, colours);
      if (at < 1) repaint();
      else before = null;
    }

    function paint(pen, width, height, colours) {
      const at = ease(share());
      steps.paint(pen, { held, from: before, to: scene, share: at, lit: lit(), width }, colours);
      if (at === 1) steps.mark(pen, scene, marks(), colours);
    }

    /** Which names are marked: those of the token that asks and of the one that is asked. */
    function lit() {
      const found = { query: new Set(), key: new Set(), chosen: query };
      const now = spot ?? usual();
      const block = scene.blocks.find((one) => one.id === now?.id);
      if (!block || !now) return found;
      found[block.side ?? 'query'].add(now.row);
      if (now.id === 'matrix') found.key.add(now.column);
      return found;
    }

    function marks() {
      const now = spot ?? usual();
      const across = ['q', 'matrix', 'mixed', 'all', 'share', 'whole'];
      const bands = across.map((id) => ({ id, row: query })).filter(({ id }) => scene.blocks.find((one) => one.id === id && one.rows > 1));
      if (!now) return bands;
      const linked = now.id !== 'matrix' ? [] : [
        { id: 'q', row: now.row }, { id: 'k', row: now.column }, { id: 'v', row: now.column }, ...(now.row === query ? [] : [{ id: 'mixed', row: now.row }])];
      if (now.id === 'mixed' && scene.phase === 'mix') linked.push({ id: 'matrix', row: now.row }, ...Array.from({ length: held.keys }, (_, row) => ({ id: 'v', row, column: now.column })));
      return [...bands, ...linked, { ...now, strong: true }];
    }

    /** What is worked out while nothing is pointed at: the query's own, where it matters most. */
    function usual() {
      if (!scene) return null;
      const id = { embed: held.query_position ? 'sum' : 'embedding', project: 'q', mix: 'mixed', output: 'projected' }[scene.phase] ?? 'matrix';
      return { id, row: query, column: id !== 'matrix' ? 0 : scene.phase === 'mask' ? steps.hidden(held, query) : steps.favourite(held, query) };
    }

    function arrange(width) {
      wide = width;
      scene = steps.scene(phase, held, width, query);
      before = null;
      element.style.setProperty('height', `${Math.ceil(steps.height(held, width, phase))}px`);
    }

    function show(nextHeld, nextPhase, nextQuery) {
      const moved = held === nextHeld && phase !== nextPhase;
      const from = moved ? scene : null;
      if (held !== nextHeld || moved) { spot = null; locked = false; }
      [held, phase, query] = [nextHeld, nextPhase, nextQuery];
      const width = element.clientWidth;
      if (!width) { wide = 0; return; }
      arrange(width);
      if (from && !playground.calm()) { before = from; begun = performance.now(); }
      looked(spot ?? usual(), locked);
      repaint();
    }

    function look(next, hold = false) {
      locked = hold && Boolean(next);
      spot = next;
      looked(spot ?? usual(), locked);
      repaint();
    }
    const same = (one, two) => one && two && one.id === two.id && one.row === two.row && one.column === two.column;

    /** A block of one row shows the token that was chosen. */
    function real(found) {
      if (!found) return null;
      const block = scene.blocks.find((one) => one.id === found.id);
      return { ...found, row: found.row + block.first };
    }

    const point = (event) => {
      const frame = canvas.getBoundingClientRect();
      return [event.clientX - frame.left, event.clientY - frame.top];
    };
    canvas.addEventListener('pointermove', (event) => {
      if (!scene || before) return;
      const found = real(steps.hit(scene, ...point(event)));
      canvas.classList.toggle('pg-steps-token', !found && steps.hitName(scene, ...point(event))?.side === 'query');
      if (!locked && !same(found, spot)) look(found);
    });
    canvas.addEventListener('pointerleave', () => { if (!locked && spot) look(null); });
    canvas.addEventListener('click', (event) => {
      if (!scene) return;
      const found = real(steps.hit(scene, ...point(event)));
      if (found) { look(found, !(locked && same(found, spot))); return; }
      const name = steps.hitName(scene, ...point(event));
      if (name?.side === 'query') asked(name.index);
      else if (locked) look(null);
    });
    canvas.addEventListener('keydown', (event) => {
      if (!scene || event.ctrlKey || event.metaKey || event.altKey) return;
      const [right, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [0, 0];
      const jump = { PageDown: 1, PageUp: -1 }[event.key];
      if (right || down) walk(right, down);
      else if (jump) leap(jump);
      else if ((event.key === 'Enter' || event.key === ' ') && spot) look(spot, !locked);
      else return;
      event.preventDefault();
    });

    function walk(right, down) {
      const now = spot ?? usual();
      const block = scene.blocks.find((one) => one.id === now.id);
      const [along, over] = block.turned ? [down, right] : [right, down];
      const within = (value, count) => Math.max(0, Math.min(count - 1, value));
      look({ id: now.id, row: block.first + within(now.row - block.first + over, block.rows), column: within(now.column + along, block.columns) }, true);
    }
    function leap(by) {
      const now = spot ?? usual();
      const at = scene.blocks.findIndex((one) => one.id === now.id);
      const block = scene.blocks[(at + by + scene.blocks.length) % scene.blocks.length];
      look({ id: block.id, row: block.rows === 1 ? block.first : Math.min(query, block.rows - 1), column: 0 }, true);
    }

    playground.plot.onEscape(element, () => { if (spot) look(null); });
    for (const event of ['theme', 'language']) playground.onWhile(element, event, () => { if (held && element.clientWidth) { arrange(element.clientWidth); looked(spot ?? usual(), locked); repaint(); } });

    return { element, canvas, show, paint, spot: () => spot ?? usual(), scene: () => scene };
  };
})();
