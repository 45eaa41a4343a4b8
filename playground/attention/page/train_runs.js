/* What the run widgets must know of this room's runs, and which picture shows them. */
'use strict';

(() => {
  const { runs, number, attention } = playground;
  const SLICE = 'attention';
  const TOYS = new Set(['copy', 'reverse', 'sort']);
  const SYMBOLS = '0123456789abcdefghijklmnopqrstuvwxyz';

  const isToy = (run) => TOYS.has(run.about.config?.task);
  const qualityOf = (run) => run.last('quality') ?? run.about.summary?.quality ?? null;

  /** A quality as it is written: the share of rows that are exactly right, or BLEU. */
  function qualityText(run) {
    const value = qualityOf(run);
    if (value === null) return '–';
    return isToy(run) ? `${number(Math.round(value))} %` : value.toFixed(1);
  }

  attention.training = {
    isToy,
    qualityText,

    /** What the quality of these runs is called: `exact`, `bleu`, or `quality` where both are shown. */
    measure(shown) {
      const toys = shown.filter(isToy).length;
      return shown.length && toys === shown.length ? 'exact' : toys ? 'quality' : 'bleu';
    },

    /** What a toy task asks for a row of symbols; null for languages. */
    answer(run, text) {
      const row = text.trim().split(/\s+/);
      switch (run.about.config?.task) {
        case 'copy': return row.join(' ');
        case 'reverse': return row.reverse().join(' ');
        case 'sort': return row.sort((one, other) => SYMBOLS.indexOf(one) - SYMBOLS.indexOf(other)).join(' ');
        default: return null;
      }
    },
  };

  runs.describe(SLICE, {
    raced: 'model',
    name: (config) => `${playground.t(`attention.model.${config.model}`)} · ${playground.t(`attention.task.${config.task}`)}`,
    // Warm-up and schedule change the rate at every step: no mark for each.
    scheduled: () => true,
    code: true,
    generate: 'attention.train.look',
    lane: [{ name: 'quality', label: (shown) => `attention.train.${attention.training.measure(shown)}`, read: qualityText }],
    fact: (run) => (qualityOf(run) === null ? '' : playground.t(`attention.train.fact.${isToy(run) ? 'exact' : 'bleu'}`, { value: qualityText(run) })),
  });

  const train = () => attention.set({ picture: 'train' });
  playground.on('watch', (slice) => { if (slice === SLICE) train(); });
  playground.on('started', ({ slice }) => { if (slice === SLICE) train(); });
  playground.on('fork', ({ run }) => { if (run.about.slice === SLICE) train(); });
  playground.on('generate', ({ id }) => {
    if (runs.get(id)?.about.slice === SLICE) attention.set({ source: id, picture: 'translate' });
  });
})();
