import { execa } from 'execa';

/*
 * Whether somebody plays or watches something in full screen. There is no way that works everywhere, so an answer is true,
 * false, or null for "can't be told here" - which is never a reason to rest.
 */

const answerWithinMs = 5_000;

/** Asks the system at hand. Null on Wayland, without a display, and where a program or a right for it is missing. */
export async function isFullScreen(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean | null> {
  switch (platform) {
    case 'linux':
    case 'freebsd':
      return (environment['DISPLAY'] ?? '') === '' ? null : onX11(environment);
    case 'win32':
      return onWindows(environment);
    case 'darwin':
      return onMac(environment);
    default:
      return null;
  }
}

/** EWMH: the root window names the active one, whose state lists `_NET_WM_STATE_FULLSCREEN`. */
async function onX11(environment: NodeJS.ProcessEnv): Promise<boolean | null> {
  const root = await answerOf('xprop', ['-root', '_NET_ACTIVE_WINDOW'], environment);
  if (root === null) return null;
  const id = /window id # (0x[0-9a-f]+)/i.exec(root)?.[1];
  if (id === undefined) return null;
  if (Number(id) === 0) return false;
  const state = await answerOf('xprop', ['-id', id, '_NET_WM_STATE'], environment);
  return state === null ? null : state.includes('_NET_WM_STATE_FULLSCREEN');
}

/** SHQueryUserNotificationState: 2 is a program in full screen, 3 one with Direct3D, 4 a presentation. */
const windowsScript = [
  '$shell = Add-Type -Name Shell -Namespace Encrew -PassThru -MemberDefinition',
  `'[DllImport("shell32.dll")] public static extern int SHQueryUserNotificationState(out int state);';`,
  '$state = 0; if ($shell::SHQueryUserNotificationState([ref]$state) -eq 0) { $state }',
].join(' ');

async function onWindows(environment: NodeJS.ProcessEnv): Promise<boolean | null> {
  const args = ['-NoProfile', '-NonInteractive', '-Command', windowsScript];
  const state = await answerOf('powershell.exe', args, environment);
  if (state === null || !/^\d+$/.test(state.trim())) return null;
  return ['2', '3', '4'].includes(state.trim());
}

const macScript =
  'tell application "System Events" to get value of attribute "AXFullScreen" of window 1 of (first process whose frontmost is true)';

/** Without the right to control the computer macOS says nothing. */
async function onMac(environment: NodeJS.ProcessEnv): Promise<boolean | null> {
  const answer = await answerOf('osascript', ['-e', macScript], environment);
  const word = answer?.trim();
  return word === 'true' ? true : word === 'false' ? false : null;
}

async function answerOf(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  const { failed, stdout } = await execa(program, args, {
    ...{ env, stdin: 'ignore', stderr: 'ignore', reject: false, windowsHide: true },
    ...{ timeout: answerWithinMs, maxBuffer: 10_000 },
  });
  return failed ? null : stdout;
}
