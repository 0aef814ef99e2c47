// Node's side of a question: `node measure.mjs TickChain`. Counts are those of the JMH class of the same name.
// Prints a line of JSON per round, with the nanoseconds per operation.

import { pipeline, Readable, Transform, Writable } from 'node:stream';

const ROUNDS = 50;
const WARM_UP_NANOS = 1_000_000_000;
const ROUND_NANOS = 50_000_000;

const noop = () => {};

/** A callback that schedules itself again until its links are used up; resolves to the nanoseconds it took. */
function chain(links, schedule) {
  return () =>
    new Promise((done) => {
      let left = links;
      let start;
      const link = () => {
        if (--left > 0) {
          schedule(link);
        } else {
          const nanos = process.hrtime.bigint() - start;
          // The next chain begins in a turn of its own, not inside of this one's drain.
          setImmediate(done, Number(nanos));
        }
      };
      setImmediate(() => {
        start = process.hrtime.bigint();
        schedule(link);
      });
    });
}

/** A chain of promises that is built first and then runs from its head. */
function builtChain(links) {
  return () =>
    new Promise((done) => {
      setImmediate(() => {
        const start = process.hrtime.bigint();
        let resolve;
        let tail = new Promise((r) => (resolve = r));
        for (let i = links; i > 0; i--) {
          tail = tail.then(noop);
        }
        resolve();
        tail.then(() => setImmediate(done, Number(process.hrtime.bigint() - start)));
      });
    });
}

function setAndCancel(standing) {
  for (let i = 0; i < standing; i++) {
    setTimeout(noop, 3_600_000 + (i % 1_000)).unref();
  }
  return () =>
    new Promise((done) => {
      setImmediate(() => {
        const start = process.hrtime.bigint();
        for (let i = 100_000; i > 0; i--) {
          clearTimeout(setTimeout(noop, 5_000));
        }
        setImmediate(done, Number(process.hrtime.bigint() - start));
      });
    });
}

function fire() {
  const spread = 100;
  return new Promise((done) => {
    let left = 100_000;
    let start;
    const task = () => {
      if (--left === 0) {
        done(Number(process.hrtime.bigint() - start));
      }
    };
    for (let i = 0; i < 100_000; i++) {
      setTimeout(task, 1 + ((i * 31) % spread));
    }
    const due = process.hrtime.bigint() + BigInt(spread + 1) * 1_000_000n;
    do {
      start = process.hrtime.bigint();
    } while (start < due);
  });
}

const kept = new Array(64);

function allocate(size) {
  return () =>
    new Promise((done) => {
      setImmediate(() => {
        const start = process.hrtime.bigint();
        for (let i = 100_000; i > 0; i--) {
          kept[i & 63] = Buffer.allocUnsafe(size);
        }
        setImmediate(done, Number(process.hrtime.bigint() - start));
      });
    });
}

/** A readable, a transform that passes everything on and a writable, with the same chunk over and over. */
function stream(chunks, chunk, objectMode) {
  return () =>
    new Promise((done, failed) => {
      let left = chunks;
      let taken = 0;
      const source = new Readable({
        objectMode,
        read() {
          this.push(left-- > 0 ? chunk : null);
        },
      });
      const stage = new Transform({
        objectMode,
        transform(passing, encoding, callback) {
          callback(null, passing);
        },
      });
      const sink = new Writable({
        objectMode,
        write(passing, encoding, callback) {
          taken++;
          callback();
        },
      });
      const start = process.hrtime.bigint();
      pipeline(source, stage, sink, (error) => {
        const nanos = process.hrtime.bigint() - start;
        if (error || taken !== chunks) {
          failed(error ?? new Error(`${taken} chunks arrived`));
        } else {
          setImmediate(done, Number(nanos));
        }
      });
    });
}

const settled = Promise.resolve();

const QUESTIONS = {
  TickChain: [['', 100_000, () => chain(100_000, (link) => process.nextTick(link))]],
  MicrotaskChain: [['', 100_000, () => chain(100_000, (link) => queueMicrotask(link))]],
  PromiseChain: [
    ['shape=settled', 100_000, () => chain(100_000, (link) => settled.then(link))],
    ['shape=fresh', 100_000, () => chain(100_000, (link) => Promise.resolve(link).then(link))],
    ['shape=built', 100_000, () => builtChain(100_000)],
  ],
  ImmediateChain: [['', 20_000, () => chain(20_000, (link) => setImmediate(link))]],
  TimerSetCancel: [
    ['standing=0', 100_000, () => setAndCancel(0)],
    ['standing=10000', 100_000, () => setAndCancel(10_000)],
  ],
  ObjectStream: [['', 100_000, () => stream(100_000, { element: true }, true)]],
  ByteStream: [['', 100_000, () => stream(100_000, Buffer.alloc(65_536), false)]],
  TimersFire: [['', 100_000, () => fire]],
  BufferAlloc: [
    ['size=16', 100_000, () => allocate(16)],
    ['size=1024', 100_000, () => allocate(1024)],
  ],
};

async function round(run, operations, atLeast) {
  let spent = 0;
  let runs = 0;
  while (spent < atLeast) {
    spent += await run();
    runs++;
  }
  return spent / (operations * runs);
}

const question = process.argv[2];
for (const [variant, operations, prepare] of QUESTIONS[question] ?? []) {
  const run = prepare();
  await round(run, operations, WARM_UP_NANOS);
  for (let i = 0; i < ROUNDS; i++) {
    const nanos = await round(run, operations, ROUND_NANOS);
    console.log(JSON.stringify({ question, variant, contestant: `node ${process.versions.node}`, nanos }));
  }
}
