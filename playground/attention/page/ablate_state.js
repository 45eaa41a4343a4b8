/* What has been changed in a model: heads off, weights and masks of cells, positions; with a way back. */
'use strict';

(() => {
  const { attention } = playground;
  const KINDS = ['encoder', 'decoder', 'cross'];
  const STEPS_BACK = 100;

  /**
   * Heads are `{kind, layer, head}`, cells have `row` and `column` too; all count from 0. `changed()`
   * is called after each change. While a drag goes on (`hold`), all of it is one step back.
   */
  attention.ablateState = (changed) => {
    let now = fresh();
    let past = [];
    let held = false;

    function fresh() {
      return { off: new Set(), weights: new Map(), blocked: new Map(), positions: true };
    }
    const copied = ({ off, weights, blocked, positions }) => ({ off: new Set(off), weights: new Map(weights), blocked: new Map(blocked), positions });
    const headKey = ({ kind, layer, head }) => `${kind} ${layer} ${head}`;
    const cellKey = (cell) => `${headKey(cell)} ${cell.row} ${cell.column}`;
    const told = (key) => key.split(' ').map((one, at) => (at ? Number(one) : one));
    const same = (one, other) => JSON.stringify(asJson(one)) === JSON.stringify(asJson(other));

    const inOrder = (one, other) => KINDS.indexOf(one[0]) - KINDS.indexOf(other[0]) || one[1] - other[1] || one[2] - other[2] || (one[3] ?? 0) - (other[3] ?? 0) || (one[4] ?? 0) - (other[4] ?? 0);
    function asJson({ off, weights, blocked, positions } = now) {
      const cells = (map) => [...map].map(([key, value]) => [...told(key), value]).sort(inOrder);
      return { switched_off: [...off].map(told).sort(inOrder), weights: cells(weights), blocked: cells(blocked), positions };
    }

    function change(work) {
      const before = copied(now);
      work(now);
      if (same(before, now)) return;
      if (!held) past = [...past, before].slice(-STEPS_BACK);
      changed();
    }

    return {
      asJson: () => asJson(),
      nothing: () => now.positions && !now.off.size && !now.weights.size && !now.blocked.size,
      isOff: (head) => now.off.has(headKey(head)),
      offCount: () => now.off.size,
      positions: () => now.positions,
      weight: (cell) => now.weights.get(cellKey(cell)) ?? null,
      blocked: (cell) => now.blocked.get(cellKey(cell)) ?? null,
      /** Changed cells of one head, `{row, column, weight, blocked}`; what is not changed is null. */
      cells(head) {
        const start = `${headKey(head)} `;
        const keys = new Set([...now.weights.keys(), ...now.blocked.keys()].filter((key) => key.startsWith(start)));
        return [...keys].map((key) => {
          const [, , , row, column] = told(key);
          return { row, column, weight: now.weights.get(key) ?? null, blocked: now.blocked.get(key) ?? null };
        });
      },
      setOff: (head, off) => change(({ off: all }) => { if (off) all.add(headKey(head)); else all.delete(headKey(head)); }),
      /** Exactly these heads are off. */
      setAllOff: (heads) => change((all) => { all.off = new Set(heads.map(headKey)); }),
      setPositions: (on) => change((all) => { all.positions = on; }),
      setWeight: (cell, value) => change(({ weights }) => { if (value === null) weights.delete(cellKey(cell)); else weights.set(cellKey(cell), value); }),
      setWeights: (cells) => change(({ weights }) => { for (const cell of cells) weights.set(cellKey(cell), cell.weight); }),
      /** `hidden` null: as it was. */
      setBlocked: (cell, hidden) => change(({ weights, blocked }) => {
        weights.delete(cellKey(cell));
        if (hidden === null) blocked.delete(cellKey(cell));
        else blocked.set(cellKey(cell), hidden);
      }),
      reset: (cell) => change(({ weights, blocked }) => { weights.delete(cellKey(cell)); blocked.delete(cellKey(cell)); }),
      all: () => change((every) => Object.assign(every, fresh())),
      /** Cells belong to one sentence, heads to one model: what no longer fits goes, and the way back. */
      forget({ heads }) {
        const kept = heads ? fresh() : { ...fresh(), off: now.off, positions: now.positions };
        now = kept;
        past = [];
        held = false;
      },
      hold() {
        if (held) return;
        past = [...past, copied(now)].slice(-STEPS_BACK);
        held = true;
      },
      /** Ends what `hold` began; a drag that came back to where it began is no step. */
      release() {
        if (held && past.length && same(past.at(-1), now)) past = past.slice(0, -1);
        held = false;
      },
      canUndo: () => past.length > 0,
      undo() {
        if (!past.length) return;
        now = past.at(-1);
        past = past.slice(0, -1);
        held = false;
        changed();
      },
    };
  };
})();
