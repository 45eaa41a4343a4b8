/* The pictures of the Sequence room: rows of runs, curves, what is written, what is recited. */
'use strict';

(() => {
  const { make, runs } = playground;

  playground.widgets.sequence_stage = (element, data) => {
    element.classList.add('pg-stage');
    const title = make('h2.pg-stage-title');
    const subtitle = make('p.pg-stage-subtitle');
    const headline = make('div.pg-headline', {}, make('div', {}, title, subtitle));
    const parts = Object.fromEntries(['lanes', 'curves', 'gradients', 'samples', 'memory', 'generation'].map((name) => [name, make(`section.pg-part.pg-part-${name}`)]));
    const invitation = make('div.pg-invitation', { hidden: true },
      playground.icon('runs'), make('p', { text: 'page.stage.empty' }));
    element.append(headline, parts.lanes, invitation, parts.curves, make('div.pg-pair', {}, parts.gradients, parts.memory), parts.samples, parts.generation);

    const { slice } = data;
    playground.mount(parts.lanes, 'lanes', { slice });
    playground.mount(parts.curves, 'curves', { slice, metrics: ['perplexity', 'loss', 'bits'] });
    playground.mount(parts.gradients, 'gradients', { slice });
    playground.mount(parts.memory, 'memorization', { slice });
    playground.mount(parts.samples, 'samples', { slice, ...data.sample });
    playground.mount(parts.generation, 'generation', { slice, first: data.generation });

    /** One sentence that says what the picture shows, whatever is shown. */
    function tell() {
      const shown = runs.shown(slice);
      const list = [...new Set(shown.map((run) => run.cell.toUpperCase()))].join(playground.t('page.and'));
      const corpora = [...new Set(shown.map((run) => run.about.config?.corpus))];
      const corpus = corpora.length === 1 ? playground.corpusTitle?.(corpora[0]) ?? corpora[0] : playground.t('page.stage.texts', { count: corpora.length });
      const kind = !runs.loaded ? 'loading' : !shown.length ? 'empty'
        : shown.some((run) => run.live) ? 'live'
          : shown.every((run) => run.about.shipped) ? 'shipped'
            : shown.some((run) => run.about.state === 'failed') ? 'failed' : 'done';
      playground.say(title, `page.stage.${kind}.title`, { cells: list, corpus });
      playground.say(subtitle, `page.stage.${kind}.subtitle`, { cells: list, corpus });
      const empty = kind === 'empty';
      element.classList.toggle('pg-is-empty', empty);
      invitation.hidden = !empty;
    }
    // Panels change places only when other runs are shown, never under the reader's eyes.
    playground.on('shown', (room) => { if (room === slice) element.classList.toggle('pg-is-live', runs.shown(slice).some((run) => run.live)); });
    for (const event of ['runs', 'shown', 'about', 'language', 'corpora']) playground.on(event, playground.perFrame(tell));
    tell();
    void runs.open(slice, (shipped) => {
      const liked = shipped.filter((run) => run.about.config.corpus === data.favourites);
      return ordered(liked.length ? liked : shipped.slice(0, 3));
    });
  };

  const ORDER = ['rnn', 'gru', 'lstm'];
  const ordered = (list) => [...list].sort((a, b) => ORDER.indexOf(a.cell) - ORDER.indexOf(b.cell)).map((run) => run.id);
})();
