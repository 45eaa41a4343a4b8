/* The drawer with all runs: mine, shipped, opened by link. */
'use strict';

(() => {
  const { make, icon, runs } = playground;
  let drawer = null;

  function build() {
    const filter = make('input.pg-text', { type: 'search', label: 'page.runs.filter' });
    playground.say(filter, 'page.runs.filter', {}, 'placeholder');
    const sections = Object.fromEntries(['mine', 'opened', 'shipped'].map((kind) => [kind, {
      list: make('ul.pg-run-list'), head: make('h3.pg-run-section', { text: `page.runs.section.${kind}` }),
    }]));
    const empty = make('p.pg-note', { text: 'page.runs.empty' });
    const close = () => toggle(false);
    const element = make('aside.pg-drawer', { role: 'dialog', label: 'page.runs.title', tabindex: -1 },
      make('header.pg-drawer-head', {}, make('h2', { text: 'page.runs.title' }), playground.iconButton('close', 'page.close', close)),
      make('div.pg-drawer-tools', {}, filter,
        make('button.pg-button', { type: 'button', hint: 'page.runs.import.help', on: { click: () => playground.runFiles.import() } }, icon('upload'), make('span', { text: 'page.runs.import' }))),
      make('div.pg-drawer-body', {}, empty, Object.values(sections).map(({ head, list }) => [head, list])));
    element.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });

    const rows = new Map();
    const kindOf = (run) => (run.about.shipped ? 'shipped' : run.mine ? 'mine' : 'opened');
    const fits = (run) => {
      const words = filter.value.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
      const text = `${run.name} ${run.kind} ${run.about.config?.corpus ?? run.about.config?.task} ${playground.t(`page.state.${run.about.state}`)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    const draw = playground.perFrame(() => {
      if (!element.isConnected) return;
      const found = runs.all().filter(fits).sort((a, b) => Number(b.about.pinned) - Number(a.about.pinned) || b.about.created - a.about.created);
      for (const [kind, { list, head }] of Object.entries(sections)) {
        const here = found.filter((run) => kindOf(run) === kind);
        const elements = here.map((run) => {
          if (!rows.has(run)) rows.set(run, playground.runRow(run));
          rows.get(run).update();
          return rows.get(run).element;
        });
        // Only a changed list is put in anew: a name being edited keeps its focus.
        if (elements.length !== list.children.length || elements.some((one, at) => list.children[at] !== one)) list.replaceChildren(...elements);
        head.hidden = list.hidden = !here.length;
      }
      empty.hidden = runs.all().some((run) => run.mine);
    });
    filter.addEventListener('input', draw);
    for (const event of ['runs', 'shown', 'about', 'language', 'corpora', 'room']) playground.on(event, draw);
    return { element, draw };
  }

  function toggle(open = !drawer?.element.isConnected) {
    drawer ??= build();
    if (!open) {
      drawer.element.remove();
      document.body.classList.remove('pg-drawer-open');
      playground.emit('drawer', false);
      document.querySelector('.pg-runs-button')?.focus();
      return;
    }
    document.body.append(drawer.element);
    document.body.classList.add('pg-drawer-open');
    drawer.draw();
    drawer.element.focus();
    playground.emit('drawer', true);
    runs.refresh().catch((refusal) => playground.complain(refusal));
  }

  // Runs that are not on the stage have no stream; their states are asked for while one looks.
  setInterval(() => {
    if (drawer?.element.isConnected && !document.hidden && runs.all().some((run) => run.live && !runs.isShown(run.id))) {
      runs.refresh().catch(() => {});
    }
  }, 3000);

  playground.drawer = { toggle };
})();
