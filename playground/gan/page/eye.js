/* D's eye: a wall of images in the order in which D believes them, and two games against it. */
'use strict';

(() => {
  const { make, gan } = playground;
  const PARTS = ['wall', 'game', 'fool'];
  const COUNT = 60; // images of each side

  playground.widgets.gan_eye = (element, { picture }) => {
    let [network, source, answer] = [null, '', null];
    let seed = 0;
    let part = 'wall';

    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const one = gan.eyeOne();
    const wall = gan.eyeWall({ again: () => { seed++; void ask(); }, choose: (tile) => one.show(tile, answer, network, source) });
    const game = gan.eyeGame({ deal: (other) => playground.call('gan_wall', { source, count: COUNT, seed: other }) });
    const fool = gan.eyeFool();
    const places = { wall: make('div.pg-eye-pair', {}, wall.element, one.element), game: game.element, fool: fool.element };
    const tabs = PARTS.map((name) => make('button.pg-segment', { type: 'button', role: 'radio', text: `gan.eye.part.${name}`, data: { part: name }, on: { click: () => { part = name; turn(); } } }));
    const body = make('div.pg-eye-body', { hidden: true }, make('div.pg-segments.pg-eye-parts', { role: 'radiogroup', label: 'gan.eye.parts' }, tabs), ...Object.values(places));
    element.classList.add('pg-eye');
    element.append(fault, body);

    function turn() {
      for (const tab of tabs) tab.setAttribute('aria-checked', String(tab.dataset.part === part));
      for (const [name, place] of Object.entries(places)) place.hidden = name !== part;
      if (part === 'game') game.start();
    }

    async function ask() {
      const asked = { source, count: COUNT, seed };
      element.classList.add('pg-busy');
      try {
        const told = await playground.call('gan_wall', asked);
        if (asked.source !== source || asked.seed !== seed) return;
        answer = told;
        fault.hidden = true;
        body.hidden = false;
        wall.show(answer, network);
        fool.wall(answer);
        turn();
      } catch (refusal) {
        if (asked.source === source) complain(refusal);
      }
      element.classList.remove('pg-busy');
    }

    function complain(refusal) {
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
      body.hidden = !answer;
    }

    let current = null;
    gan.follow(element, picture, (config) => {
      const wanted = gan.network(config.source);
      if (wanted === current) return;
      current = wanted;
      source = config.source;
      answer = null;
      wanted.then((next) => {
        if (wanted !== current) return;
        network = next;
        seed = 0;
        game.enter(network, source);
        fool.enter(network, source);
        void ask();
      }, (refusal) => { if (wanted === current) complain(refusal); });
    });
    turn();
  };
})();
