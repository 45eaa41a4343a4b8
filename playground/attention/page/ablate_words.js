/* Two translations, before and after, with the words in which they differ. */
'use strict';

(() => {
  const { make, attention } = playground;

  /** Which tokens two sentences have in common, in order: two arrays of true and false (longest common subsequence). */
  attention.inCommon = (one, other) => {
    const length = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
    for (let at = one.length - 1; at >= 0; at--) {
      for (let beside = other.length - 1; beside >= 0; beside--) {
        length[at][beside] = one[at] === other[beside] ? length[at + 1][beside + 1] + 1 : Math.max(length[at + 1][beside], length[at][beside + 1]);
      }
    }
    const common = [one.map(() => false), other.map(() => false)];
    for (let at = 0, beside = 0; at < one.length && beside < other.length;) {
      if (one[at] === other[beside]) {
        common[0][at++] = true;
        common[1][beside++] = true;
      } else if (length[at + 1][beside] >= length[at][beside + 1]) at++;
      else beside++;
    }
    return common;
  };

  /** The tokens of a translation as text, those that are not in common marked. */
  function written({ target_tokens: tokens, translation }, common, mark) {
    const plain = tokens.filter((one) => one !== '<eos>');
    const spaced = plain.join('').trim() !== translation.trim();
    const pieces = [];
    plain.forEach((token, at) => {
      const text = spaced && at ? ` ${token}` : at ? token : token.trimStart();
      const differs = !common[at];
      const last = pieces.at(-1);
      if (last && last.differs === differs) last.text += text;
      else pieces.push({ text, differs });
    });
    return pieces.flatMap(({ text, differs }) => {
      if (!differs) return [text];
      // A space is no difference: the mark begins at the word.
      const [, space, word] = text.match(/^(\s*)([^]*)$/);
      return [space, make(mark, {}, word)];
    });
  }

  /** `{element, show(answer)}` */
  attention.ablateWords = () => {
    const lines = Object.fromEntries(['before', 'after'].map((name) => [name, make('p.pg-ablate-text', { dir: 'auto' })]));
    lines.after.setAttribute('aria-live', 'polite');
    const sure = Object.fromEntries(['before', 'after'].map((name) => [name, make('span.pg-ablate-sure', { hint: 'attention.ablate.sure.help' })]));
    const row = (name) => make('div.pg-ablate-line', { data: { name } }, make('span.pg-ablate-side', { text: `attention.ablate.${name}` }), lines[name], sure[name]);
    const element = make('div.pg-ablate-words', {}, row('before'), row('after'));
    return {
      element,
      show({ before, after }, nothing) {
        const common = attention.inCommon(before.target_tokens, after.target_tokens);
        lines.before.replaceChildren(...written(before, common[0], 'del'));
        lines.after.replaceChildren(...written(after, common[1], 'ins'));
        if (!after.translation) lines.after.append(make('span.pg-empty', { text: 'attention.ablate.silent' }));
        element.classList.toggle('pg-ablate-same', nothing);
        for (const [name, one] of Object.entries({ before, after })) {
          playground.say(sure[name], 'attention.ablate.sure', { value: (one.log_probability > -0.005 ? '0.00' : one.log_probability.toFixed(2).replace('-', '−')) });
        }
      },
    };
  };
})();
