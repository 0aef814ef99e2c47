// Prints what Node's Buffer and StringDecoder do, one case a line: node generate.mjs > cases.jsonl
// The cases in this folder were taken from Node 20.20.2.
import { StringDecoder } from 'node:string_decoder';

let seed = 20;
const random = (n) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * n);
};
const pick = (list) => list[random(list.length)];
const say = (aCase) => console.log(JSON.stringify(aCase));

const encodings = ['utf8', 'utf16le', 'latin1', 'ascii', 'base64', 'base64url', 'hex'];
const points = ['a', 'b', 'Z', '0', '\0', '\x7f', '\x80', 'é', 'ÿ', 'Ā', 'š', '߿', 'ࠀ', '€', '\uffff', '\ufffd', '😀',
  '\u{10ffff}', '\ud800', '\udbff', '\udc00', '\udfff'];
const digits = [...'ABCDwxyz0189+/-_', ...'ABCDwxyz0189+/-_'];
const noise = ['=', ' ', '\n', '*', '.', 'é', 'š', '\u0159', '\u013d', '€'];
const hexDigits = [...'0123456789abcdefABCDEF'];

const textFor = (enc, length) => {
  let text = '';
  for (let i = 0; i < length; i++) {
    if (enc.startsWith('base64')) text += random(9) === 0 ? pick(noise) : pick(digits);
    else if (enc === 'hex') text += random(14) === 0 ? pick(noise) : pick(hexDigits);
    else text += pick(points);
  }
  if (enc.startsWith('base64')) text += pick(['', '', '=', '==', '===']);
  return text;
};
// Bytes that UTF-8 decoders disagree about, and some that they do not.
const bytePool = [0x00, 0x41, 0x61, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed,
  0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xf8, 0xfc, 0xff, 0xd8, 0xdb, 0xdc];
const sequences = ['c3a9', 'e282ac', 'f09f9880', 'eda080', 'f0908d', 'e282', 'f09f', 'f4908080', '3dd800de'];
const bytes = (length) => {
  let hex = '';
  while (hex.length < length * 2) {
    hex += random(3) === 0 ? pick(sequences) : pick(bytePool).toString(16).padStart(2, '0');
  }
  return Buffer.from(hex, 'hex');
};

// Text to bytes.
const fixed = {
  base64: ['', 'YQ==YQ==', 'YQ=YQ=', 'Y Q = =', '=YWJj', 'Y', 'Y=', 'YW', 'YWJ', 'YWJjZA', '-_+/', 'YW\nJj', 'YWJj===='],
  hex: ['', '6', '61', '616', '61zz62', 'zz', 'AbCd', '\u016161', '61 62'],
  utf8: ['', 'plain', 'a\ud800b', '\udc00\ud800', '\ud83d\ude00', '\ud83d'],
};
for (const enc of encodings) {
  const texts = [...(fixed[enc.slice(0, 6)] ?? [])];
  for (let i = 0; i < 60; i++) texts.push(textFor(enc, random(12)));
  texts.push(textFor(enc, 300));
  for (const text of texts) {
    say({ op: 'encode', enc, text, hex: Buffer.from(text, enc).toString('hex'), length: Buffer.byteLength(text, enc) });
  }
}

// Bytes to text, whole and in part.
for (const enc of encodings) {
  for (let i = 0; i < 80; i++) {
    const b = bytes(random(i < 75 ? 10 : 200));
    const start = random(b.length + 4) - 2;
    const end = random(b.length + 4) - 2;
    say({ op: 'decode', enc, hex: b.toString('hex'), text: b.toString(enc), start, end, part: b.toString(enc, start, end) });
  }
}

// Writing into a buffer of a given size.
for (const enc of encodings) {
  for (let i = 0; i < 40; i++) {
    const b = Buffer.alloc(random(9), 0xee);
    const at = random(b.length + 1);
    const most = random(b.length - at + 1);
    const text = textFor(enc, random(9));
    const count = b.write(text, at, most, enc);
    say({ op: 'write', enc, text, size: b.length, at, most, count, hex: b.toString('hex') });
  }
}

// Search. A small alphabet makes many near misses.
const few = (length, letters) => Buffer.from(Array.from({ length }, () => 97 + random(letters)));
for (let i = 0; i < 400; i++) {
  const letters = 1 + random(3);
  const hay = few(random(i % 4 === 0 ? 60 : 20), letters);
  const needle = few(random(i % 4 === 0 ? 16 : 5), letters);
  const from = random(2 * hay.length + 8) - hay.length - 4;
  say({
    op: 'search', hay: hay.toString('hex'), needle: needle.toString('hex'), from,
    first: hay.indexOf(needle, from), last: hay.lastIndexOf(needle, from),
    byteFirst: hay.indexOf(98, from), byteLast: hay.lastIndexOf(98, from),
    includes: hay.includes(needle),
  });
}
for (let i = 0; i < 200; i++) {
  const hay = few(random(24), 2);
  for (let at = 0; at < hay.length; at++) if (random(3) === 0) hay[at] = 0;
  const text = Array.from({ length: random(4) }, () => pick(['\0', 'a', 'b', '\u6100', '\u6161', '\u6200'])).join('');
  const enc = pick(['utf16le', 'latin1', 'utf8']);
  const from = random(2 * hay.length + 8) - hay.length - 4;
  say({
    op: 'searchText', hay: hay.toString('hex'), text, enc, from,
    first: hay.indexOf(text, from, enc), last: hay.lastIndexOf(text, from, enc),
  });
}

// Comparing, parts, filling, swapping.
for (let i = 0; i < 60; i++) {
  const [a, b] = [bytes(random(6)), bytes(random(6))];
  if (i % 3 === 0) a.copy(b);
  const range = (n) => { const from = random(n + 1); return [from, from + random(n - from + 1)]; };
  const [ts, te] = range(b.length);
  const [ss, se] = range(a.length);
  say({ op: 'compare', a: a.toString('hex'), b: b.toString('hex'), sign: a.compare(b), ts, te, ss, se,
    part: a.compare(b, ts, te, ss, se), equal: a.equals(b) });
  const [start, end] = [random(20) - 10, random(20) - 10];
  say({ op: 'subarray', hex: a.toString('hex'), start, end, part: a.subarray(start, end).toString('hex') });
  const enc = pick(encodings);
  const text = pick([textFor(enc, 1 + random(4)), '']);
  let filled;
  try { filled = Buffer.alloc(i % 11, 1).fill(text, enc).toString('hex'); } catch (e) { filled = e.code; }
  say({ op: 'fill', size: i % 11, text, enc, hex: filled });
}
for (const width of [16, 32, 64]) {
  for (let i = 0; i <= 16; i++) {
    const b = few(i, 26);
    const hex = b.toString('hex');
    let swapped;
    try { swapped = b[`swap${width}`]().toString('hex'); } catch (e) { swapped = e.code; }
    say({ op: 'swap', width, hex, swapped });
  }
}
for (let i = 0; i < 30; i++) {
  const parts = Array.from({ length: random(4) }, () => bytes(random(4)));
  const total = random(16);
  say({ op: 'concat', parts: parts.map((p) => p.toString('hex')), total, hex: Buffer.concat(parts).toString('hex'),
    cut: Buffer.concat(parts, total).toString('hex') });
}
for (let i = 0; i < 40; i++) {
  const [a, b] = [few(random(8), 26), few(random(8), 26)];
  const [ts, ss] = [random(9), random(a.length + 1)];
  const se = ss + random(8);
  const hexBefore = b.toString('hex');
  const count = a.copy(b, ts, ss, se);
  say({ op: 'copy', a: a.toString('hex'), b: hexBefore, ts, ss, se, count, hex: b.toString('hex') });
}

// Numbers.
const integers = (bits, signed) => {
  const [least, most] = signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n];
  return [least, most, 0n, 1n, least + 1n, 0x12n, (most * 2n) / 3n, least - 1n, most + 1n];
};
const numberCase = (name, value, big, width, variable) => {
  const b = Buffer.alloc(12, 0xee);
  const at = random(13 - width + 2) - 1;
  const args = variable ? [at, width] : [at];
  const given = big ? value : Number(value);
  let next, hex, read;
  try { next = b[`write${name}`](given, ...args); hex = b.toString('hex'); } catch (e) { hex = e.code; }
  try { read = Object.is(b[`read${name}`](...args), -0) ? '-0' : String(b[`read${name}`](...args)); } catch (e) { read = e.code; }
  say({ op: 'number', name, value: Object.is(given, -0) ? '-0' : String(given), at, width, variable, next, hex, read });
};
for (const signed of [true, false]) {
  const u = signed ? '' : 'U';
  for (const value of integers(8, signed)) numberCase(`${u ? 'UInt8' : 'Int8'}`, value, false, 1, false);
  for (const order of ['LE', 'BE']) {
    for (const bits of [16, 32]) {
      for (const value of integers(bits, signed)) numberCase(`${u ? 'UInt' : 'Int'}${bits}${order}`, value, false, bits / 8, false);
    }
    for (const value of integers(64, signed)) numberCase(`Big${u ? 'UInt' : 'Int'}64${order}`, value, true, 8, false);
    for (let width = 1; width <= 6; width++) {
      for (const value of integers(8 * width, signed)) numberCase(`${u ? 'UInt' : 'Int'}${order}`, value, false, width, true);
    }
  }
}
for (const order of ['LE', 'BE']) {
  for (const value of [0, -0, 1.5, -2.25, Infinity, -Infinity, NaN, 1e-45, 3e38]) {
    numberCase(`Float${order}`, Math.fround(value), false, 4, false);
    numberCase(`Double${order}`, value, false, 8, false);
  }
}

// Text that arrives in pieces.
for (const enc of encodings) {
  for (let i = 0; i < (enc === 'utf8' ? 200 : enc === 'utf16le' ? 100 : 30); i++) {
    const all = bytes(1 + random(14));
    const pieces = [];
    for (let at = 0; at < all.length;) {
      const to = Math.min(all.length, at + random(5));
      pieces.push(all.subarray(at, to));
      at = to;
    }
    const decoder = new StringDecoder(enc);
    say({ op: 'decoder', enc, pieces: pieces.map((p) => p.toString('hex')), texts: pieces.map((p) => decoder.write(p)),
      end: decoder.end() });
  }
}
