/* A room: controls, pictures, lesson. On a phone the controls come up as a sheet. */
'use strict';

(() => {
  const { make, icon, kept, link } = playground;
  const WIDE = 1441; // px from which the lesson starts unfolded

  /** Goes to a room and says `event` there once it is open. */
  playground.inRoom = (slice, event, told) => {
    playground.goRoom(slice);
    const say = () => setTimeout(() => playground.emit(event, told));
    if (playground.controls?.[slice]?.ready) {
      say();
      return;
    }
    const end = playground.on('controls', (name) => {
      if (name !== slice) return;
      end();
      say();
    });
  };

  /** data: {slice, controls, stage: {widget, ...}, lesson}; `controls.runs` as the controls know it */
  playground.widgets.room = (element, { slice, controls, stage, lesson }) => {
    element.classList.add('pg-room');
    element.dataset.room = slice;
    const places = {
      controls: make('aside.pg-room-controls', { label: 'page.room.controls' }),
      stage: make('section.pg-room-stage', { label: 'page.room.stage' }),
      lesson: make('aside.pg-room-lesson', { label: 'page.lesson.title' }),
    };
    const tab = make('button.pg-lesson-tab', { type: 'button', on: { click: () => fold(false) } }, icon('book'), make('span', { text: 'page.lesson.title' }));
    const veil = make('div.pg-veil', { on: { click: () => sheet(false) } });
    const sheetHead = make('header.pg-sheet-head', {}, make('h2', { text: 'page.room.controls' }), playground.iconButton('down', 'page.close', () => sheet(false)));
    const form = make('div');
    places.controls.append(sheetHead, form);
    const dock = make('div.pg-dock', {},
      make('button.pg-button', { type: 'button', 'aria-expanded': 'false', on: { click: () => sheet(true) } }, icon('sliders'), make('span', { text: 'page.room.controls' })),
      controls.runs === false ? null : make('button.pg-primary', { type: 'button', on: { click: start } }, icon('play'), make('span', { text: 'page.controls.start' })));
    const body = make('div');
    places.lesson.append(body);
    element.append(places.controls, places.stage, places.lesson, tab, veil, dock);

    async function start() {
      if (!(await playground.controls[slice].start())) sheet(true);
    }
    function sheet(open) {
      element.classList.toggle('pg-sheet-open', open);
      dock.firstChild.setAttribute('aria-expanded', String(open));
      if (open) places.controls.querySelector('button, input')?.focus({ preventScroll: true });
    }
    function fold(folded, keep = true) {
      element.classList.toggle('pg-folded', folded);
      tab.setAttribute('aria-expanded', String(!folded));
      if (keep) kept.write('play-lesson-folded', folded);
    }
    fold(link.list('hide').includes('lesson') || (kept.read('play-lesson-folded') ?? innerWidth < WIDE), false);
    element.classList.toggle('pg-no-lesson', link.list('hide').includes('lesson'));

    playground.on('fold', () => fold(true));
    playground.on('look', (where) => {
      if (where === 'lesson') fold(false, false);
      else {
        sheet(false);
        if (innerWidth < 1100) places.stage.scrollIntoView({ behavior: playground.calm() ? 'auto' : 'smooth' });
      }
    });
    playground.on('started', () => {
      sheet(false);
      if (innerWidth < 760) scrollTo({ top: 0, behavior: playground.calm() ? 'auto' : 'smooth' });
    });
    element.addEventListener('keydown', (event) => { if (event.key === 'Escape') sheet(false); });

    playground.mount(form, 'controls', controls);
    playground.mount(places.stage, stage.widget, stage);
    playground.mount(body, 'lesson', lesson);
  };
})();
