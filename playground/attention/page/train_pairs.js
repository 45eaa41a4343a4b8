/* Sentence pairs that are not on this machine: where they come from, and the download of them. */
'use strict';

(() => {
  const { make, icon } = playground;
  let known = []; // of `corpora`, those of the kind "pairs"

  const load = async () => { known = await playground.call('corpora', { kind: 'pairs' }); };
  const absent = (task) => known.find((one) => one.name === task && one.available === false);
  const titleOf = (one) => one.title[playground.language] ?? one.title.en;

  /** What stands under the choice of the task while its pairs are not here. */
  function offer(controls) {
    const field = controls.fields.task;
    const words = make('p.pg-note');
    const bar = make('span.pg-bar-fill');
    const progress = make('span.pg-bar', { hidden: true }, bar);
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const button = make('button.pg-button.pg-pairs-download', { type: 'button', on: { click: download } }, icon('download'), make('span', { text: 'attention.train.pairs.download' }));
    const element = make('div.pg-pairs', { hidden: true }, words, button, progress, fault);
    field.element.append(element);
    let busy = false;

    function draw() {
      const one = absent(controls.config().task);
      element.hidden = !one && !busy;
      if (one) playground.say(words, 'attention.train.pairs.here', () => ({ title: titleOf(one), size: (one.size / 1e6).toFixed(1), licence: one.licence }));
    }

    async function download() {
      const one = absent(controls.config().task);
      if (!one || busy) return;
      busy = button.disabled = true;
      fault.hidden = true;
      progress.hidden = false;
      try {
        let now = await playground.call('download_corpus', { name: one.name });
        while (now.state !== 'done') {
          if (now.error) throw now.error;
          bar.style.setProperty('width', `${now.size ? Math.min(100, (100 * now.received) / now.size) : 0}%`);
          await new Promise((resolve) => { setTimeout(resolve, 300); });
          now = await playground.call('corpus_progress', { name: one.name });
        }
        await load();
        field.fault('');
      } catch (refusal) {
        fault.textContent = playground.sentence(refusal);
        fault.hidden = false;
      }
      busy = button.disabled = false;
      progress.hidden = true;
      draw();
    }

    /** Refuses a start that lacks its pairs, where they can be had. */
    controls.before = async (configs) => {
      const tasks = configs.map((config) => config.task ?? controls.config().task);
      if (!tasks.some((task) => known.some((one) => one.name === task))) return;
      await load();
      draw();
      const one = tasks.map(absent).find(Boolean);
      if (one) throw { key: 'attention.train.pairs.absent', params: { name: 'task', title: titleOf(one) } };
    };
    playground.on('settings', ({ slice }) => {
      if (slice !== 'attention') return;
      fault.hidden = true;
      draw();
    });
    load().then(draw, () => {});
  }

  playground.on('controls', (slice) => { if (slice === 'attention') offer(playground.controls.attention); });
})();
