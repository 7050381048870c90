import { describe, expect, test } from "vitest";
import { parseRedirect, parseTarget } from "../../../worker/fetch-image/target.ts";
import { parseSettings } from "../../../worker/settings/index.ts";

const open = parseSettings({});
const development = parseSettings({ PRIVATE_HOSTS: "127.0.0.1:9000, photos.lan, [::1]:8000" });

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "none";
}

describe("the URL of a request", () => {
  test.each([
    [undefined, "missing_url"],
    ["", "missing_url"],
    ["cat.jpg", "invalid_url"],
    ["/cat.jpg", "invalid_url"],
    ["//example.com/cat.jpg", "invalid_url"],
    ["http://", "invalid_url"],
    ["http://exa mple.com/", "invalid_url"],
    ["http://256.1.1.1/", "invalid_url"],
    ["http://[::1/", "invalid_url"],
    ["http://example.com:99999/", "invalid_url"],
    [`https://example.com/${"a".repeat(2048)}`, "url_too_long"],
    ["http://localhost/", "private_address"],
  ])("%s is refused as %s", (text, code) => {
    expect(codeOf(() => parseTarget(text, open))).toBe(code);
  });

  test("loses its fragment", () => {
    expect(parseTarget("https://example.com/a.jpg#top", open).url.href).toBe(
      "https://example.com/a.jpg",
    );
  });
});

describe("PRIVATE_HOSTS", () => {
  test.each([
    "http://127.0.0.1:9000/a.jpg",
    "http://0x7f.1:9000/a.jpg",
    "http://photos.lan/a.jpg",
    "https://PHOTOS.lan./a.jpg",
    "http://photos.lan:81/a.jpg",
    "http://[0:0:0:0:0:0:0:1]:8000/",
  ])("allows %s", (url) => {
    expect(parseTarget(url, development).isPrivate).toBe(true);
  });

  test.each([
    "http://127.0.0.1/a.jpg",
    "http://127.0.0.1:9001/a.jpg",
    "http://127.0.0.2:9000/a.jpg",
    "http://sub.photos.lan/a.jpg",
    "http://localhost:9000/a.jpg",
    "http://[::1]/",
  ])("refuses %s", (url) => {
    expect(codeOf(() => parseTarget(url, development))).toBe("private_address");
  });
});

describe("a redirect", () => {
  const publicPage = parseTarget("https://example.com/albums/1/a.jpg", development);
  const privatePage = parseTarget("http://127.0.0.1:9000/a.jpg", development);

  test.each([
    ["b.jpg", "https://example.com/albums/1/b.jpg"],
    ["../b.jpg", "https://example.com/albums/b.jpg"],
    ["/b.jpg?x=1", "https://example.com/b.jpg?x=1"],
    ["//cdn.example.net/b.jpg", "https://cdn.example.net/b.jpg"],
    ["http://cdn.example.net/b.jpg#f", "http://cdn.example.net/b.jpg"],
  ])("to %s leads to %s", (location, href) => {
    expect(parseRedirect(location, publicPage, development).url.href).toBe(href);
  });

  test.each([
    [null, "bad_redirect"],
    ["http://[", "bad_redirect"],
    ["ftp://example.com/", "unsupported_scheme"],
    ["//127.0.0.1/", "private_address"],
    ["http://user@example.com/", "credentials_in_url"],
    ["http://example.com:22/", "forbidden_port"],
    ["data:image/png,", "unsupported_scheme"],
  ])("to %s is refused as %s", (location, code) => {
    expect(codeOf(() => parseRedirect(location, publicPage, development))).toBe(code);
  });

  test("from a public host may not lead to a private host, not even to an allowed one", () => {
    const location = "http://127.0.0.1:9000/a.jpg";
    expect(codeOf(() => parseRedirect(location, publicPage, development))).toBe("private_address");
    expect(parseRedirect(location, privatePage, development).isPrivate).toBe(true);
  });

  test("through a public host cannot come back to a private one", () => {
    const outside = parseRedirect("https://example.com/", privatePage, development);
    expect(codeOf(() => parseRedirect("http://127.0.0.1:9000/", outside, development))).toBe(
      "private_address",
    );
  });
});

describe("ALLOWED_PORTS", () => {
  const narrow = parseSettings({ ALLOWED_PORTS: "443, 81, 8000-8009" });

  test.each(["https://example.com/", "http://example.com:81/", "http://example.com:8009/"])(
    "allows %s",
    (url) => {
      expect(codeOf(() => parseTarget(url, narrow))).toBe("none");
    },
  );

  test.each(["http://example.com/", "http://example.com:8010/", "https://example.com:80/"])(
    "refuses %s",
    (url) => {
      expect(codeOf(() => parseTarget(url, narrow))).toBe("forbidden_port");
    },
  );
});

describe("the service never fetches from itself", () => {
  const settings = parseSettings({
    OWN_HOSTS: "captions.example, *.captions.example",
    PRIVATE_HOSTS: "127.0.0.1",
  });
  const rulesAt = (own: string) => ({ ...settings, ownUrl: new URL(own) });

  test.each([
    "https://captions.example/examples/chelsea.jpg",
    "http://CAPTIONS.example.:8080/",
    "https://eu.captions.example/",
  ])("under a name of OWN_HOSTS: %s", (url) => {
    expect(codeOf(() => parseTarget(url, settings))).toBe("own_request");
  });

  test.each(["https://notcaptions.example/", "https://captions.example.net/"])(
    "but %s is another host",
    (url) => {
      expect(codeOf(() => parseTarget(url, settings))).toBe("none");
    },
  );

  test("under the host of the request, on any port", () => {
    const rules = rulesAt("https://alt-text.example/caption");
    for (const url of ["https://alt-text.example/", "http://alt-text.example:8080/x"]) {
      expect(codeOf(() => parseTarget(url, rules))).toBe("own_request");
    }
    expect(codeOf(() => parseTarget("https://example.com/", rules))).toBe("none");
  });

  test("through a redirect", () => {
    const rules = rulesAt("https://alt-text.example/caption");
    const from = parseTarget("https://example.com/", rules);
    expect(codeOf(() => parseRedirect("//alt-text.example/", from, rules))).toBe("own_request");
  });

  test("but other ports of a private host are other services", () => {
    const rules = rulesAt("http://127.0.0.1:8787/caption");
    expect(codeOf(() => parseTarget("http://127.0.0.1:8788/a.jpg", rules))).toBe("none");
    expect(codeOf(() => parseTarget("http://127.0.0.1:8787/a.jpg", rules))).toBe("own_request");
  });
});
