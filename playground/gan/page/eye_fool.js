/* The other way round: you are the generator. Draw something that D takes for real. */
'use strict';

(() => {
  const { make, gan } = playground;
  const SHOWN = 12; // attempts
  const share = (scores, value) => scores.filter((one) => one < value).length / scores.length;
  const percent = (value) => `${Math.round(100 * value)} %`;

  /** `{element, enter(network, source), wall(answer)}`. */
  gan.eyeFool = () => {
    const pad = gan.drawPad({ changed: drawn, rested: () => {} });
    const small = make('canvas.pg-draw-pixels', { width: 28, height: 28, role: 'img', label: 'gan.draw.prepare.centred' });
    const claim = make('select.pg-select', { label: 'gan.eye.fool.claim' });
    const claims = make('label.pg-eye-claims', {}, make('span', { text: 'gan.eye.fool.claim' }), claim);
    const go = make('button.pg-primary', { type: 'button', disabled: true, text: 'gan.eye.fool.go', on: { click: () => { go.disabled = true; void ask({ source, image: ink.map((value) => Math.round(1000 * value) / 1000), digit: network.classes ? +claim.value : -1 }); } } });
    const fault = make('p.pg-fault', { role: 'alert', hidden: true });
    const truth = make('p.pg-eye-truth', { 'aria-live': 'assertive' });
    const rank = make('p.pg-draw-words');
    const tally = make('p.pg-eye-said');
    const list = make('div.pg-eye-attempts', { role: 'list', label: 'gan.eye.fool.attempts' });
    const element = make('section.pg-panel.pg-eye-fool', {},
      make('header.pg-panel-head', {}, make('h3', { text: 'gan.eye.fool' }), playground.helper('gan.eye.fool.help')), fault,
      make('div.pg-eye-fool-main', {},
        make('div.pg-eye-own', {}, pad.element, pad.tools),
        make('div.pg-eye-shown', {}, small, claims, go, truth, rank),
        make('div.pg-eye-board', {}, tally, list)));
    let [network, source, wall] = [null, '', null];
    let ink = null;
    let attempts = [];

    function drawn(strokes) {
      ink = strokes.length ? Array.from(gan.prepare(strokes).ink, (value) => Math.min(1, value)) : null;
      go.disabled = !ink || !network;
      gan.paint(small, gan.inkToImage(ink ?? new Float32Array(784)));
    }

    const ask = playground.asker('gan_score', (answer, asked) => {
      fault.hidden = true;
      const middle = answer.middle ?? wall?.middle ?? 0;
      attempts.unshift({ score: answer.score, kind: answer.score_kind, fooled: answer.score > middle, image: gan.inkToImage(asked.image), digit: answer.digit });
      tell();
    }, (refusal) => {
      go.disabled = false;
      fault.textContent = refusal instanceof Error ? playground.t('page.call.failed') : playground.sentence(refusal);
      fault.hidden = false;
    });

    function tell() {
      const [last] = attempts;
      const fooled = attempts.filter((one) => one.fooled).length;
      let streak = 0;
      while (streak < attempts.length && attempts[streak].fooled) streak++;
      playground.say(tally, attempts.length ? 'gan.eye.fool.tally' : 'gan.eye.fool.invite', { fooled, count: attempts.length, streak });
      list.replaceChildren(...attempts.slice(0, SHOWN).map((one) => {
        const canvas = make('canvas.pg-draw-pixels', { width: 28, height: 28, 'aria-hidden': 'true' });
        gan.paint(canvas, one.image);
        return make('div.pg-eye-attempt', { role: 'listitem', data: { right: one.fooled } }, canvas, make('span', {}, gan.scoreText(one.kind, one.score)));
      }));
      rank.hidden = !last || !wall;
      if (!last) {
        playground.unsay(truth, '');
        truth.removeAttribute('data-right');
        return;
      }
      truth.dataset.right = last.fooled;
      playground.say(truth, `gan.eye.fool.${last.fooled ? 'fooled' : 'caught'}`, { score: gan.scoreText(last.kind, last.score) });
      if (wall) playground.say(rank, 'gan.eye.fool.rank', { real: percent(share(wall.real.scores, last.score)), fake: percent(share(wall.fake.scores, last.score)) });
    }

    function fill() {
      if (!network) return;
      const kept = claim.value || '3';
      claims.hidden = !network.classes;
      claim.replaceChildren(...Array.from({ length: network.classes }, (_, at) => make('option', { value: at }, gan.className(network, at))));
      if (network.classes) claim.value = kept;
    }
    playground.onWhile(element, 'language', fill);

    return {
      element,
      enter(of, name) {
        [network, source, wall, attempts] = [of, name, null, []];
        fill();
        drawn(pad.strokes());
        tell();
      },
      wall(answer) {
        wall = answer;
        tell();
      },
    };
  };
})();
