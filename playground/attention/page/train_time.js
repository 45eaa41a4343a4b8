/* The moments of training that can be looked at again, of all shown runs at once. */
'use strict';

(() => {
  const { make, icon, runs, number } = playground;
  const PACE = 450; // ms a moment is shown when they are played

  /** What runs said of one sentence while they trained, oldest first. */
  const momentsOf = (run, text) => run.samples.filter((one) => !one.error && (text === null || one.text === text));

  /** The sentences that any of the runs has been asked, the newest first. */
  function sentencesOf(shown) {
    const newest = new Map();
    for (const run of shown) {
      run.samples.forEach((one, at) => { if (!one.error) newest.set(one.text, Math.max(newest.get(one.text) ?? -1, at)); });
    }
    return [...newest].sort(([, one], [, other]) => other - one).map(([text]) => text);
  }

  playground.attention.timeMachine = { momentsOf, sentencesOf };

  /**
   * A slider over `count` moments, with a button that plays them. `{element, set(count), share(),
   * follow(), tell(steps)}`: the newest moment is followed until the visitor goes back.
   */
  playground.attention.timeSlider = (changed) => {
    let count = 1;
    let at = null; // null: whatever is newest
    let timer = 0;
    const slider = make('input.pg-slider', { type: 'range', min: 0, max: 0, step: 1, value: 0, label: 'attention.train.time' });
    const play = make('button.pg-button.pg-square', { type: 'button', on: { click: () => (timer ? stop() : start()) } });
    const words = make('output.pg-time-words');
    const element = make('div.pg-time', {}, play, make('span.pg-figure-key', { text: 'attention.train.time' }), slider, words);

    function face() {
      play.replaceChildren(icon(timer ? 'pause' : 'play'));
      for (const attribute of ['title', 'aria-label']) playground.say(play, timer ? 'attention.train.time.stop' : 'attention.train.time.play', {}, attribute);
    }
    function draw() {
      slider.max = Math.max(0, count - 1);
      slider.value = at ?? count - 1;
      slider.style.setProperty('--filled', `${count > 1 ? (100 * slider.value) / (count - 1) : 100}%`);
      element.hidden = count < 2;
      if (element.hidden) stop();
    }
    function go(next) {
      at = next >= count - 1 ? null : next;
      draw();
      changed();
    }
    function start() {
      go(at === null ? 0 : at + 1);
      timer = setInterval(() => { if (at === null) stop(); else go(at + 1); }, PACE);
      face();
    }
    function stop() {
      if (timer) clearInterval(timer);
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
        if (at !== null && at >= count - 1) at = null;
        draw();
      },
      /** How far one has gone back, 0 … 1; 1 is the newest moment. */
      share: () => (at === null || count < 2 ? 1 : at / (count - 1)),
      follow() { stop(); at = null; draw(); },
      /** Says which moment that is. */
      tell(step) {
        const place = (at ?? count - 1) + 1;
        playground.say(words, 'attention.train.time.at', { place, count, step: number(step) });
      },
    };
  };

  /** Place of the last moment before where the crosshair of the curves stands. */
  playground.attention.momentBefore = (run, moments, { axis, x }) => {
    const values = run.columns[axis] ?? [];
    let record = values.findIndex((value) => value > x);
    if (record < 0) record = values.length;
    const step = run.columns.step?.[Math.max(0, record - 1)] ?? 0;
    return Math.max(0, moments.findLastIndex((one) => one.step <= step));
  };
})();
