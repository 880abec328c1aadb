"""Files of audits and of the action plan, in and out; coming in goes through the actions."""
