/* The coloured strip: a text of any length in a scroll box, of which only blocks in sight hold tokens. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const { made, patch, same } = tokens.pieces;
  const MARGIN = 700; // px above and below the box in which blocks are filled
  const LINE = 28; // px of a line, as strip.css has it
  const LETTER = 8.7; // px of a letter
  const WIDE = /[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uff60]/g;

  /** `{element, show, numbers, light, reveal, place, laid, at}`; `key` names the strip for those who hear it. */
  tokens.stripBox = (key, params) => {
    const element = make('div.pg-strip-box', { tabindex: 0, role: 'group' });
    playground.say(element, key, params, 'aria-label');
    let laid = null;
    let blocks = [];
    let numbers = false;
    let lit = null; // {looked, id, from, until}
    let marked = [];
    const blockOf = new WeakMap();
    // Known without asking for a layout, which would have to be made for the answer.
    const size = { top: 0, tall: 400, width: 480 };
    element.addEventListener('scroll', () => { size.top = element.scrollTop; }, { passive: true });
    new ResizeObserver(([entry]) => Object.assign(size, { tall: Math.max(200, entry.contentRect.height), width: entry.contentRect.width + 28 })).observe(element);

    const sight = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const block = blockOf.get(entry.target);
        if (!block) continue;
        if (entry.isIntersecting) open(block);
        else if (block.spans && !selected(block)) {
          block.height = entry.boundingClientRect.height || block.height;
          block.spans = null;
          block.element.replaceChildren();
          block.element.style.setProperty('height', `${block.height}px`);
        }
      }
    }, { root: element, rootMargin: `${MARGIN}px 0px` });

    const selected = ({ element: one }) => {
      const selection = getSelection();
      return !selection.isCollapsed && (one.contains(selection.anchorNode) || one.contains(selection.focusNode));
    };

    function open(block) {
      if (block.spans) return;
      const [spans, content] = made(laid, block, numbers);
      block.spans = spans;
      block.element.replaceChildren(content);
      block.element.style.removeProperty('height');
      mark(block);
    }

    /** Fills what is in sight at once, by the heights known so far. */
    function openFrom() {
      const { top, tall } = size;
      let y = 0;
      for (const block of blocks) {
        if (y > top + tall + MARGIN / 2) break;
        if (y + block.height > top - MARGIN / 2) open(block);
        y += block.height;
      }
    }

    function measure(block, perLine, wide) {
      if (numbers) return LINE * Math.ceil(((block.last - block.first) * (String(laid.names.length).length + 1)) / perLine);
      let lines = 0;
      for (let from = block.from; from < block.until;) {
        const end = laid.text.indexOf('\n', from);
        const until = end < 0 || end > block.until ? block.until : end + 1;
        lines += Math.max(1, Math.ceil(((until - from) * wide) / perLine));
        from = until;
      }
      return LINE * Math.max(1, lines);
    }

    function show(next, again = false) {
      const perLine = Math.max(16, (size.width - 28) / LETTER);
      const before = laid;
      const old = blocks;
      const cuts = tokens.blocks(next);
      laid = next;
      const start = laid.text.slice(0, 2000);
      const wide = 1 + (start.match(WIDE)?.length ?? 0) / Math.max(1, start.length);
      let head = 0;
      let tail = 0;
      if (before && !again) {
        const most = Math.min(old.length, cuts.length);
        while (head < most && same(old[head], before, cuts[head], laid)) head++;
        while (tail < most - head && same(old.at(-1 - tail), before, cuts.at(-1 - tail), laid)) tail++;
      }
      // A key changes one block: it stays, and takes what is new in it.
      const paired = !again && head < cuts.length - tail && cuts.length === old.length && old.slice(head, old.length - tail).every((block) => block.spans);
      blocks = cuts.map((cut, at) => {
        const block = at < head || paired ? old[at] : at >= cuts.length - tail ? old[at - cuts.length + old.length] : null;
        if (block) {
          if (paired && at >= head && at < cuts.length - tail) patch(block, before, cut, laid, numbers);
          return Object.assign(block, cut);
        }
        cut.height = measure(cut, perLine, wide);
        cut.element = make('div.pg-strip-block', { style: { height: `${cut.height}px` } });
        blockOf.set(cut.element, cut);
        return cut;
      });
      if (paired) head = cuts.length - tail;
      for (const gone of old.slice(head, old.length - tail)) {
        sight.unobserve(gone.element);
        gone.element.remove();
      }
      const anchor = tail ? blocks[cuts.length - tail].element : null;
      const fresh = blocks.slice(head, cuts.length - tail);
      const content = document.createDocumentFragment();
      content.append(...fresh.map((block) => block.element));
      element.insertBefore(content, anchor);
      element.classList.toggle('pg-strip-numbers', numbers);
      light(null);
      const changed = before && before.text !== laid.text ? difference(before.text, laid.text) : null;
      openFrom();
      for (const block of fresh) sight.observe(block.element);
      return changed;
    }

    /** Where two texts begin to differ. */
    function difference(one, other) {
      let at = 0;
      while (at < one.length && one.charCodeAt(at) === other.charCodeAt(at)) at++;
      return at;
    }

    function light(next) {
      for (const span of marked) span.classList.remove('pg-looked', 'pg-twin', 'pg-same');
      marked = [];
      lit = next;
      if (lit) for (const block of blocks) mark(block);
    }

    function mark(block) {
      if (!lit || !block.spans) return;
      const { ids, starts, ends } = laid;
      for (let at = block.first; at < block.last; at++) {
        const name = at === lit.looked ? 'pg-looked' : ids[at] === lit.id ? 'pg-twin' : starts[at] < lit.until && ends[at] > lit.from ? 'pg-same' : '';
        if (!name) continue;
        const span = block.spans[at - block.first];
        span.classList.add(name);
        marked.push(span);
      }
    }

    const holding = (at) => blocks.find((block) => at >= block.first && at < block.last);

    /** Scrolls the box, and nothing else, until a token is in sight. Returns its span. */
    function reveal(at) {
      const block = holding(at);
      if (!block) return null;
      open(block);
      for (let turn = 0; turn < 3; turn++) {
        // What is filled above may be higher than was thought: look again until it rests.
        const span = block.spans[at - block.first];
        const box = element.getBoundingClientRect();
        const { top, bottom } = span.getClientRects()[0] ?? span.getBoundingClientRect();
        if (top >= box.top + 4 && bottom <= box.bottom - 4) break;
        element.scrollTop += top - box.top - element.clientHeight / 3;
        size.top = element.scrollTop;
        const around = blocks.indexOf(block);
        for (const near of blocks.slice(Math.max(0, around - 1), around + 2)) open(near);
      }
      return block.spans[at - block.first];
    }

    /** The token under a pointer or in a selection: its place in `laid`, or −1. */
    function place(target) {
      const span = target?.closest?.('.pg-strip-block > span');
      const block = span && blockOf.get(span.parentElement);
      return block?.spans ? block.first + block.spans.indexOf(span) : -1;
    }

    /** The place in the text of a boundary of the selection. */
    function unit(node, offset) {
      const inside = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest('.pg-strip-block');
      if (!inside) return offset < blocks.length ? blocks[offset].from : laid.text.length;
      const block = blockOf.get(inside);
      const at = place(node.parentElement);
      if (node.nodeType === Node.TEXT_NODE && at >= 0) {
        const exact = node.length === laid.ends[at] - laid.starts[at];
        return exact ? laid.starts[at] + offset : offset ? laid.ends[at] : laid.starts[at];
      }
      if (node.nodeType === Node.TEXT_NODE) {
        const before = node.previousSibling ? laid.ends[place(node.previousSibling)] : block.from;
        return before + offset;
      }
      const own = place(node);
      if (own >= 0) return offset ? laid.ends[own] : laid.starts[own];
      const next = [...inside.childNodes].slice(offset).find((one) => one.nodeType === Node.ELEMENT_NODE);
      return next ? laid.starts[place(next)] : block.until;
    }

    // What is copied is the text itself, without the signs that make its white space visible.
    element.addEventListener('copy', (event) => {
      const selection = getSelection();
      if (numbers || selection.isCollapsed || !laid) return;
      const range = selection.getRangeAt(0);
      if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return;
      event.clipboardData.setData('text/plain', laid.text.slice(unit(range.startContainer, range.startOffset), unit(range.endContainer, range.endOffset)));
      event.preventDefault();
    });
    element.addEventListener('keydown', (event) => {
      if (event.key !== 'a' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      getSelection().selectAllChildren(element);
    });

    return {
      element, show, light, reveal, place,
      toStart() {
        if (size.top) element.scrollTop = size.top = 0;
      },
      laid: () => laid,
      /** Text or ids: the same tokens, drawn anew. */
      numbers(on) {
        if (on === numbers) return;
        numbers = on;
        if (laid) show(laid, true);
      },
      inSight(at) {
        const block = holding(at);
        return Boolean(block?.spans) && block.spans[at - block.first];
      },
    };
  };
})();
