/* What all pictures of the GAN room share: its settings, and those of a game of points. */
'use strict';

(() => {
  const controls = () => playground.controls?.gan;
  let bound = null;
  const POINTS = new Set(['line', 'ring', 'mixture', 'spiral', 'disjoint', 'drawn']);

  playground.gan = {
    /** All settings of the room as they are now. */
    config: () => controls()?.config() ?? null,

    /** Sets some settings, as if the visitor had turned them. */
    set: (values) => controls()?.set(values),

    /** Calls `listener(config)` now and whenever a setting changes, while the picture is shown. */
    follow(element, picture, listener) {
      const tell = () => {
        // Before the address is read these are the defaults, which nobody asked for.
        const config = controls()?.ready ? this.config() : null;
        if (config && config.picture === picture && document.documentElement.dataset.room === 'gan') listener(config);
      };
      playground.onWhile(element, 'settings', ({ slice }) => { if (slice === 'gan') tell(); });
      playground.onWhile(element, 'controls', tell);
      playground.onWhile(element, 'room', tell);
      tell();
    },

    /** Opens the latent space at a point that was found elsewhere; z as the network takes it. */
    goThere({ source, z, digit }) {
      bound = { source, z };
      this.set({ picture: 'latent', source, digit, truncation: 1 });
    },
    /** The point of a model that somebody is bound for, told once; null if there is none. */
    arriving(source) {
      const z = bound?.source === source ? bound.z : null;
      if (z) bound = null;
      return z;
    },

    /** Whether a data set is points on a plane. */
    isPlane: (data) => POINTS.has(data),

    /** What a game of points starts from, and what a game of images does. */
    planeSettings: { data: 'ring', latent_size: 2, hidden_size: 64, prior: 'uniform', batch_size: 128, steps: 200000, schedule: 'constant', average: 0, conditional: false, generator_learning_rate: 0.001, discriminator_learning_rate: 0.003 },
    imageSettings: { data: 'glyphs', latent_size: 64, hidden_size: 128, prior: 'normal', batch_size: 64, steps: 1600, schedule: 'decay', average: 0.99, conditional: true, generator_learning_rate: 0.002, discriminator_learning_rate: 0.002 },
  };
})();
