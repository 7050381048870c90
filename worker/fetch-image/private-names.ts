/**
 * Names that lead into a private network, each with all names below it.
 *
 * `example` and `invalid` are special-use names as well, but nothing can be reached under them.
 */
const PRIVATE_NAMES: ReadonlySet<string> = new Set([
  // Special-use names: IANA's registry (RFC 6761, 6762, 7686, 9476). All of `arpa` is infrastructure,
  // with home.arpa (RFC 8375), service.arpa, resolver.arpa and the reverse zones in it.
  "localhost",
  "local",
  "test",
  "onion",
  "alt",
  "arpa",
  // ICANN's name for private use, and names in use for it: RFC 6762, appendix G.
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "mail",
  "localdomain",
  // Clusters: Kubernetes searches `service.namespace` and `service.namespace.svc`; Consul; Mesos;
  // Fly.io.
  "svc",
  "pod",
  "cluster",
  "default",
  "kube-system",
  "kube-public",
  "consul",
  "mesos",
  "flycast",
  // Metadata services: Google Cloud, Tencent Cloud, Equinix Metal (and Packet), IBM Cloud, Exoscale.
  // Those of Amazon, Google and Azure below `internal` are above.
  "metadata.goog",
  "metadata.tencentyun.com",
  "metadata.platformequinix.com",
  "metadata.packet.net",
  "metadata.cloud.ibm.com",
  "metadata.exoscale.com",
  // Names of machines in a cloud's private network: Azure, Oracle Cloud.
  "internal.cloudapp.net",
  "oraclevcn.com",
  // Routers.
  "fritz.box",
  "easy.box",
  "speedport.ip",
  "routerlogin.net",
  "routerlogin.com",
  "tplinkwifi.net",
  // Public names that developers use for the loopback or any other address.
  "localtest.me",
  "lvh.me",
  "nip.io",
  "sslip.io",
]);

/**
 * Tells whether a name leads into a private network, as far as the name shows.
 *
 * @param name - in lower case, without a trailing dot.
 */
export function isPrivateName(name: string): boolean {
  const labels = name.split(".");
  // A name without a dot is looked up in the local network.
  if (labels.length < 2) return true;
  return labels.some((_, index) => PRIVATE_NAMES.has(labels.slice(index).join(".")));
}
