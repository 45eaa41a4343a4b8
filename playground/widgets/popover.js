/* The one small panel that floats beside what it explains: hints on hover and focus, menus on click. */
'use strict';

(() => {
  const { make } = playground;
  let open = null; // {panel, anchor, locked, closed, spot: where the anchor stood}
  const spotOf = (anchor) => { const { left, top } = anchor.getBoundingClientRect(); return `${Math.round(left)} ${Math.round(top)}`; };

  function place(panel, anchor) {
    const box = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = panel;
    const room = innerHeight - box.bottom;
    const above = room < height + 16 && box.top > room;
    const top = above ? Math.max(8, box.top - height - 8) : Math.min(box.bottom + 8, Math.max(8, innerHeight - height - 8));
    const left = Math.max(8, Math.min(box.left + box.width / 2 - width / 2, innerWidth - width - 8));
    panel.style.setProperty('top', `${top}px`);
    panel.style.setProperty('left', `${left}px`);
  }

  /** Shows `content` beside `anchor`; a locked one stays until Esc or a click elsewhere. */
  function show(anchor, content, { locked = false, className = '', closed = null, label = '' } = {}) {
    hide();
    const panel = make('div.pg-popover', { class: className, role: locked ? 'dialog' : 'tooltip' }, content);
    if (label) playground.say(panel, label, {}, 'aria-label');
    document.body.append(panel);
    open = { panel, anchor, locked, closed, spot: spotOf(anchor) };
    place(panel, anchor);
    return panel;
  }

  function hide() {
    if (!open) return;
    const { panel, closed } = open;
    open = null;
    panel.remove();
    closed?.();
  }

  const isLocked = () => Boolean(open?.locked);

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !open) return;
    const { anchor, locked } = open;
    hide();
    if (locked) anchor.focus?.();
    event.stopPropagation();
  }, true);
  document.addEventListener('pointerdown', (event) => {
    if (open && !open.panel.contains(event.target) && !open.anchor.contains(event.target)) hide();
  });
  addEventListener('resize', hide);
  // What scrolls elsewhere, a list that grows behind it say, is no reason to go.
  document.addEventListener('scroll', () => {
    if (open && spotOf(open.anchor) !== open.spot) hide();
  }, true);

  playground.popover = { show, hide, isLocked, anchoredTo: (anchor) => open?.anchor === anchor };

  /** A round "?" that explains what stands beside it. */
  playground.helper = (key, params = {}) => {
    const button = make('button.pg-helper', { type: 'button', label: key }, playground.icon('help'));
    const tell = () => show(button, make('p', {}, playground.t(key, params)));
    button.addEventListener('pointerenter', () => { if (!isLocked()) tell(); });
    button.addEventListener('pointerleave', () => { if (!isLocked()) hide(); });
    button.addEventListener('focus', tell);
    button.addEventListener('blur', hide);
    button.addEventListener('click', tell);
    return button;
  };

  /** A button that opens a menu of `[key, icon, act]`; entries that are `null` are left out. */
  playground.menu = (anchor, entries) => {
    if (playground.popover.anchoredTo(anchor)) {
      hide();
      return;
    }
    const items = entries.filter(Boolean).map(([key, icon, act, kind]) => make(
      'button.pg-menu-item',
      { type: 'button', role: 'menuitem', class: kind === 'danger' ? 'pg-danger' : '', on: { click: () => { hide(); act(); } } },
      playground.icon(icon),
      make('span', { text: key }),
    ));
    anchor.setAttribute('aria-expanded', 'true');
    const panel = show(anchor, make('div', { role: 'menu' }, items), {
      locked: true, className: 'pg-menu', closed: () => anchor.setAttribute('aria-expanded', 'false'),
    });
    items[0]?.focus();
    panel.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = items.indexOf(document.activeElement);
      items[(at + step + items.length) % items.length].focus();
    });
  };

  /** A dialog in the middle of the page. Returns `{element, close}`. */
  playground.dialog = (key, ...content) => {
    const title = make('h2.pg-dialog-title', { text: key, id: 'pg-dialog-title' });
    const element = make('dialog.pg-dialog', { 'aria-labelledby': 'pg-dialog-title' });
    const close = () => element.close();
    element.append(
      make('header.pg-dialog-head', {}, title, playground.iconButton('close', 'page.close', close)),
      ...content,
    );
    element.addEventListener('close', () => element.remove());
    element.addEventListener('pointerdown', (event) => { if (event.target === element) close(); });
    document.body.append(element);
    element.showModal();
    return { element, close };
  };
})();
