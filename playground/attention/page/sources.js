/* The trained models that can be looked at: shipped ones, and the visitor's own runs. */
'use strict';

(() => {
  const { make, attention } = playground;
  const MOST_RUNS = 50;
  let shipped = []; // the same for all who choose
  let asking = null;

  /** The cards of the shipped models, as `attention_sources` tells them. */
  attention.sources = () => {
    asking ??= playground.call('attention_sources').then((cards) => { shipped = cards; return cards; }, () => { asking = null; return []; });
    return asking;
  };

  attention.titleOf = (name) => {
    const card = shipped.find((one) => one.name === name);
    return card ? playground.t(`attention.task.${card.task}`) : playground.runs.get(name)?.name ?? name;
  };

  /** What a source has learned to do: "eng-fra", "reverse" …; empty while that is not known. */
  attention.taskOf = (name) => shipped.find((one) => one.name === name)?.task ?? playground.runs.get(name)?.about.config?.task ?? '';

  playground.fields.attention_source = (setting, words, { changed }) => {
    let source = setting.default;
    let listed = '';
    const list = make('select.pg-select', { on: {
      change: () => { source = list.value; field.changed(); changed(); },
      focus: () => void playground.runs.refresh().catch(() => {}),
    } });
    const field = playground.fields.frame(setting, words, list, { value: () => source, reset: () => { field.set(setting.default); changed(); } });

    function draw() {
      const own = playground.runs.all().filter((run) => run.about.slice === 'attention' && !run.about.shipped && (run.about.steps || run.index.length || run.about.snapshot !== null)).slice(0, MOST_RUNS);
      const offered = [...shipped.map((one) => one.name), ...own.map((run) => run.id)];
      const groups = [
        ['page.generation.shipped', shipped.map((one) => [one.name, attention.titleOf(one.name)])],
        ['page.generation.runs', own.map((run) => [run.id, run.name])],
        ['tokens.source.other', offered.includes(source) || !source ? [] : [[source, attention.titleOf(source)]]],
      ].filter(([, all]) => all.length);
      const now = JSON.stringify([groups, playground.language]);
      // An open list is not pulled away under the pointer.
      if (now !== listed) list.replaceChildren(...groups.map(([key, all]) => make('optgroup', { label: key }, all.map(([value, text]) => make('option', { value }, text)))));
      listed = now;
      list.value = source;
    }
    const soon = playground.perFrame(draw);
    for (const event of ['runs', 'language', 'about']) playground.on(event, soon);
    void attention.sources().then(() => { draw(); playground.emit('attention_sources'); });
    field.set = (next) => { source = next; draw(); field.changed(); };
    field.set(setting.default);
    return field;
  };
})();
