/* The directions that matter as sliders, and all numbers of a latent point as bars to be dragged. */
'use strict';

(() => {
  const { make, gan } = playground;
  const REACH = 3; // standard deviations to each side
  const FIRST = 4; // components in sight; the rest unfolds

  const step = (value) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)}`;

  /** What a direction is called: what it was aimed at, or its rank and what it does where that is clear. */
  gan.directionName = (network, at) => {
    const { name, aimed } = network.directions[at];
    const word = name ? playground.t(`gan.latent.direction.${name}`) : '';
    if (aimed) return word;
    const place = network.directions.slice(0, at + 1).filter((one) => !one.aimed).length;
    return playground.t(name ? 'gan.latent.component.named' : 'gan.latent.component', { place, name: word });
  };

  /**
   * `changed(at, value)` is told a step along a direction, `released()` the end of a drag, and
   * `axis(which, at)` that a direction was put on the pad's axis 0 (across) or 1 (up).
   */
  gan.latentSliders = ({ changed, released, axis = null }) => {
    const more = make('button.pg-link', { type: 'button', on: { click: () => { unfolded = !unfolded; fold(); } } });
    const groups = ['aimed', 'components'].map((kind) => {
      const list = make('div.pg-latent-sliders');
      return { list, element: make('div.pg-latent-group', {}, make('h3.pg-latent-title', {}, make('span', { text: `gan.latent.${kind}` }), playground.helper(`gan.latent.${kind}.help`)), list) };
    });
    const element = make('div.pg-latent-directions', {}, groups.map((group) => group.element), more);
    let rows = [];
    let unfolded = false;
    let network = null;

    function fold() {
      const [, { list }] = groups;
      [...list.children].forEach((row, at) => { row.hidden = !unfolded && at >= FIRST; });
      more.hidden = list.children.length <= FIRST;
      playground.say(more, unfolded ? 'gan.latent.components.fewer' : 'gan.latent.components.more', { count: list.children.length - FIRST });
    }

    function rowOf(direction, at) {
      const name = make('span.pg-latent-name');
      const value = make('output.pg-latent-value');
      const reset = make('button.pg-reset', { type: 'button', hint: 'page.field.reset', label: 'page.field.reset', on: { click: () => { changed(at, 0); released(); } } });
      const slider = make('input.pg-slider', { type: 'range', min: -REACH, max: REACH, step: 0.01, on: {
        input: () => changed(at, +slider.value),
        change: () => released(),
      } });
      const axes = axis ? ['x', 'y'].map((letter, which) => make('button.pg-latent-axis', { type: 'button', hint: `gan.latent.axis.${letter}`, label: `gan.latent.axis.${letter}`, on: { click: () => axis(which, at) } }, letter)) : [];
      const told = make('button.pg-latent-told', { type: 'button' });
      const facts = () => make('dl.pg-facts', {}, [
        ['gan.latent.facts.change', playground.number(direction.change)],
        ['gan.latent.facts.share', `${(100 * direction.share).toFixed(1)} %`],
        ['gan.latent.facts.correlation', direction.correlation.toFixed(2)],
      ].map(([key, text]) => [make('dt', { text: key }), make('dd', {}, text)]));
      const tell = (locked) => playground.popover.show(told, make('div', {}, make('p', {}, playground.t(direction.aimed ? 'gan.latent.aimed.told' : direction.name ? 'gan.latent.named' : 'gan.latent.unnamed')), facts()), { locked });
      told.addEventListener('pointerenter', () => { if (!playground.popover.isLocked()) tell(false); });
      told.addEventListener('pointerleave', () => { if (!playground.popover.isLocked()) playground.popover.hide(); });
      told.addEventListener('click', () => tell(true));
      told.textContent = direction.name ? `r ${direction.correlation.toFixed(2)}` : '?';
      const row = make('div.pg-latent-row', { data: { at } }, make('div.pg-latent-row-head', {}, name, told, reset, axes, value), slider);
      return {
        element: row,
        set(now) {
          if (+slider.value !== now) slider.value = now;
          slider.style.setProperty('--filled', `${(50 * (now + REACH)) / REACH}%`);
          value.textContent = step(now);
          reset.hidden = !now;
        },
        speak() {
          name.textContent = gan.directionName(network, at);
          slider.setAttribute('aria-label', name.textContent);
          playground.say(told, 'gan.latent.facts', { name: name.textContent }, 'aria-label');
        },
        onAxes: (chosen) => axes.forEach((button, which) => button.setAttribute('aria-pressed', String(chosen?.[which] === at))),
      };
    }
    playground.onWhile(element, 'language', () => rows.forEach((row) => row.speak()));

    return {
      element,
      show(next) {
        network = next;
        rows = network.directions.map(rowOf);
        for (const row of rows) row.speak();
        groups.forEach((group, kind) => {
        const own = rows.filter((_, at) => network.directions[at].aimed === !kind);
        group.list.replaceChildren(...own.map((row) => row.element));
        group.element.hidden = !own.length;
      });
        fold();
      },
      set: (steps) => rows.forEach((row, at) => row.set(steps[at])),
      setOne: (at, value) => rows[at]?.set(value),
      axes: (chosen) => rows.forEach((row) => row.onAxes(chosen)),
      REACH,
    };
  };

  const HEIGHT = 3.5; // where a bar ends

  /** All numbers of z as bars. `changed(at, value)` sets one of them. */
  gan.latentBars = ({ changed, released }) => {
    const host = make('div.pg-latent-bars', { tabindex: 0, role: 'slider', label: 'gan.latent.bars', 'aria-valuemin': -HEIGHT, 'aria-valuemax': HEIGHT });
    const reading = make('p.pg-note.pg-latent-reading');
    let z = new Float32Array(1);
    let chosen = -1;
    let dragged = false;

    function paint(pen, width, height, theme) {
      const wide = width / z.length;
      const middle = height / 2;
      pen.strokeStyle = theme.line;
      pen.beginPath();
      for (const level of [-2, 0, 2]) {
        const y = Math.round(middle - (level / HEIGHT) * middle) + 0.5;
        pen.moveTo(0, y);
        pen.lineTo(width, y);
      }
      pen.stroke();
      z.forEach((value, at) => {
        const size = Math.max(-1, Math.min(1, value / HEIGHT)) * middle;
        pen.fillStyle = at === chosen ? theme.text : theme.accent;
        pen.fillRect(at * wide + Math.min(1, wide * 0.15), middle - Math.max(size, 0), Math.max(1, wide - 2), Math.max(1, Math.abs(size)));
      });
    }
    const { canvas, repaint } = playground.plot.canvas(host, paint);
    canvas.setAttribute('aria-hidden', 'true');

    function tell() {
      const norm = Math.sqrt(z.reduce((sum, value) => sum + value * value, 0));
      if (chosen >= z.length) chosen = -1;
      const number = chosen < 0 ? '' : `z${chosen + 1} = ${z[chosen].toFixed(2).replace('-', '−')}`;
      if (number) playground.unsay(reading, number);
      else playground.say(reading, 'gan.latent.norm', { norm: norm.toFixed(1), size: z.length, typical: Math.sqrt(z.length * typical).toFixed(1) });
      host.setAttribute('aria-valuenow', chosen < 0 ? '0' : z[chosen].toFixed(2));
      host.setAttribute('aria-valuetext', number || reading.textContent);
    }
    let typical = 1; // variance of each number, as the prior has it
    const show = () => { repaint(); tell(); };
    const at = (event, box) => Math.max(0, Math.min(z.length - 1, Math.floor(((event.clientX - box.left) / box.width) * z.length)));
    const set = (event) => {
      const box = host.getBoundingClientRect();
      changed(chosen, Math.max(-HEIGHT, Math.min(HEIGHT, HEIGHT * (1 - (2 * (event.clientY - box.top)) / box.height))));
    };
    host.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      host.setPointerCapture(event.pointerId);
      dragged = true;
      chosen = at(event, host.getBoundingClientRect());
      set(event);
    });
    host.addEventListener('pointermove', (event) => {
      if (dragged) set(event);
      else {
        chosen = at(event, host.getBoundingClientRect());
        show();
      }
    });
    host.addEventListener('pointerleave', () => { if (!dragged) { chosen = -1; show(); } });
    for (const end of ['pointerup', 'pointercancel']) host.addEventListener(end, () => { if (dragged) { dragged = false; released(); } });
    host.addEventListener('keydown', (event) => {
      const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const up = { ArrowDown: -0.1, ArrowUp: 0.1 }[event.key];
      if (!side && !up) return;
      event.preventDefault();
      if (side || chosen < 0) chosen = (Math.max(chosen, 0) + (side ?? 0) + z.length) % z.length;
      if (up) {
        changed(chosen, Math.max(-HEIGHT, Math.min(HEIGHT, z[chosen] + up)));
        released();
      } else show();
    });
    return { element: make('div', {}, host, reading), show: (next, prior) => { z = next; typical = prior === 'normal' ? 1 : 1 / 3; show(); } };
  };
})();
