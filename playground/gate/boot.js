// Runs before Gradio does: the language and theme that were chosen are there from the first paint.
(() => {
  const query = new URL(location.href).searchParams;
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private mode */ } };

  const asked = query.get("lang");
  if (asked) keep("play-lang", asked.toLowerCase().startsWith("zh") ? "zh" : "en");
  const chosen = kept("play-lang") || asked || DEFAULT_LANGUAGE || navigator.language || "en";
  const chinese = chosen.toLowerCase().startsWith("zh");
  // Gradio asks the browser for its language and knows no other way to be told.
  const told = chinese ? "zh-CN" : "en";
  for (const [name, value] of [["language", told], ["languages", [told]]])
    Object.defineProperty(navigator, name, { get: () => value, configurable: true });
  document.documentElement.lang = told;

  // Gradio 6.31 knows this address but only opens its API page at the press of its own button: the
  // first press closes what it believes to be open.
  if (query.get("view") === "api") {
    const opening = setInterval(() => {
      if (document.querySelector(".api-docs")) clearInterval(opening);
      else document.querySelector("footer .show-api")?.click();
    }, 250);
  }

  const theme = query.get("theme") || query.get("__theme") || kept("play-theme");
  if (theme !== "dark" && theme !== "light") return;
  document.documentElement.dataset.theme = theme;
  document.documentElement.style.colorScheme = theme;
  // Gradio follows the system; a chosen theme answers in the system's place.
  const real = window.matchMedia.bind(window);
  window.matchMedia = (media) => {
    const list = real(media);
    if (!media.includes("prefers-color-scheme")) return list;
    const matches = media.includes(theme);
    return new Proxy({}, { get: (_, name) =>
      name === "matches" ? matches : typeof list[name] === "function" ? () => true : list[name] });
  };
})();
