/* The n-gram model: what it writes, what it expects next, and how well it does on held-out text. */
'use strict';

(() => {
  const { make, tokens, number, icon } = playground;
  const FIGURES = ['train_tokens', 'validation_tokens', 'vocabulary_size', 'contexts', 'train_perplexity', 'validation_perplexity'];
  const SEEN = 12; // tokens before a place that are read again to show what is expected there

  playground.widgets.tokens_ngrams = (element, { view }) => {
    let asked = { model: '', curve: '' };
    let config = null;
    let answer = null; // of the model, with what it writes
    let curves = null;
    let picked = null; // place in the written text whose expectation is shown
    let own = false; // the context was typed, not taken from the text

    const figures = Object.fromEntries(FIGURES.map((name) => [name, make('span.pg-figure-value', {}, '–')]));
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const writing = tokens.ngramWriting({ picked: pick });
    const table = tokens.ngramTable({
      typed: (text) => {
        own = true;
        picked = null;
        writing.release(false);
        expect(text);
      },
      picked: (token) => {
        own = true;
        picked = null;
        writing.release(false);
        table.set(tokens.joined([...(table.get() ? [table.get()] : []), token], config.scheme));
        expect(table.get());
      },
    });
    const curve = tokens.ngramCurve();
    const again = make('button.pg-primary', { type: 'button', on: { click: () => tokens.set({ seed: Math.floor(Math.random() * 1e6) }) } }, icon('dice'), make('span', { text: 'tokens.ngrams.again' }));
    const best = make('p');
    const scope = make('p.pg-note');
    const race = make('button.pg-button', { type: 'button', on: { click: toSequence } }, icon('right'), make('span', { text: 'tokens.ngrams.baseline.go' }));

    element.classList.add('pg-ngrams');
    element.append(
      make('section.pg-panel', {},
        make('div.pg-ngrams-figures', {}, FIGURES.map((name) => make('div.pg-figure', {}, make('span.pg-figure-key', { text: `tokens.ngrams.${name}` }), figures[name]))),
        fault,
        make('div.pg-ngrams-body', {},
          make('div.pg-ngrams-left', {},
            make('header.pg-panel-head', {}, make('h3', { text: 'tokens.ngrams.writing' }), playground.helper('tokens.ngrams.writing.help'), make('div.pg-panel-tools', {}, again)),
            writing.element,
            make('div.pg-ngrams-legend', {},
              make('span.pg-legend-scale', {}, make('span', { text: 'page.generation.sure' }), make('i'), make('span', { text: 'page.generation.daring' })),
              make('span.pg-key', {}, make('span.pg-ngrams-backed', {}, 'abc'), make('span', { text: 'tokens.ngrams.backed' })))),
          table.element)),
      make('div.pg-ngrams-below', {},
        make('section.pg-panel', {}, curve.element),
        make('section.pg-panel.pg-ngrams-baseline', {},
          make('header.pg-panel-head', {}, make('h3', { text: 'tokens.ngrams.baseline' })),
          best, make('p', { text: 'tokens.ngrams.baseline.why' }), scope, race)));

    // What the model expects: after the beginning, after what is typed, or where a token was drawn.

    const expectation = playground.asker('ngram', (told) => {
      table.show(told, { order: config.order, chosen: picked === null ? null : answer?.generated[picked] });
    }, complain);

    function settings() {
      const { order, smoothing, alpha, validation_share } = config;
      return { ...tokens.reading(), order, smoothing, alpha, validation_share };
    }
    const expect = (prefix) => void expectation({ ...settings(), prefix, length: 1, temperature: 1, seed: 0 });

    function pick(place) {
      picked = place;
      own = false;
      const before = place === null ? config.prefix : context(place);
      table.set(before);
      expect(before);
    }

    /** The text before a place, as far back as it may matter. */
    function context(place) {
      const before = answer.generated.slice(Math.max(0, place - SEEN), place).map((one) => one.token);
      const start = place < SEEN && config.prefix ? [config.prefix] : [];
      return [...tokens.joined([...start, ...before], config.scheme)].slice(-500).join('');
    }

    function complain(refusal) {
      element.classList.remove('pg-busy');
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
    }

    const ask = playground.asker('ngram', (told, values) => {
      fault.hidden = true;
      element.classList.remove('pg-busy');
      answer = told;
      for (const name of FIGURES) figures[name].textContent = number(told[name]);
      const { prefix, order } = values;
      writing.show({ generated: told.generated, prefix, order, before: told.context.length, scheme: values.scheme });
      if (own) expect(table.get());
      else {
        picked = null;
        table.set(prefix);
        table.show(told, { order });
      }
    }, complain);

    const askCurve = playground.asker('ngram_curve', (told) => {
      curves = told;
      curve.show(told, config);
      tell();
    }, complain);

    /** The best of the models, as the number that a network has to beat. */
    function tell() {
      if (!curves) return;
      const least = Math.min(...curves.kneser_ney.validation);
      const order = curves.orders[curves.kneser_ney.validation.indexOf(least)];
      playground.say(best, 'tokens.ngrams.baseline.best', { order, perplexity: number(least), uniform: number(curves.uniform) });
      playground.say(scope, config.text ? 'tokens.ngrams.baseline.corpus' : 'tokens.ngrams.baseline.line');
    }

    function toSequence() {
      const { corpus, scheme, vocabulary_size, validation_share } = config;
      playground.goRoom('sequence');
      playground.controls.sequence.set({ corpus, tokens: scheme === 'char' ? 'character' : scheme, alphabet: 'full', max_tokens: 0, vocabulary_size, validation_share });
    }

    tokens.follow(element, view, (now) => {
      config = now;
      const { prefix, length, temperature, seed, alpha, validation_share } = now;
      const model = { ...settings(), prefix, length, temperature, seed };
      const both = { ...tokens.reading(), alpha, validation_share };
      const next = { model: JSON.stringify(model), curve: JSON.stringify(both) };
      if (next.model !== asked.model) {
        element.classList.add('pg-busy');
        void ask(model);
      }
      if (next.curve !== asked.curve) void askCurve(both);
      else curve.show(curves, now);
      asked = next;
    });
  };
})();
