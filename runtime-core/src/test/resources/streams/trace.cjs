'use strict';
// Interprets one stream program (see FORMAT.md) in real Node.js: node rt.cjs prog.json
const fs = require('fs');
const stream = require('stream');
const prog = JSON.parse(fs.readFileSync(process.argv[2]));
const trace = [];
const log = (l) => {
  trace.push(l);
  if (trace.length > 3000) { fs.writeSync(1, '\n@@"overflow"\n'); process.reallyExit(99); }
};
const S = Object.create(null);      // name -> stream
const AC = Object.create(null);     // name -> AbortController
const IT = Object.create(null);     // name -> iterator
const L = Object.create(null);      // name -> how to remove a listener
const manual = Object.create(null); // name -> pending callbacks of a manual implementation
const show = (c) => (c === null ? 'null' : Buffer.isBuffer(c) ? c.toString('latin1') : String(c));
const errName = (e) => (e == null ? 'null' : e.code === 20 ? 'ABORT_ERR' : e.code && e.code !== e.message ? e.code : e.message);

function later(mode, f, name) {
  switch (mode) {
    case undefined: case 'sync': f(); break;
    case 'nextTick': process.nextTick(f); break;
    case 'microtask': queueMicrotask(f); break;
    case 'immediate': setImmediate(f); break;
    case 'manual': (manual[name] ??= []).push(f); break;
    case 'never': break;
    default: throw new Error('mode ' + mode);
  }
}
// an implementation step may be an object: {"mode":..., "error":label, "throw":true, "body":[...], "twice":true, "at":n}
function outcome(spec, n) {
  if (spec === undefined || typeof spec === 'string') return { mode: spec, err: null };
  const hit = spec.at === undefined || spec.at === n;
  return { mode: spec.mode, err: hit && spec.error !== undefined ? new Error(spec.error) : null,
    thrown: hit && spec.throw, body: hit ? spec.body : undefined, twice: hit && spec.twice };
}
// begins a step: runs its actions, throws if it is to; what it calls back with is told once, or twice
function begin(spec, n) {
  const r = outcome(spec, n);
  run(r.body);
  if (r.thrown) throw r.err;
  return r;
}
function complete(r, name, f) {
  later(r.mode, () => { f(); if (r.twice) f(); }, name);
}
function commonOpts(name, d) {
  const o = {};
  for (const k of ['objectMode', 'autoDestroy', 'emitClose', 'allowHalfOpen', 'readableObjectMode', 'writableObjectMode'])
    if (d[k] !== undefined) o[k] = d[k];
  if (d.hwm !== undefined) o.highWaterMark = d.hwm;
  if (d.readableHwm !== undefined) o.readableHighWaterMark = d.readableHwm;
  if (d.writableHwm !== undefined) o.writableHighWaterMark = d.writableHwm;
  if (d.signal !== undefined) o.signal = AC[d.signal].signal;
  if (d.destroy !== undefined) {
    o.destroy = (err, cb) => {
      log(`${name}._destroy(${errName(err)})`);
      const r = begin(d.destroy);
      complete(r, name + '.destroy', () => cb(r.err ?? err));
    };
  }
  if (d.construct !== undefined) {
    o.construct = (cb) => {
      log(`${name}._construct`);
      const r = begin(d.construct);
      complete(r, name + '.construct', () => cb(r.err));
    };
  }
  return o;
}
function writableOpts(name, d, o) {
  let n = 0;
  o.decodeStrings = d.objectMode || d.writableObjectMode ? undefined : true;
  o.write = (chunk, enc, cb) => {
    n++;
    log(`${name}._write(${show(chunk)})`);
    const r = begin(d.write, n);
    complete(r, name, () => cb(r.err));
  };
  if (d.writev) {
    o.writev = (chunks, cb) => {
      n++;
      log(`${name}._writev(${chunks.map((c) => show(c.chunk)).join(',')})`);
      const r = begin(d.write, n);
      complete(r, name, () => cb(r.err));
    };
  }
  if (d.final !== undefined) {
    o.final = (cb) => {
      log(`${name}._final`);
      const r = begin(d.final);
      complete(r, name + '.final', () => cb(r.err));
    };
  }
  return o;
}
function readableOpts(name, d, o) {
  const src = d.source ? [...d.source] : null;
  let n = 0;
  o.read = function() {
    n++;
    log(`${name}._read`);
    const r = begin(d.read, n);
    if (!src || src.length === 0) return;
    const c = src.shift();
    complete(r, name + '.read', () => emitSource(this, name, c));
  };
  return o;
}
function emitSource(s, name, c) {
  if (c !== null && typeof c === 'object' && !Array.isArray(c)) { log(`${name}.fail(${c.error})`); s.destroy(new Error(c.error)); return; }
  const list = Array.isArray(c) ? c : [c];
  for (const x of list) log(`${name}.push(${show(x)})=${s.push(x)}`);
}
function transformOpts(name, d, o) {
  let n = 0;
  o.transform = function(chunk, enc, cb) {
    n++;
    log(`${name}._transform(${show(chunk)})`);
    const r = begin(d.mode, n);
    complete(r, name, () => {
      if (r.err) return cb(r.err);
      const x = show(chunk);
      switch (d.transform ?? 'pass') {
        case 'pass': cb(null, chunk); break;
        case 'upper': cb(null, x.toUpperCase()); break;
        case 'drop': cb(); break;
        case 'dup': log(`${name}.push(${x})=${this.push(x)}`); cb(null, x); break;
        case 'split': for (const ch of x) log(`${name}.push(${ch})=${this.push(ch)}`); cb(); break;
        default: throw new Error('transform ' + d.transform);
      }
    });
  };
  if (d.flush) {
    o.flush = function(cb) {
      log(`${name}._flush`);
      const r = begin(d.flush);
      complete(r, name + '.flush', () => {
        if (r.err) return cb(r.err);
        for (const x of d.flush.push ?? []) log(`${name}.push(${x})=${this.push(x)}`);
        cb();
      });
    };
  }
  return o;
}
for (const name of prog.signals ?? []) AC[name] = new AbortController();
// the function of an operator: logs, fails or answers as its step says
function stepOf(name, a, answer) {
  let n = 0;
  return (chunk, second) => {
    n++;
    log(`${name}.step(${show(chunk)})`);
    const r = outcome(a.step, n);
    if (r.thrown) throw r.err;
    if (r.mode === undefined || r.mode === 'sync') { if (r.err) throw r.err; return answer(chunk, second); }
    return new Promise((res, rej) => later(r.mode, () => { log(`${name}.done(${show(chunk)})`); if (r.err) rej(r.err); else res(answer(chunk, second)); }, name));
  };
}
function opts(a) {
  const o = {};
  if (a.concurrency !== undefined) o.concurrency = a.concurrency;
  if (a.highWaterMark !== undefined) o.highWaterMark = a.highWaterMark;
  if (a.signal !== undefined) o.signal = AC[a.signal].signal;
  return o;
}
const accepts = (a) => (c) => (a.accept ?? []).includes(show(c));
function result(a, p) {
  const name = `${a.op}(${a.s})`;
  p.then((v) => { log(`${name}:${Array.isArray(v) ? '[' + v.map(show).join(',') + ']' : v === undefined ? 'nothing' : show(v)}`); run(a.body); },
         (e) => { log(`${name}:error(${errName(e)})`); run(a.body); });
}
for (const [name, d] of Object.entries(prog.streams)) {
  const o = commonOpts(name, d);
  switch (d.type) {
    case 'writable': S[name] = new stream.Writable(writableOpts(name, d, o)); break;
    case 'readable': S[name] = new stream.Readable(readableOpts(name, d, o)); break;
    case 'duplex': S[name] = new stream.Duplex(readableOpts(name, d, writableOpts(name, d, o))); break;
    case 'transform': S[name] = new stream.Transform(transformOpts(name, d, o)); break;
    case 'passthrough': S[name] = new stream.PassThrough(o); break;
    case 'iterable': S[name] = stream.Readable.from(d.source); break;
    default: throw new Error(d.type);
  }
}
function evt(s, name, args) {
  if (name === 'data') return `${s}:data(${show(args[0])})`;
  if (name === 'error') return `${s}:error(${errName(args[0])})`;
  if (name === 'pipe' || name === 'unpipe') return `${s}:${name}(${Object.keys(S).find((k) => S[k] === args[0])})`;
  return `${s}:${name}`;
}
const run = (b) => { for (const a of b ?? []) act(a); };
const cbOf = (a) => (a.cb ? (err) => { log(`cb ${a.cb}${err ? ':' + errName(err) : ''}`); run(a.cbBody); } : undefined);
function act(a) {
  if (typeof a === 'string') { log(a); return; }
  const s = S[a.s];
  switch (a.op) {
    case 'log': log(a.label); break;
    case 'nextTick': process.nextTick(run, a.body); break;
    case 'microtask': queueMicrotask(() => run(a.body)); break;
    case 'immediate': setImmediate(run, a.body); break;
    case 'timeout': setTimeout(run, a.ms, a.body); break;
    case 'repeat': for (let i = 0; i < a.times; i++) run(a.body); break;
    case 'write': {
      const r = a.cb ? s.write(a.chunk, cbOf(a)) : s.write(a.chunk);
      log(`${a.s}.write(${a.chunk})=${r}`);
      break;
    }
    case 'fill': {
      let n = 0;
      do n++; while (s.write(a.chunk) && n < a.max);
      log(`${a.s}.fill(${a.chunk})=${n}`);
      break;
    }
    case 'pump': { // writes all chunks, waiting for 'drain' whenever write() returns false
      const q = [...a.chunks];
      const step = () => {
        while (q.length) {
          const c = q.shift();
          const r = s.write(c);
          log(`${a.s}.write(${c})=${r}`);
          if (!r && q.length) { s.once('drain', () => { log(`${a.s}:drain`); step(); }); return; }
        }
        if (a.end) { s.end(); log(`${a.s}.end()`); }
      };
      step();
      break;
    }
    case 'end': {
      const args = [];
      if (a.chunk !== undefined) args.push(a.chunk);
      if (a.cb) args.push(cbOf(a));
      s.end(...args);
      log(`${a.s}.end(${a.chunk ?? ''})`);
      break;
    }
    case 'cork': s.cork(); break;
    case 'uncork': s.uncork(); break;
    case 'destroy': s.destroy(a.error ? new Error(a.error) : undefined); log(`${a.s}.destroy(${a.error ?? ''})`); break;
    case 'push': log(`${a.s}.push(${show(a.chunk)})=${s.push(a.chunk)}`); break;
    case 'unshift': s.unshift(a.chunk); log(`${a.s}.unshift(${a.chunk})`); break;
    case 'read': {
      const c = a.n === undefined ? s.read() : s.read(a.n);
      log(`${a.s}.read(${a.n ?? ''})=${show(c)}`);
      break;
    }
    case 'readAll': { // read() until it returns null
      for (let c; (c = a.n === undefined ? s.read() : s.read(a.n)) !== null;) log(`${a.s}.read(${a.n ?? ''})=${show(c)}`);
      log(`${a.s}.read(${a.n ?? ''})=null`);
      break;
    }
    case 'pause': s.pause(); break;
    case 'resume': s.resume(); break;
    case 'pipe': S[a.from].pipe(S[a.to], a.end === false ? { end: false } : undefined); break;
    case 'unpipe': S[a.from].unpipe(a.to ? S[a.to] : undefined); break;
    case 'pipeline':
      stream.pipeline(...a.streams.map((x) => S[x]), (err) => { log(`pipeline:${err ? errName(err) : 'ok'}`); run(a.body); });
      break;
    case 'pipelineAsync':
      require('stream/promises').pipeline(...a.streams.map((x) => S[x]), { ...opts(a), ...(a.end === undefined ? {} : { end: a.end }) })
        .then(() => { log('pipeline:ok'); run(a.body); }, (e) => { log(`pipeline:${errName(e)}`); run(a.body); });
      break;
    case 'abort': log(`abort(${a.signal})`); a.reason === undefined ? AC[a.signal].abort() : AC[a.signal].abort(new Error(a.reason)); break;
    case 'addAbortSignal': stream.addAbortSignal(AC[a.signal].signal, s); break;
    case 'compose': S[a.as] = stream.compose(...a.streams.map((x) => S[x])); break;
    case 'pair': S[a.as] = stream.Duplex.from({ readable: S[a.readable], writable: S[a.writable] }); break;
    case 'map': S[a.as] = s.map(stepOf(a.as, a, (c) => show(c).toUpperCase()), opts(a)); break;
    case 'filter': S[a.as] = s.filter(stepOf(a.as, a, accepts(a)), opts(a)); break;
    case 'flatMap': S[a.as] = s.flatMap(stepOf(a.as, a, (c) => [...show(c)]), opts(a)); break;
    case 'flatMapStream': S[a.as] = s.flatMap(stepOf(a.as, a, (c) => S[show(c)])); break;
    case 'take': S[a.as] = s.take(a.n, opts(a)); break;
    case 'drop': S[a.as] = s.drop(a.n, opts(a)); break;
    case 'forEach': result(a, s.forEach(stepOf(a.s + '.forEach', a, () => undefined), opts(a))); break;
    case 'toArray': result(a, s.toArray(opts(a))); break;
    case 'some': result(a, s.some(stepOf(a.s + '.some', a, accepts(a)), opts(a))); break;
    case 'every': result(a, s.every(stepOf(a.s + '.every', a, accepts(a)), opts(a))); break;
    case 'find': result(a, s.find(stepOf(a.s + '.find', a, accepts(a)), opts(a))); break;
    case 'reduce': {
      const f = stepOf(a.s + '.reduce', a, (c, soFar) => soFar + show(c));
      const g = (soFar, c) => f(c, soFar);
      result(a, a.initial === undefined ? s.reduce(g) : s.reduce(g, a.initial, opts(a)));
      break;
    }
    case 'iterator': IT[a.as] = s.iterator(a.destroyOnReturn === undefined ? undefined : { destroyOnReturn: a.destroyOnReturn }); break;
    case 'next': IT[a.it].next().then((r) => { log(`${a.it}.next:${r.done ? 'done' : show(r.value)}`); run(a.body); },
      (e) => { log(`${a.it}.next:error(${errName(e)})`); run(a.body); }); break;
    case 'return': IT[a.it].return().then(() => { log(`${a.it}.return:ok`); run(a.body); }, (e) => { log(`${a.it}.return:error(${errName(e)})`); run(a.body); }); break;
    case 'throw': IT[a.it].throw(new Error(a.error)).then(() => { log(`${a.it}.throw:ok`); run(a.body); }, (e) => { log(`${a.it}.throw:error(${errName(e)})`); run(a.body); }); break;
    case 'readableFrom': S[a.as] = stream.Readable.from(IT[a.it]); break;
    case 'fault': throw new Error(a.error);
    case 'finished': {
      const o = {};
      if (a.error !== undefined) o.error = a.error;
      if (a.signal !== undefined) o.signal = AC[a.signal].signal;
      if (a.readable !== undefined) o.readable = a.readable;
      if (a.writable !== undefined) o.writable = a.writable;
      L[a.as] = stream.finished(s, o, (err) => { log(`finished(${a.s}):${err ? errName(err) : 'ok'}`); run(a.body); });
      break;
    }
    case 'on': {
      for (const e of a.events ?? [a.event]) {
        let n = 0;
        const heard = (...args) => {
          n++;
          log(evt(a.s, e, args));
          if (a.bodies) run(a.bodies[n - 1]); else run(a.body);
        };
        s[a.once ? 'once' : 'on'](e, heard);
        L[a.as] = () => s.off(e, heard);
      }
      break;
    }
    case 'off': L[a.listener]?.(); break;
    case 'ack': { // completes the oldest pending manual step of <s> (or <s>.final, ...)
      const f = manual[a.s]?.shift();
      if (f) f(); else log(`ack(${a.s}):none`);
      break;
    }
    case 'ackEvery': { // one immediate after the other acknowledges one pending manual step
      const step = (k) => { if (k < a.times) setImmediate(() => { manual[a.s]?.shift()?.(); step(k + 1); }); };
      step(0);
      break;
    }
    case 'iterate':
      (async () => {
        let n = 0;
        try {
          for await (const c of s) {
            log(`iter(${show(c)})`);
            n++;
            if (a.wait) await new Promise((res) => later(a.wait, res, a.s + '.iterate'));
            if (a.breakAfter === n) break;
            if (a.throwAfter === n) throw new Error(a.error ?? 'iterE');
          }
          log('iter:done');
        } catch (e) { log(`iter:error(${errName(e)})`); }
        run(a.body);
      })();
      break;
    case 'state':
      log(`${a.s}{${a.props.map((p) => `${p}=${s[p] instanceof Error ? errName(s[p]) : s[p]}`).join(' ')}}`);
      break;
    default: throw new Error('op ' + a.op);
  }
}
if (prog.uncaught === 'log') process.on('uncaughtException', (e) => log(`uncaught:${errName(e)}`));
process.on('exit', () => fs.writeSync(1, '\n@@' + JSON.stringify(trace) + '\n'));
run(prog.body);
