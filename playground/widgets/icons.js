/* Small pictures of our own, drawn on a 20-unit grid with the colour of the text around them. */
'use strict';

(() => {
  const SHAPES = {
    play: '<path d="M6 4.2v11.6c0 .7.8 1.1 1.4.7l8.4-5.8c.5-.3.5-1.1 0-1.4L7.4 3.500C6.8 3.1 6 3.5 6 4.200z" fill="currentColor" stroke="none"/>',
    pause: '<path d="M7 4v12M13 4v12" stroke-width="2.6"/>',
    stop: '<rect x="4.5" y="4.5" width="11" height="11" rx="2" fill="currentColor" stroke="none"/>',
    step: '<path d="M4.5 4.500v11l8-5.500z" fill="currentColor" stroke="none"/><path d="M15.5 4.500v11" stroke-width="2.4"/>',
    again: '<path d="M15.8 8A6.3 6.3 0 1 0 16.3 11"/><path d="M16.5 3.800V8h-4.2"/>',
    dice: '<rect x="3" y="3" width="14" height="14" rx="3.5"/><g fill="currentColor" stroke="none"><circle cx="7" cy="7" r="1.3"/><circle cx="13" cy="13" r="1.3"/><circle cx="13" cy="7" r="1.3"/><circle cx="7" cy="13" r="1.3"/><circle cx="10" cy="10" r="1.3"/></g>',
    close: '<path d="M5 5l10 10M15 5L5 15"/>',
    check: '<path d="M4.5 10.500l3.7 3.7 7.3-8"/>',
    down: '<path d="M5 7.500l5 5 5-5"/>',
    right: '<path d="M7.5 5l5 5-5 5"/>',
    left: '<path d="M12.5 5l-5 5 5 5"/>',
    link: '<path d="M8.5 11.500l3-3"/><path d="M9.5 6.500l1.8-1.800a3 3 0 0 1 4.2 4.200L13.7 10.700M10.5 13.500l-1.8 1.800a3 3 0 0 1-4.2-4.200L6.3 9.3"/>',
    help: '<circle cx="10" cy="10" r="7"/><path d="M7.9 8a2.2 2.2 0 1 1 3.2 2c-.7.4-1.1.8-1.1 1.6"/><circle cx="10" cy="14" r=".6" fill="currentColor"/>',
    info: '<circle cx="10" cy="10" r="7"/><path d="M10 9.300v4.2"/><circle cx="10" cy="6.7" r=".6" fill="currentColor"/>',
    warning: '<path d="M10 3.200l7.3 13H2.700z"/><path d="M10 8v3.8"/><circle cx="10" cy="14" r=".5" fill="currentColor"/>',
    sun: '<circle cx="10" cy="10" r="3.4"/><path d="M10 2.500v2M10 15.500v2M2.5 10h2M15.5 10h2M4.7 4.700l1.4 1.400M13.9 13.900l1.4 1.400M4.7 15.300l1.4-1.400M13.9 6.100l1.4-1.4"/>',
    moon: '<path d="M16.3 11.900A6.8 6.8 0 0 1 8.1 3.700a6.8 6.8 0 1 0 8.2 8.200z"/>',
    runs: '<path d="M3 14.500l4-5 3.5 3L17 5"/><path d="M3 17.500h14"/>',
    pin: '<path d="M7.5 3.500h5l-.5 5 2.5 2.500v1.500h-9V11L8 8.500z"/><path d="M10 12.500v4.5"/>',
    trash: '<path d="M4 5.500h12M8 5.500V3.500h4v2M5.5 5.500l.8 11h7.400l.8-11"/>',
    edit: '<path d="M4 16l.8-3.5 8.3-8.3 2.7 2.7-8.3 8.300z"/>',
    download: '<path d="M10 3.500v9M6.2 9l3.8 3.800L13.8 9M4 16.500h12"/>',
    upload: '<path d="M10 13V4M6.2 7.600L10 3.800l3.8 3.800M4 16.500h12"/>',
    more: '<g fill="currentColor" stroke="none"><circle cx="4.5" cy="10" r="1.5"/><circle cx="10" cy="10" r="1.5"/><circle cx="15.5" cy="10" r="1.5"/></g>',
    eye: '<path d="M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5z"/><circle cx="10" cy="10" r="2.3"/>',
    sliders: '<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>',
    book: '<path d="M10 5.500C8.5 4.2 6 3.8 3 4v11.500c3-.2 5.5.2 7 1.5 1.5-1.3 4-1.7 7-1.500V4c-3-.2-5.5.2-7 1.500zM10 5.500V17"/>',
    lock: '<rect x="4.5" y="9" width="11" height="7.5" rx="2"/><path d="M7 9V6.500a3 3 0 0 1 6 0V9"/>',
    screen: '<rect x="2.5" y="4" width="15" height="10" rx="1.5"/><path d="M7 17h6"/>',
    text: '<path d="M4 5h12M4 9h12M4 13h8"/>',
    pen: '<path d="M3.5 16.500c2-.2 3.4-.6 4.5-1.700l7.3-7.300a1.9 1.9 0 0 0-2.7-2.700L5.3 12c-1.1 1.1-1.6 2.5-1.8 4.500z"/>',
    mask: '<path d="M4 5.500h12M4 10h7M4 14.500h9"/><rect x="12.5" y="8" width="5" height="4" rx="1" fill="currentColor" stroke="none" opacity=".5"/>',
    code: '<path d="M7 6l-4 4 4 4M13 6l4 4-4 4"/>',
  };

  /** A picture by name. Only these fixed shapes are ever read as markup. */
  playground.icon = (name) => {
    const holder = document.createElement('span');
    holder.className = 'pg-icon';
    holder.setAttribute('aria-hidden', 'true');
    holder.innerHTML =
      '<svg viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" '
      + `stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${SHAPES[name]}</svg>`;
    return holder;
  };

  /** A button that is a picture; `key` names it for everyone who cannot see it. */
  playground.iconButton = (name, key, click, className = 'pg-quiet') =>
    playground.make('button', { type: 'button', class: className, label: key, hint: key, on: { click } }, playground.icon(name));

  /** The mark of the page: three layers of nodes and what flows between them. */
  playground.logo = () => {
    const holder = playground.make('span.pg-logo', { 'aria-hidden': 'true' });
    holder.innerHTML =
      '<svg viewBox="0 0 32 32" width="28" height="28" fill="none">'
      + '<g stroke="currentColor" stroke-width="1.5" opacity=".45">'
      + '<path d="M7 10L16 6M7 10l9 10M7 22l9-16M7 22l9-2M7 10l9 16M7 22l9 4M16 6l9 10M16 20l9-4M16 26l9-10"/></g>'
      + '<circle cx="7" cy="10" r="3" fill="var(--pg-rnn)"/><circle cx="7" cy="22" r="3" fill="var(--pg-gru)"/>'
      + '<circle cx="16" cy="6" r="2.6" fill="currentColor"/><circle cx="16" cy="16" r="2.6" fill="currentColor" opacity=".55"/>'
      + '<circle cx="16" cy="26" r="2.6" fill="currentColor"/><circle cx="25.5" cy="16" r="3.6" fill="var(--pg-lstm)"/></svg>';
    return holder;
  };
})();
