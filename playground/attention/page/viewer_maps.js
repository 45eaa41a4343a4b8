/* The maps of an answer as numbers: one matrix for each layer and head, and their averages. */
'use strict';

(() => {
  const { attention } = playground;
  const KINDS = ['encoder', 'decoder', 'cross'];
  const SIDES = { encoder: ['source_tokens', 'source_tokens'], decoder: ['given_tokens', 'given_tokens'], cross: ['target_tokens', 'source_tokens'] };

  const named = (tokens, count) => Array.from({ length: count }, (_, at) => tokens?.[at] ?? String(at + 1));

  function mapOf(kind, packed, answer) {
    const weights = ArrayBuffer.isView(packed.weights) ? packed.weights : playground.unpack(packed.weights);
    const count = (one) => (Array.isArray(one) ? one.length : one);
    const [rows, columns] = [count(packed.rows), count(packed.columns)];
    const tokens = (one, side) => (Array.isArray(one) ? one : named(answer[SIDES[kind][side]] ?? answer.given_tokens, count(one)));
    return { kind, layers: packed.layers, heads: packed.heads, rows, columns, weights, queries: tokens(packed.rows, 0), keys: tokens(packed.columns, 1) };
  }

  /** Whether no query of any head looks at a key after it: a decoder that was masked. */
  function masked({ layers, heads, rows, columns, weights }) {
    for (let matrix = 0; matrix < layers * heads; matrix++) {
      for (let row = 0; row < rows; row++) {
        const start = (matrix * rows + row) * columns;
        for (let column = row + 1; column < columns; column++) if (weights[start + column]) return false;
      }
    }
    return true;
  }

  /**
   * `{kinds, of(kind), matrix(kind, layer, head)}`. Layer and head count from 1; 0 is the average
   * over all of them. A matrix is a Float32Array of rows × columns, made when it is first asked for.
   */
  attention.maps = (answer) => {
    const maps = new Map();
    for (const kind of KINDS) {
      const packed = answer?.maps?.[kind];
      if (!packed?.layers) continue;
      const map = mapOf(kind, packed, answer);
      map.blocked = kind === 'decoder' && map.rows > 1 && masked(map);
      maps.set(kind, map);
    }
    const known = new Map();

    function matrix(kind, layer, head) {
      const key = `${kind} ${layer} ${head}`;
      if (!known.has(key)) known.set(key, made(maps.get(kind), layer, head));
      return known.get(key);
    }

    function made({ layers, heads, rows, columns, weights, kind }, layer, head) {
      const size = rows * columns;
      if (layer && head) {
        const start = ((layer - 1) * heads + head - 1) * size;
        return weights.subarray(start, start + size);
      }
      const sum = new Float32Array(size);
      const count = layer ? heads : layers;
      for (let one = 1; one <= count; one++) {
        const part = layer ? matrix(kind, layer, one) : matrix(kind, one, head);
        for (let at = 0; at < size; at++) sum[at] += part[at] / count;
      }
      return sum;
    }

    return { kinds: [...maps.keys()], of: (kind) => maps.get(kind), matrix };
  };

  /** The largest of some weights. */
  attention.largest = (weights) => {
    let largest = 0;
    for (const one of weights) if (one > largest) largest = one;
    return largest;
  };

  /** The keys that a query looks at most: `[[key, weight]]`, the largest first. */
  attention.most = (weights, columns, query, count = 3) => Array.from(weights.subarray(query * columns, (query + 1) * columns), (weight, key) => [key, weight])
    .sort((one, other) => other[1] - one[1]).slice(0, count);

  /** What the weights of a query sum to: 1, up to rounding. */
  attention.rowSum = (weights, columns, query) => weights.subarray(query * columns, (query + 1) * columns).reduce((sum, one) => sum + one, 0);

  /** A weight as it is written everywhere: three digits after the point. */
  attention.written = (weight) => weight.toFixed(3);
})();
