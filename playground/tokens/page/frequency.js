/* How often tokens, pairs and triples occur: Zipf's plot, the most frequent of them, and a search. */
'use strict';

(() => {
  const { make, tokens, number } = playground;
  const SIZES = [1, 2, 3];
  const STRAIGHT = 0.9; // R² below it is no line
  const STEEP = 1.2;
  const FLAT = 0.8;

  playground.widgets.tokens_frequency = (element, { view }) => {
    const find = tokens.ngramFinder();
    const seen = new Set(SIZES);
    let series = {}; // n -> the server's answer for the reading of the moment
    const refused = {}; // n -> why there is none
    const waiting = new Set(); // sizes that are being counted
    let reading = null;
    let front = 1;
    let found = null; // what was searched
    let locked = null;
    let looking = null;

    const figure = (name) => {
      const value = make('span.pg-figure-value', {}, '–');
      return { value, element: make('div.pg-figure', {}, make('span.pg-figure-key', { text: `tokens.frequency.${name}` }), value) };
    };
    const figures = Object.fromEntries(['total', 'kinds', 'once', 'slope', 'r_squared', 'ranks'].map((name) => [name, figure(name)]));
    const plot = tokens.zipfPlot({
      looked: (point) => { if (!locked) look(point); },
      chosen: (point, keep) => hold(!keep && locked && same(point, locked) ? null : point),
      described: tell,
    });
    const tip = make('div.pg-live-tip.pg-frequency-tip', { hidden: true, role: 'status' });
    plot.element.append(tip);
    const keys = SIZES.map((n) => make('button.pg-live-lane', { type: 'button', 'aria-pressed': 'true', data: { n }, style: { '--pg-lane': `var(${tokens.seriesColour(n)})` }, on: { click: () => toggle(n) } },
      make('span.pg-frequency-shape'), make('span.pg-live-name', { text: `tokens.frequency.series.${n}` }), make('span.pg-live-value')));
    const fronts = SIZES.map((n) => make('button.pg-segment', { type: 'button', role: 'radio', data: { n }, text: `tokens.frequency.front.${n}`, on: { click: () => tokens.set({ ngram_size: n }) } }));
    const sentence = make('p.pg-frequency-sentence');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const top = make('ol.pg-frequency-top', { label: 'tokens.frequency.top' });
    const wanted = make('input.pg-text', { type: 'search', maxlength: 60, autocomplete: 'off', label: 'tokens.frequency.search' });
    playground.say(wanted, 'tokens.frequency.search', {}, 'placeholder');
    const told = make('p.pg-note.pg-frequency-found', { role: 'status' });
    const tools = playground.plot.tools({
      name: 'zipf', rows: table,
      png: () => playground.plot.png(plot.element, plot.paint, playground.t('tokens.frequency.title'), SIZES.filter((n) => seen.has(n) && series[n])
        .map((n) => ({ name: playground.t(`tokens.frequency.series.${n}`), colour: playground.colour(tokens.seriesColour(n)) }))),
    });

    element.classList.add('pg-frequency');
    element.append(
      make('section.pg-panel.pg-live', {},
        make('div.pg-frequency-figures', {}, Object.values(figures).map((one) => one.element)),
        fault,
        make('div.pg-frequency-body', {},
          make('div.pg-frequency-left', {},
            make('div.pg-live-head', {}, make('div.pg-live-heading', {}, make('h3.pg-live-title', { text: 'tokens.frequency.title' }), playground.helper('tokens.frequency.help')), tools.element),
            make('div.pg-live-legend', { role: 'group', label: 'tokens.frequency.legend' }, keys),
            plot.element, tools.table, sentence),
          make('div.pg-frequency-right', {},
            make('div.pg-segments', { role: 'radiogroup', label: 'tokens.ngram_size' }, fronts),
            make('form.pg-frequency-search', { role: 'search', on: { submit: (event) => { event.preventDefault(); void search(); } } }, wanted,
              make('button.pg-button', { type: 'submit', text: 'tokens.frequency.find' })),
            told, top))));

    const same = (a, b) => Boolean(a && b && a.n === b.n && a.rank === b.rank);

    // What is pointed at, in the plot or in the list.

    function look(point) {
      if (same(point, looking) || (!point && !looking)) return;
      light(point);
    }
    function light(point) {
      looking = point;
      plot.element.classList.toggle('pg-live-locked', Boolean(locked));
      if (!point) tip.hidden = true;
      for (const row of top.children) row.classList.toggle('pg-lit', point?.n === front && +row.dataset.rank === point.rank);
      plot.look(point);
    }

    function hold(point) {
      locked = point;
      if (!same(point, found)) found = null;
      show();
      light(point);
    }

    function tell(point, x, y) {
      const { total, fit } = series[point.n] ?? {};
      const law = tokens.law(fit, point.rank);
      const fact = (name, value) => [make('span.pg-live-tip-far', { text: `tokens.frequency.${name}` }), make('span.pg-live-tip-number', {}, value)];
      tip.replaceChildren(
        make('span.pg-frequency-token', { dir: 'auto' }, playground.visible(point.label)),
        make('span.pg-live-tip-number', { style: { '--pg-lane': `var(${tokens.seriesColour(point.n)})` }, text: `tokens.frequency.series.${point.n}` }),
        ...[fact('rank', number(point.rank)), fact('count', number(point.count)), fact('share', share(point.count, total)),
          law === null ? [] : fact('law', number(law < 10 ? law : Math.round(law), 2))].flat());
      tip.classList.toggle('pg-locked-tip', Boolean(locked));
      playground.plot.placeTip(tip, plot.element, x, y);
    }
    const share = (count, total) => `${number((100 * count) / total, 3)} %`;

    function toggle(n) {
      if (seen.has(n)) seen.delete(n);
      else seen.add(n);
      if (!seen.size) seen.add(front);
      if (locked && !seen.has(locked.n)) hold(null);
      show();
    }

    // What is seen.

    function show() {
      keys.forEach((key) => {
        const n = +key.dataset.n;
        key.setAttribute('aria-pressed', String(seen.has(n)));
        key.querySelector('.pg-live-value').textContent = series[n] ? number(series[n].kinds) : '';
      });
      fronts.forEach((one) => {
        const chosen = +one.dataset.n === front;
        one.setAttribute('aria-checked', String(chosen));
      });
      plot.show({ series, front, seen, found });
      const [now, refusal] = [series[front], refused[front]];
      fault.hidden = !refusal;
      if (refusal) fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      element.classList.toggle('pg-busy', waiting.has(front));
      if (!now) return;
      const { total, kinds, once, fit } = now;
      figures.total.value.textContent = number(total);
      figures.kinds.value.textContent = number(kinds);
      figures.once.value.textContent = `${number(once)} (${share(once, kinds)})`;
      figures.slope.value.textContent = fit ? fit.slope.toFixed(2).replace('-', '−') : '–';
      figures.r_squared.value.textContent = fit ? fit.r_squared.toFixed(3) : '–';
      figures.ranks.value.textContent = fit ? `${number(fit.first_rank)}–${number(fit.last_rank)}` : '–';
      say(fit);
      list(now);
      tools.renew();
      plot.describe(playground.t('tokens.frequency.described', { kinds: number(kinds), total: number(total), fit: fit ? tokens.fitWords(fit) : '–' }));
    }

    /** One sentence about what the slope means. */
    function say(fit) {
      if (!fit) {
        playground.say(sentence, 'tokens.frequency.none');
        return;
      }
      const steep = -fit.slope;
      const shape = fit.r_squared < STRAIGHT ? 'bent' : steep > STEEP ? 'steep' : steep < FLAT ? 'flat' : 'zipf';
      playground.say(sentence, `tokens.frequency.says.${shape}`, { slope: fit.slope.toFixed(2).replace('-', '−'), half: Math.round(100 * 2 ** fit.slope), r_squared: fit.r_squared.toFixed(2) });
    }

    let listed = null;
    function list(now) {
      if (listed === now) return;
      listed = now;
      const most = now.top[0].count;
      top.style.setProperty('--lane', `var(${tokens.seriesColour(front)})`);
      top.replaceChildren(...now.top.map(({ rank, label, count }) => make('li', { data: { rank } },
        make('button.pg-frequency-row', { type: 'button', data: { rank } },
          make('span.pg-frequency-rank', {}, String(rank)),
          make('span.pg-frequency-name', { dir: 'auto' }, playground.visible(label)),
          make('span.pg-frequency-track', {}, make('span.pg-frequency-bar', { style: { width: `${(100 * count) / most}%` } })),
          make('span.pg-frequency-count', {}, number(count))))));
    }
    const rowPoint = (event) => {
      const row = event.target.closest?.('.pg-frequency-row');
      const one = row && listed?.top[+row.dataset.rank - 1];
      return one ? { n: front, rank: one.rank, count: one.count, label: one.label } : null;
    };
    top.addEventListener('pointerover', (event) => { if (!locked) look(rowPoint(event)); });
    top.addEventListener('pointerleave', () => { if (!locked) look(null); });
    top.addEventListener('focusin', (event) => { if (!locked) look(rowPoint(event)); });
    top.addEventListener('click', (event) => {
      const point = rowPoint(event);
      if (point) hold(same(point, locked) ? null : point);
    });
    playground.plot.onEscape(element, () => { if (locked) hold(null); });

    function table() {
      const t = playground.t;
      const rows = [[t('tokens.ngram_size'), t('tokens.frequency.rank'), t('tokens.frequency.ngram'), t('tokens.frequency.count')]];
      for (const n of [front, ...SIZES.filter((one) => one !== front)].filter((one) => seen.has(one) && series[one])) {
        const { ranks, counts, labels } = series[n].points;
        ranks.forEach((rank, place) => rows.push([n, rank, labels[place], counts[place]]));
      }
      return rows;
    }

    async function search() {
      const sought = wanted.value;
      if (!sought || !reading) return;
      try {
        const one = await find(reading, front, sought);
        playground.say(told, one ? 'tokens.frequency.is_there' : `tokens.frequency.is_not_there.${front}`,
          one ? { rank: number(one.rank), count: number(one.count) } : { wanted: playground.visible(sought) });
        if (!one) return;
        seen.add(front);
        found = { n: front, rank: one.rank, count: one.count, label: one.tokens.join(joint()).replaceAll(' ##', '') };
        hold(found);
      } catch (refusal) {
        playground.complain(refusal);
      }
    }
    const joint = () => (['word', 'wordpiece'].includes(reading.scheme) ? ' ' : '');
    wanted.addEventListener('input', () => { if (!wanted.value) playground.unsay(told, ''); });

    // Questions to the server: one for each size, the one in front first.

    const askers = Object.fromEntries(SIZES.map((n) => [n, playground.asker('frequencies', (answer) => {
      waiting.delete(n);
      series = { ...series, [n]: answer };
      delete refused[n];
      show();
    }, (refusal) => {
      // Too short for triples, say: what can be counted is drawn all the same.
      waiting.delete(n);
      refused[n] = refusal;
      if (n !== front) delete series[n];
      show();
    })]));

    let asked = '';
    tokens.follow(element, view, (config) => {
      reading = tokens.reading();
      if (config.ngram_size !== front) {
        front = config.ngram_size;
        seen.add(front);
        playground.unsay(told, '');
        hold(null);
      }
      const now = JSON.stringify(reading);
      if (now === asked) return;
      asked = now;
      playground.unsay(told, '');
      SIZES.forEach((n) => waiting.add(n));
      hold(null);
      for (const n of [front, ...SIZES.filter((one) => one !== front)]) void askers[n]({ ...reading, n });
    });
    playground.onWhile(element, 'language', show);
  };
})();
