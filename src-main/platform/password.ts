import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/*
 * Passwords are kept as scrypt hashes (RFC 7914), each with its own salt and its own cost beside it, so that the cost can
 * grow later without a password being asked for again.
 */

export type ScryptCost = {
  /** Base 2 logarithm of N: memory and time double with each step. */
  log2N: number;
  blockSize: number;
  parallelism: number;
};

/** What OWASP's password storage cheat sheet asks for: 128 MiB and about half a second of one core a try. */
export const defaultCost: ScryptCost = { log2N: 17, blockSize: 8, parallelism: 1 };

export type PasswordCheck =
  | { is: 'right' /** The hash was made at another cost than is asked for now. */; isOutdated: boolean }
  | { is: 'wrong' }
  /** So many are being checked that this one was not. */
  | { is: 'busy' };

export type Passwords = {
  /** Null when so many are waiting that this one must come again later. */
  hash(password: string): Promise<string | null>;
  /** Takes as long where there is nobody to check (`null`), which is never right: time must not tell who exists. */
  check(password: string, stored: string | null): Promise<PasswordCheck>;
};

/** Each one at work holds its memory; those that wait hold a connection. */
const atOnce = 2;
const mostWaiting = 20;

/** Hashes and checks passwords, a few at a time: logins can't eat the memory of the machine. */
export function passwordKeeper(cost: ScryptCost = defaultCost): Passwords {
  const queue = turnstile(atOnce, mostWaiting);
  const nobody: StoredHash = { cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) };
  return {
    hash: (password) =>
      queue(async () => {
        const salt = randomBytes(saltBytes);
        return writeHash({ cost, salt, hash: await derive(password, { cost, salt }) });
      }),
    check: async (password, stored) => {
      const known = stored === null ? null : readHash(stored);
      const against = known ?? nobody;
      const found = await queue(async () => timingSafeEqual(await derive(password, against), against.hash));
      if (found === null) return { is: 'busy' };
      if (!found || known === null) return { is: 'wrong' };
      return { is: 'right', isOutdated: costText(known.cost) !== costText(cost) };
    },
  };
}

type StoredHash = { cost: ScryptCost; salt: Uint8Array; hash: Uint8Array };

const saltBytes = 16;
const hashBytes = 32;

/** Two keyboards write the same é in two ways: NIST SP 800-63B 5.1.1.2 asks for one form before hashing. */
function derive(password: string, { cost, salt }: Omit<StoredHash, 'hash'>): Promise<Buffer> {
  const { log2N, blockSize, parallelism } = cost;
  // RFC 7914 needs 128 * r * (N + p) bytes, and Node refuses at exactly its limit.
  const maxmem = 128 * blockSize * (2 ** log2N + parallelism + 2) + 2 ** 20;
  const options = { N: 2 ** log2N, r: blockSize, p: parallelism, maxmem };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** The string format of the Password Hashing Competition: `$scrypt$ln=17,r=8,p=1$salt$hash`. */
function writeHash({ cost, salt, hash }: StoredHash): string {
  return `$scrypt$${costText(cost)}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Error for what `writeHash` never writes: a damaged row must not look like a wrong password. */
function readHash(stored: string): StoredHash {
  const parts = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z\d+/]{22})\$([A-Za-z\d+/]{43})$/.exec(stored);
  const [, log2N, blockSize, parallelism, salt, hash] = parts ?? [];
  if (salt === undefined || hash === undefined || Number(log2N) > highestLog2N) {
    throw new Error('a password hash in the database is damaged: set the password anew with "encrew owner"');
  }
  return {
    cost: { log2N: Number(log2N), blockSize: Number(blockSize), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

/** 1 GiB a try: what is above is no hash of ours. */
const highestLog2N = 20;

function costText({ log2N, blockSize, parallelism }: ScryptCost): string {
  return `ln=${log2N},r=${blockSize},p=${parallelism}`;
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}

/** Runs `atOnce` of the works, in the order in which they came; null for one that finds `mostWaiting` before it. */
function turnstile(atOnce: number, mostWaiting: number): <T>(work: () => Promise<T>) => Promise<T | null> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) return null;
      // Whoever leaves hands over its place.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
