/* What can be turned while the games go on: whose turn it is, how fast each learns, how often each moves. */
'use strict';

(() => {
  const { make, icon, runs, gan } = playground;
  const TURNS = ['both', 'discriminator', 'generator'];
  const RATES = ['generator_learning_rate', 'discriminator_learning_rate'];
  const MOVES = ['discriminator_steps', 'generator_steps'];
  const [LOWEST, HIGHEST, PLACES] = [1e-6, 0.1, 250];
  const REST = 1500; // ms after a touch during which the runs do not move the slider

  /** Steers all of these; the newest wish for a setting wins where they come faster than answers. */
  gan.steering = (theirs) => {
    const wishes = new Map();
    let busy = false;
    const touched = new Map();

    async function act(action, value = null) {
      try {
        await Promise.all(theirs().map((run) => runs.control(run.id, action, value)));
      } catch (refusal) {
        playground.complain(refusal);
      }
    }
    async function send() {
      if (busy) return;
      busy = true;
      while (wishes.size) {
        const [[name, value]] = wishes;
        wishes.delete(name);
        await act('change', { name, value });
      }
      busy = false;
    }
    return {
      act,
      change(name, value) {
        touched.set(name, performance.now());
        wishes.set(name, value);
        void send();
      },
      /** Whether the visitor has it in hand just now. */
      held: (name) => performance.now() - (touched.get(name) ?? -Infinity) < REST,
    };
  };

  /** What is in force in a run, as far as it has told. */
  const inForce = (run, name) => run.frame?.steered?.[name] ?? run.last(name) ?? run.about.config[name] ?? (name === 'turn' ? 'both' : null);

  function rate(name, steering) {
    const [low, span] = [Math.log10(LOWEST), Math.log10(HIGHEST / LOWEST)];
    const slider = make('input.pg-slider', { type: 'range', min: 0, max: PLACES, step: 1, label: `gan.${name}` });
    const text = make('output.pg-rate-value');
    const write = (value) => {
      text.textContent = String(+value.toPrecision(2));
      slider.setAttribute('aria-valuetext', text.textContent);
      slider.style.setProperty('--filled', `${(100 * slider.value) / PLACES}%`);
    };
    slider.addEventListener('input', () => {
      const value = +(10 ** (low + (span * slider.value) / PLACES)).toPrecision(2);
      write(value);
      steering.change(name, value);
    });
    return {
      element: make('label.pg-steer-rate', { data: { name } }, make('span.pg-figure-key', { text: `gan.${name}` }), make('span.pg-rate-row', {}, slider, text)),
      update(run) {
        if (steering.held(name)) return;
        const value = inForce(run, name);
        slider.value = Math.round((PLACES * (Math.log10(value) - low)) / span);
        write(value);
      },
    };
  }

  function moves(name, steering) {
    const list = make('select.pg-select', { label: `gan.${name}`, on: { change: () => steering.change(name, +list.value) } },
      Array.from({ length: 10 }, (_, at) => make('option', { value: at + 1 }, String(at + 1))));
    return {
      element: make('label.pg-steer-moves', { data: { name } }, make('span.pg-figure-key', { text: `gan.${name}` }), list),
      update(run) {
        if (!steering.held(name) && document.activeElement !== list) list.value = inForce(run, name);
      },
    };
  }

  /** data: {plane: whether games of points are steered} */
  playground.widgets.gan_steer = (element, { plane = false } = {}) => {
    element.classList.add('pg-panel', 'pg-steer');
    const mine = () => gan.training.shown(plane).filter((run) => run.mine && run.live && run.about.state !== 'queued');
    const steering = gan.steering(mine);
    const turns = TURNS.map((turn) => make('button.pg-segment', { type: 'button', role: 'radio', text: `gan.turn.${turn}`, hint: `gan.turn.${turn}.help`, data: { turn }, on: { click: () => { steering.change('turn', turn); chosen(turn); } } }));
    const chosen = (now) => turns.forEach((one) => one.setAttribute('aria-checked', String(one.dataset.turn === now)));
    const parts = [...RATES.map((name) => rate(name, steering)), ...MOVES.map((name) => moves(name, steering))];
    const toggle = make('button.pg-button', { type: 'button', on: { click: () => steering.act(going() ? 'pause' : 'resume') } });
    const step = make('button.pg-button', { type: 'button', hint: 'gan.steer.step.help', on: { click: once } }, icon('step'), make('span', { text: 'gan.steer.step' }));
    const going = () => mine().some((run) => run.about.state === 'running');
    let face = '';

    async function once() {
      if (going()) await steering.act('pause');
      await steering.act('step');
    }
    element.append(
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.steer' }), playground.helper('gan.steer.help'),
        make('div.pg-panel-tools', {}, toggle, step)),
      make('div.pg-steer-body', {},
        make('div.pg-steer-turn', {}, make('span.pg-figure-key', { text: 'gan.turn' }), make('div.pg-segments', { role: 'radiogroup', label: 'gan.turn' }, turns)),
        parts.map((one) => one.element)));

    const update = playground.perFrame(() => {
      const [run] = mine();
      element.hidden = !run;
      if (!run) return;
      const verb = going() ? 'pause' : 'play';
      if (verb !== face) {
        face = verb;
        toggle.replaceChildren(icon(verb), make('span', { text: going() ? 'page.lane.pause' : 'page.lane.resume' }));
      }
      if (!steering.held('turn')) chosen(inForce(run, 'turn'));
      for (const one of parts) one.update(run);
    });
    for (const event of ['shown', 'about', 'frame', 'runs']) playground.on(event, update);
    playground.on('records', update);
    update();
  };
})();
