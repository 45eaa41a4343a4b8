/*
 * The viewer of attention maps, for whoever has some: a translation, a snapshot of a run, a
 * borrowed model.
 *
 *   const viewer = playground.attention.viewer({ name, chosen, looked });
 *   place.append(viewer.element);
 *   viewer.show(answer);
 *
 * `answer` is what `look` or `borrowed` answers, or alike: `{source_tokens, target_tokens,
 * given_tokens, maps: {encoder, decoder, cross}}`, any of the maps may be missing. A map is
 * `{layers, heads, rows, columns, weights}`: `weights` packed or a Float32Array [layers, heads,
 * rows, columns]; `rows` and `columns` counts (the tokens then come from the answer) or the tokens.
 *
 * Layers and heads count from 1 here, 0 is the average over them; tokens count from 0, -1 is none.
 * A query is a row, a key a column: of `cross` the token being written and the source token, of
 * `decoder` two of the tokens it was given, of `encoder` two source tokens.
 *
 * Options, all may be left out:
 *   name     of the files that are saved
 *   parts    what is shown, of 'thumbnails', 'heat', 'lines', 'numbers'; all unless told
 *   title()  what the maps are about, as it stands above a saved picture
 *   chosen({kind, layer, head})        the visitor chose another map
 *   looked({kind, query, key, held})   the visitor points at something, or holds it; or at nothing
 *   press({kind, layer, head, query, key, weight}, event)   a cell of the heat map is pressed; if
 *            this returns true, the press is not a choice (somebody drags the cell, say)
 *   marked({kind, layer, head}) -> [[query, key]]   cells with a dashed frame (changed ones, say)
 *
 * Returns:
 *   element
 *   show(answer)   draws it; what is held stays held while the tokens are as many
 *   set({kind, layer, head})           as if chosen, without telling; the nearest there is
 *   get() -> {kind, layer, head, query, key, held}
 *   light({query, key}, held = false)  as if pointed at, or held, without telling; {-1, -1} releases
 *   kinds() -> those of the answer     matrix() -> Float32Array of rows × columns now shown
 *   map() -> {kind, layers, heads, rows, columns, queries, keys}    renew() draws everything anew
 */
'use strict';

(() => {
  const { make, attention } = playground;
  const PARTS = ['thumbnails', 'heat', 'lines', 'numbers'];
  const LONG = 26; // tokens from which the heat map takes all the width
  const MANY_HEADS = 6; // from which the small maps stand above the large one
  const PAUSE = 120; // milliseconds on a small map until its numbers are shown
  const NONE = { query: -1, key: -1 };

  attention.viewer = ({ name = 'attention', parts = PARTS, title = () => '', chosen = () => {}, looked = () => {}, press = null, marked = () => [] } = {}) => {
    let answer = null;
    let maps = null;
    let place = { kind: 'cross', layer: 1, head: 0 }; // as wished
    let preview = null; // {layer, head} of the small map under the pointer
    let look = NONE;
    let held = false;
    let full = false; // whether colours go up to 1, and not to the largest weight
    let scene = null;

    const told = {
      look(next) {
        if (held) return;
        const one = next ?? NONE;
        if (one.query === look.query && one.key === look.key) return;
        point(one);
        tell();
      },
      hold(next, stay = false) {
        const again = held && !stay && next.query === look.query && next.key === look.key;
        held = !again;
        point(again ? NONE : next, heatOrNot(stay));
        tell();
      },
      preview: (layer, head) => { preview = layer === null ? null : { layer, head }; soon(); },
      choose(layer, head) {
        preview = null;
        Object.assign(place, { layer, head });
        draw();
        chosen(shown());
      },
      press: press && ((cell, event) => press({ ...shown(), ...cell, weight: scene.weights[cell.query * scene.columns + cell.key] }, event)),
    };
    const views = {
      thumbnails: () => attention.thumbnails(told),
      heat: () => attention.heat(told),
      lines: () => attention.lines(told),
      numbers: () => attention.weightTable(told),
    };
    const view = Object.fromEntries(PARTS.filter((part) => parts.includes(part)).map((part) => [part, views[part]()]));
    const linked = ['heat', 'lines', 'numbers'].map((part) => view[part]).filter(Boolean);

    const kinds = make('div.pg-segments.pg-viewer-kinds', { role: 'radiogroup', label: 'attention.viewer.kinds' });
    const heading = make('h3.pg-live-title');
    const reading = make('p.pg-viewer-reading', { 'aria-live': 'polite' });
    const scale = make('i.pg-viewer-scale', { style: { background: attention.colours.gradient() } });
    const top = make('span.pg-viewer-top');
    const whole = make('input', { type: 'checkbox', on: { change: () => { full = whole.checked; draw(); } } });
    const blocked = make('span.pg-viewer-blocked', {}, make('i'), make('span', { text: 'attention.viewer.blocked' }));
    const legend = make('div.pg-viewer-legend', {}, make('span', {}, make('span', {}, '0'), scale, top), blocked,
      make('label.pg-check', {}, whole, make('span', { text: 'attention.viewer.full' })));
    const none = make('p.pg-note.pg-viewer-none', { text: 'attention.viewer.none', hidden: true });
    const tools = playground.plot.tools({ name, rows, png: () => playground.plot.png(view.heat.whole(), (...on) => view.heat.paint(...on, title()), words(scene)) });
    tools.element.append(make('button.pg-live-button.pg-live-do-html', { type: 'button', text: 'attention.viewer.html', hint: 'attention.viewer.html.help', on: {
      click: () => playground.save(new Blob([attention.standalone(maps, { ...shown(), title: title() })], { type: 'text/html;charset=utf-8' }), `${name}.html`),
    } }));
    const frame = (part, ...more) => view[part] && make(`div.pg-viewer-part.pg-viewer-${part}`, {}, make('h4.pg-viewer-title', {}, make('span', { text: `attention.viewer.${part}` }), playground.helper(`attention.viewer.${part}.help`)), view[part].element, ...more);
    const large = make('div.pg-viewer-large', {}, frame('heat', legend), frame('lines'));
    const body = make('div.pg-viewer-body', {}, frame('thumbnails'), large);
    const content = make('div.pg-viewer-content', {}, body, reading, frame('numbers'));
    const element = make('div.pg-viewer.pg-live', { data: { parts: parts.join(' ') } },
      make('div.pg-live-head', {}, kinds, heading, tools.element), none, content);
    kinds.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const all = [...kinds.children];
      const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
      next.click();
      kinds.querySelector('[aria-checked="true"]').focus();
    });

    // What is shown, and what of it is looked at.

    /** The wish, as far as there is such a map. */
    function shown() {
      const kind = maps?.of(place.kind) ? place.kind : maps?.kinds.at(-1);
      const map = kind && maps.of(kind);
      if (!map) return { ...place };
      const near = (number, count) => (number === 0 && count === 1 ? 1 : Math.min(number, count));
      return { kind, layer: near(place.layer, map.layers), head: near(place.head, map.heads) };
    }
    const heatOrNot = (stay) => (stay ? view.heat : null);
    const tell = () => looked({ kind: scene?.kind ?? place.kind, ...look, held });

    function point(next, from = null) {
      look = next;
      element.classList.toggle('pg-viewer-held', held);
      for (const one of linked) one.light(look);
      if (held) for (const one of [view.heat, view.numbers]) if (one && one !== from) one.reveal(look);
      read();
    }

    /** One sentence about what is looked at. */
    function read() {
      if (!scene) return;
      const { query, key } = look;
      const { kind, weights, columns, rowNames, columnNames, rows: count } = scene;
      const written = attention.written;
      if (query >= 0) {
        const list = attention.most(weights, columns, query).filter(([, weight]) => weight >= 0.0005).map(([at, weight]) => `${columnNames[at]} ${written(weight)}`).join(' · ');
        const values = { query: rowNames[query], key: columnNames[key] ?? '', weight: key < 0 ? '' : written(weights[query * columns + key]), list, sum: written(attention.rowSum(weights, columns, query)) };
        playground.say(reading, `attention.viewer.reads.${key < 0 ? '' : 'cell_'}${kind}`, values);
      } else if (key >= 0) {
        const best = Array.from({ length: count }, (_, at) => [at, weights[at * columns + key]]).sort((one, other) => other[1] - one[1]).slice(0, 3);
        playground.say(reading, 'attention.viewer.reads.key', { key: columnNames[key], list: best.map(([at, weight]) => `${rowNames[at]} ${written(weight)}`).join(' · ') });
      } else playground.say(reading, 'attention.viewer.point');
    }

    function rows() {
      if (!scene) return [['']];
      const { columns, weights, rowNames, columnNames } = scene;
      return [[playground.t('attention.viewer.corner_weights'), ...columnNames, playground.t('attention.viewer.sum')],
        ...rowNames.map((one, query) => [one, ...weights.subarray(query * columns, (query + 1) * columns), attention.rowSum(weights, columns, query)])];
    }

    const placeWords = ({ layer, head }) => playground.t(`attention.viewer.place.${layer ? 'layer' : 'layers'}_${head ? 'head' : 'heads'}`, { layer, head });
    const words = (now) => `${playground.t(`attention.viewer.kind.${now.kind}`)} · ${placeWords(now)}`;

    function draw() {
      const now = { ...shown(), ...preview };
      none.hidden = Boolean(maps?.kinds.length) || !answer;
      content.hidden = kinds.hidden = tools.element.hidden = heading.hidden = !maps?.kinds.length;
      if (content.hidden) { scene = null; return; }
      const map = maps.of(now.kind);
      const weights = maps.matrix(now.kind, now.layer, now.head);
      const largest = attention.largest(weights);
      scene = {
        ...now, weights, rows: map.rows, columns: map.columns, blocked: map.blocked, high: full ? 1 : largest,
        rowNames: map.queries.map(attention.word), columnNames: map.keys.map(attention.word), marked: marked(now),
      };
      heading.textContent = placeWords(now);
      const long = Math.max(map.rows, map.columns) > LONG;
      element.classList.toggle('pg-viewer-long', long);
      element.classList.toggle('pg-viewer-many', map.heads > MANY_HEADS);
      top.textContent = full ? '1' : attention.written(largest);
      blocked.hidden = !map.blocked;
      const best = weights.indexOf(largest);
      const described = playground.t('attention.viewer.described', {
        map: words(now), rows: map.rows, columns: map.columns, largest: attention.written(largest),
        query: scene.rowNames[Math.floor(best / map.columns)], key: scene.columnNames[best % map.columns],
      });
      for (const one of linked) {
        one.describe(described);
        // A table is dear to build: while the pointer runs over the small maps, it waits.
        if (one === view.numbers && preview) numbersSoon();
        else one.show(scene);
      }
      view.thumbnails?.choose(shown().layer, shown().head);
      for (const one of kinds.children) {
        one.setAttribute('aria-checked', String(one.dataset.kind === now.kind));
        one.tabIndex = one.dataset.kind === now.kind ? 0 : -1;
      }
      if (look.query >= map.rows || look.key >= map.columns) {
        held = false;
        look = NONE;
      }
      point(look);
    }
    const soon = playground.perFrame(draw);
    const numbersSoon = playground.afterQuiet(PAUSE, () => { if (scene) view.numbers.show(scene); });

    function choose(kind) {
      if (kind === shown().kind) return;
      place.kind = kind;
      held = false;
      look = NONE;
      turn();
      chosen(shown());
      tell();
    }

    /** Another answer, or another kind: the small maps are drawn once for it. */
    function turn() {
      if (maps.kinds.length) view.thumbnails?.show(maps, shown().kind);
      draw();
    }

    function show(next) {
      answer = next;
      maps = attention.maps(answer);
      preview = null;
      kinds.replaceChildren(...maps.kinds.map((kind) => make('button.pg-segment', { type: 'button', role: 'radio', data: { kind }, text: `attention.viewer.kind.${kind}`, on: { click: () => choose(kind) } })));
      turn();
    }

    playground.plot.onEscape(element, () => {
      if (!held) return;
      held = false;
      point(NONE);
      tell();
    });
    playground.onWhile(element, 'language', () => { if (maps) draw(); });

    return {
      element, show,
      set(next) {
        const before = shown();
        Object.assign(place, next);
        const now = shown();
        if (!maps || (now.kind === before.kind && now.layer === before.layer && now.head === before.head)) return;
        if (now.kind === before.kind) draw();
        else {
          held = false;
          look = NONE;
          turn();
        }
      },
      get: () => ({ ...shown(), ...look, held }),
      light(next, hold = false) {
        held = hold && (next.query >= 0 || next.key >= 0);
        point({ ...NONE, ...next });
      },
      kinds: () => maps?.kinds ?? [],
      matrix: () => scene?.weights ?? null,
      map: () => maps?.of(shown().kind) ?? null,
      renew: draw,
    };
  };
})();
