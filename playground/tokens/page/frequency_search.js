/* Where a searched n-gram stands in the ranks: counted in the page, on the ids of the whole text. */
'use strict';

(() => {
  const { tokens } = playground;

  /** What someone types for a token: marks for white space are white space. */
  const typed = (text) => text.replaceAll('␣', ' ').replaceAll('⏎', '\n').replaceAll('⇥', '\t');
  const plain = (text) => text.replace(/\s+/gu, '').toLowerCase();

  /**
   * `find(reading, n, wanted)` -> `{rank, count, tokens}` of the most frequent n-gram that reads so,
   * or null. White space and capitals count only where white space is typed as ␣ or ⏎.
   */
  tokens.ngramFinder = () => {
    const kept = { key: '', strip: null, ranked: {} };

    async function read(reading) {
      const key = JSON.stringify(reading);
      if (kept.key !== key) {
        const strip = await playground.call('token_strip', reading);
        Object.assign(kept, { key, strip: { ids: playground.unpack(strip.ids), names: strip.vocabulary.tokens }, ranked: {} });
      }
      return kept;
    }

    /** All n-grams as one number each, the most frequent first, of equals the one of lower ids. */
    function rank({ ids, names }, n) {
      const counts = new Map();
      const size = names.length;
      for (let at = 0; at + n <= ids.length; at++) {
        let number = 0;
        for (let step = 0; step < n; step++) number = number * size + ids[at + step];
        counts.set(number, (counts.get(number) ?? 0) + 1);
      }
      return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    }

    /** The tokens of an n-gram; a subword that goes on inside a word has no mark of it left. */
    function parts(number, n, names) {
      const found = [];
      for (let step = 0; step < n; step++) {
        found.unshift(names[number % names.length]);
        number = Math.floor(number / names.length);
      }
      return found;
    }

    return async (reading, n, wanted) => {
      const { strip, ranked } = await read(reading);
      ranked[n] ??= rank(strip, n);
      const exact = /[␣⏎⇥]/u.test(wanted) || !plain(wanted);
      const shape = (text) => (exact ? text : plain(text.replace(/^##/u, '')));
      const sought = exact ? typed(wanted) : plain(wanted);
      const pieces = strip.names.map(shape);
      // Only n-grams whose first token begins the search can be it: the others are passed quickly.
      const begins = pieces.map((piece) => sought.startsWith(piece));
      for (let place = 0; place < ranked[n].length; place++) {
        const [number, count] = ranked[n][place];
        if (!begins[Math.floor(number / strip.names.length ** (n - 1))]) continue;
        const found = parts(number, n, strip.names);
        if (found.map(shape).join('') === sought) return { rank: place + 1, count, tokens: found };
      }
      return null;
    };
  };
})();
