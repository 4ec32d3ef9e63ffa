import type { z } from 'zod';
import type { Logger } from '#main/platform/logger.ts';
import {
  type DesktopAnswer,
  type DesktopAsk,
  type DesktopCall,
  desktopCallMessage,
  desktopCalls,
  type DesktopReply,
} from '#shared/protocol/desktop.ts';
import { desktopChannels } from '#shared/protocol/desktop-bridge.ts';
import type { IpcPort } from './electron-ports.ts';

/** One for each line of the table. What they throw is told to the page as a fault, in one sentence. */
export type DesktopHandlers = {
  [Call in DesktopCall]: (ask: DesktopAsk<Call>) => DesktopAnswer<Call> | Promise<DesktopAnswer<Call>>;
};

/**
 * Answers the pages' calls, all by one channel: only the main frame of a page of ours is heard, and what goes either way is what
 * the table says.
 */
export function answerCalls(
  ipc: IpcPort,
  handlers: DesktopHandlers,
  { isOwn, log }: { isOwn: (url: string) => boolean; log: Logger },
): void {
  const lines = linesOf(handlers);
  ipc.handle(desktopChannels.call, async ({ senderFrame }, raw): Promise<DesktopReply> => {
    if (senderFrame === null || senderFrame.parent !== null || !isOwn(senderFrame.url)) {
      log.warn({ url: senderFrame?.url ?? null }, 'a page that is none of ours asked the shell for something');
      return { ok: false, fault: 'only pages of Encrew are answered' };
    }
    const message = desktopCallMessage.safeParse(raw);
    const line = message.success ? lines.get(message.data.call) : undefined;
    if (!message.success || line === undefined) return { ok: false, fault: 'there is no such call' };
    try {
      return await line(message.data.ask);
    } catch (error) {
      log.error({ call: message.data.call, error: String(error) }, 'a call of a page failed');
      return { ok: false, fault: error instanceof Error ? error.message : String(error) };
    }
  });
}

type Line = (raw: unknown) => Promise<DesktopReply>;

function linesOf(handlers: DesktopHandlers): ReadonlyMap<string, Line> {
  const lines: Record<DesktopCall, Line> = {
    about: line(desktopCalls.about, handlers.about),
    standing: line(desktopCalls.standing, handlers.standing),
    'choose-mode': line(desktopCalls['choose-mode'], handlers['choose-mode']),
    'change-settings': line(desktopCalls['change-settings'], handlers['change-settings']),
    'pick-films': line(desktopCalls['pick-films'], handlers['pick-films']),
    'pick-folders': line(desktopCalls['pick-folders'], handlers['pick-folders']),
    'look-at': line(desktopCalls['look-at'], handlers['look-at']),
    'take-films': line(desktopCalls['take-films'], handlers['take-films']),
    'show-output': line(desktopCalls['show-output'], handlers['show-output']),
    'show-log': line(desktopCalls['show-log'], handlers['show-log']),
    pause: line(desktopCalls.pause, handlers.pause),
    resume: line(desktopCalls.resume, handlers.resume),
    'open-server': line(desktopCalls['open-server'], handlers['open-server']),
    unpair: line(desktopCalls.unpair, handlers.unpair),
    'renew-secrets': line(desktopCalls['renew-secrets'], handlers['renew-secrets']),
    restart: line(desktopCalls.restart, handlers.restart),
  };
  return new Map(Object.entries(lines));
}

function line<Ask, Answer>(
  shape: { ask: z.ZodType<Ask>; answer: z.ZodType<Answer> },
  handle: (ask: Ask) => Answer | Promise<Answer>,
): Line {
  return async (raw) => {
    const ask = shape.ask.safeParse(raw);
    if (!ask.success) return { ok: false, fault: 'that was asked in a way that nobody understands' };
    return { ok: true, answer: shape.answer.parse(await handle(ask.data)) };
  };
}
