'use strict';
const http = require('node:http');
const { Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');

const port = Number(process.argv[2] ?? 8080);
const pause = 10;
const bytesInAPause = Number(process.argv[3] ?? 10) * 1e6 * pause / 1e3;

// A sink that takes so many bytes a second.
class SlowReader extends Writable {
  left;

  constructor(fast) {
    super();
    this.left = fast ? Infinity : bytesInAPause;
  }

  _write(chunk, encoding, callback) {
    this.left -= chunk.length;
    let pauses = 0;
    for (; this.left <= 0; pauses++) this.left += bytesInAPause;
    if (pauses === 0) callback();
    else setTimeout(callback, pauses * pause);
  }
}

const server = http.createServer(async (request, response) => {
  await pipeline(request, new SlowReader(request.url === '/fast'));
  response.end('done');
});
server.listen(port, '127.0.0.1');
