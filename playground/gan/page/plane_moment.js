/* One moment of a game on the plane: a frame of the server unpacked, and what lies between two. */
'use strict';

(() => {
  const { gan, unpack } = playground;
  const known = new WeakMap(); // frame -> moment

  const SLOW = ['real_batch', 'noise', 'fake_before', 'fake_after', 'real_scores', 'fake_scores', 'pull', 'heat_before', 'heat_shift'];

  function slowOf(slow) {
    if (!slow) return null;
    const arrays = Object.fromEntries(SLOW.map((name) => [name, unpack(slow[name])]));
    return { ...slow, ...arrays, heat_before: Float32Array.from(arrays.heat_before, (value) => value / 255) };
  }

  /**
   * {step, fake, grid, shape: [rows, columns], arrows, heat: shares 0 … 1 of `range`, side, range,
   * scoreKind, kl, js, klFloor, jsFloor, modes, modeCount, slow}; points are x, y, x, y …
   */
  gan.planeMoment = (frame) => {
    if (!frame?.heat) return null;
    let moment = known.get(frame);
    if (!moment) {
      const heat = Float32Array.from(unpack(frame.heat), (value) => value / 255);
      moment = {
        step: frame.step, fake: unpack(frame.fake), grid: unpack(frame.grid), shape: frame.grid_shape, arrows: unpack(frame.arrows),
        heat, side: Math.round(Math.sqrt(heat.length)), range: frame.range, scoreKind: frame.score_kind,
        kl: frame.kl, js: frame.js, klFloor: frame.kl_floor, jsFloor: frame.js_floor, modes: frame.modes, modeCount: frame.mode_count,
        slow: slowOf(frame.slow),
      };
      known.set(frame, moment);
    }
    return moment;
  };

  const scratch = {};

  /** Array `share` of the way from one to the other, in a buffer that the next call overwrites. */
  gan.planeMix = (name, one, other, share) => {
    if (!one || !other || one.length !== other.length) return share < 0.5 ? one : other;
    if (scratch[name]?.length !== one.length) scratch[name] = new Float32Array(one.length);
    const mixed = scratch[name];
    for (let at = 0; at < one.length; at++) mixed[at] = one[at] + share * (other[at] - one[at]);
    return mixed;
  };

  /** What is drawn between two moments of a film; figures are those of the nearer one. */
  gan.planeBetween = (one, other, share) => {
    if (!other || share <= 0) return one;
    if (!one || share >= 1) return other;
    const near = share < 0.5 ? one : other;
    const mixed = Object.fromEntries(['fake', 'grid', 'arrows', 'heat'].map((name) => [name, gan.planeMix(name, one[name], other[name], share)]));
    return { ...near, ...mixed, range: near.range.map((_, at) => one.range[at] + share * (other.range[at] - one.range[at])) };
  };

  /** All points of a moment as rows of a table, the generated ones first, with the pull where it is told. */
  gan.planeRows = (moment, real) => {
    const rows = [['kind', 'x', 'y', 'right', 'up']];
    for (let at = 0; moment && at < moment.fake.length; at += 2) rows.push(['generated', moment.fake[at], moment.fake[at + 1], moment.arrows[2 * at + 2] ?? null, moment.arrows[2 * at + 3] ?? null]);
    for (let at = 0; real && at < real.length; at += 2) rows.push(['real', real[at], real[at + 1], null, null]);
    return rows;
  };

  /** The middle value of the arrows' lengths: how strongly D pulls. */
  gan.planePull = (arrows) => {
    if (!arrows?.length) return null;
    const lengths = [];
    for (let at = 0; at < arrows.length; at += 4) lengths.push(Math.hypot(arrows[at + 2], arrows[at + 3]));
    return lengths.sort((one, other) => one - other)[lengths.length >> 1];
  };
})();
