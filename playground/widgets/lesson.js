/* The lesson beside the pictures: our own text and formulas, with the experiments in their places. */
'use strict';

(() => {
  const { make } = playground;

  /** data: {slice, html: {en, zh}, experiments: [{name, lanes, choices}]} */
  playground.widgets.lesson = (element, { slice, html, experiments }) => {
    element.classList.add('pg-lesson');
    const body = make('div.pg-lesson-body');
    const count = make('span.pg-lesson-count');
    const bar = make('span.pg-bar-fill');
    element.append(
      make('header.pg-lesson-head', {}, make('h2', { text: 'page.lesson.title' }), count,
        playground.iconButton('right', 'page.lesson.fold', () => playground.emit('fold'), 'pg-quiet pg-fold')),
      make('span.pg-bar', {}, bar),
      body);

    function draw() {
      // Written by us and rendered by the server: the only markup that is ever put in as it is.
      body.innerHTML = html[playground.language] ?? html.en;
      const left = new Map(experiments.map((one) => [one.name, one]));
      for (const place of body.querySelectorAll('[data-experiment]')) {
        const experiment = left.get(place.dataset.experiment);
        if (!experiment) continue;
        left.delete(experiment.name);
        playground.experimentCard(place, slice, experiment);
      }
      for (const experiment of left.values()) {
        const place = make('div', { data: { experiment: experiment.name } });
        body.append(place);
        playground.experimentCard(place, slice, experiment);
      }
      for (const table of body.querySelectorAll('table')) table.parentNode.classList.add('pg-scrolls');
    }

    function progress() {
      const done = experiments.filter((one) => playground.experimentDone(slice, one.name)).length;
      count.textContent = experiments.length ? `${done} / ${experiments.length}` : '';
      count.title = playground.t('page.lesson.done', { done, count: experiments.length });
      bar.style.setProperty('width', `${(100 * done) / Math.max(1, experiments.length)}%`);
    }

    playground.on('language', draw);
    playground.on('experiment', progress);
    draw();
    progress();
  };
})();
