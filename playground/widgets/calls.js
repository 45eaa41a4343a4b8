/* How the page speaks with the server: actions, line-by-line answers, files, the owner's token. */
'use strict';

(() => {
  const { kept } = playground;

  /**
   * The token that lets this browser control its runs. It stays in this browser: never in a URL.
   */
  playground.owner = (() => {
    const old = kept.readText('play-owner');
    if (/^[0-9a-f]{32,128}$/.test(old ?? '')) return old;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const token = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    kept.writeText('play-owner', token);
    return token;
  })();

  async function refusal(response) {
    try {
      const body = await response.json();
      if (body?.error?.key) return body.error;
    } catch {
      // Not ours: a proxy's page, or nothing at all.
    }
    if (response.status === 401) return { key: 'page.call.login', params: {} };
    if (response.status === 413) return { key: 'page.call.too_large', params: {} };
    if (response.status === 429) return { key: 'page.call.too_many', params: {} };
    return { key: 'page.call.failed', params: {} };
  }

  async function ask(path, options) {
    let response;
    try {
      response = await fetch(path, options);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw { key: 'page.call.offline', params: {} };
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }

  const headers = () => ({
    'content-type': 'application/json',
    'accept-language': playground.language,
  });

  /** An action of the server: its value, or a thrown refusal `{key, params, text}`. */
  playground.call = async (action, values = {}) => {
    const response = await ask(`playground/call/${action}`, {
      method: 'POST',
      // A refusal is then an answer like any other: a browser reports other states as errors.
      headers: { ...headers(), 'x-refusal': 'answer' },
      body: JSON.stringify(values),
    });
    const body = await response.json();
    if (body.error) throw body.error;
    return body.value;
  };

  /** A file's bytes to a route of ours. */
  playground.send = async (path, body) => {
    const response = await ask(path, {
      method: 'POST',
      headers: { 'accept-language': playground.language },
      body,
    });
    return (await response.json()).value;
  };

  /** An answer that comes line by line: calls `take` with each object, until the end or `signal`. */
  playground.lines = async (path, values, take, signal) => {
    const response = await ask(path, {
      method: 'POST',
      headers: headers(),
      body: JSON.stringify(values),
      signal,
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      rest += value ?? '';
      const whole = rest.split('\n');
      rest = whole.pop();
      for (const line of whole) {
        if (!line.trim()) continue;
        const item = JSON.parse(line);
        if (item.error) throw item.error;
        take(item);
      }
      if (done) return;
    }
  };

  /** Hands a file to the visitor: an address of ours, or a Blob. */
  playground.save = (what, name = '') => {
    const address = what instanceof Blob ? URL.createObjectURL(what) : what;
    const link = playground.make('a', { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    if (what instanceof Blob) setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };

  /** Puts text on the clipboard, also where the page is not served over https. */
  playground.copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const box = playground.make('textarea', { class: 'pg-offscreen', readonly: true });
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  };
})();
