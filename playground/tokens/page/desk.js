/* What all pictures of the Tokens room share: settings, questions to the server, visible tokens. */
'use strict';

(() => {
  const READING = ['text', 'corpus', 'learn_from', 'scheme', 'vocabulary_size', 'min_frequency'];
  const WIDTHS = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array };
  const COLOURS = 8; // --pg-token-0 … --pg-token-7

  const controls = () => playground.controls?.tokens;

  /** A packed array `{dtype, data}` of the server as a typed one; null stays null. */
  function unpack(packed) {
    if (!packed) return null;
    const text = atob(packed.data);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return new WIDTHS[packed.dtype](bytes.buffer);
  }

  /**
   * Asks one kind of question, the newest of which wins: an answer that a newer question has
   * overtaken is never told, and while one is under way only the newest waits. Returns
   * `ask(values)`; `take(answer, values)` and `fail(refusal)` are told what comes back.
   */
  function asker(action, take, fail) {
    let busy = false;
    let next = null;
    async function ask(values) {
      if (busy) {
        next = values;
        return;
      }
      busy = true;
      let told = null;
      try {
        const answer = await playground.call(action, values);
        told = () => take(answer, values);
      } catch (refusal) {
        told = () => fail(refusal);
      }
      busy = false;
      const waiting = next;
      next = null;
      if (waiting) void ask(waiting);
      else told();
    }
    return ask;
  }

  /** White space and what cannot be seen, made visible where a token is shown by itself. */
  function visible(token) {
    if (token === '') return '∅';
    return token.replace(/[\s\p{Cc}\p{Cf}\p{Zs}]/gu, (letter) => {
      const known = { ' ': '␣', '\n': '⏎', '\t': '⇥', '\r': '␍', '\u00a0': '⍽', '\u3000': '□', '\u200d': 'ZWJ', '\u200c': 'ZWNJ', '\ufe0f': 'VS16' };
      return known[letter] ?? `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    });
  }

  const codePoints = (token) => [...token].map((letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`);

  playground.tokens = {
    unpack,
    asker,
    visible,
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
