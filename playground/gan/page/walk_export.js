/* A walk to take home: GIF, MP4 or a PNG strip, made by the server. */
'use strict';

(() => {
  const { make, gan, number } = playground;
  const FORMATS = ['gif', 'mp4', 'png'];
  const MOST = 240; // images of one film: as walking.py has it

  /** `{element, draw()}`; `film()` tells `{source, stops, frames, kind, fps, loop, truncation}`. */
  gan.walkExport = (film) => {
    let asking = null;
    const buttons = FORMATS.map((format) => make('button.pg-button', { type: 'button', text: `gan.walk.${format}`, hint: `gan.walk.${format}.help`, data: { format }, on: { click: () => void fetchFilm(format) } }));
    const progress = make('progress.pg-walk-progress', { max: 1, value: 0, hidden: true, label: 'gan.walk.progress' });
    const end = playground.iconButton('close', 'gan.walk.cancel', () => asking?.abort());
    const size = make('span.pg-note');
    const said = make('span.pg-note.pg-walk-said', { 'aria-live': 'polite' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    end.hidden = true;
    const element = make('div.pg-walk-export', {}, make('div.pg-walk-exports', {}, make('span.pg-label', { text: 'gan.walk.export' }), ...buttons, progress, end, size, said), fault);

    function bytes(base64) {
      const text = atob(base64);
      return Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    }

    async function fetchFilm(format) {
      const asked = film();
      const mine = (asking = new AbortController());
      fault.hidden = true;
      said.textContent = '';
      draw();
      let made = null;
      try {
        await playground.lines('playground/gan_walk', { ...asked, format }, (item) => {
          if (item.data) made = item;
          else if (asking === mine) progress.value = item.done / item.total;
        }, mine.signal);
        if (made) {
          playground.save(new Blob([bytes(made.data)], { type: made.media_type }), made.name);
          playground.say(said, 'gan.walk.made', () => ({ name: made.name, frames: made.frames, size: number(Math.max(1, Math.round(made.bytes / 1000))) }));
        }
      } catch (refusal) {
        if (refusal.name !== 'AbortError') {
          fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
          fault.hidden = false;
        }
      }
      if (asking === mine) asking = null;
      draw();
    }

    function draw() {
      const { frames, fps } = film();
      const many = frames > MOST;
      for (const one of buttons) one.disabled = Boolean(asking) || many;
      progress.hidden = end.hidden = !asking;
      if (!asking) progress.value = 0;
      playground.say(size, many ? 'gan.walk.many_frames' : 'gan.walk.size', many ? { frames, limit: MOST } : () => ({ frames, seconds: number(frames / fps, 2) }));
      size.classList.toggle('pg-walk-over', many);
    }

    return { element, draw };
  };
})();
