/* Paints a scene, or one on its way to the next: the same blocks move, and change colour and number. */
'use strict';

(() => {
  const steps = (playground.attention.steps ??= {});
  const ROOMY = { weights: 28, signed: 34, digits: 42, height: 14 }; // px of a cell that holds its number, the last with two digits
  const LINED = 9; // px of a cell from which lines part it from the next

  const mix = (one, other, share) => one + (other - one) * share;
  const box = ({ x, y, w, h }) => ({ x, y, w, h });

  /** Cells as they lie on the screen: `{across, down, wide, high}`. */
  const lattice = (block, place) => {
    const [across, down] = block.turned ? [block.rows, block.columns] : [block.columns, block.rows];
    return { across, down, wide: place.w / across, high: place.h / down };
  };

  /** The place of one number of a block. */
  steps.place = (block, row, column) => {
    const { wide, high } = lattice(block, block);
    const [across, down] = block.turned ? [row, column] : [column, row];
    return { x: block.x + across * wide, y: block.y + down * high, w: wide, h: high };
  };

  /** `{block, row, column}` under a point, or null; `slack` px around a block still hit it. */
  steps.hit = (scene, x, y) => {
    for (const block of scene.blocks) {
      if (x < block.x || y < block.y || x >= block.x + block.w || y >= block.y + block.h) continue;
      const { wide, high } = lattice(block, block);
      const [across, down] = [Math.floor((x - block.x) / wide), Math.floor((y - block.y) / high)];
      const [row, column] = block.turned ? [across, down] : [down, across];
      return { id: block.id, row, column };
    }
    return null;
  };

  /** The name of a token under a point, or null. */
  steps.hitName = (scene, x, y) => scene.names.find((name) => (name.align === 'right'
    ? x <= name.x + 6 && x > name.x - 92 && Math.abs(y - name.y) <= name.high / 2
    : Math.abs(x - name.x) <= name.high / 2 && y <= name.y + 8 && y > name.y - (name.turned ? 62 : 12))) ?? null;

  function picture(pen, block, place, alpha) {
    block.image ??= steps.image(block);
    pen.globalAlpha = alpha;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(block.image, place.x, place.y, place.w, place.h);
    pen.globalAlpha = 1;
  }

  function lines(pen, block, place, colours, alpha) {
    const { across, down, wide, high } = lattice(block, place);
    pen.globalAlpha = alpha;
    pen.strokeStyle = colours.panel;
    pen.lineWidth = 1;
    pen.beginPath();
    if (wide >= LINED) for (let at = 1; at < across; at++) { const x = Math.round(place.x + at * wide) + 0.5; pen.moveTo(x, place.y); pen.lineTo(x, place.y + place.h); }
    if (high >= LINED) for (let at = 1; at < down; at++) { const y = Math.round(place.y + at * high) + 0.5; pen.moveTo(place.x, y); pen.lineTo(place.x + place.w, y); }
    pen.stroke();
    pen.strokeStyle = colours.line;
    pen.strokeRect(place.x - 0.5, place.y - 0.5, place.w + 1, place.h + 1);
    pen.globalAlpha = 1;
  }

  /** Cells that must not be seen are hatched, whatever number they hold. */
  function hatch(pen, block, place, held, colours, alpha) {
    const { wide, high } = lattice(block, place);
    pen.globalAlpha = alpha;
    pen.fillStyle = colours.colour('--pg-sunken');
    pen.strokeStyle = colours.colour('--pg-line-2');
    pen.lineWidth = 1;
    pen.beginPath();
    for (let row = 0; row < held.queries; row++) {
      for (let column = 0; column < held.keys; column++) {
        if (!held.blocked[row * held.keys + column]) continue;
        const [x, y] = [place.x + column * wide, place.y + row * high];
        pen.fillRect(x, y, wide, high);
        const reach = Math.min(wide, high);
        pen.moveTo(x + 1, y + reach - 1);
        pen.lineTo(x + reach - 1, y + 1);
        if (wide > 1.5 * high) { pen.moveTo(x + wide - reach + 1, y + high - 1); pen.lineTo(x + wide - 1, y + 1); }
      }
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  /** Numbers in the cells of the matrix, those of the phase before turning into those of this one. */
  function numbers(pen, held, from, to, block, before, place, share, colours) {
    const { wide, high } = lattice(block, place);
    if (wide < ROOMY[block.kind] || high < ROOMY.height) return;
    pen.font = `${Math.min(wide < ROOMY.digits ? 10.5 : 12, colours.size)}px ${colours.mono}`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    for (let row = 0; row < held.queries; row++) {
      for (let column = 0; column < held.keys; column++) {
        const [old, now] = [steps.cell(held, from, row, column), steps.cell(held, to, row, column)];
        const value = Number.isFinite(old) && Number.isFinite(now) ? mix(old, now, share) : share < 0.5 ? old : now;
        const shown = share < 0.5 && before ? before : block;
        const hidden = shown.hatched && held.blocked[row * held.keys + column];
        pen.fillStyle = hidden ? colours.faint : steps.ink(shown.kind, value, shown.scale);
        pen.fillText(short(value, shown.kind === 'signed' && wide < ROOMY.digits ? 1 : 2), place.x + (column + 0.5) * wide, place.y + (row + 0.5) * high);
      }
    }
  }

  const short = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits).replace(/^-(?=0\.0+$)/, '').replace('-', '−') : steps.write(value));

  function names(pen, scene, colours, alpha, lit) {
    pen.globalAlpha = alpha;
    pen.textBaseline = 'middle';
    for (const name of scene.names) {
      const chosen = lit[name.side]?.has(name.index);
      const asked = name.side === 'query' && name.index === lit.chosen;
      pen.font = `${chosen || asked ? '600 ' : ''}${Math.min(colours.size, Math.max(10, name.high - 1))}px ${colours.mono}`;
      pen.fillStyle = asked ? colours.colour('--pg-accent-text') : chosen ? colours.text : colours.faint;
      pen.textAlign = name.align;
      const room = name.align === 'right' ? Math.min(88, name.x) : name.turned ? 60 : name.high - 6;
      const text = fitting(pen, name.text, room);
      pen.save();
      pen.translate(name.x, name.y);
      if (name.turned) pen.rotate(-Math.PI / 2);
      pen.fillText(text, 0, 0);
      pen.restore();
    }
    for (const sum of scene.sums) {
      pen.font = `${sum.index === lit.chosen ? '600 ' : ''}${Math.min(12, colours.size)}px ${colours.mono}`;
      pen.fillStyle = sum.index === lit.chosen ? colours.text : colours.faint;
      pen.textAlign = 'left';
      pen.fillText(sum.text, sum.x, sum.y);
    }
    pen.globalAlpha = 1;
  }

  const lengths = new Map();
  /** A text cut to the room there is. */
  function fitting(pen, text, room) {
    const known = `${pen.font}|${text}|${Math.round(room)}`;
    if (!lengths.has(known)) {
      if (lengths.size > 2000) lengths.clear();
      let letters = [...text];
      while (letters.length > 1 && pen.measureText(letters.length < [...text].length ? `${letters.join('')}…` : letters.join('')).width > room) letters = letters.slice(0, -1);
      lengths.set(known, letters.length < [...text].length ? `${letters.join('')}…` : text);
    }
    return lengths.get(known);
  }

  function titles(pen, scene, colours, alpha, width) {
    pen.globalAlpha = alpha;
    pen.textBaseline = 'alphabetic';
    for (const block of scene.blocks) {
      if (!block.title) continue;
      pen.textAlign = 'left';
      pen.font = `${colours.size}px ${colours.sans}`;
      pen.fillStyle = colours.faint;
      pen.globalAlpha = alpha * Math.max(0.5, block.alpha);
      const range = block.w > 260 ? `±${steps.write(block.scale, 2)}` : '';
      pen.fillText(fitting(pen, playground.t(block.title, block.params), Math.min(width - block.x, Math.max(block.w, 60)) - (range ? 60 : 0)), block.x, block.y - 6);
      if (!range) continue;
      pen.font = `${colours.size - 1}px ${colours.mono}`;
      pen.textAlign = 'right';
      pen.fillText(range, block.x + block.w, block.y - 6);
    }
    pen.globalAlpha = 1;
  }

  /**
   * Paints `to`, or what stands `share` of the way from `from` to it. `lit` is
   * `{query: Set, key: Set, chosen}`: names that are marked, and the query that was chosen.
   */
  steps.paint = (pen, { held, from, to, share, lit, width }, colours) => {
    const olds = new Map((from?.blocks ?? []).map((block) => [block.id, block]));
    for (const [id, block] of olds) {
      if (to.blocks.some((one) => one.id === id)) continue;
      picture(pen, block, box(block), block.alpha * (1 - share));
    }
    for (const block of to.blocks) {
      const before = olds.get(block.id);
      const place = before ? Object.fromEntries(['x', 'y', 'w', 'h'].map((one) => [one, mix(before[one], block[one], share)])) : box(block);
      const alpha = before ? mix(before.alpha, block.alpha, share) : block.alpha * share;
      if (before && share < 1) picture(pen, before, place, alpha);
      picture(pen, block, place, before ? alpha * share : alpha);
      if (block.hatched) hatch(pen, block, place, held, colours, before && !before.hatched ? share : 1);
      lines(pen, block, place, colours, alpha);
      if (block.numbers && (before || share > 0.5)) numbers(pen, held, before ? from.phase : to.phase, to.phase, block, before, place, share, colours);
    }
    if (from && share < 0.5) { titles(pen, from, colours, 1 - 2 * share, width); names(pen, from, colours, 1 - 2 * share, lit); }
    const near = from ? Math.max(0, 2 * share - 1) : 1;
    if (near) { titles(pen, to, colours, near, width); names(pen, to, colours, near, lit); }
  };

  /** Marks: a band along the chosen query, frames around what is looked at. */
  steps.mark = (pen, scene, marks, colours) => {
    for (const { id, row, column, strong } of marks) {
      const block = scene.blocks.find((one) => one.id === id);
      if (!block) continue;
      const at = row - block.first;
      if (at < 0 || at >= block.rows || (column ?? 0) >= block.columns) continue;
      const one = column === undefined ? null : steps.place(block, at, column);
      const start = one ?? steps.place(block, at, 0);
      const end = one ?? steps.place(block, at, block.columns - 1);
      const [x, y, w, h] = [start.x, start.y, end.x + end.w - start.x, end.y + end.h - start.y];
      pen.strokeStyle = strong ? colours.text : colours.accent;
      pen.lineWidth = 2;
      // A cell may be thinner than a line: its frame then stands around it.
      pen.strokeRect(x - 1, y - 1, Math.max(w, 2) + 2, Math.max(h, 2) + 2);
    }
  };
})();
