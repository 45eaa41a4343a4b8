/* One run in the drawer: shown or not, its name and state, and everything one can do with it. */
'use strict';

(() => {
  const { make, icon, runs, number } = playground;

  const ago = (seconds) => {
    const past = Date.now() / 1000 - seconds;
    if (past < 60) return playground.t('page.ago.now');
    if (past < 3600) return playground.t('page.ago.minutes', { count: Math.floor(past / 60) });
    if (past < 86_400) return playground.t('page.ago.hours', { count: Math.floor(past / 3600) });
    return playground.t('page.ago.days', { count: Math.floor(past / 86_400) });
  };

  async function owned(action, values) {
    try {
      const about = await playground.call(action, { token: playground.owner, ...values });
      playground.emit('about', runs.keep(about, true));
      return true;
    } catch (refusal) {
      playground.complain(refusal);
      return false;
    }
  }

  function rename(run, place) {
    const box = make('input.pg-text', { type: 'text', maxlength: 80, label: 'page.runs.rename' });
    box.value = run.name;
    const old = [...place.childNodes];
    let over = false;
    const end = async (take) => {
      if (over) return;
      over = true;
      place.replaceChildren(...old);
      if (take && box.value.trim() && box.value !== run.name) await owned('rename_run', { run_id: run.id, name: box.value });
    };
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') void end(true);
      if (event.key === 'Escape') { event.stopPropagation(); void end(false); }
    });
    box.addEventListener('blur', () => end(true));
    place.replaceChildren(box);
    box.select();
  }

  async function remove(run) {
    const shown = runs.shown(run.about.slice).map((one) => one.id);
    if (!(await owned('delete_run', { run_id: run.id }))) return;
    runs.show(shown.filter((id) => id !== run.id), run.about.slice);
    playground.notice('page.runs.deleted', { name: run.name }, {
      undo: {
        key: 'page.undo',
        act: async () => {
          if (await owned('restore_run', { run_id: run.id })) {
            runs.get(run.id).about.deleted = null;
            runs.show(shown, run.about.slice);
            await runs.refresh();
          }
        },
      },
    });
  }

  function address(run) {
    const url = new URL(location.href);
    url.search = '';
    url.searchParams.set('runs', run.id);
    return url;
  }

  const actions = (run, place) => {
    const { mine } = run;
    const weights = run.about.shipped || run.about.steps > 0 || run.about.state === 'finished';
    return [
      weights && [runs.room(run.about.slice).generate ?? 'page.runs.generate', 'pen', () => playground.inRoom(run.about.slice, 'generate', { id: run.id })],
      !run.about.shipped && ['page.runs.copy_link', 'link', () => playground.copyLink(address(run))],
      ['page.runs.fork', 'sliders', () => playground.inRoom(run.about.slice, 'fork', { run })],
      mine && ['page.runs.rename', 'edit', () => rename(run, place)],
      mine && [run.about.pinned ? 'page.runs.unpin' : 'page.runs.pin', 'pin', () => owned('pin_run', { run_id: run.id, pinned: !run.about.pinned })],
      ['page.runs.csv', 'download', () => playground.runFiles.csv(run)],
      ['page.runs.png', 'download', () => playground.runFiles.png(run)],
      ['page.runs.html', 'download', () => playground.runFiles.html(run)],
      weights && ['page.runs.weights', 'download', () => playground.runFiles.weights(run)],
      runs.room(run.about.slice).code && ['page.runs.code', 'code', () => playground.runFiles.code(run)],
      !mine && !run.about.shipped && ['page.runs.forget', 'close', () => runs.forget(run.id)],
      mine && ['page.runs.delete', 'trash', () => remove(run), 'danger'],
    ];
  };

  /** `{element, run, update}` */
  playground.runRow = (run) => {
    const box = make('input', { type: 'checkbox', label: 'page.runs.overlay', on: { change: () => {
      const others = runs.shown(run.about.slice).map((one) => one.id).filter((id) => id !== run.id);
      runs.show(box.checked ? [...others, run.id] : others, run.about.slice);
    } } });
    const name = make('span.pg-run-name');
    const facts = make('span.pg-run-facts');
    const chip = make('span.pg-chip');
    const pin = make('span.pg-run-pin', { hint: 'page.runs.pinned' }, icon('pin'));
    const words = make('button.pg-run-words', { type: 'button', hint: 'page.runs.show', on: { click: () => { runs.show([run.id]); playground.inRoom(run.about.slice, 'watch', run.about.slice); } } }, name, facts);
    const more = make('button.pg-quiet', { type: 'button', label: 'page.runs.more', 'aria-haspopup': 'menu', on: { click: () => playground.menu(more, actions(run, words)) } }, icon('more'));
    const element = make('li.pg-run', { data: { run: run.id } }, make('label.pg-run-box', {}, box, make('span.pg-swatch')), words, pin, chip, more);

    function update() {
      const { about } = run;
      box.checked = runs.isShown(run.id);
      element.classList.toggle('pg-run-shown', box.checked);
      element.style.setProperty('--lane', box.checked ? `var(${runs.colour(run)})` : `var(${runs.ownColour(run)}, var(--pg-line))`);
      if (!words.contains(document.activeElement) || !words.querySelector('input')) name.textContent = run.name;
      const loss = run.last('validation_loss') ?? about.summary?.validation_loss;
      const best = loss === null || loss === undefined ? about.summary?.validation_perplexity : playground.perplexity(loss);
      const parts = [
        about.slice === playground.link.room() ? null : playground.t(`page.room.${about.slice}`),
        run.about.shipped ? playground.t('page.runs.shipped') : ago(about.created),
        about.steps ? playground.t('page.runs.steps', { count: number(about.summary?.step ?? about.steps) }) : null,
        best ? playground.t('page.runs.perplexity', { value: number(best) }) : null,
        runs.room(about.slice).fact?.(run) || null,
        !run.mine && !about.shipped ? playground.t('page.runs.read_only') : null,
      ];
      facts.textContent = parts.filter(Boolean).join(' · ');
      pin.hidden = !about.pinned;
      chip.className = `pg-chip pg-chip-${about.state}`;
      playground.say(chip, about.state === 'queued' && about.place ? 'page.state.queued_at' : `page.state.${about.state}`, { place: about.place });
    }
    return { element, run, update };
  };
})();
