/* Text from a finished or running network, token by token, with what else it might have said. */
'use strict';

(() => {
  const { make, icon, number, runs } = playground;

  /** A short labelled slider of a panel: `{element, get, set}`. */
  playground.miniSlider = (key, { low, high, step, value, off = false }, changed = () => {}) => {
    const slider = make('input.pg-slider', { type: 'range', min: low, max: high, step, label: key });
    const output = make('output.pg-mini-value');
    const write = () => {
      output.textContent = off && +slider.value === low ? playground.t('page.field.off') : String(+slider.value);
      slider.style.setProperty('--filled', `${(100 * (slider.value - low)) / (high - low)}%`);
    };
    slider.value = value;
    slider.addEventListener('input', () => { write(); changed(+slider.value); });
    write();
    const element = make('label.pg-mini', {}, make('span.pg-figure-key', { text: key }), make('span.pg-rate-row', {}, slider, output));
    playground.onWhile(element, 'language', write);
    return { element, get: () => +slider.value, set: (next) => { slider.value = next; write(); } };
  };

  /** Spaces and line breaks made visible, where a token is shown by itself. */
  const visible = (token) => token.replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥') || '∅';

  function chances(item) {
    const largest = Math.max(...item.top.map(([, share]) => share), 1e-9);
    const rows = item.top.map(([token, share]) => make('div.pg-chance', { class: token === item.token ? 'pg-chosen' : '' },
      make('span.pg-token', {}, visible(token)),
      make('span.pg-chance-bar', {}, make('span', { style: { width: `${(100 * share) / largest}%` } })),
      make('span.pg-chance-share', {}, `${(100 * share).toFixed(share < 0.0995 ? 2 : 1)} %`)));
    if (!item.top.some(([token]) => token === item.token)) {
      rows.push(make('div.pg-chance.pg-chosen', {}, make('span.pg-token', {}, visible(item.token)),
        make('span.pg-chance-bar', {}, make('span', { style: { width: `${(100 * item.probability) / largest}%` } })), make('span.pg-chance-share', {}, `${(100 * item.probability).toPrecision(2)} %`)));
    }
    return make('div.pg-chances', {}, make('p.pg-figure-key', {}, playground.t('page.generation.instead')), rows);
  }

  playground.widgets.generation = (element, { slice, first }) => {
    element.classList.add('pg-panel', 'pg-generation');
    let items = [];
    let abort = null;
    let locked = -1;
    let shipped = [];
    let chosen = false; // by the visitor; until then the panel follows what is shown
    let listed = '';
    let written = false; // the beginning, by the visitor

    const source = make('select.pg-select', { label: 'page.generation.source' });
    const prefix = make('textarea.pg-text', { rows: 1, maxlength: 2000, dir: 'auto', label: 'page.generation.prefix' });
    playground.say(prefix, 'page.samples.prefix.empty', {}, 'placeholder');
    const sliders = {
      length: playground.miniSlider('page.generation.length', { low: 20, high: 2000, step: 20, value: 300 }),
      temperature: playground.miniSlider('page.generation.temperature', { low: 0, high: 2, step: 0.05, value: first.temperature }),
      top_k: playground.miniSlider('page.generation.top_k', { low: 0, high: 50, step: 1, value: 0, off: true }),
      top_p: playground.miniSlider('page.generation.top_p', { low: 0.05, high: 1, step: 0.05, value: 1 }),
    };
    const seed = make('input.pg-number', { type: 'text', inputmode: 'numeric', value: '0', label: 'page.generation.seed' });
    const go = make('button.pg-primary', { type: 'button', on: { click: () => (abort ? abort.abort() : generate()) } });
    const output = make('div.pg-generated', { tabindex: 0, role: 'group', label: 'page.generation.output', dir: 'auto' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const note = make('p.pg-note.pg-generation-note');

    element.append(
      make('header.pg-panel-head', {}, make('h3', { text: 'page.generation.title' }), playground.helper('page.generation.help'),
        make('span.pg-legend-scale', {}, make('span', { text: 'page.generation.sure' }), make('i'), make('span', { text: 'page.generation.daring' }))),
      make('div.pg-generation-body', {},
        make('div.pg-generation-form', {},
          make('label.pg-stack', {}, make('span.pg-figure-key', { text: 'page.generation.source' }), source),
          make('label.pg-stack', {}, make('span.pg-figure-key', { text: 'page.generation.prefix' }), prefix),
          Object.values(sliders).map((one) => one.element),
          make('div.pg-generation-go', {}, make('label.pg-seed', {}, make('span.pg-figure-key', { text: 'page.generation.seed' }), seed),
            playground.iconButton('dice', 'page.controls.dice', () => { seed.value = String(Math.floor(Math.random() * 1e6)); void generate(); }, 'pg-button pg-square'), go)),
        make('div.pg-generation-text', {}, output, fault, note)));

    function showGo() {
      go.replaceChildren(icon(abort ? 'stop' : 'play'), make('span', { text: abort ? 'page.generation.cancel' : 'page.generation.go' }));
      element.classList.toggle('pg-busy', Boolean(abort));
    }

    const nameOf = (card) => {
      const cell = (card.config?.cell ?? card.cell ?? '').toUpperCase();
      const corpus = card.config?.corpus ?? card.corpus;
      return cell && corpus ? `${cell} · ${playground.corpusTitle?.(corpus) ?? corpus}` : card.name;
    };
    function sources() {
      const own = runs.all().filter((run) => run.about.slice === slice && !run.about.shipped && (run.about.steps || run.index.length || run.about.snapshot !== null)).slice(0, 50);
      const offered = [
        ['page.generation.shipped', shipped.map((card) => [card.name, nameOf(card)])],
        ['page.generation.runs', own.map((run) => [run.id, run.name])],
      ].filter(([, list]) => list.length);
      const now = JSON.stringify([offered, playground.language]);
      // An open list is not pulled away under the pointer.
      if (now !== listed) {
        listed = now;
        const kept = source.value;
        source.replaceChildren(...offered.map(([key, list]) => make('optgroup', { label: key }, list.map(([value, text]) => make('option', { value }, text)))));
        if ([...source.options].some((one) => one.value === kept)) source.value = kept;
      }
      const shown = runs.shown(slice).map((run) => run.id).findLast((id) => [...source.options].some((one) => one.value === id));
      if (!chosen && !abort && shown && source.value !== shown) {
        source.value = shown;
        suit();
      }
      go.disabled = !source.options.length && !abort;
    }

    /** Until the first token comes, what the network wrote when it had finished training. */
    function foretaste() {
      const sample = runs.get(source.value)?.samples.at(-1);
      if (sample && sample.prefix === prefix.value) output.append(make('span.pg-foretaste', {}, sample.text));
    }

    async function generate() {
      abort?.abort();
      const mine = (abort = new AbortController());
      items = [];
      release();
      fault.hidden = true;
      note.textContent = '';
      output.replaceChildren(make('span.pg-prefix', {}, prefix.value), make('span.pg-caret'));
      foretaste();
      showGo();
      const ask = {
        source: source.value, prefix: prefix.value, seed: Math.max(0, Math.min(2147483647, Math.round(Number(seed.value)) || 0)),
        ...Object.fromEntries(Object.entries(sliders).map(([name, one]) => [name, one.get()])),
      };
      try {
        await playground.lines('playground/generate', ask, (item) => { if (abort === mine) take(item); }, mine.signal);
      } catch (refusal) {
        if (refusal.name !== 'AbortError') {
          fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
          fault.hidden = false;
        }
      }
      if (abort === mine) {
        abort = null;
        for (const one of output.querySelectorAll('.pg-caret, .pg-foretaste')) one.remove();
        showGo();
      }
    }

    // Once a frame: to be asked for its height at every token would lay the text out at every token.
    const follow = playground.perFrame(() => { output.scrollTop = output.scrollHeight; });
    function take(item) {
      if (item.end) {
        if (item.unknown?.length) playground.say(note, 'page.generation.unknown', { tokens: [...item.unknown].map(visible).join(' ') });
        return;
      }
      if (!items.length) output.querySelector('.pg-foretaste')?.remove();
      const at = items.push(item) - 1;
      const daring = Math.min(1, -Math.log(Math.max(item.probability, 1e-4)) / 5);
      const piece = make('span.pg-piece', { data: { at } }, item.token);
      piece.style.setProperty('--daring', daring.toFixed(2));
      output.insertBefore(piece, output.querySelector('.pg-caret'));
      follow();
    }

    // Hover looks, a click locks, Esc releases; the arrow keys walk from token to token.
    const piece = (at) => output.querySelector(`[data-at="${at}"]`);
    function look(at, lock) {
      if (!items[at]) return;
      output.querySelector('.pg-looked')?.classList.remove('pg-looked');
      piece(at).classList.add('pg-looked');
      playground.popover.show(piece(at), chances(items[at]), {
        className: 'pg-chances-panel', locked: lock, closed: () => { piece(at)?.classList.remove('pg-looked'); locked = -1; },
      });
      locked = lock ? at : -1;
    }
    function release() {
      if (output.querySelector('.pg-looked')) playground.popover.hide();
      locked = -1;
    }
    const under = (event) => (event.target.dataset?.at === undefined ? -1 : +event.target.dataset.at);
    output.addEventListener('pointerover', (event) => { if (locked < 0 && under(event) >= 0) look(under(event), false); });
    output.addEventListener('pointerleave', () => { if (locked < 0) release(); });
    output.addEventListener('click', (event) => { if (under(event) >= 0) look(under(event), true); });
    output.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step || !items.length) return;
      event.preventDefault();
      look(Math.max(0, Math.min(items.length - 1, (locked < 0 ? -1 : locked) + step)), true);
    });

    prefix.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); void generate(); }
    });
    // A change of the sampling is seen at once: the same seed, said another way.
    const again = playground.afterQuiet(250, () => { if (items.length) void generate(); });
    for (const one of ['temperature', 'top_k', 'top_p']) sliders[one].element.addEventListener('input', again);
    source.addEventListener('change', () => { chosen = true; suit(); void generate(); });
    prefix.addEventListener('input', () => { written = true; });
    function suit() {
      // What the visitor has written stays, whichever network is to continue it.
      if (written) return;
      const card = shipped.find((one) => one.name === source.value);
      const config = card?.config ?? runs.get(source.value)?.about.config;
      // A run of one's own is asked what the shipped network of the same text is asked.
    const asked = (card ?? shipped.find((one) => one.config?.corpus === config?.corpus))?.prompt;
    prefix.value = asked?.prefix ?? '';
    }

    playground.on('samples', ({ run }) => {
      if (abort && !items.length && run.id === source.value && !output.querySelector('.pg-foretaste')) foretaste();
    });
    const soon = playground.perFrame(sources);
    for (const event of ['runs', 'language', 'corpora', 'shown', 'about', 'samples']) playground.on(event, soon);
    playground.on('generate', ({ id }) => { if (runs.get(id)?.about.slice !== slice) return; sources(); chosen = true; source.value = id; suit(); element.scrollIntoView({ block: 'center' }); void generate(); });
    showGo();
    (async () => {
      try {
        shipped = await playground.call('weights');
        sources();
        const favourite = shipped.find((card) => card.name.includes(first.source)) ?? shipped[0];
        if (favourite) {
          source.value = favourite.name;
          suit();
          await generate();
        } else output.replaceChildren(make('span.pg-empty', { text: 'page.generation.empty' }));
      } catch (refusal) {
        playground.complain(refusal);
      }
    })();
  };
})();
