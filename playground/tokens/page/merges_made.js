/* The merges made so far as a table, and where they leave the way that the library takes. */
'use strict';

(() => {
  const { make, tokens, icon, number } = playground;
  const COLUMNS = ['rank', 'pair', 'count', 'tokens', 'ratio'];

  /** "left + right", white space made visible. */
  tokens.mergesPair = ({ left, right }) => [
    make('span.pg-merges-token', {}, playground.visible(left)), make('span.pg-merges-sign', {}, '+'),
    make('span.pg-merges-token', {}, playground.visible(right))];

  /** The first place at which two rows of merges differ; their common length if none does. */
  function departure(merges, library) {
    const at = merges.findIndex(({ left, right }, place) => left !== library[place]?.[0] || right !== library[place]?.[1]);
    return at < 0 ? merges.length : at;
  }

  /**
   * `{element, show(answer, figures)}`. `back(count)` is called to return to so many merges,
   * `light(token)` to show a token in the text, or none for null.
   */
  tokens.mergesMade = ({ back, light }) => {
    const course = make('p.pg-merges-course');
    const rows = make('tbody');
    const empty = make('p.pg-empty', { text: 'tokens.merges.none' });
    const table = make('div.pg-merges-made', { hidden: true, tabindex: 0, role: 'region', label: 'tokens.merges.made' }, make('table', {},
      make('thead', {}, make('tr', {}, COLUMNS.map((name) => make('th', { scope: 'col', text: `tokens.merges.column.${name}` })))), rows));
    const saving = playground.iconButton('download', 'tokens.merges.save', save);
    const element = make('section.pg-panel', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'tokens.merges.made' }), course, make('div.pg-panel-tools', {}, saving)),
      empty, table);
    let merges = [];

    function save() {
      const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
      const lines = merges.map((one, at) => [at + 1, cell(one.left), cell(one.right), cell(one.left + one.right), one.count].join(','));
      playground.save(new Blob([['rank,left,right,merged,count', ...lines, ''].join('\r\n')], { type: 'text/csv' }), 'merges.csv');
    }

    function tellCourse(departs, library) {
      const apart = departs < merges.length;
      course.hidden = !merges.length;
      course.classList.toggle('pg-apart', apart);
      course.replaceChildren(icon(apart ? 'warning' : 'check'), make('span'));
      const wanted = library[departs];
      if (!apart) playground.say(course.lastChild, 'tokens.merges.same');
      else if (!wanted) playground.say(course.lastChild, 'tokens.merges.departs_end', { rank: departs + 1 });
      else playground.say(course.lastChild, 'tokens.merges.departs', { rank: departs + 1, left: playground.visible(wanted[0]), right: playground.visible(wanted[1]) });
    }

    function rank(at) {
      if (at === merges.length - 1) return String(at + 1);
      const button = make('button.pg-link', { type: 'button', on: { click: () => back(at + 1) } }, String(at + 1));
      playground.say(button, 'tokens.merges.back_to', { rank: at + 1 }, 'aria-label');
      playground.say(button, 'tokens.merges.back_to', { rank: at + 1 }, 'title');
      return button;
    }

    function made(one, at, apart, figure) {
      const merged = one.left + one.right;
      return make('tr', { data: { rank: at + 1, apart }, on: { pointerenter: () => light(merged), pointerleave: () => light(null) } },
        make('td', {}, rank(at)),
        make('td', {}, make('span.pg-merges-pair', {}, tokens.mergesPair(one), make('span.pg-merges-sign', {}, '→'),
          make('span.pg-merges-token', { style: { background: tokens.colour(at) } }, playground.visible(merged))),
        apart === 'first' ? make('span.pg-merges-mark', { text: 'tokens.merges.mark' }) : null),
        make('td', {}, number(one.count)), make('td', {}, number(figure?.tokens)), make('td', {}, figure ? figure.ratio.toFixed(2) : '–'));
    }

    return {
      element,
      show(answer, figures) {
        ({ merges } = answer);
        const departs = departure(merges, answer.library);
        tellCourse(departs, answer.library);
        empty.hidden = merges.length > 0;
        table.hidden = saving.hidden = !merges.length;
        // The newest on top, where it can be seen come.
        rows.replaceChildren(...merges.map((one, at) => made(one, at, at === departs ? 'first' : at > departs ? 'later' : '', figures[at + 1])).reverse());
      },
    };
  };
})();
