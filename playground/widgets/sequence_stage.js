/* The pictures of the Sequence room: rows of runs, curves, what is written, what is recited. */
'use strict';

(() => {
  const { make, runs, link } = playground;

  playground.widgets.sequence_stage = (element, data) => {
    element.classList.add('pg-stage');
    const title = make('h2.pg-stage-title');
    const subtitle = make('p.pg-stage-subtitle');
    const headline = make('div.pg-headline', {}, make('div', {}, title, subtitle));
    const parts = Object.fromEntries(['lanes', 'curves', 'gradients', 'samples', 'memory', 'generation'].map((name) => [name, make(`section.pg-part.pg-part-${name}`)]));
    const invitation = make('div.pg-invitation', { hidden: true },
      playground.icon('runs'), make('p', { text: 'page.stage.empty' }));
    element.append(headline, parts.lanes, invitation, parts.curves, make('div.pg-pair', {}, parts.gradients, parts.memory), parts.samples, parts.generation);

    playground.mount(parts.lanes, 'lanes');
    playground.mount(parts.curves, 'curves');
    playground.mount(parts.gradients, 'gradients');
    playground.mount(parts.memory, 'memorization');
    playground.mount(parts.samples, 'samples', data.sample);
    playground.mount(parts.generation, 'generation', { slice: data.slice, first: data.generation });

    /** One sentence that says what the picture shows, whatever is shown. */
    function tell() {
      const shown = runs.shown();
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
    playground.on('shown', () => element.classList.toggle('pg-is-live', runs.shown().some((run) => run.live)));
    for (const event of ['runs', 'shown', 'about', 'language', 'corpora']) playground.on(event, playground.perFrame(tell));
    tell();
    void first(data);
  };

  /** What is drawn when the page opens: the runs of the link, else mine that go on, else shipped. */
  async function first({ slice, favourites }) {
    try {
      await runs.refresh();
    } catch (refusal) {
      playground.complain(refusal);
      return;
    }
    const here = runs.all().filter((run) => run.about.slice === slice);
    const asked = link.list('runs');
    const found = asked.filter((id) => runs.get(id));
    if (asked.length > found.length) playground.notice('page.runs.missing', { count: asked.length - found.length }, { kind: 'error' });
    if (found.length) {
      runs.show(found);
      return;
    }
    const going = here.filter((run) => run.mine && run.live);
    if (going.length) {
      const newest = going.reduce((best, run) => (run.about.created > best.about.created ? run : best));
      runs.show(going.filter((run) => run.about.group === newest.about.group).map((run) => run.id));
      return;
    }
    const shipped = here.filter((run) => run.about.shipped);
    const liked = shipped.filter((run) => run.about.config.corpus === favourites);
    runs.show(ordered(liked.length ? liked : shipped.slice(0, 3)), false);
  }

  const ORDER = ['rnn', 'gru', 'lstm'];
  const ordered = (list) => [...list].sort((a, b) => ORDER.indexOf(a.cell) - ORDER.indexOf(b.cell)).map((run) => run.id);
})();
