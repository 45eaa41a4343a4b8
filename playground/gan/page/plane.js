/* The picture of the game on a plane: a run while it plays, its film, slow motion, a pad to draw on. */
'use strict';

(() => {
  const { make, icon, runs, plot, gan } = playground;
  const SLICE = 'gan';
  const isPlane = (run) => gan.isPlane(run.about.config?.data);

  playground.widgets.gan_plane = (element, { picture }) => {
    element.classList.add('pg-plane');
    let run = null; // the run that is shown
    let config = null; // the settings of the next one
    let real = null; // real points that are drawn
    let preview = false; // a distribution was chosen that no run is about yet
    let drawing = false; // the pen is down on the pad
    let busy = false;
    let greeted = false; // the film has been played once by itself
    let playing = false; // slow motion goes on by itself
    const history = gan.planeHistory();

    const legend = gan.planeLegend(() => draw());
    const film = gan.planeFilm(() => draw());
    const slow = gan.planeSlow({ changed: () => view.repaint(), ended: () => { if (playing) void oneStep('both'); else draw(); } });
    const view = gan.planeCanvas({ scene, drawn: () => tellPad() });
    const sets = gan.planeData(choose);
    const rates = gan.planeRates();
    const steer = gan.planeSteer(() => run, {
      start: () => void start(),
      play: () => void play(),
      pause: () => void pause(),
      step: (turn) => void oneStep(turn),
      slow: (on) => void slowly(on),
      turn: (turn) => { if (mine()) void turnTo(turn); },
    });
    const side = gan.planeSide();
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const failure = make('p.pg-fault', { role: 'alert', hidden: true });
    const padTools = make('div.pg-plane-pad', { hidden: true },
      make('button.pg-primary', { type: 'button', data: { do: 'use' }, on: { click: () => useDrawing() } }, icon('check'), make('span', { text: 'gan.plane.pad.use' })),
      make('button.pg-button', { type: 'button', text: 'gan.plane.pad.clear', data: { do: 'clear' }, on: { click: () => view.pad.clear() } }));
    const invitation = make('div.pg-plane-invitation', { hidden: true },
      make('button.pg-primary', { type: 'button', data: { do: 'begin' }, on: { click: () => start() } }, icon('play'), make('span', { text: 'gan.plane.begin' })),
      make('p', { text: 'gan.plane.begin.words' }));
    view.host.append(invitation, padTools);
    const tools = plot.tools({ name: 'gan-plane', rows, png });
    element.append(
      make('section.pg-panel.pg-plane-top', {}, sets.element, steer.element, fault, failure),
      make('section.pg-panel.pg-plane-stage', {},
        make('div.pg-plane-head.pg-live', {}, legend.element, tools.element),
        make('div.pg-plane-main-column', {}, view.element, film.element),
        make('div.pg-plane-side', {}, steer.finer, side.facts, slow.element, side.charts),
        rates.element),
      tools.table);

    const mine = () => Boolean(run?.mine && run.live && !preview);

    /** The moment that is drawn: that of the film where one has gone back, else the newest. */
    function moment() {
      if (preview || !run) return null;
      if (slow.moment()) return slow.moment();
      if (film.following() && run.frame) return gan.planeMoment(run.frame);
      return film.moment();
    }
    function scene() {
      const held = slow.moment();
      return { moment: moment(), real, shown: legend.shown, slow: held ? { phase: slow.phase(), share: slow.share() } : null, drawing };
    }

    /** Whether the run that is shown is about what the settings say. */
    const same = () => run?.about.config.data === config.data && (config.data !== 'drawn' || run.about.config.drawn === config.drawn);

    // What is imitated.

    async function showReal(data, drawn) {
      try {
        real = await gan.planeReal(data, drawn);
        fault.hidden = true;
      } catch (refusal) {
        fault.textContent = playground.sentence(refusal);
        fault.hidden = false;
      }
      draw();
    }
    function choose(data) {
      if (data === 'drawn') view.pad.set(config?.drawn ?? '');
      drawing = data === 'drawn';
      preview = !(run && run.about.config.data === data && data !== 'drawn');
      leaveSlow();
      film.follow();
      gan.set({ data });
      if (drawing) {
        view.canvas.focus();
        tellPad();
        draw();
      }
    }
    function tellPad() {
      padTools.querySelector('[data-do="use"]').disabled = view.pad.points().length < gan.planeDrawing.least;
    }
    function useDrawing() {
      drawing = false;
      gan.set({ data: 'drawn', drawn: view.pad.text() });
      void start();
    }

    // The run.

    function take(next) {
      if (next === run) return;
      run = next;
      history.clear();
      leaveSlow();
      film.follow();
      if (run) {
        preview = false;
        drawing = false;
        for (const sample of run.samples) history.add(gan.planeMoment(sample));
        void showReal(run.about.config.data, run.about.config.drawn);
        steer.setTurn(run.frame?.steered?.turn ?? 'both');
      }
      keepFilm();
    }
    const newest = (all) => all.reduce((best, one) => (best && best.about.created >= one.about.created ? best : one), null);
    /** Of the runs that are shown in the room the newest on a plane; else mine that goes on, or the one that came with the app. */
    function follow() {
      const here = newest(runs.shown(SLICE).filter(isPlane));
      if (here) return take(here);
      const all = runs.all().filter((one) => one.about.slice === SLICE && isPlane(one));
      const other = newest(all.filter((one) => one.mine && one.live)) ?? all.find((one) => one.about.shipped);
      if (!other) return take(null);
      // Only what is shown is sent by the server.
      if (runs.loaded && gan.config()?.picture === picture) runs.show([...runs.shown(SLICE).map((one) => one.id), other.id], SLICE, false);
    }
    async function start(paused = false) {
      if (busy) return null;
      busy = true;
      drawing = false;
      fault.hidden = true;
      draw();
      // The old game would take half of the time of the new one.
      if (run?.mine && run.live) await gan.planeAct(run, 'stop');
      const ids = await playground.controls[SLICE].start([{ ...playground.controls[SLICE].lanes()[0] }]);
      busy = false;
      if (!ids) {
        playground.say(fault, 'gan.plane.refused');
        fault.hidden = false;
      } else {
        take(runs.get(ids[0]));
        steer.setTurn('both');
        if (paused) await gan.planeAct(run, 'pause');
      }
      draw();
      return ids;
    }
    let inForce = { run: null, turn: 'both' };
    /** Every change is kept with the run, so nothing is told twice. */
    async function turnTo(turn) {
      if (inForce.run !== run) inForce = { run, turn: run.frame?.steered?.turn ?? 'both' };
      if (inForce.turn === turn) return;
      inForce.turn = turn;
      await gan.planeAct(run, 'change', { name: 'turn', value: turn });
    }
    async function play() {
      if (steer.slow()) {
        playing = true;
        await oneStep('both', true);
        return;
      }
      film.follow();
      leaveSlow();
      await turnTo(steer.turn());
      await gan.planeAct(run, 'resume');
      draw();
    }
    async function pause() {
      playing = false;
      if (run.about.state === 'running' || run.about.state === 'queued') await gan.planeAct(run, 'pause');
      draw();
    }
    /** One step of one player or of both; where nothing is played yet a game is begun for it. */
    async function oneStep(turn, goesOn = playing) {
      playing = goesOn;
      film.follow();
      if (!mine() && !(await start(true))) return;
      if (run.about.state !== 'paused') await gan.planeAct(run, 'pause');
      await turnTo(turn);
      await gan.planeAct(run, 'step');
    }
    async function slowly(on) {
      playing = false;
      if (on) await oneStep('both', false);
      else {
        leaveSlow();
        draw();
      }
    }
    function leaveSlow() {
      playing = false;
      slow.hide();
    }

    // What is told of it.

    /** The samples of the run, each step once: at a pause one step may be looked at twice. */
    function moments() { return (run?.samples ?? []).map(gan.planeMoment).filter((one, at, all) => one && one.step !== all[at - 1]?.step); }
    function keepFilm() {
      film.set(moments(), Boolean(run?.live));
      // Who comes for the first time sees at once what it is about.
      if (run?.about.shipped && run.samples.length > 5 && !greeted && !playground.calm()) {
        greeted = true;
        film.start();
      }
      draw();
    }
    const draw = playground.perFrame(() => {
      if (!config) return;
      const now = moment();
      steer.update({ preview, busy, playing });
      rates.update(mine() ? run : null, config);
      sets.show(config);
      legend.scale(now);
      invitation.hidden = drawing || busy || Boolean(run && !preview && (run.live || now));
      padTools.hidden = !drawing;
      film.element.hidden = preview || !run || Boolean(slow.moment()) || run.samples.length < 2;
      side.charts.hidden = Boolean(slow.moment());
      view.repaint();
      const none = preview || !run;
      side.update({
        run: none ? null : run, moment: now, columns: none ? {} : run.columns,
        history: none ? { steps: [], kl: [], js: [] } : history.with(run.columns), back: now && !film.following() ? now.step : null,
      });
      tools.renew();
    });
    function rows() { return gan.planeRows(moment(), real); }
    function png() {
      const title = playground.t('gan.plane.png', { name: run?.name ?? playground.t(`gan.plane.data.${config.data}`), step: moment()?.step ?? 0 });
      return plot.png(view.host, view.paint, title, ['real', 'fake'].map((name) => ({ name: playground.t(`gan.plane.legend.${name}`), colour: playground.colour(name === 'real' ? '--pg-rnn' : '--pg-gru') })));
    }

    gan.follow(element, picture, (told) => {
      const before = config;
      config = told;
      const other = before && (before.data !== config.data || before.drawn !== config.drawn);
      if (other && run) preview = !same();
      if (!before && run && !same() && !runs.shown(SLICE).some((one) => isPlane(one) && !one.about.shipped)) preview = true;
      if (other && config.data !== 'drawn') drawing = false;
      if (!before && !run) {
        void open();
        if (config.data === 'drawn' && !config.drawn) drawing = true;
      }
      if (!drawing && gan.isPlane(config.data)) void showReal(preview || !run ? config.data : run.about.config.data, preview || !run ? config.drawn : run.about.config.drawn);
      draw();
    });
    async function open() {
      // The other picture with runs may have opened some already.
      if (!runs.shown(SLICE).length) await runs.open(SLICE, (shipped) => shipped.filter(isPlane).map((one) => one.id));
      follow();
      if (run?.about.shipped && !same()) {
        preview = true;
        void showReal(config.data, config.drawn);
      }
      draw();
    }
    playground.onWhile(element, 'shown', (slice) => { if (slice === SLICE) follow(); });
    playground.onWhile(element, 'runs', () => { if (config) follow(); });
    playground.onWhile(element, 'frame', (of) => {
      if (of !== run) return;
      const now = gan.planeMoment(run.frame);
      history.add(now);
      if (now.slow && steer.slow() && slow.moment()?.step !== now.step) slow.show(now);
      draw();
    });
    playground.onWhile(element, 'samples', ({ run: of, fresh }) => {
      if (of !== run) return;
      for (const sample of fresh) history.add(gan.planeMoment(sample));
      keepFilm();
    });
    for (const event of ['records', 'truncate']) {
      playground.onWhile(element, event, ({ run: of }) => {
        if (of !== run) return;
        if (event === 'truncate') history.truncate(run.columns.step?.at(-1) ?? 0);
        draw();
      });
    }
    playground.onWhile(element, 'about', (of) => {
      if (of !== run) return;
      failure.hidden = !(run.about.state === 'failed' && run.about.error);
      if (!failure.hidden) playground.say(failure, run.about.error.key, run.about.error.params);
      film.set(moments(), run.live);
      draw();
    });
    playground.onWhile(element, 'language', draw);
  };
})();
