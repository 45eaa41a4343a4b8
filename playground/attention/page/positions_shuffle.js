/* The words in another order, read with positions and without: what changes, and what does not. */
'use strict';

(() => {
  const { make, attention, plot } = playground;
  const [LOW, HIGH] = [-8, 1]; // powers of ten on the axis of differences
  const LINE = 24; // pixels a word
  const SLIDE = 450; // milliseconds
  const small = (value) => (value === 0 ? '0' : value < 0.01 ? value.toExponential(1).replace('e-', 'e−') : value.toFixed(2));

  /** `{element, show(answer), busy(), fail(refusal)}`; `again()` asks for another order. */
  attention.positionsShuffle = ({ again }) => {
    const rows = { given: make('div.pg-positions-words'), shuffled: make('div.pg-positions-words') };
    const cells = Object.fromEntries(['on', 'off'].map((one) => [one, Object.fromEntries(['given', 'shuffled'].map((order) => [order, make('td')]))]));
    const verdicts = { on: make('td.pg-positions-verdict'), off: make('td.pg-positions-verdict') };
    const button = make('button.pg-primary', { type: 'button', on: { click: again } }, make('span', { text: 'attention.places.shuffle.again' }));
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const sentence = make('p.pg-positions-lesson', { 'aria-live': 'polite' });
    const cut = make('p.pg-note', { hidden: true, text: 'attention.places.shuffle.cut' });
    const table = make('table.pg-positions-translations', {},
      make('thead', {}, make('tr', {}, make('td'), ['given', 'shuffled'].map((order) => make('th', { scope: 'col', text: `attention.places.shuffle.${order}` })), make('td'))),
      make('tbody', {}, Object.entries(cells).map(([one, orders]) => make('tr', { data: { positions: one } }, make('th', { scope: 'row', text: `attention.places.shuffle.${one}` }), Object.values(orders), verdicts[one]))));
    const host = make('div.pg-positions-differences', { role: 'group', label: 'attention.places.differences' });
    const tools = plot.tools({
      name: 'positions-shuffled', rows: lines,
      png: () => plot.png(host, paint, playground.t('attention.places.differences'), keys()),
    });
    const legend = make('span.pg-positions-legend', {}, make('i.pg-on'), make('span', { text: 'attention.places.shuffle.on' }), make('i.pg-off'), make('span', { text: 'attention.places.shuffle.off' }));
    const body = make('div.pg-positions-shuffle', { hidden: true },
      make('div.pg-positions-read', {},
        make('div.pg-positions-orders', {}, make('span.pg-figure-key', { text: 'attention.places.shuffle.given' }), rows.given, make('span.pg-figure-key', { text: 'attention.places.shuffle.shuffled' }), rows.shuffled),
        cut, table, sentence),
      make('div.pg-live', {}, make('div.pg-live-head', {}, make('div.pg-live-heading', {}, make('h4', { text: 'attention.places.differences' }), playground.helper('attention.places.differences.help')), tools.element), legend, host, tools.table));
    const element = make('section.pg-panel.pg-positions-part.pg-positions-waiting', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'attention.places.shuffle' }), playground.helper('attention.places.shuffle.help'), make('div.pg-panel-tools', {}, button)), fault, body);
    let answer = null;
    let marked = -1; // place of a word in the given order

    const keys = () => ['on', 'off'].map((one) => ({ name: playground.t(`attention.places.shuffle.${one}`), colour: playground.colour(one === 'on' ? '--pg-accent' : '--pg-control') }));

    function lines() {
      const head = ['word', 'place', 'shuffled_place', 'difference_on', 'difference_off'];
      return [head, ...(answer ? answer.given.map((word, at) => [word, at, answer.order.indexOf(at), answer.on.differences[at], answer.off.differences[at]]) : [])];
    }

    /** One line a word: how far apart its two encodings are, on a scale of powers of ten. */
    function paint(pen, width, height, colours) {
      if (!answer) return;
      pen.font = `${colours.size + 1}px ${colours.sans}`;
      const left = Math.min(140, Math.max(...answer.given.map((word) => pen.measureText(word).width))) + 26;
      const right = width - 16;
      const x = (value) => left + ((Math.max(LOW, Math.min(HIGH, Math.log10(value || 1e-12))) - LOW) / (HIGH - LOW)) * (right - left);
      const bottom = answer.given.length * LINE + 6;
      pen.textBaseline = 'middle';
      pen.lineWidth = 1;
      for (let power = LOW; power <= HIGH; power++) {
        const place = Math.round(x(10 ** power)) + 0.5;
        pen.strokeStyle = colours.line;
        pen.beginPath();
        pen.moveTo(place, 0);
        pen.lineTo(place, bottom);
        pen.stroke();
        if (power % 2) continue;
        pen.fillStyle = colours.faint;
        pen.textAlign = 'center';
        pen.font = `${colours.size}px ${colours.mono}`;
        pen.fillText(power ? `1e${String(power).replace('-', '−')}` : '1', place, bottom + 12);
      }
      answer.given.forEach((word, at) => {
        const y = at * LINE + LINE / 2 + 3;
        if (at === marked) {
          pen.fillStyle = colours.colour('--pg-accent-soft');
          pen.fillRect(0, y - LINE / 2, width, LINE);
        }
        pen.fillStyle = colours.text;
        pen.font = `${colours.size + 1}px ${colours.sans}`;
        pen.textAlign = 'left';
        pen.fillText(word, 4, y, left - 20);
        const [on, off] = [answer.on.differences[at], answer.off.differences[at]].map(x);
        pen.strokeStyle = colours.axis;
        pen.beginPath();
        pen.moveTo(off, y);
        pen.lineTo(on, y);
        pen.stroke();
        pen.fillStyle = colours.accent;
        pen.beginPath();
        pen.arc(on, y, 5, 0, 2 * Math.PI);
        pen.fill();
        pen.fillStyle = colours.panel;
        pen.strokeStyle = colours.axis;
        pen.lineWidth = 2;
        pen.beginPath();
        pen.arc(off, y, 4, 0, 2 * Math.PI);
        pen.fill();
        pen.stroke();
        pen.lineWidth = 1;
      });
    }
    const { repaint, canvas } = plot.canvas(host, paint);

    function mark(at) {
      if (at === marked) return;
      marked = at;
      for (const row of Object.values(rows)) for (const word of row.children) word.classList.toggle('pg-looked', +word.dataset.at === at);
      tell();
      repaint();
    }
    function tell() {
      if (!answer) return;
      const { on, off } = answer;
      if (marked >= 0) playground.say(sentence, 'attention.places.shuffle.word', { word: answer.given[marked], from: marked + 1, to: answer.order.indexOf(marked) + 1, on: small(on.differences[marked]), off: small(off.differences[marked]) });
      else playground.say(sentence, `attention.places.shuffle.${answer.kind === 'none' ? 'without' : 'lesson'}`, { on: small(on.difference), off: small(off.difference), size: small(on.size) });
    }
    for (const row of Object.values(rows)) {
      row.addEventListener('pointerover', (event) => mark(+(event.target.closest('[data-at]')?.dataset.at ?? -1)));
      row.addEventListener('pointerleave', () => mark(-1));
    }
    host.addEventListener('pointermove', (event) => {
      const at = Math.floor((event.clientY - host.getBoundingClientRect().top - 3) / LINE);
      mark(answer && at >= 0 && at < answer.given.length ? at : -1);
    });
    host.addEventListener('pointerleave', () => mark(-1));

    const chip = (word, at) => make('span.pg-positions-word', { data: { at } }, make('small', {}, String(at + 1)), make('b', { dir: 'auto' }, word));

    /** Each word of the other order comes from where it stood before. */
    function slide() {
      if (playground.calm()) return;
      for (const word of rows.shuffled.children) {
        const from = rows.given.children[+word.dataset.at].getBoundingClientRect();
        const to = word.getBoundingClientRect();
        word.animate([{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: 'none' }], { duration: SLIDE, easing: 'cubic-bezier(.3, .7, .3, 1)' });
      }
    }

    return {
      element,
      busy: () => element.classList.add('pg-busy'),
      fail(text) {
        element.classList.remove('pg-busy');
        fault.textContent = text;
        fault.hidden = false;
      },
      show(next) {
        const moved = !answer || JSON.stringify(answer.order) !== JSON.stringify(next.order);
        answer = next;
        marked = -1;
        element.classList.remove('pg-busy', 'pg-positions-waiting');
        fault.hidden = true;
        body.hidden = false;
        cut.hidden = !next.cut;
        rows.given.replaceChildren(...next.given.map(chip));
        rows.shuffled.replaceChildren(...next.order.map((at) => chip(next.given[at], at)));
        for (const [one, orders] of Object.entries(cells)) {
          for (const [order, cell] of Object.entries(orders)) {
            cell.textContent = next[one][order] || '∅';
            cell.dir = 'auto';
          }
          const same = next[one].given === next[one].shuffled;
          playground.say(verdicts[one], `attention.places.shuffle.${same ? 'same' : 'other'}`);
          verdicts[one].classList.toggle('pg-same', same);
        }
        host.style.height = `${next.given.length * LINE + 30}px`;
        playground.say(canvas, 'attention.places.differences.text', { words: next.given.length }, 'aria-label');
        tell();
        tools.renew();
        repaint();
        if (moved) slide();
      },
    };
  };
})();
