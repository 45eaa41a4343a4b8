/* The film of a run on the plane: a slider over its moments, played with what lies between them. */
'use strict';

(() => {
  const { make, icon, gan, number } = playground;
  const PACE = 5; // moments a second

  /**
   * `{element, set(moments, live), moment(), follow(), following()}`: which moment is drawn. The newest
   * is followed until the visitor goes back. `changed()` hears of every move.
   */
  gan.planeFilm = (changed) => {
    let moments = [];
    let live = false;
    let at = null; // place in `moments`, between two while it plays; null: the newest
    let frame = 0;
    const slider = make('input.pg-slider', { type: 'range', min: 0, max: 0, step: 0.01, value: 0, label: 'gan.plane.film' });
    const play = make('button.pg-button.pg-square.pg-plane-play', { type: 'button', on: { click: () => (frame ? stop() : start()) } });
    const words = make('output.pg-time-words');
    const now = make('button.pg-link', { type: 'button', text: 'gan.plane.film.now', on: { click: () => { stop(); at = null; draw(); changed(); } } });
    const element = make('div.pg-time.pg-plane-film', {}, play, make('span.pg-figure-key', { text: 'gan.plane.film' }), slider, words, now);

    function face() {
      play.replaceChildren(icon(frame ? 'pause' : 'play'));
      for (const attribute of ['title', 'aria-label']) playground.say(play, frame ? 'gan.plane.film.stop' : 'gan.plane.film.play', {}, attribute);
    }
    function draw() {
      const last = Math.max(0, moments.length - 1);
      slider.max = last;
      slider.value = at ?? last;
      slider.style.setProperty('--filled', `${last ? (100 * slider.value) / last : 100}%`);
      element.hidden = moments.length < 2;
      now.hidden = !live || at === null;
      const step = moments[Math.round(at ?? last)]?.step ?? 0;
      playground.say(words, 'gan.plane.film.at', { step: number(step) });
    }
    function start() {
      if (at === null || at >= moments.length - 1) at = 0;
      let before = performance.now();
      const tick = (time) => {
        // Hidden pages are not drawn; no leap when they come back.
        at = Math.min(moments.length - 1, at + (PACE * Math.min(100, time - before)) / 1000);
        before = time;
        frame = at < moments.length - 1 && element.isConnected ? requestAnimationFrame(tick) : 0;
        if (!frame) {
          at = null;
          face();
        }
        draw();
        changed();
      };
      frame = requestAnimationFrame(tick);
      face();
    }
    function stop() {
      cancelAnimationFrame(frame);
      frame = 0;
      face();
    }
    slider.addEventListener('input', () => {
      stop();
      at = +slider.value >= moments.length - 1 ? null : +slider.value;
      draw();
      changed();
    });
    face();
    draw();
    return {
      element, stop, start,
      set(next, isLive) {
        moments = next;
        live = isLive;
        if (at !== null && at >= moments.length - 1) at = null;
        draw();
      },
      following: () => at === null,
      follow() { stop(); at = null; draw(); },
      moment() {
        if (!moments.length) return null;
        const place = at ?? moments.length - 1;
        const low = Math.floor(place);
        return gan.planeBetween(moments[low], moments[low + 1], place - low);
      },
      playing: () => Boolean(frame),
    };
  };
})();
