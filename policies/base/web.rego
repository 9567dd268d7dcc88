# METADATA
# title: Web
# description: |
#   No address that a call names may lead into the own network: loopback, private and link-local addresses, cloud metadata,
#   local names, and numbers in disguise are refused on every server. Hosts written as numbers pass only as four plain decimal
#   numbers, IPv6 only from the global range. A call that goes to the network may use https and http alone. It never allows.
# scope: package
# custom:
#   scope: {}
package behavry.policies.base.web

import data.behavry.facts.path
import rego.v1

hosted_schemes := {"ftp", "http", "https", "ws", "wss"}

local_zones := {"arpa", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost"}

digits := "0123456789"

private_nets := {["10"], ["127"], ["169", "254"], ["192", "168"], ["192", "0", "0"], ["198", "18"], ["198", "19"]}

private_172 := {"16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31"}

answer(result, reason) := {"result": result, "reason": reason, "policy": "base.web"}

decision := answer("deny", "The call names an address inside the own network.") if {
	some resource in input.request.resources
	contains(resource, ":")
	some word in path.words(resource)
	some scheme in hosted_schemes
	start := concat("", [scheme, ":"])
	startswith(word, start)
	not public(host(trim_prefix(word, start)))
} else := answer("deny", "The call names an address that can be read in two ways.") if {
	some resource in input.request.resources
	some word in split(trim_space(resource), " ")
	contains(word, "://")
	contains(word, "\\")
} else := answer("deny", "A call to the network may use https and http alone.") if {
	input.request.action == "network"
	some resource in input.request.resources
	contains(resource, ":/")
	scheme := split(path.slashed(resource), ":/")[0]
	not contains(scheme, " ")
	not scheme in {"http", "https"}
}

# The host of what follows `scheme:`, as browsers read it: any number of slashes, user info before the last `@`, then the port.
host(rest) := name if {
	parts := split(authority(rest), "@")
	last := parts[count(parts) - 1]
	name := trim_right(without_port(last), ".")
}

authority(rest) := split(split(split(trim_left(rest, "/"), "/")[0], "?")[0], "#")[0]

without_port(text) := split(text, "]")[0] if {
	startswith(text, "[")
} else := split(text, ":")[0]

# A name with a dot that ends in a zone of the public internet. A name may still lead inside: the proxy checks what it resolves to.
public(name) if {
	labels := split(name, ".")
	count(labels) > 1
	last := labels[count(labels) - 1]
	trim(last, digits) != ""
	not startswith(last, "0x")
	not last in local_zones
	not contains(name, "%")
	not startswith(name, "[")
}

public(name) if {
	octets := split(name, ".")
	count(octets) == 4
	every octet in octets { decimal(octet) }
	not private(octets)
}

# 2000::/3 is all that is in global use; 2002 (6to4) carries an IPv4 address inside and stays out.
public(name) if {
	startswith(name, "[")
	contains(name, ":")
	first := split(trim_left(name, "["), ":")[0]
	count(first) == 4
	some lead in {"2", "3"}
	startswith(first, lead)
	first != "2002"
}

decimal(octet) if octet == "0"

decimal(octet) if {
	octet != ""
	trim(octet, digits) == ""
	count(octet) < 4
	not startswith(octet, "0")
}

private(octets) if {
	some net in private_nets
	array.slice(octets, 0, count(net)) == net
}

private(octets) if {
	octets[0] == "172"
	octets[1] in private_172
}

# 100.64.0.0/10, shared address space of carriers.
private(octets) if {
	octets[0] == "100"
	between_64_and_127(octets[1])
}

private(octets) if octets[0] == "0"

# 224.0.0.0 and up: multicast, reserved, broadcast.
private(octets) if {
	count(octets[0]) == 3
	octets[0] >= "224"
}

between_64_and_127(octet) if {
	count(octet) == 2
	octet >= "64"
}

between_64_and_127(octet) if {
	count(octet) == 3
	octet <= "127"
}
