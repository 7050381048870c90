/**
 * Edge Caption's HTTP service, as it runs on Cloudflare Workers.
 *
 * @module
 */

import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { demoRoutes } from "./demo/index.ts";
import { allowOrigins } from "./http/cors.ts";
import { logRequests } from "./http/log.ts";
import { answerProblem, refuseMethod, refusePath } from "./http/problem.ts";
import { provideSettings } from "./http/provide-settings.ts";
import { createRouter } from "./http/router.ts";
import { securityHeaders } from "./http/security-headers.ts";
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
app.route("/", problemsRoutes);
app.route("/", openApiRoutes(app));
app.route("/", demoRoutes);

app.notFound(refusePath);
app.onError((error, c) => answerProblem(error, c));

export default app;
