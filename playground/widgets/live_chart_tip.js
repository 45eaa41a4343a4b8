// The small table beside the crosshair: what every line holds there.
'use strict';

((parts) => {
  const NEAR = 12; // pixels within which a point counts as standing at the crosshair

  function cell(row, className, text) {
    const made = document.createElement('span');
    made.className = className;
    made.textContent = text;
    row.append(made);
    return made;
  }

  /** Fills and places the tip. One row for each lane: train, validation, and where if elsewhere. */
  function fillTip(chart, { at, axis }, x, readings) {
    const { tip, write } = { tip: chart.panel.tip, write: (value) => chart.panel.write(value) };
    const rows = new Map();
    for (const reading of readings) {
      if (!rows.has(reading.run)) rows.set(reading.run, { name: reading.name, paint: reading.paint });
      rows.get(reading.run)[reading.channel] = reading;
    }
    const both = readings.some((reading) => reading.channel === 'validation');
    tip.replaceChildren();
    tip.style.setProperty('--pg-columns', both ? '3' : '2');
    const head = document.createElement('div');
    head.className = 'pg-live-tip-row pg-live-tip-head';
    const lead = readings.find((reading) => Math.abs(at.x(reading.x) - at.x(x)) <= NEAR);
    cell(head, '', `${playground.t(`chart.axis.${axis}`)} ${parts.view.place(axis, lead?.x ?? x)}`);
    if (both) {
      cell(head, 'pg-live-tip-number', playground.t('chart.train'));
      cell(head, 'pg-live-tip-number', playground.t('chart.validation'));
    }
    tip.append(head);
    for (const { name, paint, train, validation } of rows.values()) {
      const row = document.createElement('div');
      row.className = 'pg-live-tip-row';
      row.style.setProperty('--pg-lane', paint);
      cell(row, 'pg-live-tip-name', name);
      for (const reading of both ? [train, validation] : [train ?? validation]) {
        const far = reading && Math.abs(at.x(reading.x) - at.x(x)) > NEAR;
        const text = !reading ? '' : Number.isNaN(reading.y) ? playground.t('chart.diverged') : write(reading.y);
        const made = cell(row, 'pg-live-tip-number', text);
        if (far) {
          made.classList.add('pg-live-tip-far');
          cell(made, 'pg-live-tip-where', ` @ ${parts.view.place(axis, reading.x)}`);
        }
      }
      tip.append(row);
    }
    placeTip(chart, at, x);
  }

  // Beside the crosshair where there is room, inside the chart always.
  function placeTip(chart, at, x) {
    const { tip, stage } = chart.panel;
    const [width, across] = [tip.offsetWidth, at.x(x)];
    const right = across + 14;
    const left = right + width < stage.clientWidth ? right : across - 14 - width;
    tip.style.transform = `translate(${Math.round(Math.max(2, Math.min(left, stage.clientWidth - width - 2)))}px, ${at.top + 4}px)`;
  }

  parts.fillTip = fillTip;
})((playground.chart ??= {}));
