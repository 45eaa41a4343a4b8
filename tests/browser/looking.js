/* What tests ask of a page, beyond what a locator can tell: loaded into it before its own scripts. */
'use strict';

window.looking = (() => {
  const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  function* written() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (data.trim() && !parentElement.closest('script, style, noscript, template') && seen(parentElement)) {
        yield [data.trim(), parentElement];
      }
    }
  }

  /** Every text that is seen or read aloud: text nodes, labels, hints, placeholders. */
  function texts(exceptIn) {
    const found = [...written()].filter(([, one]) => !exceptIn || !one.closest(exceptIn)).map(([text]) => text);
    for (const name of ['aria-label', 'title', 'placeholder', 'aria-description', 'aria-valuetext']) {
      for (const one of document.querySelectorAll(`body [${name}]`)) {
        const text = one.getAttribute(name).trim();
        if (text && seen(one) && !(exceptIn && one.closest(exceptIn))) found.push(text);
      }
    }
    return found;
  }

  /** `[key, text]` of everything in sight that is marked as a sentence of the catalogue. */
  const said = () => [...document.querySelectorAll('.pg-region [data-t]')]
    .filter((one) => seen(one) && !one.children.length && one.textContent.trim()
      && !one.matches('input, textarea, [aria-label], [title]'))
    .map((one) => [one.dataset.t, one.textContent]);

  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);

  /** The chart as it is painted, and how many of its pixels have the run's colour. */
  function curve(id) {
    const canvas = document.querySelector('.pg-curves canvas');
    const swatch = document.querySelector(`.pg-lane[data-run="${id}"] .pg-swatch`);
    const own = numbers(getComputedStyle(swatch).backgroundColor);
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let coloured = 0;
    for (let at = 0; at < data.length; at += 4) {
      const off = [0, 1, 2].reduce((sum, part) => sum + Math.abs(data[at + part] - own[part]), 0);
      if (data[at + 3] > 200 && off < 24) coloured++;
    }
    return { coloured, picture: canvas.toDataURL() };
  }

  /** Brightness of the page's ground (0 to 255), and the chart as it is painted. */
  const painted = () => ({
    ground: Math.max(...numbers(getComputedStyle(document.body).backgroundColor).slice(0, 3)),
    chart: document.querySelector('.pg-curves canvas').toDataURL(),
  });

  function inSight(css) {
    const box = document.querySelector(css).getBoundingClientRect();
    const across = box.left < innerWidth - 20 && box.right > 20;
    return box.height > 0 && across && box.top < innerHeight - 20 && box.bottom > 20;
  }

  function focusShows() {
    const style = getComputedStyle(document.activeElement);
    const marked = parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
    return document.activeElement.matches(':focus-visible') && marked;
  }

  // Contrast, by WCAG 2.2.

  const over = (top, under) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((part) => top[part] * alpha + under[part] * (1 - alpha));
  };
  const luminance = (colour) => [0, 1, 2]
    .map((part) => colour[part] / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, part) => sum + one * [0.2126, 0.7152, 0.0722][part], 0);
  function contrast(first, second) {
    const [low, high] = [luminance(first), luminance(second)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  /** What an element stands on; null where that is a picture or a gradient. */
  function ground(element) {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== 'none') return null;
      layers.push(numbers(style.backgroundColor));
      if ((layers.at(-1)[3] ?? 1) === 1) break;
    }
    return layers.reduceRight((under, top) => over(top, under), [255, 255, 255]);
  }

  /** Texts in sight that do not reach AA, as `class: ratio: text`. What cannot be used is left out. */
  function faint() {
    const found = new Map();
    for (const [text, one] of written()) {
      const under = one.closest(':disabled, .pg-piece') ? null : ground(one);
      if (!under) continue;
      const style = getComputedStyle(one);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      const ratio = contrast(over(numbers(style.color), under), under);
      if (ratio < (large ? 3 : 4.5)) found.set(one.className || one.tagName, `${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
    }
    return [...found].map((one) => one.join(': '));
  }

  /** Contrast of two custom properties of the theme. */
  function between(first, second) {
    const colour = (name) => {
      const hex = playground.colour(name);
      return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    };
    return contrast(colour(first), colour(second));
  }

  /** Counts the tokens of generated text as they are put in, and in how many bursts. */
  function countPieces() {
    window.looking.pieces = window.looking.bursts = 0;
    new MutationObserver((changes) => {
      const fresh = changes.flatMap((one) => [...one.addedNodes]).filter((one) => one.classList?.contains('pg-piece'));
      window.looking.pieces += fresh.length;
      if (fresh.length) window.looking.bursts++;
    }).observe(document.querySelector('.pg-generated'), { childList: true });
  }

  return { texts, said, curve, painted, inSight, focusShows, faint, between, countPieces };
})();
