/* The text to learn from: shipped ones, ones to download, and the visitor's own. */
'use strict';

(() => {
  const { make, kept, icon } = playground;
  const LARGEST = 5_000_000; // bytes, as the server takes

  playground.fields.corpus = (setting, words, { changed }) => {
    let value = setting.default;
    let known = [];
    const own = kept.read('play-texts', []);

    const title = make('span.pg-corpus-title');
    const facts = make('span.pg-corpus-facts');
    const button = make('button.pg-corpus', { type: 'button', 'aria-haspopup': 'dialog', on: { click: choose } },
      icon('text'), make('span.pg-corpus-words', {}, title, facts), icon('down'));
    const field = playground.fields.frame(setting, words, button, { value: () => value, reset: () => { field.set(setting.default); changed(); } });
    field.set = (next) => {
      value = next;
      draw();
      field.changed();
    };

    const entries = () => [...known, ...own.map((one) => ({ ...one, name: one.corpus, available: true, own: true }))];
    const nameOf = (one) => {
      if (one.own) return one.title;
      if (one.title?.en) return one.title[playground.language] ?? one.title.en;
      const key = `${words}.${setting.name}.${one.name}`;
      return playground.hasText(key) ? playground.t(key) : one.name;
    };
    function factsOf(one) {
      const parts = [];
      if (one.language) parts.push(playground.hasText(`page.language.${one.language}`) ? playground.t(`page.language.${one.language}`) : one.language);
      if (one.characters) parts.push(playground.t('page.corpus.characters', { count: short(one.characters) }));
      else if (one.size) parts.push(`${Math.max(1, Math.round(one.size / 1000)).toLocaleString('en-US')} kB`);
      if (one.licence) parts.push(licence(one.licence));
      if (one.own) parts.push(playground.t('page.corpus.own'));
      return parts.join(' · ');
    }
    function licence(name) {
      const key = `page.licence.${name.toLowerCase().replaceAll(' ', '_')}`;
      return playground.hasText(key) ? playground.t(key) : name;
    }
    const short = (count) => (count >= 1e6 ? `${(count / 1e6).toFixed(1)} M` : count >= 1e3 ? `${Math.round(count / 1e3)} k` : String(count));

    function draw() {
      const one = entries().find((entry) => entry.name === value);
      title.textContent = one ? nameOf(one) : value.startsWith('text:') ? playground.t('page.corpus.someones') : value;
      facts.textContent = one ? factsOf(one) : '';
    }

    async function load() {
      try {
        known = await playground.call('corpora');
      } catch (refusal) {
        field.fault(playground.sentence(refusal));
      }
      draw();
      playground.emit('corpora', known);
    }

    function choose() {
      const list = make('div.pg-corpus-list', { role: 'listbox', label: `${words}.${setting.name}` });
      for (const one of entries()) list.append(entry(one));
      list.append(make('button.pg-corpus-entry', { type: 'button', on: { click: () => { playground.popover.hide(); writeOwn(); } } },
        icon('pen'), make('span.pg-corpus-words', {},
          make('span.pg-corpus-title', { text: 'page.corpus.write' }), make('span.pg-corpus-facts', { text: 'page.corpus.write.help' }))));
      playground.popover.show(button, list, { locked: true, className: 'pg-corpus-panel', label: `${words}.${setting.name}` });
      list.querySelector('[aria-selected=true]')?.focus();
    }

    function entry(one) {
      const progress = make('span.pg-bar', { hidden: true }, make('span.pg-bar-fill'));
      const mark = icon(one.available === false ? 'download' : one.name === value ? 'check' : 'text');
      const line = make('span.pg-corpus-facts', {}, factsOf(one));
      const row = make('button.pg-corpus-entry', { type: 'button', role: 'option', 'aria-selected': String(one.name === value), on: { click: take } },
        mark, make('span.pg-corpus-words', {}, make('span.pg-corpus-title', {}, nameOf(one)), line, progress));
      if (one.available === false) row.title = playground.t('page.corpus.download');
      async function take() {
        if (one.available === false) {
          row.disabled = true;
          try {
            await download(one.name, progress);
            one.available = true;
          } catch (refusal) {
            line.textContent = playground.sentence(refusal);
            row.classList.add('pg-has-fault');
            row.disabled = false;
            progress.hidden = true;
            return;
          }
        }
        playground.popover.hide();
        field.set(one.name);
        field.fault('');
        changed();
      }
      return row;
    }

    async function download(name, bar) {
      bar.hidden = false;
      let now = await playground.call('download_corpus', { name });
      for (;;) {
        if (now.error) throw now.error;
        if (now.state === 'done') return;
        bar.firstChild.style.setProperty('width', `${now.size ? Math.min(100, (100 * now.received) / now.size) : 0}%`);
        await new Promise((resolve) => { setTimeout(resolve, 300); });
        now = await playground.call('corpus_progress', { name });
      }
    }

    function writeOwn() {
      const box = make('textarea.pg-own-text', { rows: 12, label: 'page.corpus.write', dir: 'auto' });
      playground.say(box, 'page.corpus.placeholder', {}, 'placeholder');
      const file = make('input', { type: 'file', accept: '.txt,.md,.csv,.tex,.html,text/*', hidden: true });
      const fault = make('p.pg-fault', { role: 'alert', hidden: true });
      const use = make('button.pg-primary', { type: 'button', text: 'page.corpus.use' });
      const drop = make('div.pg-drop', {}, box, make('p.pg-drop-word', { text: 'page.corpus.drop' }));
      const { element, close } = playground.dialog('page.corpus.title', drop, fault, make('footer.pg-dialog-foot', {},
        make('button.pg-button', { type: 'button', on: { click: () => file.click() } }, icon('upload'), make('span', { text: 'page.corpus.file' })),
        file, use));

      async function give(bytes, name) {
        fault.hidden = true;
        if (bytes.size > LARGEST) {
          complain({ key: 'page.call.too_large', params: {} });
          return;
        }
        use.disabled = true;
        try {
          const kept = await playground.send(`playground/text?name=${encodeURIComponent(name)}`, bytes);
          remember(kept, name);
          close();
        } catch (refusal) {
          complain(refusal);
        } finally {
          use.disabled = false;
        }
      }
      const complain = (refusal) => {
        fault.textContent = playground.sentence(refusal);
        fault.hidden = false;
      };
      use.addEventListener('click', () => give(new Blob([box.value]), ''));
      file.addEventListener('change', () => { if (file.files[0]) void give(file.files[0], file.files[0].name); });
      for (const event of ['dragenter', 'dragover']) element.addEventListener(event, (drag) => { drag.preventDefault(); drop.classList.add('pg-over'); });
      for (const event of ['dragleave', 'drop']) element.addEventListener(event, () => drop.classList.remove('pg-over'));
      element.addEventListener('drop', (event) => {
        event.preventDefault();
        const dropped = event.dataTransfer.files[0];
        if (dropped) void give(dropped, dropped.name);
      });
      box.focus();
    }

    function remember(text, name) {
      const first = text.preview.trim().split(/\s+/).slice(0, 6).join(' ').slice(0, 40);
      const at = own.findIndex((one) => one.corpus === text.corpus);
      if (at >= 0) own.splice(at, 1);
      own.unshift({ corpus: text.corpus, title: name || `“${first}…”`, characters: text.characters });
      own.length = Math.min(own.length, 10);
      kept.write('play-texts', own);
      field.set(text.corpus);
      field.fault('');
      changed();
      playground.notice('page.corpus.kept', { count: playground.number(text.characters), encoding: text.encoding });
    }

    playground.corpusTitle = (name) => {
      const one = entries().find((each) => each.name === name);
      return one ? nameOf(one) : name.startsWith('text:') ? playground.t('page.corpus.someones') : nameOf({ name });
    };
    playground.onWhile(field.element, 'language', draw);
    field.set(setting.default);
    void load();
    return field;
  };
})();
