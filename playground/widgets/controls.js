/* The controls of a room, made from its settings: the few that matter on top, the rest in groups. */
'use strict';

(() => {
  const { make, link, icon } = playground;
  const LONGEST_IN_LINK = 2000; // characters of one setting

  /**
   * data: {slice, words, settings, top: [name], groups: [{name, fields}], stops: {name: [number]},
   *        race: name of the setting that may have several values, or null,
   *        several: what an address calls those values, usual: the values at first,
   *        runs: false where nothing trains, or the views in which training can be started,
   *        looks: [names of settings that no run is told],
   *        views: {view: [names of the fields that it shows]} where not all views need all,
   *        one: [views in which the raced setting has one value],
   *        kinds: {name: the field for a setting whose kind does not tell which}}
   * A setting that stands neither on top nor in a group is set by the pictures.
   */
  playground.widgets.controls = (element, data) => {
    const { slice, words, several = 'cells' } = data;
    const current = () => link.room() === slice;
    const placed = new Set([...data.top, ...data.groups.flatMap((group) => group.fields)]);
    const byName = Object.fromEntries(data.settings.map((one) => [one.name, one]));
    const fields = {};
    const looks = new Set(data.looks);
    let opening = true;

    for (const setting of data.settings) {
      const kind = data.kinds?.[setting.name] ?? (setting.name === data.race ? 'several' : !placed.has(setting.name) ? 'elsewhere' : setting.prefix ? 'corpus' : setting.kind);
      fields[setting.name] = playground.fields[kind](setting, words, { stops: data.stops?.[setting.name], usual: setting.name === data.race ? data.usual : undefined, changed: () => touched(setting.name) });
    }

    function touched(name) {
      fields[name].fault('');
      mirror();
      playground.emit('settings', { slice, config: config() });
    }

    function config() {
      const values = Object.fromEntries(Object.values(fields).map((field) => [field.name, field.get()]));
      if (data.race) [values[data.race]] = fields[data.race].all();
      return values;
    }

    /** What a run is told: the settings but for those that only the pictures look at. */
    const told = () => Object.fromEntries(Object.entries(config()).filter(([name]) => !looks.has(name)));
    const lanes = () => (data.race ? fields[data.race].all().map((one) => ({ ...told(), [data.race]: one })) : [told()]);

    /** What the address says of the settings: those that differ from their defaults. */
    function described() {
      const now = config();
      const settings = {};
      for (const { name, default: usual } of data.settings) {
        // A server takes an address of some length only; a long text is not part of a link.
        if (String(now[name]).length > LONGEST_IN_LINK) continue;
        if (now[name] !== usual) settings[name] = typeof now[name] === 'boolean' ? String(+now[name]) : String(now[name]);
      }
      const raced = data.race && fields[data.race].all().length > 1;
      if (raced) delete settings[data.race];
      const asUsual = String(fields[data.race]?.all()) === String(data.usual);
      return { settings, more: { [several]: raced && !asUsual ? fields[data.race].all() : '' } };
    }

    const mirror = playground.afterQuiet(150, () => {
      if (opening || !current()) return;
      const { settings, more } = described();
      link.setSettings(settings);
      link.set(more);
    });

    function set(values) {
      for (const [name, value] of Object.entries(values)) fields[name]?.set(value);
      mirror();
      playground.emit('settings', { slice, config: config() });
    }

    /** A refusal stands at the control it names; one that names none stands above the button. */
    function refused(refusal) {
      const field = fields[refusal?.params?.name];
      if (field && !field.element.hidden) {
        field.fault(playground.sentence(refusal));
        field.element.closest('details')?.setAttribute('open', '');
        field.element.scrollIntoView({ block: 'center', behavior: playground.calm() ? 'auto' : 'smooth' });
      } else {
        fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
        fault.hidden = false;
      }
    }

    async function start(more = null) {
      fault.hidden = true;
      for (const field of Object.values(fields)) field.fault('');
      go.disabled = true;
      try {
        const configs = more ?? lanes();
        await playground.controls[slice].before?.(configs);
        const started = configs.length > 1
          ? await playground.call('start_race', { slice, configs, owner: playground.owner })
          : await playground.call('start_run', { slice, config: configs[0], owner: playground.owner });
        const ids = started.run_ids ?? [started.run_id];
        await playground.runs.refresh();
        playground.runs.show(ids, slice);
        playground.emit('started', { slice, ids });
        return ids;
      } catch (refusal) {
        refused(refusal);
        return null;
      } finally {
        go.disabled = false;
      }
    }

    // The form.

    const order = [...data.top, ...data.groups.flatMap((group) => group.fields)].filter((name) => fields[name]);

    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const trains = data.runs !== false;
    const go = trains && make('button.pg-primary.pg-start', { type: 'button', on: { click: () => start() } }, icon('play'), make('span', { text: 'page.controls.start' }));
    const dice = trains && byName.seed && playground.iconButton('dice', 'page.controls.dice', () => {
      fields.seed.set(Math.floor(Math.random() * 1e6));
      touched('seed');
    }, 'pg-button pg-square');
    const startRow = make('div.pg-start-row');
    const resetAll = make('button.pg-link', { type: 'button', text: 'page.controls.defaults', on: { click: () => {
      set({ ...usual, ...(data.usual ? { [data.race]: data.usual } : {}) });
      for (const field of Object.values(fields)) field.fault('');
    } } });
    const groups = data.groups.map((group) => make('details.pg-group', { data: { group: group.name } },
      make('summary', {}, make('span', { text: `${words}.group.${group.name}` }), icon('down')),
      group.fields.filter((name) => fields[name]).map((name) => fields[name].element)));
    const moreTitle = make('h3.pg-more-title', { text: 'page.controls.more' });
    element.classList.add('pg-controls');
    element.append(
      make('div.pg-fields', {}, data.top.map((name) => fields[name].element)),
      make('div.pg-more', {}, moreTitle, groups, make('div.pg-more-foot', {}, resetAll)),
      make('div.pg-controls-foot', {}, fault,
        startRow,
        make('div.pg-link-row-foot', {},
          make('button.pg-link', { type: 'button', on: { click: () => {
            const { settings, more } = described();
            void playground.copyLink(link.withSettings(settings, { ...more, runs: '' }));
          } } }, icon('link'), make('span', { text: 'page.link.copy' })),
          make('button.pg-link', { type: 'button', text: 'page.link.class', on: { click: () => playground.lessonLink(order, words, described) } }))));

    let view = null;
    const hidden = new Set();

    /** Shows the fields of the view of the moment, but for those that a teacher hid. */
    function showFields() {
      const wanted = data.views?.[view];
      for (const name of order) fields[name].element.hidden = hidden.has(name) || Boolean(wanted && !wanted.includes(name));
      for (const group of groups) group.hidden = ![...group.querySelectorAll('.pg-field')].some((one) => !one.hidden);
      moreTitle.hidden = groups.every((group) => group.hidden);
      // Where nothing can be started there is no button, not even a hidden one.
      const here = trains && (!Array.isArray(data.runs) || data.runs.includes(view));
      if (here !== Boolean(startRow.firstChild)) startRow.replaceChildren(...(here ? [go, dice].filter(Boolean) : []));
      element.closest('.pg-room')?.classList.toggle('pg-no-start', !here);
    }
    showFields();
    function teachersWish() {
      for (const name of link.list('hide')) if (fields[name]) hidden.add(name);
      for (const name of link.list('lock')) if (fields[name]) fields[name].lock();
      showFields();
      if (dice && (hidden.has('seed') || fields.seed.element.matches('.pg-locked'))) dice.hidden = true;
    }

    /** Restores the state that the address describes and says what of it was of no use. */
    async function open() {
      const query = current() ? link.settings() : {};
      const cells = data.race && current() ? link.list(several) : [];
      const lost = [];
      try {
        if (Object.keys(query).length) {
          const { config: found, ignored } = await playground.call('open_link', { slice, query });
          for (const [name, value] of Object.entries(found)) fields[name]?.set(value);
          // An unknown name needs no list of the known ones.
          for (const one of ignored) lost.push(one.reason.key === 'knobs.unknown' ? one.name : `${one.name} (${playground.sentence(one.reason)})`);
        }
        if (data.usual && !cells.length && !(data.race in query)) fields[data.race].set(data.usual);
        if (cells.length) {
          const known = cells.filter((one) => byName[data.race].choices.includes(one));
          if (known.length) fields[data.race].set(known);
          lost.push(...cells.filter((one) => !known.includes(one)));
        }
      } catch (refusal) {
        playground.complain(refusal);
      }
      for (const kind of current() ? ['hide', 'lock'] : []) lost.push(...link.list(kind).filter((name) => !(name in fields)).map((name) => `${kind}=${name.slice(0, 40)}`));
      if (lost.length) playground.notice('page.link.ignored', { what: lost.join('; ') }, { seconds: 20 });
      opening = false;
      if (current()) teachersWish();
      playground.emit('settings', { slice, config: config() });
      playground.controls[slice].ready = true;
      playground.emit('controls', slice);
    }

    // What the pictures look at stays as it is when a run's settings are taken over.
    const defaults = Object.fromEntries(data.settings.filter((one) => !looks.has(one.name)).map((one) => [one.name, one.default]));
    const usual = Object.fromEntries(data.settings.filter((one) => !looks.has(one.name) || placed.has(one.name)).map((one) => [one.name, one.default]));

    /** Sets the controls to what an experiment's lanes have in common with its first one. */
    function setExperiment(runs) {
      set({ ...defaults, ...runs[0] });
      const cells = data.race ? [...new Set(runs.map((lane) => lane[data.race] ?? defaults[data.race]))] : [];
      if (cells.length > 1) fields[data.race].set(cells);
    }

    playground.controls ??= {};
    playground.controls[slice] = {
      config, lanes, set, start, setExperiment, fields,
      /** Called with the configs before a start; what it throws is refused. */
      before: null,
      ready: false,
      /** The fields of one view only; all of them for a name that `views` does not hold. */
      showView: (name) => {
        view = name;
        for (const group of groups) if (group.dataset.group === name) group.open = true;
        if (data.race) fields[data.race].single(Boolean(data.one?.includes(name)));
        showFields();
      },
    };
    playground.on('room', (name) => { if (name === slice) mirror(); });
    playground.on('fork', ({ run, changes = null }) => {
      if (run.about.slice !== slice) return;
      set({ ...defaults, ...run.about.config, ...changes });
      if (changes) void start();
      else playground.notice('page.runs.forked', { name: run.name });
    });
    void open();
  };
})();
