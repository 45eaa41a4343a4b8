/* "Try this": a question, a prediction, a run, and the answer that the run gives. */
'use strict';

(() => {
  const { make, icon, runs, kept } = playground;
  const STORE = 'play-experiments';

  const remembered = (slice, name) => kept.read(STORE, {})[`${slice}.${name}`] ?? {};
  function remember(slice, name, values) {
    const all = kept.read(STORE, {});
    all[`${slice}.${name}`] = { ...all[`${slice}.${name}`], ...values };
    kept.write(STORE, all);
    playground.emit('experiment', { slice, name });
  }

  playground.experimentDone = (slice, name) => Boolean(remembered(slice, name).answer);

  playground.experimentCard = (element, slice, experiment) => {
    const stem = `${slice}.experiment.${experiment.name}`;
    let state = remembered(slice, experiment.name);
    let judging = false;
    element.classList.add('pg-experiment');

    const tick = make('span.pg-tick', {}, icon('check'));
    const choices = experiment.choices.map((choice) => make('button.pg-choice', {
      type: 'button', role: 'radio', data: { choice }, on: { click: () => predict(choice) },
    }, make('span.pg-choice-dot'), make('span', { text: `${stem}.choice.${choice}` })));
    const run = make('button.pg-button.pg-experiment-run', { type: 'button', on: { click: go } }, icon('play'), make('span', { text: 'page.experiment.run' }));
    const show = make('button.pg-link', { type: 'button', text: 'page.experiment.show', hidden: true, on: { click: () => { runs.show(state.runs); playground.emit('watch', slice); } } });
    const progress = make('span.pg-bar', { hidden: true }, make('span.pg-bar-fill'));
    const hint = make('p.pg-note');
    const answer = make('div.pg-answer', { role: 'status', hidden: true });
    element.replaceChildren(
      make('header.pg-experiment-head', {}, make('span.pg-kicker', { text: 'page.experiment.try' }), tick),
      make('h4', { text: `${stem}.title` }),
      make('p', { text: `${stem}.question` }),
      make('div.pg-choices', { role: 'radiogroup', label: 'page.experiment.predict' }, choices),
      make('div.pg-experiment-foot', {}, run, show), hint, progress, answer);

    function predict(choice) {
      if (state.runs && !state.answer) return;
      if (state.answer) state = {};
      state = { ...state, prediction: choice };
      draw();
    }

    async function go() {
      const controls = playground.controls?.[slice];
      if (!controls || !state.prediction) return;
      run.disabled = true;
      controls.setExperiment(experiment.lanes);
      if (!experiment.trains) {
        state = { prediction: state.prediction, runs: [] };
        playground.emit('look', 'stage');
        await judge();
        return;
      }
      const started = await controls.start(experiment.lanes);
      if (started) {
        state = { prediction: state.prediction, runs: started };
        remember(slice, experiment.name, { ...state, answer: null });
        playground.emit('look', 'stage');
      }
      draw();
    }

    async function judge() {
      if (judging || state.answer || !state.runs) return;
      judging = true;
      try {
        const verdict = await playground.call('judge', { slice, experiment: experiment.name, run_ids: state.runs, prediction: state.prediction });
        state = { ...state, answer: verdict.answer, right: verdict.right, sentence: verdict.sentence };
        remember(slice, experiment.name, state);
        if (experiment.trains) playground.notice('page.experiment.ready', { title: playground.t(`${stem}.title`) }, { undo: { key: 'page.experiment.read', act: () => {
          playground.emit('look', 'lesson');
          element.scrollIntoView({ block: 'center' });
        } } });
      } catch (refusal) {
        hint.textContent = playground.sentence(refusal);
      } finally {
        judging = false;
        draw();
      }
    }

    function draw() {
      const busy = Boolean(state.runs && !state.answer);
      const lanes = (state.runs ?? []).map((id) => runs.get(id));
      const gone = busy && playground.runs.loaded && lanes.some((lane) => !lane);
      if (gone) state = { prediction: state.prediction };
      element.dataset.state = state.answer ? 'answered' : busy && !gone ? 'running' : 'open';
      choices.forEach((choice) => {
        const name = choice.dataset.choice;
        choice.setAttribute('aria-checked', String(state.prediction === name));
        choice.classList.toggle('pg-choice-true', state.answer === name);
        choice.disabled = busy && !gone;
      });
      run.disabled = !state.prediction || (busy && !gone);
      playground.say(run.lastChild, state.answer ? 'page.experiment.again' : 'page.experiment.run');
      hint.hidden = Boolean(state.prediction);
      if (!state.prediction) playground.say(hint, 'page.experiment.first');
      show.hidden = !experiment.trains || !state.runs || gone;
      progress.hidden = !experiment.trains || !busy || gone;
      tick.hidden = !state.answer;
      if (experiment.trains && busy && !gone) {
        const shares = lanes.map((lane) => (lane ? (lane.live ? lane.about.progress?.done ?? 0 : 1) : 0));
        progress.firstChild.style.setProperty('width', `${(100 * shares.reduce((sum, share) => sum + share, 0)) / Math.max(1, shares.length)}%`);
        if (lanes.every((lane) => lane && !lane.live)) void judge();
      }
      answer.hidden = !state.answer;
      if (state.answer) {
        const words = make('p', {});
        playground.say(words, state.sentence.key, state.sentence.params);
        answer.replaceChildren(
          make('p.pg-answer-head', { class: state.right ? 'pg-right' : 'pg-wrong' }, icon(state.right ? 'check' : 'info'), make('span', { text: state.right ? 'page.experiment.right' : 'page.experiment.wrong' })),
          words);
      }
    }

    const soon = playground.perFrame(draw);
    for (const event of ['runs', 'about']) playground.onWhile(element, event, soon);
    draw();
  };
})();
