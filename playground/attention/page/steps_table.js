/* The numbers of a phase as a table, those of the chosen query first. */
'use strict';

(() => {
  const { attention } = playground;
  const steps = (attention.steps ??= {});
  const name = (key) => playground.t(`attention.steps.column.${key}`);
  const word = (token) => attention.word(token);

  /** Columns first, then the rows. */
  steps.rows = (held, phase, query) => ({ embed, project, mix, output }[phase] ?? pairs)(held, query);

  const first = (query, count) => [query, ...Array.from({ length: count }, (_, at) => at).filter((at) => at !== query)];
  const part = (values, row, columns) => [...values.subarray(row * columns, (row + 1) * columns)];
  const counted = (count) => Array.from({ length: count }, (_, at) => String(at + 1));

  function embed(held, query) {
    const of = (values) => (values ? part(values, query, held.width) : []);
    const [embedding, position, x, read] = [held.query_embedding, held.query_position, held.x, held.read].map(of);
    return [['number', 'embedding', 'position', 'sum', 'read'].map(name), ...embedding.map((value, at) => [at + 1, value, position[at] ?? null, x[at], read[at]])];
  }

  function project(held, query) {
    const rows = [];
    for (const [vector, tokens] of [['q', held.query_tokens], ['k', held.key_tokens], ['v', held.key_tokens]]) {
      for (const row of vector === 'q' ? first(query, tokens.length) : tokens.keys()) rows.push([vector, word(tokens[row]), ...part(held[vector], row, held.size)]);
    }
    return [[name('vector'), name('token'), ...counted(held.size)], ...rows];
  }

  function pairs(held, query) {
    const rows = first(query, held.queries).flatMap((row) => held.key_tokens.map((token, column) => {
      const at = row * held.keys + column;
      return [word(held.query_tokens[row]), word(token), held.scores[at], held.scaledScores[at], held.blocked[at], held.weights[at]];
    }));
    return [['query', 'key', 'score', 'scaled', 'hidden', 'weight'].map(name), ...rows];
  }

  function mix(held, query) {
    const rows = held.key_tokens.map((token, row) => [word(token), held.weights[query * held.keys + row], ...part(held.v, row, held.size)]);
    return [[name('key'), name('weight'), ...counted(held.size)], ...rows, [name('sum'), 1, ...part(held.mixed, query, held.size)]];
  }

  function output(held, query) {
    const [projected, others, whole] = [held.projected, held.others, held.output].map((values) => part(values, query, held.width));
    return [['number', 'share', 'others', 'bias', 'output'].map(name), ...projected.map((value, at) => [at + 1, value, others[at], held.output_bias[at], whole[at]])];
  }
})();
