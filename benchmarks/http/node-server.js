'use strict';
const http = require('node:http');

const body = Buffer.from('Hello, World!');
http.createServer((request, response) => {
  response.setHeader('Content-Type', 'text/plain');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}).listen(Number(process.argv[2] ?? 8080));
