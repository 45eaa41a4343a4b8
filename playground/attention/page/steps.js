/* Six steps: one head of one attention, from embeddings to its output, each number worked out. */
'use strict';

(() => {
  const { make, icon, attention } = playground;
  const steps = (attention.steps ??= {});
  const DWELL = 1900; // milliseconds that a phase stays while it plays
  const ASKED = ['source', 'text', 'maps', 'layer', 'head'];

  playground.widgets.attention_steps = (element, { picture }) => {
    element.classList.add('pg-steps-picture');
    let held = null;
    let at = 0; // the phase
    let query = 0;
    let timer = 0;
    const phase = () => steps.phases[at].name;

    const place = make('h3');
    const note = make('p.pg-note.pg-steps-note', { hidden: true });
    const pagers = Object.fromEntries(['layer', 'head'].map((name) => [name, pager(name)]));
    const chips = make('div.pg-steps-tokens', { role: 'radiogroup', label: 'attention.steps.query' });
    const writes = make('span.pg-steps-writes');
    const card = steps.card();
    const full = steps.full();
    const stage = steps.stage({ looked, asked: choose });
    const tools = playground.plot.tools({
      name: 'attention-steps',
      rows: () => (held ? steps.rows(held, phase(), query) : [[]]),
      png: () => playground.plot.png(stage.element, stage.paint, `${place.textContent} · ${playground.t(`attention.steps.${phase()}`)}`),
    });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const player = make('button.pg-primary.pg-steps-play', { type: 'button', on: { click: () => play(!timer) } });
    const back = playground.iconButton('left', 'attention.steps.back', () => { play(false); go(at - 1); }, 'pg-button pg-square');
    const next = playground.iconButton('right', 'attention.steps.next', () => { play(false); go(at + 1); }, 'pg-button pg-square');
    const buttons = Array.from({ length: 6 }, (_, one) => make('button.pg-steps-step', {
      type: 'button', data: { step: one + 1 }, on: { click: () => { play(false); reach(one + 1); } },
    }, make('b', {}, String(one + 1)), make('span', { text: `attention.steps.step.${one + 1}` }),
    make('span.pg-steps-stops', { 'aria-hidden': 'true' }, steps.phases.filter(({ step }) => step === one + 1).map(() => make('i')))));
    const bar = make('div.pg-steps-bar', { role: 'group', label: 'attention.steps.bar' }, player, back, make('div.pg-steps-list', {}, buttons), next);

    element.append(make('section.pg-panel.pg-steps.pg-live', {},
      make('header.pg-panel-head', {}, place, playground.helper('attention.steps.help'), make('div.pg-panel-tools', {}, pagers.layer.element, pagers.head.element, tools.element)),
      fault, note,
      make('div.pg-steps-ask', {}, make('span.pg-figure-key', { text: 'attention.steps.query' }), chips, writes),
      bar,
      make('div.pg-steps-body', {}, stage.element, card.element),
      full.element, tools.table));
    element.classList.add('pg-steps-waiting');

    /** "‹ Head 2 of 4 ›" */
    function pager(name) {
      const text = make('span');
      const turn = (by) => () => attention.set({ [name]: ((held[name] + by + held[`${name}s`]) % held[`${name}s`]) + 1 });
      const less = playground.iconButton('left', `attention.steps.${name}.less`, turn(-1));
      const more = playground.iconButton('right', `attention.steps.${name}.more`, turn(1));
      return {
        element: make('span.pg-steps-pager', {}, less, text, more),
        show() {
          playground.say(text, `attention.steps.${name}`, { [name]: held[name] + 1, of: held[`${name}s`] });
          less.disabled = more.disabled = held[`${name}s`] < 2;
        },
      };
    }

    // From phase to phase.

    function go(to) {
      if (!held) return;
      at = Math.max(0, Math.min(steps.phases.length - 1, to));
      draw();
    }

    /** The first stop of a step; where one stands there already, the next of its stops. */
    function reach(step) {
      const stops = steps.phases.flatMap((one, index) => (one.step === step ? [index] : []));
      go(stops[(stops.indexOf(at) + 1) % stops.length]);
    }

    function play(on) {
      clearInterval(timer);
      timer = 0;
      if (on && held) {
        if (at === steps.phases.length - 1) go(0);
        else go(at + 1);
        timer = setInterval(() => {
          if (!element.checkVisibility() || at === steps.phases.length - 1) play(false);
          else go(at + 1);
        }, DWELL);
      }
      player.replaceChildren(icon(timer ? 'pause' : 'play'), make('span', { text: timer ? 'attention.steps.pause' : 'attention.steps.play' }));
    }

    function draw() {
      element.classList.remove('pg-steps-waiting');
      back.disabled = at === 0;
      next.disabled = at === steps.phases.length - 1;
      const { step } = steps.phases[at];
      for (const one of buttons) {
        const now = +one.dataset.step === step;
        one.classList.toggle('pg-steps-done', +one.dataset.step < step);
        if (now) one.setAttribute('aria-current', 'step');
        else one.removeAttribute('aria-current');
        steps.phases.filter((each) => each.step === +one.dataset.step).forEach((each, index) => {
          one.lastChild.children[index].classList.toggle('pg-steps-here', steps.phases.indexOf(each) <= at);
        });
        // A narrow list scrolls by itself, the page does not.
        if (now) one.parentNode.scrollTo({ left: one.offsetLeft - (one.parentNode.clientWidth - one.offsetWidth) / 2, behavior: playground.calm() ? 'auto' : 'smooth' });
      }
      card.show(held, phase());
      stage.show(held, phase(), query);
      playground.say(stage.canvas, 'attention.steps.described', () => ({
        phase: playground.t(`attention.steps.${phase()}`), token: attention.word(held.query_tokens[query]), queries: held.queries, keys: held.keys, size: held.size,
      }), 'aria-label');
      tools.renew();
    }

    function looked(spot, locked) {
      if (!held || !spot) return;
      full.show(steps.worked(held, phase(), spot), locked);
      const block = stage.scene().blocks.find((one) => one.id === spot.id);
      if (block) card.colours(block);
    }

    // Who asks.

    function choose(index) {
      if (index === query) return;
      attention.set({ query: index });
    }

    function showTokens() {
      chips.replaceChildren(...held.query_tokens.map((token, index) => make('button.pg-steps-chip', {
        type: 'button', role: 'radio', 'aria-checked': String(index === query), tabindex: index === query ? 0 : -1, dir: 'auto', data: { index }, on: { click: () => choose(index) },
      }, attention.word(token))));
    }
    function markToken() {
      for (const one of chips.children) {
        const chosen = +one.dataset.index === query;
        one.setAttribute('aria-checked', String(chosen));
        one.tabIndex = chosen ? 0 : -1;
      }
      writes.hidden = !held.written_tokens;
      if (held.written_tokens) playground.say(writes, 'attention.steps.writes', { token: attention.word(held.written_tokens[query]) });
    }
    chips.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const to = (query + step + held.queries) % held.queries;
      choose(to);
      chips.children[to]?.focus();
    });
    document.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const free = document.activeElement === document.body || bar.contains(document.activeElement);
      if (!step || !free || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !element.checkVisibility()) return;
      event.preventDefault();
      play(false);
      go(at + step);
    });

    // What the server says.

    const ask = playground.asker('inside', (answer) => {
      fault.hidden = true;
      held = steps.opened(answer);
      settle();
      showTokens();
      markToken();
      for (const one of Object.values(pagers)) one.show();
      playground.say(place, `attention.steps.place.${held.maps}`);
      playground.say(note, held.cut ? 'attention.steps.cut' : 'attention.steps.one_head', { tokens: 60 });
      note.hidden = !held.cut && !averaged();
      draw();
    }, (refusal) => {
      play(false);
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
    });

    /** The query of the settings, if the sentence has it; else the first that is a word. */
    function settle() {
      const wanted = attention.config()?.query ?? -1;
      query = wanted >= 0 && wanted < held.queries ? wanted : Math.min(held.maps === 'encoder' ? 0 : 1, held.queries - 1);
    }

    const averaged = () => { const { layer, head } = attention.config() ?? {}; return layer === 0 || head === 0; };
    let known = '';
    attention.follow(element, picture, (config) => {
      const asked = JSON.stringify(ASKED.map((name) => config[name]));
      if (asked !== known) {
        known = asked;
        play(false);
        // Settings count layers and heads from 1, and 0 is their average, which has no six steps.
        const [layer, head] = [config.layer, config.head].map((one) => Math.max(1, one) - 1);
        void ask({ source: config.source, text: config.text, maps: config.maps, layer, head });
      } else if (held) {
        const before = query;
        settle();
        if (query === before) return;
        markToken();
        draw();
      }
    });
    play(false);
  };
})();
