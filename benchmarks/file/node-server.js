'use strict';
const fs = require('node:fs');
const http = require('node:http');

const port = Number(process.argv[2]);
const file = process.argv[3];
const length = fs.statSync(file).size;
http.createServer((request, response) => {
  response.setHeader('Content-Type', 'application/octet-stream');
  response.setHeader('Content-Length', length);
  fs.createReadStream(file).pipe(response);
}).listen(port);
