import { expect, test } from 'vitest';
import { classifyFailure, type EndOfRun } from '#main/media/command/classify-failure.ts';
import { addStderrLine, emptyDigest } from '#main/media/command/stderr-digest.ts';

/** A run that ended with these lines of stderr, captured from FFmpeg 5.1 unless the title says otherwise. */
function end(stderr: string, rest: Partial<EndOfRun> = {}): EndOfRun {
  const digest = stderr.split('\n').reduce(addStderrLine, emptyDigest);
  return {
    args: ['-i', 'file:/films/good.mp4', '/out/x.mkv'],
    exitCode: 1,
    signal: null,
    endedBecause: null,
    startError: null,
    stderr: digest.tail,
    outputFaults: digest.outputFaults,
    ...rest,
  };
}

const opening =
  'Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 - maybe incorrect parameters such as bit_rate, rate, width or height';

test.each([
  ['a file that is not there', 'file:/films/good.mp4: No such file or directory', 'bad-input'],
  [
    'a text file',
    '[matroska,webm @ 0x5638eab5e8c0] EBML header parsing failed\nfile:/films/good.mp4: Invalid data found when processing input',
    'bad-input',
  ],
  [
    'an MP4 without its index',
    '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55cfb9ee18c0] moov atom not found\nfile:/films/good.mp4: Invalid data found when processing input',
    'bad-input',
  ],
  ['a folder', 'file:/films/good.mp4: Is a directory', 'bad-input'],
  [
    'a stream that is not there',
    "Stream map '0:5' matches no streams.\nTo ignore this, add a trailing '?' to the map.",
    'bad-input',
  ],
  [
    'a playlist in disguise',
    "[hls @ 0x5566] Format not on whitelist 'matroska'\nfile:/films/good.mp4: Invalid argument",
    'bad-input',
  ],
  ['an encoder that was not built in', "Unknown encoder 'h264_amf'", 'encoder-missing'],
  [
    'a filter that was not built in',
    "[AVFilterGraph @ 0x5575db9cd4c0] No such filter: 'libplacebo'\nError initializing complex filters.\nInvalid argument",
    'encoder-missing',
  ],
  [
    'NVENC without a driver',
    `[h264_nvenc @ 0x562dde293d00] Cannot load libcuda.so.1\n${opening}\nConversion failed!`,
    'encoder-failed',
  ],
  [
    'QSV without a GPU',
    `[h264_qsv @ 0x555c8226ed00] Error initializing an internal MFX session: unsupported (-3)\n${opening}\nConversion failed!`,
    'encoder-failed',
  ],
  [
    'VAAPI without a device',
    "[AVHWDeviceContext @ 0x55b7] No VA display found for device /dev/dri/renderD128.\nDevice creation failed: -22.\nFailed to set value 'vaapi=va:/dev/dri/renderD128' for option 'init_hw_device': Invalid argument",
    'encoder-failed',
  ],
  [
    'CUDA decoding without a driver',
    '[AVHWDeviceContext @ 0x55f9] Cannot load libcuda.so.1\nDevice setup failed for decoder on input stream #0:0 : Operation not permitted',
    'encoder-failed',
  ],
  [
    'a preset that does not exist',
    `x264 [error]: invalid preset 'nosuch'\n${opening}\nConversion failed!`,
    'encoder-failed',
  ],
  [
    'a value out of range',
    `[libsvtav1 @ 0x5607416f3c80] Value 99.000000 for parameter 'preset' out of range [-1 - 13]\n${opening}`,
    'encoder-failed',
  ],
  [
    'the session limit of a GeForce',
    `[h264_nvenc @ 0x5581] OpenEncodeSessionEx failed: out of memory (10): (no details)\n${opening}`,
    'encoder-failed',
  ],
  [
    'a full disk at the header',
    'Could not write header for output file #0 (incorrect codec parameters ?): No space left on device\nError initializing output stream 0:0 -- \nConversion failed!',
    'disk-full',
  ],
  [
    'a full disk while writing',
    'av_interleaved_write_frame(): No space left on device\nError writing trailer of /out/x.mkv: No space left on device',
    'disk-full',
  ],
  ['x264 without memory', `x264 [error]: malloc of size 171839168 failed\n${opening}`, 'out-of-memory'],
  [
    'a filter without memory',
    'Error while filtering: Cannot allocate memory\nFailed to inject frame into filter network: Cannot allocate memory\nError while processing the decoded data for stream #0:0',
    'out-of-memory',
  ],
  ['an output folder that may not be written', '/out/x.mkv: Permission denied', 'permission'],
  ['a source that may not be read', 'file:/films/good.mp4: Permission denied', 'permission'],
  ['an output folder that is not there', '/out/x.mkv: No such file or directory', 'unknown'],
  [
    'an option that does not exist',
    "Unrecognized option 'nosuchopt'.\nError splitting the argument list: Option not found",
    'unknown',
  ],
] as const)('%s', (_what, stderr, code) => {
  expect(classifyFailure(end(stderr))?.code).toBe(code);
});

test('output lost at the end of a run that claims success is a failure', () => {
  const stderr =
    'Error writing trailer of /out/x.mkv: No space left on device\nError closing file /out/x.mkv: No space left on device';
  expect(classifyFailure(end(stderr, { exitCode: 0 }))).toEqual({
    code: 'disk-full',
    message: 'the disk is full: Error writing trailer of /out/x.mkv: No space left on device',
  });
});

test('an HLS segment that could not be opened is a failure although FFmpeg ends with 0', () => {
  const stderr = "[hls @ 0x560458dc2a40] Failed to open file '/out/x0.ts'";
  expect(classifyFailure(end(stderr, { exitCode: 0 }))).toEqual({
    code: 'unknown',
    message: "FFmpeg failed: Failed to open file '/out/x0.ts'",
  });
});

test('decoder complaints do not make a successful run a failure', () => {
  const stderr =
    '[h264 @ 0x5568db66b800] error while decoding MB 5 1\nError while decoding stream #0:1: Invalid data found when processing input';
  expect(classifyFailure(end(stderr, { exitCode: 0 }))).toBe(null);
});

test('decoder complaints do not hide another reason', () => {
  const stderr =
    'Error while decoding stream #0:1: Invalid data found when processing input\nav_interleaved_write_frame(): Broken pipe';
  expect(classifyFailure(end(stderr))).toEqual({
    code: 'unknown',
    message: 'FFmpeg failed: av_interleaved_write_frame(): Broken pipe',
  });
});

test('what the encoder said itself is told instead of the general line after it', () => {
  const stderr = `[h264_v4l2m2m @ 0x55d1e78e2fc0] Could not find a valid device\n${opening}\nConversion failed!`;
  expect(classifyFailure(end(stderr))).toEqual({
    code: 'encoder-failed',
    message: 'the encoder failed: Could not find a valid device',
  });
});

test('a name or a tag that reads like a reason is not one', () => {
  const film = 'file:/films/No space left on device.mkv';
  const stderr = [
    "Input #0, matroska,webm, from 'file:/films/No space left on device.mkv':",
    '    title           : Cannot allocate memory',
    'file:/films/No space left on device.mkv: Invalid data found when processing input',
  ].join('\n');
  expect(classifyFailure(end(stderr, { args: ['-i', film, '/out/x.mkv'] }))?.code).toBe('bad-input');
});

test.each([
  [{ endedBecause: 'stop' }, 'stopped'],
  [{ endedBecause: 'stall' }, 'stalled'],
  [{ startError: 'ENOENT' }, 'unknown'],
  [{ startError: 'EACCES' }, 'permission'],
  [{ startError: 'EAGAIN' }, 'out-of-memory'],
  [{ signal: 'SIGKILL', exitCode: null }, 'killed'],
  [{ exitCode: 137 }, 'killed'],
  [{ signal: 'SIGSEGV', exitCode: null }, 'unknown'],
] as const)('%o is %s', (how, code) => {
  expect(classifyFailure(end('', how))?.code).toBe(code);
});

test('FFmpeg that closed its files after a signal from outside was killed', () => {
  expect(classifyFailure(end('Exiting normally, received signal 15.', { exitCode: 255 }))?.code).toBe('killed');
});

test.each([
  [228, 'disk-full'],
  [244, 'out-of-memory'],
  [243, 'permission'],
  [183, 'bad-input'],
  [8, 'encoder-missing'],
] as const)('exit code %i of newer versions tells when no line does', (exitCode, code) => {
  expect(classifyFailure(end('', { exitCode }))?.code).toBe(code);
});
