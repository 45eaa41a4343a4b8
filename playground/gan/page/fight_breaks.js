/* Break it: one thing is spoilt, a sound and a spoilt game go on side by side, and the records say
   what happened. Each is an experiment of the lesson, without the question; one press undoes it. */
'use strict';

(() => {
  const { make, icon, runs, kept } = playground;
  const SLICE = 'gan';
  const STORE = 'play-gan-break';
  const BREAKS = ['strong_discriminator', 'told_the_class', 'minimax_start'];

  playground.widgets.gan_breaks = (element) => {
    element.classList.add('pg-breaks');
    let state = kept.read(STORE, {});
    let judging = false;
    const buttons = BREAKS.map((name) => make('button.pg-button', {
      type: 'button', text: `gan.break.${name}`, hint: `gan.break.${name}.help`, data: { break: name }, on: { click: () => go(name) },
    }));
    const undo = make('button.pg-link.pg-breaks-undo', { type: 'button', hint: 'gan.break.undo.help', hidden: true, on: { click: () => mend() } }, icon('again'), make('span', { text: 'gan.break.undo' }));
    const diagnosis = make('p');
    const answer = make('div.pg-answer.pg-breaks-answer', { role: 'status', hidden: true });
    const bar = make('span.pg-bar', { hidden: true }, make('span.pg-bar-fill'));
    element.append(make('div.pg-breaks-row', { role: 'group', label: 'gan.break' }, make('span.pg-kicker', { text: 'gan.break' }), buttons, undo), bar, answer);

    function become(values) {
      state = values;
      kept.write(STORE, state);
      draw();
    }

    async function go(name) {
      for (const one of buttons) one.disabled = true;
      const controls = playground.controls[SLICE];
      const before = state.before ?? { config: controls.config(), shown: runs.shown(SLICE).map((run) => run.id) };
      try {
        const known = await playground.call('experiments', { slice: SLICE });
        const { lanes } = known.find((one) => one.name === name);
        controls.setExperiment(lanes);
        const started = await controls.start(lanes);
        if (!started) {
          controls.set(before.config);
          return;
        }
        become({ name, runs: started, before });
        await Promise.all(started.slice(1).map((id) => mark(id, name)));
      } catch (refusal) {
        playground.complain(refusal);
      } finally {
        draw();
      }
    }

    /** What is broken stands in the name, since the games are otherwise alike. */
    async function mark(id, name) {
      const about = await playground.call('rename_run', {
        run_id: id, token: playground.owner, name: `${runs.get(id).about.name} · ${playground.t(`gan.break.${name}`)}`.slice(0, 80),
      });
      playground.emit('about', runs.keep(about, true));
    }

    /** Stops what is still going, and puts settings and shown runs back to what they were. */
    async function mend() {
      const { before, runs: broken } = state;
      undo.disabled = true;
      become({});
      const going = broken.map((id) => runs.get(id)).filter((run) => run?.mine && run.live);
      try {
        await Promise.all(going.map((run) => runs.control(run.id, 'stop')));
      } catch (refusal) {
        playground.complain(refusal);
      }
      playground.controls[SLICE].set(before.config);
      const there = before.shown.filter((id) => runs.get(id));
      if (there.length) runs.show(there, SLICE);
      undo.disabled = false;
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
        draw();
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
      undo.hidden = gone || !state.before;
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
          make('p.pg-answer-head', {}, icon('info'), make('span', { text: `gan.break.${state.name}.title` })), diagnosis,
          make('button.pg-link', { type: 'button', text: 'page.experiment.show', on: { click: () => runs.show(state.runs, SLICE) } }));
      }
    }

    const soon = playground.perFrame(draw);
    for (const event of ['runs', 'about', 'records']) playground.on(event, soon);
    draw();
  };
})();
