/** The one command that installs FFmpeg here. `osRelease` is the text of /etc/os-release on Linux, else ''. */
export function installCommand(platform: NodeJS.Platform, osRelease: string): string {
  if (platform === 'darwin') return 'brew install ffmpeg';
  if (platform === 'win32') return 'winget install --exact --id Gyan.FFmpeg';
  if (platform === 'freebsd') return 'sudo pkg install ffmpeg';
  const families = [...osRelease.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].flatMap(([, names]) =>
    (names ?? '').replaceAll('"', '').split(' '),
  );
  const known = families.map((family) => linuxCommands[family]).find((command) => command !== undefined);
  return known ?? 'sudo apt-get install -y ffmpeg';
}

const linuxCommands: Readonly<Record<string, string>> = {
  debian: 'sudo apt-get install -y ffmpeg',
  ubuntu: 'sudo apt-get install -y ffmpeg',
  fedora: 'sudo dnf install -y ffmpeg-free',
  rhel: 'sudo dnf install -y ffmpeg-free',
  arch: 'sudo pacman -S --noconfirm ffmpeg',
  alpine: 'sudo apk add ffmpeg',
  suse: 'sudo zypper install -y ffmpeg',
  opensuse: 'sudo zypper install -y ffmpeg',
  nixos: 'nix-env -iA nixos.ffmpeg',
};
