/* The stops of a walk: a row of points that can be added, taken out and put in another order. */
'use strict';

(() => {
  const { make, gan } = playground;
  const LEAST = 2;
  const MOST = 12;

  /** `{element, all() -> [{seed, digit}], set(stops), show(net, truncation), mark(at)}`; `changed()` as a visitor acts. */
  gan.walkStops = (changed) => {
    let choices = [];
    let net = null;
    let truncation = 1;
    const list = make('div.pg-walk-stops', { role: 'list', label: 'gan.walk.stops' });
    const add = make('button.pg-walk-add', { type: 'button', on: { click: () => {
      const last = choices.at(-1).stop;
      put([...all(), { seed: gan.walkSeed(), digit: last.digit }]);
      changed();
      choices.at(-1).element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } } }, make('span', { 'aria-hidden': 'true' }, '+'), make('small', { text: 'gan.walk.add' }));

    const all = () => choices.map((choice) => ({ ...choice.stop }));

    function choice(stop, at) {
      const later = playground.iconButton('right', 'gan.walk.later', () => swap(at, at + 1));
      const out = playground.iconButton('close', 'gan.walk.out', () => {
        put(all().filter((_, other) => other !== at));
        changed();
        (choices[at] ?? choices.at(-1)).element.querySelector('button:enabled')?.focus();
      });
      const made = gan.walkStop({ name: String(at), label: 'gan.walk.stop', params: { number: at + 1 }, changed: () => { show(); changed(); }, more: [later, out] });
      made.element.setAttribute('role', 'listitem');
      made.later = later;
      made.out = out;
      made.set(stop);
      return made;
    }

    function swap(one, other) {
      const stops = all();
      [stops[one], stops[other]] = [stops[other], stops[one]];
      put(stops);
      changed();
      choices[other].later.focus();
    }

    function put(stops) {
      choices = stops.slice(0, MOST).map(choice);
      choices.forEach((one, at) => {
        one.later.disabled = at === choices.length - 1;
        one.out.disabled = choices.length <= LEAST;
      });
      list.replaceChildren(...choices.map((one) => one.element), add);
      add.hidden = choices.length >= MOST;
      show();
    }

    function show() {
      if (net) for (const one of choices) one.show(net, truncation);
    }

    return {
      element: list,
      all,
      set: put,
      show(next, factor) {
        net = next;
        truncation = factor;
        show();
      },
      mark(at) {
        choices.forEach((one, place) => one.element.classList.toggle('pg-looked', place === at));
      },
    };
  };
})();
