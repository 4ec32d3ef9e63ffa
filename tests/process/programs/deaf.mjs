// Makes progress and ignores every polite request to end.
process.on('SIGTERM', () => {});
let frame = 0;
setInterval(() => {
  frame += 1;
  process.stdout.write(`frame=${frame}\nprogress=continue\n`);
}, 20);
