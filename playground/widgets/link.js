/* The address of the page holds its state: settings, cells, shown runs, what a teacher hid. */
'use strict';

(() => {
  // Words of the address that are the page's own; all others are settings of the room.
  const OWN = new Set(['lang', 'theme', '__theme', 'runs', 'cells', 'schemes', 'models', 'hide', 'lock', 'present', 'room', 'view']);

  const parameters = () => new URL(location.href).searchParams;

  playground.link = {
    get: (name) => parameters().get(name),
    has: (name) => parameters().has(name),
    list: (name) => (parameters().get(name) ?? '').split(',').map((one) => one.trim()).filter(Boolean),

    /** The room that one is in, which the settings in the address are about; the header knows it. */
    room: () => document.documentElement.dataset.room ?? '',

    /** What of the address describes settings of its room. */
    settings() {
      return Object.fromEntries([...parameters()].filter(([name]) => !OWN.has(name)));
    },

    /** Sets parameters of the page's own; empty ones go. */
    set(values) {
      const address = new URL(location.href);
      for (const [name, value] of Object.entries(values)) put(address, name, value);
      replace(address);
    },

    /** Replaces all settings by these. */
    setSettings(values) {
      replace(this.withSettings(values));
    },

    /** The page's address with these settings and parameters instead of its own. */
    withSettings(values, more = {}) {
      const address = new URL(location.href);
      for (const name of [...address.searchParams.keys()]) {
        if (!OWN.has(name)) address.searchParams.delete(name);
      }
      for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
      for (const [name, value] of Object.entries(more)) put(address, name, value);
      return address;
    },
  };

  function put(address, name, value) {
    const text = Array.isArray(value) ? value.join(',') : value;
    if (text === null || text === undefined || text === '') address.searchParams.delete(name);
    else address.searchParams.set(name, text);
  }

  /** Commas and colons stay readable in an address; browsers allow them there. */
  function replace(address) {
    const readable = address.search.replaceAll('%2C', ',').replaceAll('%3A', ':');
    if (readable !== location.search) {
      history.replaceState(history.state, '', address.pathname + readable + address.hash);
    }
  }

  playground.link.readable = (address) =>
    address.origin + address.pathname + address.search.replaceAll('%2C', ',').replaceAll('%3A', ':');
})();
