/* The page's own small core: events, elements, widgets. Every other script hangs itself here. */
'use strict';

window.playground = (() => {
  const listeners = {};
  const widgets = {};

  /** Calls `listener` on every later `event`; returns the function that ends it. */
  function on(event, listener) {
    (listeners[event] ??= new Set()).add(listener);
    return () => listeners[event].delete(listener);
  }

  function emit(event, data) {
    for (const listener of [...(listeners[event] ?? [])]) {
      try {
        listener(data);
      } catch (error) {
        // One broken listener must not keep the others from hearing of it.
        console.error(error);
      }
    }
  }

  /** Like `on`, but ends by itself once the element has left the page. */
  function onWhile(element, event, listener) {
    let seen = false;
    const end = on(event, (data) => {
      seen ||= element.isConnected;
      if (seen && !element.isConnected) end();
      else listener(data);
    });
    return end;
  }

  /**
   * An element. Attributes: `class`, `on: {click}`, `text` (a key of the catalogue), `style` and
   * `data` objects, anything else as it is. Children: elements or plain text, never markup.
   */
  function make(tag, attributes = {}, ...children) {
    const [name, ...classes] = tag.split('.');
    const element = document.createElement(name || 'div');
    if (classes.length) element.className = classes.join(' ');
    for (const [key, value] of Object.entries(attributes)) {
      if (value === undefined || value === null || value === false) continue;
      if (key === 'on') {
        for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
      } else if (key === 'class') element.classList.add(...value.split(' ').filter(Boolean));
      else if (key === 'text') playground.say(element, value);
      else if (key === 'label') playground.say(element, value, {}, 'aria-label');
      else if (key === 'hint') playground.say(element, value, {}, 'title');
      else if (key === 'style') {
        for (const [property, setting] of Object.entries(value)) element.style.setProperty(property, setting);
      } else if (key === 'data') Object.assign(element.dataset, value);
      else if (value === true) element.setAttribute(key, '');
      else element.setAttribute(key, value);
    }
    element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }

  /** Mounts the widget of this name in an element, once its words are there. */
  function mount(element, name, data = {}) {
    const place = element.querySelector?.('.pg-region') ?? element;
    playground.ready.then(() => {
      if (place.dataset.mounted === name) return;
      place.dataset.mounted = name;
      place.replaceChildren();
      widgets[name](place, data);
    }).catch((error) => console.error(error));
  }

  /** At most one call a frame, and none while the page is hidden. */
  function perFrame(draw) {
    let asked = 0;
    return () => {
      if (asked) return;
      asked = requestAnimationFrame(() => {
        asked = 0;
        draw();
      });
    };
  }

  /** Calls `work` once things have been quiet for a while. */
  function afterQuiet(milliseconds, work) {
    let timer = 0;
    return (...values) => {
      clearTimeout(timer);
      timer = setTimeout(() => work(...values), milliseconds);
    };
  }

  /** A value kept in this browser; `fallback` where there is none or storage is closed. */
  const kept = {
    read(key, fallback = null) {
      try {
        const text = localStorage.getItem(key);
        return text === null ? fallback : JSON.parse(text);
      } catch {
        return fallback;
      }
    },
    write(key, value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // A private window may refuse; the page then simply forgets on reload.
      }
    },
    readText(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    writeText(key, text) {
      try {
        localStorage.setItem(key, text);
      } catch {
        // As above.
      }
    },
  };

  const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

  return { widgets, on, onWhile, emit, make, mount, perFrame, afterQuiet, kept, calm };
})();
