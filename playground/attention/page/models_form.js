/* What is asked of a borrowed model: which one, and what it reads. Faults and downloads stand here too. */
'use strict';

(() => {
  const { make, attention } = playground;
  // English in every language of the page, as most models are.
  const EXAMPLES = ['The animal didn’t cross the street because it was too tired.', 'The bank by the river was closed, so she walked along the bank.', 'The keys to the cabinet are on the table.'];
  const LONGEST = 2000; // characters of a text

  /**
   * `told(event, value)` hears `name` (a model was named), `text`, `pair`, `download` (the one that
   * is not here). Returns `{element, list(found), show(model, text), example, fault(refusal), state(key,
   * values, share)}`.
   */
  attention.modelsForm = (told) => {
    const named = { variable: '' }; // what the owner's folder is told by
    let missing = '';

    const name = make('input.pg-text.pg-models-name', {
      type: 'text', id: 'pg-models-name', maxlength: 200, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', 'aria-describedby': 'pg-models-fault',
      on: { keydown: (event) => { if (event.key === 'Enter' && !event.isComposing) told('name', name.value.trim()); } },
    });
    const show = make('button.pg-primary', { type: 'button', text: 'attention.models.show', on: { click: () => told('name', name.value.trim()) } });
    const chips = make('div.pg-models-chips', { role: 'group', label: 'attention.models.here', hidden: true });

    const text = make('textarea.pg-text.pg-models-text', { id: 'pg-models-text', rows: 1, maxlength: LONGEST, dir: 'auto', spellcheck: 'false' });
    const second = make('textarea.pg-text.pg-models-text', { rows: 1, maxlength: LONGEST, dir: 'auto', label: 'attention.models.pair', spellcheck: 'false', hidden: true });
    playground.say(second, 'attention.models.pair.placeholder', {}, 'placeholder');
    const add = make('button.pg-link', { type: 'button', text: 'attention.models.pair.add', 'aria-expanded': 'false', on: { click: () => open(second.hidden) } });
    const examples = make('span.pg-models-examples', {}, make('span', { text: 'attention.models.try' }), EXAMPLES.map((one) => make('button.pg-link', { type: 'button', on: { click: () => told('text', one) } }, one)));

    for (const [box, event] of [[text, 'text'], [second, 'pair']]) {
      box.addEventListener('input', playground.afterQuiet(250, () => told(event, box.value)));
      box.addEventListener('keydown', (key) => {
        if (key.key !== 'Enter' || key.shiftKey || key.isComposing) return;
        key.preventDefault();
        told(event, box.value);
      });
    }

    const fault = make('p.pg-fault', { id: 'pg-models-fault', role: 'alert', hidden: true });
    const fetch = make('button.pg-button', { type: 'button', hidden: true, on: { click: () => told('download', missing) } }, playground.icon('download'), make('span', { text: 'attention.models.download' }));
    const words = make('span', { 'aria-live': 'polite' });
    const fill = make('span.pg-bar-fill');
    const bar = make('span.pg-bar', {}, fill);
    // Beside the label, so that nothing moves while a model is loaded.
    const going = make('div.pg-models-going', {}, words, bar);
    const status = make('div.pg-models-status', {}, fault, fetch);

    const element = make('section.pg-panel.pg-models-form', {},
      make('div.pg-models-row', {},
        make('div.pg-field-head', {}, make('label.pg-label', { for: 'pg-models-name', text: 'attention.models.name' }), playground.helper('attention.models.name.help', named), going),
        make('div.pg-models-choose', {}, name, show), status, chips),
      make('div.pg-models-row', {},
        make('div.pg-field-head', {}, make('label.pg-label', { for: 'pg-models-text', text: 'attention.models.text' }), make('span.pg-models-add', {}, add, playground.helper('attention.models.pair.help'))),
        text, second, examples));

    function worded(refusal) {
      if (refusal instanceof Error) return playground.t('page.call.failed');
      return missing ? playground.t('attention.models.not_here.page', refusal.params) : playground.sentence(refusal);
    }

    function open(on) {
      second.hidden = !on;
      add.setAttribute('aria-expanded', String(on));
      playground.say(add, on ? 'attention.models.pair.remove' : 'attention.models.pair.add');
      if (on) second.focus();
      else if (second.value) {
        second.value = '';
        told('pair', '');
      }
    }

    function list(next) {
      named.variable = next.variable;
      playground.say(name, 'attention.models.name.placeholder', named, 'placeholder');
      chips.hidden = !next.models.length;
      chips.replaceChildren(make('span', { text: 'attention.models.here' }), ...next.models.map((one) => make('button.pg-models-chip', {
        type: 'button', data: { model: one.name }, hint: `attention.models.where.${one.where}`, 'aria-pressed': 'false', on: { click: () => told('name', one.name) },
      }, one.name)));
    }

    return {
      element, list,
      /** What is read while no text is given. */
      example: EXAMPLES[0],
      /** The model and the text of the moment. */
      show(model, given) {
        if (document.activeElement !== name) name.value = model;
        if (document.activeElement !== text || !given) text.value = given;
        playground.say(text, 'attention.text.example', { text: EXAMPLES[0] }, 'placeholder');
        for (const one of chips.querySelectorAll('button')) one.setAttribute('aria-pressed', String(one.dataset.model === model));
      },
      /** What went wrong, in place; with the way to a download where that may help. */
      fault(refusal) {
        missing = refusal?.key === 'attention.models.not_here' ? refusal.params.name : '';
        fetch.hidden = !missing;
        fault.hidden = !refusal;
        fault.textContent = refusal ? worded(refusal) : '';
        name.setAttribute('aria-invalid', String(Boolean(refusal)));
      },
      /** What is under way: a sentence, and how far it is (0 to 1, null where nobody knows). */
      state(key = '', values = {}, share = null) {
        if (key) playground.say(words, key, values);
        else playground.unsay(words);
        bar.hidden = !key;
        bar.classList.toggle('pg-models-waiting', share === null);
        fill.style.setProperty('width', `${100 * (share ?? 1)}%`);
      },
    };
  };
})();
