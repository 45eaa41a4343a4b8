/* What leaves and enters the page as a file: records, figures, weights, code. */
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
    /** The script that repeats the run; a folder, zipped, where it reads more than itself. */
    code: (run) => checked(run, 'py'),

    /** A picture of the curves as they are drawn now; the run is shown first if it is not. */
    png(run) {
      if (!runs.isShown(run.id)) runs.show([...runs.shown(run.about.slice).map((one) => one.id), run.id]);
      playground.inRoom(run.about.slice, 'watch', run.about.slice);
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
        playground.notice('page.runs.imported', { name: about.name }, { undo: { key: runs.room(about.slice).generate ?? 'page.runs.generate', act: () => playground.inRoom(about.slice, 'generate', { id: about.id }) } });
      } catch (refusal) {
        playground.complain(refusal);
      }
    },
  };
})();
