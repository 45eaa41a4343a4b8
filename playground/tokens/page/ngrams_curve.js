/* Perplexity over the order of the n-gram model, on counted and on held-out text, for both smoothings. */
'use strict';

(() => {
  const { make, tokens, number } = playground;
  const COLOURS = { kneser_ney: '--pg-accent', laplace: '--pg-rnn' };
  const PARTS = { train: [], validation: [6, 4] };
  const SMOOTHINGS = Object.keys(COLOURS);

  /** `{element, show(answer, {order, smoothing})}`; a click on an order or a smoothing sets it. */
  tokens.ngramCurve = () => {
    const stage = make('div.pg-live-stage.pg-ngrams-stage', { tabindex: 0, role: 'group', label: 'tokens.ngrams.curve.keys' });
    const keys = SMOOTHINGS.map((name) => make('button.pg-live-lane', { type: 'button', data: { name }, style: { '--pg-lane': `var(${COLOURS[name]})` }, on: { click: () => tokens.set({ smoothing: name }) } },
      make('span.pg-live-swatch'), make('span.pg-live-name', { text: `tokens.smoothing.${name}` }), make('span.pg-live-value')));
    const channels = make('span.pg-live-key', {}, Object.keys(PARTS).map((part) => [make(`span.pg-live-swatch.pg-live-${part}`), make('span', { text: `tokens.ngrams.part.${part}` })]));
    const tools = playground.plot.tools({ name: 'ngram-perplexity', rows: table, png: () => playground.plot.png(stage, paint, playground.t('tokens.ngrams.curve'), legend()) });
    const element = make('div.pg-live', {},
      make('div.pg-live-head', {}, make('div.pg-live-heading', {}, make('h3.pg-live-title', { text: 'tokens.ngrams.curve' }), playground.helper('tokens.ngrams.curve.help')), tools.element),
      make('div.pg-live-legend', { role: 'group', label: 'tokens.smoothing' }, keys, make('span.pg-live-notes', {}, channels)),
      stage, tools.table);
    const tip = make('div.pg-live-tip.pg-ngrams-tip', { hidden: true });
    let answer = null;
    let chosen = { order: 3, smoothing: SMOOTHINGS[0] };
    let pointed = null;
    let at = null; // places of values, as drawn last

    const legend = () => SMOOTHINGS.flatMap((name) => Object.entries(PARTS).map(([part, dash]) => ({
      name: `${playground.t(`tokens.smoothing.${name}`)}, ${playground.t(`tokens.ngrams.part.${part}`)}`, colour: playground.colour(COLOURS[name]), dash,
    })));

    function table() {
      const t = playground.t;
      const rows = [[t('tokens.order'), ...legend().map((one) => one.name)]];
      answer?.orders.forEach((order, place) => rows.push([order, ...SMOOTHINGS.flatMap((name) => Object.keys(PARTS).map((part) => answer[name][part][place]))]));
      return rows;
    }

    function paint(pen, width, height, colours) {
      if (!answer) return;
      const values = SMOOTHINGS.flatMap((name) => Object.keys(PARTS).flatMap((part) => answer[name][part])).filter(Number.isFinite);
      const [low, high] = [Math.min(...values, answer.uniform), Math.max(...values, answer.uniform)];
      const y = { low: Math.max(1, low / 1.25), high: high * 1.35, title: playground.t('tokens.ngrams.axis.perplexity'), log: true };
      y.ticks = playground.plot.logTicks(y.low, y.high);
      const x = { low: 0.6, high: answer.orders.at(-1) + 0.6, ticks: answer.orders, title: playground.t('tokens.ngrams.axis.order') };
      at = playground.plot.frame(pen, width, height, colours, { x, y });
      const half = (at.x(2) - at.x(1)) / 2;
      for (const [order, strength] of [[chosen.order, 1], [pointed, 0.5]]) {
        if (order === null) continue;
        pen.globalAlpha = strength;
        pen.fillStyle = colours.colour('--pg-accent-soft');
        pen.fillRect(at.x(order) - half * 0.6, at.top - 4, half * 1.2, at.bottom - at.top + 4);
        pen.globalAlpha = 1;
      }
      const guess = at.y(answer.uniform);
      pen.beginPath();
      pen.moveTo(at.left, guess);
      pen.lineTo(at.right, guess);
      pen.lineWidth = 1.25;
      pen.setLineDash([2, 4]);
      pen.strokeStyle = colours.faint;
      pen.stroke();
      pen.setLineDash([]);
      const labels = [guess - 9];
      playground.plot.label(pen, colours, playground.t('tokens.ngrams.uniform', { size: number(answer.uniform) }), at.left + 4, labels[0], { colour: colours.faint });
      for (const name of [...SMOOTHINGS].sort((a) => (a === chosen.smoothing ? 1 : -1))) {
        for (const [part, dash] of Object.entries(PARTS)) {
          pen.beginPath();
          answer[name][part].forEach((value, place) => pen.lineTo(at.x(answer.orders[place]), at.y(value)));
          pen.globalAlpha = name === chosen.smoothing ? 1 : 0.45;
          pen.lineWidth = name === chosen.smoothing ? 2.25 : 1.75;
          pen.lineJoin = 'round';
          pen.setLineDash(dash);
          pen.strokeStyle = colours.colour(COLOURS[name]);
          pen.stroke();
          pen.setLineDash([]);
          pen.fillStyle = pen.strokeStyle;
          pen.beginPath();
          answer[name][part].forEach((value, place) => {
            const [left, top] = [at.x(answer.orders[place]), at.y(value)];
            pen.moveTo(left + 3, top);
            pen.arc(left, top, 3, 0, 2 * Math.PI);
          });
          pen.fill();
          pen.globalAlpha = 1;
        }
      }
      mark(pen, colours, labels);
    }

    /** The model that is chosen: its two numbers stand beside their points. */
    function mark(pen, colours, taken) {
      const place = answer.orders.indexOf(chosen.order);
      for (const part of Object.keys(PARTS).reverse()) {
        const value = answer[chosen.smoothing][part][place];
        const [left, top] = [at.x(chosen.order), at.y(value)];
        pen.beginPath();
        pen.arc(left, top, 5.5, 0, 2 * Math.PI);
        pen.fillStyle = colours.colour(COLOURS[chosen.smoothing]);
        pen.fill();
        pen.lineWidth = 2;
        pen.strokeStyle = colours.text;
        pen.stroke();
        const far = left + 60 > at.right;
        const below = taken.some((one) => Math.abs(one - (top - 13)) < colours.size);
        const middle = below ? top + 15 : top - 13;
        taken.push(middle);
        playground.plot.label(pen, colours, number(value), far ? left - 8 : left + 8, middle, { mono: true, weight: 600, align: far ? 'right' : 'left' });
      }
    }

    const picture = playground.plot.canvas(stage, paint);
    stage.append(tip);

    function under(event) {
      if (!at || !answer) return null;
      const left = event.clientX - stage.getBoundingClientRect().left;
      return answer.orders.reduce((best, one) => (Math.abs(at.x(one) - left) < Math.abs(at.x(best) - left) ? one : best));
    }
    function point(order) {
      if (order === pointed) return;
      pointed = order;
      tip.hidden = order === null;
      picture.repaint();
      if (order === null) return;
      const place = answer.orders.indexOf(order);
      const head = [playground.t('tokens.ngrams.order_is', { order }), ...Object.keys(PARTS).map((part) => playground.t(`tokens.ngrams.part.${part}`))];
      tip.replaceChildren(
        make('div.pg-live-tip-row.pg-live-tip-head', {}, head.map((one) => make('span.pg-live-tip-number', {}, one))),
        ...SMOOTHINGS.map((name) => make('div.pg-live-tip-row', { style: { '--pg-lane': `var(${COLOURS[name]})` } },
          make('span.pg-live-tip-name', { text: `tokens.smoothing.${name}` }),
          Object.keys(PARTS).map((part) => make('span.pg-live-tip-number', {}, number(answer[name][part][place]))))));
      playground.plot.placeTip(tip, stage, at.x(order), (at.top + at.bottom) / 2);
    }
    stage.addEventListener('pointermove', (event) => point(under(event)));
    stage.addEventListener('pointerleave', () => point(null));
    stage.addEventListener('click', (event) => { const order = under(event); if (order) tokens.set({ order }); });
    stage.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step || !answer) return;
      event.preventDefault();
      tokens.set({ order: Math.max(answer.orders[0], Math.min(answer.orders.at(-1), chosen.order + step)) });
    });

    function say() {
      keys.forEach((key) => {
        const { name } = key.dataset;
        key.setAttribute('aria-pressed', String(name === chosen.smoothing));
        if (answer) key.querySelector('.pg-live-value').textContent = number(answer[name].validation[answer.orders.indexOf(chosen.order)]);
      });
      if (!answer) return;
      const place = answer.orders.indexOf(chosen.order);
      picture.canvas.setAttribute('aria-label', playground.t('tokens.ngrams.curve.described', {
        order: chosen.order, smoothing: playground.t(`tokens.smoothing.${chosen.smoothing}`), size: number(answer.uniform),
        train: number(answer[chosen.smoothing].train[place]), validation: number(answer[chosen.smoothing].validation[place]),
      }));
    }
    playground.onWhile(element, 'language', () => { say(); point(null); });

    return {
      element,
      show(told, { order, smoothing }) {
        answer = told ?? answer;
        chosen = { order, smoothing };
        say();
        tools.renew();
        picture.repaint();
      },
    };
  };
})();
