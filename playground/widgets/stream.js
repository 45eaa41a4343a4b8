/* One connection for all shown runs. It closes when the page is hidden and goes on where it was. */
'use strict';

(() => {
  const { on, runs } = playground;
  const SILENCE = 25_000; // ms; the server says something every 10 s
  let connection = null; // {abort, ids, heard}
  let wait = 500; // ms before the next attempt; doubles up to 10 s
  let retry = 0;

  const wanted = () => runs.watched().filter((run) => run.live || run.attached !== run.about.steps);

  function attach() {
    clearTimeout(retry);
    const asked = document.hidden ? [] : wanted();
    const ids = asked.map((run) => run.id).join(',');
    if (connection) {
      if (connection.ids === ids) return;
      connection.abort.abort();
      connection = null;
    }
    if (ids) void follow(asked, ids);
  }

  async function follow(asked, ids) {
    const mine = (connection = { abort: new AbortController(), ids, heard: performance.now() });
    const cursors = asked.map((run) => `${run.id}:${run.total}`).join(',');
    try {
      const response = await fetch(`playground/stream?cursors=${cursors}`, {
        signal: mine.abort.signal,
        headers: { accept: 'text/event-stream' },
      });
      if (!response.ok) throw new Error(`the stream answered ${response.status}`);
      wait = 500;
      setOnline(true);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        mine.heard = performance.now();
        if (done) break;
        const events = (rest + value).split('\n\n');
        rest = events.pop();
        for (const event of events) {
          if (event.startsWith('data: ') && !runs.take(JSON.parse(event.slice(6)))) throw new Error('records are missing');
        }
      }
      for (const run of asked) run.attached = run.about.steps;
      end(mine, false);
    } catch (error) {
      if (!mine.abort.signal.aborted) setOnline(error.message === 'records are missing');
      end(mine, !mine.abort.signal.aborted);
    }
  }

  /** After an end: again at once if there is more to come, later if it was a fault. */
  function end(mine, fault) {
    if (connection !== mine) return;
    connection = null;
    if (document.hidden || !wanted().length) return;
    retry = setTimeout(attach, fault ? wait : 300);
    if (fault) wait = Math.min(10_000, wait * 2);
  }

  let online = true;
  function setOnline(now) {
    if (now === online) return;
    online = now;
    playground.emit('online', now);
    if (now) playground.runs.refresh().catch(() => {});
  }

  document.addEventListener('visibilitychange', attach);
  on('shown', attach);
  // A run that is resumed, or started elsewhere, becomes live without being shown anew.
  on('about', (run) => { if (run.live && runs.isShown(run.id) && !connection) attach(); });
  setInterval(() => {
    if (connection && !document.hidden && performance.now() - connection.heard > SILENCE) {
      connection.abort.abort();
      connection = null;
      attach();
    }
  }, 2000);
})();
