/* Break it: one thing is taken away, a whole and a broken model train side by side, and the records
   say what happened. Each is an experiment of the lesson, without the question. */
'use strict';

(() => {
  const { make, icon, runs, kept } = playground;
  const SLICE = 'attention';
  const STORE = 'play-attention-break';
  const BREAKS = ['no_scaling', 'no_mask', 'no_positions', 'rate_times_thirty'];

  playground.widgets.attention_breaks = (element) => {
    element.classList.add('pg-breaks');
    let state = kept.read(STORE, {});
    let judging = false;
    const buttons = BREAKS.map((name) => make('button.pg-button', {
      type: 'button', text: `attention.break.${name}`, hint: `attention.break.${name}.help`, data: { break: name }, on: { click: () => go(name) },
    }));
    const diagnosis = make('p');
    const answer = make('div.pg-answer.pg-breaks-answer', { role: 'status', hidden: true });
    const bar = make('span.pg-bar', { hidden: true }, make('span.pg-bar-fill'));
    element.append(make('div.pg-breaks-row', { role: 'group', label: 'attention.break' }, make('span.pg-kicker', { text: 'attention.break' }), buttons), bar, answer);

    function become(values) {
      state = values;
      kept.write(STORE, state);
      draw();
    }

    async function go(name) {
      for (const one of buttons) one.disabled = true;
      const controls = playground.controls[SLICE];
      try {
        const known = await playground.call('experiments', { slice: SLICE });
        const { lanes } = known.find((one) => one.name === name);
        controls.setExperiment(lanes);
        const started = await controls.start(lanes);
        if (!started) return;
        become({ name, runs: started });
        await Promise.all(started.slice(1).map((id) => mark(id, name)));
      } catch (refusal) {
        playground.complain(refusal);
      } finally {
        draw();
      }
    }

    /** What is broken stands in the name, since the lanes are otherwise alike. */
    async function mark(id, name) {
      const about = await playground.call('rename_run', {
        run_id: id, token: playground.owner, name: `${runs.get(id).about.name} · ${playground.t(`attention.break.${name}`)}`.slice(0, 80),
      });
      playground.emit('about', runs.keep(about, true));
    }

    async function judge() {
      if (judging) return;
      judging = true;
      const asked = state;
      try {
        const { sentence } = await playground.call('judge', { slice: SLICE, experiment: asked.name, run_ids: asked.runs });
        if (state === asked) become({ ...asked, sentence });
      } catch (refusal) {
        if (state === asked) become({ ...asked, sentence: { key: refusal.key, params: refusal.params } });
      } finally {
        judging = false;
      }
    }

    function draw() {
      const lanes = (state.runs ?? []).map((id) => runs.get(id));
      const gone = runs.loaded && lanes.some((lane) => !lane);
      const busy = Boolean(lanes.length && !state.sentence && !gone);
      for (const one of buttons) {
        one.disabled = busy;
        one.setAttribute('aria-pressed', String(state.name === one.dataset.break && !gone));
      }
      bar.hidden = !busy;
      if (busy) {
        const shares = lanes.map((lane) => (lane ? (lane.live ? lane.about.progress?.done ?? 0 : 1) : 0));
        bar.firstChild.style.setProperty('width', `${(100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length}%`);
        if (lanes.every((lane) => lane && !lane.live)) void judge();
      }
      answer.hidden = gone || !state.sentence;
      if (state.sentence && !gone) {
        playground.say(diagnosis, state.sentence.key, state.sentence.params);
        answer.replaceChildren(
          make('p.pg-answer-head', {}, icon('info'), make('span', { text: `attention.break.${state.name}.title` })), diagnosis,
          make('button.pg-link', { type: 'button', text: 'page.experiment.show', on: { click: () => runs.show(state.runs, SLICE) } }));
      }
    }

    const soon = playground.perFrame(draw);
    for (const event of ['runs', 'about', 'records']) playground.on(event, soon);
    draw();
  };
})();
