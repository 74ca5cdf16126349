// The Role that somebody lacks, ready to be sent to whoever may grant it. In: the missing right. Out: YAML, a sentence.
import type { Permission } from "../api/types";

const READS = ["get", "list", "watch"];

export function role({ verb, resource, namespace }: Permission): string {
  const [plural, ...group] = resource.split(".");
  const verbs = READS.includes(verb) ? READS : [...READS, verb];
  return [
    "apiVersion: rbac.authorization.k8s.io/v1",
    `kind: ${namespace ? "Role" : "ClusterRole"}`,
    "metadata:",
    `  name: ${plural}-${READS.includes(verb) ? "read" : verb}`,
    ...(namespace ? [`  namespace: ${namespace}`] : []),
    "rules:",
    `  - apiGroups: [${group.join(".")}]`,
    `    resources: [${plural}]`,
    `    verbs: [${verbs.join(", ")}]`,
    "",
  ].join("\n");
}
