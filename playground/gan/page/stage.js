/* The pictures of the GAN room: one at a time, chosen above. */
'use strict';

(() => {
  const { make, gan } = playground;

  playground.widgets.gan_stage = (element, { pictures }) => {
    element.classList.add('pg-stage', 'pg-gan');
    const title = make('h2.pg-stage-title');
    const subtitle = make('p.pg-stage-subtitle');
    const tabs = pictures.map((picture) => make('button.pg-segment', {
      type: 'button', role: 'tab', id: `pg-gan-tab-${picture}`, text: `gan.picture.${picture}`, data: { picture },
      on: { click: () => choose(picture) },
    }));
    const nav = make('div.pg-segments.pg-gan-pictures', { role: 'tablist', label: 'gan.picture' }, tabs);
    nav.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
    const places = Object.fromEntries(pictures.map((picture) => [picture, make('section.pg-gan-picture', { role: 'tabpanel', 'aria-labelledby': `pg-gan-tab-${picture}`, hidden: true })]));
    element.append(make('div.pg-headline', {}, make('div', {}, title, subtitle)), nav, ...Object.values(places));

    /** Goes to a picture; one of points does not take over the settings of one of images. */
    function choose(picture) {
      const { data } = gan.config();
      if (picture === 'plane' && !gan.isPlane(data)) gan.set({ ...gan.planeSettings, picture });
      else if (picture === 'fight' && gan.isPlane(data)) gan.set({ ...gan.imageSettings, picture });
      else gan.set({ picture });
    }

    let shown = null;
    function show(config) {
      if (config.picture === shown) return;
      shown = config.picture;
      tabs.forEach((tab) => {
        const chosen = tab.dataset.picture === shown;
        tab.setAttribute('aria-selected', String(chosen));
        tab.setAttribute('aria-checked', String(chosen));
        tab.tabIndex = chosen ? 0 : -1;
        if (chosen && nav.scrollWidth > nav.clientWidth) tab.scrollIntoView({ block: 'nearest', inline: 'center' });
      });
      for (const [picture, place] of Object.entries(places)) place.hidden = picture !== shown;
      playground.say(title, `gan.stage.${shown}.title`);
      playground.say(subtitle, `gan.stage.${shown}.subtitle`);
      playground.controls.gan.showView(shown);
      playground.mount(places[shown], `gan_${shown}`, { picture: shown });
    }
    const follow = () => { const config = gan.config(); if (config) show(config); };
    playground.on('settings', ({ slice }) => { if (slice === 'gan') follow(); });
    playground.on('controls', (slice) => {
      // An address that names a picture but no data means the data of that picture.
      if (slice === 'gan' && gan.config().picture === 'plane' && !gan.isPlane(gan.config().data)) choose('plane');
    });
    follow();
  };
})();
