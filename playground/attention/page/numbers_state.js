/* The numbers of the small attention: where they begin, how they change, and the way back. */
'use strict';

(() => {
  const { attention } = playground;
  const { SIZE, masks } = attention.numbersMaths;
  const KEPT = 'play-attention-numbers';
  const MOST = 300; // steps back
  const [FEWEST, MOST_WORDS, LONGEST] = [3, 6, 20];

  const identity = (value = 1) => Array.from({ length: SIZE }, (_, row) => Array.from({ length: SIZE }, (__, column) => (row === column ? value : 0)));
  const zeros = () => identity(0);
  const tidy = (value) => +value.toFixed(4);

  /** Four numbers from −1.5 to 1.5 out of the letters of a word: the same word has the same ones. */
  function vectorOf(word) {
    let seed = 2166136261;
    for (const letter of word.toLowerCase()) seed = Math.imul(seed ^ letter.codePointAt(0), 16777619);
    return Array.from({ length: SIZE }, () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let mix = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      mix = (mix + Math.imul(mix ^ (mix >>> 7), 61 | mix)) ^ mix;
      return tidy((((mix ^ (mix >>> 14)) >>> 0) % 31) / 10 - 1.5);
    });
  }

  const START = {
    wq: [[1, 0, 0.5, 0], [0, 1, 0, -0.5], [0.5, 0, 1, 0], [0, 0.5, 0, 1]],
    wk: [[0.5, 1, 0, 0], [1, 0, 0.5, 0], [0, -0.5, 1, 0.5], [0.5, 0, 0, 1]],
    wv: [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, -1]],
  };
  const given = (words) => words.map(vectorOf);
  // Word i points along axis i, from the fifth on the other way: all differ, and none resembles another.
  const apart = (size) => (words) => words.map((_, at) => identity(at < SIZE ? size : -size)[at % SIZE]);
  const LOUD = 1; // the word that dominates
  const PRESETS = {
    start: { x: given },
    itself: { x: apart(3), wq: identity(), wk: identity(), wv: identity() },
    equal: { x: given, wq: zeros() },
    dominates: {
      // The first number is 1 for all: every query asks alike, for what only one word has.
      x: (words) => given(words).map(([, second, third], at) => [1, second, third, at === LOUD ? 4 : 0]),
      wq: [[1, 0, 0, 0], ...zeros().slice(1)], wk: [...zeros().slice(1), [2, 0, 0, 0]],
    },
    saturated: { x: (words) => given(words).map((row) => row.map((value) => tidy(2 * value))), scaled: false },
    causal: { x: given, mask: 'causal' },
  };

  function preset(name, words) {
    const { x, wq = START.wq, wk = START.wk, wv = START.wv, scaled = true, mask = 'none' } = PRESETS[name];
    const copy = (matrix) => matrix.map((row) => [...row]);
    return { words, x: x(words), wq: copy(wq), wk: copy(wk), wv: copy(wv), blocked: masks[mask](words.length), forced: {}, scaled, own: null, preset: name };
  }

  /** The words of a text, or null if they are not three to six. */
  function wordsOf(text) {
    const parts = [...new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text.slice(0, 500))].filter((one) => one.isWordLike);
    return parts.length >= FEWEST && parts.length <= MOST_WORDS ? parts.map((one) => one.segment.slice(0, LONGEST)) : null;
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /** What a mask is called: `none`, `causal`, or `own`. */
  const maskOf = ({ blocked }) => ['none', 'causal'].find((name) => same(blocked, masks[name](blocked.length))) ?? 'own';

  function sound(state) {
    const count = state?.words?.length;
    const matrix = (rows, high, wide) => Array.isArray(rows) && rows.length === high && rows.every((row) => Array.isArray(row) && row.length === wide && row.every(Number.isFinite));
    return count >= FEWEST && count <= MOST_WORDS && state.words.every((word) => typeof word === 'string') && matrix(state.x, count, SIZE)
      && ['wq', 'wk', 'wv'].every((name) => matrix(state[name], SIZE, SIZE)) && matrix(state.blocked, count, count)
      && typeof state.forced === 'object' && Object.values(state.forced).every(Number.isFinite) && state.preset in PRESETS;
  }

  /**
   * The state and its history. `change(edit, gesture)` lets `edit` alter a copy; changes of the
   * same gesture are one step back. `told()` is called after each.
   */
  attention.numbersState = (first, told) => {
    let past = [];
    let future = [];
    let now = JSON.stringify(first);
    let state = JSON.parse(now);
    let last = null; // the gesture of the newest change

    const write = () => {
      try {
        sessionStorage.setItem(KEPT, JSON.stringify({ now, past: past.slice(-30), heard: api.heard }));
      } catch {
        // A private window may refuse; the numbers then last as long as the page.
      }
    };
    const writeSoon = playground.afterQuiet(300, write);
    addEventListener('pagehide', write);

    function become(text) {
      now = text;
      state = JSON.parse(text);
      last = null;
      writeSoon();
      told();
    }

    const api = {
      /** The room's text that was last taken up. */
      heard: null,
      get: () => state,
      get undoable() { return past.length > 0; },
      get redoable() { return future.length > 0; },
      change(edit, gesture = null) {
        const next = JSON.parse(now);
        edit(next);
        const text = JSON.stringify(next);
        if (text === now) return;
        if (!gesture || gesture !== last) past = [...past.slice(1 - MOST), now];
        future = [];
        last = gesture;
        now = text;
        state = next;
        writeSoon();
        told();
      },
      undo() {
        if (!past.length) return;
        future.push(now);
        become(past.pop());
      },
      redo() {
        if (!future.length) return;
        past.push(now);
        become(future.pop());
      },
      /** Takes up what was left before a reload; false if there is nothing. */
      restore() {
        try {
          const held = JSON.parse(sessionStorage.getItem(KEPT));
          if (!sound(JSON.parse(held.now)) || !held.past.every((one) => sound(JSON.parse(one)))) return false;
          past = held.past;
          api.heard = held.heard ?? null;
          become(held.now);
          return true;
        } catch {
          return false;
        }
      },
    };
    return api;
  };

  const grown = (state) => { state.blocked = state.blocked.map((row) => [...row, 0]).concat([new Array(state.words.length).fill(0)]); };

  /** What can be done to the state; each alters what it is given. */
  const edits = {
    cell: (matrix, row, column, value) => (state) => { state[matrix][row][column] = value; },
    force: (row, column, value) => (state) => { state.forced[`${row},${column}`] = value; },
    release: (row, column) => (state) => { delete state.forced[`${row},${column}`]; },
    releaseAll: (state) => { state.forced = {}; },
    block: (row, column, value) => (state) => {
      state.blocked[row][column] = value;
      if (maskOf(state) === 'own') state.own = state.blocked;
    },
    mask: (name) => (state) => { state.blocked = name === 'own' ? state.own ?? state.blocked : masks[name](state.words.length); },
    rename: (at, word) => (state) => { state.words[at] = word; },
    add: (word) => (state) => {
      const mask = maskOf(state);
      state.words.push(word);
      state.x.push(vectorOf(word));
      grown(state);
      if (mask === 'causal') edits.mask(mask)(state);
      state.own = null;
    },
    remove: (gone) => (state) => {
      const keep = (_, at) => at !== gone;
      state.words = state.words.filter(keep);
      state.x = state.x.filter(keep);
      state.blocked = state.blocked.filter(keep).map((row) => row.filter(keep));
      const moved = (at) => at - Number(at > gone);
      state.forced = Object.fromEntries(Object.entries(state.forced)
        .map(([place, value]) => [place.split(',').map(Number), value])
        .filter(([place]) => !place.includes(gone)).map(([place, value]) => [place.map(moved).join(','), value]));
      state.own = null;
    },
    preset: (name) => (state) => { Object.assign(state, preset(name, state.words)); },
    words: (words) => (state) => { Object.assign(state, preset('start', words)); },
    /** Whether the numbers are no longer those that the preset began with; mask and scale aside. */
    altered: (state) => {
      const first = preset(state.preset, state.words);
      return ['x', 'wq', 'wk', 'wv', 'forced'].some((name) => !same(state[name], first[name]));
    },
  };

  Object.assign(attention.numbersMaths, { preset, PRESETS: Object.keys(PRESETS), wordsOf, maskOf, edits, FEWEST, MOST_WORDS, LONGEST });
})();
