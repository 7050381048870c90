import { type HostileOrigin, startHostileOrigin } from "../../bench/soak/hostile-origin.ts";
import type { Zone } from "../../bench/soak/resolver.ts";
import { type Service, type ServiceOptions, startService } from "./service.ts";

/** A service with an origin that stands for the whole internet: every public name leads to it. */
interface World {
  readonly origin: HostileOrigin;
  readonly service: Service;
  stop(): Promise<void>;
}

/** @param zone - the origin's answers about names, if it is also the resolver. */
export async function startWorld(
  options: Omit<ServiceOptions, "internet"> = {},
  zone: Zone = {},
): Promise<World> {
  const origin = await startHostileOrigin(zone);
  try {
    const service = await startService({ ...options, internet: origin.port });
    return {
      origin,
      service,
      async stop() {
        await service.stop();
        await origin.close();
      },
    };
  } catch (error) {
    await origin.close();
    throw error;
  }
}
