/* What is to be imitated: drawn digits, sets to download, own images; points for the plane. */
'use strict';

(() => {
  const { make, gan, kept, icon } = playground;
  const OFFLINE = 'glyphs';
  const OWN = 'pictures:';
  const REMEMBERED = 6; // own sets

  playground.fields.gan_data = (setting, words, { changed }) => {
    let value = setting.default;
    let known = []; // of `corpora`, those of the kind "images"
    const own = kept.read('play-images', []);

    const mark = make('span.pg-images-mark');
    const title = make('span.pg-corpus-title');
    const facts = make('span.pg-corpus-facts');
    const button = make('button.pg-corpus', { type: 'button', 'aria-haspopup': 'dialog', on: { click: choose } },
      mark, make('span.pg-corpus-words', {}, title, facts), icon('down'));
    const note = make('div.pg-images-offer', { hidden: true });
    const field = playground.fields.frame(setting, words, button, { value: () => value, reset: () => { field.set(setting.default); changed(); }, note });
    field.set = (next) => {
      value = next;
      draw();
      field.changed();
    };

    const entryOf = (name) => known.find((one) => one.name === name);
    const ownOf = (name) => own.find((one) => one.data === name);
    function titleOf(name) {
      if (name.startsWith(OWN)) return ownOf(name)?.title || playground.t(ownOf(name) ? 'gan.images.own' : 'gan.images.someones');
      return playground.t(`${words}.${setting.name}.${name}`);
    }
    function factsOf(name) {
      if (gan.isPlane(name)) return playground.t('gan.images.points');
      if (name === OFFLINE) return playground.t('gan.images.offline');
      const mine = ownOf(name);
      if (mine) return playground.t(mine.channels === 3 ? 'gan.images.count' : 'gan.images.count_gray', { count: playground.number(mine.count) });
      const one = entryOf(name);
      if (!one) return '';
      const size = `${(one.size / 1e6).toFixed(0)} MB`;
      return [playground.t(one.available ? 'gan.images.here' : 'gan.images.absent', { size }), one.licence].join(' · ');
    }
    const absent = (name) => entryOf(name)?.available === false;

    /** One image of the set. */
    function signOf(name) {
      const { png, columns, width } = ownOf(name)?.preview ?? { png: gan.imagesSigns[name], columns: 1, width: 28 };
      if (!png) return icon(gan.isPlane(name) ? 'dice' : 'upload');
      const sign = make('span.pg-images-sign');
      // The whole sheet, of which the frame shows the first image.
      sign.append(make('img', { src: `data:image/png;base64,${png}`, alt: '', style: { width: `${columns * width}px` } }));
      return sign;
    }

    function draw() {
      title.textContent = titleOf(value);
      facts.textContent = factsOf(value);
      mark.replaceChildren(signOf(value));
      drawOffer();
    }

    /** Under the field, while the set is not on this machine: where it is to be had. */
    function drawOffer() {
      const name = value;
      if (!absent(name) || gan.busy === name) {
        if (!absent(name)) { note.hidden = true; note.replaceChildren(); }
        return;
      }
      const bar = make('span.pg-bar', { hidden: true }, make('span.pg-bar-fill'));
      const fault = make('p.pg-fault', { role: 'alert', hidden: true });
      const get = make('button.pg-button', { type: 'button', on: { click: async () => {
        get.disabled = true;
        fault.hidden = true;
        try {
          await download(name, bar);
          field.fault('');
        } catch (refusal) {
          fault.textContent = playground.sentence(refusal);
          fault.hidden = false;
        }
        bar.hidden = true;
        get.disabled = false;
      } } }, icon('download'), make('span', { text: 'gan.images.get' }));
      note.replaceChildren(get, bar, fault);
      note.hidden = false;
    }

    async function load() {
      try {
        known = await playground.call('corpora', { kind: 'images' });
      } catch (refusal) {
        field.fault(playground.sentence(refusal));
      }
      draw();
    }

    async function download(name, bar) {
      bar.hidden = false;
      gan.busy = name;
      try {
        let now = await playground.call('download_corpus', { name });
        for (;;) {
          if (now.error) throw now.error;
          if (now.state === 'done') break;
          bar.firstChild.style.setProperty('width', `${now.size ? Math.min(100, (100 * now.received) / now.size) : 0}%`);
          await new Promise((resolve) => { setTimeout(resolve, 300); });
          now = await playground.call('corpus_progress', { name });
        }
      } finally {
        gan.busy = null;
      }
      await load();
    }

    function choose() {
      const plane = gan.isPlane(value);
      const offered = setting.choices.filter((name) => gan.isPlane(name) === plane);
      const list = make('div.pg-corpus-list.pg-images-list', { role: 'listbox', label: `${words}.${setting.name}` });
      for (const name of plane ? offered : [...offered, ...own.map((one) => one.data)]) list.append(entry(name));
      if (!plane) {
        list.append(make('button.pg-corpus-entry', { type: 'button', on: { click: () => { playground.popover.hide(); gan.ownImages(remember); } } },
          icon('upload'), make('span.pg-corpus-words', {},
            make('span.pg-corpus-title', { text: 'gan.images.bring' }), make('span.pg-corpus-facts', { text: 'gan.images.bring.help' }))));
      }
      playground.popover.show(button, list, { locked: true, className: 'pg-corpus-panel', label: `${words}.${setting.name}` });
      list.querySelector('[aria-selected=true]')?.focus();
    }

    function entry(name) {
      const bar = make('span.pg-bar', { hidden: true }, make('span.pg-bar-fill'));
      const line = make('span.pg-corpus-facts', {}, factsOf(name));
      const row = make('button.pg-corpus-entry', { type: 'button', role: 'option', 'aria-selected': String(name === value), data: { name }, on: { click: take } },
        signOf(name), make('span.pg-corpus-words', {}, make('span.pg-corpus-title', {}, titleOf(name)), line, bar), absent(name) && icon('download'));
      async function take() {
        if (absent(name)) {
          row.disabled = true;
          try {
            await download(name, bar);
          } catch (refusal) {
            line.textContent = playground.sentence(refusal);
            row.classList.add('pg-has-fault');
            row.disabled = false;
            bar.hidden = true;
            return;
          }
        }
        playground.popover.hide();
        use(name);
      }
      return row;
    }

    function use(name) {
      field.set(name);
      field.fault('');
      changed();
    }

    function remember({ data, count, channels, preview, title: name }) {
      const at = own.findIndex((one) => one.data === data);
      if (at >= 0) own.splice(at, 1);
      own.unshift({ data, count, channels, preview, title: name });
      own.length = Math.min(own.length, REMEMBERED);
      kept.write('play-images', own);
      use(data);
      playground.notice('gan.images.kept', { count: playground.number(count) });
    }

    gan.dataTitle = titleOf;
    playground.onWhile(field.element, 'language', draw);
    field.set(setting.default);
    void load();
    return field;
  };
})();
