/* What pictures of all rooms ask and show: questions to the server, packed numbers, visible tokens. */
'use strict';

(() => {
  const WIDTHS = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array };

  /** A packed array `{dtype, data}` of the server as a typed one; null stays null. */
  playground.unpack = (packed) => {
    if (!packed) return null;
    const text = atob(packed.data);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return new WIDTHS[packed.dtype](bytes.buffer);
  };

  /**
   * Asks one kind of question, the newest of which wins: an answer that a newer question has
   * overtaken is never told, and while one is under way only the newest waits. Returns
   * `ask(values)`; `take(answer, values)` and `fail(refusal)` are told what comes back.
   */
  playground.asker = (action, take, fail) => {
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
  };

  /** White space and what cannot be seen, made visible where a token is shown by itself. */
  playground.visible = (token) => {
    if (token === '') return '∅';
    return token.replace(/[\s\p{Cc}\p{Cf}\p{Zs}]/gu, (letter) => {
      const known = { ' ': '␣', '\n': '⏎', '\t': '⇥', '\r': '␍', '\u00a0': '⍽', '\u3000': '□', '\u200d': 'ZWJ', '\u200c': 'ZWNJ', '\ufe0f': 'VS16' };
      return known[letter] ?? `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    });
  };
})();
