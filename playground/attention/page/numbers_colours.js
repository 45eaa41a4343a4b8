/* The colours of signed numbers: from blue over the panel's own to orange, 0 in the middle. */
'use strict';

(() => {
  const { attention, plot } = playground;
  const STEPS = 100; // on each side of 0
  const SIGNED = { light: ['#5B93C7', '#E08A6D'], dark: ['#2C6698', '#A6492D'] };

  const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const linear = (channel) => (channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
  const curved = (value) => Math.round(255 * Math.max(0, Math.min(1, value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055)));

  // OKLab (Ottosson 2020): mixed there, steps look equally large.
  function toLab(colour) {
    const [r, g, b] = colour.map(linear);
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
  }
  function fromLab([lightness, a, b]) {
    const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
    const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
    const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
    return [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s].map(curved);
  }
  function mixed(from, to, share) {
    const [one, other] = [toLab(from), toLab(to)];
    return fromLab(one.map((value, at) => value + share * (other[at] - value)));
  }

  const told = (colour) => `rgb(${colour.join(', ')})`;

  let ramp = null; // of the theme in force: 2 STEPS + 1 colours from the lowest to the highest
  let known = '';

  function signedRamp() {
    const { panel } = plot.theme();
    if (panel === known) return ramp;
    known = panel;
    const [below, above] = SIGNED[playground.theme() === 'dark' ? 'dark' : 'light'].map(channels);
    const middle = channels(panel);
    ramp = Array.from({ length: 2 * STEPS + 1 }, (_, at) => {
      const share = at / STEPS - 1;
      return mixed(middle, share < 0 ? below : above, Math.abs(share));
    });
    return ramp;
  }

  attention.signed = {
    /** [red, green, blue] of a share; −1 and 1 are the ends, beyond them nothing changes. */
    channels: (share) => signedRamp()[Math.round((Math.max(-1, Math.min(1, share)) + 1) * STEPS)],
    /** The same as a colour of the page. The page's own text is readable on all of them. */
    ground: (share) => told(attention.signed.channels(share)),
    /** The map as a background, from left to right. */
    gradient: () => `linear-gradient(to right, ${[-1, -0.5, 0, 0.5, 1].map(attention.signed.ground).join(', ')})`,
  };
})();
