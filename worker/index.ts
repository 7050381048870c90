/**
 * Edge Caption's HTTP service, as it runs on Cloudflare Workers.
 *
 * @module
 */

import { WorkerEntrypoint } from "cloudflare:workers";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { demoRoutes } from "./demo/index.ts";
import { allowOrigins } from "./http/cors.ts";
import type { Bindings } from "./http/environment.ts";
import { logRequests } from "./http/log.ts";
import { answerProblem, refuseMethod, refusePath } from "./http/problem.ts";
import { provideSettings } from "./http/provide-settings.ts";
import { createRouter } from "./http/router.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { browserRoutes } from "./routes/browser.ts";
import { captionRoutes } from "./routes/caption.ts";
import { captionsRoutes } from "./routes/captions.ts";
import { healthRoutes } from "./routes/health.ts";
import { modelRoutes } from "./routes/model.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { problemsRoutes } from "./routes/problems.ts";

const app = createRouter();

app.use(requestId());
app.use(logRequests);
app.use(securityHeaders);
app.use(provideSettings);
app.use(allowOrigins);
app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));

app.route("/", captionRoutes);
app.route("/", captionsRoutes);
app.route("/", healthRoutes);
app.route("/", modelRoutes);
app.route("/", browserRoutes);
app.route("/", problemsRoutes);
app.route("/", openApiRoutes(app));
app.route("/", demoRoutes);

app.notFound(refusePath);
app.onError((error, c) => answerProblem(error, c));

export default app;

/**
 * Answers Workers of the same account whose service binding names this entrypoint, such as the site's.
 *
 * Keys and the rate limit are for strangers, so neither applies here. No request from outside gets here:
 * the platform hands those to the default export, whatever their address and headers are.
 */
export class OwnerEntrypoint extends WorkerEntrypoint<Bindings> {
  override async fetch(request: Request): Promise<Response> {
    const { RATE_LIMITER: _, API_KEYS: _keys, URL_KEYS: _urlKeys, ...bindings } = this.env;
    return app.fetch(request, bindings, this.ctx);
  }
}
