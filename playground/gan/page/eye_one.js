/* One image of the wall, large: what it is, what D said of it, and how near the training images come. */
'use strict';

(() => {
  const { make, gan } = playground;

  /** `{element, show(tile, answer, network, source)}`. */
  gan.eyeOne = () => {
    const canvas = make('canvas.pg-draw-pixels', { width: 28, height: 28, role: 'img' });
    const what = make('h3.pg-eye-what');
    const number = make('b.pg-latent-percent');
    const bar = make('i.pg-latent-bar');
    const verdict = make('p.pg-draw-words');
    const there = make('button.pg-button', { type: 'button', hint: 'gan.eye.there.help', on: { click: () => gan.set({ picture: 'latent', source: now.source, z_seed: now.tile.seed, ...(now.tile.digit < 0 ? {} : { digit: now.tile.digit }) }) } }, make('span', { text: 'gan.eye.there' }), playground.icon('right'));
    const row = make('div.pg-eye-near');
    const said = make('p.pg-draw-words');
    const near = make('div.pg-eye-memory', {}, make('h4', { text: 'gan.eye.nearest' }), row, said);
    const element = make('section.pg-panel.pg-eye-one', { 'aria-live': 'polite' }, make('header.pg-panel-head', {}, what), canvas,
      make('p.pg-latent-verdict', {}, make('span', { text: 'gan.eye.judged' }), number, bar), verdict, there, near);
    let now = null;
    let told = null; // what `gan_nearest` said of it
    const ask = playground.asker('gan_nearest', (answer, asked) => {
      if (now?.tile.seed !== asked.seed_or_z) return;
      told = answer;
      speak();
    }, () => { near.hidden = true; });

    function paint() {
      if (now) gan.drawTile(canvas.getContext('2d'), now.tile.sheet, now.tile.at, 0, 0, 28);
      for (const one of row.children) gan.drawTile(one.firstChild.getContext('2d'), told.sheet, +one.dataset.at, 0, 0, 28);
    }
    const size = (distance) => distance.toFixed(3);

    function speak() {
      if (!now) return;
      const { tile, answer, network } = now;
      const name = tile.digit < 0 ? '' : gan.className(network, tile.digit);
      playground.say(what, `gan.eye.what.${tile.side}${tile.digit < 0 ? '' : '.class'}`, { name });
      playground.say(canvas, `gan.eye.what.${tile.side}${tile.digit < 0 ? '' : '.class'}`, { name }, 'aria-label');
      number.textContent = gan.scoreText(answer.score_kind, tile.score);
      bar.hidden = answer.score_kind !== 'probability';
      bar.style.setProperty('--share', tile.score.toFixed(3));
      playground.say(verdict, `gan.eye.verdict.${tile.side}.${tile.right ? 'right' : 'wrong'}`);
      there.hidden = near.hidden = tile.side === 'real';
      if (near.hidden) return;
      row.replaceChildren();
      if (!told) playground.say(said, 'gan.eye.nearest.working');
      else if (!told.here) playground.say(said, 'gan.eye.nearest.absent');
      else {
        row.replaceChildren(...told.distances.map((distance, at) => make('div.pg-eye-train', { data: { at } }, make('canvas.pg-draw-pixels', { width: 28, height: 28, 'aria-hidden': 'true' }), make('span', {}, size(distance)))));
        const kind = told.distances[0] < 0.5 * told.usual ? 'remembered' : 'new';
        playground.say(said, `gan.eye.nearest.${kind}`, { distance: size(told.distances[0]), usual: size(told.usual) });
        paint();
      }
    }
    playground.onWhile(element, 'language', speak);
    playground.onWhile(element, 'gan_picture', paint);

    return {
      element,
      show(tile, answer, network, source) {
        now = { tile, answer, network, source };
        told = null;
        row.replaceChildren();
        paint();
        speak();
        if (tile.side === 'fake') void ask({ source, seed_or_z: tile.seed, digit: tile.digit });
      },
    };
  };
})();
