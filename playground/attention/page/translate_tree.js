/* The beginnings that a beam search considered, as a tree from left to right: kept ones solid, dropped ones faint. */
'use strict';

(() => {
  const { make, attention } = playground;
  const SPACE = 'http://www.w3.org/2000/svg';
  const ROW = { kept: 36, dropped: 19 }; // px
  const WIDE = [108, 148]; // px of a branch, least and most
  const GAP = 26; // px between two steps
  const LETTER = 7.9; // px
  const MOST = 900; // branches, from which dropped ones are left out at the end

  function svg(name, attributes, ...children) {
    const one = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    one.append(...children.filter(Boolean));
    return one;
  }

  // Wide letters (Chinese, say) take twice the room.
  const room = (text) => [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 1.7 : 1), 0);

  /** Where each branch stands: `[{x, y, kept}]`, null where it is left out, and the size of all. */
  function laid({ branches }) {
    const steps = [];
    branches.forEach((branch, at) => (steps[branch.step] ??= { kept: [], dropped: [] })[branch.kept ? 'kept' : 'dropped'].push(at));
    const most = Math.max(...steps.map((one) => one.kept.length), 1);
    const spare = branches.length - branches.filter((one) => one.kept).length;
    const until = branches.length <= MOST ? Infinity : Math.floor((MOST - (branches.length - spare)) / (spare / steps.length));
    const wide = Math.max(WIDE[0], Math.min(WIDE[1], 22 + LETTER * branches.reduce((widest, one) => (one.kept ? Math.max(widest, room(attention.word(one.token))) : widest), 0)));
    const places = new Array(branches.length).fill(null);
    let tall = 0;
    steps.forEach((step, index) => {
      const x = 22 + index * (wide + GAP);
      step.kept.forEach((at, rank) => { places[at] = { x, y: 4 + rank * ROW.kept, kept: true }; });
      if (index < until) step.dropped.forEach((at, rank) => { places[at] = { x, y: 10 + most * ROW.kept + rank * ROW.dropped, kept: false }; });
      tall = Math.max(tall, 8 + most * ROW.kept + (index < until ? 6 + step.dropped.length * ROW.dropped : 0));
    });
    return { places, wide, width: 22 + steps.length * (wide + GAP), height: tall + 6, steps: steps.length, until };
  }

  /**
   * `{element, show(beam), choose(translation), picture(), rows()}`. `told.look(step)` hears of the
   * step of the shown translation that is pointed at (-1: none), `told.choose(index)` of a finished one.
   */
  attention.tree = (told) => {
    const drawing = svg('svg', { role: 'group', tabindex: 0 });
    const frame = make('div.pg-tree-frame', {}, drawing);
    const reading = make('p.pg-tree-reading', { 'aria-live': 'polite' });
    const short = make('p.pg-note', { hidden: true });
    const key = (name) => make('span.pg-tree-key', { data: { key: name } }, make('i'), make('span', { text: `attention.translate.tree.${name}_key` }));
    const element = make('div.pg-tree', {}, frame, make('div.pg-tree-below', {}, reading, make('span.pg-tree-keys', {}, ['kept', 'dropped', 'ended'].map(key))), short);
    let beam = null;
    let layout = null;
    let nodes = [];
    let edges = [];
    let leaves = new Map(); // branch -> index of the translation that ends there
    let path = []; // branches of the translation that is shown
    let looking = -1;

    const pathOf = (leaf) => {
      const found = [];
      for (let at = leaf; at >= 0; at = beam.branches[at].parent) found.unshift(at);
      return found;
    };

    /** The beginning that a branch stands for, as people write it. */
    const beginning = (leaf) => {
      const all = pathOf(leaf).map((at) => beam.branches[at].token);
      const words = all.filter((one) => one !== '<eos>');
      const joint = words.length > 1 && !words.some((one) => one.startsWith(' ')) && words.every((one) => /^[\w<>]+$/.test(one)) ? ' ' : '';
      return `${words.join(joint).trim()}${words.length < all.length ? ' <eos>' : ''}`;
    };

    function node(at) {
      const place = layout.places[at];
      const { token, probability, score, kept } = beam.branches[at];
      const name = attention.word(token);
      const most = Math.floor((layout.wide - 14) / LETTER);
      const text = room(name) > most ? `${[...name].slice(0, Math.max(1, most - 1)).join('')}…` : name;
      const [x, y] = [place.x, place.y];
      const group = svg('g', { class: `pg-branch ${kept ? 'pg-branch-kept' : 'pg-branch-dropped'} ${leaves.has(at) ? 'pg-branch-ended' : ''}`, 'data-branch': at, transform: `translate(${x} ${y})` });
      if (kept) {
        const word = svg('text', { x: 9, y: 14 });
        word.textContent = text;
        const figures = svg('text', { x: 9, y: 27, class: 'pg-branch-figures' });
        figures.textContent = `${attention.percent(probability)} · ${score.toFixed(2).replace('-', '−')}`;
        group.append(svg('rect', { width: layout.wide, height: 32, rx: 6 }), word, figures);
      } else {
        const word = svg('text', { x: 9, y: 12.5 });
        word.textContent = text;
        group.append(svg('rect', { width: layout.wide, height: 17, rx: 4 }), word);
      }
      return group;
    }

    function edge(at) {
      const place = layout.places[at];
      const before = layout.places[beam.branches[at].parent];
      const [x, y] = before ? [before.x + layout.wide, before.y + (before.kept ? 16 : 8)] : [8, 20];
      const end = place.y + (place.kept ? 16 : 8);
      const half = (x + place.x) / 2;
      return svg('path', { class: place.kept ? 'pg-edge-kept' : 'pg-edge-dropped', d: `M${x} ${y}C${half} ${y} ${half} ${end} ${place.x} ${end}` });
    }

    function show(next) {
      beam = next;
      layout = laid(beam);
      leaves = new Map(beam.translations.map((one, index) => [one.leaf, index]));
      const shown = beam.branches.map((_, at) => at).filter((at) => layout.places[at]);
      nodes = [];
      edges = [];
      for (const at of shown) {
        nodes[at] = node(at);
        edges[at] = edge(at);
      }
      drawing.setAttribute('width', layout.width);
      drawing.setAttribute('height', layout.height);
      drawing.setAttribute('viewBox', `0 0 ${layout.width} ${layout.height}`);
      playground.say(drawing, 'attention.translate.tree.keys', { steps: layout.steps, branches: beam.branches.length, kept: beam.branches.filter((one) => one.kept).length }, 'aria-label');
      // Faint ones first: what was kept lies over them.
      const faintFirst = [...shown].sort((one, other) => beam.branches[one].kept - beam.branches[other].kept);
      drawing.replaceChildren(...faintFirst.map((at) => edges[at]), svg('circle', { class: 'pg-tree-root', cx: 7, cy: 20, r: 4 }), ...shown.map((at) => nodes[at]));
      short.hidden = layout.until === Infinity;
      if (!short.hidden) playground.say(short, 'attention.translate.tree.short', { steps: layout.until });
      choose(0);
      look(-1);
      frame.scrollLeft = 0;
    }

    /** Marks the way to a finished translation; none if `index` is below 0. */
    function choose(index) {
      path = index < 0 || !beam?.translations[index] ? [] : pathOf(beam.translations[index].leaf);
      for (const list of [nodes, edges]) list.forEach((one, at) => one.classList.toggle('pg-chosen-path', path.includes(at)));
    }

    function look(at) {
      looking = at;
      const way = new Set(at < 0 ? [] : pathOf(at));
      for (const list of [nodes, edges]) list.forEach((one, place) => one.classList.toggle('pg-lit', way.has(place)));
      drawing.classList.toggle('pg-tree-looking', at >= 0);
      told.look(at >= 0 && path.includes(at) ? beam.branches[at].step : -1);
      if (at < 0) {
        playground.say(reading, 'attention.translate.tree.point');
        return;
      }
      const { probability, log_probability: log, score, kept } = beam.branches[at];
      playground.say(reading, `attention.translate.tree.${leaves.has(at) ? 'finished' : kept ? 'branch' : 'dropped'}`, {
        text: `“${beginning(at)}”`, probability: attention.percent(probability), log_probability: log.toFixed(3).replace('-', '−'), score: score.toFixed(3).replace('-', '−'),
      });
    }

    /** Lights the step of the shown translation that is looked at elsewhere. */
    function step(number) {
      nodes.forEach((one, at) => one.classList.toggle('pg-step', number >= 0 && path[number] === at));
    }

    const branchOf = (event) => {
      const group = event.target.closest?.('.pg-branch');
      return group ? +group.dataset.branch : -1;
    };
    drawing.addEventListener('pointermove', (event) => { const at = branchOf(event); if (at !== looking) look(at); });
    drawing.addEventListener('pointerleave', () => { if (looking >= 0) look(-1); });
    const take = (at) => { if (leaves.has(at)) told.choose(leaves.get(at)); };
    drawing.addEventListener('click', (event) => take(branchOf(event)));
    drawing.addEventListener('keydown', (event) => {
      if (!beam) return;
      if (event.key === 'Enter') take(looking);
      else if (event.key === 'Escape') look(-1);
      else if (event.key.startsWith('Arrow')) {
        event.preventDefault();
        const next = walked(event.key);
        if (next === undefined || next < 0 || !layout.places[next]) return;
        look(next);
        const { x } = layout.places[next];
        frame.scrollLeft = Math.min(x - 20, Math.max(frame.scrollLeft, x + layout.wide + 20 - frame.clientWidth));
      }
    });

    function walked(arrow) {
      if (looking < 0) return path[0] ?? 0;
      const one = beam.branches[looking];
      if (arrow === 'ArrowLeft') return one.parent;
      if (arrow === 'ArrowRight') {
        const after = beam.branches.map((_, at) => at).filter((at) => beam.branches[at].parent === looking);
        return after.find((at) => path.includes(at)) ?? after[0];
      }
      const beside = nodes.map((_, at) => at).filter((at) => beam.branches[at].step === one.step)
        .sort((a, b) => layout.places[a].y - layout.places[b].y);
      return beside[beside.indexOf(looking) + (arrow === 'ArrowDown' ? 1 : -1)];
    }

    /** The tree as an image, all colours within it, and its size. */
    async function picture() {
      const copy = drawing.cloneNode(true);
      const own = drawing.querySelectorAll('*');
      copy.querySelectorAll('*').forEach((one, at) => {
        const style = getComputedStyle(own[at]);
        one.removeAttribute('class');
        for (const name of ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font-size', 'font-weight']) one.setAttribute(name, style.getPropertyValue(name));
        one.setAttribute('font-family', 'monospace');
      });
      copy.setAttribute('xmlns', SPACE);
      const image = new Image();
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
      await image.decode();
      return { image, clientWidth: layout.width, clientHeight: layout.height };
    }

    function rows() {
      const t = (word) => playground.t(`attention.translate.column.${word}`);
      const columns = ['step', 'token', 'probability', 'log_probability', 'score', 'kept', 'beginning'];
      return [columns.map(t), ...(beam?.branches ?? []).map((one, at) => [one.step + 1, attention.word(one.token), one.probability, one.log_probability, one.score, one.kept ? 1 : 0, beginning(at)])];
    }

    playground.say(reading, 'attention.translate.tree.point');
    return { element, show, choose, step, picture, rows };
  };
})();
