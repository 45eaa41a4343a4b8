/* The cell in question worked out in full, with the cells that it comes from. */
'use strict';

(() => {
  const { make, attention } = playground;
  const { SIZE } = attention.numbersMaths;
  const LARGE = 20; // from here on e^score is told with the largest score taken away
  const WEIGHTS = { q: 'wq', k: 'wk', v: 'wv' };
  const MADE_OF = { wq: 'q', wk: 'k', wv: 'v' };

  const write = (value) => {
    const size = Math.abs(value);
    if (size >= 1e6 || (size > 0 && size < 5e-4)) return value.toExponential(2).replace('e+', 'e').replaceAll('-', '−');
    return String(+value.toFixed(size >= 1000 ? 1 : 3)).replace('-', '−');
  };
  // A factor or power below 0 is put in brackets, so that no two signs meet.
  const factor = (value) => (value < 0 ? `(${write(value)})` : write(value));

  const span = (count) => Array.from({ length: count }, (_, at) => at);
  const rowOf = (row, wide) => span(wide).map((column) => [row, column]);
  const columnOf = (column, high) => span(high).map((row) => [row, column]);

  const dot = (one, other) => `${one.map((value, at) => `${factor(value)}·${factor(other[at])}`).join(' + ')}`;
  const column = (matrix, at) => matrix.map((row) => row[at]);

  /** The cells that a cell is computed from, or that it goes into: `{matrix: [[row, column], …]}`. */
  attention.numbersSources = ({ matrix, row, column: at }, count) => {
    switch (matrix) {
      case 'x': return Object.fromEntries(['q', 'k', 'v'].map((one) => [one, rowOf(row, SIZE)]));
      case 'wq': case 'wk': case 'wv': return { [MADE_OF[matrix]]: columnOf(at, count) };
      case 'q': case 'k': case 'v': return { x: rowOf(row, SIZE), [WEIGHTS[matrix]]: columnOf(at, SIZE) };
      case 'scores': return { q: rowOf(row, SIZE), k: rowOf(at, SIZE) };
      case 'divided': return { scores: [[row, at]] };
      case 'blocked': return { weights: rowOf(row, count) };
      case 'weights': return { divided: rowOf(row, count), blocked: rowOf(row, count) };
      default: return { weights: rowOf(row, count), v: columnOf(at, SIZE) };
    }
  };

  /** `left = terms = value`; says what a cell is by its own numbers. */
  function equation({ matrix, row, column: at }, state, made) {
    switch (matrix) {
      case 'q': case 'k': case 'v':
        return `${dot(state.x[row], column(state[WEIGHTS[matrix]], at))} = ${write(made[matrix][row][at])}`;
      case 'scores':
        return `${dot(made.q[row], made.k[at])} = ${write(made.computed[row][at])}`;
      case 'divided':
        return state.scaled ? `${write(made.scores[row][at])} / √${SIZE} = ${write(made.scores[row][at])} / 2 = ${write(made.divided[row][at])}` : write(made.divided[row][at]);
      case 'weights': return softmaxed(row, at, state, made);
      case 'output':
        return `${dot(made.weights[row], column(made.v, at))} = ${write(made.output[row][at])}`;
      default: return '';
    }
  }

  function softmaxed(row, at, state, made) {
    const blocked = state.blocked[row];
    if (blocked[at]) return 'e^(−∞) = 0';
    const scores = made.divided[row];
    const top = Math.max(...scores.filter((_, place) => !blocked[place]));
    const taken = top > LARGE || top < -LARGE ? top : 0;
    const powers = scores.map((score, place) => (blocked[place] ? 0 : Math.exp(score - taken)));
    const power = taken ? `e^(${write(scores[at])} − ${factor(taken)})` : `e^${factor(scores[at])}`;
    return `${power} / Σ = ${write(powers[at])} / (${powers.map(write).join(' + ')}) = ${write(made.weights[row][at])}`;
  }

  /** Which sentence tells what the cell is. */
  function sentenceOf({ matrix, row, column: at }, state) {
    if (matrix === 'blocked') return state.blocked[row][at] ? 'blocked.yes' : 'blocked.no';
    if (matrix === 'scores' && state.forced[`${row},${at}`] !== undefined) return 'scores.forced';
    if (matrix === 'divided' && !state.scaled) return 'divided.plain';
    if ((matrix === 'weights' || matrix === 'output') && state.blocked[row].every(Boolean)) return `${matrix}.nothing`;
    return matrix;
  }

  /** `{element, show(cell, state, made, held), odd(text)}`; `release(row, column)` undoes a set score. */
  attention.numbersReading = ({ release }) => {
    const what = make('p.pg-numbers-what');
    const how = make('p.pg-numbers-how');
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const free = make('button.pg-button', { type: 'button', text: 'attention.numbers.release', hidden: true, on: { click: () => release(cell.row, cell.column) } });
    const element = make('div.pg-numbers-reading', { role: 'status' }, make('div.pg-numbers-told', {}, what, how, fault), free);
    let cell = null;
    let told = '';

    return {
      element,
      show(next, state, made, held) {
        cell = next;
        element.classList.toggle('pg-held', held);
        const set = cell?.matrix === 'scores' ? state.forced[`${cell.row},${cell.column}`] : undefined;
        free.hidden = set === undefined;
        if (!cell) {
          playground.say(what, 'attention.numbers.point');
          told = '';
          how.textContent = '';
          return;
        }
        const { row, column: at } = cell;
        const words = { row: state.words[row] ?? row + 1, column: state.words[at] ?? at + 1, number: at + 1, place: row + 1, value: write(set ?? 0) };
        const sentence = `attention.numbers.say.${sentenceOf(cell, state)}`;
        const said = JSON.stringify([sentence, words, playground.language]);
        if (said !== told) playground.say(what, sentence, words);
        told = said;
        const line = equation(cell, state, made);
        if (how.textContent !== line) how.textContent = line;
      },
      /** Says that a text is no number that can be set; null: all is well again. */
      odd(text) {
        fault.hidden = text === null;
        if (text !== null) fault.textContent = playground.t('attention.numbers.odd', { text: text.slice(0, 12), limit: attention.numbersMaths.LIMIT });
      },
    };
  };
})();
