/** What the two Workers are started with. */
interface LocalSettings {
  readonly port: number;
  readonly key: string;
  readonly origin: string;
  readonly minConfidence: string;
}

/** Variables that wrangler itself needs. */
const SYSTEM_VARIABLES = [
  ...["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"],
  ...["SystemRoot", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "NODE_EXTRA_CA_CERTS"],
];

/**
 * Returns the environment of a `wrangler dev` that runs both Workers.
 *
 * wrangler passes `--var` to the first configuration only, but `PRIVATE_HOSTS` is the captioner's. With
 * `CLOUDFLARE_INCLUDE_PROCESS_ENV`, both Workers get every variable of the process. So it gets no
 * variables but these: whatever else the shell has set must not become a setting.
 */
export function environmentFor(settings: LocalSettings): Record<string, string> {
  const { port, key, origin, minConfidence } = settings;
  const system = SYSTEM_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(system),
    CLOUDFLARE_INCLUDE_PROCESS_ENV: "true",
    ORIGIN: origin,
    MIN_CONFIDENCE: minConfidence,
    REVIEW_KEYS: key,
    // The captioner refuses private addresses, except those that the site is served from.
    PRIVATE_HOSTS: `localhost:${port},127.0.0.1:${port}`,
  };
}
