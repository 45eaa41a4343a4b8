/* The buttons of the plane: start, pause, whose step it is, slow motion, rates that turn while it runs. */
'use strict';

(() => {
  const { make, icon, gan, runs } = playground;
  const TURNS = ['both', 'discriminator', 'generator'];
  const RATES = ['discriminator_learning_rate', 'generator_learning_rate'];
  const COUNTS = ['discriminator_steps', 'generator_steps'];
  const [LOW, HIGH] = [-5, -1]; // powers of ten of a rate

  /** Tells a run what to do; a refusal is shown as a notice. */
  gan.planeAct = async (run, action, value = null) => {
    try {
      return await runs.control(run.id, action, value);
    } catch (refusal) {
      playground.complain(refusal);
      return null;
    }
  };

  /** A slider or a box whose newest position is sent, one at a time. */
  function sender(send) {
    let busy = false;
    let next;
    return async (value) => {
      next = value;
      if (busy) return;
      busy = true;
      while (next !== undefined) {
        const now = next;
        next = undefined;
        await send(now);
      }
      busy = false;
    };
  }

  /** `{element, update(run)}`: both rates and how often each player moves, of a run or of the next one. */
  gan.planeRates = () => {
    let run = null;
    const steerable = () => run?.mine && run.live;
    const parts = RATES.map((name) => {
      const slider = make('input.pg-slider', { type: 'range', min: 0, max: 200, step: 1, label: `gan.${name}` });
      const text = make('output.pg-rate-value');
      let touched = -Infinity;
      const send = sender((value) => gan.planeAct(run, 'change', { name, value }));
      const write = (value) => {
        text.textContent = playground.number(value, 2);
        slider.setAttribute('aria-valuetext', text.textContent);
        slider.style.setProperty('--filled', `${slider.value / 2}%`);
      };
      slider.addEventListener('input', () => {
        const value = +(10 ** (LOW + ((HIGH - LOW) * slider.value) / 200)).toPrecision(2);
        touched = performance.now();
        write(value);
        gan.set({ [name]: value });
        if (steerable()) void send(value);
      });
      return {
        element: make('label.pg-plane-rate', {}, make('span.pg-figure-key', { text: `gan.${name}` }), make('span.pg-rate-row', {}, slider, text)),
        update(config) {
          if (performance.now() - touched < 1500) return;
          const value = (steerable() ? run.frame?.steered?.[name] ?? run.last(name) : null) ?? config[name];
          slider.value = Math.round((200 * (Math.log10(value) - LOW)) / (HIGH - LOW));
          write(value);
        },
      };
    });
    const counts = COUNTS.map((name) => {
      const box = make('input.pg-number', { type: 'number', min: 1, max: 10, step: 1, label: `gan.${name}` });
      let touched = -Infinity;
      box.addEventListener('change', () => {
        const value = Math.max(1, Math.min(10, Math.round(+box.value) || 1));
        box.value = value;
        gan.set({ [name]: value });
        touched = performance.now();
        if (steerable()) void gan.planeAct(run, 'change', { name, value });
      });
      return {
        element: make('label.pg-plane-count', {}, make('span.pg-figure-key', { text: `gan.${name}` }), box),
        update(config) {
          if (document.activeElement === box || performance.now() - touched < 1500) return;
          box.value = (steerable() ? run.frame?.steered?.[name] : null) ?? config[name];
        },
      };
    });
    return {
      element: make('div.pg-plane-rates', {}, parts.map((one) => one.element), counts.map((one) => one.element)),
      update(of, config) {
        run = of;
        for (const one of [...parts, ...counts]) one.update(config);
      },
    };
  };

  /**
   * The row of buttons. `of()` gives the run that is shown; `asks` is {start(paused), play(), pause(),
   * step(turn), turn(turn), slow(on)}. `{element, finer, update(), slow(), turn()}`; `finer` is the row
   * of what is needed less often.
   */
  gan.planeSteer = (of, asks) => {
    const button = (kind, symbol, click, more = {}) => make('button.pg-button', { type: 'button', data: { do: kind }, hint: `gan.plane.${kind}.help`, on: { click }, ...more },
      symbol && icon(symbol), make('span', { text: `gan.plane.${kind}` }));
    const main = make('button.pg-primary.pg-plane-main', { type: 'button', data: { do: 'main' }, on: { click: () => { if (verb === 'start') asks.start(); else if (verb === 'pause') asks.pause(); else asks.play(); } } });
    const anew = button('anew', 'again', () => asks.start());
    const steps = ['discriminator', 'generator', 'both'].map((turn) => make('button.pg-button', {
      type: 'button', data: { step: turn }, hint: `gan.plane.step.${turn}.help`, on: { click: () => asks.step(turn) },
    }, make('span', { text: `gan.plane.step.${turn}` })));
    const slow = button('slow', 'step', () => {
      const on = slow.getAttribute('aria-pressed') !== 'true';
      slow.setAttribute('aria-pressed', String(on));
      asks.slow(on);
    }, { 'aria-pressed': 'false' });
    let turn = 'both';
    const turns = TURNS.map((one) => make('button.pg-segment', {
      type: 'button', role: 'radio', text: `gan.plane.turn.${one}`, data: { turn: one }, on: { click: () => { turn = one; face(); asks.turn(one); } },
    }));
    const chip = make('span.pg-chip');
    const element = make('div.pg-plane-steer', {}, chip, anew, main);
    const finer = make('div.pg-plane-finer', {},
      make('div.pg-plane-steps', { role: 'group', label: 'gan.plane.steps' }, make('span.pg-figure-key', { text: 'gan.plane.steps' }), steps), slow,
      make('div.pg-plane-turns', {}, make('span.pg-figure-key', { text: 'gan.plane.turn' }), make('div.pg-segments', { role: 'radiogroup', label: 'gan.plane.turn' }, turns)));
    let verb = '';
    let told = '';

    function face() {
      for (const one of turns) one.setAttribute('aria-checked', String(one.dataset.turn === turn));
    }
    face();
    return {
      element, finer,
      slow: () => slow.getAttribute('aria-pressed') === 'true',
      endSlow() { slow.setAttribute('aria-pressed', 'false'); },
      turn: () => turn,
      setTurn(next) { turn = next; face(); },
      /** `playing` is whether slow motion goes on by itself. */
      update({ preview, busy, playing }) {
        const run = of();
        const mine = Boolean(run?.mine && run.live) && !preview;
        const going = mine && (playing || ['running', 'queued'].includes(run.about.state));
        const next = !mine ? 'start' : going ? 'pause' : 'play';
        if (next !== verb) {
          verb = next;
          main.replaceChildren(icon(verb === 'pause' ? 'pause' : 'play'), make('span', { text: `gan.plane.${verb}` }));
        }
        main.disabled = busy;
        anew.hidden = !mine;
        anew.disabled = busy;
        for (const one of [...steps, slow]) one.disabled = busy;
        chip.hidden = !run || preview;
        if (chip.hidden) return;
        const state = run.about.state === 'running' && !run.index.length ? 'starting' : run.about.state;
        const now = run.about.shipped ? 'shipped' : state;
        if (told === now) return;
        told = now;
        chip.className = `pg-chip pg-chip-${now}`;
        playground.say(chip, now === 'shipped' ? 'gan.plane.shipped' : `page.state.${now}`);
      },
    };
  };
})();
