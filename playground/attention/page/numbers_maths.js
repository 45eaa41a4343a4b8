/* Attention with one head on a few words: plain numbers in, plain numbers out, no page. */
'use strict';

(() => {
  const SIZE = 4; // numbers per word, d
  const LIMIT = 100; // size of a number that can be set

  /** a b, each a list of rows. */
  const product = (a, b) => a.map((row) => b[0].map((_, column) => row.reduce((sum, value, at) => sum + value * b[at][column], 0)));

  const transposed = (a) => a[0].map((_, column) => a.map((row) => row[column]));

  /**
   * Softmax of a row over the cells that are not blocked; those get exactly 0. A row that is
   * blocked throughout has no softmax: whoever sees nothing attends to nothing, and gets zeros.
   */
  function softmax(scores, blocked) {
    const open = scores.filter((_, at) => !blocked[at]);
    const top = Math.max(...open);
    const powers = scores.map((score, at) => (blocked[at] ? 0 : Math.exp(score - top)));
    const sum = powers.reduce((total, one) => total + one, 0);
    return powers.map((one) => (sum ? one / sum : 0));
  }

  /**
   * softmax(Q Kᵀ / √d) V (Vaswani et al. 2017, equation 1), step by step.
   *
   * `x` [n, d], `wq`, `wk`, `wv` [d, d], `blocked` [n, n] of 0 and 1 (1: the word of the row does
   * not see the word of the column), `forced` {"row,column": score} in place of a computed score,
   * `scaled`. Gives `q`, `k`, `v`, `computed` (all scores as computed), `scores` (as they count),
   * `divided` (by √d, or not), `weights`, `output`.
   */
  function compute({ x, wq, wk, wv, blocked, forced, scaled }) {
    const [q, k, v] = [wq, wk, wv].map((weights) => product(x, weights));
    const computed = product(q, transposed(k));
    const scores = computed.map((line, row) => line.map((score, column) => forced[`${row},${column}`] ?? score));
    const root = scaled ? Math.sqrt(q[0].length) : 1;
    const divided = scores.map((line) => line.map((score) => score / root));
    const weights = divided.map((line, row) => softmax(line, blocked[row]));
    return { q, k, v, computed, scores, divided, weights, output: product(weights, v) };
  }

  /** Masks by name: `none` blocks nothing, `causal` all words that come later. */
  const masks = {
    none: (count) => Array.from({ length: count }, () => new Array(count).fill(0)),
    causal: (count) => Array.from({ length: count }, (_, row) => Array.from({ length: count }, (__, column) => Number(column > row))),
  };

  playground.attention.numbersMaths = { SIZE, LIMIT, product, softmax, compute, masks };
})();
