/* An answer of `inside`, unpacked, with what follows from it; the order of the phases. */
'use strict';

(() => {
  const steps = (playground.attention.steps ??= {});

  /** The stops on the way, each with the number of its step. */
  steps.phases = [
    { name: 'embed', step: 1 }, { name: 'project', step: 2 }, { name: 'score', step: 3 }, { name: 'scale', step: 4 },
    { name: 'mask', step: 4 }, { name: 'softmax', step: 5 }, { name: 'mix', step: 6 }, { name: 'output', step: 6 },
  ];

  const COMMON = 0.98; // of the numbers in vectors have colours of their own; larger ones share the last

  const largest = (list) => list.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;

  /** The size that all but few numbers stay within: a single large one would leave the others pale. */
  function usual(...lists) {
    const sizes = lists.filter(Boolean).flatMap((list) => [...list]).map(Math.abs).sort((one, other) => one - other);
    return sizes[Math.floor(COMMON * (sizes.length - 1))] || sizes.at(-1) || 1;
  }

  /** The numbers of an answer as typed arrays, `queries` and `keys` as counts. */
  steps.opened = (answer) => {
    const told = (name) => playground.unpack(answer[name]);
    const [queries, keys] = [answer.query_tokens.length, answer.key_tokens.length];
    const held = {
      ...answer,
      queries, keys,
      cross: answer.maps === 'cross',
      norm: Boolean(answer.norm_weight),
      first: answer.layer === 0 && answer.maps !== 'cross', // the embedding itself arrives here
      q: told('queries'), k: told('keys'), v: told('values'),
      scaledScores: told('scaled_scores'),
    };
    for (const name of ['embedding', 'position', 'query_embedding', 'query_position', 'stream', 'read', 'memory', 'scores', 'blocked', 'weights', 'mixed', 'projected', 'output',
      'norm_weight', 'norm_bias', 'query_weight', 'query_bias', 'key_weight', 'key_bias', 'value_weight', 'value_bias', 'output_weight', 'output_bias']) held[name] = told(name);
    held.x = held.query_position ? held.query_embedding.map((value, at) => value + held.query_position[at]) : held.query_embedding;
    held.others = held.output.map((value, at) => value - held.projected[at] - held.output_bias[at % held.width]);
    // Blocked scores are −∞: the picture shows them as such, and their colour is that of zero.
    held.masked = held.scaledScores.map((value, at) => (held.blocked[at] ? 0 : value));
    held.anyBlocked = held.blocked.some(Boolean);
    held.scales = {
      token: usual(held.x, held.query_embedding, held.query_position),
      stream: usual(held.stream),
      read: usual(held.read, held.cross ? held.memory : null),
      head: usual(held.q, held.k, held.v),
      score: largest(held.scores),
      scaled: largest(held.scaledScores),
      weight: largest(held.weights),
      mixed: usual(held.mixed),
      output: usual(held.projected, held.others, held.output),
    };
    return held;
  };

  /** What a cell of the matrix holds in a phase. */
  steps.cell = (held, phase, row, column) => {
    const at = row * held.keys + column;
    if (phase === 'score') return held.scores[at];
    if (phase === 'scale') return held.scaledScores[at];
    if (phase === 'mask') return held.blocked[at] ? -Infinity : held.scaledScores[at];
    return held.weights[at];
  };

  /** The first key that a query must not see; the last of all if it sees them all. */
  steps.hidden = (held, query) => {
    const first = held.blocked.subarray(query * held.keys, (query + 1) * held.keys).indexOf(1);
    return first < 0 ? held.keys - 1 : first;
  };

  /** The key that a query gives most of its weight to. */
  steps.favourite = (held, query) => {
    let best = 0;
    for (let key = 1; key < held.keys; key++) if (held.weights[query * held.keys + key] > held.weights[query * held.keys + best]) best = key;
    return best;
  };
})();
