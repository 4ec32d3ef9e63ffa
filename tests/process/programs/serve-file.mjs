import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';

/*
 * serve-file.mjs ADDRESS FILE: sends it to whoever asks, whatever they ask for; the second half only after a line on stdin.
 * Prints the port that it listens on.
 */

const [, , host, file = ''] = process.argv;
const sizeBytes = statSync(file).size;
const half = Math.floor(sizeBytes / 2);
const rest = new Promise((resolve) => {
  process.stdin.once('data', resolve);
});

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'video/x-matroska', 'content-length': sizeBytes });
  createReadStream(file, { end: half - 1 })
    .once('end', () => void rest.then(() => createReadStream(file, { start: half }).pipe(response)))
    .pipe(response, { end: false });
});
server.listen(0, host, () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : null}\n`);
});
