/* Where each token stands in its text: from what the server sends to places in a JavaScript string. */
'use strict';

(() => {
  const { tokens } = playground;
  const SHORTEST = 900; // code units of a block before it may end at a line break
  const LONGEST = 2000; // and at which it ends in any case

  /** `playground.visible` with the sign for a space that the strip has. */
  tokens.seen = (token) => playground.visible(token).replaceAll('␣', '·');

  /**
   * An answer of `token_strip` laid over its text: `{scheme, text, ids, starts, ends, points, names,
   * counts, here, stats}`. The server counts code points, `starts` and `ends` are UTF-16 code units
   * (places in `text`), `points` the code point at which each token starts.
   */
  tokens.laid = (answer, text) => {
    const ids = playground.unpack(answer.ids);
    const gaps = playground.unpack(answer.gaps);
    const lengths = playground.unpack(answer.lengths);
    const starts = new Uint32Array(ids.length);
    const ends = new Uint32Array(ids.length);
    const wide = /[\ud800-\udbff]/.test(text);
    const points = wide ? new Uint32Array(ids.length) : starts;
    let unit = 0;
    let point = 0;
    // Only beyond the first plane does a code point take two code units.
    const walk = (count) => {
      for (let left = count; left > 0; left--) unit += (text.charCodeAt(unit) & 0xfc00) === 0xd800 ? 2 : 1;
      point += count;
    };
    for (let at = 0; at < ids.length; at++) {
      const gap = gaps ? gaps[at] : 0;
      const length = lengths ? lengths[at] : 1;
      if (wide) {
        walk(gap);
        starts[at] = unit;
        points[at] = point;
        walk(length);
        ends[at] = unit;
      } else {
        starts[at] = unit + gap;
        ends[at] = unit += gap + length;
      }
    }
    const { tokens: names, counts, here } = answer.vocabulary;
    return { scheme: answer.scheme, text, ids, starts, ends, points, names, counts, here, stats: answer.stats };
  };

  /** How many numbers of an ascending array are smaller than one. */
  function below(ascending, number) {
    let low = 0;
    let high = ascending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ascending[middle] < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The tokens that share text with the code units `[from, until)`, as `[first, last)`. */
  tokens.within = ({ starts, ends }, from, until) => [below(ends, from + 1), below(starts, until)];

  /**
   * The text in blocks of whole tokens, `[{from, until, first, last}]`: code units and tokens, ends
   * exclusive. They end at line breaks, in very long lines at white space: an insertion then moves
   * the blocks behind it, but does not cut them anew.
   */
  tokens.blocks = (laid) => {
    const { text, starts, ends } = laid;
    const blocks = [];
    let from = 0;
    let first = 0;
    while (from < text.length) {
      let until = text.indexOf('\n', from + SHORTEST) + 1;
      if (!until || until > from + LONGEST) until = from + LONGEST >= text.length ? text.length : space(text, from + SHORTEST, from + LONGEST);
      const last = below(starts, until);
      if (last > first) until = Math.max(until, ends[last - 1]);
      if (last === ends.length) until = text.length;
      blocks.push({ from, until, first, last });
      from = until;
      first = last;
    }
    return blocks;
  };

  function space(text, from, until) {
    const last = text.lastIndexOf(' ', until - 1);
    if (last > from) return last;
    return (text.charCodeAt(until) & 0xfc00) === 0xdc00 ? until + 1 : until;
  }
})();
