# METADATA
# title: Slack
# description: |
#   Readers may read, writers may post to one ordinary channel. A message that calls everybody, or goes to a channel where
#   everybody listens, and every tool that is not on the list is held for approval; deleting and administering are refused.
# scope: package
# custom:
#   scope:
#     servers: [slack]
package behavry.policies.base.slack

import data.behavry.facts.permission
import rego.v1

reading := {"slack_get_channel_history", "slack_get_thread_replies", "slack_get_user_profile", "slack_get_users", "slack_list_channels"}

posting := {"post_message", "reply_to_thread", "send_message", "slack_add_reaction", "slack_post_message", "slack_reply_to_thread"}

crowded := {"all", "all-hands", "announcements", "company", "everyone", "general"}

calls := ["<!channel", "<!everyone", "<!here", "<!subteam", "@channel", "@everyone", "@here"]

answer(result, reason) := {"result": result, "reason": reason, "policy": "base.slack"}

decision := answer("deny", "Deleting and administering on Slack are not permitted to agents.") if {
	input.request.action in {"admin", "delete"}
} else := answer("allow", "The agent may read on Slack.") if {
	reads
	permission.holds("read")
} else := answer("allow", "The agent may post to this channel.") if {
	input.request.tool_name in posting
	may_post
	not crowd
	quiet
} else := answer("escalate", "This message on Slack needs the approval of a person.") if {
	some verb in {"read", "send", "write"}
	permission.holds(verb)
} else := answer("deny", "The agent has no permission on Slack.")

reads if input.request.action == "read"

reads if {
	input.request.action == "execute"
	input.request.tool_name in reading
}

may_post if permission.holds("send")

may_post if permission.holds("write")

crowd if {
	some resource in input.request.resources
	trim_left(lower(trim_space(resource)), "#") in crowded
}

# Every text of the message, wherever it stands (blocks, attachments), is free of calls to everybody.
quiet if {
	every text in texts {
		every call in calls {
			not contains(text, call)
		}
	}
}

texts contains lower(value) if {
	walk(input.request.parameters, [_, value])
	is_string(value)
}
