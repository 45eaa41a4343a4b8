/* Images beside the one that is looked at: made a few in each frame, so that nothing ever waits for them. */
'use strict';

(() => {
  const { make, gan } = playground;
  const SLICE = 5; // milliseconds of a frame

  /**
   * `put(name, jobs)` replaces what is still to be done under a name; names that were given first
   * go first. A list that is replaced again and again goes on where it was, so that all its images
   * have their turn during a drag.
   */
  gan.painter = (...names) => {
    const lists = new Map(names.map((name) => [name, { jobs: [], at: 0, left: 0 }]));
    let asked = 0;
    const ask = () => { asked ||= requestAnimationFrame(work); };
    function work() {
      asked = 0;
      const end = performance.now() + SLICE;
      for (const list of lists.values()) {
        while (list.left) {
          if (performance.now() > end) {
            ask();
            return;
          }
          list.left--;
          list.jobs[list.at++ % list.jobs.length]();
        }
      }
    }
    return {
      put(name, jobs) {
        const list = lists.get(name);
        list.jobs = jobs;
        list.at = jobs.length ? list.at % jobs.length : 0;
        list.left = jobs.length;
        ask();
      },
      done: () => [...lists.values()].every((list) => !list.left),
    };
  };

  /** A judgement in few letters: a probability in percent, a score as it is. */
  gan.scoreText = (kind, score) => {
    if (!Number.isFinite(score)) return '–';
    return kind === 'probability' ? `${Math.round(100 * score)} %` : playground.number(score, 3);
  };

  /** A small image with D's judgement below, to be clicked: `{element, show(image, score, kind)}`. */
  gan.tile = (click) => {
    const canvas = make('canvas.pg-latent-pixels', { width: 28, height: 28, 'aria-hidden': 'true' });
    const bar = make('i.pg-latent-bar');
    const number = make('span.pg-latent-score');
    const element = make('button.pg-latent-tile', { type: 'button', on: { click } }, canvas, bar, number);
    return {
      element,
      show(image, score, kind) {
        gan.paint(canvas, image);
        number.textContent = gan.scoreText(kind, score);
        bar.style.setProperty('--share', kind === 'probability' ? score.toFixed(3) : '0');
        bar.hidden = kind !== 'probability';
      },
    };
  };
})();
