/* The image that is looked at, large, with what the discriminator says of it; and the server's way to it. */
'use strict';

(() => {
  const { make, gan } = playground;
  const SAVED = 20; // pixels of a saved picture for each of the image

  /** `{element, show(image, score, network, digit), soft(on), png()}`. */
  gan.latentView = () => {
    const canvas = make('canvas.pg-latent-pixels', { width: 28, height: 28, role: 'img' });
    const bar = make('i.pg-latent-bar');
    const number = make('b.pg-latent-percent');
    const words = make('span.pg-latent-words');
    const verdict = make('p.pg-latent-verdict', {}, words, number, playground.helper('gan.latent.verdict.help'), bar);
    const element = make('div.pg-latent-image', {}, canvas, verdict);
    let last = null;

    // What is read aloud and the words change less often than the pixels.
    function say() {
      if (!last) return;
      const { score, network, digit } = last;
      const name = network.classes ? network.names[digit] ?? digit : '';
      const text = gan.scoreText(network.scoreKind, score);
      playground.say(canvas, network.classes ? 'gan.latent.image.of' : 'gan.latent.image', { name, score: text }, 'aria-label');
      playground.say(words, `gan.latent.verdict.${network.scoreKind}`);
    }
    const saySoon = playground.afterQuiet(150, say);

    function judged(score, network, digit) {
      last = { score, network, digit };
      number.textContent = gan.scoreText(network.scoreKind, score);
      bar.hidden = network.scoreKind !== 'probability';
      bar.style.setProperty('--share', score.toFixed(3));
      saySoon();
    }

    return {
      element,
      canvas,
      show(image, score, network, digit) {
        gan.paint(canvas, image);
        judged(score, network, digit);
      },
      draw(bitmap, score, network, digit) {
        canvas.getContext('2d').drawImage(bitmap, 0, 0);
        judged(score, network, digit);
      },
      soft: (on) => canvas.classList.toggle('pg-soft', on),
      png() {
        const large = make('canvas', { width: 28 * SAVED, height: 28 * SAVED });
        const pen = large.getContext('2d');
        pen.imageSmoothingEnabled = canvas.classList.contains('pg-soft');
        pen.imageSmoothingQuality = 'high';
        pen.drawImage(canvas, 0, 0, large.width, large.height);
        return new Promise((resolve) => { large.toBlob(resolve, 'image/png'); });
      },
    };
  };

  /** The same image by the server: `ask(point)`; `take(bitmap, score)` and `fail(refusal)` are told. */
  gan.latentServer = (take, fail) => playground.asker('gan_sample', async (answer) => {
    const bytes = Uint8Array.from(atob(answer.sheet.png), (letter) => letter.charCodeAt(0));
    take(await createImageBitmap(new Blob([bytes], { type: 'image/png' })), answer.scores[0]);
  }, fail);
})();
