/* What leaves and enters the page as a file: records, figures, weights. */
'use strict';

(() => {
  const { runs } = playground;

  const exported = (run, kind) => playground.save(`playground/export/${run.id}.${kind}`);

  async function checked(run, kind) {
    try {
      const response = await fetch(`playground/export/${run.id}.${kind}?lang=${playground.language}`);
      if (!response.ok) throw (await response.json()).error;
      const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '');
      playground.save(await response.blob(), named?.[1] ?? `${run.id}.${kind}`);
    } catch (refusal) {
      playground.complain(refusal);
    }
  }

  playground.runFiles = {
    csv: (run) => exported(run, 'csv'),
    html: (run) => checked(run, 'html'),
    weights: (run) => checked(run, 'safetensors'),

    /** A picture of the curves as they are drawn now; the run is shown first if it is not. */
    png(run) {
      if (!runs.isShown(run.id)) runs.show([...runs.shown().map((one) => one.id), run.id]);
      setTimeout(() => playground.emit('png', run), 400);
    },

    async import() {
      const input = playground.make('input', { type: 'file', accept: '.safetensors', hidden: true });
      document.body.append(input);
      const file = await new Promise((resolve) => {
        input.addEventListener('change', () => resolve(input.files[0]));
        input.addEventListener('cancel', () => resolve(null));
        input.click();
      });
      input.remove();
      if (!file) return;
      try {
        const name = file.name.replace(/\.safetensors$/, '');
        const about = await playground.send(`playground/import?name=${encodeURIComponent(name)}&owner=${playground.owner}`, file);
        runs.keep(about, true);
        playground.notice('page.runs.imported', { name: about.name }, { undo: { key: 'page.runs.generate', act: () => playground.emit('generate', { id: about.id }) } });
      } catch (refusal) {
        playground.complain(refusal);
      }
    },
  };
})();
