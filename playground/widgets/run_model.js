/* What the page knows of runs: a growing column for each number, fed by the stream. */
'use strict';

(() => {
  const { emit, kept, link } = playground;
  const LIVE = new Set(['queued', 'running', 'paused']);
  const RESERVES = ['--pg-other-1', '--pg-other-2', '--pg-other-3', '--pg-other-4', '--pg-other-5'];

  const all = new Map();
  let shown = [];

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
    }

    get live() { return LIVE.has(this.about.state); }
    get cell() { return this.about.config?.cell ?? ''; }

    /** As its owner calls it; what came with the app is called by its cell and text. */
    get name() {
      const { shipped, name, config } = this.about;
      return shipped && playground.corpusTitle ? `${this.cell.toUpperCase()} · ${playground.corpusTitle(config.corpus)}` : name;
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

  playground.runs = {
    get: (id) => all.get(id),
    all: () => [...all.values()].filter((run) => !run.about.deleted),
    shown: () => shown.map((id) => all.get(id)).filter(Boolean),
    isShown: (id) => shown.includes(id),

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
      const still = shown.filter((id) => all.has(id));
      if (still.length !== shown.length) this.show(still);
      this.loaded = true;
      emit('runs');
    },

    keep(about, mine) {
      const run = keep(about, mine);
      emit('runs');
      return run;
    },

    forget(id) {
      all.delete(id);
      kept.write('play-opened', kept.read('play-opened', []).filter((one) => one !== id));
      this.show(shown.filter((one) => one !== id));
      emit('runs');
    },

    /** Draws these runs and no others; `inLink` writes them into the address. */
    show(ids, inLink = true) {
      shown = [...new Set(ids)].slice(0, 12);
      if (inLink) {
        link.set({ runs: shown.filter((id) => all.has(id) && !all.get(id).about.shipped) });
      }
      paint();
      emit('shown', shown);
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
      if (message.progress) run.about.progress = message.progress;
      if (message.error) {
        if (!run.mine) playground.runs.forget(run.id);
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
  };

  // The names of shipped runs are said in the language of the moment.
  for (const event of ['language', 'corpora']) {
    playground.on(event, () => { for (const run of playground.runs.shown()) emit('about', run); });
  }

  const mark = (sample) => `${sample.step}\n${sample.prefix}\n${sample.temperature}`;

  /** A cell always has its own colour; a second run of the same cell takes a reserve. */
  function paint() {
    const taken = new Set();
    const reserves = [...RESERVES];
    for (const run of playground.runs.shown()) {
      const own = `--pg-${run.cell || 'other-1'}`;
      run.paint = taken.has(own) ? reserves.shift() ?? RESERVES.at(-1) : own;
      taken.add(run.paint);
    }
  }
})();
