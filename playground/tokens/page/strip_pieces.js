/* From tokens to elements: one span for each token of a block, and no more changes than there are. */
'use strict';

(() => {
  const { tokens } = playground;
  const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
  const PLAIN = /^ ?(?!\p{M})[^\s\p{Cc}\p{Cf}]*$/u;

  const grounds = [];
  /** The class that colours the ground of a token. */
  const ground = (id) => (grounds[id] ??= tokens.colour(id).replace(/^var\(--(.*)\)$/, '$1'));

  /** A token's text with what cannot be seen made visible; a line break still breaks the line. */
  function shown(text) {
    // A mark that stands on nothing of its own token would stand on the one before.
    if (/^\p{M}/u.test(text)) return text === '\ufe0f' ? 'VS16' : `◌${text}`;
    if (/^\p{Cf}+$/u.test(text) || /[\p{Cc}\u2028\u2029]/u.test(text.replace(/[\n\t]/g, ''))) return playground.visible(text);
    return text.replace(/[ \n\t\u00a0\u3000]/g, (letter) => ({ ' ': '·', '\n': '⏎\n', '\t': '⇥\t', '\u00a0': '⍽', '\u3000': '□' })[letter]);
  }

  /** What stands between two tokens: dropped white space, or the room between two ids. */
  function between(laid, from, until, numbers) {
    if (!numbers) return laid.text.slice(from, until);
    // Dropped line breaks still break the line: the two views then stand line by line alike.
    if (laid.text.slice(from, until).includes('\n')) return '\n';
    return from && laid.text[from - 1] !== '\n' ? ' ' : '';
  }

  function drawn(id, token, numbers) {
    const span = document.createElement('span');
    let name = id ? ground(id) : 'pg-strip-unknown';
    if (numbers) span.textContent = token.includes('\n') ? `${id}\n` : id;
    else if (!PLAIN.test(token)) {
      span.textContent = shown(token);
      name += ' pg-strip-odd';
    } else if (token.charCodeAt(0) === 32) {
      // The dot of a space is painted; a line may break before it, not within the token.
      span.textContent = `\u00a0${token.slice(1)}`;
      name += RIGHT_TO_LEFT.test(token) ? ' pg-strip-space pg-strip-left' : ' pg-strip-space';
    } else span.textContent = token;
    span.className = name;
    return span;
  }

  /** Tokens `[first, last)` and all between them from code unit `from` to `until`: `[spans, content]`. */
  function made(laid, { from, first, last, until }, numbers) {
    const content = document.createDocumentFragment();
    const spans = [];
    let unit = from;
    for (let at = first; at < last; at++) {
      const gap = between(laid, unit, laid.starts[at], numbers);
      if (gap) content.append(gap);
      unit = laid.ends[at];
      spans.push(content.appendChild(drawn(laid.ids[at], laid.text.slice(laid.starts[at], unit), numbers)));
    }
    const rest = between(laid, unit, until, numbers);
    if (rest) content.append(rest);
    return [spans, content];
  }

  /** Changes a filled block to what it is now; spans at its beginning and end that are the same stay. */
  function patch(block, before, cut, laid, numbers) {
    const old = before.text.slice(block.from, block.until);
    const text = laid.text.slice(cut.from, cut.until);
    const alike = (one, other, base) => before.ids[one] === laid.ids[other] && before.starts[one] - base[0] === laid.starts[other] - base[1] && before.ends[one] - base[0] === laid.ends[other] - base[1];
    const most = Math.min(block.last - block.first, cut.last - cut.first);
    let units = 0;
    while (units < old.length && old.charCodeAt(units) === text.charCodeAt(units)) units++;
    let head = 0;
    while (head < most && before.ends[block.first + head] - block.from <= units && alike(block.first + head, cut.first + head, [block.from, cut.from])) head++;
    units = 0;
    while (units < old.length && units < text.length && old.charCodeAt(old.length - 1 - units) === text.charCodeAt(text.length - 1 - units)) units++;
    let tail = 0;
    while (tail < most - head && block.until - before.starts[block.last - 1 - tail] <= units && alike(block.last - 1 - tail, cut.last - 1 - tail, [block.until, cut.until])) tail++;
    const { spans, element } = block;
    const start = head ? spans[head - 1].nextSibling : element.firstChild;
    const end = tail ? spans[spans.length - tail] : null;
    for (let node = start; node && node !== end;) {
      const next = node.nextSibling;
      node.remove();
      node = next;
    }
    const [fresh, content] = made(laid, {
      from: head ? laid.ends[cut.first + head - 1] : cut.from, first: cut.first + head, last: cut.last - tail, until: tail ? laid.starts[cut.last - tail] : cut.until,
    }, numbers);
    element.insertBefore(content, end);
    spans.splice(head, spans.length - head - tail, ...fresh);
  }

  /** Whether a block shows the same tokens as before, wherever they stood. */
  function same(one, before, other, after) {
    if (one.until - one.from !== other.until - other.from || one.last - one.first !== other.last - other.first) return false;
    for (let at = one.first, to = other.first; at < one.last; at++, to++) {
      if (before.ids[at] !== after.ids[to] || before.starts[at] - one.from !== after.starts[to] - other.from || before.ends[at] - one.from !== after.ends[to] - other.from) return false;
    }
    return before.text.slice(one.from, one.until) === after.text.slice(other.from, other.until);
  }

  tokens.pieces = { made, patch, same };
})();
