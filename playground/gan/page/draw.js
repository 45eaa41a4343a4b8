/* Draw and invert: a drawing, what both networks make of it, and the latent point that comes nearest. */
'use strict';

(() => {
  const { make, gan } = playground;
  const QUIET = 300; // milliseconds after the pen was lifted
  const DECIMALS = 1000; // of the ink that is sent

  playground.widgets.gan_draw = (element, { picture }) => {
    let network = null;
    let source = '';
    let ink = null; // 784 numbers of what is looked at
    let kept = gan.drawExample('three'); // drawn before the network was there
    let search = null; // the controller of the one under way
    let reals = null; // held-out images of this source
    let taken = 0;

    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const steps = gan.drawSteps();
    const verdict = gan.drawVerdict();
    const found = gan.drawFound({ asked: () => { if (ink) { scoreSoon(); void invert(); } } });
    const walk = gan.drawWalk();
    const pad = gan.drawPad({ changed: drawn, rested: (strokes) => { if (strokes.length) soon(); } });
    const real = make('button.pg-link', { type: 'button', hint: 'gan.draw.real.help', text: 'gan.draw.real', on: { click: () => void takeReal() } });
    const body = make('div.pg-draw-body', { hidden: true },
      make('div.pg-draw-main', {},
        make('section.pg-panel.pg-draw-own', {},
          make('header.pg-panel-head', {}, make('h3', { text: 'gan.draw.own' }), playground.helper('gan.draw.own.help')),
          pad.element, make('div.pg-draw-offers', {}, pad.tools, gan.drawExampleButtons((strokes) => pad.set(strokes)), real)),
        make('section.pg-panel.pg-draw-prepared', {},
          make('header.pg-panel-head', {}, make('h3', { text: 'gan.draw.prepare' }), playground.helper('gan.draw.prepare.help')),
          steps.element, verdict.element),
        found.element),
      walk.element);
    element.classList.add('pg-draw');
    element.append(fault, body);

    const asked = () => Array.from(ink, (value) => Math.round(Math.min(1, value) * DECIMALS) / DECIMALS);
    const score = playground.asker('gan_score', (answer) => { if (ink) verdict.show(answer, network); }, complain);
    const scoreSoon = playground.perFrame(() => { if (ink) void score({ source, image: asked(), digit: found.digit() }); });
    const soon = playground.afterQuiet(QUIET, () => { if (ink) void invert(); });

    /** A drawing changed: what follows at once is shown, what takes long waits for the pen. */
    function drawn(strokes) {
      if (!network) return;
      search?.abort();
      if (!strokes.length) {
        ink = null;
        verdict.clear();
        body.classList.add('pg-draw-empty');
        return;
      }
      body.classList.remove('pg-draw-empty');
      const prepared = gan.prepare(strokes);
      ink = prepared.ink;
      steps.show(strokes, prepared);
      scoreSoon();
    }

    async function takeReal() {
      try {
        reals ??= await playground.call('gan_wall', { source, count: 60, seed: 0 });
      } catch (refusal) {
        complain(refusal);
        return;
      }
      const { sheet } = reals.real;
      const bytes = Uint8Array.from(atob(sheet.png), (letter) => letter.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const pen = make('canvas', { width: 28, height: 28 }).getContext('2d');
      const at = taken++ % sheet.count;
      pen.drawImage(picture, (at % sheet.columns) * 28, Math.floor(at / sheet.columns) * 28, 28, 28, 0, 0, 28, 28);
      pad.set([]);
      const { data } = pen.getImageData(0, 0, 28, 28);
      ink = Float32Array.from({ length: 784 }, (_, pixel) => (data[4 * pixel] + data[4 * pixel + 1] + data[4 * pixel + 2]) / 765);
      body.classList.remove('pg-draw-empty');
      steps.image(ink);
      scoreSoon();
      void invert();
    }

    /** Looks for the latent point; what was looked for before is let go. */
    async function invert() {
      search?.abort();
      const mine = (search = new AbortController());
      found.begin(ink);
      try {
        await playground.lines('playground/gan_invert', { source, image: asked(), digit: found.digit() }, (item) => {
          if (search !== mine) return;
          found.take(item);
          if (item.done) walk.from(playground.unpack(item.z), item.digit);
        }, mine.signal);
      } catch (refusal) {
        if (refusal.name !== 'AbortError' && search === mine) found.fail(refusal);
      }
    }

    function complain(refusal) {
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
    }

    function enter(next) {
      network = next;
      reals = null;
      fault.hidden = true;
      body.hidden = false;
      found.enter(network);
      walk.enter(network);
      if (kept) pad.set(kept);
      else if (ink) {
        scoreSoon();
        void invert();
      }
      kept = null;
    }

    let current = null;
    gan.follow(element, picture, (config) => {
      const wanted = gan.network(config.source);
      if (wanted === current) return;
      current = wanted;
      source = config.source;
      search?.abort();
      wanted.then((next) => { if (wanted === current) enter(next); }, (refusal) => {
        if (wanted !== current) return;
        body.hidden = true;
        complain(refusal);
      });
    });
  };
})();
