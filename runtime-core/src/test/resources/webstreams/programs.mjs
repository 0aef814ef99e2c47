// The programs whose traces trace.mjs takes: some by hand, each about one rule, and some at random.
const read = (by, label) => ({ op: 'read', by, label });
const write = (by, chunk) => ({ op: 'write', by, chunk, label: `write ${chunk}` });
const enqueue = (on, chunk) => ({ op: 'enqueue', on, chunk });
const clock = (n, prefix = 't') => ({ op: 'clock', n, prefix });
const hops = (n, ...body) => ({ op: 'hops', n, body });
const later = (...body) => ({ op: 'immediate', body });
const says = (body, gives) => ({ body, gives });
const reader = (of, id = 'r') => ({ op: 'reader', id, of });
const writer = (of, id = 'w') => ({ op: 'writer', id, of });
const closed = (by) => ({ op: 'closed', by, label: `closed ${by}` });
const ready = (by) => ({ op: 'ready', by, label: `ready ${by}` });
const three = (id) => ['a', 'b', 'c'].map((c, i) => says([enqueue(id, c), ...(i === 2 ? [{ op: 'close', on: id }] : [])]));

const list = [];
const add = (name, ...body) => list.push({ name, body });

// ---- readable streams
for (const hwm of [0, 1, 2, 5, 'Infinity']) {
  add(`a source is pulled up to a mark of ${hwm}`,
    { op: 'source', id: 's', hwm, pull: three('s') }, clock(12), { op: 'desired', on: 's' },
    later({ op: 'desired', on: 's' }, reader('s'), read('r', '1'), read('r', '2'), closed('r'), clock(8, 'u'),
      later(read('r', '3'), read('r', '4'), clock(8, 'v'))));
}
add('reads that wait are answered in order', { op: 'source', id: 's', hwm: 0 }, reader('s'), read('r', '1'), read('r', '2'),
  read('r', '3'), later(enqueue('s', 'a'), enqueue('s', 'b'), clock(4), { op: 'close', on: 's' }));
add('pull again is called once when the first is done',
  { op: 'source', id: 's', hwm: 3, pull: [says([enqueue('s', 'a'), enqueue('s', 'b')], 'deferred:p'), says([enqueue('s', 'c')])] },
  clock(8), later({ op: 'settle', id: 'p' }, clock(8, 'u')));
add('nothing is pulled before start is done', { op: 'source', id: 's', hwm: 1, start: [says([], 'deferred:go')], pull: three('s') },
  reader('s'), read('r', '1'), clock(4), later({ op: 'settle', id: 'go' }, clock(8, 'u')));
add('a start that is resolved already costs more', { op: 'source', id: 's', hwm: 1, start: [says([], 'resolved')], pull: three('s') }, clock(8));
add('a start that rejects breaks the stream', { op: 'source', id: 's', hwm: 1, start: [says([], 'reject:no')] }, reader('s'),
  read('r', '1'), closed('r'), clock(8));
add('a start that throws leaves the constructor', { op: 'source', id: 's', hwm: 1, start: [says([], 'throw:no')] });
for (const gives of ['throw:no', 'reject:no', 'resolved', 'deferred:never']) {
  add(`a pull that gives ${gives}`, { op: 'source', id: 's', hwm: 2, pull: [says([enqueue('s', 'a')], gives), says([enqueue('s', 'b')])] },
    reader('s'), read('r', '1'), read('r', '2'), read('r', '3'), closed('r'), clock(10));
  add(`a cancel that gives ${gives}`, { op: 'source', id: 's', hwm: 1, cancel: [says([], gives)] }, reader('s'), read('r', '1'),
    closed('r'), { op: 'cancel', by: 'r', reason: 'enough', label: 'cancel' }, clock(10), later(read('r', '2')));
}
add('error drops what is queued', { op: 'source', id: 's', hwm: 5, start: [says([enqueue('s', 'a'), enqueue('s', 'b')])] }, reader('s'),
  read('r', '1'), later({ op: 'error', on: 's', reason: 'broken' }, read('r', '2'), closed('r'), { op: 'desired', on: 's' }, enqueue('s', 'c'),
    { op: 'close', on: 's' }, clock(4)));
add('close lets the queue be read', { op: 'source', id: 's', hwm: 5, start: [says([enqueue('s', 'a'), enqueue('s', 'b'), { op: 'close', on: 's' }])] },
  enqueue('s', 'c'), { op: 'close', on: 's' }, reader('s'), closed('r'), read('r', '1'), read('r', '2'), read('r', '3'), clock(6));
add('release rejects what waits', { op: 'source', id: 's', hwm: 0 }, reader('s'), read('r', '1'), closed('r'), { op: 'locked', of: 's' },
  { op: 'release', by: 'r' }, { op: 'locked', of: 's' }, read('r', '2'), closed('r'), { op: 'cancel', by: 'r', reason: 'x', label: 'cancel' },
  reader('s', 'q'), read('q', '3'), later(enqueue('s', 'a'), clock(4)));
add('a locked stream', { op: 'source', id: 's', hwm: 1 }, reader('s'), reader('s', 'q'), { op: 'cancel', by: 's', reason: 'x', label: 'cancel' },
  { op: 'tee', of: 's', ids: ['x', 'y'] }, clock(3));
add('sizes count', { op: 'source', id: 's', hwm: 4, size: 'length', pull: [says([enqueue('s', 'aa')]), says([enqueue('s', 'bbbbb')]), says([enqueue('s', 'c')])] },
  clock(8), later({ op: 'desired', on: 's' }, reader('s'), read('r', '1'), { op: 'desired', on: 's' }, read('r', '2'), { op: 'desired', on: 's' }, clock(6, 'u')));
for (const size of ['bad', 'throws']) {
  add(`a size that is ${size} breaks the stream`, { op: 'source', id: 's', hwm: 4, size }, reader('s'), closed('r'), enqueue('s', 'a'), later(enqueue('s', 'b'), read('r', '1')));
  add(`a size that is ${size} breaks a sink`, { op: 'sink', id: 'k', hwm: 4, size }, writer('k'), closed('w'), ready('w'), write('w', 'a'), write('w', 'b'), clock(6));
}
for (const hwm of [-1, NaN]) add(`a mark of ${hwm}`, { op: 'source', id: 's', hwm: Number.isNaN(hwm) ? 'x' : hwm });

// ---- writable streams
for (const hwm of [0, 1, 3, 'Infinity']) {
  add(`a sink with a mark of ${hwm}`, { op: 'sink', id: 'k', hwm }, writer('w0'), writer('k'), ready('w'), { op: 'room', by: 'w' }, write('w', 'a'),
    { op: 'room', by: 'w' }, ready('w'), write('w', 'b'), write('w', 'c'), { op: 'room', by: 'w' }, { op: 'end', by: 'w', label: 'end' }, closed('w'), clock(14));
}
add('one write at a time', { op: 'sink', id: 'k', hwm: 1, write: [says([], 'deferred:1'), says([], 'deferred:2')] }, writer('k'), write('w', 'a'),
  write('w', 'b'), { op: 'end', by: 'w', label: 'end' }, clock(5), later({ op: 'settle', id: '1' }, clock(5, 'u'), later({ op: 'settle', id: '2' }, clock(9, 'v'))));
for (const gives of ['throw:no', 'reject:no']) {
  add(`a write that gives ${gives}`, { op: 'sink', id: 'k', hwm: 1, write: [says([], gives)] }, writer('k'), ready('w'), closed('w'), write('w', 'a'), write('w', 'b'),
    { op: 'end', by: 'w', label: 'end' }, clock(9), later(write('w', 'c'), ready('w'), closed('w'), { op: 'room', by: 'w' }, { op: 'abort', by: 'w', reason: 'x', label: 'abort' }));
  add(`a close that gives ${gives}`, { op: 'sink', id: 'k', hwm: 1, close: [says([], gives)] }, writer('k'), closed('w'), write('w', 'a'), { op: 'end', by: 'w', label: 'end' },
    { op: 'end', by: 'w', label: 'end2' }, clock(9));
  add(`an abort that gives ${gives}`, { op: 'sink', id: 'k', hwm: 1, abort: [says([], gives)] }, writer('k'), closed('w'), ready('w'),
    { op: 'abort', by: 'w', reason: 'x', label: 'abort' }, { op: 'abort', by: 'w', reason: 'y', label: 'abort2' }, clock(9));
  add(`a sink whose start gives ${gives}`, { op: 'sink', id: 'k', hwm: 1, start: [says([], gives)] }, writer('k'), closed('w'), ready('w'), write('w', 'a'), clock(6));
}
add('abort waits for the write under way', { op: 'sink', id: 'k', hwm: 1, write: [says([], 'deferred:1')] }, writer('k'), later(write('w', 'a'), write('w', 'b'), ready('w'), closed('w'),
  { op: 'abort', by: 'w', reason: 'x', label: 'abort' }, { op: 'room', by: 'w' }, clock(5), later({ op: 'settle', id: '1' }, clock(9, 'u'))));
add('abort before the start is done', { op: 'sink', id: 'k', hwm: 1, start: [says([], 'deferred:go')] }, writer('k'), write('w', 'a'), { op: 'abort', by: 'w', reason: 'x', label: 'abort' },
  { op: 'end', by: 'w', label: 'end' }, clock(4), later({ op: 'settle', id: 'go' }, clock(8, 'u')));
add('abort while closing comes too late', { op: 'sink', id: 'k', hwm: 1, close: [says([], 'deferred:c')] }, writer('k'), { op: 'end', by: 'w', label: 'end' }, closed('w'),
  later({ op: 'abort', by: 'w', reason: 'x', label: 'abort' }, clock(4), later({ op: 'settle', id: 'c' }, clock(6, 'u'))));
add('abort while closing that fails', { op: 'sink', id: 'k', hwm: 1, close: [says([], 'deferred:c')] }, writer('k'), { op: 'end', by: 'w', label: 'end' }, closed('w'),
  later({ op: 'abort', by: 'w', reason: 'x', label: 'abort' }, clock(4), later({ op: 'fail', id: 'c', reason: 'bad' }, clock(6, 'u'))));
add('the controller breaks the stream', { op: 'sink', id: 'k', hwm: 1, write: [says([], 'deferred:1')] }, writer('k'), later(write('w', 'a'), write('w', 'b'), closed('w'),
  later({ op: 'error', on: 'k', reason: 'broken' }, ready('w'), clock(4), later({ op: 'settle', id: '1' }, clock(6, 'u')))));
add('a writer is released', { op: 'sink', id: 'k', hwm: 0 }, writer('k'), ready('w'), closed('w'), write('w', 'a'), { op: 'release', by: 'w' }, ready('w'), closed('w'), write('w', 'b'),
  { op: 'room', by: 'w' }, { op: 'end', by: 'w', label: 'end' }, { op: 'abort', by: 'w', reason: 'x', label: 'abort' }, { op: 'end', by: 'k', label: 'close' }, clock(9));
add('a locked sink', { op: 'sink', id: 'k', hwm: 1 }, writer('k'), writer('k', 'v'), { op: 'end', by: 'k', label: 'close' }, { op: 'abort', by: 'k', reason: 'x', label: 'abort' }, clock(3));

// ---- transforms
for (const [whwm, rhwm] of [[1, 0], [0, 0], [1, 1], [3, 2], [1, 'Infinity']]) {
  add(`a transform with marks of ${whwm} and ${rhwm}`, { op: 'transform', id: 't', whwm, rhwm }, writer('t.w'), reader('t.r'), write('w', 'a'), write('w', 'b'),
    { op: 'end', by: 'w', label: 'end' }, clock(10), later(read('r', '1'), read('r', '2'), read('r', '3'), closed('r'), closed('w'), clock(20, 'u')));
}
add('a transform that makes two of one', { op: 'transform', id: 't', whwm: 1, rhwm: 1, times: 2 }, writer('t.w'), reader('t.r'), write('w', 'a'), write('w', 'b'), clock(8),
  later(read('r', '1'), read('r', '2'), read('r', '3'), read('r', '4'), clock(16, 'u')));
for (const gives of ['throw:no', 'reject:no', 'resolved', 'deferred:d']) {
  add(`a transform that gives ${gives}`, { op: 'transform', id: 't', whwm: 1, rhwm: 1, transform: [says([], gives)] }, writer('t.w'), reader('t.r'), write('w', 'a'), write('w', 'b'),
    read('r', '1'), closed('r'), closed('w'), clock(16), later({ op: 'settle', id: 'd' }, clock(9, 'u')));
  add(`a flush that gives ${gives}`, { op: 'transform', id: 't', whwm: 1, rhwm: 1, flush: [says([enqueue('t', 'rest')], gives)] }, writer('t.w'), reader('t.r'), write('w', 'a'),
    { op: 'end', by: 'w', label: 'end' }, read('r', '1'), read('r', '2'), read('r', '3'), closed('r'), closed('w'), clock(20), later({ op: 'settle', id: 'd' }, clock(9, 'u')));
  add(`cancelling a transform that gives ${gives}`, { op: 'transform', id: 't', whwm: 1, rhwm: 0, cancel: [says([], gives)] }, writer('t.w'), reader('t.r'), write('w', 'a'), closed('w'),
    { op: 'cancel', by: 'r', reason: 'enough', label: 'cancel' }, clock(12), later({ op: 'settle', id: 'd' }, clock(9, 'u')));
  add(`aborting a transform that gives ${gives}`, { op: 'transform', id: 't', whwm: 1, rhwm: 0, cancel: [says([], gives)] }, writer('t.w'), reader('t.r'), read('r', '1'), closed('w'), closed('r'),
    { op: 'abort', by: 'w', reason: 'enough', label: 'abort' }, clock(14), later({ op: 'settle', id: 'd' }, clock(9, 'u')));
  add(`a transform whose start gives ${gives}`, { op: 'transform', id: 't', whwm: 1, rhwm: 1, start: [says([enqueue('t', 'first')], gives)] }, writer('t.w'), reader('t.r'), write('w', 'a'),
    read('r', '1'), read('r', '2'), clock(16), later({ op: 'settle', id: 'd' }, clock(9, 'u')));
}
add('a transform is terminated', { op: 'transform', id: 't', whwm: 1, rhwm: 1, transform: [says([enqueue('t', 'x'), { op: 'terminate', on: 't' }])] }, writer('t.w'), reader('t.r'),
  write('w', 'a'), write('w', 'b'), read('r', '1'), read('r', '2'), closed('w'), clock(14));
add('a transform breaks itself', { op: 'transform', id: 't', whwm: 1, rhwm: 1 }, writer('t.w'), reader('t.r'), write('w', 'a'), later({ op: 'error', on: 't', reason: 'broken' }, { op: 'desired', on: 't' },
  enqueue('t', 'z'), read('r', '1'), write('w', 'b'), closed('w'), clock(6)));

// ---- tees and pipes
for (const hwm of [0, 1, 3]) {
  add(`a tee over a mark of ${hwm}`, { op: 'source', id: 's', hwm, pull: three('s') }, { op: 'tee', of: 's', ids: ['x', 'y'] }, reader('x', 'p'), reader('y', 'q'), read('p', 'p1'), clock(12),
    later(read('q', 'q1'), read('q', 'q2'), clock(8, 'u'), later(read('p', 'p2'), read('p', 'p3'), read('p', 'p4'), read('q', 'q3'), read('q', 'q4'), clock(12, 'v'))));
  add(`a pipe over a mark of ${hwm}`, { op: 'source', id: 's', hwm, pull: three('s') }, { op: 'sink', id: 'k', hwm: 1 }, { op: 'pipe', from: 's', to: 'k', label: 'pipe' }, { op: 'locked', of: 's' }, clock(50));
  add(`a pipe into a mark of ${hwm}`, { op: 'source', id: 's', hwm: 1, pull: three('s') }, { op: 'sink', id: 'k', hwm, write: [says([], 'deferred:1')] }, { op: 'pipe', from: 's', to: 'k', label: 'pipe' }, clock(25),
    later({ op: 'settle', id: '1' }, clock(35, 'u')));
}
add('a tee is cancelled on both sides', { op: 'source', id: 's', hwm: 1 }, { op: 'tee', of: 's', ids: ['x', 'y'] }, { op: 'cancel', by: 'x', reason: 'one', label: 'x' }, clock(4),
  later({ op: 'cancel', by: 'y', reason: 'two', label: 'y' }, clock(10, 'u')));
add('a tee of a stream that breaks', { op: 'source', id: 's', hwm: 1 }, { op: 'tee', of: 's', ids: ['x', 'y'] }, reader('x', 'p'), reader('y', 'q'), read('p', 'p1'), { op: 'cancel', by: 'q', reason: 'two', label: 'q' },
  later({ op: 'error', on: 's', reason: 'broken' }, clock(8)));
for (const prevent of [{}, { preventClose: true }, { preventAbort: true }, { preventCancel: true }]) {
  const how = Object.keys(prevent)[0] ?? 'nothing';
  const pipe = { op: 'pipe', from: 's', to: 'k', label: 'pipe', ...prevent };
  add(`a pipe to the end, ${how} prevented`, { op: 'source', id: 's', hwm: 1, pull: three('s') }, { op: 'sink', id: 'k', hwm: 1 }, pipe, clock(50),
    later(writer('k'), closed('w'), ...(prevent.preventClose ? [write('w', 'more')] : []), clock(6, 'u')));
  add(`a pipe whose source breaks, ${how} prevented`, { op: 'source', id: 's', hwm: 1, pull: [says([enqueue('s', 'a')])] }, { op: 'sink', id: 'k', hwm: 1 }, pipe,
    later({ op: 'error', on: 's', reason: 'broken' }, clock(14), later(writer('k'), write('w', 'more'), clock(6, 'u'))));
  add(`a pipe whose sink breaks, ${how} prevented`, { op: 'source', id: 's', hwm: 1, pull: three('s') }, { op: 'sink', id: 'k', hwm: 1, write: [says([], 'reject:full')] }, pipe, clock(40),
    later(reader('s'), read('r', '1'), clock(6, 'u')));
  add(`a pipe into a closed sink, ${how} prevented`, { op: 'source', id: 's', hwm: 1, pull: three('s') }, { op: 'sink', id: 'k', hwm: 1 }, { op: 'end', by: 'k', label: 'end' }, later(pipe, clock(14)));
  add(`a pipe that is stopped, ${how} prevented`, { op: 'source', id: 's', hwm: 1, pull: [says([enqueue('s', 'a')])] }, { op: 'sink', id: 'k', hwm: 1, write: [says([], 'deferred:1')] }, { op: 'signal', id: 'g' },
    { ...pipe, signal: 'g' }, later({ op: 'stop', id: 'g', reason: 'stopped' }, clock(9), later({ op: 'settle', id: '1' }, clock(16, 'u'))));
  add(`a pipe that was stopped before, ${how} prevented`, { op: 'source', id: 's', hwm: 1 }, { op: 'sink', id: 'k', hwm: 1 }, { op: 'signal', id: 'g' }, { op: 'stop', id: 'g', reason: 'stopped' }, { ...pipe, signal: 'g' }, clock(16));
}
add('a pipe through a transform', { op: 'source', id: 's', hwm: 1, pull: three('s') }, { op: 'transform', id: 't', whwm: 1, rhwm: 0 }, { op: 'sink', id: 'k', hwm: 1 }, { op: 'through', from: 's', to: 't' },
  { op: 'pipe', from: 't.r', to: 'k', label: 'pipe' }, clock(80));
add('a pipe through a transform that breaks', { op: 'source', id: 's', hwm: 1, pull: three('s') }, { op: 'transform', id: 't', whwm: 1, rhwm: 0, transform: [says([]), says([], 'throw:no')] }, { op: 'sink', id: 'k', hwm: 1 },
  { op: 'through', from: 's', to: 't' }, { op: 'pipe', from: 't.r', to: 'k', label: 'pipe' }, clock(80));
add('a pipe from a locked stream', { op: 'source', id: 's', hwm: 1 }, { op: 'sink', id: 'k', hwm: 1 }, reader('s'), { op: 'pipe', from: 's', to: 'k', label: 'pipe' }, { op: 'release', by: 'r' }, writer('k'),
  { op: 'pipe', from: 's', to: 'k', label: 'pipe2' }, { op: 'locked', of: 's' }, clock(3));

export const hand = list;

// ---- at random
export function generated() {
  let seed = 7;
  const random = (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  const pick = (from) => from[random(from.length)];
  const programs = [];
  for (let p = 0; p < 300; p++) {
    let labels = 0;
    const gives = () => pick([undefined, undefined, undefined, 'resolved', 'deferred:d', 'deferred:e', 'reject:no', 'throw:no']);
    const mild = () => pick([undefined, undefined, undefined, 'resolved', 'deferred:d']);
    const hwm = () => pick([0, 1, 1, 2, 3, 'Infinity']);
    const small = (id) => pick([enqueue(id, pick(['a', 'bb', 'ccc'])), enqueue(id, 'd'), { op: 'close', on: id }, { op: 'error', on: id, reason: 'broken' }, { op: 'desired', on: id },
      { op: 'settle', id: pick(['d', 'e']) }]);
    const steps = (id) => Array.from({ length: random(5) }, () => says(random(4) === 0 ? [small(id)] : [enqueue(id, pick(['a', 'bb']))], random(3) === 0 ? gives() : mild()));
    const sinkSteps = () => Array.from({ length: random(4) }, () => says([], gives()));
    const kind = p % 4;
    const body = [];
    body.push({ op: 'source', id: 's', hwm: hwm(), size: pick([undefined, undefined, 'length']), start: [says(random(3) ? [] : [enqueue('s', 'z')], mild())], pull: steps('s'), cancel: [says([], gives())] });
    body.push({ op: 'sink', id: 'k', hwm: hwm(), size: pick([undefined, undefined, 'length']), start: [says([], mild())], write: sinkSteps(), close: [says([], gives())], abort: [says([], gives())] });
    body.push({ op: 'transform', id: 't', whwm: hwm(), rhwm: hwm(), start: [says([], mild())], transform: sinkSteps(), flush: [says([], gives())], cancel: [says([], gives())] });
    body.push({ op: 'signal', id: 'g' });
    const [from, to] = [['s', 'k'], ['t.r', 't.w'], ['s', 'k'], ['t.r', 'k']][kind];
    const action = () => {
      const label = `${++labels}`;
      switch (random(kind === 2 || kind === 3 ? 12 : 16)) {
        case 0: return small('s');
        case 1: return small(kind === 1 ? 't' : 's');
        case 2: return { op: 'settle', id: 'd' };
        case 3: return { op: 'settle', id: 'e' };
        case 4: return { op: 'locked', of: pick([from, to]) };
        case 5: return { op: 'cancel', by: pick([from, 'r']), reason: `c${label}`, label };
        case 6: return { op: 'abort', by: pick([to, 'w']), reason: `a${label}`, label };
        case 7: return { op: 'error', on: pick(['s', 'k', 't']), reason: `e${label}` };
        case 8: return { op: 'room', by: 'w' };
        case 9: return { op: 'closed', by: pick(['r', 'w']), label };
        case 10: return { op: 'end', by: pick([to, 'w']), label };
        case 11: return kind < 2 ? { op: 'release', by: pick(['r', 'w']) } : { op: 'stop', id: 'g', reason: 'stopped' };
        case 12: case 13: return read('r', label);
        case 14: return { op: 'write', by: 'w', chunk: pick(['a', 'bb']), label };
        default: return { op: 'ready', by: 'w', label };
      }
    };
    if (kind < 2) {
      body.push(reader(from), writer(to));
      for (let i = 0; i < 3; i++) body.push(read('r', `r${i}`), { op: 'write', by: 'w', chunk: 'x', label: `w${i}` });
    } else {
      if (kind === 3) body.push({ op: 'through', from: 's', to: 't' });
      const flags = { preventClose: random(3) === 0, preventAbort: random(3) === 0, preventCancel: random(3) === 0 };
      body.push({ op: 'pipe', from, to, label: 'pipe', signal: 'g', ...flags });
    }
    body.push(clock(40));
    for (let i = random(5); i >= 0; i--) {
      body.push(pick([hops(1 + random(12), action()), later(action(), hops(1 + random(6), action()), clock(16, `i${i}.`)), action()]));
    }
    body.push(later(later({ op: 'settle', id: 'd' }, { op: 'settle', id: 'e' }, clock(20, 'z'))));
    programs.push({ name: `random ${p}`, body });
  }
  return programs;
}
