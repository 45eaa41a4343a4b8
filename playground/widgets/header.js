/* The head of the page: name, rooms, machine, runs, language, theme. */
'use strict';

(() => {
  const { make, icon, link, runs } = playground;

  /** `12th Gen Intel(R) Core(TM) i7-1260P CPU @ 2.10GHz` -> `Intel Core i7-1260P` */
  const short = (name) => name.replace(/\((R|TM|C)\)|®|™/gi, '').replace(/@.*$/, '').replace(/\b(CPU|Processor|\d+th Gen|\d+-Core)\b/gi, '')
    .replace(/\s+/g, ' ').trim();
  const gigabytes = (bytes) => (bytes / 2 ** 30).toFixed(bytes < 10 * 2 ** 30 ? 1 : 0);

  function badge() {
    const device = make('span.pg-badge-device');
    const load = make('span.pg-badge-load');
    const light = make('span.pg-light');
    const element = make('div.pg-badge', { tabindex: 0, role: 'status' }, light, device, load);
    let machine = null;

    function draw() {
      if (!machine) return;
      const graphics = machine.gpu;
      device.textContent = short(graphics || machine.cpu);
      const busy = machine.running + machine.queued;
      element.dataset.busy = machine.running ? 'yes' : 'no';
      load.textContent = busy
        ? playground.t('page.badge.load', { running: machine.running, queued: machine.queued })
        : playground.t('page.badge.free', { free: gigabytes(machine.memory_free_bytes) });
      element.title = playground.t('page.badge.all', {
        cpu: short(machine.cpu), cores: machine.cores, free: gigabytes(machine.memory_free_bytes),
        total: gigabytes(machine.memory_bytes), running: machine.running, queued: machine.queued, slots: machine.slots ?? 1,
      });
    }
    async function ask() {
      if (document.hidden) return;
      try {
        machine = await playground.call('machine');
        draw();
      } catch {
        // The stream says it when the server is gone; a badge need not say it again.
      }
    }
    setInterval(ask, 4000);
    document.addEventListener('visibilitychange', ask);
    playground.on('language', draw);
    playground.on('started', ask);
    playground.on('online', (now) => {
      element.classList.toggle('pg-offline', !now);
      if (!now) load.textContent = playground.t('page.badge.offline');
    });
    void ask();
    return element;
  }

  /** data: {rooms: [{name}], first: the room of an address that names none, api: the API page} */
  playground.widgets.header = (element, { rooms, first, api = '?view=api' }) => {
    element.classList.add('pg-header');
    const nav = make('nav.pg-rooms', { label: 'page.header.rooms' }, rooms.map(({ name }, at) => make('button.pg-room-link', {
      type: 'button', text: `page.room.${name}`, data: { room: name }, on: { click: () => go(at) },
    })));
    function go(at) {
      const { name } = rooms[at];
      const there = name === link.room();
      mark(at);
      press(name);
      if (there) return;
      // Settings, and what a teacher hid or locked, were meant for the room that is left.
      link.setSettings({});
      link.set({ room: name === first ? '' : name, hide: '', lock: '', cells: '', schemes: '', models: '' });
      playground.emit('room', name);
    }
    /** Gradio's own tabs do the work; their bar is not shown, and does not listen from the first moment. */
    function press(name, left = 100) {
      const tab = document.querySelector(`.gradio-container [role="tab"][data-tab-id="${name}"]`);
      tab?.click();
      if (left && document.documentElement.dataset.room === name && tab?.getAttribute('aria-selected') !== 'true') setTimeout(press, 50, name, left - 1);
    }
    playground.goRoom = (name) => {
      const at = rooms.findIndex((room) => room.name === name);
      if (at >= 0 && document.documentElement.dataset.room !== name) go(at);
    };
    function mark(at) {
      [...nav.children].forEach((one, here) => one.setAttribute('aria-current', here === at ? 'page' : 'false'));
      document.documentElement.dataset.room = rooms[at]?.name ?? '';
      // On a phone not all rooms fit: the one that one is in does. Only the row moves, not the page.
      requestAnimationFrame(() => {
        const { offsetLeft, offsetWidth } = nav.children[at];
        nav.scrollLeft = offsetLeft - nav.offsetLeft - (nav.clientWidth - offsetWidth) / 2;
      });
    }
    const wanted = rooms.findIndex(({ name }) => name === link.get('room'));
    const usual = rooms.findIndex(({ name }) => name === first);
    mark(wanted < 0 ? usual : wanted);
    if (wanted >= 0 && wanted !== usual) setTimeout(press, 0, rooms[wanted].name);

    const count = make('span.pg-count', { hidden: true });
    const runsButton = make('button.pg-button.pg-runs-button', { type: 'button', label: 'page.runs.title', 'aria-expanded': 'false', on: { click: () => playground.drawer.toggle() } },
      icon('runs'), make('span', { text: 'page.runs.title' }), count);
    playground.on('drawer', (open) => runsButton.setAttribute('aria-expanded', String(open)));
    const tally = playground.perFrame(() => {
      const live = runs.all().filter((run) => run.mine && run.live).length;
      count.hidden = !live;
      count.textContent = String(live);
    });
    for (const event of ['runs', 'about']) playground.on(event, tally);

    const language = make('button.pg-button.pg-language', { type: 'button', label: 'page.header.language', on: { click: () => playground.setLanguage(playground.language === 'zh' ? 'en' : 'zh') } },
      make('span.pg-language-now'));
    const theme = make('button.pg-button.pg-square', { type: 'button', label: 'page.header.theme', hint: 'page.header.theme', on: { click: () => playground.setTheme(playground.theme() === 'dark' ? 'light' : 'dark') } });
    const faces = () => {
      language.firstChild.textContent = playground.language === 'zh' ? 'EN' : '中文';
      language.firstChild.lang = playground.language === 'zh' ? 'en' : 'zh';
      theme.replaceChildren(icon(playground.theme() === 'dark' ? 'sun' : 'moon'));
    };
    playground.on('language', faces);
    playground.on('theme', faces);
    faces();

    const more = make('button.pg-button.pg-square', { type: 'button', label: 'page.header.more', hint: 'page.header.more', 'aria-haspopup': 'menu', on: { click: () => playground.menu(more, [
      ['page.header.present', 'screen', () => present(true)],
      ['page.header.api', 'code', () => window.open(api, '_blank', 'noopener')],
    ]) } }, icon('more'));
    element.append(
      make('a.pg-name', { href: location.pathname, label: 'page.title' }, playground.logo(), make('span', { text: 'page.title' })),
      nav, make('span.pg-spring'), badge(), runsButton, language, theme, more);

    const leave = make('button.pg-button.pg-leave', { type: 'button', on: { click: () => present(false) } }, icon('close'), make('span', { text: 'page.header.present.end' }));
    document.body.append(leave);
    function present(on) {
      document.body.classList.toggle('pg-present', on);
      link.set({ present: on ? '1' : '' });
      dispatchEvent(new Event('resize'));
      playground.emit('present', on);
    }
    if (link.has('present')) present(true);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && document.body.classList.contains('pg-present') && !document.querySelector('dialog[open], .pg-popover')) present(false);
    });
  };
})();
