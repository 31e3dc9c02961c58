/** One package of the lock. */
export interface Entry {
  version?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

/** package-lock.json, as far as it matters here. */
export interface Lock {
  packages: Record<string, Entry>;
}

const SYSTEMS = [
  'darwin',
  'linux',
  'win32',
  'win',
  'windows',
  'android',
  'freebsd',
  'openbsd',
  'netbsd',
  'sunos',
  'aix',
];
const OTHER_SYSTEMS = ['openharmony', 'wasi', 'wasm32'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];
/** What names say where package.json says something else. */
const SPELT: Record<string, string> = { win: 'win32', windows: 'win32', gnueabihf: 'arm', musleabihf: 'arm' };

/** What a platform package's name tells: `@swc/core-linux-arm64-musl` is linux, arm64, musl. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/\-_]/);
  const os = words.find((word) => SYSTEMS.includes(word) || OTHER_SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : null;
  return {
    ...(os === undefined ? {} : { os: [SPELT[os] ?? os] }),
    ...(cpu === undefined ? {} : { cpu: [SPELT[cpu] ?? cpu] }),
    ...(libc === null ? {} : { libc }),
  };
}

/** The optional packages that entries of the lock ask for and the lock does not hold. */
export function missingFrom({ packages }: Lock): { place: string; entry: Entry }[] {
  return Object.entries(packages).flatMap(([dependent, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isThere(packages, dependent, name))
      .map(([name, version]) => ({
        place: `node_modules/${name}`,
        entry: { version, ...(dev === true ? { dev } : {}), optional: true, ...platformOf(name) },
      })),
  );
}

/** Looks where Node would: below the dependent, then below each folder above it. */
function isThere(packages: Lock['packages'], dependent: string, name: string): boolean {
  for (let folder = dependent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}
