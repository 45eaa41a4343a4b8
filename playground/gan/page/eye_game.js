/* Fool the judge: is this image real? You say, then D says, then the truth. */
'use strict';

(() => {
  const { make, gan } = playground;
  const KEPT = 'play-gan-eye';
  const MOST_KEPT = 500; // rounds of one source
  const DOTS = 20;
  const WHO = ['you', 'judge'];
  const percent = (share) => `${Math.round(100 * share)} %`;

  /** `{element, enter(network, source), start()}`; `deal(seed)` asks for more images. */
  gan.eyeGame = ({ deal }) => {
    const canvas = make('canvas.pg-draw-pixels', { width: 28, height: 28, role: 'img', label: 'gan.eye.game.image' });
    const claim = make('p.pg-eye-claim');
    const guesses = ['real', 'fake'].map((side) => make('button.pg-button.pg-eye-guess', { type: 'button', disabled: true, data: { side }, on: { click: () => guess(side) } }, make('span', { text: `gan.eye.game.${side}` }), make('kbd', { 'aria-hidden': 'true' }, side === 'real' ? '←' : '→')));
    const next = make('button.pg-primary.pg-eye-next', { type: 'button', hidden: true, text: 'gan.eye.game.next', on: { click: () => void turn() } });
    const truth = make('p.pg-eye-truth', { 'aria-live': 'assertive' });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const cards = Object.fromEntries(WHO.map((who) => {
      const [share, count, streak] = [make('b'), make('span'), make('span')];
      const dots = make('span.pg-eye-dots', { 'aria-hidden': 'true' });
      return [who, { share, count, streak, dots, element: make('div.pg-eye-card', { data: { who } }, make('h4', { text: `gan.eye.game.${who}` }), share, count, streak, dots) }];
    }));
    const verdict = make('p.pg-eye-said');
    const reset = make('button.pg-link', { type: 'button', text: 'gan.eye.game.reset', on: { click: () => { score = new gan.EyeScore(); keep(); tally(); } } });
    const element = make('section.pg-panel.pg-eye-game', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.eye.game' }), playground.helper('gan.eye.game.help')), fault,
      make('div.pg-eye-game-main', {},
        make('div.pg-eye-play', {}, canvas, claim, make('div.pg-eye-guesses', {}, guesses), truth, next),
        make('div.pg-eye-board', {}, make('div.pg-eye-cards', {}, WHO.map((who) => cards[who].element)), verdict, reset)));
    let [network, source, answer, now] = [null, '', null, null];
    let deck = [];
    let open = false; // whether a guess is awaited
    let dealt = 0;
    let score = new gan.EyeScore();

    function keep() {
      const all = playground.kept.read(KEPT, {});
      all[source] = score.rounds.slice(-MOST_KEPT).map((one) => [+one.you, +one.judge]);
      playground.kept.write(KEPT, all);
    }

    function tally() {
      for (const who of WHO) {
        const card = cards[who];
        const [right, streak] = [score.right(who), score.streak(who)];
        card.share.textContent = score.count ? percent(right / score.count) : '–';
        playground.say(card.count, 'gan.eye.game.count', { right, count: score.count });
        playground.say(card.streak, 'gan.eye.game.streak', { now: streak.now, best: streak.best });
        card.dots.replaceChildren(...score.rounds.slice(-DOTS).map((one) => make('i', { data: { right: one[who] } })));
      }
      playground.say(verdict, `gan.eye.game.better.${score.better}`, { count: score.count, luck: percent(score.luck) });
      reset.hidden = !score.count;
    }

    async function turn() {
      try {
        if (!deck.length) {
          const mine = source;
          // The first ones of a seed are the wall's; the game draws others.
          const told = await deal(1_000 + Math.floor(Math.random() * 1e6) + dealt++);
          if (mine !== source) return;
          answer = told;
          deck = gan.eyeTiles(answer);
          for (let at = deck.length - 1; at > 0; at--) {
            const other = Math.floor(Math.random() * (at + 1));
            [deck[at], deck[other]] = [deck[other], deck[at]];
          }
        }
      } catch (refusal) {
        fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
        fault.hidden = false;
        return;
      }
      fault.hidden = true;
      // A coin decides the side, whatever is left in the deck.
      const side = Math.random() < 0.5 ? 'real' : 'fake';
      const at = Math.max(0, deck.findIndex((one) => one.side === side));
      [now] = deck.splice(at, 1);
      open = true;
      const focused = document.activeElement === next;
      paint();
      claim.hidden = !network.classes;
      playground.say(claim, 'gan.eye.game.claim', () => ({ name: gan.className(network, now.digit) }));
      playground.unsay(truth, '');
      truth.removeAttribute('data-right');
      next.hidden = true;
      for (const button of guesses) {
        button.disabled = false;
        button.removeAttribute('data-chosen');
      }
      if (focused) guesses[0].focus();
    }

    function guess(side) {
      if (!open) return;
      open = false;
      const right = side === now.side;
      score.add(right, now.right);
      keep();
      for (const button of guesses) {
        button.disabled = true;
        if (button.dataset.side === side) button.dataset.chosen = right ? 'right' : 'wrong';
      }
      truth.dataset.right = right;
      playground.say(truth, `gan.eye.game.truth.${now.side}.${right ? 'right' : 'wrong'}.${now.right ? 'right' : 'wrong'}`, { score: gan.scoreText(answer.score_kind, now.score) });
      tally();
      next.hidden = false;
      next.focus({ preventScroll: true });
    }

    function paint() { if (now) gan.drawTile(canvas.getContext('2d'), now.sheet, now.at, 0, 0, 28); }
    element.addEventListener('keydown', (event) => {
      const side = { ArrowLeft: 'real', ArrowRight: 'fake' }[event.key];
      if (!side || !open) return;
      event.preventDefault();
      guess(side);
    });
    playground.onWhile(element, 'gan_picture', paint);

    return {
      element,
      enter(of, name) {
        [network, source] = [of, name];
        deck = [];
        now = null;
        const rounds = playground.kept.read(KEPT, {})[source] ?? [];
        score = new gan.EyeScore(rounds.map(([you, judge]) => ({ you: Boolean(you), judge: Boolean(judge) })));
        tally();
      },
      start() { if (!now && network) void turn(); },
    };
  };
})();
