// Writes where others will read: the SDK, the runner, the system.
//
// Exercise: streamMessage
// Outcome: raised
// Says: ["EROFS","EROFS","EROFS"]
// Needs: namespaces
import Anthropic from "@anthropic-ai/sdk";
import fs from "node:fs";
import { fileURLToPath } from "node:url";

const attempted = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const sdk = fileURLToPath(import.meta.resolve("@anthropic-ai/sdk"));
  const files = [sdk, sdk.replace(/node_modules.*/, "runner.mjs"), "/usr/bin/evil"];
  const seen = files.map((file) => attempted(() => fs.writeFileSync(file, "evil")));
  throw new Error(JSON.stringify(seen));
}
