/* What MNIST would make of a drawing, and what the discriminator and the classifier say of it. */
'use strict';

(() => {
  const { make, gan } = playground;
  const STEPS = ['box', 'scaled', 'centred'];
  const BEFORE = 20; // pixels of the box that all ink is scaled into

  /** Three small pictures: `{element, show(strokes, prepared), image(ink)}`. */
  gan.drawSteps = () => {
    const tiles = STEPS.map((step) => {
      const host = make('div.pg-draw-step-picture');
      const { canvas, repaint } = playground.plot.canvas(host, (pen, width, height, theme) => { if (now) PAINT[step](pen, width, theme); });
      playground.say(canvas, `gan.draw.prepare.${step}`, {}, 'aria-label');
      return { host, repaint, element: make('figure.pg-draw-step', {}, host, make('figcaption', { text: `gan.draw.prepare.${step}` })) };
    });
    const note = make('p.pg-note.pg-draw-note');
    const small = make('canvas', { width: 28, height: 28 });
    let now = null;

    function pixels(pen, width, ink) {
      gan.paint(small, gan.inkToImage(ink));
      pen.imageSmoothingEnabled = false;
      pen.drawImage(small, 0, 0, width, width);
    }
    function frame(pen, colour, left, top, width, height) {
      pen.strokeStyle = colour;
      pen.lineWidth = 1.5;
      pen.setLineDash([4, 3]);
      pen.strokeRect(left, top, width, height);
      pen.setLineDash([]);
    }
    function cross(pen, colour, x, y) {
      pen.strokeStyle = colour;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.moveTo(x - 6, y);
      pen.lineTo(x + 6, y);
      pen.moveTo(x, y - 6);
      pen.lineTo(x, y + 6);
      pen.stroke();
    }
    const PAINT = {
      box(pen, width, theme) {
        if (!now.prepared) return;
        pen.strokeStyle = theme.text;
        gan.drawStrokes(pen, now.strokes, gan.PEN * width, ([x, y]) => [x * width, y * width]);
        const { box } = now.prepared;
        const half = (gan.PEN * width) / 2;
        frame(pen, theme.accent, box.left * width - half, box.top * width - half, box.width * width + 2 * half, box.height * width + 2 * half);
      },
      scaled(pen, width, theme) {
        if (!now.prepared) return;
        pixels(pen, width, now.prepared.scaled);
        const pixel = width / 28;
        frame(pen, theme.accent, 4 * pixel, 4 * pixel, BEFORE * pixel, BEFORE * pixel);
        cross(pen, '#56B4E9', now.prepared.balance[0] * pixel, now.prepared.balance[1] * pixel);
      },
      centred(pen, width) {
        pixels(pen, width, now.ink);
        const [x, y] = gan.balance(now.ink);
        cross(pen, '#56B4E9', (x * width) / 28, (y * width) / 28);
      },
    };
    function draw() {
      for (const tile of tiles) tile.repaint();
      tiles[0].element.hidden = tiles[1].element.hidden = !now.prepared;
      if (now.prepared) {
        const [right, down] = now.prepared.shift;
        playground.say(note, 'gan.draw.prepare.note', { right, down });
      } else playground.say(note, 'gan.draw.prepare.real');
    }
    return {
      element: make('div.pg-draw-steps', {}, make('div.pg-draw-step-row', {}, tiles.map((tile) => tile.element)), note),
      show(strokes, prepared) { now = { strokes, prepared, ink: prepared.ink }; draw(); },
      image(ink) { now = { strokes: [], prepared: null, ink }; draw(); },
    };
  };

  /** What `gan_score` told of a drawing: `{element, show(answer, network), clear()}`. */
  gan.drawVerdict = () => {
    const words = make('p.pg-draw-words', { 'aria-live': 'polite' });
    const number = make('b.pg-latent-percent');
    const bar = make('i.pg-latent-bar');
    const seen = make('p.pg-draw-words');
    const chances = make('div.pg-draw-chances', { role: 'img' });
    const element = make('div.pg-draw-verdict', {},
      make('div.pg-draw-verdict-line', {}, make('h4', { text: 'gan.draw.judged' }), playground.helper('gan.draw.judged.help'), number), bar, words,
      make('h4', { text: 'gan.draw.classifier' }), chances, seen);
    let last = null;

    function tell() {
      if (!last) return;
      const { answer, network } = last;
      number.textContent = gan.scoreText(answer.score_kind, answer.score);
      bar.hidden = answer.score_kind !== 'probability';
      bar.style.setProperty('--share', answer.score.toFixed(3));
      const real = answer.middle === null ? 'score' : answer.score > answer.middle ? 'real' : 'fake';
      playground.say(words, `gan.draw.judged.${real}${answer.digit < 0 ? '' : '.class'}`, () => ({ name: gan.className(network, answer.digit) }));
      const { judge } = answer;
      chances.hidden = !judge;
      if (!judge) {
        playground.say(seen, 'gan.draw.classifier.none');
        return;
      }
      const share = (value) => `${Math.round(100 * value)} %`;
      const values = () => ({ name: gan.className(network, judge.class), share: share(judge.probabilities[judge.class]) });
      playground.say(seen, 'gan.draw.classifier.sees', values);
      playground.say(chances, 'gan.draw.classifier.sees', values, 'aria-label');
      chances.replaceChildren(...judge.probabilities.map((value, at) => make('span.pg-draw-chance', { class: at === judge.class ? 'pg-chosen' : '' }, make('i', { style: { '--share': value.toFixed(3) } }), make('small', {}, String(at)))));
    }
    return {
      element,
      show(answer, network) {
        last = { answer, network };
        element.classList.remove('pg-draw-silent');
        tell();
      },
      clear() {
        last = null;
        element.classList.add('pg-draw-silent');
        number.textContent = '–';
        playground.unsay(words);
        playground.unsay(seen);
        chances.replaceChildren();
      },
    };
  };
})();
