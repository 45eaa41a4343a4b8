/* The matrix of positions as a heat map, and under it the wave of the dimension in question. */
'use strict';

(() => {
  const { make, attention, plot, number } = playground;
  const { wave, wavelength, turn } = attention.positionsMaths;
  const [LEFT, RIGHT, TOP, GAP, CURVE] = [46, 14, 24, 54, 112]; // pixels around and between the two
  const FINE = 6; // points of a curve from one place to the next

  /** Round steps of at least `least`. */
  attention.roundStep = (least) => {
    const size = 10 ** Math.floor(Math.log10(Math.max(1e-9, least)));
    return [1, 2, 5, 10].map((one) => one * size).find((one) => one >= least * 0.999);
  };

  /** A matrix as a small canvas of one pixel a number; `at(row, column)` is its share of full colour. */
  attention.signedPicture = (rows, columns, at) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: columns, height: rows });
    const pen = canvas.getContext('2d');
    const image = pen.createImageData(columns, rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [red, green, blue] = attention.signed.channels(at(row, column));
        image.data.set([red, green, blue, 255], 4 * (row * columns + column));
      }
    }
    pen.putImageData(image, 0, 0);
    return canvas;
  };

  /**
   * `{element, show(field)}`; a field is `{places, width, values, most, sine}`, `most` the value of full
   * colour. `looked(spot)` hears which `{place, at}` is pointed at, or null.
   */
  attention.positionsWaves = ({ looked }) => {
    const host = make('div.pg-positions-waves', { tabindex: 0, role: 'group', label: 'attention.places.matrix' });
    const reading = make('p.pg-positions-reading', { 'aria-live': 'polite' });
    let field = null;
    let picture = null;
    let spot = null; // {place, at}
    let last = 0; // the dimension whose wave is drawn
    let locked = false;

    const boxOf = (width, height) => ({ left: LEFT, right: width - RIGHT, top: TOP, bottom: height - GAP - CURVE });
    const valueAt = (place, at) => field.values[place * field.width + at];

    function paint(pen, width, height, colours) {
      if (!field) return;
      picture ??= attention.signedPicture(field.width, field.places, (at, place) => valueAt(place, at) / field.most);
      const box = boxOf(width, height);
      const [wide, high] = [(box.right - box.left) / field.places, (box.bottom - box.top) / field.width];
      pen.imageSmoothingEnabled = false;
      pen.drawImage(picture, box.left, box.top, box.right - box.left, box.bottom - box.top);
      pen.strokeStyle = colours.line;
      pen.strokeRect(box.left - 0.5, box.top - 0.5, box.right - box.left + 1, box.bottom - box.top + 1);
      const x = (place) => box.left + (place + 0.5) * wide;
      const name = (text, left, top, align = 'center', colour = colours.faint, font = colours.mono) => {
        pen.font = `${colours.size}px ${font}`;
        pen.textAlign = align;
        pen.textBaseline = 'middle';
        pen.fillStyle = colour;
        pen.fillText(text, left, top);
      };
      const step = attention.roundStep((field.places * 46) / (box.right - box.left));
      for (let place = 0; place < field.places; place += Math.max(1, step)) name(String(place), x(place), box.bottom + 12);
      const rows = Math.max(2, attention.roundStep((field.width * 24) / (box.bottom - box.top)));
      for (let at = 0; at < field.width; at += rows) name(String(at), box.left - 8, box.top + (at + 0.5) * high, 'right');
      name(playground.t('attention.places.dimension'), 2, 10, 'left', colours.faint, colours.sans);
      name(playground.t('attention.places.place'), box.right, box.bottom + 30, 'right', colours.faint, colours.sans);
      // The row and the place in question.
      pen.strokeStyle = colours.text;
      pen.lineWidth = 1.5;
      pen.strokeRect(box.left - 1, box.top + last * high - 1, box.right - box.left + 2, Math.max(3, high) + 2);
      if (spot) {
        pen.setLineDash([3, 3]);
        pen.beginPath();
        pen.moveTo(x(spot.place), box.top);
        pen.lineTo(x(spot.place), height - 8);
        pen.stroke();
        pen.setLineDash([]);
      }
      curve(pen, { box, wide, x, top: height - CURVE, bottom: height - 14, colours, name });
    }

    function curve(pen, { box, x, top, bottom, colours, name }) {
      const y = (value) => (top + bottom) / 2 - (value / field.most) * ((bottom - top) / 2 - 4);
      pen.strokeStyle = colours.line;
      pen.lineWidth = 1;
      pen.beginPath();
      for (const value of [-field.most, 0, field.most]) {
        pen.moveTo(box.left, y(value));
        pen.lineTo(box.right, y(value));
        name(number(value, 2).replace('-', '−'), box.left - 8, y(value), 'right');
      }
      pen.stroke();
      const partner = last ^ 1;
      const line = (at, colour, dash) => {
        pen.strokeStyle = colour;
        pen.lineWidth = 2;
        pen.setLineDash(dash);
        pen.beginPath();
        const points = field.sine ? (field.places - 1) * FINE : field.places - 1;
        for (let point = 0; point <= points; point++) {
          const place = field.sine ? point / FINE : point;
          pen.lineTo(x(place), y(field.sine ? wave(place, at, field.width) : valueAt(place, at)));
        }
        pen.stroke();
        pen.setLineDash([]);
      };
      if (field.sine && partner < field.width) line(partner, colours.faint, [4, 4]);
      line(last, colours.accent, []);
      if (field.places <= 80) {
        pen.fillStyle = colours.accent;
        for (let place = 0; place < field.places; place++) {
          pen.beginPath();
          pen.arc(x(place), y(valueAt(place, last)), spot?.place === place ? 5 : 2.5, 0, 2 * Math.PI);
          pen.fill();
        }
      }
    }

    const { repaint, canvas } = plot.canvas(host, paint);
    playground.onWhile(host, 'theme', () => { picture = null; });

    function tell() {
      if (!field) return;
      playground.say(canvas, 'attention.places.matrix.text', { places: field.places, width: field.width }, 'aria-label');
      const at = last;
      const [root, length] = [number(1 / turn(at, field.width), 4), number(wavelength(at, field.width), 4)];
      const words = { at, partner: at ^ 1, place: spot?.place ?? 0, root, length, width: field.width, even: at - (at % 2), wave: at % 2 ? 'cos' : 'sin', angle: number((spot?.place ?? 0) * turn(at, field.width), 4), value: spot ? number(valueAt(spot.place, at), 4).replace('-', '−') : '' };
      const key = field.sine ? (spot ? 'spot' : 'wave') : spot ? 'learned.spot' : 'learned';
      playground.say(reading, `attention.places.reading.${key}`, words);
    }
    function look(next, hold = false) {
      spot = next;
      locked = hold && Boolean(next);
      if (spot) last = spot.at;
      tell();
      repaint();
      looked(spot);
    }

    function under(event) {
      const bounds = host.getBoundingClientRect();
      const box = boxOf(host.clientWidth, host.clientHeight);
      const place = Math.floor(((event.clientX - bounds.left - box.left) / (box.right - box.left)) * field.places);
      if (!(place >= 0 && place < field.places)) return null;
      const at = Math.floor(((event.clientY - bounds.top - box.top) / (box.bottom - box.top)) * field.width);
      // Below the matrix the pointer moves along the wave that is drawn.
      return { place, at: at >= 0 && at < field.width ? at : at >= field.width ? last : 0 };
    }
    host.addEventListener('pointermove', (event) => { if (field && !locked) look(under(event)); });
    host.addEventListener('pointerleave', () => { if (!locked) look(null); });
    host.addEventListener('click', (event) => { if (field) look(under(event), !locked); });
    host.addEventListener('keydown', (event) => {
      const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
      if (!step || !field) return;
      event.preventDefault();
      const from = spot ?? { place: 0, at: last };
      look({ place: Math.max(0, Math.min(field.places - 1, from.place + step[0])), at: Math.max(0, Math.min(field.width - 1, from.at + step[1])) }, true);
    });
    plot.onEscape(host, () => { if (spot) look(null); });

    return {
      host, paint, element: make('div.pg-positions-block', {}, host, reading),
      show(next) {
        const share = field ? last / field.width : 0.25;
        last = Math.min(next.width - 1, field && field.width === next.width ? last : 2 * Math.round((share * next.width) / 2));
        field = next;
        picture = null;
        look(null);
      },
    };
  };
})();
