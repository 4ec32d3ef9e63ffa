import type { Words } from './words/words.ts';

/** What happened that people may want to hear of while they look at something else. */
export type WorkNews =
  | { kind: 'job-completed'; jobId: string; title: string }
  | { kind: 'job-failed'; jobId: string; title: string; message: string }
  | { kind: 'node-found'; name: string }
  | { kind: 'node-joined'; nodeId: string; name: string }
  | { kind: 'pairing-asked'; name: string; digits: string }
  | { kind: 'paired'; name: string }
  | { kind: 'broken'; message: string };

export type Notice = {
  title: string;
  body: string;
  /** Address of the screen that a click opens. */
  to: string;
  /** Shown although the window is in front: it asks for something. */
  isUrgent: boolean;
};

/** What is said of news, and where a click leads. */
export function noticeOf(news: WorkNews, { notice }: Words): Notice {
  switch (news.kind) {
    case 'job-completed':
      return { title: notice.finished, body: short(news.title), to: jobPath(news.jobId), isUrgent: false };
    case 'job-failed': {
      const body = short(`${news.title}: ${news.message}`);
      return { title: notice.failed, body, to: jobPath(news.jobId), isUrgent: false };
    }
    case 'node-found':
      return { title: notice.nodeFound, body: notice.nodeFoundText(short(news.name)), to: '/crew', isUrgent: false };
    case 'node-joined': {
      const to = `/crew/${encodeURIComponent(news.nodeId)}`;
      return { title: notice.nodeJoined, body: short(news.name), to, isUrgent: false };
    }
    case 'pairing-asked': {
      const body = notice.pairingText(short(news.name), spaced(news.digits));
      return { title: notice.pairing, body, to: '/', isUrgent: true };
    }
    case 'paired':
      return { title: notice.paired, body: notice.pairedText(short(news.name)), to: '/', isUrgent: false };
    case 'broken':
      return { title: notice.broken, body: short(news.message), to: '/', isUrgent: true };
  }
}

/** Whether it is shown: not to somebody who sees it in the window, and not what came of people's own clicks there. */
export function isShown(notice: Notice, { wanted, isLooking }: { wanted: boolean; isLooking: boolean }): boolean {
  return wanted && (notice.isUrgent || !isLooking);
}

/** Systems cut them off anywhere. */
const longest = 160;

function short(text: string): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

function jobPath(jobId: string): string {
  return `/jobs/${encodeURIComponent(jobId)}`;
}

/** As servers show them: `123 456`. */
function spaced(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3)}`;
}
