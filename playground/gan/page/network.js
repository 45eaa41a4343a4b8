/*
 * A generator and its discriminator, run in the page: the layers that `portable.py` tells, on plain
 * typed arrays. What a network gives is overwritten by its next image, so who keeps it copies it.
 *
 *   const network = await playground.gan.network(source);
 *   network.generate(z, digit)   image, channels · 784 numbers in [-1, 1], row by row; `digit` may
 *                                also be shares of the classes (Float32Array)
 *   network.score(image, digit)  probability of being real, or the raw score: `scoreKind`
 *   network.noise(seed)          the latent point of a seed, the same as on the server
 *   playground.gan.paint(canvas, image)
 *   playground.gan.noise(seed, size, prior)
 */
'use strict';

(() => {
  const gan = (playground.gan ??= {});
  const SIDE = 28;
  const PIXELS = SIDE * SIDE;
  const MOST_KEPT = 4; // networks in memory

  // Each builder returns `run(input) -> output`, an array of its own that it overwrites.

  function linear({ in: size, out, weight, bias }) {
    const result = new Float32Array(out);
    return (input) => {
      for (let row = 0, at = 0; row < out; row++, at += size) {
        // Four sums, so that one addition need not wait for the one before.
        let a = 0, b = 0, c = 0, d = 0, k = 0;
        for (; k + 3 < size; k += 4) {
          a += weight[at + k] * input[k];
          b += weight[at + k + 1] * input[k + 1];
          c += weight[at + k + 2] * input[k + 2];
          d += weight[at + k + 3] * input[k + 3];
        }
        for (; k < size; k++) a += weight[at + k] * input[k];
        result[row] = a + b + c + d + (bias ? bias[row] : 0);
      }
      return result;
    };
  }

  /** What lies under a kernel, as the rows of a table: pixel by pixel, -1 where there is none. */
  function windows({ size, stride, padding }, height, width, high, wide) {
    const table = new Int32Array(high * wide * size * size);
    let at = 0;
    for (let y = 0; y < high; y++) {
      for (let x = 0; x < wide; x++) {
        for (let ky = 0; ky < size; ky++) {
          for (let kx = 0; kx < size; kx++) {
            const row = y * stride - padding + ky;
            const column = x * stride - padding + kx;
            table[at++] = row >= 0 && row < height && column >= 0 && column < width ? row * width + column : -1;
          }
        }
      }
    }
    return table;
  }

  function convolution(layer) {
    const { in: channels, out, size, stride, padding, height, width, weight, bias } = layer;
    const high = Math.floor((height + 2 * padding - size) / stride) + 1;
    const wide = Math.floor((width + 2 * padding - size) / stride) + 1;
    const area = size * size;
    const long = channels * area;
    const table = windows(layer, height, width, high, wide);
    const result = new Float32Array(out * high * wide);
    const patch = new Float32Array(long);
    return (input) => {
      for (let place = 0; place < high * wide; place++) {
        for (let channel = 0, at = 0; channel < channels; channel++) {
          for (let k = place * area, end = k + area; k < end; k++) patch[at++] = table[k] < 0 ? 0 : input[channel * height * width + table[k]];
        }
        for (let one = 0; one < out; one++) {
          const start = one * long;
          let a = 0, b = 0;
          let k = 0;
          for (; k + 1 < long; k += 2) {
            a += weight[start + k] * patch[k];
            b += weight[start + k + 1] * patch[k + 1];
          }
          if (k < long) a += weight[start + k] * patch[k];
          result[one * high * wide + place] = a + b + (bias ? bias[one] : 0);
        }
      }
      return result;
    };
  }

  /** Each pixel of the input is stamped into the output, kernel times its value. */
  function transposed(layer) {
    const { in: channels, out, size, stride, padding, height, width, weight, bias } = layer;
    const high = (height - 1) * stride - 2 * padding + size;
    const wide = (width - 1) * stride - 2 * padding + size;
    const area = size * size;
    const stamps = windows({ size, stride, padding }, high, wide, height, width);
    const result = new Float32Array(out * high * wide);
    const stamp = new Float32Array(out * area);
    return (input) => {
      for (let one = 0; one < out; one++) result.fill(bias ? bias[one] : 0, one * high * wide, (one + 1) * high * wide);
      for (let place = 0; place < height * width; place++) {
        stamp.fill(0);
        for (let channel = 0; channel < channels; channel++) {
          const value = input[channel * height * width + place];
          if (value === 0) continue; // behind a ReLU half of them are
          const start = channel * out * area;
          for (let k = 0; k < out * area; k++) stamp[k] += value * weight[start + k];
        }
        for (let one = 0; one < out; one++) {
          for (let k = 0; k < area; k++) {
            const at = stamps[place * area + k];
            if (at >= 0) result[one * high * wide + at] += stamp[one * area + k];
          }
        }
      }
      return result;
    };
  }

  function groupNorm({ groups, epsilon, in: channels, weight, bias }) {
    const each = channels / groups;
    return (input) => {
      const area = input.length / channels;
      for (let group = 0; group < groups; group++) {
        const start = group * each * area;
        const count = each * area;
        let sum = 0;
        for (let at = start; at < start + count; at++) sum += input[at];
        const mean = sum / count;
        let squares = 0;
        for (let at = start; at < start + count; at++) squares += (input[at] - mean) ** 2;
        const factor = 1 / Math.sqrt(squares / count + epsilon);
        for (let at = start; at < start + count; at++) {
          const channel = Math.floor(at / area);
          input[at] = (input[at] - mean) * factor * weight[channel] + bias[channel];
        }
      }
      return input;
    };
  }

  function inPlace(change) {
    return () => (input) => {
      for (let at = 0; at < input.length; at++) input[at] = change(input[at]);
      return input;
    };
  }

  const BUILDERS = {
    linear,
    convolution,
    convolution_transpose: transposed,
    group_norm: groupNorm,
    relu: () => (input) => { for (let at = 0; at < input.length; at++) if (input[at] < 0) input[at] = 0; return input; },
    leaky_relu: ({ slope }) => (input) => { for (let at = 0; at < input.length; at++) if (input[at] < 0) input[at] *= slope; return input; },
    tanh: inPlace(Math.tanh),
  };

  function pipeline(layers) {
    const steps = layers.map((layer) => BUILDERS[layer.kind]({ ...layer, weight: playground.unpack(layer.weight), bias: playground.unpack(layer.bias) }));
    return (input) => steps.reduce((value, step) => step(value), input);
  }

  /** The two networks that an answer of `portable` tells. */
  gan.networkOf = (told) => {
    const { latent_size: latentSize, classes, class_weight: classWeight, prior, channels } = told;
    const forward = pipeline(told.generator);
    const judge = pipeline(told.discriminator);
    const given = new Float32Array(latentSize + classes);
    const seen = new Float32Array(channels * PIXELS);
    const isProbability = told.score_kind === 'probability';

    return {
      source: told.source,
      latentSize,
      prior,
      classes,
      channels,
      names: told.class_names,
      scoreKind: told.score_kind,
      directions: told.directions.map((one) => ({ ...one, vector: playground.unpack(one.vector) })),
      noise: (seed) => gan.noise(seed, latentSize, prior),

      generate(z, digit = 0) {
        given.fill(0);
        for (let at = 0; at < latentSize; at++) given[at] = z[at];
        if (classes) {
          if (typeof digit === 'number') given[latentSize + digit] = classWeight;
          else for (let at = 0; at < classes; at++) given[latentSize + at] = classWeight * digit[at];
        }
        return forward(given);
      },

      score(image, digit = 0) {
        seen.set(image);
        const scores = judge(seen);
        let score = scores[0];
        if (classes && typeof digit === 'number') score += scores[1 + digit];
        else for (let at = 0; at < classes; at++) score += digit[at] * scores[1 + at];
        return isProbability ? 1 / (1 + Math.exp(-score)) : score;
      },
    };
  };

  // Networks that were asked for, newest last. Those of a run change while it trains.
  const kept = new Map();
  const stamp = (source) => {
    const run = playground.runs?.get(source);
    return run ? `${source} ${run.about.snapshot ?? ''} ${run.about.state}` : source;
  };

  /** The networks of shipped weights or of a run; a refusal is thrown as `playground.call` does. */
  gan.network = (source) => {
    const key = stamp(source);
    const asked = kept.get(key) ?? playground.call('portable', { source }).then(gan.networkOf);
    kept.delete(key);
    kept.set(key, asked);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    asked.catch(() => kept.delete(key));
    return asked;
  };

  const WHOLE = 2 ** 32;

  /** `sampling.py` says where this hash is from; both give the same bits. */
  function hashed(value) {
    const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
    const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
    return ((word >>> 22) ^ word) >>> 0;
  }

  /** The latent point of a seed; `prior`: "normal", N(0, 1), or "uniform" in [-1, 1]. */
  gan.noise = (seed, size = 64, prior = 'normal') => {
    const start = hashed(seed >>> 0);
    const drawn = (place) => (hashed(hashed((start ^ place) >>> 0)) + 0.5) / WHOLE;
    return Float32Array.from({ length: size }, (_, at) => {
      const u = drawn(2 * at);
      return prior === 'normal' ? Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * drawn(2 * at + 1)) : 2 * u - 1;
    });
  };

  /** One image as pixels, drawn at a place of a context: -1 is black, 1 white. */
  gan.paintAt = (context, image, left = 0, top = 0) => {
    const pixels = context.createImageData(SIDE, SIDE);
    const { data } = pixels;
    const colour = image.length === 3 * PIXELS;
    for (let at = 0, to = 0; at < PIXELS; at++, to += 4) {
      // An array of clamped bytes rounds by itself.
      data[to] = 127.5 * (image[at] + 1);
      data[to + 1] = colour ? 127.5 * (image[PIXELS + at] + 1) : data[to];
      data[to + 2] = colour ? 127.5 * (image[2 * PIXELS + at] + 1) : data[to];
      data[to + 3] = 255;
    }
    context.putImageData(pixels, left, top);
  };

  /** One image in a canvas of its own; the style of the page enlarges it. */
  gan.paint = (canvas, image) => {
    if (canvas.width !== SIDE || canvas.height !== SIDE) {
      canvas.width = SIDE;
      canvas.height = SIDE;
    }
    gan.paintAt(canvas.getContext('2d'), image);
  };
})();
