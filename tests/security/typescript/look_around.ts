// Looks for other submissions, and for other processes.
//
// Exercise: streamMessage
// Outcome: raised
// Says: "folders":["/yard"]
// Needs: namespaces
import Anthropic from "@anthropic-ai/sdk";
import fs from "node:fs";

const attempted = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const folders = ["/tmp", "/home", "/etc/passwd", "/proc", "/yard"].filter((folder) => fs.existsSync(folder));
  const seen = { folders, secrets: Object.keys(process.env).filter((name) => /KEY|TOKEN|PASSWORD/.test(name)) };
  throw new Error(JSON.stringify(seen));
}
