/* Kinds of tokens, each with a colour; how far those of a kind stand together; sizes and names of points. */
'use strict';

(() => {
  const { tokens } = playground;
  const KINDS = [
    ['vowel', '--pg-gru'], ['consonant', '--pg-rnn'], ['capital', '--pg-other-4'], ['word', '--pg-lstm'], ['cjk', '--pg-unigram'],
    ['digit', '--pg-other-1'], ['punctuation', '--pg-other-3'], ['space', '--pg-text'], ['other', '--pg-other-5'],
  ];
  const PLACES = Object.fromEntries(KINDS.map(([name], place) => [name, place]));
  const NEAREST = 3; // points whose kinds are compared
  const ASKED = 500; // tokens that are asked for their nearest, where there are more
  const LONGEST = 14; // letters of a name in the picture
  const FEWEST = 3; // tokens that make a group

  function nameOf(token) {
    if (token === '<unk>') return 'other';
    const letters = token.replace(/^##/u, '').trim();
    if (!letters) return 'space';
    if (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(letters)) return 'cjk';
    if (/^\p{N}/u.test(letters)) return 'digit';
    if (/^[\p{P}\p{S}]/u.test(letters)) return 'punctuation';
    if (/^\p{Lu}/u.test(letters)) return 'capital';
    if (!/^\p{L}/u.test(letters)) return 'other';
    if ([...letters].length > 1) return 'word';
    return /^[aeiouyàâäáãéèêëíìîïóòôöõúùûüœæ]$/u.test(letters) ? 'vowel' : 'consonant';
  }

  /** Names and colours of all kinds; a kind is a place in this list. */
  tokens.kinds = KINDS.map(([name, colour]) => ({ name, colour }));
  tokens.kindOf = (token) => PLACES[nameOf(token)];

  /**
   * The kind whose tokens keep most to themselves: of the three nearest points of each, the share
   * that is of its kind (`share`), beside what chance would give (`chance`). Null if none does.
   */
  tokens.togetherness = (points, kinds) => {
    const size = kinds.length;
    const step = Math.max(1, Math.ceil(size / ASKED));
    const sums = KINDS.map(() => ({ same: 0, asked: 0, all: 0 }));
    for (const kind of kinds) sums[kind].all++;
    for (let at = 0; at < size; at += step) {
      const best = new Array(NEAREST).fill(Infinity);
      const who = new Array(NEAREST).fill(-1);
      for (let other = 0; other < size; other++) {
        if (other === at) continue;
        const distance = (points[3 * at] - points[3 * other]) ** 2 + (points[3 * at + 1] - points[3 * other + 1]) ** 2 + (points[3 * at + 2] - points[3 * other + 2]) ** 2;
        if (distance >= best[NEAREST - 1]) continue;
        let place = NEAREST - 1;
        for (; place > 0 && best[place - 1] > distance; place--) [best[place], who[place]] = [best[place - 1], who[place - 1]];
        [best[place], who[place]] = [distance, other];
      }
      const sum = sums[kinds[at]];
      for (const other of who) {
        if (other < 0) continue;
        sum.asked++;
        if (kinds[other] === kinds[at]) sum.same++;
      }
    }
    const found = sums.map((sum, kind) => ({ kind, share: sum.same / (sum.asked || 1), chance: (sum.all - 1) / Math.max(1, size - 1), all: sum.all }))
      .filter((one) => one.all >= FEWEST && one.all < size && one.share >= 1.5 * one.chance && one.share - one.chance >= 0.25);
    // By how much chance is beaten; of large groups, which beat it by little, the surer one.
    return found.sort((a, b) => (b.share - b.chance) - (a.share - a.chance))[0] ?? null;
  };

  /** Ids, the most frequent first. */
  tokens.byCount = ({ tokens: names, counts }) => [...names.keys()].sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));

  /** All that the picture needs and that does not change while it moves. */
  tokens.cloud = (told, points, kinds) => {
    const size = told.tokens.length;
    const most = Math.max(1, ...told.counts);
    const [least, largest] = size > 1000 ? [1.7, 7] : size > 200 ? [2.2, 9] : [3.5, 12];
    const away = told.tokens.map((_, id) => Math.hypot(points[3 * id], points[3 * id + 1], points[3 * id + 2])).sort((a, b) => a - b);
    // A few far ones do not make all others small.
    const radius = Math.max(away[Math.floor(0.9 * (size - 1))], 0.5 * away[size - 1]);
    const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
    for (let id = 0; id < size; id++) {
      for (const axis of [0, 1]) {
        low[axis] = Math.min(low[axis], points[3 * id + axis]);
        high[axis] = Math.max(high[axis], points[3 * id + axis]);
      }
    }
    return {
      names: told.tokens, points, kinds, radius, explained: told.explained, order: tokens.byCount(told), widths: [],
      radii: Float32Array.from(told.tokens, (_, id) => least + (largest - least) * ((told.counts[id] ?? 0) / most) ** 0.4),
      box: { wide: high[0] - low[0], high: high[1] - low[1], x: (high[0] + low[0]) / 2, y: (high[1] + low[1]) / 2 },
      short: told.tokens.map((token) => {
        const letters = [...playground.visible(token)];
        return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : letters.join('');
      }),
    };
  };
})();
