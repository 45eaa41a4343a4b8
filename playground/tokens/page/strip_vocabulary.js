/* The vocabulary as a list to search, sort and point at: only the rows in sight are elements. */
'use strict';

(() => {
  const { make, number, tokens } = playground;
  const ROW = 26; // px, as strip.css has it
  const BEYOND = 6; // rows kept ready above and below
  let lists = 0;

  /**
   * `point(id or −1)` is told what is pointed at, `pick(id)` what is chosen by a click or Enter.
   * Returns `{element, show(laid, alike), light(id)}`; `alike`: it learned from the text that is shown,
   * so that there is but one count.
   */
  tokens.stripVocabulary = ({ point, pick }) => {
    const name = `pg-vocabulary-${++lists}`;
    const search = make('input.pg-text.pg-vocabulary-search', { type: 'search', label: 'tokens.strip.vocabulary.search', autocomplete: 'off', spellcheck: 'false' });
    playground.say(search, 'tokens.strip.vocabulary.search', {}, 'placeholder');
    const total = make('span.pg-vocabulary-size');
    const space = make('div.pg-vocabulary-space');
    const list = make('div.pg-vocabulary-list', { role: 'listbox', tabindex: 0, label: 'tokens.strip.vocabulary' }, space);
    const none = make('p.pg-empty', { text: 'tokens.strip.vocabulary.none', hidden: true });
    const heads = Object.fromEntries(['id', 'token', 'here', 'count'].map((column) => [column, column === 'token'
      ? make('span', { text: 'tokens.strip.vocabulary.token' })
      : make('button', { type: 'button', text: `tokens.strip.vocabulary.${column}`, on: { click: () => sortBy(column) } })]));
    const element = make('section.pg-vocabulary', {},
      make('header.pg-vocabulary-top', {}, make('h4', { text: 'tokens.strip.vocabulary' }), total, search),
      make('div.pg-vocabulary-head.pg-vocabulary-row', {}, Object.values(heads)), list, none);

    let laid = null;
    let order = new Uint32Array(); // ids, as they stand in the list
    let rowOf = new Int32Array(); // the row of each id, −1 where the search left it out
    let sort = { by: 'id', down: false };
    let lit = -1;
    let active = -1; // row at which the keys are
    let most = 1;
    const size = { top: 0, tall: 208 }; // known without asking for a layout

    function sortBy(column) {
      // A first press shows what is asked for most often: the lowest id, the largest count.
      sort = { by: column, down: sort.by === column ? !sort.down : column !== 'id' };
      arrange();
      scroll(0);
      draw();
    }

    function arrange() {
      const wanted = search.value;
      const low = wanted.toLowerCase();
      const asId = /^\d+$/.test(wanted.trim()) ? +wanted : -1;
      const found = [];
      for (let id = 0; id < laid.names.length; id++) {
        if (!wanted || id === asId || laid.names[id].toLowerCase().includes(low) || tokens.seen(laid.names[id]).toLowerCase() === low) found.push(id);
      }
      const values = sort.by === 'here' ? laid.here : sort.by === 'count' ? laid.counts : null;
      if (values) found.sort((one, other) => values[one] - values[other] || other - one);
      if (sort.down) found.reverse();
      order = Uint32Array.from(found);
      rowOf = new Int32Array(laid.names.length).fill(-1);
      found.forEach((id, row) => { rowOf[id] = row; });
      space.style.height = `${order.length * ROW}px`;
      none.hidden = order.length > 0;
      list.hidden = !order.length;
      active = Math.min(active, order.length - 1);
      const part = order.length === laid.names.length ? 'tokens.strip.vocabulary.size' : 'tokens.strip.vocabulary.found';
      playground.say(total, part, { count: number(order.length), total: number(laid.names.length) });
      for (const column of ['id', 'here', 'count']) {
        heads[column].setAttribute('aria-pressed', String(sort.by === column));
        heads[column].dataset.sorted = sort.by === column ? (sort.down ? 'down' : 'up') : '';
      }
    }

    function row(at) {
      const id = order[at];
      const token = laid.names[id];
      const share = Math.log1p(laid.counts[id]) / Math.log1p(most);
      return make('div.pg-vocabulary-row', {
        role: 'option', id: `${name}-${at}`, 'aria-selected': String(at === active), data: { id },
        class: `${id === lit ? 'pg-looked' : ''} ${laid.here[id] ? '' : 'pg-vocabulary-absent'}`, style: { top: `${at * ROW}px` },
      }, make('span', {}, String(id)),
      make('span.pg-vocabulary-token', {}, make('i', { dir: 'auto', style: { background: id ? tokens.colour(id) : 'var(--pg-unknown)' } }, id ? tokens.seen(token) : token)),
      make('span', {}, number(laid.here[id])),
      make('span.pg-vocabulary-count', {}, make('b', { style: { width: `${(100 * share).toFixed(1)}%` } }), make('span', {}, number(laid.counts[id]))));
    }

    let rows = new Map(); // what is drawn: row -> {sign, element}
    function draw() {
      if (!laid) return;
      const first = Math.max(0, Math.floor(size.top / ROW) - BEYOND);
      const last = Math.min(order.length, first + Math.ceil(size.tall / ROW) + 2 * BEYOND);
      const now = new Map();
      for (let at = first; at < last; at++) {
        const id = order[at];
        const sign = [id, laid.names[id], laid.here[id], laid.counts[id], most, id === lit, at === active].join(' ');
        now.set(at, rows.get(at)?.sign === sign ? rows.get(at) : { sign, element: row(at) });
      }
      for (const [at, { element: old }] of rows) if (now.get(at)?.element !== old) old.remove();
      let next = space.firstChild;
      for (const { element: one } of now.values()) {
        if (one === next) next = one.nextSibling;
        else space.insertBefore(one, next);
      }
      rows = now;
      if (active >= first && active < last) list.setAttribute('aria-activedescendant', `${name}-${active}`);
      else list.removeAttribute('aria-activedescendant');
    }

    function scroll(top) {
      list.scrollTop = top;
      size.top = Math.max(0, Math.min(top, order.length * ROW - size.tall));
    }

    function bring(at) {
      const top = at * ROW;
      if (top < size.top || top + ROW > size.top + size.tall) scroll(top - size.tall / 2 + ROW);
    }

    const under = (event) => +(event.target.closest('[data-id]')?.dataset.id ?? -1);
    search.addEventListener('input', () => { if (laid) { arrange(); scroll(0); draw(); } });
    const drawSoon = playground.perFrame(draw);
    list.addEventListener('scroll', () => { size.top = list.scrollTop; drawSoon(); }, { passive: true });
    new ResizeObserver(([entry]) => { size.tall = entry.contentRect.height || 208; drawSoon(); }).observe(list);
    list.addEventListener('pointerover', (event) => point(under(event)));
    list.addEventListener('pointerleave', () => point(-1));
    list.addEventListener('click', (event) => {
      const id = under(event);
      if (id < 0) return;
      active = rowOf[id];
      pick(id);
    });
    list.addEventListener('blur', () => { active = -1; point(-1); draw(); });
    list.addEventListener('keydown', (event) => {
      const page = Math.max(1, Math.floor(size.tall / ROW) - 1);
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
      if (event.key === 'Enter' && active >= 0) pick(order[active]);
      else if (step && order.length) {
        active = Math.max(0, Math.min(order.length - 1, active + step));
        bring(active);
        point(order[active]);
        draw();
      } else return;
      event.preventDefault();
    });

    return {
      element,
      show(next, alike) {
        const other = !laid || laid.names.length !== next.names.length;
        laid = next;
        most = laid.counts.reduce((top, count) => Math.max(top, count), 1);
        element.classList.toggle('pg-vocabulary-alike', alike);
        if (alike && sort.by === 'here') sort = { by: 'count', down: sort.down };
        arrange();
        if (other) scroll(0);
        draw();
      },
      /** Lights the row of a token and brings it into sight; −1 puts the light out. */
      light(id, scroll = true) {
        if (id === lit) return;
        lit = id;
        if (scroll && id >= 0 && rowOf[id] >= 0) bring(rowOf[id]);
        draw();
      },
    };
  };
})();
