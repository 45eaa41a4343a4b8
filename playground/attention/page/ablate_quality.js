/* What the heads that are off cost over many held-out sentences: BLEU and loss, before and after, kept for comparison. */
'use strict';

(() => {
  const { make, attention, number, icon } = playground;
  const SENTENCES = 100;
  const KEPT = 8;

  /** `{element, show(source, asked, words)}`: `asked` is what is off now, `words()` says it. */
  attention.ablateQuality = () => {
    let now = { source: '', key: '', asked: null, words: () => '' };
    let made = []; // {source, key, words, answer}, the newest first
    let busy = null; // key of what is being measured
    const go = make('button.pg-primary', { type: 'button', on: { click: () => void measure() } }, icon('play'), make('span', { text: 'attention.ablate.quality.go' }));
    const said = make('p.pg-ablate-said', { 'aria-live': 'polite' });
    const wait = make('progress.pg-ablate-progress', { hidden: true, label: 'attention.ablate.quality.progress' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const rows = make('div.pg-ablate-measures');
    const element = make('section.pg-panel.pg-ablate-quality', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'attention.ablate.quality' }), playground.helper('attention.ablate.quality.help')),
      said, make('div.pg-ablate-ask', {}, go, wait), fault, rows);

    const here = () => made.filter((one) => one.source === now.source);

    async function measure() {
      if (busy) return;
      const { source, key, asked, words } = now;
      busy = key;
      fault.hidden = true;
      draw();
      try {
        const answer = await playground.call('altered_quality', { source, ...asked, sentences: SENTENCES });
        made = [{ source, key, words, answer }, ...made.filter((one) => one.source !== source || one.key !== key)].slice(0, KEPT);
      } catch (refusal) {
        if (source === now.source) {
          fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
          fault.hidden = false;
        }
      }
      busy = null;
      draw();
    }

    const one = (value, digits = 1) => value.toFixed(digits);
    function line(words, quality, loss, before, chosen) {
      const fall = quality - before;
      return make('div.pg-ablate-measure', { class: chosen ? 'pg-chosen' : '' },
        make('span.pg-ablate-measure-name', {}, words),
        make('span.pg-ablate-measure-bar', { 'aria-hidden': 'true' }, make('i', { style: { width: `${Math.max(0, Math.min(100, quality))}%` } })),
        make('span.pg-ablate-measure-value', {}, one(quality)),
        make('span.pg-ablate-measure-fall', { class: fall < 0 ? 'pg-ablate-worse' : '' }, chosen === null || Math.abs(fall) < 0.05 ? '' : `${fall < 0 ? '−' : '+'}${one(Math.abs(fall))}`),
        make('span.pg-ablate-measure-loss', {}, number(loss)));
    }

    function draw() {
      const [newest] = here();
      const known = here().some((each) => each.key === now.key);
      const nothing = !now.asked || (!now.asked.switched_off.length && now.asked.positions);
      go.disabled = Boolean(busy) || nothing || known;
      wait.hidden = !busy;
      if (!newest) {
        playground.say(said, nothing ? 'attention.ablate.quality.nothing' : 'attention.ablate.quality.invite', { sentences: SENTENCES });
        rows.replaceChildren();
        return;
      }
      const { answer } = newest;
      playground.say(said, answer.measure === 'BLEU' ? 'attention.ablate.quality.bleu' : 'attention.ablate.quality.exact', { sentences: answer.sentences });
      const head = make('div.pg-ablate-measure.pg-ablate-measure-head', { 'aria-hidden': 'true' }, make('span'), make('span'), make('span', {}, answer.measure === 'BLEU' ? 'BLEU' : '%'), make('span'), make('span', { text: 'attention.ablate.column.loss' }));
      rows.replaceChildren(head, line(playground.t('attention.ablate.all_on'), answer.before, answer.loss_before, answer.before, null),
        ...here().map((each) => line(each.words(), each.answer.after, each.answer.loss_after, each.answer.before, each.key === now.key)));
    }

    playground.onWhile(element, 'language', draw);
    return {
      element,
      show(source, asked, words) {
        const key = JSON.stringify(asked);
        if (source !== now.source) fault.hidden = true;
        now = { source, key, asked, words };
        draw();
      },
    };
  };
})();
