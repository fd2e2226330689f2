/** What any program needs to run at all. */
const BASIC = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'TZ',
  'TMPDIR',
  'TMP',
  'TEMP',
  'TERM',
  'SYSTEMROOT',
  'COMSPEC',
  'PATHEXT',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'PROGRAMDATA',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  // Where certificates lie: no secrets, and without them no server reaches the network where a proxy has its own.
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
];
/** What Python, pip, npm, CUDA, Slurm and a proxy need besides. */
const OWN = [
  'PYTHON',
  'LD_LIBRARY_PATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SLURM_CONF',
];
const OWN_PREFIXES = [
  'SBATCH_',
  'PIP_',
  'npm_config_',
  'CUDA_',
  'NVIDIA_',
  'ROCR_',
  'HIP_',
  'OMP_',
  'MKL_',
  'OPENBLAS_',
  'LC_',
];

/** The environments of child processes: an allow-list, so that no secret leaks by being there. */
export function childEnvironments(all: NodeJS.ProcessEnv): {
  env: Record<string, string>;
  serverEnv: Record<string, string>;
} {
  const select = (allowed: (name: string) => boolean) =>
    Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined && allowed(entry[0])),
    );
  const basic = (name: string) => BASIC.includes(name) || name.startsWith('LC_');
  return {
    env: select((name) => basic(name) || OWN.includes(name) || OWN_PREFIXES.some((prefix) => name.startsWith(prefix))),
    serverEnv: select(basic),
  };
}
