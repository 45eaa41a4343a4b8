/* One control for each kind of setting. Each field is `{element, get, set, fault}`. */
'use strict';

(() => {
  const { make } = playground;
  let numbered = 0;

  /**
   * A field's frame: label, help, the dot that goes back to the default, and a place for a fault.
   * `words` is the stem of its sentences: `<words>.<name>` is the label, `….help` the help.
   */
  function frame(setting, words, control, { value, reset, wide = null, note = null }) {
    const id = `pg-field-${++numbered}`;
    const focusable = control.matches('input,select,textarea,button') ? control : control.querySelector('input,select,textarea,button');
    if (focusable && !focusable.id) focusable.id = id;
    const fault = make('p.pg-fault', { id: `${id}-fault`, role: 'alert', hidden: true });
    const dot = make('button.pg-reset', {
      type: 'button', hint: 'page.field.reset', label: 'page.field.reset', hidden: true, on: { click: reset },
    });
    const element = make('div.pg-field', { data: { name: setting.name } },
      make('div.pg-field-head', {},
        make('label.pg-label', { for: focusable?.id, text: `${words}.${setting.name}` }),
        playground.helper(`${words}.${setting.name}.help`),
        dot,
        make('span.pg-lock', { hint: 'page.field.locked', hidden: true }, playground.icon('lock')),
        wide ? control : null),
      wide ?? control,
      note,
      fault);
    return {
      element,
      name: setting.name,
      get: value,
      changed: () => { dot.hidden = String(value()) === String(setting.default); },
      fault: (sentence) => {
        fault.textContent = sentence ?? '';
        fault.hidden = !sentence;
        element.classList.toggle('pg-has-fault', Boolean(sentence));
        focusable?.setAttribute('aria-invalid', sentence ? 'true' : 'false');
        if (sentence) focusable?.setAttribute('aria-describedby', fault.id);
      },
      lock: () => {
        for (const one of element.querySelectorAll('input,select,textarea,button:not(.pg-helper)')) one.disabled = true;
        element.querySelector('.pg-lock').hidden = false;
        dot.hidden = true;
        element.classList.add('pg-locked');
      },
    };
  }

  /** Places on a slider: `stops` if a room names some, else every or logarithmic steps. */
  function scale(setting, stops) {
    if (stops) {
      const places = [...new Set([...(setting.zero_is_off ? [0] : []), ...stops])].sort((a, b) => a - b);
      return {
        count: places.length - 1,
        value: (place) => places[place],
        place: (value) => places.reduce((best, one, at) =>
          (Math.abs(Math.log((one || 1e-9) / (value || 1e-9))) < Math.abs(Math.log((places[best] || 1e-9) / (value || 1e-9))) ? at : best), 0),
      };
    }
    const whole = setting.kind === 'integer';
    if (setting.log) {
      const low = Math.log10(setting.low || 1);
      const span = Math.log10(setting.high) - low;
      return {
        count: 200,
        value: (place) => tidy(10 ** (low + (span * place) / 200), whole),
        place: (value) => Math.round((200 * (Math.log10(Math.max(value, setting.low || 1)) - low)) / span),
      };
    }
    const count = whole ? Math.min(400, setting.high - setting.low) : 100;
    return {
      count,
      value: (place) => tidy(setting.low + ((setting.high - setting.low) * place) / count, whole),
      place: (value) => Math.round(((value - setting.low) / (setting.high - setting.low)) * count),
    };
  }

  const tidy = (value, whole) => (whole ? Math.round(+value.toPrecision(2)) : +value.toPrecision(2));

  function number(setting, words, { stops, changed }) {
    const places = scale(setting, stops);
    const slider = make('input.pg-slider', {
      type: 'range', min: 0, max: places.count, step: 1, label: `${words}.${setting.name}`,
    });
    const box = make('input.pg-number', {
      type: 'text', inputmode: setting.kind === 'integer' ? 'numeric' : 'decimal', autocomplete: 'off', spellcheck: 'false',
    });
    let value = setting.default;
    const write = () => {
      box.value = setting.zero_is_off && value === 0 && document.activeElement !== box ? playground.t('page.field.off') : String(value);
    };
    const fill = () => {
      slider.value = places.place(value);
      slider.style.setProperty('--filled', `${(100 * slider.value) / places.count}%`);
      slider.setAttribute('aria-valuetext', setting.zero_is_off && value === 0 ? playground.t('page.field.off') : String(value));
    };
    const field = frame(setting, words, box, { value: () => value, reset: () => { field.set(setting.default); changed(); }, wide: slider });
    field.set = (next) => {
      value = next;
      write();
      fill();
      field.changed();
    };
    slider.addEventListener('input', () => { field.set(places.value(+slider.value)); changed(); });
    box.addEventListener('focus', () => { box.value = String(value); box.select(); });
    box.addEventListener('blur', write);
    box.addEventListener('change', () => {
      const next = read(box.value, setting);
      if (next === null) {
        field.fault(playground.t('knobs.out_of_range', { name: playground.t(`${words}.${setting.name}`), value: box.value.slice(0, 20), low: setting.low, high: setting.high }));
        write();
        return;
      }
      field.set(next);
      changed();
    });
    box.addEventListener('keydown', (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      field.set(places.value(Math.max(0, Math.min(places.count, places.place(value) + step))));
      box.value = String(value);
      changed();
    });
    playground.onWhile(field.element, 'language', write);
    field.set(setting.default);
    return field;
  }

  /** A number as people type it (also `1e-3`, `20,000` and full-width digits), else `null`. */
  function read(text, setting) {
    const plain = text.normalize('NFKC').replaceAll(',', '').trim();
    if (setting.zero_is_off && plain === playground.t('page.field.off')) return 0;
    const value = plain === '' ? NaN : Number(plain);
    const whole = setting.kind !== 'integer' || Number.isInteger(value);
    return Number.isFinite(value) && whole && value >= setting.low && value <= setting.high ? value : null;
  }

  function choice(setting, words, { changed }) {
    let value = setting.default;
    const buttons = setting.choices.map((one) => make('button.pg-segment', {
      type: 'button', role: 'radio', text: `${words}.${setting.name}.${one}`,
      on: { click: () => { field.set(one); changed(); } },
    }));
    const group = make('div.pg-segments', { role: 'radiogroup', label: `${words}.${setting.name}` }, buttons);
    group.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = (setting.choices.indexOf(value) + step + buttons.length) % buttons.length;
      buttons[at].click();
      buttons[at].focus();
    });
    const field = frame(setting, words, group, { value: () => value, reset: () => { field.set(setting.default); changed(); } });
    field.set = (next) => {
      value = next;
      buttons.forEach((button, at) => {
        const chosen = setting.choices[at] === value;
        button.setAttribute('aria-checked', chosen);
        button.tabIndex = chosen ? 0 : -1;
      });
      field.changed();
    };
    field.set(setting.default);
    return field;
  }

  /** One of many choices: a list that opens. */
  function select(setting, words, { changed }) {
    const list = make('select.pg-select', { on: { change: () => { field.changed(); changed(); } } },
      setting.choices.map((one) => make('option', { value: one, text: `${words}.${setting.name}.${one}` })));
    const field = frame(setting, words, list, { value: () => list.value, reset: () => { field.set(setting.default); changed(); } });
    field.set = (next) => { list.value = next; field.changed(); };
    field.set(setting.default);
    return field;
  }

  function toggle(setting, words, { changed }) {
    const box = make('input.pg-switch', { type: 'checkbox', role: 'switch' });
    const field = frame(setting, words, box, {
      value: () => box.checked, reset: () => { field.set(setting.default); changed(); }, wide: make('span', { hidden: true }),
    });
    field.element.classList.add('pg-field-switch');
    field.set = (next) => { box.checked = Boolean(next); field.changed(); };
    box.addEventListener('change', () => { field.changed(); changed(); });
    field.set(setting.default);
    return field;
  }

  /** Several of the choices at once, each with its colour: the lanes of a race. */
  function several(setting, words, { changed, usual = [setting.default] }) {
    const boxes = setting.choices.map((one) => make('input', { type: 'checkbox', value: one }));
    const group = make('div.pg-lane-choices', { role: 'group', label: `${words}.${setting.name}` }, boxes.map((box, at) => make(
      'label.pg-lane-choice', { style: { '--lane': `var(--pg-${setting.choices[at].replaceAll('_', '-')})` } },
      box, make('span.pg-swatch'), make('span', { text: `${words}.${setting.name}.${setting.choices[at]}` }),
    )));
    const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
    const several = `${words}.${setting.name}.several`;
    let together = null; // what was chosen before one value at a time was asked for
    // One of the usual values by itself is as usual where only one may be chosen.
    const told = () => ((together && chosen()[0] === usual[0] ? usual : chosen()).join(','));
    const note = make('p.pg-note', { text: playground.hasText(several) ? several : 'page.field.race' });
    const field = frame({ ...setting, default: usual.join(',') }, words, group, { value: told, reset: () => { field.set(together ? usual.slice(0, 1) : usual); changed(); }, note });
    field.all = chosen;
    /** One value at a time while `only`; those that were chosen together come back after it. */
    field.single = (only) => {
      if (only === Boolean(together)) return;
      const before = chosen();
      const were = together;
      together = only ? before : null;
      if (only) field.set(before.slice(0, 1));
      else field.set(before.length === 1 && were.includes(before[0]) ? were : before);
    };
    field.set = (values) => {
      const wanted = Array.isArray(values) ? values : [values];
      for (const box of boxes) box.checked = wanted.includes(box.value);
      note.hidden = chosen().length < 2;
      field.changed();
    };
    for (const box of boxes) {
      box.addEventListener('change', () => {
        // A race of none is no race.
        if (!chosen().length || together) field.set([box.value]);
        else field.set(chosen());
        changed();
      });
    }
    field.set([setting.default]);
    return field;
  }

  /** A few words, such as the beginning of a text. */
  function text(setting, words, { changed }) {
    const box = make('textarea.pg-text', { rows: 1, maxlength: setting.max_length, dir: 'auto', spellcheck: 'false' });
    const field = frame(setting, words, box, { value: () => box.value, reset: () => { field.set(setting.default); changed(); } });
    field.set = (next) => { box.value = next; field.changed(); };
    box.addEventListener('input', playground.afterQuiet(200, () => { field.changed(); changed(); }));
    field.set(setting.default);
    return field;
  }

  /** A setting that has no control here: a picture shows and sets it. */
  function elsewhere(setting) {
    let value = setting.default;
    const element = make('span', { hidden: true });
    return { element, name: setting.name, get: () => value, set: (next) => { value = next; }, changed: () => {}, fault: () => {}, lock: () => {} };
  }

  playground.fields = { elsewhere, frame, number, integer: number, text, choice, select, switch: toggle, several };
})();
