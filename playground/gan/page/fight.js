/* The picture in which two networks play: what to start with, who is playing, forgeries, and curves. */
'use strict';

(() => {
  const { make, icon, runs, gan } = playground;
  const SLICE = 'gan';
  // A start at one press: the settings of each game on top of the usual ones.
  const STARTS = {
    glyphs: [{}],
    mnist: [{ data: 'mnist' }],
    losses: ['non_saturating', 'least_squares', 'hinge', 'wgan_gp'].map((loss) => ({ loss, steps: 600 })),
    textbook: [{ steps: 1200 }, { steps: 1200, model: 'mlp', conditional: false, latent_size: 100, average: 0, generator_learning_rate: 2e-4, discriminator_learning_rate: 2e-4 }],
  };
  const ICONS = { glyphs: 'play', mnist: 'play', losses: 'runs', textbook: 'runs' };

  /** data: {picture} */
  playground.widgets.gan_fight = (element, { picture = 'fight' } = {}) => {
    element.classList.add('pg-fight');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const starts = Object.keys(STARTS).map((name) => make('button', {
      type: 'button', class: name === 'glyphs' ? 'pg-primary' : 'pg-button', data: { start: name }, hint: `gan.fight.start.${name}.help`,
      on: { click: () => start(name) },
    }, icon(ICONS[name]), make('span', { text: `gan.fight.start.${name}` })));
    const parts = Object.fromEntries(['breaks', 'lanes', 'film', 'steer', 'losses', 'scores', 'quality', 'gradients'].map((name) => [name, make(`section.pg-part.pg-fight-${name}`)]));
    const invitation = make('div.pg-invitation', { hidden: true }, icon('runs'), make('p', { text: 'gan.fight.empty' }));
    element.append(make('div.pg-fight-starts', {}, starts, fault), parts.breaks, parts.lanes, invitation, parts.film, parts.steer,
      make('div.pg-fight-pair', {}, parts.scores, parts.quality), make('div.pg-fight-pair', {}, parts.losses, parts.gradients));

    if (playground.widgets.gan_breaks) playground.mount(parts.breaks, 'gan_breaks');
    playground.mount(parts.lanes, 'lanes', { slice: SLICE });
    playground.mount(parts.film, 'gan_film');
    playground.mount(parts.steer, 'gan_steer');
    for (const name of ['losses', 'scores', 'quality', 'gradients']) playground.mount(parts[name], `gan_${name}`);

    async function start(name) {
      const { setExperiment, start: begin } = playground.controls[SLICE];
      for (const one of starts) one.disabled = true;
      fault.hidden = true;
      setExperiment(STARTS[name]);
      const ids = await begin(STARTS[name].map((lane) => ({ ...playground.controls[SLICE].lanes()[0], ...lane })));
      if (!ids) playground.say(fault, 'gan.fight.refused');
      fault.hidden = Boolean(ids);
      for (const one of starts) one.disabled = false;
    }

    const tell = playground.perFrame(() => {
      const empty = Boolean(runs.loaded) && !gan.training.shown().length;
      invitation.hidden = !empty;
      element.classList.toggle('pg-is-empty', empty);
    });
    for (const event of ['runs', 'shown']) playground.on(event, tell);
    tell();

    /** What came with the app, and of it what the visitor looks at, if there is nothing of their own. */
    const usual = (shipped) => {
      const games = shipped.filter((run) => !gan.training.isPlane(run));
      const { source } = gan.config() ?? {};
      return (games.filter((run) => run.id === source).concat(games)).slice(0, 1).map((run) => run.id);
    };
    const fallBack = () => {
      if (!runs.loaded || gan.training.shown().length) return;
      const here = runs.all().filter((run) => run.about.slice === SLICE && !gan.training.isPlane(run));
      const going = here.filter((run) => run.mine && run.live);
      const ids = going.length ? going.map((run) => run.id) : usual(here.filter((run) => run.about.shipped));
      if (ids.length) runs.show(ids, SLICE, false);
    };
    gan.follow(element, picture, fallBack);
    void runs.open(SLICE, usual).then(fallBack);
  };

  playground.widgets.gan_film = (element) => {
    element.classList.add('pg-panel', 'pg-film');
    let cards = [];
    let pointed = null; // {axis, x} of the crosshair in the curves
    const time = gan.timeSlider(() => { pointed = null; update(); });
    const list = make('div.pg-fight-list');
    element.append(
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.fight.film' }), playground.helper('gan.fight.film.help'),
        make('span.pg-fight-legend', {}, make('i.pg-fake'), make('span', { text: 'gan.fight.legend.fake' }), make('i.pg-real'), make('span', { text: 'gan.fight.legend.real' }))),
      time.element, list);

    const update = playground.perFrame(() => {
      const all = new Map(cards.map((one) => [one, gan.momentsOf(one.run)]));
      time.set(Math.max(1, ...[...all.values()].map((one) => one.length)));
      const share = time.share();
      const steps = cards.map((one) => {
        const moments = all.get(one);
        const at = pointed ? gan.momentBefore(one.run, moments, pointed) : Math.round(share * (moments.length - 1));
        return one.draw(moments, at, !pointed && time.newest());
      });
      time.tell(Math.max(0, ...steps));
    });
    function rebuild() {
      const old = new Map(cards.map((one) => [one.run, one]));
      cards = gan.training.shown().map((run) => old.get(run) ?? gan.fightCard(run, { scrub: (share) => { pointed = null; time.go(share); } }));
      list.replaceChildren(...cards.map((one) => one.element));
      list.classList.toggle('pg-several', cards.length > 1);
      for (const one of cards) one.open(cards.length === 1);
      update();
    }
    playground.on('hover', ({ axis, x, room }) => {
      if (room !== SLICE) return;
      pointed = x === null ? null : { axis, x };
      update();
    });
    for (const event of ['samples', 'truncate', 'about', 'language', 'frame']) playground.on(event, update);
    playground.on('shown', (room) => {
      if (room !== SLICE) return;
      time.follow();
      rebuild();
    });
    rebuild();
  };
})();
