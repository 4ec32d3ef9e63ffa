import { isShown, type Notice } from './decide/notice.ts';
import type { NewNotice, NoticePort } from './electron-ports.ts';

const mostHeld = 20;

/** Answers how to show a notice of the system; `onClick` is given the address of its screen. */
export function noticeBoard(
  newNotice: NewNotice,
  { wanted, isLooking, onClick }: { wanted: () => boolean; isLooking: () => boolean; onClick: (to: string) => void },
): (notice: Notice) => void {
  // One that is not held is collected, and its click with it.
  const held = new Set<NoticePort>();
  return (notice) => {
    if (!isShown(notice, { wanted: wanted(), isLooking: isLooking() })) return;
    const shown = newNotice({ title: notice.title, body: notice.body, silent: !notice.isUrgent });
    held.add(shown);
    for (const oldest of held) if (held.size > mostHeld) held.delete(oldest);
    shown.on('click', () => {
      held.delete(shown);
      onClick(notice.to);
    });
    shown.on('close', () => held.delete(shown));
    shown.show();
  };
}
