// Looks for other submissions, and for other processes.
//
// Exercise: streamMessage
// Outcome: raised
// Says: "folders":["/yard"],"others":[]
// Needs: namespaces
import Anthropic from "@anthropic-ai/sdk";
import fs from "node:fs";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const folders = ["/home", "/etc/passwd", "/proc", "/yard"].filter((folder) => fs.existsSync(folder));
  // It is there where the course itself is in it.
  const others = fs.existsSync("/tmp") ? fs.readdirSync("/tmp").filter((name) => name.startsWith("course-")) : [];
  const seen = { folders, others, secrets: Object.keys(process.env).filter((name) => /KEY|TOKEN|PASSWORD/.test(name)) };
  throw new Error(JSON.stringify(seen));
}
