/* The score of the game: who told real from fake more often, and whether that could be luck. No page in here. */
'use strict';

(() => {
  const { gan } = playground;
  const SURE = 1.96; // standard deviations that luck seldom gives
  const ENOUGH = 10; // images before anything is said

  gan.EyeScore = class {
    /** `rounds`: `[{you, judge}]`, each whether that one was right. */
    constructor(rounds = []) { this.rounds = rounds; }

    add(you, judge) { this.rounds.push({ you, judge }); }

    get count() { return this.rounds.length; }

    right(who) { return this.rounds.filter((one) => one[who]).length; }

    /** Right ones in a row: `{now, best}`. */
    streak(who) {
      let [now, best] = [0, 0];
      for (const one of this.rounds) {
        now = one[who] ? now + 1 : 0;
        best = Math.max(best, now);
      }
      return { now, best };
    }

    /** How far guessing strays from a half: one standard deviation of the share. */
    get luck() { return this.count ? 0.5 / Math.sqrt(this.count) : 0; }

    /**
     * Who is better: "you", "judge", "even", or "few" while nothing can be said. Only images of
     * which just one was right tell them apart (McNemar 1947, Psychometrika 12, p. 153).
     */
    get better() {
      if (this.count < ENOUGH) return 'few';
      const you = this.rounds.filter((one) => one.you && !one.judge).length;
      const judge = this.rounds.filter((one) => one.judge && !one.you).length;
      if (Math.abs(you - judge) <= SURE * Math.sqrt(you + judge)) return 'even';
      return you > judge ? 'you' : 'judge';
    }
  };
})();
