// What a cluster under test is configured with: the site, corosync, Pacemaker.

import TestSupport

struct ClusterTerms {
    var nodes = 2
    /// More parameters of the fence resource.
    var device: [String: String] = [:]
    /// Of the switch, as `switch-simulator --fault` takes them.
    var fault = ""
    var stonithTimeout = "60s"
    /// The command of corosync-qdevice's heuristics, with `%` for the directory of it all; nil: no
    /// quorum device.
    var heuristic: String?
    var runs = Programs.all

    enum Programs { case all, corosyncAlone }

    /// How long a machine takes from power to the start of corosync, when it boots again.
    var firmware = 5
    /// Between reading off and saying so.
    var holdUp = "500ms"
    /// Whom the arbiter lets shoot first.
    var preferDelay = "0s"
}

enum Files {
    static func site(_ terms: ClusterTerms, _ place: String, _ keys: [String: String]) -> String {
        let nodes = (1...terms.nodes).map { number in
            let name = "node\(number)"
            let key = keys[name, default: ""]
            return "      \(name): {feeds: [pdu/\(number)], keys: [\"\(key)\"]}"
        }
        return """
            appliance:
              listen: ["*:2222"]
              host_keys: [\(place)/host]
              ledger: \(place)/ledger.sqlite
              lock_directory: \(place)
              door: {known_addresses: ["10.77.0.0/24"]}
            switches:
              pdu: {driver: baytech, line: \(place)/pdu, latency: 3s}
            clusters:
              test:
                hold_up: \(terms.holdUp)
                off_time: \(terms.holdUp)
                prefer_delay: \(terms.preferDelay)
                shots_per_target: 1000
                shots_per_requester: 1000
                nodes:
            \(nodes.joined(separator: "\n"))
            operators:
              alice: {keys: ["\(keys["alice", default: ""])"]}

            """
    }

    static func corosync(_ terms: ClusterTerms, _ place: String) -> String {
        let nodes = (1...terms.nodes).map { number in
            """
              node {
                ring0_addr: 10.77.0.\(number)
                name: node\(number)
                nodeid: \(number)
              }
            """
        }
        return """
            totem {
              version: 2
              cluster_name: test
              transport: knet
              token: 1500
              crypto_cipher: none
              crypto_hash: none
            }
            nodelist {
            \(nodes.joined(separator: "\n"))
            }
            quorum {
              provider: corosync_votequorum
            \(votes(terms, place))
            }
            logging {
              to_logfile: yes
              logfile: /var/log/corosync/corosync.log
              to_syslog: no
              timestamp: hires
            }

            """
    }

    private static func votes(_ terms: ClusterTerms, _ place: String) -> String {
        guard let heuristic = terms.heuristic else {
            // Whoever boots alone after a shot waits until it has seen the other once.
            return terms.nodes == 2 ? "  two_node: 1" : ""
        }
        return """
              device {
                model: net
                votes: 1
                net {
                  host: 10.77.0.254
                  algorithm: ffsplit
                  tls: off
                  tie_breaker: lowest
                }
                heuristics {
                  mode: on
                  timeout: 5000
                  sync_timeout: 15000
                  interval: 2000
                  exec_picket: \(heuristic.replacing("%", with: place))
                }
              }
            """
    }

    /// One fence resource for all nodes, one resource that has to run somewhere, and the alert
    /// agent.
    static func cib(_ terms: ClusterTerms, _ place: String) -> String {
        let properties = [
            "stonith-enabled": "true", "no-quorum-policy": "stop", "dc-deadtime": "3s",
            "stonith-timeout": terms.stonithTimeout, "cluster-recheck-interval": "60s",
        ]
        let hosts = (1...terms.nodes).map { "node\($0)" }.joined(separator: " ")
        let device = [
            "config": "\(place)/client.conf", "pcmk_host_list": hosts,
            "pcmk_host_check": "static-list", "pcmk_action_limit": "-1",
            "debug_file": "\(place)/here/agent.log",
        ].merging(terms.device) { _, new in new }
        return """
            <cib validate-with="pacemaker-3.7" admin_epoch="0" epoch="1" num_updates="0">
              <configuration>
                <crm_config><cluster_property_set id="options">
                  \(pairs(properties, "options"))
                </cluster_property_set></crm_config>
                <nodes/>
                <resources>
                  <primitive id="picket" class="stonith" type="fence_picket">
                    <instance_attributes id="picket-parameters">
                      \(pairs(device, "picket"))
                    </instance_attributes>
                    <meta_attributes id="picket-meta">
                      \(pairs(["failure-timeout": "30s"], "meta"))
                    </meta_attributes>
                    <operations>
                      <op id="picket-monitor" name="monitor" interval="20s" timeout="30s"/>
                      <op id="picket-start" name="start" interval="0s" timeout="30s"/>
                    </operations>
                  </primitive>
                  <primitive id="work" class="ocf" provider="pacemaker" type="Dummy"/>
                </resources>
                <constraints/>
                <alerts><alert id="picket-alert" path="\(place)/bin/picket-alert">
                  <meta_attributes id="alert-meta">
                    \(pairs(["timeout": "600s"], "alert"))
                  </meta_attributes>
                  <select><select_nodes/></select>
                  <recipient id="picket-settings" value="\(place)/client.conf"/>
                </alert></alerts>
              </configuration>
              <status/>
            </cib>

            """
    }

    private static func pairs(_ values: [String: String], _ prefix: String) -> String {
        values.sorted { $0.key < $1.key }.map { name, value in
            "<nvpair id=\"\(prefix)-\(name)\" name=\"\(name)\" value=\"\(value)\"/>"
        }.joined(separator: "\n")
    }
}
