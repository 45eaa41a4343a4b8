/* Words and colours: the catalogue, the language and the theme, both switched without a reload. */
'use strict';

(() => {
  const { kept, emit } = playground;
  const BLANK = /\{(\w+)\}/g;
  const catalogues = {};
  // What was said in which element, so that a switch of language can say it again.
  const said = new WeakMap();

  const asked = new URL(location.href).searchParams;
  const matching = (tag) => ((tag ?? '').toLowerCase().startsWith('zh') ? 'zh' : 'en');

  playground.language = matching(
    asked.get('lang') ?? kept.readText('play-lang') ?? document.documentElement.lang ?? navigator.language,
  );
  if (asked.get('lang')) kept.writeText('play-lang', playground.language);

  async function load(language) {
    catalogues[language] ??= await (await fetch(window.playground_catalogues[language])).json();
  }

  /** The sentence of a key in the language of the moment; the key itself if there is none. */
  playground.t = (key, params = {}) => {
    const text = catalogues[playground.language]?.[key];
    if (text === undefined) return key;
    return text.replace(BLANK, (blank, name) => (name in params ? shown(params[name]) : blank));
  };
  playground.hasText = (key) => catalogues[playground.language]?.[key] !== undefined;

  function shown(value) {
    if (typeof value !== 'number') return String(value);
    return Number.isInteger(value) ? String(value) : String(+value.toPrecision(4));
  }

  /** Says a sentence in an element (or one of its attributes) now and after every switch. */
  playground.say = (element, key, params = {}, attribute = '') => {
    const all = said.get(element) ?? {};
    all[attribute] = [key, params];
    said.set(element, all);
    element.dataset.t = all['']?.[0] ?? key;
    speak(element, attribute, key, params);
  };

  /** Ends what `say` began: the element now holds plain text of its own. */
  playground.unsay = (element, text = '') => {
    const all = said.get(element);
    if (all) delete all[''];
    element.textContent = text;
  };

  function speak(element, attribute, key, params) {
    const value = playground.t(key, typeof params === 'function' ? params() : params);
    if (attribute) element.setAttribute(attribute, value);
    else element.textContent = value;
  }

  function sayAgain(root = document) {
    for (const element of root.querySelectorAll('[data-t]')) {
      for (const [attribute, [key, params]] of Object.entries(said.get(element) ?? {})) {
        speak(element, attribute, key, params);
      }
    }
  }

  playground.setLanguage = async (language) => {
    await load(language);
    playground.language = language;
    kept.writeText('play-lang', language);
    inUrl('lang', language);
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    sayAgain();
    title();
    emit('language', language);
  };

  function title() {
    const words = playground.t('page.title');
    if (document.title !== words) document.title = words;
  }

  /** A refusal `{key, params, text}` in the language of the moment. */
  playground.sentence = (refusal) =>
    refusal?.key && playground.hasText(refusal.key)
      ? playground.t(refusal.key, refusal.params)
      : refusal?.text ?? playground.t('page.call.failed');

  /** A number for people: grouped, short, its digits never jumping more than they must. */
  playground.number = (value, digits = 3) => {
    if (value === null || value === undefined || Number.isNaN(value)) return '–';
    if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e7 || size < 1e-3)) return value.toExponential(Math.max(0, digits - 2));
    if (Number.isInteger(value)) return value.toLocaleString('en-US');
    const after = Math.max(0, Math.min(6, digits - 1 - Math.floor(Math.log10(size || 1))));
    return value.toLocaleString('en-US', { minimumFractionDigits: after, maximumFractionDigits: after });
  };

  /** Seconds as `0:42` or `1:02:03`. */
  playground.clock = (seconds) => {
    if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
    const whole = Math.max(0, Math.round(seconds));
    const two = (part) => String(part).padStart(2, '0');
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  };

  // Theme.

  const wish = () => {
    const theme = asked.get('theme') ?? asked.get('__theme') ?? kept.readText('play-theme');
    if (theme === 'dark' || theme === 'light') return theme;
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  };
  let theme = wish();
  if (['dark', 'light'].includes(asked.get('theme'))) kept.writeText('play-theme', theme);

  playground.theme = () => theme;
  playground.setTheme = (next) => {
    theme = next;
    kept.writeText('play-theme', next);
    asked.delete('theme');
    inUrl('theme', next, true);
    paint();
    emit('theme', next);
  };

  function paint() {
    const root = document.documentElement;
    root.classList.toggle('pg-dark', theme === 'dark');
    root.dataset.theme = theme;
    root.style.colorScheme = theme;
    document.body?.classList.toggle('dark', theme === 'dark');
  }

  /** Writes a parameter into the address without a reload; `onlyIfThere` leaves others' links be. */
  function inUrl(name, value, onlyIfThere = false) {
    const address = new URL(location.href);
    if (onlyIfThere && !address.searchParams.has(name)) return;
    address.searchParams.set(name, value);
    history.replaceState(history.state, '', address);
  }

  function whenBody(work) {
    if (document.body) work();
    else document.addEventListener('DOMContentLoaded', work);
  }

  paint();
  whenBody(() => {
    paint();
    // Gradio sets the class from the system's theme when it boots; the visitor's own choice stays.
    new MutationObserver(() => {
      if (document.body.classList.contains('dark') !== (theme === 'dark')) paint();
    }).observe(document.body, { attributes: true, attributeFilter: ['class'] });
  });

  /** A colour of the theme, by the name of its custom property: `colour('--pg-accent')`. */
  playground.colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

  playground.ready = load(playground.language).then(() => {
    document.documentElement.lang = playground.language === 'zh' ? 'zh-CN' : 'en';
    whenBody(() => {
      title();
      // Gradio puts its own title there when it boots.
      new MutationObserver(() => { if (document.title !== playground.t('page.title')) title(); })
        .observe(document.querySelector('title'), { childList: true });
    });
  });
})();
