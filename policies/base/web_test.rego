package behavry.policies.base.web_test

import data.behavry.facts.call_test.call
import data.behavry.policies.base.web
import rego.v1

result(action, resource) := given if given := web.decision.result with input as call("web", "fetch", action, ["notes", resource], ["*"])

silent(action, resource) if not result(action, resource)

inside := [
	"http://localhost", "http://LOCALHOST:8080/x", "http://localhost./", "http://app.localhost", "http://127.0.0.1", "http://127.9.9.9:80/",
	"http://127.1", "http://2130706433", "http://0x7f000001", "http://0x7f.0.0.1", "http://0177.0.0.1", "http://127.0.0.01",
	"http://1.2.3.4.5",
	"http://1.2.3.0x4", "http://256000.1.1.1", "http://10.1.2.3", "http://172.16.0.1", "http://172.31.255.255", "http://192.168.0.1",
	"http://169.254.169.254/latest/meta-data", "http://100.64.0.1", "http://100.127.0.1", "http://0.0.0.0", "http://224.0.0.1",
	"http://255.255.255.255", "http://[::1]", "http://[::]:80", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]", "http://[fc00::1]",
	"http://[2002:7f00:1::]", "http://[2::1]", "http://[2001", "http://metadata", "http://metadata.google.internal/x", "http://db.internal",
	"http://printer.local", "http://router.lan", "http://1.0.0.127.in-addr.arpa", "http://", "http://?x", "http:///", "http:127.0.0.1",
	"http:/127.0.0.1", "http:\\\\127.0.0.1\\x", "http://example.com\\@127.0.0.1x", "http://example.com@127.0.0.1",
	"http://a:b@10.0.0.1:80/",
	"http://a@b@10.0.0.1", "http://10.0.0.1#example.com", "http://10.0.0.1?example.com", "https://10.0.0.1", "ws://10.0.0.1",
	"ftp://10.0.0.1", "curl -s http://10.0.0.1/x", "curl \"http://10.0.0.1\"", "https://example.com/?url=http://10.0.0.1",
	"http://ex%61mple.com", " http://10.0.0.1 ", "a\thttp://10.0.0.1",
]

outside := [
	"http://example.com", "https://example.com:8443/a?b=c#d", "https://user@example.com/", "https://EXAMPLE.com.", "https://8.8.8.8/",
	"http://172.32.0.1", "http://172.15.0.1", "http://100.63.0.1", "http://100.128.0.1", "http://192.169.0.1", "http://223.255.255.1",
	"https://[2606:4700::1111]/", "wss://stream.example.com", "https://10.example.com", "https://xn--bcher-kva.example",
	"https://local.example",
]

test_the_own_network_is_refused if {
	every address in inside {
		result("read", address) == "deny"
		result("network", address) == "deny"
	}
}

test_public_addresses_are_no_opinion if {
	every address in outside { silent("read", address) }
}

test_other_schemes_are_refused_on_the_network if {
	every address in [
		"file:///srv/x", "FILE:/srv/x", "gopher://example.com", "ftp://example.com/x", "jar:http://example.com!/",
		"javascript://x",
	] {
		result("network", address) == "deny"
	}
}

test_other_schemes_elsewhere_are_no_opinion if {
	every address in [
		"file:///srv/x", "note://welcome", "s3://bucket/key", "c:/users", "host:/x", "10.0.0.1",
		"localhost",
	] {
		silent("read", address)
	}
}

test_no_address_is_no_opinion if {
	not web.decision with input as call("web", "search", "network", [], ["*"])
	silent("network", "how to write http addresses")
}
