/* What an n-gram model expects after a context: counts and probabilities of the next token. */
'use strict';

(() => {
  const { make, tokens, number } = playground;

  const percent = (share) => `${(100 * share).toFixed(share < 0.0995 ? 2 : 1)} %`;

  /** `{element, show(answer, chosen), set(text), focus}`; `typed(text)` is told what someone writes. */
  tokens.ngramTable = ({ typed, picked }) => {
    const box = make('input.pg-text', { type: 'text', maxlength: 500, dir: 'auto', autocomplete: 'off', spellcheck: 'false', label: 'tokens.ngrams.context' });
    playground.say(box, 'tokens.ngrams.context.placeholder', {}, 'placeholder');
    const used = make('p.pg-ngrams-used');
    const sentence = make('p.pg-note.pg-ngrams-order');
    const rows = make('div.pg-ngrams-rows', { role: 'table', label: 'tokens.ngrams.table' });
    const element = make('div.pg-ngrams-table', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'tokens.ngrams.table' }), playground.helper('tokens.ngrams.table.help')),
      make('label.pg-stack', {}, make('span.pg-figure-key', { text: 'tokens.ngrams.context' }), box),
      used, sentence, rows);
    let told = null;
    // One line holds no line breaks: they stand in it as the mark that shows them.
    const text = () => box.value.replaceAll('⏎', '\n');
    const write = playground.afterQuiet(60, () => typed(text()));
    box.addEventListener('input', write);

    function row({ name, count, share, widest, chosen = false, rest = false, token = null }) {
      const cells = [
        make('span.pg-ngrams-token', { role: 'rowheader', dir: 'auto' }, name),
        make('span.pg-ngrams-count', { role: 'cell' }, count),
        make('span.pg-chance-bar', { role: 'presentation' }, make('span', { style: { width: `${Math.min(100, (100 * share) / widest)}%` } })),
        make('span.pg-chance-share', { role: 'cell' }, percent(share)),
      ];
      if (rest) return make('div.pg-ngrams-row.pg-ngrams-rest', { role: 'row' }, cells);
      const line = make('button.pg-ngrams-row', { type: 'button', class: chosen ? 'pg-chosen' : '', on: { click: () => picked(token) } }, cells);
      playground.say(line, 'tokens.ngrams.append', { token: name }, 'title');
      return make('div', { role: 'row' }, line);
    }

    function draw() {
      if (!told) return;
      const { answer, chosen, order } = told;
      const widest = Math.max(...answer.table.map((one) => one.probability), 1e-12);
      const known = answer.table.some((one) => one.token === chosen?.token);
      used.replaceChildren(...(answer.context.length
        ? answer.context.map((token) => make('span.pg-ngrams-chip', { dir: 'auto' }, playground.visible(token)))
        : [make('span.pg-ngrams-chip.pg-ngrams-none', { text: 'tokens.ngrams.nothing' })]), make('span.pg-ngrams-next', {}, '→ ?'));
      const full = Math.min(order, answer.context.length + 1);
      const key = !answer.context.length ? 'none' : answer.order_used === 0 ? 'never' : answer.order_used < full ? 'backed' : 'full';
      playground.say(sentence, `tokens.ngrams.used.${key}`, { used: answer.order_used - 1, context: answer.context.length });
      rows.replaceChildren(
        make('div.pg-ngrams-row.pg-ngrams-head', { role: 'row' }, ['token', 'count', 'blank', 'probability'].map((name) => (name === 'blank'
          ? make('span', { role: 'presentation' }) : make('span', { role: 'columnheader', text: `tokens.ngrams.column.${name}` })))),
        ...answer.table.map((one) => row({
          name: playground.visible(one.token), count: number(one.count), share: one.probability, widest, chosen: one.token === chosen?.token, token: one.token,
        })),
        chosen && !known ? row({ name: playground.visible(chosen.token), count: '', share: chosen.probability, widest, chosen: true, token: chosen.token }) : '',
        row({ name: playground.t('tokens.ngrams.rest', { count: number(Math.max(0, answer.vocabulary_size - answer.table.length)) }), count: '', share: answer.rest, widest, rest: true }));
    }
    playground.onWhile(element, 'language', draw);

    return {
      element,
      /** `chosen` is the token that was drawn here, if any: `{token, probability}`. */
      show(answer, { order, chosen = null }) {
        told = { answer, order, chosen };
        draw();
      },
      set: (next) => { if (text() !== next) box.value = next.replaceAll('\n', '⏎'); },
      get: text,
    };
  };
})();
