/* The numbers to take home: all matrices as a picture, and as a table of one number a line. */
'use strict';

(() => {
  const { attention, plot } = playground;
  const GIVEN = ['x', 'wq', 'wk', 'wv'];
  const MADE = ['q', 'k', 'v', 'scores', 'divided', 'weights', 'output'];

  /** Columns first, then a line for each number. */
  attention.numbersRows = (state, made) => {
    const words = state.words;
    const names = (matrix) => (matrix.startsWith('w') && matrix.length === 2 ? [1, 2, 3, 4] : words);
    const across = (matrix) => (['scores', 'divided', 'weights', 'blocked'].includes(matrix) ? words : [1, 2, 3, 4]);
    const lines = (matrix, values) => values.flatMap((line, row) => line.map((value, column) => [
      matrix, names(matrix)[row], across(matrix)[column], value, matrix === 'scores' && state.forced[`${row},${column}`] !== undefined ? 1 : 0,
    ]));
    return [
      ['matrix', 'row', 'column', 'value', 'set_by_hand'],
      ...GIVEN.flatMap((name) => lines(name, state[name])),
      ...lines('blocked', state.blocked),
      ...MADE.flatMap((name) => lines(name, made[name])),
    ];
  };

  /** All matrices as they stand on the page. */
  attention.numbersPng = (host, title) => {
    const from = host.getBoundingClientRect();
    const paint = (pen) => {
      for (const one of host.querySelectorAll('.pg-numbers-cell, .pg-numbers-matrix :is(th, .pg-numbers-sum), .pg-numbers-caption > *, .pg-numbers-step > h3')) {
        if (!one.checkVisibility() || !one.textContent) continue;
        const box = one.getBoundingClientRect();
        const style = getComputedStyle(one);
        const [left, top] = [box.left - from.left, box.top - from.top];
        if (one.matches('.pg-numbers-cell')) {
          pen.fillStyle = style.backgroundColor;
          pen.fillRect(left, top, box.width, box.height);
          if (one.matches('.pg-forced')) {
            pen.strokeStyle = plot.theme().accent;
            pen.lineWidth = 2;
            pen.strokeRect(left + 1, top + 1, box.width - 2, box.height - 2);
          }
        }
        const centred = style.textAlign === 'center';
        pen.fillStyle = style.color;
        pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        pen.textBaseline = 'middle';
        pen.textAlign = centred ? 'center' : style.textAlign === 'right' ? 'right' : 'left';
        const x = { center: left + box.width / 2, right: box.right - from.left - 4, left }[pen.textAlign];
        pen.fillText(one.innerText, x, top + box.height / 2, box.width);
      }
    };
    return plot.png(host, paint, title);
  };
})();
