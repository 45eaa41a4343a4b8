/* What all pictures of the Tokens room share: its settings, the colours of tokens. */
'use strict';

(() => {
  const READING = ['text', 'corpus', 'learn_from', 'scheme', 'vocabulary_size', 'min_frequency'];
  const COLOURS = 8; // --pg-token-0 … --pg-token-7

  const controls = () => playground.controls?.tokens;

  const codePoints = (token) => [...token].map((letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`);

  playground.tokens = {
    codePoints,

    /** All settings of the room as they are now; `text` and `picture` with them. */
    config: () => controls()?.config() ?? null,

    /** The chosen schemes: several in the first view, one in all others. */
    schemes: () => controls()?.fields.scheme.all() ?? [],

    /** The settings by which a text is read: what most questions are about. */
    reading(scheme = null) {
      const config = this.config();
      const values = Object.fromEntries(READING.map((name) => [name, config[name]]));
      return scheme ? { ...values, scheme } : values;
    },

    /** Sets some settings, as if the visitor had turned them. */
    set: (values) => controls()?.set(values),

    /** Colour of a token by its id: the same id has the same colour everywhere. */
    colour: (id) => `var(--pg-token-${(id * 5 + (id >> 3)) % COLOURS})`,

    /** Calls `listener(config)` now and whenever a setting changes, while the view is shown. */
    follow(element, view, listener) {
      const tell = () => {
        const config = this.config();
        if (config && config.picture === view && document.documentElement.dataset.room === 'tokens') listener(config);
      };
      playground.onWhile(element, 'settings', ({ slice }) => { if (slice === 'tokens') tell(); });
      playground.onWhile(element, 'room', tell);
      tell();
    },
  };
})();
