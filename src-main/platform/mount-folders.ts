import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What holds no films: the kernel's own, memory, and images of programs. */
const otherKinds =
  /^(proc|sysfs|tmpfs|devtmpfs|devpts|cgroup2?|securityfs|debugfs|tracefs|pstore|bpf|mqueue|hugetlbfs|fusectl|configfs|autofs|binfmt_misc|efivarfs|squashfs|nsfs|ramfs|overlay)$/;

/** Folders below which people keep films: where disks and shares are mounted, and the home. Drives, on Windows. */
export async function mountFolders(): Promise<string[]> {
  switch (process.platform) {
    case 'win32':
      // Asking each letter would wake drives that sleep; who asks a folder finds out.
      return Array.from('CDEFGHIJKLMNOPQRSTUVWXYZ').map((letter) => `${letter}:\\`);
    case 'darwin': {
      const volumes = await readdir('/Volumes').catch(() => []);
      return [...volumes.map((name) => join('/Volumes', name)), homedir()];
    }
    default:
      return [...new Set([...(await linuxMounts()), '/mnt', '/media', '/srv', homedir()])];
  }
}

/** proc_pid_mounts(5): device, folder, kind; spaces and the like as octal numbers. */
async function linuxMounts(): Promise<string[]> {
  const text = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, folder = '', kind = ''] = line.split(' ');
    if (
      folder === '' ||
      folder === '/' ||
      otherKinds.test(kind) ||
      /^\/(proc|sys|dev|run|boot|etc|snap)(\/|$)/.test(folder)
    )
      return [];
    return [folder.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))];
  });
}
