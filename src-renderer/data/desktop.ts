import { useQueryClient, queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { z } from 'zod';
import {
  type DesktopAnswer,
  type DesktopAsk,
  type DesktopCall,
  desktopCalls,
  type DesktopNews,
  desktopNews,
  desktopReply,
  type DesktopSettingsChange,
  type DesktopStanding,
} from '#shared/protocol/desktop.ts';
import type { DesktopBridge } from '#shared/protocol/desktop-bridge.ts';

/*
 * The desktop app around this page, where there is one. What comes back is parsed by the table of calls, as REST's answers are.
 */

declare global {
  interface Window {
    /** Made by the desktop app's preload script; browsers have none. */
    desktop?: DesktopBridge<File>;
  }
}

/** Whether this page stands in the desktop app, and its server on this machine. */
export function isInDesktop(): boolean {
  return window.desktop !== undefined;
}

/** Whether this is a page of the app itself, without a server. */
export function isDesktopsOwn(): boolean {
  return window.desktop?.isOwnPage === true;
}

/** Asks the shell. Error in one sentence for people where it can't, or where there is no shell. */
export async function askDesktop<Call extends DesktopCall>(
  call: Call,
  ask: DesktopAsk<Call>,
): Promise<DesktopAnswer<Call>> {
  if (window.desktop === undefined) throw new Error('this page does not stand in the desktop app');
  const reply = desktopReply.parse(await window.desktop.call({ call, ask }));
  if (!reply.ok) throw new Error(reply.fault);
  return answers[call].answer.parse(reply.answer);
}

const answers: { [Call in DesktopCall]: { answer: z.ZodType<DesktopAnswer<Call>> } } = desktopCalls;

/** Where dropped files lie on this machine; those that are on no disk are left out. */
export function pathsOf(files: readonly File[]): string[] {
  return files.map((file) => window.desktop?.pathOf(file) ?? '').filter((path) => path !== '');
}

/** Hears what the shell tells until the function that it answers is called. */
export function listenToDesktop(hear: (news: DesktopNews) => void): () => void {
  return (
    window.desktop?.listen((raw) => {
      const news = desktopNews.safeParse(raw);
      if (news.success) hear(news.data);
    }) ?? (() => {})
  );
}

const standingQuery = queryOptions({
  queryKey: ['desktop', 'standing'],
  queryFn: () => askDesktop('standing', null),
  // The shell tells of every change.
  staleTime: Number.POSITIVE_INFINITY,
});

/** What the app is and does on this machine, as it changes. */
export function useDesktopStanding() {
  const client = useQueryClient();
  useEffect(
    () =>
      listenToDesktop((news) => {
        if (news.kind === 'standing') client.setQueryData(standingQuery.queryKey, news.standing);
      }),
    [client],
  );
  return useQuery(standingQuery);
}

/** The app itself: its version, and what it runs on. */
export function useDesktopAbout() {
  return useQuery({
    ...{ queryKey: ['desktop', 'about'], queryFn: () => askDesktop('about', null) },
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isInDesktop(),
  });
}

/** Shows in the file manager what came of a job; false where it is gone. */
export function useShowOutput() {
  return useMutation({ mutationFn: (jobId: string) => askDesktop('show-output', { jobId }) });
}

/** Makes this machine a server, a lent one, or both. */
export function useChooseMode() {
  return useMutation({
    mutationFn: (mode: NonNullable<DesktopStanding['settings']['mode']>) => askDesktop('choose-mode', { mode }),
  });
}

/** Changes what people chose for this machine. */
export function useChangeDesktop() {
  return useMutation({ mutationFn: (change: DesktopSettingsChange) => askDesktop('change-settings', change) });
}

/** Begins with new keys where the keychain does not open the old ones, which are kept under other names. */
export function useRenewSecrets() {
  return useMutation({ mutationFn: () => askDesktop('renew-secrets', null) });
}

/** Shows the app's log in the file manager; false where there is none. */
export function useShowLog() {
  return useMutation({ mutationFn: () => askDesktop('show-log', null) });
}
