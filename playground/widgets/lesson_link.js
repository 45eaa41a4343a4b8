/* The dialog in which a teacher makes a link: what students see, what is locked, what is hidden. */
'use strict';

(() => {
  const { make, link } = playground;
  const STATES = ['free', 'lock', 'hide'];

  playground.copyLink = async (address) => {
    try {
      await playground.copy(link.readable(address));
      playground.notice('page.link.copied');
    } catch {
      // Permission was refused: show the link, so that it can be copied by hand.
      window.prompt(playground.t('page.link.by_hand'), link.readable(address));
    }
  };

  /** `fields`: the names to choose from; `words`: stem of their labels; `values()`: the settings. */
  playground.lessonLink = (fields, words, values) => {
    const state = Object.fromEntries(fields.map((name) => [name, 'free']));
    for (const name of link.list('lock')) if (name in state) state[name] = 'lock';
    for (const name of link.list('hide')) if (name in state) state[name] = 'hide';

    const output = make('input.pg-text', { type: 'text', readonly: true, label: 'page.link.address', on: { focus: () => output.select() } });
    const address = () => {
      const named = (wanted) => fields.filter((name) => state[name] === wanted);
      const { settings, more } = values();
      return link.withSettings(settings, { ...more, lock: named('lock'), hide: named('hide'), runs: '' });
    };
    const show = () => { output.value = link.readable(address()); };

    const rows = fields.map((name) => {
      const buttons = STATES.map((one) => make('button.pg-segment', {
        type: 'button', role: 'radio', text: `page.link.${one}`,
        on: { click: () => { state[name] = one; paint(); show(); } },
      }));
      const paint = () => buttons.forEach((button, at) => button.setAttribute('aria-checked', state[name] === STATES[at]));
      paint();
      return make('div.pg-link-row', {},
        make('span.pg-label', { text: `${words}.${name}` }),
        make('div.pg-segments', { role: 'radiogroup', label: `${words}.${name}` }, buttons));
    });

    playground.dialog('page.link.title',
      make('p.pg-note', { text: 'page.link.help' }),
      make('div.pg-link-rows', {}, rows),
      make('footer.pg-dialog-foot', {}, output,
        make('button.pg-primary', { type: 'button', text: 'page.link.copy', on: { click: () => playground.copyLink(address()) } })));
    show();
  };
})();
