// Runs small programs on Node's Web Streams and prints them with their traces: node trace.mjs > programs.jsonl
// The traces in this folder were taken from Node 20.20.2. Each line runs in a process of its own.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  ReadableStream, WritableStream, TransformStream,
} from 'node:stream/web';
import { hand, generated } from './programs.mjs';

class ProgramError extends Error {}

export function run(program, log) {
  const things = new Map();
  const fmtError = (e) => (e === undefined ? 'none' : Array.isArray(e) ? e.map(fmtError).join('+') :
    e instanceof ProgramError ? e.message : e.name);
  const fmt = (v) => (v === undefined ? '' : typeof v === 'object' && 'done' in v ? (v.done ? 'done' : v.value) : String(v));
  const watch = (label, promise) => promise.then((v) => log(`${label}:${fmt(v)}`), (e) => log(`${label}!${fmtError(e)}`));
  const get = (id) => things.get(id);
  const deferred = (id) => {
    if (!things.has(`d.${id}`)) {
      const d = {};
      d.promise = new Promise((resolve, reject) => Object.assign(d, { resolve, reject }));
      things.set(`d.${id}`, d);
    }
    return get(`d.${id}`);
  };
  const give = (gives) => {
    if (gives === undefined) return undefined;
    const [kind, arg] = gives.split(':');
    switch (kind) {
      case 'resolved': return Promise.resolve();
      case 'deferred': return deferred(arg).promise;
      case 'throw': throw new ProgramError(arg);
      case 'reject': return Promise.reject(new ProgramError(arg));
    }
  };
  const strategy = (hwm, size) => ({
    highWaterMark: hwm === 'Infinity' ? Infinity : hwm,
    size: size === 'length' ? (c) => c.length : size === 'bad' ? () => -1 :
      size === 'throws' ? () => { throw new ProgramError('size'); } : undefined,
  });
  const calls = new Map();
  // Each call of a callback takes the next of its steps.
  const step = (id, name, list, detail = '') => {
    log(`${id}.${name}${detail}`);
    const key = `${id}.${name}`;
    const n = calls.get(key) ?? 0;
    calls.set(key, n + 1);
    const s = list?.[n];
    if (s === undefined) return undefined;
    body(s.body ?? []);
    return give(s.gives);
  };
  const attempt = (label, f) => {
    try {
      return f();
    } catch (e) {
      log(`${label}!${fmtError(e)}`);
    }
  };
  const hop = (n, f) => queueMicrotask(() => (n <= 1 ? f() : hop(n - 1, f)));
  const act = (a) => {
    switch (a.op) {
      case 'log': log(a.label); break;
      case 'hops': hop(a.n, () => body(a.body)); break;
      case 'clock': {
        let n = 0;
        const tick = () => { log(`${a.prefix}${++n}`); if (n < a.n) queueMicrotask(tick); };
        queueMicrotask(tick);
        break;
      }
      case 'immediate': setImmediate(() => body(a.body)); break;
      case 'settle': deferred(a.id).resolve(); break;
      case 'fail': deferred(a.id).reject(new ProgramError(a.reason)); break;
      case 'source': {
        const c = attempt(a.id, () => new ReadableStream({
          start(controller) { things.set(`c.${a.id}`, controller); return step(a.id, 'start', a.start); },
          pull() { return step(a.id, 'pull', a.pull); },
          cancel(reason) { return step(a.id, 'cancel', a.cancel, `(${fmtError(reason)})`); },
        }, strategy(a.hwm, a.size)));
        if (c) things.set(a.id, c);
        break;
      }
      case 'sink': {
        const s = attempt(a.id, () => new WritableStream({
          start(controller) { things.set(`c.${a.id}`, controller); return step(a.id, 'start', a.start); },
          write(chunk) { return step(a.id, 'write', a.write, `(${chunk})`); },
          close() { return step(a.id, 'close', a.close); },
          abort(reason) { return step(a.id, 'abort', a.abort, `(${fmtError(reason)})`); },
        }, strategy(a.hwm, a.size)));
        if (s) things.set(a.id, s);
        break;
      }
      case 'transform': {
        const t = attempt(a.id, () => new TransformStream({
          start(controller) { things.set(`c.${a.id}`, controller); return step(a.id, 'start', a.start); },
          transform(chunk, controller) {
            const result = step(a.id, 'transform', a.transform, `(${chunk})`);
            for (let i = 0; i < (a.times ?? 1); i++) controller.enqueue(`${chunk}'`);
            return result;
          },
          flush() { return step(a.id, 'flush', a.flush); },
          cancel(reason) { return step(a.id, 'cancel', a.cancel, `(${fmtError(reason)})`); },
        }, strategy(a.whwm, a.size), strategy(a.rhwm)));
        if (t) {
          things.set(a.id, t);
          things.set(`${a.id}.r`, t.readable);
          things.set(`${a.id}.w`, t.writable);
        }
        break;
      }
      case 'enqueue': case 'close': case 'error': case 'terminate': case 'desired': {
        const c = get(`c.${a.on}`);
        if (!c) break;
        attempt(`${a.op} ${a.on}`, () => {
          if (a.op === 'desired') log(`desired ${a.on}=${c.desiredSize}`);
          else if (typeof c[a.op] !== 'function') return;
          else if (a.op === 'enqueue') c.enqueue(a.chunk);
          else if (a.op === 'error') c.error(new ProgramError(a.reason));
          else c[a.op]();
        });
        break;
      }
      case 'reader': case 'writer': {
        const s = get(a.of);
        if (!s) break;
        const r = attempt(a.id, () => (a.op === 'reader' ? s.getReader() : s.getWriter()));
        if (r) things.set(a.id, r);
        break;
      }
      case 'read': if (get(a.by)) watch(a.label, get(a.by).read()); break;
      case 'write': if (get(a.by)) watch(a.label, get(a.by).write(a.chunk)); break;
      case 'ready': if (get(a.by)) watch(a.label, get(a.by).ready); break;
      case 'closed': if (get(a.by)) watch(a.label, get(a.by).closed); break;
      case 'room': if (get(a.by)) attempt('room', () => log(`room ${a.by}=${get(a.by).desiredSize}`)); break;
      case 'release': if (get(a.by)) attempt('release', () => get(a.by).releaseLock()); break;
      case 'cancel': if (get(a.by)) watch(a.label, get(a.by).cancel(new ProgramError(a.reason))); break;
      case 'abort': if (get(a.by)) watch(a.label, get(a.by).abort(new ProgramError(a.reason))); break;
      case 'end': if (get(a.by)) watch(a.label, get(a.by).close()); break;
      case 'locked': if (get(a.of)) log(`locked ${a.of}=${get(a.of).locked}`); break;
      case 'tee': {
        const s = get(a.of);
        const both = s && attempt('tee', () => s.tee());
        if (both) both.forEach((branch, i) => things.set(a.ids[i], branch));
        break;
      }
      case 'signal': things.set(a.id, new AbortController()); break;
      case 'stop': if (get(a.id)) get(a.id).abort(new ProgramError(a.reason)); break;
      case 'pipe': {
        if (!get(a.from) || !get(a.to)) break;
        watch(a.label, get(a.from).pipeTo(get(a.to), {
          preventClose: a.preventClose, preventAbort: a.preventAbort, preventCancel: a.preventCancel,
          signal: get(a.signal)?.signal,
        }));
        break;
      }
      case 'through': {
        if (!get(a.from) || !get(a.to)) break;
        attempt('through', () => get(a.from).pipeThrough(get(a.to)));
        break;
      }
      default: throw new Error(`unknown op ${a.op}`);
    }
  };
  function body(actions) { for (const a of actions) act(a); }
  process.on('unhandledRejection', (e) => log(`unhandled!${fmtError(e)}`));
  body(program.body);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--one') {
    const trace = [];
    process.on('exit', () => console.log(JSON.stringify(trace)));
    // As a callback of its own, with its drain after it.
    setImmediate(() => run(JSON.parse(process.argv[3]), (line) => trace.push(line)));
  } else {
    for (const program of [...hand, ...generated()]) {
      const one = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--one', JSON.stringify(program)]);
      if (one.status === 0) {
        console.log(JSON.stringify({ ...program, trace: JSON.parse(one.stdout) }));
      } else {
        // Node 20 breaks its own assertions in some states: writing to a closed stream is one.
        console.error(`left out: ${program.name}: ${/Error.*/.exec(one.stderr)}`);
      }
    }
  }
}
