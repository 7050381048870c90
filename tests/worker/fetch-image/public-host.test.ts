import { describe, expect, test } from "vitest";
import { PRIVATE_HOSTS, PUBLIC_HOSTS } from "../../../bench/soak/hosts.ts";
import { parseTarget } from "../../../worker/fetch-image/target.ts";
import { parseSettings } from "../../../worker/settings/index.ts";

const open = parseSettings({});

/** The code that the guard refuses a URL with, or where it would fetch from. */
function guard(address: string): string {
  try {
    return parseTarget(address, open).url.href;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe.each(Object.entries(PRIVATE_HOSTS))("refuses %s", (_, hosts) => {
  test.each(hosts)("http://%s/", (host) => {
    expect(guard(`http://${host}/`)).toBe("private_address");
  });

  test.each(hosts)("https://%s:8443/", (host) => {
    expect(guard(`https://${host}:8443/`)).toBe("private_address");
  });
});

describe("refuses names that lead into a private network", () => {
  test.each([
    "metadata.goog",
    "metadata.google.internal",
    "metadata.tencentyun.com",
    "metadata.platformequinix.com",
    "metadata.packet.net",
    "api.metadata.cloud.ibm.com",
    "metadata.exoscale.com",
    "instance-data.ec2.internal",
    "vm.abc.internal.cloudapp.net",
    "db.subnet.vcn.oraclevcn.com",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "dashboard.kube-system",
    "10-0-0-1.default.pod",
    "vault.service.consul",
    "app.flycast",
    "host.docker.internal",
    "router.home.arpa",
    "_dns.resolver.arpa",
    "1.0.0.10.in-addr.arpa",
    "printer.local",
    "wiki.corp",
    "nas.lan",
    "fritz.box",
    "127.0.0.1.nip.io",
    "app.localtest.me",
    "hidden.onion",
    "Metadata.GOOG.",
  ])("%s", (host) => {
    expect(guard(`http://${host}/`)).toBe("private_address");
  });

  test.each([
    "goog.example",
    "metadata.goog.example.com",
    "svc.example.com",
    "consul.io",
    "mail.example.com",
    "internal.example.com",
    "notmetadata.goog",
    "local.example",
  ])("but not %s", (host) => {
    expect(guard(`http://${host}/`)).toBe(`http://${host}/`);
  });
});

describe("allows the public addresses next to private ranges", () => {
  test.each(PUBLIC_HOSTS)("http://%s/", (host) => {
    const { href } = new URL(`http://${host}/`);
    expect(guard(href)).toBe(href);
  });
});

describe("ports", () => {
  test.each([1, 21, 22, 25, 79, 81, 110, 442, 444, 587, 993, 1023])("refuses %i", (port) => {
    expect(guard(`http://example.com:${port}/`)).toBe("forbidden_port");
  });

  test.each([80, 443, 1024, 8080, 65535])("allows %i", (port) => {
    expect(guard(`http://example.com:${port}/`)).toMatch(/^http:\/\/example.com/);
  });
});

describe("schemes and credentials", () => {
  test.each([
    "ftp://example.com/a.jpg",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "gopher://example.com/",
    "blob:https://example.com/1",
    "ws://example.com/",
  ])("refuses %s", (url) => {
    expect(guard(url)).toBe("unsupported_scheme");
  });

  test.each([
    "http://user@example.com/",
    "http://user:pass@example.com/",
    "http://:pass@example.com/",
    "http://example.com@127.0.0.1/",
  ])("refuses %s", (url) => {
    expect(guard(url)).toBe("credentials_in_url");
  });
});
