/* The last picture: any model of Hugging Face under the same glass, if the extra is installed. */
'use strict';

(() => {
  const { make, attention, number } = playground;
  const FIGURES = ['kind', 'parameters', 'heads', 'tokens', 'licence'];
  const AGAIN = 400; // milliseconds between two looks at a download
  const COMMAND = 'pip install -r requirements-extras.txt';
  const PLACES = ['maps', 'layer', 'head'];
  const MOST = { layer: 6, head: 16 }; // that the settings hold: as many as our own models have

  playground.widgets.attention_models = (element, { picture }) => {
    element.classList.add('pg-models');
    let found = null;
    let answer = null;
    let asked = ''; // what was asked last, to ask nothing twice
    let pair = '';
    let placed = ''; // the map that the settings named last
    let again = 0;

    const form = attention.modelsForm(told);
    const viewer = attention.viewer({ name: 'attention', title: () => (answer ? `${answer.name} · ${answer.text}` : ''), chosen });
    const figures = Object.fromEntries(FIGURES.map((name) => [name, make('span.pg-figure-value', {}, '–')]));
    const notes = make('div.pg-models-notes');
    const empty = make('section.pg-invitation', {}, playground.icon('eye'), make('h3', { text: 'attention.models.empty.title' }), make('p', { text: 'attention.models.empty.some' }));
    const shown = make('section.pg-panel.pg-models-shown', { hidden: true },
      make('div.pg-models-figures', {}, FIGURES.map((name) => make('div.pg-figure', { data: { figure: name } }, make('span.pg-figure-key', { text: `attention.models.figure.${name}` }), figures[name]))),
      notes, viewer.element);
    const safety = make('p.pg-note', { text: 'attention.models.safety' });

    const ask = playground.asker('borrowed', take, (refusal) => {
      asked = '';
      form.state();
      form.fault(refusal);
      element.classList.remove('pg-busy');
      element.dataset.refused = refusal?.key ?? '';
    });

    function told(event, value) {
      clearTimeout(again);
      if (event === 'pair') {
        pair = value;
        follow(attention.config());
      } else if (event === 'download') question(attention.config(), true);
      else if (event === 'text') attention.set({ text: value });
      else {
        asked = ''; // named again: tried again
        attention.set({ model_name: value });
      }
    }

    const model = (config) => config.model_name || found?.models[0]?.name || '';

    function question(config, download) {
      const values = { model_name: model(config), text: config.text || form.example, text_pair: pair, download };
      const next = JSON.stringify(values);
      if (next === asked) return;
      asked = next;
      clearTimeout(again);
      delete element.dataset.refused;
      form.fault(null);
      form.state(answer?.name === values.model_name ? 'attention.models.reading' : 'attention.models.loading', { name: values.model_name });
      element.classList.add('pg-busy');
      void ask(values);
    }

    function follow(config) {
      if (!found?.installed || !config) return;
      form.show(model(config), config.text);
      const place = JSON.stringify(PLACES.map((name) => config[name]));
      if (place !== placed) {
        placed = place;
        viewer.set({ kind: config.maps, layer: config.layer, head: config.head });
      }
      if (model(config)) question(config, false);
    }

    function chosen({ kind, layer, head }) {
      if (layer > MOST.layer || head > MOST.head) return;
      placed = JSON.stringify([kind, layer, head]);
      attention.set({ maps: kind, layer, head });
    }

    function take(next, values) {
      if (next.downloading) {
        const { name, received, size } = next.downloading;
        const megabytes = (bytes) => number(Math.round(bytes / 1e5) / 10);
        form.state(size ? 'attention.models.downloading' : 'attention.models.downloading.start', { name, received: megabytes(received), size: megabytes(size ?? 0) }, size ? Math.min(1, received / size) : null);
        // Until it is there; another question in between ends that.
        again = setTimeout(() => { if (element.isConnected && asked === JSON.stringify(values)) void ask(values); }, AGAIN);
        return;
      }
      form.state();
      element.classList.remove('pg-busy');
      const other = answer?.name !== next.name;
      answer = next;
      if (other && values.download) void look();
      empty.hidden = true;
      shown.hidden = false;
      write();
      viewer.show(answer);
      element.dataset.shown = `${answer.name} ${answer.text}`;
    }

    function write() {
      if (!answer) return;
      const { t } = playground;
      const maps = Object.values(answer.maps);
      const of = (map) => `${map.layers} × ${map.heads}`;
      figures.kind.textContent = t(`attention.models.kind.${answer.kind}`);
      figures.kind.title = answer.architecture;
      figures.parameters.textContent = answer.parameters < 1e6 ? number(answer.parameters) : `${number(answer.parameters / 1e6)} M`;
      figures.heads.textContent = [...new Set(maps.map(of))].join(' · ');
      figures.tokens.replaceChildren(answer.tokens.target ? `${answer.tokens.source} → ${answer.tokens.target}` : String(answer.tokens.source), make('small', {}, ` ${t('attention.models.tokens.limit', { limit: number(answer.limit) })}`));
      figures.licence.textContent = answer.licence ?? t('attention.models.licence.none');
      const lines = [];
      const spoken = (tokens) => tokens.map(attention.word).join(' ');
      if (answer.target_tokens) lines.push(t(answer.written ? 'attention.models.wrote' : 'attention.models.given', { text: answer.written ? spoken(answer.target_tokens) : answer.text_pair }));
      if (answer.thinned) {
        const [source, kept] = [answer.tokens.source, answer.source_tokens.length];
        lines.push(answer.tokens.target ? t('attention.models.thinned.both', { left: answer.thinned }) : t('attention.models.thinned', { shown: kept, tokens: source, left: answer.thinned, step: number((source - 1) / (kept - 1), 2) }));
      }
      notes.replaceChildren(...lines.map((line) => make('p.pg-note', { dir: 'auto' }, line)));
    }

    /** Which models lie here; without the extra, how to come by it. */
    async function look() {
      try {
        found = await playground.call('borrowed_models');
      } catch (refusal) {
        form.fault(refusal);
        return;
      }
      if (!found.installed) {
        element.replaceChildren(needs());
        return;
      }
      form.list(found);
      if (!found.models.length && !answer) playground.say(empty.querySelector('p'), 'attention.models.empty.none');
      follow(attention.config());
    }

    function needs() {
      const copy = make('button.pg-button', { type: 'button', text: 'attention.models.copy', on: { click: async () => {
        await playground.copy(COMMAND);
        playground.say(copy, 'attention.models.copied');
      } } });
      return make('section.pg-invitation.pg-models-needs', {}, playground.icon('download'), make('h3', { text: 'attention.models.needs.title' }),
        make('p', { text: 'attention.models.needs.how' }), make('div.pg-models-command', {}, make('code', {}, COMMAND), copy), make('p.pg-note', { text: 'attention.models.needs.offline' }));
    }

    element.append(form.element, empty, shown, safety);
    form.state();
    playground.onWhile(element, 'language', write);
    attention.follow(element, picture, follow);
    void look();
  };
})();
