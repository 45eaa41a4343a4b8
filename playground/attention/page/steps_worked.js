/* The number in a cell, worked out in full: every term that it is made of. */
'use strict';

(() => {
  const { attention } = playground;
  const steps = (attention.steps ??= {});
  const { write, factor } = steps;
  const EPSILON = 1e-5; // of LayerNorm
  const LONGEST_WAVE = 10_000;

  const exact = (value) => write(value, Math.abs(value) < 100 ? 4 : 1);
  steps.exact = exact;
  const asked = (held, row) => ({ query: attention.word(held.query_tokens[row]), row: row + 1 });
  const other = (held, column) => ({ key: attention.word(held.key_tokens[column]) });

  /** Terms `a·b` of a product of two rows, the sum of which is the number. */
  function products(length, one, two) {
    return Array.from({ length }, (_, at) => ({ text: `${write(one(at))}·${factor(two(at))}`, value: one(at) * two(at) }));
  }

  function embedding(held, { row, column }) {
    const value = held.query_embedding[row * held.width + column];
    const root = Math.sqrt(held.width);
    return { key: 'embedding', lead: `√${held.width} · E`, value, before: `${write(root)} · ${factor(value / root)}` };
  }

  function position(held, { row, column }) {
    const value = held.query_position[row * held.width + column];
    if (held.positions !== 'sinusoidal') return { key: 'learned', lead: 'P', value };
    const even = column - (column % 2);
    return { key: 'position', lead: 'P', value, before: `${column % 2 ? 'cos' : 'sin'}(${row} / ${LONGEST_WAVE.toLocaleString('en-US')}^(${even}/${held.width})) = ${column % 2 ? 'cos' : 'sin'}(${write(row / LONGEST_WAVE ** (even / held.width), 4)})` };
  }

  function sum(held, { row, column }) {
    const at = row * held.width + column;
    return { key: 'sum', lead: 'x', value: held.x[at], before: `${write(held.query_embedding[at])} + ${factor(held.query_position[at])}` };
  }

  const stream = (held, { row, column }) => ({ key: 'stream', lead: 'x', value: held.stream[row * held.width + column] });

  function read(held, { row, column }) {
    const value = held.read[row * held.width + column];
    const lead = 'r';
    if (held.norm) {
      const all = held.stream.subarray(row * held.width, (row + 1) * held.width);
      const mean = all.reduce((total, one) => total + one, 0) / held.width;
      const variance = all.reduce((total, one) => total + (one - mean) ** 2, 0) / held.width;
      return { key: 'norm', lead, value, before: `(${write(all[column])} − ${factor(mean)}) / √(${write(variance)} + ${EPSILON}) · ${factor(held.norm_weight[column])} + ${factor(held.norm_bias[column])}` };
    }
    if (held.first) return held.query_position ? { ...sum(held, { row, column }), lead } : { ...embedding(held, { row, column }), lead };
    return { key: 'stream', lead, value };
  }

  const memory = (held, { row, column }) => ({ key: 'memory', lead: 'm', value: held.memory[row * held.width + column], row });

  /** A number of q, k or v: a row of what is read times a row of the weights, and the bias. */
  function vector(held, { id, row, column }) {
    const name = { q: 'query', k: 'key', v: 'value' }[id];
    const [from, { width }] = [id === 'q' ? held.read : held.memory, held];
    const [weights, bias] = [held[`${name}_weight`], held[`${name}_bias`][column]];
    const terms = products(width, (at) => from[row * width + at], (at) => weights[column * width + at]);
    return { key: id, lead: id, value: held[id][row * held.size + column], terms, after: ` + b ${factor(bias)}` };
  }

  function score(held, { row, column }) {
    const terms = products(held.size, (at) => held.q[row * held.size + at], (at) => held.k[column * held.size + at]);
    return { key: 'score', lead: 'q·k', value: steps.cell(held, 'score', row, column), terms };
  }

  function scale(held, { row, column }) {
    const [before, value] = [steps.cell(held, 'score', row, column), steps.cell(held, 'scale', row, column)];
    if (!held.scaled) return { key: 'unscaled', lead: 'q·k', value };
    return { key: 'scale', lead: 'q·k / √d', value, before: `${write(before, 4)} / √${held.size} = ${write(before, 4)} / ${write(Math.sqrt(held.size))}` };
  }

  const mask = (held, { row, column }) => ({ key: held.blocked[row * held.keys + column] ? 'hidden' : 'open', lead: 's', value: steps.cell(held, 'mask', row, column) });

  /** exp(s) over the sum of exp(s) along the row; what is hidden adds exp(−∞) = 0. */
  function softmax(held, { row, column }) {
    const scores = Array.from({ length: held.keys }, (_, to) => steps.cell(held, 'mask', row, to));
    const value = steps.cell(held, 'softmax', row, column);
    if (scores.every((one) => one === -Infinity)) return { key: 'nothing', lead: 'α', value };
    // Scores beyond what exp can hold are all lowered by the same amount, which changes no quotient.
    const top = Math.max(...scores);
    const less = top > 300 ? top : 0;
    const powers = scores.map((one) => Math.exp(one - less));
    const total = powers.reduce((sum, one) => sum + one, 0);
    return {
      key: 'softmax', lead: 'α', value, before: `${exact(powers[column])} / ${exact(total)} = exp(${write(scores[column] - less)}) / ( `,
      terms: scores.map((one, to) => ({ text: `exp(${write(one - less)})`, value: powers[to] / total, of: attention.word(held.key_tokens[to]) })), after: ' )',
    };
  }

  function mixed(held, { row, column }) {
    const terms = products(held.keys, (to) => held.weights[row * held.keys + to], (to) => held.v[to * held.size + column])
      .map((one, to) => ({ ...one, of: attention.word(held.key_tokens[to]) }));
    return { key: 'mixed', lead: 'o', value: held.mixed[row * held.size + column], terms };
  }

  function projected(held, { row, column }) {
    const terms = products(held.size, (at) => held.mixed[row * held.size + at], (at) => held.output_weight[column * held.size + at]);
    return { key: 'projected', lead: `W_O o (${held.head + 1})`, value: held.projected[row * held.width + column], terms };
  }

  function others(held, { row, column }) {
    const at = row * held.width + column;
    return { key: 'others', lead: 'Σ W_O o', value: held.others[at], before: `${write(held.output[at])} − ${factor(held.projected[at])} − ${factor(held.output_bias[column])}` };
  }

  function output(held, { row, column }) {
    const at = row * held.width + column;
    const rest = held.heads > 1 ? ` + ${factor(held.others[at])}` : '';
    return { key: held.heads > 1 ? 'output' : 'output.one', lead: 'y', value: held.output[at], before: `${write(held.projected[at])}${rest} + ${factor(held.output_bias[column])}` };
  }

  const MATRIX = { score, scale, mask, softmax, mix: softmax };
  const BLOCKS = { embedding, position, sum, stream, read, all: read, memory, q: vector, k: vector, v: vector, mixed, projected, share: projected, others, output, whole: output };

  /**
   * `{key, params, lead, value, before, terms, after}` of the number at a spot `{id, row, column}`:
   * a sentence and what follows "lead = value =". A term is `{text, value, of}`, the last where it is of a token.
   */
  steps.worked = (held, phase, spot) => {
    const { row, column, id } = spot;
    const matrix = id === 'matrix';
    const told = (matrix ? MATRIX[phase] : BLOCKS[id])(held, spot);
    const ofKey = ['k', 'v', 'memory'].includes(id);
    const params = {
      ...(ofKey ? { query: '', row: row + 1, ...other(held, row) } : asked(held, row)), ...(matrix ? other(held, column) : {}),
      column: column + 1, size: held.size, width: held.width, head: held.head + 1, heads: held.heads, value: exact(told.value),
    };
    return { before: '', terms: [], after: '', ...told, params };
  };

  /** What was looked at, as one line of plain text to be copied. */
  steps.line = ({ lead, value, before, terms, after }) => {
    const rest = `${before}${terms.map((one) => one.text).join(' + ')}${after}`;
    return `${lead} = ${exact(value)}${rest ? ` = ${rest}` : ''}`;
  };
})();
