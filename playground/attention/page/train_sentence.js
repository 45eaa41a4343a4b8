/* The visitor's own sentence: asked of runs that train, from then on, and of those that are done, as they are. */
'use strict';

(() => {
  const { make, icon, runs } = playground;
  const LONGEST = 500; // characters, as a run looks at

  /** As a run that trains would have said it of its last step. */
  async function lastMoment(run, text) {
    const told = await playground.call('look', { source: run.id, text, beam: 1 });
    const cross = told.maps.cross;
    return {
      step: run.last('step') ?? run.about.steps, text, reference: null, translation: told.translation, ended: told.ended,
      source_tokens: told.source_tokens, target_tokens: told.target_tokens,
      layers: cross?.layers ?? 0, heads: cross?.heads ?? 0, weights: cross?.weights ?? null,
    };
  }

  /**
   * A box for a sentence. `asked(text, answers)` hears of it at once, and again when finished runs
   * have answered: `answers` is a Map from run to one sample.
   */
  playground.attention.trainSentence = (slice, asked) => {
    const box = make('input.pg-text', { type: 'text', maxlength: LONGEST, dir: 'auto', spellcheck: 'false', label: 'attention.train.sentence' });
    playground.say(box, 'attention.train.sentence.empty', {}, 'placeholder');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const go = make('button.pg-button', { type: 'submit' }, icon('play'), make('span', { text: 'attention.train.sentence.go' }));
    const element = make('form.pg-train-sentence', { on: { submit: (event) => { event.preventDefault(); void send(); } } },
      make('label.pg-prompt-prefix', {}, make('span.pg-figure-key', { text: 'attention.train.sentence' }), box), go, fault);

    async function send() {
      const text = box.value.trim().replace(/\s+/g, ' ');
      fault.hidden = true;
      if (!text) return;
      const answers = new Map();
      asked(text, answers);
      await Promise.all(runs.shown(slice).map(async (run) => {
        try {
          if (run.live) {
            if (run.mine) await runs.control(run.id, 'prompt', { text });
          } else answers.set(run, await lastMoment(run, text));
        } catch (refusal) {
          fault.textContent = playground.sentence(refusal);
          fault.hidden = false;
        }
      }));
      asked(text, answers);
    }
    return {
      element,
      /** The sentence now in the box; empty if the visitor has asked nothing. */
      text: () => box.value.trim().replace(/\s+/g, ' '),
      send,
    };
  };
})();
