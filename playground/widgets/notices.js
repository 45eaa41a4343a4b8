/* Short messages that come and go, spoken by screen readers, with at most one button each. */
'use strict';

(() => {
  const { make } = playground;
  let place = null;

  function holder() {
    if (!place?.isConnected) {
      place = make('div.pg-notices', { role: 'status', 'aria-live': 'polite' });
      document.body.append(place);
    }
    return place;
  }

  /**
   * Shows a sentence. `undo: {key, act}` adds a button; errors stay longer than news.
   * Returns a function that takes it away.
   */
  playground.notice = (key, params = {}, { kind = 'news', undo = null, seconds = 0 } = {}) => {
    const text = make('span', { text: key });
    playground.say(text, key, params);
    return show(text, kind, undo, seconds);
  };

  playground.complain = (refusal) => {
    if (refusal instanceof Error) console.error(refusal);
    const text = make('span', {}, playground.sentence(refusal));
    return show(text, 'error', null, 0);
  };

  function show(text, kind, undo, seconds) {
    const box = make('div.pg-notice', { class: `pg-notice-${kind}` }, playground.icon(kind === 'error' ? 'warning' : 'info'), text);
    const away = () => box.remove();
    if (undo) {
      box.append(make('button.pg-link', { type: 'button', text: undo.key, on: { click: () => { away(); undo.act(); } } }));
    }
    box.append(make('button.pg-quiet', { type: 'button', label: 'page.close', on: { click: away } }, playground.icon('close')));
    holder().append(box);
    while (place.children.length > 4) place.firstChild.remove();
    let timer = setTimeout(away, 1000 * (seconds || (kind === 'error' ? 12 : undo ? 10 : 5)));
    // Nothing disappears while someone reads or reaches for it.
    box.addEventListener('pointerenter', () => clearTimeout(timer));
    box.addEventListener('pointerleave', () => { timer = setTimeout(away, 3000); });
    return away;
  }
})();
