/* Two more curves of training: how good translations of held-out pairs are, and the learning rate. */
'use strict';

(() => {
  const { make, runs, attention } = playground;
  const { follow, furnish, chart } = playground.runCharts;
  const TOOLS = ['table', 'png', 'csv'];

  const height = () => (innerWidth < 760 ? 240 : Math.max(300, Math.min(540, Math.round(innerHeight * 0.37) + 34)));

  /** data: {slice} */
  playground.widgets.attention_quality = (element, { slice }) => {
    element.classList.add('pg-panel', 'pg-train-chart');
    const host = make('div.pg-chart-place');
    element.append(host);
    const title = () => `attention.train.chart.${attention.training.measure(runs.shown(slice))}`;
    follow(
      slice,
      () => furnish(chart(slice, host, {
        id: 'quality', height: height(), smoothing: 0, tools: TOOLS, metric: { title_key: title(), log: false, span: 10, format: (value) => value.toFixed(1) },
      }), playground.helper('attention.train.chart.quality.help')),
      (part) => ({ validation: part('quality') }),
      (drawn) => {
        if (drawn.options.metric.title_key === title()) return;
        drawn.options.metric.title_key = title();
        drawn.panel.say();
      },
    );
  };

  /** data: {slice} */
  playground.widgets.attention_rate = (element, { slice }) => {
    element.classList.add('pg-panel', 'pg-train-chart');
    const host = make('div.pg-chart-place');
    element.append(host);
    follow(
      slice,
      () => furnish(chart(slice, host, {
        id: 'learning-rate', height: 200, smoothing: 0, tools: TOOLS, metric: { title_key: 'attention.train.chart.rate', log: false },
      }), playground.helper('attention.train.chart.rate.help')),
      (part) => ({ train: part('learning_rate') }),
    );
  };
})();
