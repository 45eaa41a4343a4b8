/* Several images as one file: a zip in which nothing is packed, since images already are. */
'use strict';

(() => {
  const { gan } = playground;

  const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });

  /** The checksum that a zip holds of each file (CRC-32). */
  function checksum(bytes) {
    let rest = 0xffffffff;
    for (const byte of bytes) rest = TABLE[(rest ^ byte) & 255] ^ (rest >>> 8);
    return (rest ^ 0xffffffff) >>> 0;
  }

  /** Numbers of two (`h`) or four (`w`) bytes, the smallest byte first. */
  function numbers(form, ...values) {
    const bytes = new DataView(new ArrayBuffer([...form].reduce((sum, one) => sum + (one === 'w' ? 4 : 2), 0)));
    let at = 0;
    [...form].forEach((one, place) => {
      if (one === 'w') bytes.setUint32(at, values[place], true);
      else bytes.setUint16(at, values[place], true);
      at += one === 'w' ? 4 : 2;
    });
    return new Uint8Array(bytes.buffer);
  }

  const UTF8 = 0x800; // names are written so

  /** A Blob; the names of the files are not needed, so they are numbers. */
  gan.zipped = async (files) => {
    const parts = [];
    const contents = [];
    let at = 0;
    for (const [place, file] of files.entries()) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const name = new TextEncoder().encode(String(place));
      const told = [20, UTF8, 0, 0, 0x21, checksum(bytes), bytes.length, bytes.length, name.length, 0];
      const head = numbers('whhhhhwwwhh', 0x04034b50, ...told);
      contents.push(numbers('whhhhhhwwwhhhhhww', 0x02014b50, 20, ...told, 0, 0, 0, 0, at), name);
      parts.push(head, name, file);
      at += head.length + name.length + bytes.length;
    }
    const length = contents.reduce((sum, one) => sum + one.length, 0);
    const end = numbers('whhhhwwh', 0x06054b50, 0, 0, files.length, files.length, length, at, 0);
    return new Blob([...parts, ...contents, end], { type: 'application/zip' });
  };
})();
