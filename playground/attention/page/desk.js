/* What all pictures of the Attention room share: its settings, and how weights are coloured. */
'use strict';

(() => {
  const controls = () => playground.controls?.attention;

  playground.attention = {
    /** All settings of the room as they are now. */
    config: () => controls()?.config() ?? null,

    /** Sets some settings, as if the visitor had turned them. */
    set: (values) => controls()?.set(values),

    /** Calls `listener(config)` now and whenever a setting changes, while the picture is shown. */
    follow(element, picture, listener) {
      const tell = () => {
        // Before the address is read these are the defaults, which nobody asked for.
        const config = controls()?.ready ? this.config() : null;
        if (config && config.picture === picture && document.documentElement.dataset.room === 'attention') listener(config);
      };
      playground.onWhile(element, 'settings', ({ slice }) => { if (slice === 'attention') tell(); });
      playground.onWhile(element, 'controls', tell);
      playground.onWhile(element, 'room', tell);
      tell();
    },

    /** A token as it is shown: marks of the model as they are, a leading space as nothing. */
    word: (token) => (/^<\w+>$/.test(token) ? token : playground.visible(token.replace(/^ (?=\S)/, ''))),
  };
})();
