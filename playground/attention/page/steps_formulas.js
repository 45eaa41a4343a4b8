/* The formula of each step in MathML, and the shapes that it has here. */
'use strict';

(() => {
  const steps = (playground.attention.steps ??= {});
  const MATHML = 'http://www.w3.org/1998/Math/MathML';

  /** An element of MathML; a child that is a text is put as it is. */
  function math(tag, ...children) {
    const element = document.createElementNS(MATHML, tag);
    element.append(...children);
    return element;
  }
  const letter = (text) => math('mi', text);
  const bold = (text) => { const one = letter(text); one.setAttribute('class', 'pg-steps-vector'); return one; };
  const sign = (text) => math('mo', text);
  const number = (text) => math('mn', String(text));
  const row = (...children) => math('mrow', ...children);
  const below = (main, index) => math('msub', main, typeof index === 'string' ? letter(index) : index);
  const above = (main, index) => math('msup', main, index);
  const root = (inside) => math('msqrt', inside);
  const over = (top, bottom) => math('mfrac', top, bottom);
  const sum = (index) => math('munder', sign('∑'), letter(index));
  const brackets = (...inside) => row(sign('('), ...inside, sign(')'));
  const pair = () => row(letter('i'), letter('j'));
  const score = () => below(letter('s'), pair());
  const weight = () => below(letter('α'), pair());
  /** x as it arrives: that of the embedding, or what the layers before have made of it. */
  const arrived = (first) => (first ? below(bold('x'), 'i') : math('msubsup', bold('x'), letter('i'), sign('′')));
  const line = (...children) => math('math', row(...children));

  const projected = (vector, matrix, of, index) => line(
    below(bold(vector), index), sign('='), below(bold('W'), matrix), below(bold(of), index), sign('+'), below(bold('b'), matrix));

  const LINES = {
    embed: ({ position, norm, first, cross }) => [
      line(below(bold('x'), 'i'), sign('='), root(letter('D')), sign('\u2062'), below(bold('e'), below(letter('w'), 'i')), position ? row(sign('+'), below(bold('p'), 'i')) : ''),
      first && !norm ? null : line(below(bold('r'), 'i'), sign('='), norm ? letter('LayerNorm') : '', norm ? brackets(arrived(first)) : arrived(first)),
      cross ? line(below(bold('m'), 'j'), sign('='), letter('Encoder'), math('msub', brackets(bold('X')), letter('j'))) : null],
    project: ({ cross }) => [projected('q', 'Q', 'r', 'i'), projected('k', 'K', cross ? 'm' : 'r', 'j'), projected('v', 'V', cross ? 'm' : 'r', 'j')],
    score: () => [line(score(), sign('='), below(bold('q'), 'i'), sign('·'), below(bold('k'), 'j'), sign('='), sum('c'), below(letter('q'), row(letter('i'), letter('c'))), sign('\u2062'), below(letter('k'), row(letter('j'), letter('c'))))],
    scale: ({ scaled, size }) => (scaled
      ? [line(score(), sign('←'), over(score(), root(letter('d'))), sign('='), over(score(), root(number(size))))]
      : [line(score(), sign('←'), score())]),
    mask: () => [line(score(), sign('←'), sign('−'), sign('∞'), sign(','), letter('j'), sign('∈'), below(letter('M'), 'i'))],
    softmax: () => [line(weight(), sign('='), over(above(letter('e'), score()), row(sum('l'), above(letter('e'), below(letter('s'), row(letter('i'), letter('l')))))))],
    mix: () => [line(below(bold('o'), 'i'), sign('='), sum('j'), weight(), sign('\u2062'), below(bold('v'), 'j'))],
    output: () => [line(below(bold('y'), 'i'), sign('='), sum('h'), math('msubsup', bold('W'), letter('O'), row(sign('('), letter('h'), sign(')'))), math('msubsup', bold('o'), letter('i'), row(sign('('), letter('h'), sign(')'))), sign('+'), below(bold('b'), 'O'))],
  };

  /** The formulas of a phase, as elements. */
  steps.formulas = (phase, held) => LINES[phase](held).filter(Boolean).map((one) => {
    one.setAttribute('display', 'block');
    return one;
  });

  const by = (rows, columns) => `(${rows}×${columns})`;

  /** What has which shape in a phase, line by line. */
  steps.shapes = (phase, { queries, keys, size, width, heads, cross }) => ({
    embed: [cross ? `X ${by(queries, width)}, M ${by(keys, width)}` : `X ${by(queries, width)}`, `D = ${width} = ${heads} · ${size}`],
    project: [
      `X ${by(queries, width)} · W_Qᵀ ${by(width, size)} → Q ${by(queries, size)}`,
      `${cross ? 'M' : 'X'} ${by(keys, width)} · W_Kᵀ ${by(width, size)} → K ${by(keys, size)}`,
      `${cross ? 'M' : 'X'} ${by(keys, width)} · W_Vᵀ ${by(width, size)} → V ${by(keys, size)}`],
    score: [`Q ${by(queries, size)} · Kᵀ ${by(size, keys)} → S ${by(queries, keys)}`],
    scale: [`S ${by(queries, keys)}`, `d = ${size}, √d = ${+Math.sqrt(size).toFixed(3)}`],
    mask: [`S, M ${by(queries, keys)}`],
    softmax: [`A ${by(queries, keys)}`],
    mix: [`A ${by(queries, keys)} · V ${by(keys, size)} → O ${by(queries, size)}`],
    output: [`O ${by(queries, size)} · W_Oᵀ ${by(size, width)} → ${by(queries, width)}`, `Y = ${heads} × ${by(queries, width)} + b_O`],
  })[phase];
})();
