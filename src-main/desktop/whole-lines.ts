import { StringDecoder } from 'node:string_decoder';

/** Answers what takes a program's output as it comes and gives on its lines, without their ends; longer ones in pieces. */
export function wholeLines(take: (line: string) => void, mostCharacters: number): (chunk: Uint8Array) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    const lines = `${rest}${decoder.write(Buffer.from(chunk))}`.split(/\r?\n/);
    rest = lines.pop() ?? '';
    lines.forEach(take);
    while (rest.length > mostCharacters) {
      take(rest.slice(0, mostCharacters));
      rest = rest.slice(mostCharacters);
    }
  };
}
