/* One cell of an attention map: its weight as a slider and a number, its mask, and what to do with it. */
'use strict';

(() => {
  const { make, attention, icon } = playground;

  /** `{element, show(cell)}`; `told.weigh(value)`, `told.hold()`, `told.release()`, `told.hide()`, `told.only()`, `told.reset()`. */
  attention.ablateCell = (told) => {
    const name = make('p.pg-ablate-cell-name');
    const sum = make('p.pg-note.pg-ablate-sum');
    const slider = make('input.pg-slider', { type: 'range', min: 0, max: 1, step: 0.01, label: 'attention.ablate.weight' });
    const box = make('input.pg-number', { type: 'number', min: 0, max: 1, step: 0.01, label: 'attention.ablate.weight.number', inputmode: 'decimal' });
    const button = (key, picture, click) => make('button.pg-button', { type: 'button', on: { click } }, icon(picture), make('span', { text: key }));
    const hide = make('button.pg-button.pg-ablate-hide', { type: 'button', 'aria-pressed': 'false', on: { click: () => told.hide() } }, make('span'));
    const only = button('attention.ablate.only', 'eye', () => told.only());
    const reset = button('attention.ablate.reset', 'again', () => told.reset());
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const form = make('div.pg-ablate-cell-form', {}, make('div.pg-ablate-weigh', {}, slider, box), make('div.pg-ablate-cell-do', {}, hide, only, reset));
    const element = make('div.pg-ablate-cell', {}, name, form, fault, sum);

    slider.addEventListener('pointerdown', () => told.hold());
    slider.addEventListener('change', () => told.release());
    slider.addEventListener('input', () => { fault.hidden = true; told.weigh(Number(slider.value)); });
    box.addEventListener('input', () => {
      const value = Number(box.value);
      const sound = box.value !== '' && value >= 0 && value <= 1;
      fault.hidden = sound || box.value === '';
      if (sound) told.weigh(value);
      else if (!fault.hidden) playground.say(fault, 'attention.no_weight');
    });
    box.addEventListener('blur', () => { fault.hidden = true; told.renew(); });

    return {
      element,
      focus: () => box.select(),
      /** `{query, key, weight, sum, hidden, changed}`: words of both tokens, numbers; null for no cell. */
      show(cell) {
        element.classList.toggle('pg-ablate-none', !cell);
        for (const one of form.querySelectorAll('input, button')) one.disabled = !cell;
        if (!cell) {
          playground.say(name, 'attention.ablate.choose_cell');
          playground.unsay(sum);
          slider.value = 0;
          box.value = '';
          playground.say(hide.firstChild, 'attention.ablate.hide');
          return;
        }
        playground.say(name, 'attention.ablate.cell', { query: cell.query, key: cell.key });
        slider.value = cell.weight;
        slider.style.setProperty('--filled', `${100 * cell.weight}%`);
        if (document.activeElement !== box) box.value = cell.weight.toFixed(2);
        slider.disabled = box.disabled = only.disabled = cell.hidden;
        reset.disabled = !cell.changed;
        hide.setAttribute('aria-pressed', String(cell.hidden));
        playground.say(hide.firstChild, cell.hidden ? 'attention.ablate.unhide' : 'attention.ablate.hide');
        playground.say(sum, Math.abs(cell.sum - 1) < 0.005 ? 'attention.ablate.sum' : 'attention.ablate.sum.off', { sum: cell.sum.toFixed(2) });
      },
    };
  };
})();
