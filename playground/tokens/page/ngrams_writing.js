/* What an n-gram model writes: each token on a ground as light as it was likely, told by its order. */
'use strict';

(() => {
  const { make, tokens } = playground;
  const TYPING = 900; // milliseconds in which a text is written out

  /** Tokens as text: schemes that drop white space get spaces between words again. */
  tokens.joined = (list, scheme) => (['word', 'wordpiece'].includes(scheme) ? list.join(' ').replaceAll(' ##', '') : list.join(''));

  /**
   * `{element, show, release}`. `picked(place)` is told the token that was chosen, null when it is
   * let go. `show({generated, prefix, order, scheme})` writes.
   */
  tokens.ngramWriting = ({ picked }) => {
    const element = make('div.pg-generated.pg-ngrams-text', { tabindex: 0, role: 'group', dir: 'auto', label: 'tokens.ngrams.writing' });
    let told = null;
    let locked = -1;
    let run = 0; // the newest text is the one that is written out

    /** How many tokens could stand before a place: the model never looks further back. */
    const reach = (place) => Math.min(told.order, told.before + place + 1);
    const backed = ({ order }, place) => order < reach(place);

    function piece(one, place) {
      const spaced = ['word', 'wordpiece'].includes(told.scheme);
      const goes = one.token.startsWith('##');
      const daring = Math.min(1, -Math.log(Math.max(one.probability, 1e-4)) / 6);
      const span = make('span.pg-piece', { class: backed(one, place) ? 'pg-ngrams-backed' : '', data: { at: place } }, goes ? one.token.slice(2) : one.token);
      span.style.setProperty('--daring', daring.toFixed(2));
      return spaced && !goes && (place || told.prefix) ? [' ', span] : [span];
    }

    function write() {
      const mine = ++run;
      const caret = make('span.pg-caret');
      element.replaceChildren(make('span.pg-prefix', {}, told.prefix), caret);
      element.dataset.state = 'writing';
      const { generated } = told;
      const since = performance.now();
      let done = 0;
      const step = () => {
        if (mine !== run) return;
        const until = playground.calm() ? generated.length : Math.ceil(generated.length * Math.min(1, (performance.now() - since) / TYPING));
        for (; done < until; done++) caret.before(...piece(generated[done], done));
        if (done < generated.length) requestAnimationFrame(step);
        else {
          caret.remove();
          element.dataset.state = 'written';
        }
      };
      step();
    }

    function explained(place) {
      const one = told.generated[place];
      const limit = reach(place);
      const key = one.order === 0 ? 'never' : one.order < limit ? 'backed' : limit < told.order ? 'short' : 'full';
      return make('div', {},
        make('p', {}, make('span.pg-ngrams-chip', { dir: 'auto' }, playground.visible(one.token)), ` ${(100 * one.probability).toPrecision(3)} %`),
        make('p.pg-ngrams-why', {}, playground.t(`tokens.ngrams.drawn.${key}`, { used: one.order - 1, context: limit - 1, order: one.order })));
    }

    const spanAt = (place) => element.querySelector(`[data-at="${place}"]`);
    function look(place, lock) {
      const span = spanAt(place);
      if (!span) return;
      for (const one of element.querySelectorAll('.pg-looked')) one.classList.remove('pg-looked');
      span.classList.add('pg-looked');
      if (!lock) {
        playground.popover.show(span, explained(place), { className: 'pg-ngrams-panel' });
        return;
      }
      // What is expected here then stands in the table, which says the same and more.
      playground.popover.hide();
      locked = place;
      picked(place);
    }
    function release(tell = true) {
      const was = locked;
      locked = -1;
      playground.popover.hide();
      for (const one of element.querySelectorAll('.pg-looked')) one.classList.remove('pg-looked');
      if (was >= 0 && tell) picked(null);
    }
    const under = (event) => (event.target.dataset?.at === undefined ? -1 : +event.target.dataset.at);
    element.addEventListener('pointerover', (event) => { if (locked < 0 && under(event) >= 0) look(under(event), false); });
    element.addEventListener('pointerleave', () => { if (locked < 0) release(false); });
    element.addEventListener('click', (event) => {
      const place = under(event);
      if (place < 0 || place === locked) release();
      else look(place, true);
    });
    element.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step && told?.generated.length) {
        event.preventDefault();
        look(Math.max(0, Math.min(told.generated.length - 1, (locked < 0 ? -1 : locked) + step)), true);
      }
    });
    playground.plot.onEscape(element, () => { if (locked >= 0) release(); });

    return {
      element,
      /** `before` is how many tokens the beginning has that the model can see. */
      show(next) {
        release(false);
        told = next;
        write();
      },
      release,
    };
  };
})();
