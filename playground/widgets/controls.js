/* The controls of a room, made from its settings: the few that matter on top, the rest in groups. */
'use strict';

(() => {
  const { make, link, icon } = playground;

  /**
   * data: {slice, words, settings, top: [name], groups: [{name, fields}], stops: {name: [number]},
   *        race: name of the setting that may have several values, or null}
   */
  playground.widgets.controls = (element, data) => {
    const { slice, words } = data;
    const byName = Object.fromEntries(data.settings.map((one) => [one.name, one]));
    const fields = {};
    let opening = true;

    for (const setting of data.settings) {
      const kind = setting.name === data.race ? 'several' : setting.prefix ? 'corpus' : setting.kind;
      fields[setting.name] = playground.fields[kind](setting, words, { stops: data.stops?.[setting.name], changed: () => touched(setting.name) });
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

    const lanes = () => (data.race ? fields[data.race].all().map((one) => ({ ...config(), [data.race]: one })) : [config()]);

    /** What the address says of the settings: those that differ from their defaults. */
    function described() {
      const now = config();
      const settings = {};
      for (const { name, default: usual } of data.settings) {
        if (now[name] !== usual) settings[name] = typeof now[name] === 'boolean' ? String(+now[name]) : String(now[name]);
      }
      const several = data.race && fields[data.race].all().length > 1;
      if (several) delete settings[data.race];
      return { settings, more: { cells: several ? fields[data.race].all() : '' } };
    }

    const mirror = playground.afterQuiet(150, () => {
      if (opening) return;
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
        const started = configs.length > 1
          ? await playground.call('start_race', { slice, configs, owner: playground.owner })
          : await playground.call('start_run', { slice, config: configs[0], owner: playground.owner });
        const ids = started.run_ids ?? [started.run_id];
        await playground.runs.refresh();
        playground.runs.show(ids);
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
    const go = make('button.pg-primary.pg-start', { type: 'button', on: { click: () => start() } }, icon('play'), make('span', { text: 'page.controls.start' }));
    const dice = playground.iconButton('dice', 'page.controls.dice', () => {
      fields.seed.set(Math.floor(Math.random() * 1e6));
      touched('seed');
    }, 'pg-button pg-square');
    const resetAll = make('button.pg-link', { type: 'button', text: 'page.controls.defaults', on: { click: () => {
      set(Object.fromEntries(data.settings.map((one) => [one.name, one.default])));
      for (const field of Object.values(fields)) field.fault('');
    } } });
    const groups = data.groups.map((group) => make('details.pg-group', { data: { group: group.name } },
      make('summary', {}, make('span', { text: `${words}.group.${group.name}` }), icon('down')),
      group.fields.filter((name) => fields[name]).map((name) => fields[name].element)));
    element.classList.add('pg-controls');
    element.append(
      make('div.pg-fields', {}, data.top.map((name) => fields[name].element)),
      make('div.pg-more', {}, make('h3.pg-more-title', { text: 'page.controls.more' }), groups, make('div.pg-more-foot', {}, resetAll)),
      make('div.pg-controls-foot', {}, fault,
        make('div.pg-start-row', {}, go, byName.seed ? dice : null),
        make('div.pg-link-row-foot', {},
          make('button.pg-link', { type: 'button', on: { click: () => {
            const { settings, more } = described();
            void playground.copyLink(link.withSettings(settings, { ...more, runs: '' }));
          } } }, icon('link'), make('span', { text: 'page.link.copy' })),
          make('button.pg-link', { type: 'button', text: 'page.link.class', on: { click: () => playground.lessonLink(order, words, described) } }))));

    function teachersWish() {
      for (const name of link.list('hide')) if (fields[name]) fields[name].element.hidden = true;
      for (const name of link.list('lock')) if (fields[name]) fields[name].lock();
      for (const group of groups) group.hidden = ![...group.querySelectorAll('.pg-field')].some((one) => !one.hidden);
      if (fields.seed?.element.matches('[hidden], .pg-locked')) dice.hidden = true;
    }

    /** Restores the state that the address describes and says what of it was of no use. */
    async function open() {
      const query = link.settings();
      const cells = data.race ? link.list('cells') : [];
      const lost = [];
      try {
        if (Object.keys(query).length) {
          const { config: found, ignored } = await playground.call('open_link', { slice, query });
          for (const [name, value] of Object.entries(found)) fields[name]?.set(value);
          // An unknown name needs no list of the known ones.
          for (const one of ignored) lost.push(one.reason.key === 'knobs.unknown' ? one.name : `${one.name} (${playground.sentence(one.reason)})`);
        }
        if (cells.length) {
          const known = cells.filter((one) => byName[data.race].choices.includes(one));
          if (known.length) fields[data.race].set(known);
          lost.push(...cells.filter((one) => !known.includes(one)));
        }
      } catch (refusal) {
        playground.complain(refusal);
      }
      for (const kind of ['hide', 'lock']) lost.push(...link.list(kind).filter((name) => !(name in fields)).map((name) => `${kind}=${name.slice(0, 40)}`));
      if (lost.length) playground.notice('page.link.ignored', { what: lost.join('; ') }, { seconds: 20 });
      opening = false;
      teachersWish();
      playground.emit('settings', { slice, config: config() });
      playground.emit('controls', slice);
    }

    const defaults = Object.fromEntries(data.settings.map((one) => [one.name, one.default]));

    /** Sets the controls to what an experiment's lanes have in common with its first one. */
    function setExperiment(runs) {
      set({ ...defaults, ...runs[0] });
      const cells = data.race ? [...new Set(runs.map((lane) => lane[data.race] ?? defaults[data.race]))] : [];
      if (cells.length > 1) fields[data.race].set(cells);
    }

    playground.controls ??= {};
    playground.controls[slice] = { config, lanes, set, start, setExperiment };
    playground.on('fork', ({ run, changes = null }) => {
      if (run.about.slice !== slice) return;
      set({ ...defaults, ...run.about.config, ...changes });
      if (changes) void start();
      else playground.notice('page.runs.forked', { name: run.name });
    });
    void open();
  };
})();
