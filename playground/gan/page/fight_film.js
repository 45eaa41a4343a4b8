/* Pictures of the film, decoded once, and the moments that can be looked at again. */
'use strict';

(() => {
  const { make, icon, number, gan } = playground;
  const PACE = 120; // ms that a moment is shown when they are played
  const decoded = new WeakMap(); // sheet -> its picture, or null while it is being read

  /** The picture of a sheet, null until it is there: then `gan_picture` is told. */
  gan.pictureOf = (sheet) => {
    if (!sheet) return null;
    if (!decoded.has(sheet)) {
      decoded.set(sheet, null);
      const bytes = Uint8Array.from(atob(sheet.png), (letter) => letter.charCodeAt(0));
      createImageBitmap(new Blob([bytes], { type: 'image/png' })).then((picture) => {
        decoded.set(sheet, picture);
        playground.emit('gan_picture', sheet);
      }, (error) => console.error(error));
    }
    return decoded.get(sheet);
  };

  /** Draws image `at` of a sheet into a square. */
  gan.drawTile = (pen, sheet, at, x, y, size) => {
    const picture = gan.pictureOf(sheet);
    if (!picture || at >= sheet.count) return false;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(picture, (at % sheet.columns) * sheet.width, Math.floor(at / sheet.columns) * sheet.height, sheet.width, sheet.height, x, y, size, size);
    return true;
  };

  /** The moments of a run, oldest first. */
  gan.momentsOf = (run) => run.samples.filter((one) => one.sheet);

  /** Place of the last moment before where the crosshair of the curves stands. */
  gan.momentBefore = (run, moments, { axis, x }) => {
    const values = run.columns[axis] ?? [];
    let record = values.findIndex((value) => value > x);
    if (record < 0) record = values.length;
    const step = run.columns.step?.[Math.max(0, record - 1)] ?? 0;
    return Math.max(0, moments.findLastIndex((one) => one.step <= step));
  };

  /**
   * A slider over `count` moments, with a button that plays them: `{element, set(count), share(),
   * go(share), follow(), tell(step)}`. The newest is followed until the visitor goes back.
   */
  gan.timeSlider = (changed) => {
    let count = 1;
    let at = null; // null: whatever is newest
    let timer = 0;
    const slider = make('input.pg-slider', { type: 'range', min: 0, max: 0, step: 1, value: 0, label: 'gan.fight.time' });
    const play = make('button.pg-button.pg-square', { type: 'button', on: { click: () => (timer ? stop() : start()) } });
    const words = make('output.pg-fight-when');
    const element = make('div.pg-fight-time', {}, play, slider, words);

    function face() {
      play.replaceChildren(icon(timer ? 'pause' : 'play'));
      for (const attribute of ['title', 'aria-label']) playground.say(play, timer ? 'gan.fight.time.stop' : 'gan.fight.time.play', {}, attribute);
    }
    function draw() {
      slider.max = Math.max(0, count - 1);
      slider.value = at ?? count - 1;
      slider.style.setProperty('--filled', `${count > 1 ? (100 * slider.value) / (count - 1) : 100}%`);
      element.hidden = count < 2;
      if (element.hidden && timer) stop();
    }
    function go(next) {
      at = next >= count - 1 ? null : Math.max(0, next);
      draw();
      changed();
    }
    function start() {
      go(at === null ? 0 : at + 1);
      timer = setInterval(() => { if (at === null) stop(); else go(at + 1); }, PACE);
      face();
    }
    function stop() {
      clearInterval(timer);
      timer = 0;
      face();
    }
    slider.addEventListener('input', () => { stop(); go(+slider.value); });
    face();
    draw();
    return {
      element, stop,
      set(next) {
        count = Math.max(1, next);
        if (at !== null && at >= count - 1 && !timer) at = null;
        draw();
      },
      /** How far one has gone back, 0 … 1; 1 is the newest moment. */
      share: () => (at === null || count < 2 ? 1 : at / (count - 1)),
      newest: () => at === null,
      go(share) { stop(); go(Math.round(share * (count - 1))); },
      follow() { stop(); at = null; draw(); },
      /** Says which moment that is. */
      tell: (step) => playground.say(words, 'gan.fight.time.at', { place: (at ?? count - 1) + 1, count, step: number(step) }),
    };
  };
})();
