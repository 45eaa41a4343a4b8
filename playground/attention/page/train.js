/* The picture in which models learn: what to start with, who is training, alignment, and curves. */
'use strict';

(() => {
  const { make, icon, runs, attention } = playground;
  const SLICE = 'attention';
  // A start at one press: the settings of each lane on top of the usual ones.
  const STARTS = {
    reverse: [{ task: 'reverse' }],
    copy: [{ task: 'copy' }],
    sort: [{ task: 'sort' }],
    bottleneck: ['transformer', 'gru_attention', 'gru'].map((model) => ({ model, task: 'reverse', length: 16, seconds: 40 })),
  };

  playground.widgets.attention_train = (element) => {
    element.classList.add('pg-train');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const starts = Object.keys(STARTS).map((name) => make('button', {
      type: 'button', class: name === 'reverse' ? 'pg-primary' : 'pg-button', data: { start: name }, hint: `attention.train.start.${name}.help`,
      on: { click: () => start(name) },
    }, icon(name === 'bottleneck' ? 'runs' : 'play'), make('span', { text: `attention.train.start.${name}` })));
    const quick = make('div.pg-train-starts', {}, starts, fault);
    const parts = Object.fromEntries(['breaks', 'lanes', 'align', 'curves', 'quality', 'gradients', 'rate'].map((name) => [name, make(`section.pg-part.pg-train-${name}`)]));
    const invitation = make('div.pg-invitation', { hidden: true }, icon('runs'), make('p', { text: 'attention.train.empty' }));
    element.append(quick, parts.breaks, parts.lanes, invitation, parts.align,
      make('div.pg-train-pair', {}, parts.curves, parts.quality), make('div.pg-train-pair', {}, parts.gradients, parts.rate));

    playground.mount(parts.breaks, 'attention_breaks');
    playground.mount(parts.lanes, 'lanes', { slice: SLICE });
    playground.mount(parts.align, 'attention_align', { slice: SLICE });
    playground.mount(parts.curves, 'curves', { slice: SLICE, help: 'attention.train.curves.help' });
    playground.mount(parts.quality, 'attention_quality', { slice: SLICE });
    playground.mount(parts.gradients, 'gradients', { slice: SLICE });
    playground.mount(parts.rate, 'attention_rate', { slice: SLICE });

    async function start(name) {
      const { setExperiment, start: begin } = playground.controls[SLICE];
      for (const one of starts) one.disabled = true;
      fault.hidden = true;
      setExperiment(STARTS[name]);
      const ids = await begin(playground.controls[SLICE].lanes());
      if (!ids) playground.say(fault, 'attention.train.refused');
      fault.hidden = Boolean(ids);
      for (const one of starts) one.disabled = false;
    }

    const tell = playground.perFrame(() => {
      const empty = Boolean(runs.loaded) && !runs.shown(SLICE).length;
      invitation.hidden = !empty;
      element.classList.toggle('pg-is-empty', empty);
    });
    for (const event of ['runs', 'shown']) playground.on(event, tell);
    tell();
    void runs.open(SLICE, (shipped) => {
      const toys = shipped.filter((run) => run.about.config.task === 'reverse');
      return (toys.length ? toys : shipped).map((run) => run.id);
    });
  };
})();
