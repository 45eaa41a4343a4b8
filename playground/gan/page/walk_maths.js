/* Ways between latent points: the sums of `walking.py`, and arithmetic. Knows nothing of the page. */
'use strict';

(() => {
  const STRAIGHT = 1e-6; // sine of an angle at which an arc is a line
  const dot = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);
  const norm = (z) => Math.sqrt(dot(z, z));
  const mixed = (one, other, a, b) => Float64Array.from(one, (value, at) => a * value + b * other[at]);

  /** The straight way from one point to another, `share` 0 … 1 of it. */
  function linear(first, last, share) {
    if (share === 0) return Float64Array.from(first);
    if (share === 1) return Float64Array.from(last);
    return mixed(first, last, 1 - share, share);
  }

  /** The way over the sphere: see `spherical` of walking.py. Ends are exact. */
  function spherical(first, last, share) {
    const [start, end] = [norm(first), norm(last)];
    if (share === 0 || share === 1 || !(start > 0 && end > 0)) return linear(first, last, share);
    const ahead = Float64Array.from(first, (value) => value / start);
    const cosine = dot(ahead, last) / end;
    let aside = mixed(last, ahead, 1 / end, -cosine);
    let angle = Math.atan2(norm(aside), cosine);
    if (norm(aside) < STRAIGHT) {
      if (cosine > 0 || first.length === 1) return linear(first, last, share);
      // Opposite points: of all arcs the one over the axis that lies farthest aside.
      const axis = ahead.reduce((least, value, at) => (Math.abs(value) < Math.abs(ahead[least]) ? at : least), 0);
      aside = Float64Array.from(ahead, (value, at) => (at === axis ? 1 : 0) - ahead[axis] * value);
      angle = Math.PI;
    }
    const length = (1 - share) * start + share * end;
    return mixed(ahead, aside, length * Math.cos(share * angle), (length * Math.sin(share * angle)) / norm(aside));
  }

  const KINDS = { linear, spherical };

  /** The point at `place` of a way over all stops: 0 is the first, 1.5 half-way from second to third. */
  function along(stops, place, kind) {
    const leg = Math.max(0, Math.min(Math.floor(place), stops.length - 2));
    return KINDS[kind](stops[leg], stops[leg + 1], Math.max(0, Math.min(1, place - leg)));
  }

  /** The same vector at another length; zero stays zero. */
  function atNorm(z, length) {
    const now = norm(z);
    return now > 0 ? Float64Array.from(z, (value) => (value * length) / now) : Float64Array.from(z);
  }

  /** C + share · (A − B); at share 1 it is A − B + C. */
  const sum = (a, b, c, share = 1) => Float64Array.from(c, (value, at) => value + share * (a[at] - b[at]));

  /**
   * The class of A − B + C where the classes cancel as the vectors do: of two alike with opposite
   * signs the third remains. `null` where none is left over.
   */
  const classOf = (a, b, c) => (a === b ? c : b === c ? a : null);

  /** Mean and standard deviation of the norm of random latent points, to 1/size. */
  function usualNorm(size, prior) {
    // |z|² has a known mean and variance; the square root's follow by its slope there.
    const [mean, variance] = prior === 'normal' ? [size, 2 * size] : [size / 3, (4 * size) / 45];
    return { mean: Math.sqrt(Math.max(mean - variance / (4 * mean), 0)), deviation: Math.sqrt(variance / (4 * mean)) };
  }

  playground.gan.walkMaths = { linear, spherical, along, norm, atNorm, sum, classOf, usualNorm };
})();
