// Sets up what is missing, and only that. Plain Node without dependencies: it runs before node_modules exist.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The Debian packages that some tests need, and the files by which each is known to be there. */
const TOOLS = JSON.parse(read('scripts/tools.json'));

/** Asks of the maintainer scripts of Debian's packages that they start no service. */
const NO_SERVICES = '/usr/sbin/policy-rc.d';

/** Runs a command in the checkout, its output shown; gives its exit status (1 for a death by signal). */
export function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/** Installs the npm packages of package-lock.json unless they are there; exits when that fails. */
export function npmPackages() {
  const missing = missingNpmPackages();
  if (missing.length === 0) return;
  console.log(`npm packages: ${missing.length} missing (${missing.slice(0, 3).join(', ')}…): npm ci`);
  const npm = process.env.npm_execpath;
  const ci = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const status = npm ? run(process.execPath, [npm, ...ci]) : run('npm', ci);
  if (status !== 0) {
    console.error('npm packages: npm ci failed: see above');
    process.exit(1);
  }
}

/** Installs the Debian packages that tests need where this user may; else says which line to run. */
export function debianPackages() {
  const missing = missingDebianPackages();
  if (missing.length === 0) return;
  const line = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid() === 0 && existsSync('/usr/bin/apt-get')) aptInstall(missing);
  const still = missingDebianPackages();
  if (still.length === 0) return;
  console.log(
    `Debian packages: ${still.join(', ')} missing: the tests that need them are skipped. To run them, first:`,
  );
  console.log(`  sudo ${line}`);
}

function missingNpmPackages() {
  const wanted = JSON.parse(read('package-lock.json')).packages;
  const installed = existsSync(`${root}node_modules/.package-lock.json`)
    ? JSON.parse(read('node_modules/.package-lock.json')).packages
    : {};
  return Object.keys(wanted).filter(
    path => path !== '' && !wanted[path].optional && installed[path]?.version !== wanted[path].version,
  );
}

const missingDebianPackages = () =>
  Object.keys(TOOLS).filter(name => !TOOLS[name].every(path => existsSync(path)));

/** nginx and supervisor would start a service of their own when they are installed: only their files are wanted. */
function aptInstall(names) {
  console.log(`Debian packages: ${names.join(', ')} missing: apt-get install`);
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  const apt = ['install', '-y', '-qq', '--no-install-recommends', ...names];
  const ours = !existsSync(NO_SERVICES);
  if (ours) writeFileSync(NO_SERVICES, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // The lists of a fresh machine are empty or old.
    if (run('apt-get', ['update', '-qq'], quiet) !== 0 || run('apt-get', apt, quiet) !== 0) {
      console.log('Debian packages: apt-get failed: see above');
    }
  } finally {
    if (ours) rmSync(NO_SERVICES);
  }
}

function read(path) {
  return readFileSync(`${root}${path}`, 'utf8');
}
