/** Returns what to open, and the key of the review page. */
export function siteGreeting(url: string, key: string): string {
  return `
The site is ready: ${url}
Open it, wait a few seconds, and reload it: alternative texts that were missing are there.

Review page:  ${url}/.edge-caption/review
Its key:      ${key}

Or, in another terminal:

  npm run alt -- crawl ${url}
  npm run alt -- status

Ctrl-C stops it.

`;
}
