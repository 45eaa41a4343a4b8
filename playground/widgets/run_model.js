/* What the page knows of runs: a growing column for each number, fed by the stream; and which are shown where. */
'use strict';

(() => {
  const { emit, kept, link } = playground;
  const LIVE = new Set(['queued', 'running', 'paused']);
  const RESERVES = ['--pg-other-1', '--pg-other-2', '--pg-other-3', '--pg-other-4', '--pg-other-5'];

  const all = new Map();
  const shown = {}; // room -> ids; a room's pictures follow its own runs only
  const rooms = {}; // room -> what differs there, see `describe`

  class Run {
    constructor(about) {
      this.id = about.id;
      this.about = about;
      this.mine = false;
      this.clear();
    }

    clear() {
      this.columns = {}; // name -> array; all as long as `index`
      this.index = []; // absolute position of each record held
      this.total = 0; // records there are, and the cursor of the stream
      this.thinned = false;
      this.samples = [];
      this.frame = null; // the newest picture of a run that moves
    }

    get live() { return LIVE.has(this.about.state); }
    get cell() { return this.about.config?.cell ?? ''; }

    /** What the lanes of a race differ in: the cell, or the model. */
    get kind() { return this.about.config?.[runs.room(this.about.slice).raced] ?? ''; }

    /** As its owner calls it; what came with the app is called by what it is and learned from. */
    get name() {
      const { shipped, name, config, slice } = this.about;
      return (shipped && runs.room(slice).name?.(config)) || name;
    }

    /** The newest number of a column, `null` if there is none. */
    last(column) {
      const values = this.columns[column];
      for (let at = (values?.length ?? 0) - 1; at >= 0; at--) {
        if (values[at] !== null && values[at] !== undefined) return values[at];
      }
      return null;
    }

    /** Training tokens a second over the newest records, `null` before there are two. */
    rate() {
      const { tokens, seconds } = this.columns;
      if (!tokens || tokens.length < 2) return null;
      const last = tokens.length - 1;
      let first = last;
      while (first > 0 && seconds[last] - seconds[first] < 3) first--;
      const span = seconds[last] - seconds[first];
      return span > 0 ? (tokens[last] - tokens[first]) / span : null;
    }

    /** Share of the newest `span` steps whose gradient was clipped, 0 … 1. */
    clipped(span = 500) {
      const values = this.columns.clipped;
      if (!values?.length) return null;
      const part = values.slice(-span);
      return part.reduce((sum, value) => sum + (value ? 1 : 0), 0) / part.length;
    }

    /** Keeps only the records before the absolute position `end`, and the samples up to there. */
    truncate(end, samplesToo = true) {
      let length = this.index.length;
      while (length > 0 && this.index[length - 1] >= end) length--;
      for (const values of Object.values(this.columns)) values.length = length;
      this.index.length = length;
      this.total = Math.min(this.total, end);
      const step = this.columns.step?.[length - 1] ?? 0;
      if (samplesToo) this.samples = this.samples.filter((sample) => sample.step <= step);
      emit('truncate', { run: this, length });
    }

    append(start, columns, index) {
      const names = Object.keys(columns);
      const count = names.length ? columns[names[0]].length : 0;
      const before = this.index.length;
      for (const name of names) {
        const values = (this.columns[name] ??= new Array(before).fill(null));
        for (const value of columns[name]) values.push(value);
      }
      for (let at = 0; at < count; at++) this.index.push(index ? index[at] : start + at);
      for (const values of Object.values(this.columns)) {
        while (values.length < before + count) values.push(null);
      }
      return before;
    }
  }

  function keep(about, mine) {
    let run = all.get(about.id);
    if (!run) all.set(about.id, (run = new Run({ ...about })));
    else run.about = { ...run.about, ...about };
    if (mine !== undefined) run.mine = mine;
    return run;
  }

  const listed = (slice) => (shown[slice] ?? []).map((id) => all.get(id)).filter(Boolean);
  const roomOf = (id) => all.get(id)?.about.slice;

  /** Those of a room's runs that an address names: who opens it has the shipped ones already. */
  const writeLink = (slice) => link.set({ runs: listed(slice).filter((run) => !run.about.shipped).map((run) => run.id) });

  const runs = (playground.runs = {
    get: (id) => all.get(id),
    all: () => [...all.values()].filter((run) => !run.about.deleted),

    /** Those drawn in a room, usually the one that one is in. */
    shown: (slice = link.room()) => listed(slice),
    isShown: (id) => Boolean(shown[roomOf(id)]?.includes(id)),

    /** Those drawn in any room. */
    watched: () => Object.keys(shown).flatMap(listed),

    /**
     * Tells what differs in a room: `raced` the setting in which lanes differ, `name(config)` of a
     * shipped run, `lane` further figures of a row `[{name, label(runs), read(run)}]`, `plain` where
     * perplexity and tokens mean nothing, `balance(run)` what stands in a row in place of the learning
     * rate `{element, update()}`, `rates` the settings that are too high if a run diverged, `fact(run)`
     * a word for the list of runs, `generate` the sentence for using a trained run, `code` whether the
     * code of a run can be taken home.
     */
    describe(slice, told) { rooms[slice] = told; },
    room: (slice) => rooms[slice] ?? {},

    /** Asks the server for my runs, the shipped ones, and those opened by link. */
    async refresh() {
      const opened = [...new Set([...kept.read('play-opened', []), ...link.list('runs')])].slice(-100);
      const [mine, others] = await Promise.all([
        playground.call('runs', { owner: playground.owner }),
        opened.length ? playground.call('runs', { ids: opened }) : [],
      ]);
      const there = new Set();
      for (const about of others) { keep(about, false); there.add(about.id); }
      for (const about of mine) { keep(about, !about.shipped); there.add(about.id); }
      for (const id of [...all.keys()]) {
        if (!there.has(id)) all.delete(id);
      }
      kept.write('play-opened', opened.filter((id) => all.has(id) && !all.get(id).mine && !all.get(id).about.shipped));
      for (const [slice, ids] of Object.entries(shown)) {
        const still = ids.filter((id) => all.has(id));
        if (still.length !== ids.length) this.show(still, slice);
      }
      this.loaded = true;
      emit('runs');
    },

    keep(about, mine) {
      const run = keep(about, mine);
      emit('runs');
      return run;
    },

    forget(id) {
      const slice = roomOf(id);
      all.delete(id);
      kept.write('play-opened', kept.read('play-opened', []).filter((one) => one !== id));
      this.show((shown[slice] ?? []).filter((one) => one !== id), slice);
      emit('runs');
    },

    /** Draws these runs of a room and no others there; `inLink` writes them into the address. */
    show(ids, slice = roomOf(ids[0]) ?? link.room(), inLink = true) {
      shown[slice] = [...new Set(ids)].filter((id) => (roomOf(id) ?? slice) === slice).slice(0, 12);
      if (inLink && slice === link.room()) writeLink(slice);
      paint(slice);
      emit('shown', slice);
    },

    /**
     * What a room draws when it opens: the runs of the link, else mine that go on, else those that
     * `usual` chooses of the shipped ones (it returns their ids).
     */
    async open(slice, usual) {
      try {
        await this.refresh();
      } catch (refusal) {
        playground.complain(refusal);
        return;
      }
      const here = this.all().filter((run) => run.about.slice === slice);
      const asked = link.room() === slice ? link.list('runs') : [];
      const found = asked.filter((id) => all.has(id));
      if (asked.length > found.length) playground.notice('page.runs.missing', { count: asked.length - found.length }, { kind: 'error' });
      const others = found.filter((id) => roomOf(id) !== slice);
      if (found.length > others.length) return void this.show(found, slice);
      // The link of a run may name its room or not: it opens where the run belongs.
      if (others.length) {
        this.show(others);
        playground.inRoom(roomOf(others[0]), 'watch', roomOf(others[0]));
      }
      const going = here.filter((run) => run.mine && run.live);
      if (going.length) {
        const newest = going.reduce((best, run) => (run.about.created > best.about.created ? run : best));
        return void this.show(going.filter((run) => run.about.group === newest.about.group).map((run) => run.id), slice);
      }
      this.show(usual(here.filter((run) => run.about.shipped)), slice, false);
    },

    /** A thrown refusal is the caller's to show. */
    async control(id, action, value = null) {
      const about = await playground.call('control_run', { run_id: id, token: playground.owner, action, value });
      keep(about);
      emit('about', all.get(id));
      return about;
    },

    /** Takes one message of the stream. Returns false when records are missing before it. */
    take(message) {
      const run = all.get(message.run);
      if (!run) return true;
      const { state, place } = run.about;
      if (message.about) keep(message.about);
      if (message.state) run.about.state = message.state;
      if ('place' in message) run.about.place = message.place;
      if (message.samples) {
        const known = new Set(run.samples.map(mark));
        const fresh = message.samples.filter((sample) => !known.has(mark(sample)));
        run.samples.push(...fresh);
        if (fresh.length) emit('samples', { run, fresh });
      }
      if (message.frame) {
        run.frame = message.frame;
        emit('frame', run);
      }
      if (message.progress) run.about.progress = message.progress;
      if (message.error) {
        if (!run.mine) runs.forget(run.id);
        return true;
      }
      if (message.truncate) run.truncate(message.start);
      else if (message.columns) {
        if (message.thinned) {
          run.truncate(0, false);
          run.thinned = true;
        } else if (message.start > run.total) return false;
        else if (message.start < run.total) run.truncate(message.start);
        const from = run.append(message.start, message.columns, message.index);
        run.total = message.total ?? message.start + (run.index.length - from);
        emit('records', { run, from });
      }
      if (message.about || run.about.state !== state || run.about.place !== place) emit('about', run);
      return true;
    },

    /** Colour of a run's lines, as the name of a custom property. */
    colour: (run) => run.paint ?? '--pg-other-1',
    /** The one that all of its kind have where no other run of the kind is shown. */
    ownColour: (run) => `--pg-${(run.kind || 'other-1').replaceAll('_', '-')}`,
  });

  // The names of shipped runs are said in the language of the moment.
  for (const event of ['language', 'corpora']) {
    playground.on(event, () => { for (const run of runs.watched()) emit('about', run); });
  }
  playground.on('room', (slice) => writeLink(slice));

  const mark = (sample) => `${sample.step}\n${sample.prefix}\n${sample.temperature}\n${sample.text}`;

  /** A cell always has its own colour; a second run of the same cell takes a reserve. */
  function paint(slice) {
    const taken = new Set();
    const reserves = [...RESERVES];
    for (const run of listed(slice)) {
      const own = runs.ownColour(run);
      run.paint = taken.has(own) ? reserves.shift() ?? RESERVES.at(-1) : own;
      taken.add(run.paint);
    }
  }
})();
