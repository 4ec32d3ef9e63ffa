import { longestBoxHeaderBytes, readBoxHeader } from '#main/media/bitstream/mp4-boxes.ts';
import type { Mp4Parts } from '#main/media/check/mp4/observe-mp4.ts';
import type { PackageFile } from './package-files.ts';
import { withRange } from './read-bytes.ts';

/** The tables of a day of film have 60 MB. */
const largestHeaderBytes = 256 * 2 ** 20;
/** A fragmented film of three hours in one-second fragments has twice this many boxes. */
const mostBoxes = 50_000;

/** Walks the top-level boxes of an MP4; only `ftyp` and `moov` are read. */
export async function readMp4Parts(file: PackageFile): Promise<Mp4Parts> {
  return withRange(file, null, async (opened) => {
    const boxTypes: string[] = [];
    const header: Uint8Array[] = [];
    let fault: string | null = null;
    let at = 0;
    while (at < opened.sizeBytes && boxTypes.length < mostBoxes) {
      const box = readBoxHeader(await opened.read(at, longestBoxHeaderBytes));
      if (!box.ok) {
        fault = `at byte ${at}: ${box.fault.detail}`;
        break;
      }
      const sizeBytes = box.value.sizeBytes ?? opened.sizeBytes - at;
      const { type } = box.value;
      if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) {
        fault = `at byte ${at}: no box, but other data`;
        break;
      }
      boxTypes.push(type);
      if (at + sizeBytes > opened.sizeBytes) {
        fault = `the file ends ${at + sizeBytes - opened.sizeBytes} bytes before its ${type} box does`;
        break;
      }
      if (type === 'ftyp' || type === 'moov') {
        if (sizeBytes > largestHeaderBytes) {
          fault = `a ${type} of ${sizeBytes} bytes`;
          break;
        }
        header.push(await opened.read(at, sizeBytes));
      }
      at += sizeBytes;
    }
    return {
      fileName: file.path,
      sizeBytes: opened.sizeBytes,
      boxTypes,
      fault,
      header: new Uint8Array(Buffer.concat(header)),
    };
  });
}
