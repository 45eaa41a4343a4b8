/* The tokens whose rows are most, or least, like that of one token: a list beside the picture. */
'use strict';

(() => {
  const { make, tokens, number } = playground;
  const ENDS = ['nearest', 'farthest'];

  /** `{element, show, end}`; `looked(id)` (-1: none) and `chosen(id)` are told of rows. */
  tokens.nearest = ({ looked, chosen, turned }) => {
    let end = ENDS[0];
    let told = null;
    const name = make('span.pg-embedding-name', { dir: 'auto' });
    const about = make('span.pg-embedding-about');
    const head = make('div.pg-embedding-chosen', { hidden: true }, name, about);
    const ends = ENDS.map((one) => make('button.pg-segment', { type: 'button', role: 'radio', data: { end: one }, text: `tokens.embedding.${one}`, on: { click: () => { end = one; draw(); turned(); } } }));
    const list = make('ol.pg-embedding-list', { label: 'tokens.embedding.list' });
    const invitation = make('p.pg-note', { text: 'tokens.embedding.invitation' });
    const element = make('div.pg-embedding-nearest', {}, head,
      make('div.pg-segments', { role: 'radiogroup', label: 'tokens.embedding.list' }, ends), list, invitation);

    function draw() {
      for (const one of ends) one.setAttribute('aria-checked', String(one.dataset.end === end));
      head.hidden = !told;
      invitation.hidden = Boolean(told);
      list.hidden = !told;
      if (!told) return;
      name.textContent = playground.visible(told.token);
      playground.say(about, 'tokens.embedding.about', () => ({ id: told.id, count: number(told.count), kind: playground.t(`tokens.embedding.kind.${tokens.kinds[told.kind].name}`) }));
      const focused = list.contains(document.activeElement);
      list.replaceChildren(...told[end].map(({ token, id, similarity }) => make('li', {},
        make('button.pg-embedding-row', { type: 'button', data: { id }, style: { '--lane': `var(${tokens.kinds[told.kinds[id]].colour})` } },
          make('span.pg-swatch'),
          make('span.pg-embedding-token', { dir: 'auto' }, playground.visible(token)),
          make('span.pg-embedding-track', {}, make('span.pg-embedding-bar', { class: similarity < 0 ? 'pg-below' : '', style: { width: `${100 * Math.min(1, Math.abs(similarity))}%` } })),
          make('span.pg-embedding-cosine', {}, similarity.toFixed(3).replace('-', '−'))))));
      if (focused) list.querySelector('button')?.focus();
    }
    const idOf = (event) => {
      const row = event.target.closest?.('.pg-embedding-row');
      return row ? +row.dataset.id : -1;
    };
    list.addEventListener('pointerover', (event) => looked(idOf(event)));
    list.addEventListener('focusin', (event) => looked(idOf(event)));
    list.addEventListener('pointerleave', () => looked(-1));
    list.addEventListener('focusout', () => looked(-1));
    list.addEventListener('click', (event) => { if (idOf(event) >= 0) chosen(idOf(event)); });
    draw();

    return {
      element,
      /** `next`: the server's answer with `count`, `kind` and the `kinds` of all tokens, or null. */
      show(next) {
        told = next;
        draw();
      },
      lines: () => told?.[end] ?? [],
    };
  };
})();
