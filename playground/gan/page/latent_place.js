/* Where one stands in the latent space: a seed or a blend of four, steps along directions, single numbers. No page in here. */
'use strict';

(() => {
  const { gan } = playground;

  /**
   * Between four points, bilinearly; `x` and `y` from 0 to 1, the points row by row. A mean of
   * normal numbers has less variance than each of them: it is scaled back, or all blends would lie
   * nearer to the middle than any image that was trained.
   */
  gan.blend = (points, x, y, prior = 'normal') => {
    const shares = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
    const size = prior === 'normal' ? Math.sqrt(shares.reduce((sum, one) => sum + one * one, 0)) : 1;
    return Float32Array.from(points[0], (_, at) => shares.reduce((sum, share, one) => sum + share * points[one][at], 0) / size);
  };

  /**
   * A point near `z`, on the way to that of a seed; `distance` 0 is `z` itself, 1 has nothing of it.
   * Of two normal points a turn by an angle is normal again; of uniform ones the straight way is.
   */
  gan.neighbour = (network, z, seed, distance) => {
    const other = network.noise(seed);
    const [own, theirs] = network.prior === 'normal' ? [Math.cos((distance * Math.PI) / 2), Math.sin((distance * Math.PI) / 2)] : [1 - distance, distance];
    return other.map((value, at) => own * z[at] + theirs * value);
  };

  /** One's place; `steps` count standard deviations along `network.directions`. */
  gan.Place = class {
    constructor(network) {
      this.network = network;
      this.steps = new Float32Array(network.directions.length);
      this.edits = new Float32Array(network.latentSize);
      this.start = null; // where one jumped to; else `seed` tells
      this.seed = 0;
      this.corners = null; // four seeds, while these are blended
      this.blendAt = [0.5, 0.5];
    }

    /** Where the steps start from. */
    base() {
      if (this.start) return this.start;
      if (!this.corners) return this.network.noise(this.seed);
      return gan.blend(this.corners.map((seed) => this.network.noise(seed)), ...this.blendAt, this.network.prior);
    }

    /** The point, before truncation; with other steps than one's own, what would be there. */
    z(steps = this.steps) {
      const z = this.base().slice();
      for (let at = 0; at < z.length; at++) z[at] += this.edits[at];
      this.network.directions.forEach(({ vector, sigma }, one) => {
        const step = steps[one] * sigma;
        if (step) for (let at = 0; at < z.length; at++) z[at] += step * vector[at];
      });
      return z;
    }

    /** To another seed. Single numbers that were set are forgotten, steps along directions stay. */
    go(seed) {
      this.seed = seed;
      this.start = null;
      this.edits.fill(0);
    }

    /** Makes a point the new start. */
    jump(z) {
      this.start = Float32Array.from(z);
      this.corners = null;
      this.steps.fill(0);
      this.edits.fill(0);
    }

    /** All that `restore` needs to come back here. */
    memory() {
      return { start: this.start, seed: this.seed, corners: this.corners, blendAt: [...this.blendAt], steps: this.steps.slice(), edits: this.edits.slice() };
    }

    restore(memory) { Object.assign(this, memory); }

    get changed() { return Boolean(this.start) || this.steps.some(Boolean) || this.edits.some(Boolean); }
  };
})();
