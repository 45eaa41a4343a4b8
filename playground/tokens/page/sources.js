/* The trained networks whose rows can be looked at: shipped ones, and the visitor's own runs. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const MOST_RUNS = 50;
  let shipped = []; // cards; the same for all who choose
  let asking = null;

  function ask() {
    // The list is only for choosing; what is shown needs none.
    asking ??= playground.call('embedding_sources').then((cards) => { shipped = cards; }, () => { asking = null; });
    return asking;
  }

  /** A list to choose weights from: `{element, show(source), titleOf(source)}`; `named` when titles have come. */
  tokens.sourceChoice = ({ named = () => {} } = {}) => {
    let source = '';
    let listed = '';
    const element = make('select.pg-select', { label: 'tokens.source', on: {
      change: () => tokens.set({ source: element.value }),
      focus: () => void playground.runs.refresh().catch(() => {}),
    } });
    const titleOf = (name) => {
      const card = shipped.find((one) => one.name === name);
      return card ? card.title[playground.language] ?? card.title.en : playground.runs.get(name)?.name ?? name;
    };

    function draw() {
      const own = playground.runs.all().filter((run) => run.about.slice === 'sequence' && !run.about.shipped && (run.about.steps || run.index.length || run.about.snapshot !== null)).slice(0, MOST_RUNS);
      const offered = [...shipped.map((one) => one.name), ...own.map((run) => run.id)];
      const groups = [
        ['page.generation.shipped', shipped.map((one) => [one.name, titleOf(one.name)])],
        ['page.generation.runs', own.map((run) => [run.id, run.name])],
        ['tokens.source.other', offered.includes(source) || !source ? [] : [[source, titleOf(source)]]],
      ].filter(([, all]) => all.length);
      const now = JSON.stringify([groups, playground.language]);
      // An open list is not pulled away under the pointer.
      if (now !== listed) element.replaceChildren(...groups.map(([key, all]) => make('optgroup', { label: key }, all.map(([value, text]) => make('option', { value }, text)))));
      listed = now;
      element.value = source;
    }

    const soon = playground.perFrame(draw);
    for (const event of ['runs', 'language', 'corpora', 'about']) playground.onWhile(element, event, soon);
    void ask().then(() => { draw(); named(); });
    return {
      element,
      titleOf,
      show(name) {
        source = name;
        draw();
      },
    };
  };
})();
