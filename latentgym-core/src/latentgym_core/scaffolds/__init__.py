"""Scaffolds: what an agent carries over a task boundary.

A choice of the evaluation, named in the agent string (`openai/gpt-4o?scaffold=last_k&scaffold.k=2`)
and no part of the environment. The whole conversation is recorded whatever was sent, and
`sending.sent_messages` says what that was.
"""
