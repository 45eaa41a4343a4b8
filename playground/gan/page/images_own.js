/* A visitor's own images: dropped, sent, looked at as the networks will see them, then used. */
'use strict';

(() => {
  const { make, gan, icon } = playground;
  const LARGEST = 100_000_000; // bytes, as the server takes
  const MOST = 5000; // images
  const REASONS = ['not_an_image', 'too_large', 'twice'];

  const isZip = (file) => /zip/.test(file.type) || /\.zip$/i.test(file.name);

  /** The images of a preview, as they are kept: 28 × 28, one PNG. */
  gan.imagesPreview = ({ png, columns, count, width, height }) => make('img.pg-images-preview', {
    src: `data:image/png;base64,${png}`, width: 2 * width * columns, height: 2 * height * Math.ceil(count / columns), alt: '', draggable: 'false',
  });

  /** Opens the dialog; `use(kept)` is called with what the server kept. */
  gan.ownImages = (use) => {
    const file = make('input', { type: 'file', accept: 'image/png,image/jpeg,image/webp,image/gif,image/bmp,.zip,application/zip', multiple: true, hidden: true });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const word = make('p.pg-images-word', { text: 'gan.images.drop' });
    const facts = make('p.pg-note', { text: 'gan.images.facts' });
    const bar = make('span.pg-bar', { hidden: true }, make('span.pg-bar-fill'));
    const found = make('div.pg-images-found', { hidden: true, 'aria-live': 'polite' });
    const pick = make('button.pg-button', { type: 'button', on: { click: () => file.click() } }, icon('upload'), make('span', { text: 'gan.images.choose' }));
    const take = make('button.pg-primary', { type: 'button', text: 'gan.images.use', disabled: true });
    const drop = make('div.pg-drop.pg-images-drop', {}, word, facts, bar, found);
    const { element, close } = playground.dialog('gan.images.title', drop, fault, make('footer.pg-dialog-foot', {}, pick, file, take));
    element.classList.add('pg-images-dialog');
    let kept = null;

    function complain(refusal) {
      fault.textContent = playground.sentence(refusal);
      fault.hidden = false;
    }

    async function give(files) {
      if (!files.length || pick.disabled) return;
      fault.hidden = found.hidden = true;
      kept = null;
      take.disabled = pick.disabled = true;
      bar.hidden = false;
      playground.say(word, 'gan.images.looking', { count: files.length });
      try {
        const size = files.reduce((sum, one) => sum + one.size, 0);
        if (size > LARGEST) throw { key: 'gan.images.too_large', params: { limit_mb: LARGEST / 1e6 } };
        if (files.length > MOST) throw { key: 'datasets.images_many', params: { count: files.length, limit: MOST } };
        if (files.length > 1 && files.some(isZip)) throw { key: 'gan.images.one_zip', params: {} };
        const body = files.length === 1 ? files[0] : await gan.zipped(files);
        kept = { ...await playground.send('playground/images', body), title: files.length === 1 ? files[0].name : '' };
        tell();
      } catch (refusal) {
        complain(refusal instanceof Error ? { key: 'page.call.failed', params: {} } : refusal);
      } finally {
        bar.hidden = true;
        pick.disabled = false;
        take.disabled = !kept;
        playground.say(word, kept ? 'gan.images.again' : 'gan.images.drop');
        (kept ? take : pick).focus();
      }
    }

    function tell() {
      const words = make('p', {});
      playground.say(words, kept.channels === 3 ? 'gan.images.found' : 'gan.images.found_gray', { count: playground.number(kept.count) });
      const left = REASONS.filter((one) => kept.left_out[one]).map((one) => {
        const line = make('p.pg-note', {});
        playground.say(line, `gan.images.left.${one}`, { count: playground.number(kept.left_out[one]) });
        return line;
      });
      found.replaceChildren(words, gan.imagesPreview(kept.preview), ...left);
      found.hidden = facts.hidden = false;
      facts.hidden = true;
    }

    take.addEventListener('click', () => { close(); use(kept); });
    file.addEventListener('change', () => { void give([...file.files]); file.value = ''; });
    for (const event of ['dragenter', 'dragover']) element.addEventListener(event, (drag) => { drag.preventDefault(); drop.classList.add('pg-over'); });
    for (const event of ['dragleave', 'drop']) element.addEventListener(event, () => drop.classList.remove('pg-over'));
    element.addEventListener('drop', (event) => { event.preventDefault(); void give([...event.dataTransfer.files]); });
    pick.focus();
  };
})();
