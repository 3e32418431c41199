/** The firewall rules that keep the commands of an agent away from what the cloud tells the machine it runs on. */

/** Where clouds answer about the machine, its credentials among it: EC2, ECS and EKS, their IPv6 forms, Azure's wire server. */
const METADATA = {
  ip: ["169.254.0.0/16", "100.100.100.200", "168.63.129.16"],
  ip6: ["fd00:ec2::254", "fd00:ec2::23", "fe80::a9fe:a9fe"],
} as const;

/**
 * Text for `nft -f`: it replaces an earlier version of itself and touches no other table.
 * `uid`: the number of the Unix user of `tools.exec.runAs`.
 */
export const metadataFirewall = ({ uid }: { readonly uid: number }): string =>
  `table inet skykoi
delete table inet skykoi
table inet skykoi {
  chain commands {
    type filter hook output priority filter; policy accept;
    meta skuid ${uid} ip daddr { ${METADATA.ip.join(", ")} } reject
    meta skuid ${uid} ip6 daddr { ${METADATA.ip6.join(", ")} } reject
  }
}
`;
