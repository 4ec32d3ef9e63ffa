// Writes 20,000 lines of decoder complaints in odd pieces, then ends well.
const line = '[h264 @ 0x55d1e78e2fc0] error while decoding MB 10 14\n';
const all = Buffer.from(line.repeat(20_000) + 'Gr\u00fc\u00dfe \u{1F3AC}\r    Last message repeated 3 times\n');
for (let at = 0; at < all.length; at += 7919) process.stderr.write(all.subarray(at, at + 7919));
process.stdout.write('answer');
