package behavry.policies.base.slack_test

import data.behavry.facts.call_test.call
import data.behavry.facts.call_test.with_parameters
import data.behavry.policies.base.slack
import rego.v1

post(channel, parameters, held) := given if given := slack.decision.result with input as with_parameters(
	call("slack", "slack_post_message", "execute", [channel], held),
	parameters,
)

result(tool, action, held) := given if given := slack.decision.result with input as call("slack", tool, action, ["C042"], held)

test_readers_read if {
	result("slack_get_users", "execute", ["slack:read"]) == "allow"
	result("get_users", "read", ["slack:read"]) == "allow"
}

test_writers_post_to_one_channel if {
	post("#team", {"text": "Build is green."}, ["slack:write"]) == "allow"
	post("C042", {"text": "Build is green."}, ["slack:send"]) == "allow"
}

test_readers_have_posts_held if post("#team", {"text": "x"}, ["slack:read"]) == "escalate"

test_crowded_channels_are_held if {
	every channel in [
		"#general", "general", "#GENERAL", " #general ",
		"##announcements",
	] {
		post(channel, {"text": "x"}, ["*"]) == "escalate"
	}
}

test_calls_to_everybody_are_held_wherever_they_stand if {
	every text in ["hello <!channel>", "@here", "@Everyone look", "<!SUBTEAM^S1>"] {
		post("#team", {"text": text}, ["*"]) == "escalate"
		post("#team", {"text": "x", "blocks": [{"elements": [{"text": {"text": text}}]}]}, ["*"]) == "escalate"
	}
}

test_what_is_not_on_the_list_is_held if {
	every tool in ["slack_invite_user", "slack_upload", "", "slack_post_message "] {
		result(tool, "execute", ["*"]) == "escalate"
	}
}

test_deleting_and_administering_are_refused if {
	every action in {"delete", "admin"} { result("slack_post_message", action, ["*"]) == "deny" }
}

test_a_stranger_is_refused if result("slack_get_users", "execute", ["mail:read"]) == "deny"
