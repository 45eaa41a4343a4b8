/* Positions: the waves that are added to the words, their dot products, and reading without them. */
'use strict';

(() => {
  const { make, attention, plot } = playground;
  const { sinusoidal, wavelength } = attention.positionsMaths;
  const SETTINGS = [
    { name: 'places', kind: 'integer', low: 2, high: 160, default: 60 },
    { name: 'width', kind: 'integer', low: 2, high: 512, default: 64 },
  ];
  const STOPS = { width: [2, 4, 8, 16, 32, 64, 128, 256, 512] };
  const LARGEST_SEED = 2_147_483_647;

  playground.widgets.attention_positions = (element, { picture }) => {
    let model = null; // what the server says of the chosen model
    let learned = null; // its own positions as a field, if it learned some
    let seen = 'waves'; // or `learned`: which matrix is drawn large
    let asked = '';
    let sorted = '';

    const fields = SETTINGS.map((setting) => playground.fields.integer(setting, 'attention.places', { stops: STOPS[setting.name], changed: () => draw() }));
    const [places, width] = fields;
    const even = () => width.get() + (width.get() % 2);
    const waves = () => ({ places: places.get(), width: even(), values: sinusoidal(places.get(), even()), most: 1, sine: true });
    const shown = () => (seen === 'learned' && learned ? learned : waves());

    const block = attention.positionsWaves({ looked: () => {} });
    const kinds = ['waves', 'learned'].map((one) => make('button.pg-segment', { type: 'button', role: 'radio', text: `attention.places.${one}`, data: { kind: one }, on: { click: () => { seen = one; draw(); } } }));
    const choice = make('div.pg-segments', { role: 'radiogroup', label: 'attention.places.matrix', hidden: true }, kinds);
    const tools = plot.tools({
      name: 'positions', rows: matrixRows,
      png: () => plot.png(block.host, block.paint, playground.t('attention.places.matrix')),
    });
    const of = make('p.pg-note.pg-positions-model');
    const take = make('button.pg-link', { type: 'button', hidden: true, text: 'attention.places.take', on: { click: () => { places.set(60); width.set(model.width); draw(); } } });
    const bar = make('i');
    const own = attention.positionsProducts();
    const theirs = attention.positionsProducts();
    const productTools = plot.tools({
      name: 'positions-by-distance', rows: () => [['distance', 'lowest', 'mean', 'highest'], ...own.rows()],
      png: () => plot.png(own.curve, own.paintCurve, playground.t('attention.places.products')),
    });
    const shuffle = attention.positionsShuffle({ again: () => attention.set({ seed: (attention.config().seed + 1) % LARGEST_SEED }) });

    element.classList.add('pg-positions');
    element.append(
      shuffle.element,
      make('section.pg-panel.pg-positions-part.pg-live', {},
        make('div.pg-live-head', {}, make('div.pg-live-heading', {}, make('h3.pg-live-title', { text: 'attention.places.matrix' }), playground.helper('attention.places.matrix.help'), choice), tools.element),
        make('div.pg-positions-body', {}, block.element,
          make('div.pg-positions-side', {}, fields.map((field) => field.element),
            make('span.pg-positions-ramp', {}, '−1', bar, '1'), make('p.pg-positions-formula', {}, 'PE(p, 2i) = sin(p / 10000', make('sup', {}, '2i/d'), ')'), make('p.pg-positions-formula', {}, 'PE(p, 2i+1) = cos(p / 10000', make('sup', {}, '2i/d'), ')'), of, take)),
        tools.table),
      make('section.pg-panel.pg-positions-part.pg-live', {},
        make('div.pg-live-head', {}, make('div.pg-live-heading', {}, make('h3.pg-live-title', { text: 'attention.places.products' }), playground.helper('attention.places.products.help')), productTools.element),
        make('div.pg-positions-pair', {}, own.element, theirs.element), productTools.table));
    theirs.element.hidden = true;

    function matrixRows() {
      const field = shown();
      const head = ['place', ...Array.from({ length: field.width }, (_, at) => `dimension_${at}`)];
      return [head, ...Array.from({ length: field.places }, (_, place) => [place, ...field.values.slice(place * field.width, (place + 1) * field.width)])];
    }

    function paintBar() { bar.style.background = attention.signed.gradient(); }
    paintBar();
    playground.onWhile(element, 'theme', () => { paintBar(); draw(); });

    const drawSoon = playground.perFrame(() => {
      if (!learned) seen = 'waves';
      choice.hidden = !learned;
      for (const one of kinds) one.setAttribute('aria-checked', String(one.dataset.kind === seen));
      block.show(shown());
      const field = waves();
      own.show(field, 'attention.places.products.waves', { width: field.width });
      theirs.element.hidden = !learned;
      if (learned) theirs.show(learned, 'attention.places.products.learned', () => ({ source: attention.titleOf(model?.source ?? '') }));
      tools.renew();
      productTools.renew();
    });
    function draw() {
      // Each sine has its cosine: an odd width is one more.
      if (even() !== width.get()) width.set(even());
      take.hidden = model?.kind !== 'sinusoidal' || (even() === model.width && places.get() === 60);
      drawSoon();
    }

    // What the chosen model has, and what it makes of a sentence.

    const failed = (refusal) => (refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal));
    const askPlaces = playground.asker('places', (answer) => {
      model = answer;
      const values = playground.unpack(answer.matrix);
      const count = values ? values.length / answer.width : 0;
      learned = answer.kind === 'learned' ? { places: count, width: answer.width, values, most: values.reduce((most, one) => Math.max(most, Math.abs(one)), 1e-9), sine: false } : null;
      playground.say(of, `attention.places.model.${answer.kind}`, () => ({ source: attention.titleOf(answer.source), width: answer.width, trained: answer.trained, longest: playground.number(wavelength(answer.width - 1, answer.width), 3) }));
      draw();
    }, (refusal) => {
      model = null;
      learned = null;
      asked = '';
      playground.unsay(of, failed(refusal));
      draw();
    });
    const askOrder = playground.asker('shuffled', (answer) => shuffle.show(answer), (refusal) => {
      sorted = '';
      shuffle.fail(failed(refusal));
    });

    draw();
    attention.follow(element, picture, ({ source, text, seed }) => {
      if (source !== asked) void askPlaces({ source });
      asked = source;
      const next = JSON.stringify({ source, text, seed });
      if (next === sorted) return;
      sorted = next;
      shuffle.busy();
      void askOrder({ source, text, seed });
    });
  };
})();
