/* The trained pairs that can be looked at: shipped ones, and the visitor's own runs. */
'use strict';

(() => {
  const { make, gan } = playground;
  const MOST_RUNS = 50;
  let shipped = []; // the same for all who choose
  let asking = null;

  /** The cards of the shipped pairs, as `gan_sources` tells them. */
  gan.sources = () => {
    asking ??= playground.call('gan_sources').then((cards) => { shipped = cards; return cards; }, () => { asking = null; return []; });
    return asking;
  };

  const cardOf = (name) => shipped.find((one) => one.name === name);
  gan.titleOf = (name) => cardOf(name)?.title[playground.language] ?? cardOf(name)?.title.en ?? playground.runs.get(name)?.name ?? name;

  playground.fields.gan_source = (setting, words, { changed }) => {
    let source = setting.default;
    let listed = '';
    const list = make('select.pg-select', { on: {
      change: () => { source = list.value; field.changed(); changed(); },
      focus: () => void playground.runs.refresh().catch(() => {}),
    } });
    const field = playground.fields.frame(setting, words, list, { value: () => source, reset: () => { field.set(setting.default); changed(); } });
    const usable = (run) => run.about.slice === 'gan' && !run.about.shipped && !gan.isPlane(run.about.config?.data) && (run.about.steps || run.index.length || run.about.snapshot !== null);

    function draw() {
      const ours = shipped.filter((one) => !one.plane);
      const own = playground.runs.all().filter(usable).slice(0, MOST_RUNS);
      const offered = [...ours.map((one) => one.name), ...own.map((run) => run.id)];
      const groups = [
        ['page.generation.shipped', ours.map((one) => [one.name, gan.titleOf(one.name)])],
        ['page.generation.runs', own.map((run) => [run.id, run.name])],
        ['tokens.source.other', offered.includes(source) || !source ? [] : [[source, gan.titleOf(source)]]],
      ].filter(([, all]) => all.length);
      const now = JSON.stringify([groups, playground.language]);
      // An open list is not pulled away under the pointer.
      if (now !== listed) list.replaceChildren(...groups.map(([key, all]) => make('optgroup', { label: key }, all.map(([value, text]) => make('option', { value }, text)))));
      listed = now;
      list.value = source;
    }
    const soon = playground.perFrame(draw);
    for (const event of ['runs', 'language', 'about']) playground.on(event, soon);
    void gan.sources().then(() => { draw(); playground.emit('gan_sources'); });
    field.set = (next) => { source = next; draw(); field.changed(); };
    field.set(setting.default);
    return field;
  };
})();
