import type { IncomingMessage } from 'node:http';
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '#main/platform/clock.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { FetchFailed } from './fetch-failed.ts';

export type BodyWish = {
  path: string;
  /** Where in the film the body begins; what the file has from there on is written over. */
  fromByte: number;
  clock: Clock;
  /** How long nothing may come. */
  silentMs: number;
  /** Called with how much of the film there may be, now and then; throws where no more may come. */
  demandRoom: (receivedBytes: number) => Promise<void>;
  onBytes: (receivedBytes: number) => void;
};

const askRoomEachBytes = 64 * 2 ** 20;

/** Writes a body into the file and answers how long that is then. FetchFailed; what came before stays. */
export async function receiveBody(response: IncomingMessage, wish: BodyWish): Promise<number> {
  const { clock, silentMs, demandRoom, onBytes } = wish;
  const file = await opened(wish);
  let atByte = wish.fromByte;
  let roomUntilByte = atByte;
  let cancelAlarm = (): void => {};
  const expectMore = (): void => {
    cancelAlarm();
    cancelAlarm = clock.after(silentMs, () => response.destroy(new FetchFailed('silent')));
  };
  try {
    expectMore();
    for await (const chunk of chunksOf(response)) {
      // A disk that is slow is not the other server's silence.
      cancelAlarm();
      if (atByte + chunk.length > roomUntilByte) {
        await demandRoom(atByte + chunk.length);
        roomUntilByte = atByte + chunk.length + askRoomEachBytes;
      }
      await write(file, chunk, atByte);
      atByte += chunk.length;
      onBytes(atByte);
      expectMore();
    }
  } finally {
    cancelAlarm();
    response.destroy();
    await file.close();
  }
  return atByte;
}

async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    throw error instanceof FetchFailed ? error : new FetchFailed('broken', { cause: error });
  }
  // A server that ends a body of a known length too early.
  if (!response.complete) throw new FetchFailed('broken');
}

async function opened({ path, fromByte }: BodyWish): Promise<FileHandle> {
  try {
    const file = await open(path, fromByte === 0 ? 'w' : 'r+');
    await file.truncate(fromByte);
    return file;
  } catch (error) {
    throw diskFault(error);
  }
}

async function write(file: FileHandle, chunk: Buffer, atByte: number): Promise<void> {
  try {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await file.write(chunk, done, chunk.length - done, atByte + done);
      done += bytesWritten;
    }
  } catch (error) {
    throw diskFault(error);
  }
}

function diskFault(error: unknown): FetchFailed {
  const code = codeOf(error);
  return new FetchFailed(code === 'ENOSPC' || code === 'EDQUOT' ? 'no-space' : 'disk', { cause: error });
}
